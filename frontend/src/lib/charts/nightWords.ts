import type { LineView, SleepView } from '../backend';
import { clockAt, clockSecondsAt, computerOffset, hours, offsetOf } from '../format/clock';
import { text } from '../text';
import { unknown } from './figure';
import { momentAt, stepsOf, type Course, type Moment, type Stage } from './night';
import { extent } from './scale';

const t = text.night.chart;

/** Minutes that the clock of a night was ahead of UTC, as at its start; this computer's where Oura does not say. */
export function nightOffset(sleep: SleepView): number {
  return offsetOf(sleep.start) ?? computerOffset(sleep.fromMs);
}

/** The clock of a night at an instant, with seconds where steps are shorter than a minute. */
export function nightClock(sleep: SleepView, atMs: number, stepMs = 300_000): string {
  return (stepMs < 60_000 ? clockSecondsAt : clockAt)(atMs, nightOffset(sleep));
}

export function stageWord(stage: Stage | undefined): string {
  return stage ? t.stages[stage] : unknown;
}

export function movementWord(movement: number | undefined): string {
  return (movement === undefined ? undefined : t.movements[movement - 1]) ?? unknown;
}

const valueWord = (value: number | undefined, unit: string): string => (value === undefined ? unknown : `${Math.round(value)} ${unit}`);

/** The lines of a moment, as the readout names them. */
export function readings(moment: Moment): { name: string; value: string }[] {
  return [
    { name: t.stage, value: stageWord(moment.stage) },
    { name: t.heart, value: valueWord(moment.heart, 'bpm') },
    { name: t.hrv, value: valueWord(moment.hrv, 'ms') },
    { name: t.movement, value: movementWord(moment.movement) },
  ];
}

function rangeWords(line: LineView, said: (low: string, high: string, unit: string) => string): string {
  const [low, high] = extent(line.values) ?? [];
  return low === undefined || high === undefined ? '' : said(String(Math.round(low)), String(Math.round(high)), line.unit);
}

/** When a line was at its least. */
export function leastAt(line: LineView): { atMs: number; value: number } | undefined {
  let best: { atMs: number; value: number } | undefined;
  line.values.forEach((value, i) => {
    const atMs = line.atMs[i];
    if (atMs !== undefined && (best === undefined || value < best.value)) best = { atMs, value };
  });
  return best;
}

/** What a look at the drawing tells. */
export function summary(sleep: SleepView): string {
  const stated = (stage: string): number => sleep.totals.find((total) => total.stage === stage)?.stated ?? -1;
  const least = leastAt(sleep.heartRate);
  const named = (['deep', 'light', 'rem', 'awake'] as const).flatMap((stage) => (stated(stage) < 0 ? [] : [t.share(t.stages[stage], hours(stated(stage)))]));
  return [
    t.span(nightClock(sleep, sleep.fromMs), nightClock(sleep, sleep.toMs)),
    named.length > 0 ? t.shares(named.join(', ')) : t.noStages,
    rangeWords(sleep.heartRate, t.heartRange) + (least ? t.lowestAt(nightClock(sleep, least.atMs)) : t.noHeart),
    rangeWords(sleep.hrv, t.hrvRange) || t.noHrv,
  ].join(' ');
}

export const columns = [t.time, t.stage, t.heart, t.hrv, t.movement];

/** The drawing as a table, one row for each step. */
export function table(sleep: SleepView, course: Course): string[][] {
  return Array.from({ length: stepsOf(sleep, course.stepMs) }, (_, i) => {
    const moment = momentAt(sleep, course, sleep.fromMs + i * course.stepMs);
    return [nightClock(sleep, moment.atMs, course.stepMs), ...readings(moment).map((reading) => reading.value)];
  });
}
