const storageKey = 'stream.bursts';

/** Whether bursts share a row, and which of them are open. */
export class Bursts {
  on = $state(true);
  /** The oldest events of those that are open: newer ones may join. */
  open = $state.raw<ReadonlySet<number>>(new Set());

  constructor() {
    this.on = globalThis.localStorage?.getItem(storageKey) !== 'off';
  }

  /** Turns bursts on or off; the window remembers it. */
  set(on: boolean): void {
    this.on = on;
    globalThis.localStorage?.setItem(storageKey, on ? 'on' : 'off');
  }

  toggle(oldest: number, open = !this.open.has(oldest)): void {
    const next = new Set(this.open);
    if (open) next.add(oldest);
    else next.delete(oldest);
    this.open = next;
  }

  /** Closes all: they were those of another list. */
  close(): void {
    this.open = new Set();
  }
}
