/** Long enough that a burst of events is one. */
const settleMs = 250;
/** While events keep coming, this much rest between two answers. */
const restMs = 1000;

/**
 * Answers many requests with few runs: the first one after a moment, those that
 * come meanwhile with one more. At most one run is under way.
 */
export class Soon {
  readonly #run: () => Promise<void>;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #running = false;
  #again = false;
  #endedAt = -Infinity;

  constructor(run: () => Promise<void>) {
    this.#run = run;
  }

  ask(): void {
    if (this.#running) this.#again = true;
    else this.#timer ??= setTimeout(() => void this.#go(), Math.max(settleMs, this.#endedAt + restMs - Date.now()));
  }

  /** Forgets what was asked for; what is under way ends by itself. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#again = false;
  }

  async #go(): Promise<void> {
    this.#timer = undefined;
    this.#running = true;
    try {
      await this.#run();
    } finally {
      this.#running = false;
      this.#endedAt = Date.now();
      if (this.#again) {
        this.#again = false;
        this.ask();
      }
    }
  }
}
