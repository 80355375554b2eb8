import type { MetricView, SpanView, TrendView, UsualView } from '../../lib/backend';
import { possible, standOf, unknown } from '../../lib/charts/figure';
import { dayNumber } from '../../lib/format/days';
import { familyOf } from '../../lib/format/family';
import { count } from '../../lib/format/number';
import { plain } from '../../lib/format/plain';
import { dayShort, dayTitle, dayWord } from '../../lib/format/time';
import { typeName } from '../../lib/format/words';
import { routeHash } from '../../lib/state/router.svelte';
import type { Revised } from '../../lib/state/trends.svelte';
import { text } from '../../lib/text';
import { bareGap, gapOf, measure, stretch } from './measure';

const t = text.trends;

export const metricName = (metric: Pick<MetricView, 'name' | 'id'>): string => plain(metric.name || metric.id, 80);

/** What a metric is of: "Sleep period · ms · main sleep of the day". */
export function metricKind(metric: MetricView): string {
  const field = metric.known ? '' : plain(metric.field, 60);
  return [typeName(metric.dataType), metric.unit === 's' ? '' : metric.unit, t.perDay[metric.perDay], field].filter((part) => part).join(' · ');
}

/** A stretch within a sentence: "25 Aug to 22 Nov". */
export function spanWord(from: string, to: string, now: Date): string {
  return from === to ? dayShort(from, now) : t.compare.interval(dayShort(from, now), dayShort(to, now));
}

/** What is known of one day. */
export interface DayFacts {
  day: string;
  value: number | undefined;
  low: number | undefined;
  mid: number | undefined;
  high: number | undefined;
  notWorn: boolean;
  /** The day still runs, and with it the value. */
  running?: boolean;
}

/** Types whose documents grow until their day is over. */
const growing = new Set(['daily_activity', 'daily_stress', 'heartrate']);

/** All days of a view, from the first to the last, the missing ones too. */
export function daysOf(view: TrendView): DayFacts[] {
  const days = view.days.map((day, i) => [day, view.values[i]] as const);
  const bands = view.bandDays.map((day, i) => [day, i] as const);
  const values = new Map(days);
  const band = new Map(bands);
  const off = new Set(view.notWorn);
  const runsFrom = growing.has(view.metric.dataType) ? view.today : undefined;
  const first = dayNumber(view.from || view.days[0] || '');
  const last = dayNumber(view.to || view.days.at(-1) || '');
  if (!(last >= first)) return [];
  // Once for all: a Date for each day would cost more than the drawing.
  return allDays(first, last).map((day) => {
    return { day, value: values.get(day), low: undefined, mid: undefined, high: undefined, ...bandAt(view, band.get(day) ?? -1), notWorn: off.has(day), running: runsFrom !== undefined && day >= runsFrom };
  });
}

/** The usual range at a place in the list of those, without what cannot be; undefined where there is none. */
function bandAt(view: TrendView, at: number): Pick<UsualView, 'low' | 'mid' | 'high'> | undefined {
  const [low, mid, high] = [view.low[at], view.mid[at], view.high[at]];
  return low === undefined || mid === undefined || high === undefined ? undefined : possible(view.metric, { low, mid, high });
}

/** The days from one to another, counted on the calendar. */
function allDays(first: number, last: number): string[] {
  const out: string[] = [];
  const at = new Date(first * 86_400_000);
  let [year, month, date] = [at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate()];
  let most = monthDays(year, month);
  for (let day = first; day <= last; day++) {
    out.push(`${year}-${month < 9 ? '0' : ''}${month + 1}-${date < 10 ? '0' : ''}${date}`);
    if (++date <= most) continue;
    date = 1;
    if (++month > 11) [year, month] = [year + 1, 0];
    most = monthDays(year, month);
  }
  return out;
}

const monthDays = (year: number, month: number): number => new Date(Date.UTC(year, month + 1, 0)).getUTCDate();

/** How a day's value stands to its usual range; "" without both. */
export function standing(facts: DayFacts, metric: MetricView): string {
  const { value, low, mid = 0, high } = facts;
  if (value === undefined) return '';
  if (facts.running) return t.read.soFar;
  if (low === undefined || high === undefined) return t.read.noUsual;
  const stand = standOf({ ...metric, known: true, value }, { known: true, low, mid, high });
  return stand === 'unknown' ? '' : t.read[stand];
}

/** The value of a day, or why there is none. */
export function valueWord(facts: DayFacts, metric: MetricView): string {
  if (facts.value !== undefined) return measure(facts.value, metric);
  return facts.notWorn ? t.chart.notWorn : t.chart.noValue;
}

