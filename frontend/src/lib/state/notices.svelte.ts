import { BackendError, type Backend, type NoticesView } from '../backend';
import { Task } from './task.svelte';

/** What the user was told, and what the user wants to be told: read again whenever that changes. */
export class NoticesState {
  view = $state.raw<NoticesView>();
  error = $state.raw<BackendError>();
  readonly saving = new Task();
  readonly testing = new Task();
  readonly unread = $derived(this.view?.notices.filter((notice) => !notice.read).length ?? 0);
  readonly #backend: Backend;
  #reading: Promise<void> | undefined;
  #again = false;

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  start(): () => void {
    const off = this.#backend.on('notices:changed', () => void this.load());
    void this.load();
    return off;
  }

  /** A call during a read reads once more after it: something may have changed since it began. */
  load(): Promise<void> {
    if (this.#reading) this.#again = true;
    this.#reading ??= this.#read();
    return this.#reading;
  }

  /** Marks one as read, all of them for "". */
  async read(id: string): Promise<void> {
    if (this.view) this.view = { ...this.view, notices: this.view.notices.map((notice) => (id === '' || notice.id === id ? { ...notice, read: true } : notice)) };
    await this.#backend.readNotice(id).catch(() => undefined); // then it is unread again at the next look
    await this.load();
  }

  saveSleep(on: boolean): Promise<boolean> {
    return this.#save(() => this.#backend.tellSleep(on));
  }

  saveValues(on: boolean): Promise<boolean> {
    return this.#save(() => this.#backend.tellValues(on));
  }

  saveTypes(types: string[]): Promise<boolean> {
    return this.#save(() => this.#backend.tellTypes(types));
  }

  /** All choices as they came. */
  reset(): Promise<boolean> {
    return this.#save(async () => {
      await this.#backend.tellSleep(true);
      await this.#backend.tellValues(false);
      await this.#backend.tellTypes([]);
    });
  }

  async test(): Promise<boolean> {
    const sent = await this.testing.run(() => this.#backend.testNotice());
    await this.load();
    return sent;
  }

  async #save(work: () => Promise<void>): Promise<boolean> {
    const saved = await this.saving.run(work);
    await this.load();
    return saved;
  }

  async #read(): Promise<void> {
    do {
      this.#again = false;
      try {
        this.view = await this.#backend.notices();
        this.error = undefined;
      } catch (thrown) {
        this.error = BackendError.from(thrown);
      }
    } while (this.#again);
    this.#reading = undefined;
  }
}
