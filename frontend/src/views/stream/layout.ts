import { dayKey } from '../../lib/format/time';
import type { Kinds, Outline } from '../../lib/state/feedOutline';

/** What a line of the list is: an event, the day above its events, the head of a burst, an event of an open burst. */
export const line = { row: 0, day: 1, burst: 2, member: 3 } as const;

/** In px. */
export interface Heights {
  row: number;
  day: number;
}

/** This many revisions of one document below each other make a burst, */
const fewRevisions = 3;
/** and this many events that were read of the past within one minute. */
const fewRead = 5;
const readSources = ['backfill', 'import', 'catchup'];

/** All lines of the list from top to bottom, in columns: a hundred thousand lines take half a megabyte. */
export class Layout {
  constructor(
    readonly outline: Outline,
    /** What each line is. */
    readonly what: Uint8Array,
    /** The place in the outline of the line's event; of a day and a burst, that of its first one. */
    readonly places: Int32Array,
    /** The lines that are days. */
    readonly days: Int32Array,
    /** How many events a burst holds, by its line. */
    readonly bursts: Map<number, number>,
  ) {}

  get length(): number {
    return this.what.length;
  }

  /** How many lines are no days. */
  get options(): number {
    return this.length - this.days.length;
  }

  /** Falls strictly from top to bottom: a whole number is an event, the one above it with .25 its burst, with .5 its day. */
  order(at: number): number {
    const what = this.what[at];
    const seq = this.outline.seq(this.places[at] ?? -1);
    return what === line.day ? seq + 0.5 : what === line.burst ? seq + 0.25 : seq;
  }

  /** The line of an order; of an event in a closed burst, the burst. Where there is none, the next line. */
  lineOf(order: number): number {
    let low = 0;
    let high = this.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.order(middle) > order) low = middle + 1;
      else high = middle;
    }
    return low < this.length && this.order(low) === order ? low : this.#closedOver(low - 1, order) ? low - 1 : low;
  }

  #closedOver(at: number, seq: number): boolean {
    const size = this.bursts.get(at);
    return size !== undefined && this.what[at + 1] !== line.member && this.outline.seq((this.places[at] ?? 0) + size - 1) <= seq;
  }

  /** How many days stand above a line. */
  daysAbove(at: number): number {
    let low = 0;
    let high = this.days.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.days[middle] ?? 0) < at) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Where a line begins, in px from the top; of the line after the last, where the list ends. */
  offset(at: number, heights: Heights): number {
    return at * heights.row + this.daysAbove(at) * (heights.day - heights.row);
  }

  /** The line at a height in px; the first and the last one beyond the ends. */
  lineAt(y: number, heights: Heights): number {
    let low = 0;
    let high = this.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.offset(middle, heights) <= y) low = middle;
      else high = middle - 1;
    }
    return Math.max(0, low);
  }

  /** The events of a burst: numbers of its newest and its oldest one. */
  burst(at: number): { newest: number; oldest: number; size: number; first: number } {
    const size = this.bursts.get(at) ?? 0;
    const first = this.places[at] ?? 0;
    return { newest: this.outline.seq(first), oldest: this.outline.seq(first + size - 1), size, first };
  }
}

interface Options {
  kinds: Kinds;
  /** Whether bursts are put together at all. */
  group: boolean;
  /** The oldest events of the bursts that are open: newer ones may join those. */
  open: ReadonlySet<number>;
}

/** Puts the days between the events and bursts together. */
export function layOut(outline: Outline, { kinds, group, open }: Options): Layout {
  const what = new Uint8Array(outline.length * 2 + 1);
  const places = new Int32Array(what.length);
  const days: number[] = [];
  const bursts = new Map<number, number>();
  const runs = new Runs(outline, kinds);
  let n = 0;
  const add = (kind: number, place: number): void => {
    what[n] = kind;
    places[n++] = place;
  };
  const calendar = new Calendar();
  for (let place = 0; place < outline.length; ) {
    if (calendar.enters(outline.seconds[place] ?? 0)) {
      days.push(n);
      add(line.day, place);
    }
    const size = group ? runs.at(place, (second) => calendar.within(second)) : 1;
    if (size > 1) {
      bursts.set(n, size);
      add(line.burst, place);
      if (open.has(outline.seq(place + size - 1))) for (let i = 0; i < size; i++) add(line.member, place + i);
    } else add(line.row, place);
    place += size;
  }
  return new Layout(outline, what.slice(0, n), places.slice(0, n), Int32Array.from(days), bursts);
}

