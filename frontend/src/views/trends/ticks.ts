import { niceTicks } from '../../lib/charts/scale';
import { locale } from '../../lib/text';
import { bare, type Written } from './measure';

export interface Tick {
  at: number;
  label: string;
}

const dayMs = 86_400_000;
const utc = (options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat => new Intl.DateTimeFormat(locale, { ...options, timeZone: 'UTC' });
const dayName = utc({ day: 'numeric', month: 'short' });
const monthName = utc({ month: 'short' });

const yearOf = (day: number): number => new Date(day * dayMs).getUTCFullYear();
const monthOf = (day: number): number => new Date(day * dayMs).getUTCMonth();
const monthStart = (year: number, month: number): number => Date.UTC(year, month, 1) / dayMs;

/** Steps of the axis in days, below a month; Mondays from a week on. */
const daySteps = [1, 2, 7, 14];
/** Steps in months; from a year on only the year is written. */
const monthSteps = [1, 2, 3, 6, 12, 24, 60, 120];
const monthDays = 30.44;

/** Where the axis of days `first` to `last` is divided, with at most `most` labels. A second line names the year where it is another one. */
export function dayTicks(first: number, last: number, most: number): Tick[] {
  const room = Math.max(2, most);
  const days = daySteps.find((step) => (last - first + 1) / step <= room);
  if (days !== undefined) return withYears(multiples(first, last, days).map((at) => ({ at, label: dayName.format(at * dayMs) })));
  const months = monthSteps.find((step) => (last - first) / (step * monthDays) <= room) ?? 120;
  const ticks: Tick[] = [];
  for (let month = 0, year = yearOf(first); ; ) {
    const at = monthStart(year, month);
    if (at > last) break;
    if (at >= first) ticks.push({ at, label: months >= 12 ? String(year) : monthName.format(at * dayMs) });
    month += months;
    if (month > 11) [year, month] = [year + Math.floor(month / 12), month % 12];
  }
  return months >= 12 ? ticks : withYears(ticks);
}

/** Days at a distance: Mondays for weeks, else counted from the last one, so that it has a label. */
function multiples(first: number, last: number, step: number): number[] {
  // Day 4 was a Monday.
  const from = step % 7 === 0 ? first + ((((4 - first) % step) + step) % step) : last - Math.floor((last - first) / step) * step;
  return Array.from({ length: Math.max(0, Math.floor((last - from) / step) + 1) }, (_, i) => from + i * step);
}

/** The year below the first label, and below each with which another year begins. */
function withYears(ticks: Tick[]): Tick[] {
  return ticks.map((tick, i) => {
    const before = ticks[i - 1];
    return !before || yearOf(before.at) !== yearOf(tick.at) ? { ...tick, label: `${tick.label}\n${yearOf(tick.at)}` } : tick;
  });
}

/** Whether a day is the first of a year: its line is stronger. */
export const beginsYear = (day: number): boolean => monthOf(day) === 0 && monthStart(yearOf(day), 0) === day;

/** Steps of durations, in seconds. */
const secondSteps = [1, 5, 10, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 14_400, 21_600, 43_200, 86_400];

/** Round values inside [low, high], about `about` of them. */
export function valueTicks(low: number, high: number, about: number, of: Written): Tick[] {
  const values = of.unit === 's' ? durations(low, high, about) : niceTicks(low, high, about);
  const step = values.length > 1 ? (values[1] ?? 0) - (values[0] ?? 0) : 1;
  // As many decimals as the steps need.
  const digits = Math.max(0, Math.min(6, Math.ceil(-Math.log10(step) - 1e-9)));
  return values.map((at) => ({ at, label: bare(at, { ...of, digits, known: true }) }));
}

function durations(low: number, high: number, about: number): number[] {
  const step = secondSteps.find((s) => (high - low) / s <= about + 0.5) ?? 86_400 * Math.ceil((high - low) / about / 86_400);
  const from = Math.ceil(low / step);
  return Array.from({ length: Math.max(0, Math.floor(high / step) - from + 1) }, (_, i) => (from + i) * step);
}

/** What the axis of values shows around them. What was shown stays as long as all still fits well into it. */
export function domainOf(values: Iterable<number | undefined>, before?: [number, number]): [number, number] {
  let [min, max] = [Infinity, -Infinity];
  for (const value of values) {
    if (value === undefined) continue;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  if (min > max) return [0, 1];
  const extent = max - min || Math.abs(max) * 0.1 || 1;
  if (before && min >= before[0] && max <= before[1] && extent >= (before[1] - before[0]) * 0.5) return before;
  const pad = extent * 0.08;
  // What is never below zero is not drawn as if it could be.
  return [min >= 0 ? Math.max(0, min - pad) : min - pad, max + pad];
}
