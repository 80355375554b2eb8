import { typeName } from '../../lib/format/words';
import type { KindView } from '../../lib/backend';
import type { Kinds } from '../../lib/state/feedOutline';
import { text } from '../../lib/text';
import { dayOf, line, type Heights, type Layout } from './layout';

/** A burst as its row shows it. */
export interface Burst {
  size: number;
  open: boolean;
  /** Revisions of one document; otherwise read together of the past. */
  revisions: boolean;
  /** When its oldest event came. */
  since: string;
  /** The types in it, for those of many. */
  types: string;
}

/** A line to draw. */
export interface Slot {
  /** Its order in the layout, which no other line has. */
  order: number;
  /** Place among the options, from 1. */
  option: number;
  seq: number;
  receivedAt: string;
  kind: KindView;
  member: boolean;
  burst?: Burst;
}

/** A day with those of its lines that are drawn. Its heading sticks to the top as long as the day is in sight. */
export interface Section {
  order: number;
  day: string;
  /** In px, of the whole day. */
  top: number;
  height: number;
  /** Between the heading and the first line drawn. */
  gap: number;
  slots: Slot[];
}

/** An instant as text, "" when there is none. */
function iso(seconds = NaN): string {
  const at = new Date(seconds * 1000);
  return Number.isNaN(at.getTime()) ? '' : at.toISOString();
}

/** Lines are drawn and dropped so many at a time: a small step draws nothing. */
const stride = 8;

/** The lines from which to which are drawn, for a stretch in px. */
export function drawn(layout: Layout, heights: Heights, top: number, height: number): [from: number, to: number] {
  const from = Math.floor((layout.lineAt(top, heights) - stride) / stride) * stride;
  const to = Math.ceil((layout.lineAt(top + height, heights) + 1 + stride) / stride) * stride;
  return [Math.max(0, from), Math.min(layout.length, to)];
}

/** The days that have lines in [from, to), with these lines. */
export function sections(layout: Layout, kinds: Kinds, heights: Heights, from: number, to: number): Section[] {
  const out: Section[] = [];
  for (let nth = Math.max(0, layout.daysAbove(from + 1) - 1); nth < layout.days.length; nth++) {
    const at = layout.days[nth] ?? 0;
    if (at >= to) break;
    const next = layout.days[nth + 1] ?? layout.length;
    const first = Math.max(at + 1, from);
    const top = layout.offset(at, heights);
    const slots: Slot[] = [];
    for (let i = first; i < Math.min(next, to); i++) slots.push(slotAt(layout, kinds, i, nth + 1));
    out.push({ order: layout.order(at), day: dayOf(layout, at), top, height: layout.offset(next, heights) - top, gap: (first - at - 1) * heights.row, slots });
  }
  return out;
}

function slotAt(layout: Layout, kinds: Kinds, at: number, daysAbove: number): Slot {
  const place = layout.places[at] ?? 0;
  const { outline } = layout;
  const slot: Slot = {
    order: layout.order(at),
    option: at - daysAbove + 1,
    seq: outline.seq(place),
    receivedAt: iso(outline.seconds[place]),
    kind: kinds.at(outline.kinds[place] ?? 0),
    member: layout.what[at] === line.member,
  };
  if (layout.what[at] === line.burst) slot.burst = burstAt(layout, kinds, at);
  return slot;
}

/** So many events of a burst are looked at to name its types. */
const looked = 200;

function burstAt(layout: Layout, kinds: Kinds, at: number): Burst {
  const { outline } = layout;
  const { first, size } = layout.burst(at);
  const types = new Set<string>();
  for (let i = first; i < first + Math.min(size, looked); i++) types.add(kinds.at(outline.kinds[i] ?? 0).dataType);
  const object = outline.objects[first];
  return {
    size,
    open: layout.what[at + 1] === line.member,
    revisions: object !== 0 && object === outline.objects[first + size - 1],
    since: iso(outline.seconds[first + size - 1]),
    types: types.size > 1 ? text.stream.mixed(typeName([...types][0] ?? ''), types.size - 1) : '',
  };
}

/** The numbers of the events in sight, and of some around, whose rows are wanted. */
export function wanted(layout: Layout, from: number, to: number): number[] {
  const around = 32;
  const out: number[] = [];
  for (let at = Math.max(0, from - around); at < Math.min(layout.length, to + around); at++) {
    if (layout.what[at] !== line.day) out.push(layout.outline.seq(layout.places[at] ?? 0));
  }
  return out;
}
