const hourMs = 3_600_000;

/** Where in a night a person looks: where the pointer is, else where the keys have led. In steps from the start. */
export class NightCursor {
  hover = $state<number>();
  /** Kept while the chart has no focus. */
  kept = $state(0);
  focused = $state(false);
  #stepMs: number;

  constructor(stepMs = 300_000) {
    this.#stepMs = stepMs;
  }

  /** The step to read; undefined while nobody asks. */
  get at(): number | undefined {
    return this.hover ?? (this.focused ? this.kept : undefined);
  }

  /** Answers a key. Resolves to whether it was one of the cursor's. */
  key(key: string, steps: number, stepMs: number): boolean {
    const moves: Record<string, number> = {
      ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: hourMs / stepMs, PageDown: -hourMs / stepMs, Home: -Infinity, End: Infinity,
    };
    const by = Object.hasOwn(moves, key) ? moves[key] : undefined;
    if (by === undefined) return false;
    this.kept = Math.max(0, Math.min(steps - 1, (this.hover ?? this.kept) + by));
    this.hover = undefined;
    return true;
  }

  /** Another night, or other steps: the moment stays where that is possible. */
  fit(steps: number, stepMs: number): void {
    const kept = Math.floor((this.kept * this.#stepMs) / stepMs);
    this.#stepMs = stepMs;
    this.kept = Math.max(0, Math.min(steps - 1, kept));
    this.hover = undefined;
  }
}
