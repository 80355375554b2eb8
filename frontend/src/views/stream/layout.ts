import type { EventRow } from '../../lib/backend';
import { dayKey } from '../../lib/format/time';

/** One line of the list: an event, or the day above the first event of that day. */
export type Item = { kind: 'row'; order: number; row: EventRow } | { kind: 'day'; order: number; day: string };

/** Reading a date costs more than all else here, and rows never change. */
const days = new WeakMap<EventRow, string>();

function dayOf(row: EventRow): string {
  let day = days.get(row);
  if (day === undefined) {
    day = dayKey(row.receivedAt);
    days.set(row, day);
  }
  return day;
}

/** Puts the days between the rows. `order` falls strictly from top to bottom. */
export function layOut(rows: EventRow[]): Item[] {
  const items: Item[] = [];
  let day: string | undefined;
  for (const row of rows) {
    const of = dayOf(row);
    if (of !== day) items.push({ kind: 'day', order: row.seq + 0.5, day: of });
    day = of;
    items.push({ kind: 'row', order: row.seq, row });
  }
  return items;
}

/** Where event `seq` stands, or would stand, among the items. */
export function indexOf(items: Item[], seq: number): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((items[middle]?.order ?? 0) > seq) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The event `by` rows below (above when negative) event `seq`; the first or last one at the ends. */
export function step(rows: EventRow[], seq: number, by: number): EventRow | undefined {
  if (seq === 0) return by > 0 ? rows[0] : rows.at(-1);
  const at = rowIndex(rows, seq);
  const from = by > 0 && rows[at]?.seq !== seq ? at - 1 : at;
  return rows[Math.max(0, Math.min(rows.length - 1, from + by))];
}

function rowIndex(rows: EventRow[], seq: number): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((rows[middle]?.seq ?? 0) > seq) low = middle + 1;
    else high = middle;
  }
  return low;
}
