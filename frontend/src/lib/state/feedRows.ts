import type { EventRow } from '../backend';

/** This many rows are kept; others are asked for again when they come into sight. */
const keep = 3000;

/** The rows that were read lately, by number. */
export class RowCache {
  #rows = new Map<number, EventRow | undefined>();

  /** The row, or undefined when it was not read, or is not stored any more. */
  get(seq: number): EventRow | undefined {
    return this.#rows.get(seq);
  }

  /** Whether it was asked for, with whatever result. */
  has(seq: number): boolean {
    return this.#rows.has(seq);
  }

  put(rows: EventRow[]): void {
    for (const row of rows) this.#rows.set(row.seq, row);
  }

  /** The store does not hold it any more. */
  gone(seq: number): void {
    if (!this.#rows.get(seq)) this.#rows.set(seq, undefined);
  }

  /** Drops the rows read first, but none in sight. */
  trim(inSight: Set<number>): void {
    for (const seq of this.#rows.keys()) {
      if (this.#rows.size <= keep) return;
      if (!inSight.has(seq)) this.#rows.delete(seq);
    }
  }

  clear(): void {
    this.#rows.clear();
  }

  get size(): number {
    return this.#rows.size;
  }
}
