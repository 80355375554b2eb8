import type { SavedFilter } from '../backend';

/** What the list shows; empty means all. */
export interface FeedFilter {
  types: string[];
  changes: string[];
  query: string;
  /** Also what was read of the past. Years of it come at once and say nothing of today, so it shows only when it is asked for or searched. */
  history: boolean;
}

export const emptyFilter: FeedFilter = { types: [], changes: [], query: '', history: false };

/** Whether rows of the past show under a filter. */
export const showsHistory = (filter: FeedFilter): boolean => filter.history || filter.query.trim() !== '';

/** Where rows come from that are no history. */
export const presentSources = ['webhook', 'poll', 'catchup', 'import'];

export const isEmpty = (filter: FeedFilter): boolean => sameFilter(filter, emptyFilter);

const sorted = (list: string[]): string => [...list].sort().join('\n');

/** Whether two filters select the same. */
export function sameFilter(a: FeedFilter, b: FeedFilter): boolean {
  return sorted(a.types) === sorted(b.types) && sorted(a.changes) === sorted(b.changes) && a.query.trim() === b.query.trim() && showsHistory(a) === showsHistory(b);
}

/** A filter as it is stored under a name. */
export function asSaved(name: string, filter: FeedFilter): SavedFilter {
  return { name, dataTypes: filter.types, eventTypes: filter.changes, sources: filter.history ? [] : presentSources, query: filter.query.trim() };
}

/** The way back. */
export function fromSaved({ dataTypes, eventTypes, sources, query }: SavedFilter): FeedFilter {
  return { types: dataTypes, changes: eventTypes, query, history: sources.length === 0 || sources.includes('backfill') };
}
