import type { CoverageCell, CoverageState, RoundLine, SyncTypeView, SyncView } from '../../lib/backend';
import { addDays, dayAt, dayNumber, later } from '../../lib/format/days';
import { count } from '../../lib/format/number';
import { plain } from '../../lib/format/plain';
import { ago, dayKey, dayRange, dayTitle, dayWord, moment } from '../../lib/format/time';
import { typeName } from '../../lib/format/words';
import { coverageStates } from '../../lib/state/coverage';
import { text } from '../../lib/text';
import { stateAt, tally, type Area, type DayGrid } from './grid';

const t = text.sync;

/** A state's name; one that a newer program may bring keeps its own. */
export const stateName = (state: CoverageState): string => (Object.hasOwn(t.map.states, state) ? t.map.states[state] : plain(state, 40));

/** "Daily sleep, Friday 20 November: Complete". */
export function cellTitle(grid: DayGrid, row: number, day: number, now: Date): string {
  return t.map.cell(typeName(grid.rows[row]?.dataType ?? ''), dayTitle(dayAt(day), now), stateName(stateAt(grid, row, day)));
}

/** What has to be known of a type to speak of its days. */
export interface Kind {
  series: boolean;
  /** Whether the account shares it now. */
  allowed: boolean;
}

/** How far back the rounds read days again. */
const roundDays = 30;

/** What the state of a day means, when nothing more is known of it. */
export function meaning(state: CoverageState, day: string, kind: Kind, now: Date): string {
  if (state === 'partial' && dayNumber(dayKey(now)) - dayNumber(day) < roundDays) return t.map.stillOpen;
  if (state === 'not_allowed' && kind.allowed) return t.map.allowedNow;
  return Object.hasOwn(t.map.explain, state) ? t.map.explain[state] : '';
}

/** What is known of a day beside its state: how much, when asked, and why not. */
export function cellDetail(cell: CoverageCell, kind: Kind, now: Date): string {
  const held = cell.count > 0 ? [(kind.series ? t.map.samples : t.map.documents)(cell.count, count(cell.count))] : [];
  const asked = cell.askedAt ? [t.map.asked(ago(cell.askedAt, now))] : [];
  const facts = [...held, ...asked].join(', ');
  // Why it was not shared then is no reason any more.
  const reason = cell.state === 'not_allowed' && kind.allowed ? '' : plain(cell.reason, 300);
  const why = reason || meaning(cell.state, cell.day, kind, now);
  return [why, facts && `${facts.charAt(0).toUpperCase()}${facts.slice(1)}.`].filter((part) => part !== '').join(' ');
}

/** "Daily sleep, 3 Nov – 17 Nov", or how many types. */
export function areaTitle(grid: DayGrid, area: Area, now: Date): string {
  const types = area.bottom - area.top + 1;
  const name = types === 1 ? typeName(grid.rows[area.top]?.dataType ?? '') : t.map.types(types);
  return t.map.span(name, dayRange(dayAt(area.from), dayAt(area.to), now));
}

/** "30 days: 21 complete, 9 failed". */
export function areaDetail(grid: DayGrid, area: Area): string {
  const sum = tally(grid, area);
  const days = area.to - area.from + 1;
  const parts = coverageStates.filter((state) => sum[state] > 0).map((state) => t.map.tally(count(sum[state]), stateName(state)));
  return `${t.map.days(count(days), days === 1)}: ${parts.join(', ')}.`;
}

/** What a round brought: "Caught up 37 documents, 2 revised". */
export function roundWords(round: RoundLine): string {
  const parts: string[] = [];
  if (round.added > 0) parts.push((round.kind === 'catchup' ? t.rounds.caughtUp : t.rounds.added)(round.added, count(round.added)));
  if (round.revised > 0) parts.push(t.rounds.revised(count(round.revised)));
  if (round.deleted > 0) parts.push(t.rounds.deleted(count(round.deleted)));
  if (round.samples > 0) parts.push(t.rounds.samples(round.samples, count(round.samples)));
  if (round.failed > 0) parts.push(t.rounds.failed(round.failed));
  return parts.length > 0 ? parts.join(', ') : t.rounds.nothing;
}

/** When Oura's newest of a type is from: the instant where there is one, else the day; "" when Oura has none. */
export function newestOf(type: Pick<SyncTypeView, 'newest' | 'newestDay'>, now: Date): string {
  return moment(type.newest, now) || dayWord(type.newestDay, now);
}

/** "Synced 4 min ago; Oura’s newest is from 07:12." over all types; "" while nothing was read. */
export function freshness(view: SyncView, now: Date): string {
  const synced = view.types.map((type) => type.lastSync).reduce(later, '');
  const newest = newestOf(newestOfAll(view.types), now);
  return synced && newest ? t.fresh.total(ago(synced, now), newest) : '';
}

/** The newest instant, for it says most; the newest day where no type has an instant, or none that is near that day. */
function newestOfAll(types: SyncTypeView[]): Pick<SyncTypeView, 'newest' | 'newestDay'> {
  const newest = types.map((type) => type.newest).reduce((a, b) => (Date.parse(b) > (Date.parse(a) || 0) ? b : a), '');
  const newestDay = types.filter((type) => type.newest === '').map((type) => type.newestDay).reduce(later, '');
  // The last night began on the day before its own.
  const old = newest !== '' && newestDay !== '' && addDays(dayKey(newest), 1) < newestDay;
  return { newest: old ? '' : newest, newestDay };
}
