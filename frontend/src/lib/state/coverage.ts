import type { CoverageMap, CoverageState, JobView, SyncView } from '../backend';
import { addDays, dayNumber, earlier, later } from '../format/days';

/** A stretch of days, both ends included. */
export interface Span {
  from: string;
  to: string;
}

export const coverageStates: readonly CoverageState[] = ['complete', 'partial', 'empty', 'not_worn', 'not_allowed', 'failed', 'not_asked'];
const letters: Record<CoverageState, string> = { complete: 'c', partial: 'p', empty: 'e', not_worn: 'w', not_allowed: 'a', failed: 'f', not_asked: 'n' };
const byLetter = new Map(coverageStates.map((state) => [letters[state], state]));

/** What a letter of the map stands for; one that a newer program may bring counts as not asked. */
export const stateOf = (letter: string | undefined): CoverageState => byLetter.get(letter ?? '') ?? 'not_asked';

/** The longest cut a job reads at once, and so how far one answer can reach beyond the day it names. */
const cutDays = 92;
/** How far back a round may reach that does not say so, or is told only by when its types were read. */
const roundDays = 30;

/** `map` with the days of `part` exchanged or added; undefined when their types differ, for then nothing fits together. */
export function merge(map: CoverageMap, part: CoverageMap): CoverageMap | undefined {
  const same = part.rows.length === map.rows.length && part.rows.every((row, i) => row.dataType === map.rows[i]?.dataType);
  if (!same) return undefined;
  const before = Math.max(0, dayNumber(map.from) - dayNumber(part.from));
  const at = Math.max(0, dayNumber(part.from) - dayNumber(map.from));
  const rows = map.rows.map(({ dataType, states }, i) => {
    const known = 'n'.repeat(before) + states;
    const news = part.rows[i]?.states ?? '';
    return { dataType, states: known.slice(0, at).padEnd(at, 'n') + news + known.slice(at + news.length) };
  });
  return { from: earlier(map.from, part.from), to: later(map.to, part.to), rows };
}

/** Which days may look different now: all when nothing of the map can stay, undefined when nothing has happened. */
export function changedSpan(before: SyncView, after: SyncView): Span | 'all' | undefined {
  if (before.today !== after.today || before.firstDay === '' || after.firstDay > before.firstDay || before.connected !== after.connected) return 'all';
  const spans = [...changedJobs(before.jobs, after.jobs, after.today), ...changedRounds(before, after), ...silentRounds(before, after)];
  if (after.firstDay < before.firstDay) spans.push({ from: after.firstDay, to: addDays(before.firstDay, -1) });
  if (spans.length === 0) return undefined;
  const from = spans.map((s) => s.from).reduce(earlier);
  const to = spans.map((s) => s.to).reduce(later);
  return from === '' ? 'all' : { from: later(from, after.firstDay), to: to > after.today ? after.today : to };
}

function changedJobs(before: JobView[], after: JobView[], today: string): Span[] {
  const known = new Map(before.map((job) => [job.id, job]));
  return after.flatMap((job) => {
    const was = known.get(job.id);
    if (was && progressOf(was) === progressOf(job)) return [];
    if (!was && job.day === '' && (job.state === 'queued' || job.state === 'waiting')) return [];
    // From the cut it is in back up to where it was seen last.
    const top = was?.day ? earlier(addDays(was.day, cutDays), job.to) : job.to || today;
    const low = job.day ? addDays(job.day, -cutDays) : was?.day ? addDays(was.day, -cutDays) : job.from;
    return [{ from: later(low, job.from), to: top }];
  });
}

function progressOf(job: JobView): string {
  return [job.state, job.day, job.documents, job.revised, job.samples, ...job.types.map((type) => type.state)].join('|');
}

function changedRounds(before: SyncView, after: SyncView): Span[] {
  const known = new Set(before.rounds.map((round) => round.startedAt + round.kind));
  const back = addDays(after.today, -roundDays);
  return after.rounds.filter((round) => !known.has(round.startedAt + round.kind)).map((round) => ({ from: round.from || back, to: round.to || after.today }));
}

/**
 * A usual round that brings nothing is in no list, and yet it settles days and
 * moves when they were asked for. Reading some days too many is cheap.
 */
function silentRounds(before: SyncView, after: SyncView): Span[] {
  return syncsOf(before) === syncsOf(after) ? [] : [{ from: addDays(after.today, -roundDays), to: after.today }];
}

const syncsOf = (view: SyncView): string => view.types.map((type) => `${type.dataType} ${type.lastSync}`).join('|');
