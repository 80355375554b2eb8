import type { JobView, SyncTypeView, SyncView } from '../../lib/backend';
import { count } from '../../lib/format/number';
import { plain } from '../../lib/format/plain';
import { typeName } from '../../lib/format/words';
import { underWay } from '../../lib/parts/jobs';
import { text } from '../../lib/text';

/** How far the first connection is: with the newest days, with the history, or through. The history begins once the newest days are here. */
export type FirstPart = 'recent' | 'history' | 'done';

/** History comes in several jobs when some types can be read later than others. */
const histories = (view: SyncView | undefined): JobView[] => (view?.jobs ?? []).filter((job) => job.kind === 'history');

/** The job to tell of: the one that reads, else one that will, else the newest. */
export function historyOf(view: SyncView | undefined): JobView | undefined {
  const jobs = histories(view);
  return jobs.find((job) => job.state === 'running') ?? jobs.find(underWay) ?? jobs[0];
}

/** undefined: there is nothing to tell. */
export function firstPart(view: SyncView | undefined): FirstPart | undefined {
  if (!view?.connected) return undefined;
  const jobs = histories(view);
  if (jobs.length === 0) return 'recent';
  if (jobs.some(underWay)) return 'history';
  return jobs.every((job) => job.state === 'done') ? 'done' : undefined;
}

/** A type whose history is not all here, although every job has ended. */
export interface Lack {
  dataType: string;
  kind: 'notShared' | 'unread' | 'days';
  /** That were given up. */
  days: number;
  reason: string;
}

/** What is missing of the history of the types that were chosen. */
export function lacksOf(view: SyncView): Lack[] {
  return view.types.filter((type) => type.wanted && type.days).flatMap((type) => lackOf(view, type) ?? []);
}

function lackOf(view: SyncView, { dataType, allowed, error }: SyncTypeView): Lack | undefined {
  const t = text.sync.first;
  // The newest one counts: what was refused is asked for again by another job.
  const job = histories(view).find((j) => j.dataTypes.includes(dataType));
  const part = job?.types.find((type) => type.dataType === dataType);
  const kind = allowed ? 'unread' : 'notShared';
  if (!job) return { dataType, kind, days: 0, reason: error || (allowed ? t.notYet : t.notShared) };
  if (part?.state === 'refused') return { dataType, kind, days: 0, reason: part.reason };
  return part && part.missed > 0 ? { dataType, kind: 'days', days: part.missed, reason: part.reason } : undefined;
}

/** "All your history is here", or "Your history is here, except for 2 types that Oura did not share". */
export function doneWords(lacks: Lack[]): string {
  const t = text.sync.first;
  const of = (kind: Lack['kind']): Lack[] => lacks.filter((lack) => lack.kind === kind);
  const [notShared, unread, days] = [of('notShared').length, of('unread').length, of('days')];
  const parts: string[] = [];
  if (notShared > 0) parts.push(t.lacks.notShared(notShared));
  if (unread > 0) parts.push(t.lacks.unread(unread));
  if (days.length > 0) parts.push(days.length === 1 ? t.lacks.days(days[0]?.days ?? 0, count(days[0]?.days ?? 0)) : t.lacks.daysOf(days.length));
  return parts.length > 0 ? t.historyBut(parts.reduce(t.and)) : t.historyDone;
}

/** Why, once per reason: "Cardiovascular age, VO₂ max: Oura did not share “Heart health”." */
export function lackReasons(lacks: Lack[]): string[] {
  const types = new Map<string, string[]>();
  for (const { dataType, reason } of lacks) types.set(reason, [...(types.get(reason) ?? []), typeName(dataType)]);
  return [...types].map(([reason, names]) => (reason ? text.sync.first.why(names.join(', '), plain(reason, 200)) : names.join(', ')));
}

/** What is here of all types, in the words of a job. */
export function here(view: SyncView): { documents: number; samples: number } {
  const sum = (series: boolean): number => view.types.filter((type) => type.series === series).reduce((n, type) => n + type.count, 0);
  return { documents: sum(false), samples: sum(true) };
}
