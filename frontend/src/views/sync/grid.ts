import type { CoverageMap, CoverageState } from '../../lib/backend';
import { dayAt, dayNumber } from '../../lib/format/days';
import { byFamily } from '../../lib/format/words';
import { coverageStates, stateOf, type Span } from '../../lib/state/coverage';

/** The map as it is laid out: one row per type, one column per day, days by their numbers. */
export interface DayGrid {
  /** The days of the first and the last column. */
  first: number;
  last: number;
  rows: { dataType: string; states: string }[];
}

/** Columns and rows, all ends included. */
export interface Area {
  top: number;
  bottom: number;
  from: number;
  to: number;
}

/** Lays `map` out with at least `least` days: earlier ones were not asked for. */
export function gridOf(map: CoverageMap, least: number): DayGrid {
  const last = dayNumber(map.to);
  const missing = Math.max(0, least - (last - dayNumber(map.from) + 1));
  const first = dayNumber(map.from) - missing;
  const rows = map.rows.map(({ dataType, states }) => ({ dataType, states: 'n'.repeat(missing) + states })).sort(byFamily);
  return { first, last, rows };
}

/** What is known of one day of one row. */
export function stateAt(grid: DayGrid, row: number, day: number): CoverageState {
  return stateOf(grid.rows[row]?.states[day - grid.first]);
}

export type Tally = Record<CoverageState, number>;

/** How many days of an area are in each state. */
export function tally(grid: DayGrid, area: Area): Tally {
  const sum = Object.fromEntries(coverageStates.map((state) => [state, 0])) as Tally;
  for (let row = area.top; row <= area.bottom; row++) for (let day = area.from; day <= area.to; day++) sum[stateAt(grid, row, day)]++;
  return sum;
}

/** States that another request may change for the better. */
const gaps: ReadonlySet<CoverageState> = new Set(['not_asked', 'failed', 'partial', 'not_allowed']);
/** What asking again is good for only when somebody wants it. */
const settled: ReadonlySet<CoverageState> = new Set(['complete', 'empty', 'not_worn']);

/** What to ask for, and whether it fills gaps or repeats a question. */
export interface Filling {
  span: Span;
  dataTypes: string[];
  gaps: boolean;
}

/** Whether the account shares a type now; its days may still tell of a time when it did not. */
export type Allowed = (dataType: string) => boolean;

/** The smallest request that covers the gaps of an area; without gaps, all of it; undefined when no type of it is shared now. */
export function fillingOf(grid: DayGrid, area: Area, allowed: Allowed): Filling | undefined {
  return request(grid, area, allowed, gaps) ?? request(grid, area, allowed, settled);
}

/** How many types of an area a request leaves out, because they are not shared now. */
export function leftOut(grid: DayGrid, area: Area, allowed: Allowed): number {
  return grid.rows.slice(area.top, area.bottom + 1).filter((row) => !allowed(row.dataType)).length;
}

function request(grid: DayGrid, area: Area, allowed: Allowed, wanted: ReadonlySet<CoverageState>): Filling | undefined {
  let [from, to] = [Infinity, -Infinity];
  const dataTypes: string[] = [];
  for (const [row, { dataType }] of [...grid.rows.entries()].slice(area.top, area.bottom + 1)) {
    if (!allowed(dataType)) continue;
    let found = false;
    for (let day = area.from; day <= area.to; day++) {
      if (!wanted.has(stateAt(grid, row, day))) continue;
      found = true;
      from = Math.min(from, day);
      to = Math.max(to, day);
    }
    if (found) dataTypes.push(dataType);
  }
  return dataTypes.length === 0 ? undefined : { span: { from: dayAt(from), to: dayAt(to) }, dataTypes, gaps: wanted === gaps };
}
