import type { TrendView } from '../../lib/backend';
import type { Form } from '../../lib/state/trends.svelte';
import { count } from '../../lib/format/number';
import { text } from '../../lib/text';
import { windowDays } from './calendar';
import { bare, measure } from './measure';
import { levelCount } from './paint';
import { spanWord, type DayFacts } from './words';

/** One sign of a drawing with its meaning. */
export interface Sign {
  mark: 'line' | 'band' | 'dash' | 'dots' | 'hatch' | 'level';
  /** Of a level, from 0. */
  level: number;
  label: string;
}

const t = text.trends.chart;

/** Which values the colours of a calendar divide: those of the last year only where that is shown. */
export function fifthsWord(days: readonly DayFacts[], today: string, now: Date): string {
  const [first, last] = [days.at(-Math.min(windowDays, days.length)), days.at(-1)];
  if (!first || !last) return '';
  return days.length >= windowDays && last.day >= today ? t.fifthsOfYear : t.fifthsOf(spanWord(first.day, last.day, now));
}

/** What the signs of a drawing mean: only of those that are in it. */
export function legendOf(view: TrendView, form: Form, limits: readonly number[], missing: boolean): Sign[] {
  const sign = (mark: Sign['mark'], label: string, level = 0): Sign => ({ mark, level, label });
  const worn = view.notWorn.length > 0 ? [sign('dots', t.worn)] : [];
  if (form === 'calendar') {
    const { metric } = view;
    const label = (level: number): string => {
      const [low, high] = [limits[level - 1], limits[level]];
      if (high === undefined) return t.above(measure(low ?? 0, metric));
      return low === undefined ? t.upTo(measure(high, metric)) : t.between(bare(low, metric), measure(high, metric));
    };
    const levels = limits.length === 0 ? [] : limits[0] === limits.at(-1) ? [sign('level', measure(limits[0] ?? 0, metric), Math.floor(levelCount / 2))] : Array.from({ length: levelCount }, (_, i) => sign('level', label(i), i));
    return [...levels, ...(missing ? [sign('hatch', t.missing)] : []), ...worn];
  }
  const band = view.bandDays.length > 0 ? [sign('band', view.apart.length > 0 ? t.usualWithout(count(view.apart.length), view.apart.length) : t.usual), sign('dash', t.middle)] : [];
  return [sign('line', t.value), ...band, ...worn];
}
