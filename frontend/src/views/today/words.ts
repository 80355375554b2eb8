import type { ChangeView, DayView, FigureView, NightFigure, ScoreView, SleepView, StressView, UsualView, Waits } from '../../lib/backend';
import { gapText, possible, standOf, unitText, valueText } from '../../lib/charts/figure';
import { computerOffset, offsetOf, zoneWord } from '../../lib/format/clock';
import { addDays } from '../../lib/format/days';
import { ringMoment } from '../../lib/format/ring';
import { ago, dayTitle, instant } from '../../lib/format/time';
import { words } from '../../lib/format/words';
import { routeHash } from '../../lib/state/router.svelte';
import { locale, text } from '../../lib/text';

const t = text.today;

const pick = (table: Record<string, string>, code: string): string => (Object.hasOwn(table, code) ? table[code] : undefined) ?? words(code);

export const scoreName = (dataType: string): string => pick(t.scores.names, dataType);
export const resilienceName = (level: string): string => pick(t.stress.levels, level);
export const summaryName = (summary: string): string => pick(t.stress.summaries, summary);

/** Where the trend of a metric is; undefined for what is none of ours. */
export const trendHash = (metric: string): string | undefined => (/^[\w.]{1,120}$/.test(metric) ? routeHash({ screen: 'trends', metric }) : undefined);

/** Why something is not known, as a sentence with the next step. */
export const waitsText = (waits: Waits): string => (waits === '' ? t.unknownWord : pick(t.waits, waits));

/** The screen on which the next step is taken; undefined where there is nothing to do here. */
export function stepOf(waits: Waits): 'connection' | 'sync' | undefined {
  if (waits === 'not_connected' || waits === 'not_allowed') return 'connection';
  return waits === 'not_asked' || waits === 'failed' ? 'sync' : undefined;
}

/** "Today", "Yesterday", "Friday 20 November", counted from the ring's own today. */
export const dayName = (day: string, today: string): string => dayTitle(day, localNoon(today));

/** A day as a local time: the words of `lib/format/time` count in local days. */
function localNoon(day: string): Date {
  const [year = 1970, month = 1, date = 1] = day.split('-').map(Number);
  return new Date(year, month - 1, date, 12);
}

/** The weekday and date, also of today: "Sunday 22 November". */
export const dayInFull = (day: string, today: string): string => dayTitle(day, localNoon(addDays(today, 2)));

/** "+3", "−0.2 °C", "+24 min"; "" where both read the same. */
export function difference(now: number, before: number, figure: FigureView): string {
  if (valueText(now, figure) === valueText(before, figure)) return '';
  return `${now > before ? '+' : '−'}${gapText(now - before, figure)}`;
}

/** Holds what is around it on one line. */
const tie = '\u00a0';

/** "36 to 45 ms", "6 h 50 min to 7 h 40 min". */
export function range(low: number, high: number, figure: FigureView): string {
  const { unit } = figure;
  const said = [valueText(low, figure), t.usual.to, valueText(high, figure)].join(unit === 's' ? ' ' : tie);
  return said + unitText(unit).replace(' ', tie);
}

/** How a figure stands to the person's own usual: "within your usual 74–85". "" for a figure that is not known. */
export function usualText(figure: FigureView, usual: UsualView): string {
  if (!usual.known) return usual.needs > 0 ? t.usual.needs(usual.needs) : '';
  const stand = standOf(figure, usual);
  const { low, high } = possible(figure, usual);
  const said = range(low, high, figure);
  return stand === 'unknown' ? t.usual.is(said) : t.usual[stand](said);
}

/** How a score stands to the own usual; "" while its day still runs. */
export const scoreUsual = (score: ScoreView): string => (score.running ? '' : usualText(score.score, score.usual));

