import type { JobView, SyncView } from '../../lib/backend';

/** How far the first connection is: with the newest days, with the history, or through. The history begins once the newest days are here. */
export type FirstPart = 'recent' | 'history' | 'done';

export const historyOf = (view: SyncView | undefined): JobView | undefined => view?.jobs.find((job) => job.kind === 'history');

/** undefined: there is nothing to tell. */
export function firstPart(view: SyncView | undefined): FirstPart | undefined {
  if (!view?.connected) return undefined;
  switch (historyOf(view)?.state) {
    case undefined:
      return 'recent';
    case 'cancelled':
      return undefined;
    case 'done':
      return 'done';
    default:
      return 'history';
  }
}

/** What is here of all types, in the words of a job. */
export function here(view: SyncView): { documents: number; samples: number } {
  const sum = (series: boolean): number => view.types.filter((type) => type.series === series).reduce((n, type) => n + type.count, 0);
  return { documents: sum(false), samples: sum(true) };
}