export function usualWord(facts: DayFacts, metric: MetricView): string {
  return facts.low === undefined || facts.high === undefined ? '' : stretch(facts.low, facts.high, metric, t.compare.interval);
}

/** What a push has just done to a day; "" when nothing. */
export function revisedWord(revised: Revised | undefined, metric: MetricView): string {
  if (!revised) return '';
  return revised.before === undefined ? t.read.fresh : t.read.revised(measure(revised.before, metric));
}

/** A day in one sentence, for readers that cannot see. */
export function dayWords(facts: DayFacts, metric: MetricView, revised: Revised | undefined, now: Date): string {
  const usual = usualWord(facts, metric);
  return [`${dayTitle(facts.day, now)}: ${valueWord(facts, metric)}`, usual && t.read.usual(usual), standing(facts, metric), revisedWord(revised, metric)].filter((part) => part).join(', ');
}

/** A look at the chart in words. */
export function summaryOf(view: TrendView, now: Date): string {
  const { metric, summary: s } = view;
  const s1 = t.summary;
  const on = (day: string): string => dayWord(day, now);
  if (s.count === 0) return [s1.none, wornWords(view)].join(' ').trim();
  const coverage = s1.coverage(count(s.count), count(s.days));
  const parts =
    s.count === 1
      ? [s1.one(measure(s.median, metric), on(s.minDay))]
      : s.min === s.max
        ? [coverage, s1.same(measure(s.min, metric))]
        : [coverage, s1.median(measure(s.median, metric), ...ends(s, metric)), s1.ends(measure(s.min, metric), on(s.minDay), measure(s.max, metric), on(s.maxDay))];
  const band = bandAt(view, view.bandDays.length - 1);
  const usual = band ? s1.usual(stretch(band.low, band.high, metric, t.compare.interval)) : s1.needs;
  return [...parts, wornWords(view), usual].filter((part) => part).join(' ');
}

function ends(s: SpanView, metric: MetricView): [string, string] {
  return [measure(s.low, metric), measure(s.high, metric)];
}

function wornWords(view: TrendView): string {
  return view.notWorn.length > 0 ? t.summary.worn(view.notWorn.length, count(view.notWorn.length)) : '';
}

/** The change against the range before, in one sentence. */
export function changeWords(view: TrendView): string {
  const { change: c, metric, previous, summary } = view;
  if (previous.count === 0 && (previous.from === '' || view.from <= metric.firstDay)) return t.compare.nothing;
  if (!c.known) return c.needs > 0 && Math.min(previous.count, summary.count) > 0 ? t.compare.needs(c.needs) : t.compare.needsBoth;
  const span = t.compare.days(previous.days, count(previous.days));
  // A shift of a third is worth saying where values are whole.
  const more = Math.max(Math.abs(c.low), Math.abs(c.high)) < 10 && Math.abs(c.shift) % 1 !== 0 ? 1 : 0;
  const by = gapOf(c.shift, metric, more);
  const interval = (low: number, high: number): string => t.compare.interval(bareGap(low, metric, more), bareGap(high, metric, more));
  if (c.low > 0) return t.compare.higher(by, interval(c.low, c.high), span);
  if (c.high < 0) return t.compare.lower(by, interval(-c.high, -c.low), span);
  return t.compare.same(measureShift(c.shift, by), interval(c.low, c.high), span);
}

const measureShift = (shift: number, by: string): string => (shift > 0 ? `+${by}` : shift < 0 ? `−${by}` : by);

/** Where a day of a metric is seen whole. Sleep belongs to a night. */
export function dayLink(metric: MetricView, day: string): { hash: string; label: string } {
  const night = familyOf(metric.dataType) === 'sleep';
  return { hash: routeHash({ screen: night ? 'night' : 'today', day }), label: night ? t.read.night : t.read.day };
}

/** The table of a chart, the newest day first. */
export function tableOf(days: DayFacts[], metric: MetricView, revised: ReadonlyMap<string, Revised>): string[][] {
  return [...days].reverse().map((facts) => {
    const note = facts.value === undefined ? valueWord(facts, metric) : [standing(facts, metric), revisedWord(revised.get(facts.day), metric)].filter((part) => part).join(', ');
    return [facts.day, facts.value === undefined ? unknown : measure(facts.value, metric), usualWord(facts, metric) || unknown, facts.mid === undefined ? unknown : measure(facts.mid, metric), note];
  });
}
