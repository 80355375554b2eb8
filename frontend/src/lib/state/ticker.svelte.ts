/** The present moment for ages like "4 min ago". It stands still while the window is hidden. */
export class Ticker {
  now = $state.raw(new Date());
  readonly #everyMs: number;

  /** Every how many milliseconds the moment moves on. */
  constructor(everyMs = 15_000) {
    this.#everyMs = everyMs;
  }

  /** Starts ticking. Returns the undo. */
  start(): () => void {
    const tick = (): void => {
      if (!document.hidden) this.now = new Date();
    };
    tick();
    const timer = setInterval(tick, this.#everyMs);
    document.addEventListener('visibilitychange', tick);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', tick);
    };
  }
}
