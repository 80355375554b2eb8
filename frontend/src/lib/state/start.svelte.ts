import { BackendError, type Backend, type Closing, type StartView } from '../backend';
import { Task } from './task.svelte';

/** How the program starts and what closing does: read while somebody looks, for the system may change it. */
export class StartState {
  view = $state.raw<StartView>();
  error = $state.raw<BackendError>();
  readonly task = new Task();
  readonly #backend: Backend;

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  /** Keeps the view up to date until the returned function is called. */
  watch(): () => void {
    const again = (): void => void this.load();
    const offs = (['tray:changed', 'notices:changed', 'setup:changed'] as const).map((name) => this.#backend.on(name, again));
    again();
    return () => {
      for (const off of offs) off();
    };
  }

  async load(): Promise<void> {
    try {
      this.view = await this.#backend.beginning();
      this.error = undefined;
    } catch (thrown) {
      this.error = BackendError.from(thrown);
    }
  }

  async atLogin(on: boolean, hidden: boolean): Promise<void> {
    await this.task.run(() => this.#backend.startAtLogin(on, hidden));
    await this.load();
  }

  async chooseClosing(choice: Closing): Promise<void> {
    await this.task.run(() => this.#backend.chooseClosing(choice));
    await this.load();
  }

  /** Everything as it came, in one go. */
  async reset(): Promise<boolean> {
    const done = await this.task.run(async () => {
      await this.#backend.startAtLogin(false, false);
      if (this.view?.closing === 'quit') await this.#backend.chooseClosing('keep');
    });
    await this.load();
    return done;
  }
}
