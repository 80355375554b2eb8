import type { LineView, RunView, SleepView } from '../backend';
import { readingAt, type Scale } from './scale';

/** The two strings of stages: a digit for five minutes, or for half a minute. */
export type Strings = 'five' | 'thirty';
export type Stage = 'awake' | 'rem' | 'light' | 'deep';

/** From the top of the drawing to its bottom. */
export const stageOrder: readonly Stage[] = ['awake', 'rem', 'light', 'deep'];
const codes: readonly (Stage | undefined)[] = [undefined, 'deep', 'light', 'rem', 'awake'];

/** The stage a digit stands for; undefined for one that Oura does not name. */
export function stageOf(code: number): Stage | undefined {
  return codes[code];
}

const fiveMs = 300_000;
const halfMs = 30_000;

/** Stages as they are drawn. */
export interface Course {
  runs: RunView[];
  stepMs: number;
  /** Which string they are from; undefined where there is none. */
  from: Strings | undefined;
}

/** The stages by the wanted string, by the other one where that is missing. */
export function courseOf(sleep: Pick<SleepView, 'stages5' | 'stages30'>, wanted: Strings): Course {
  const five: Course = { runs: sleep.stages5, stepMs: fiveMs, from: 'five' };
  const thirty: Course = { runs: sleep.stages30, stepMs: halfMs, from: 'thirty' };
  const found = (wanted === 'five' ? [five, thirty] : [thirty, five]).find((course) => course.runs.length > 0);
  return found ?? { runs: [], stepMs: fiveMs, from: undefined };
}

/** The run that holds at an instant. */
export function runAt(runs: readonly RunView[], ms: number): RunView | undefined {
  let [low, high] = [0, runs.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((runs[middle]?.fromMs ?? Infinity) <= ms) low = middle + 1;
    else high = middle;
  }
  const run = runs[low - 1];
  return run && ms < run.toMs ? run : undefined;
}

/** All lines at one moment; undefined where nothing was read. */
export interface Moment {
  atMs: number;
  stage: Stage | undefined;
  heart: number | undefined;
  hrv: number | undefined;
  /** 1 none … 4 active: the most within the step. */
  movement: number | undefined;
}

export function momentAt(sleep: SleepView, course: Course, atMs: number): Moment {
  const value = (line: LineView): number | undefined => line.values[readingAt(line, atMs)];
  let movement: number | undefined;
  for (let at = atMs; at < Math.min(atMs + course.stepMs, sleep.toMs); at += halfMs) {
    const moved = runAt(sleep.movement, at)?.class;
    if (moved !== undefined) movement = Math.max(movement ?? 0, moved);
  }
  return { atMs, stage: stageOf(runAt(course.runs, atMs)?.class ?? 0), heart: value(sleep.heartRate), hrv: value(sleep.hrv), movement };
}

/** How many steps a period has; at least one. */
export function stepsOf(sleep: Pick<SleepView, 'fromMs' | 'toMs'>, stepMs: number): number {
  return Math.max(1, Math.ceil((sleep.toMs - sleep.fromMs) / stepMs));
}

const place = (n: number): number => Math.round(n * 10) / 10;

/** All runs of one stage as one shape. */
export function blocks(runs: readonly RunView[], stage: Stage, x: Scale, top: number, height: number): string {
  return runs
    .filter((run) => stageOf(run.class) === stage)
    .map((run) => `M${place(x(run.fromMs))} ${place(top)}h${place(Math.max(1, x(run.toMs) - x(run.fromMs)))}v${place(height)}h${-place(Math.max(1, x(run.toMs) - x(run.fromMs)))}z`)
    .join('');
}

/** The steps from stage to stage, between the middles of their rows. */
export function joints(runs: readonly RunView[], x: Scale, middle: (stage: Stage) => number): string {
  const out: string[] = [];
  runs.forEach((run, i) => {
    const before = runs[i - 1];
    const [from, to] = [stageOf(before?.class ?? 0), stageOf(run.class)];
    if (before && from && to && from !== to && before.toMs === run.fromMs) out.push(`M${place(x(run.fromMs))} ${place(middle(from))}V${place(middle(to))}`);
  });
  return out.join('');
}

/** Movement as bars from the ground up, one shape for all; lying still draws none. */
export function bars(runs: readonly RunView[], x: Scale, ground: number, height: number): string {
  return runs
    .filter((run) => run.class >= 2 && run.class <= 4)
    .map((run) => `M${place(x(run.fromMs))} ${place(ground)}v${-place(((run.class - 1) / 3) * height)}h${place(Math.max(1, x(run.toMs) - x(run.fromMs)))}V${place(ground)}z`)
    .join('');
}

/** Another night moved so that its hours on the clock stand below those of this one. */
export function besides(other: SleepView, byMs: number): SleepView {
  const runs = (list: RunView[]): RunView[] => list.map((run) => ({ class: run.class, fromMs: run.fromMs + byMs, toMs: run.toMs + byMs }));
  const line = (of: LineView): LineView => ({ ...of, atMs: of.atMs.map((at) => at + byMs) });
  return {
    ...other, fromMs: other.fromMs + byMs, toMs: other.toMs + byMs, stages5: runs(other.stages5), stages30: runs(other.stages30), movement: runs(other.movement),
    heartRate: line(other.heartRate), hrv: line(other.hrv),
  };
}

/** Where the parts of the drawing stand, in pixels from its top. */
export interface Layout {
  left: number;
  right: number;
  /** Of one stage; 0 without stages. */
  row: number;
  stages: number;
  /** Of the lines: their title, and the room below it. */
  heart: Band;
  hrv: Band;
  movement: Band | undefined;
  axis: number;
  height: number;
}

export interface Band {
  title: number;
  top: number;
  height: number;
}

/** Everything grows with the reader's text. What was not measured takes one line. */
export function layoutOf(sleep: SleepView, course: Course, width: number, rem: number, compact: boolean): Layout {
  const row = course.from ? rem * (compact ? 1.125 : 1.375) : 0;
  let y = rem * 0.25;
  const stages = y;
  y += (row * 4 || rem) + rem * (compact ? 0.25 : 0.5);
  const band = (known: boolean, height: number): Band => {
    const title = y + rem * 1.125;
    const top = title + rem * 0.375;
    const here = known ? height * rem : 0;
    y = top + here;
    return { title, top, height: here };
  };
  const heart = band(sleep.heartRate.values.length > 0, compact ? 3 : 5.5);
  const hrv = band(sleep.hrv.values.length > 0, compact ? 2.25 : 4);
  const movement = compact ? undefined : band(sleep.movement.length > 0, 1.25);
  return { left: rem * 3.25, right: Math.max(rem * 4, width - rem * 0.75), row, stages, heart, hrv, movement, axis: y, height: y + rem * 1.375 };
}