/** Remembers the local day of the last event. To read a date costs more than all else here. */
class Calendar {
  #from = Infinity;
  #to = -Infinity;

  within(second: number): boolean {
    return second >= this.#from && second < this.#to;
  }

  /** Goes to the day of an instant; whether it is another one. */
  enters(second: number): boolean {
    if (this.within(second)) return false;
    const at = new Date(second * 1000);
    this.#from = new Date(at.getFullYear(), at.getMonth(), at.getDate()).getTime() / 1000;
    this.#to = new Date(at.getFullYear(), at.getMonth(), at.getDate() + 1).getTime() / 1000;
    return true;
  }
}

/** Finds the bursts. */
class Runs {
  readonly #outline: Outline;
  readonly #kinds: Kinds;
  /** A number for each type of Kinds, and 0 or 1 for its source. */
  readonly #types: number[] = [];
  readonly #read: boolean[] = [];
  readonly #numbers = new Map<string, number>();

  constructor(outline: Outline, kinds: Kinds) {
    this.#outline = outline;
    this.#kinds = kinds;
  }

  /** How many events from `place` on make one line. */
  at(place: number, sameDay: (second: number) => boolean): number {
    const revisions = this.#revisions(place, sameDay);
    if (revisions >= fewRevisions) return revisions;
    const read = this.#readTogether(place);
    return read >= fewRead ? read : 1;
  }

  #revisions(place: number, sameDay: (second: number) => boolean): number {
    const { objects, kinds, seconds, length } = this.#outline;
    const object = objects[place];
    if (object === 0) return 1;
    const type = this.#type(kinds[place] ?? 0);
    let end = place + 1;
    while (end < length && objects[end] === object && this.#type(kinds[end] ?? 0) === type && sameDay(seconds[end] ?? 0)) end++;
    return end - place;
  }

  #readTogether(place: number): number {
    const { kinds, seconds, length } = this.#outline;
    const kind = kinds[place] ?? 0;
    if (!this.#isRead(kind)) return 1;
    const minute = Math.floor((seconds[place] ?? 0) / 60);
    const source = this.#kinds.at(kind).source;
    let end = place + 1;
    while (end < length && Math.floor((seconds[end] ?? 0) / 60) === minute && this.#isRead(kinds[end] ?? 0) && this.#kinds.at(kinds[end] ?? 0).source === source) end++;
    return end - place;
  }

  #type(kind: number): number {
    let number = this.#types[kind];
    if (number === undefined) {
      const { dataType } = this.#kinds.at(kind);
      number = this.#numbers.get(dataType) ?? this.#numbers.size;
      this.#numbers.set(dataType, number);
      this.#types[kind] = number;
    }
    return number;
  }

  #isRead(kind: number): boolean {
    return (this.#read[kind] ??= readSources.includes(this.#kinds.at(kind).source));
  }
}

/** The day of a line's event, "2026-11-22". */
export function dayOf(layout: Layout, at: number): string {
  return dayKey(new Date((layout.outline.seconds[layout.places[at] ?? 0] ?? 0) * 1000));
}

/**
 * The order of the line `by` lines below (above when negative) the one of `order`, days left out; the first or last one
 * at the ends. Order 0 is above the first line and below the last one; it is the answer in an empty list.
 */
export function step(layout: Layout, order: number, by: number): number {
  if (layout.options === 0) return 0;
  const index = (at: number): number => at - layout.daysAbove(at);
  const most = layout.options - 1;
  if (order === 0) return layout.order(lineOfOption(layout, by > 0 ? Math.min(most, by - 1) : Math.max(0, most + 1 + by)));
  const at = layout.lineOf(order);
  const here = at < layout.length && layout.order(at) >= order;
  const from = by > 0 && !here ? index(at) - 1 : index(at);
  return layout.order(lineOfOption(layout, Math.max(0, Math.min(most, from + by))));
}

/** The line that is option number `index`. */
function lineOfOption(layout: Layout, index: number): number {
  let low = 0;
  let high = layout.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (middle + 1 - layout.daysAbove(middle + 1) > index) high = middle;
    else low = middle + 1;
  }
  return low;
}
