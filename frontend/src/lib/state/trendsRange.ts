import { addDays, dayNumber } from '../format/days';
import type { Span } from './coverage';

export type Preset = 'week' | 'month' | 'quarter' | 'year' | 'five' | 'all' | 'free';

/** How many days each preset holds; "all" and "free" have no fixed number. */
export const presetDays: Partial<Record<Preset, number>> = { week: 7, month: 30, quarter: 90, year: 365, five: 1826 };

export const presets: readonly Preset[] = ['week', 'month', 'quarter', 'year', 'five', 'all', 'free'];

/** A range of days as it is chosen. */
export interface Range {
  preset: Preset;
  /** Of a free range only. */
  from: string;
  /** The last day; "" for today, which then moves on at midnight. */
  to: string;
}

export const newest = (preset: Preset): Range => ({ preset, from: '', to: '' });

/** The days of a range; both "" for everything. */
export function spanOf(range: Range, today: string): Span {
  if (range.preset === 'all') return { from: '', to: '' };
  const to = range.to || today;
  const days = presetDays[range.preset];
  return { from: days === undefined ? range.from || to : addDays(to, 1 - days), to };
}

/** How many days a range holds; 0 for everything. */
export function lengthOf(range: Range, today: string): number {
  const { from, to } = spanOf(range, today);
  return from === '' ? 0 : dayNumber(to) - dayNumber(from) + 1;
}

/** The range one length earlier (-1) or later (1), never beyond today; undefined where there is none. */
export function moved(range: Range, by: -1 | 1, today: string, first: string): Range | undefined {
  const days = lengthOf(range, today);
  const { from, to } = spanOf(range, today);
  if (days === 0) return undefined;
  if (by === -1) {
    // A range that begins before everything has nothing before it.
    if (first !== '' && from <= first) return undefined;
    return { preset: range.preset, from: range.preset === 'free' ? addDays(from, -days) : '', to: addDays(to, -days) };
  }
  if (to >= today) return undefined;
  const end = addDays(to, days) >= today ? '' : addDays(to, days);
  return { preset: range.preset, from: range.preset === 'free' ? addDays(end || today, 1 - days) : '', to: end };
}

/** What is wrong with the two days of a free range; "" when nothing is. */
export function freeProblem(from: string, to: string): '' | 'from' | 'to' | 'order' {
  if (!isDay(from)) return 'from';
  if (!isDay(to)) return 'to';
  return from > to ? 'order' : '';
}

function isDay(day: string): boolean {
  const number = dayNumber(day);
  // The 31st of a month without one is another day.
  return !Number.isNaN(number) && addDays(day, 0) === day && day >= '1970-01-01' && day < '2200-01-01';
}

/** What was remembered of a range, if it still is one. */
export function parseRange(value: unknown): Range | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { preset, from, to } = value as Partial<Record<keyof Range, unknown>>;
  const known = presets.find((one) => one === preset);
  if (!known) return undefined;
  if (known !== 'free') return newest(known);
  return typeof from === 'string' && typeof to === 'string' && freeProblem(from, to) === '' ? { preset: 'free', from, to } : undefined;
}
