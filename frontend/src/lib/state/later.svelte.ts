import { BackendError } from '../backend';
import { text } from '../text';
import { toasts, type Toasts } from '../ui/toasts.svelte';

/**
 * What cannot be taken back once it is done, and is therefore done only when the
 * time to undo it has passed. Until then it looks as if it were done: screens ask `waits`.
 */
export class Later {
  /** The toast of each. */
  #waiting = $state.raw<ReadonlyMap<string, number>>(new Map());
  /** Those under way. */
  readonly #doing = new Set<Promise<void>>();
  readonly #toasts: Toasts;

  constructor(corner: Toasts = toasts) {
    this.#toasts = corner;
  }

  waits(key: string): boolean {
    return this.#waiting.has(key);
  }

  /** Says so, waits, and does `work`. A failure is told in a toast of its own. */
  plan(key: string, said: string, work: () => Promise<void>): void {
    const id = this.#toasts.show(said, 'info', { label: text.data.undo, undo: true, run: () => this.#forget(key) }, () => this.#begin(key, work));
    this.#waiting = new Map([...this.#waiting, [key, id]]);
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

  #forget(key: string): void {
    this.#waiting = new Map([...this.#waiting].filter(([one]) => one !== key));
  }
}

/** The window has one, as it has one corner for messages. */
export const later = new Later();
