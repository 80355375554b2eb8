import type { Backend, TrayView } from '../backend';

/** Whether the desktop shows the program in its tray: read once, then pushed. */
export class TrayState {
  view = $state.raw<TrayView>();
  readonly #backend: Backend;

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  start(): () => void {
    const off = this.#backend.on('tray:changed', (view) => {
      this.view = view;
    });
    void this.#load();
    return off;
  }

  /** Without an answer nothing is said of the tray. */
  async #load(): Promise<void> {
    try {
      const view = await this.#backend.tray();
      this.view ??= view; // what was pushed meanwhile is newer
    } catch {
      this.view = undefined;
    }
  }
}
