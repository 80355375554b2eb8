import { BackendError, type Backend, type StatusView } from '../backend';

/** The status line's truth: read once, then pushed. */
export class StatusState {
  view = $state.raw<StatusView>();
  error = $state.raw<BackendError>();
  readonly #backend: Backend;

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  /** Subscribes first and loads second, so nothing falls between. Returns the undo. */
  start(): () => void {
    const off = this.#backend.on('status:changed', (view) => {
      this.view = view;
      this.error = undefined;
    });
    void this.load();
    return off;
  }

  async load(): Promise<void> {
    try {
      this.view = await this.#backend.status();
      this.error = undefined;
    } catch (thrown) {
      this.error = BackendError.from(thrown);
    }
  }
}
