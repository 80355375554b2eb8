import { BackendError, type Backend, type ContactsView } from '../backend';

/** What leaves this computer: read again with every change of status or settings while somebody looks. */
export class ContactsState {
  view = $state.raw<ContactsView>();
  error = $state.raw<BackendError>();
  readonly #backend: Backend;
  #watchers = 0;
  #reading: Promise<void> | undefined;

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  start(): () => void {
    const offs = (['status:changed', 'connection:changed', 'setup:changed', 'sync:changed'] as const).map((name) => this.#backend.on(name, () => this.#changed()));
    return () => {
      for (const off of offs) off();
    };
  }

  /** Keeps the view up to date until the returned function is called. */
  watch(): () => void {
    this.#watchers++;
    void this.load();
    return () => {
      this.#watchers--;
    };
  }

  /** Reads the view; a call during a read waits for that one. */
  load(): Promise<void> {
    this.#reading ??= this.#read();
    return this.#reading;
  }

  /** Everything belongs to another store now. */
  async reload(): Promise<void> {
    this.view = undefined;
    if (this.#watchers > 0) await this.load();
  }

  #changed(): void {
    if (this.#watchers > 0) void this.load();
  }

  async #read(): Promise<void> {
    try {
      this.view = await this.#backend.contacts();
      this.error = undefined;
    } catch (thrown) {
      this.error = BackendError.from(thrown);
    }
    this.#reading = undefined;
  }
}