/** Difference of a score to the day before: "+4 since yesterday"; that day's score while this one is not known. */
export function sinceText(score: ScoreView, isToday: boolean): string {
  const said = isToday ? t.scores.yesterday : t.scores.dayBefore;
  // Half a day is held against no whole one.
  if (score.running) return score.score.known ? t.scores.soFar : '';
  if (!score.score.known) return score.before.known ? said.was(valueText(score.before.value, score.before)) : '';
  if (!score.before.known) return said.unknown;
  const by = difference(score.score.value, score.before.value, score.score);
  return by ? said.since(by) : said.same;
}

/** "Came 40 min ago, updated 3 times". "" without a document. */
export function ageText(score: ScoreView, now: Date): string {
  if (!score.receivedAt) return '';
  return [t.scores.received(ago(score.receivedAt, now)), t.scores.updated(score.revisions)].filter((part) => part !== '').join(', ');
}

/** "Synced 4 min ago; ring data up to 07:12.", the latter by the ring's clock, like all hours of the screen. */
export function freshText(view: DayView, now: Date): string {
  const synced = view.syncedAt ? t.fresh.synced(ago(view.syncedAt, now)) : t.fresh.never;
  const ring = ringMoment(view.ringAt, view.offset, now);
  return t.fresh.both(synced, ring ? text.status.ringUpTo(ring) : t.fresh.ringUnknown);
}

/** Minutes that the ring's clock was ahead of UTC on that day; this computer's where Oura does not say. */
export function clockOf(view: DayView): number {
  return offsetOf(view.offset) ?? computerOffset(middle(view));
}

/** Which clock the hours are of, where that is not this computer's. */
export function zoneText(view: DayView): string {
  const ring = offsetOf(view.offset);
  const here = computerOffset(middle(view));
  if (ring === undefined) return view.movement.known || view.heart.known || view.hasNight ? t.fresh.zoneUnknown : '';
  return ring === here ? '' : t.fresh.zone(zoneWord(ring), zoneWord(here));
}

const middle = (view: DayView): number => instant(`${view.day}T12:00:00Z`)?.getTime() ?? Date.now();

/** What of a night is told on this screen also when it is not known, in this order. */
const nightIds = [
  'sleep.total_sleep_duration', 'sleep.efficiency', 'sleep.lowest_heart_rate', 'sleep.average_hrv', 'sleep.average_breath',
  'daily_readiness.temperature_deviation', 'daily_spo2.spo2_percentage.average',
];
export const noUsual: UsualView = { known: false, low: 0, mid: 0, high: 0, days: 0, needs: 0 };

/** The night's figures with those of the body, each once, with the usual range where there is one. Of what is measured now and then only what is known. */
export function nightFigures(night: SleepView, body: FigureView[]): NightFigure[] {
  const all = new Map<string, NightFigure>(body.map((figure) => [figure.id, { figure, usual: noUsual }]));
  for (const one of night.figures) if (nightIds.includes(one.figure.id) || all.has(one.figure.id)) all.set(one.figure.id, one);
  const first = nightIds.flatMap((id) => all.get(id) ?? []);
  return [...first, ...[...all.values()].filter(({ figure }) => figure.known && !nightIds.includes(figure.id))];
}

/** The span of a bar that holds all there is to show, with some room at both ends. */
export function barSpan({ figure, before, usual }: ChangeView): [number, number] {
  const all = [figure.value, before, ...(usual.known ? [usual.low, usual.high] : [])];
  const [low, high] = [Math.min(...all), Math.max(...all)];
  const room = (high - low) * 0.15 || 1;
  return [low - room, high + room];
}

/** The parts of high stress and high recovery; undefined where there is nothing to divide. */
export function stressShare({ high, recovery }: StressView): [number, number] | undefined {
  return high.known && recovery.known && high.value + recovery.value > 0 ? [high.value, recovery.value] : undefined;
}

const weekday = new Intl.DateTimeFormat(locale, { weekday: 'short', timeZone: 'UTC' });

/** "Sun". "" for what is no day. */
export function weekdayShort(day: string): string {
  const at = instant(`${day}T00:00:00Z`);
  return at ? weekday.format(at) : '';
}
