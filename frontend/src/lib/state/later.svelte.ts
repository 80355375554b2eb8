import { BackendError, type Backend } from '../backend';
import { text } from '../text';
import { toasts, type Toasts } from '../ui/toasts.svelte';

/**
 * What cannot be taken back once it is done, and is therefore done only when the
 * time to undo it has passed. Until then it looks as if it were done: screens ask `waits`.
 * Go hears what waits and does it where the program is quit before, when a page may do nothing any more.
 */
export class Later {
  /** The toast of each. */
  #waiting = $state.raw<ReadonlyMap<string, number>>(new Map());
  /** Those under way. */
  readonly #doing = new Set<Promise<void>>();
  readonly #toasts: Toasts;
  #backend: Pick<Backend, 'planDeletion' | 'dropDeletion'> | undefined;
  /** What Go is told, one after the other: an undoing must not overtake its plan. */
  #telling = Promise.resolve();

  constructor(corner: Toasts = toasts) {
    this.#toasts = corner;
  }

  /** Who is told what waits. */
  tell(backend: Pick<Backend, 'planDeletion' | 'dropDeletion'>): void {
    this.#backend = backend;
  }

  waits(key: string): boolean {
    return this.#waiting.has(key);
  }

  /** Says so, waits, and does `work`. A failure is told in a toast of its own. Go knows the keys: app/later.go. */
  plan(key: string, said: string, work: () => Promise<void>): void {
    const id = this.#toasts.show(said, 'info', { label: text.data.undo, undo: true, run: () => this.#forget(key) }, () => this.#begin(key, work));
    this.#waiting = new Map([...this.#waiting, [key, id]]);
    this.#say((backend) => backend.planDeletion(key));
  }

  /** Nobody wants it any more: something newer has taken its place. */
  drop(key: string): void {
    this.#toasts.withdraw(this.#waiting.get(key) ?? 0);
    this.#forget(key);
  }

  /**
   * Does at once what waits, and resolves once all is done: another store comes, where it
   * was not meant. No message stays either, for none may take back there what was done here.
   */
  async flush(): Promise<void> {
    this.#toasts.flush();
    await Promise.all(this.#doing);
  }

  #begin(key: string, work: () => Promise<void>): void {
    const doing = this.#do(key, work).finally(() => this.#doing.delete(doing));
    this.#doing.add(doing);
  }

  async #do(key: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (thrown) {
      this.#toasts.show(BackendError.from(thrown).message, 'error');
    }
    this.#forget(key);
  }

  /** Who cannot be told has ended, and what waited there with it. */
  #say(what: (backend: Pick<Backend, 'planDeletion' | 'dropDeletion'>) => Promise<void>): void {
    const backend = this.#backend;
    if (backend) this.#telling = this.#telling.then(() => what(backend)).catch(() => undefined);
  }

  #forget(key: string): void {
    if (!this.#waiting.has(key)) return;
    this.#say((backend) => backend.dropDeletion(key));
    this.#waiting = new Map([...this.#waiting].filter(([one]) => one !== key));
  }
}

/** The window has one, as it has one corner for messages. */
export const later = new Later();
