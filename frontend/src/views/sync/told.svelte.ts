import type { CoverageCell } from '../../lib/backend';

/** Long enough that a sweep over the map asks for nothing it does not rest on. */
const restMs = 80;

/** What the program tells of one day, asked for once the pointer or the cursor rests on it. */
export class Told {
  cell = $state.raw<CoverageCell>();
  readonly #ask: (dataType: string, day: string) => Promise<CoverageCell>;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #wanted = '';

  constructor(ask: (dataType: string, day: string) => Promise<CoverageCell>) {
    this.#ask = ask;
  }

  /** What was told of that day; undefined until it is. Without an answer its state stands alone. */
  of(dataType: string, day: string): CoverageCell | undefined {
    return this.cell?.dataType === dataType && this.cell.day === day ? this.cell : undefined;
  }

  rest(dataType: string, day: string): void {
    clearTimeout(this.#timer);
    const wanted = (this.#wanted = `${day} ${dataType}`);
    this.#timer = setTimeout(() => {
      this.#ask(dataType, day).then(
        (cell) => {
          if (this.#wanted === wanted) this.cell = cell;
        },
        () => undefined, // the state itself is shown already; the next rest asks again
      );
    }, restMs);
  }

  leave(): void {
    clearTimeout(this.#timer);
    this.#wanted = '';
  }
}
