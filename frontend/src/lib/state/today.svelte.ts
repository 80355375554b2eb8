import { BackendError, type Backend, type DayView, type EventRow } from '../backend';
import { presentSources } from './feedFilter';

/** How many days are remembered, so that stepping back shows them at once. */
const daysMost = 14;
/** How many of the newest events stand on the screen. */
const eventsMost = 6;
/** A day that does not come at once is said to be read. */
const patienceMs = 150;

/**
 * One day, read again while somebody looks: at once when something has come, then
 * at most once a second, however much more comes.
 */
export class TodayState {
  /** The day last read. It stays in place until the next one is there. */
  view = $state.raw<DayView>();
  error = $state.raw<BackendError>();
  /** Without what was read of the past: years of it come at once and say nothing of today. */
  events = $state.raw<EventRow[]>();
  eventsError = $state.raw<BackendError>();
  /** The day asked for takes its time. */
  slow = $state(false);
  /** Whether the contributors are shown; a person's choice outlives the screen. */
  open = $state(false);
  readonly #backend: Backend;
  readonly #restMs: number;
  readonly #days = new Map<string, DayView>();
  /** What is asked for, "" for the newest day, and what `view` is the answer to. */
  #asked = '';
  #shown: string | undefined;
  #watchers = 0;
  #reading: Promise<void> | undefined;
  #again = false;
  /** Grows with every other store; an answer of the one before is dropped. */
  #round = 0;
  #rest: ReturnType<typeof setTimeout> | undefined;
  #late = false;

  constructor(backend: Backend, restMs = 1000) {
    this.#backend = backend;
    this.#restMs = restMs;
  }

  start(): () => void {
    const offs = [this.#backend.on('event:new', () => this.#refresh()), this.#backend.on('sync:changed', () => this.#refresh())];
    return () => {
      for (const off of offs) off();
      clearTimeout(this.#rest);
      this.#rest = undefined;
    };
  }

  /** Keeps the day up to date until the returned function is called. */
  watch(): () => void {
    this.#watchers++;
    return () => {
      this.#watchers--;
    };
  }

  /** Shows a day, "" for the newest. One seen lately stands there at once and is read again. */
  show(day: string): Promise<void> {
    this.#asked = day;
    const known = this.#days.get(day);
    if (known && this.#shown !== day) this.#take(day, known);
    const late = this.#shown === day ? undefined : setTimeout(() => (this.slow = this.#shown !== this.#asked), patienceMs);
    return this.load().finally(() => clearTimeout(late));
  }

  /** Reads the day. A call during a read makes one more read follow, however many calls there were. */
  load(): Promise<void> {
    if (this.#reading) this.#again = true;
    this.#reading ??= this.#readAll(this.#round);
    return this.#reading;
  }

  /** Everything belongs to another store now. */
  async reload(): Promise<void> {
    this.#round++;
    // What is under way there is not waited for.
    this.#reading = undefined;
    this.#again = this.slow = false;
    this.#days.clear();
    this.view = this.#shown = this.events = undefined;
    this.error = this.eventsError = undefined;
    if (this.#watchers > 0) await this.load();
  }

  /** Something has come. */
  #refresh(): void {
    // What is remembered of other days may be old; the one on the screen stays until its successor is there.
    this.#days.clear();
    if (this.#watchers === 0) return;
    if (this.#rest) {
      this.#late = true;
      return;
    }
    this.#rest = setTimeout(() => {
      this.#rest = undefined;
      if (this.#late) this.#refresh();
      this.#late = false;
    }, this.#restMs);
    void this.load();
  }

  async #readAll(round: number): Promise<void> {
    do {
      this.#again = false;
      await Promise.all([this.#readDay(this.#asked, round), this.#readEvents(round)]);
      if (round !== this.#round) return;
    } while (this.#again);
    // Here and not when the promise is heard of: whoever asks in between would not be read for.
    this.#reading = undefined;
  }

  async #readDay(day: string, round: number): Promise<void> {
    try {
      const view = await this.#backend.day(day);
      if (round !== this.#round) return;
      this.#remember(day, view);
      if (day === this.#asked) this.#take(day, view);
    } catch (thrown) {
      if (round !== this.#round || day !== this.#asked) return;
      this.error = BackendError.from(thrown);
      this.slow = false;
      // Another day's figures must not stand under a failure of this one.
      if (this.#shown !== day) this.view = this.#shown = undefined;
    }
  }

  async #readEvents(round: number): Promise<void> {
    try {
      const page = await this.#backend.events({ dataTypes: [], eventTypes: [], sources: presentSources, query: '', before: 0, after: 0, limit: eventsMost });
      if (round !== this.#round) return;
      this.events = page.rows;
      this.eventsError = undefined;
    } catch (thrown) {
      if (round === this.#round) this.eventsError = BackendError.from(thrown);
    }
  }

  #take(day: string, view: DayView): void {
    this.view = view;
    this.#shown = day;
    this.error = undefined;
    this.slow = false;
  }

  #remember(day: string, view: DayView): void {
    this.#days.delete(day);
    this.#days.set(day, view);
    const [oldest] = this.#days.keys();
    if (this.#days.size > daysMost && oldest !== undefined) this.#days.delete(oldest);
  }
}
