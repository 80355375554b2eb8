import Ban from '@lucide/svelte/icons/ban';
import CircleCheck from '@lucide/svelte/icons/circle-check';
import CirclePause from '@lucide/svelte/icons/circle-pause';
import Clock from '@lucide/svelte/icons/clock';
import Download from '@lucide/svelte/icons/download';
import TriangleAlert from '@lucide/svelte/icons/triangle-alert';
import type { JobState, JobTypeView, JobView } from '../backend';
import { count } from '../format/number';
import { plain } from '../format/plain';
import { dayRange, dayShort, monthOf, span } from '../format/time';
import { typeName } from '../format/words';
import { text } from '../text';
import type { IconType, Tone } from '../ui/icon';

const looks: Record<JobState, { icon: IconType; tone: Tone }> = {
  queued: { icon: Clock, tone: 'muted' },
  running: { icon: Download, tone: 'info' },
  waiting: { icon: CirclePause, tone: 'warn' },
  done: { icon: CircleCheck, tone: 'ok' },
  cancelled: { icon: Ban, tone: 'muted' },
};

/** The look of a state; one that a newer program may bring gets that of a queued job. */
function jobLook(state: string): { icon: IconType; tone: Tone } {
  return looks[Object.hasOwn(looks, state) ? (state as JobState) : 'queued'];
}

const lacking: { icon: IconType; tone: Tone } = { icon: TriangleAlert, tone: 'warn' };

/** Whether a job goes on, now or later. */
export function underWay(job: JobView): boolean {
  return job.state === 'queued' || job.state === 'running' || job.state === 'waiting';
}

const t = text.sync.jobs;

/** What a job is for: "All history", "3 Nov – 17 Nov". */
export function jobTitle(job: JobView, now: Date): string {
  return job.kind === 'history' || job.from === '' ? t.history : t.asked(dayRange(job.from, job.to, now));
}

/** The types it reads, by name while they are few. */
export function jobTypes(job: JobView): string {
  return job.dataTypes.length > 0 && job.dataTypes.length <= 2 ? job.dataTypes.map(typeName).join(', ') : job.dataTypes.length > 0 ? t.types(job.dataTypes.length) : '';
}

/** What a job could not bring: "2 types refused, 92 days not read"; "" when nothing. */
export function jobLacks(types: JobTypeView[]): string {
  const refused = types.filter((type) => type.state === 'refused').length;
  const missed = types.filter((type) => type.state !== 'refused' && type.missed > 0);
  const days = missed.length === 1 ? t.missed(missed[0]?.missed ?? 0, count(missed[0]?.missed ?? 0)) : missed.length > 1 ? t.missedOf(missed.length) : '';
  return [refused > 0 ? t.refused(refused) : '', days].filter((part) => part !== '').join(', ');
}

/** How a job stands, in a word and its look: "Reading", "Done", "Done, 92 days not read". */
export function jobStands(job: JobView): { word: string; icon: IconType; tone: Tone } {
  const lacks = job.state === 'done' ? jobLacks(job.types) : '';
  if (lacks) return { word: t.doneBut(lacks), ...lacking };
  return { word: Object.hasOwn(t.states, job.state) ? t.states[job.state] : plain(job.state, 40), ...jobLook(job.state) };
}

/** What was read so far: "8,412 documents, 12 revised, 214,300 measurements". */
export function jobBrought(job: Pick<JobView, 'documents' | 'samples'> & { revised?: number }): string {
  const parts: string[] = [];
  if (job.documents > 0) parts.push(t.documents(job.documents, count(job.documents)));
  if (job.revised) parts.push(t.revised(count(job.revised)));
  if (job.samples > 0) parts.push(t.samples(job.samples, count(job.samples)));
  return parts.length > 0 ? parts.join(', ') : t.nothing;
}

/** How far it is: "9 of 15 days", or "back to March 2023"; "" before it has begun. */
export function jobReached(job: JobView): string {
  if (job.daysTotal > 0) return t.daysOf(count(job.daysDone), count(job.daysTotal));
  return job.day ? t.backTo(monthOf(job.day)) : '';
}

/** How fast it goes and how long it will take: "63 a second, about 7 s left"; "" when it does not read. */
export function jobPace(job: JobView): string {
  if (job.state !== 'running') return '';
  const rate = job.rate > 0 ? [t.rate(job.rate < 10 ? job.rate.toFixed(1) : count(Math.round(job.rate)))] : [];
  return [...rate, ...(job.secondsLeft > 0 ? [t.left(span(Math.max(1, Math.round(job.secondsLeft)) * 1000).replace('.0', ''))] : [])].join(', ');
}

/** What it reads at this moment: "Sleep period, 14 Mar 2023"; "" when it does not read. */
export function jobReading(job: JobView, now: Date): string {
  return job.state === 'running' && job.dataType && job.day ? t.reading(typeName(job.dataType), dayShort(job.day, now)) : '';
}
