import type { JobView } from '../../lib/backend';

/** How many days the first connection reads before it goes on to the history. */
export const recentDays = 30;

/** How far the first connection is: with the newest days, with the history, or through. */
export function firstPart(job: JobView): 'recent' | 'history' | 'done' | undefined {
  if (job.state === 'cancelled') return undefined;
  if (job.state === 'done') return 'done';
  return job.daysDone >= recentDays ? 'history' : 'recent';
}
