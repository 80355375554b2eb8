import { addDays, dayNumber } from '../../format/days';
import type { FigureView, LineView, RunView, SleepView, StageTotal, Unit } from '../healthTypes';
import { Random } from './random';

const minuteMs = 60_000;
const stepMs = 30_000;
const two = (n: number): string => String(n).padStart(2, '0');

/** What makes one sleep period. */
export interface SleepPlan {
  /** The day it counts for; it ends on it. */
  day: string;
  type: 'long_sleep' | 'sleep' | 'late_nap' | 'rest' | '';
  main: boolean;
  /** Minutes after that day's midnight UTC; negative is the evening before. */
  start: number;
  minutes: number;
  /** Minutes east of UTC, at the start and at the end. */
  offset: number;
  endOffset?: number;
  seed: number;
  noHrv?: boolean;
  noHeart?: boolean;
  noFine?: boolean;
  /** Too short to measure anything in. */
  tiny?: boolean;
}

/** Minutes that clocks in Helsinki are east of UTC: an hour more from the last Sunday of March to that of October, 01:00 UTC. */
export function helsinki(ms: number): number {
  const year = new Date(ms).getUTCFullYear();
  const change = (month: number): number => {
    const last = new Date(Date.UTC(year, month, 31, 1));
    return last.getTime() - last.getUTCDay() * 86_400_000;
  };
  return ms >= change(2) && ms < change(9) ? 180 : 120;
}

function iso(ms: number, offset: number): string {
  const sign = offset < 0 ? '-' : '+';
  const size = Math.abs(offset);
  return `${new Date(ms + offset * minuteMs).toISOString().slice(0, 19)}${sign}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}

/** Stages of a night by half minutes: cycles with less and less deep sleep and more and more REM. */
function stagesOf(random: Random, steps: number): number[] {
  const out: number[] = [];
  const add = (stage: number, from: number, to: number): void => {
    const many = random.whole(from * 2, Math.max(from, to) * 2);
    for (let i = 0; i < many; i++) out.push(stage);
  };
  add(4, 4, 14);
  for (let cycle = 0; out.length < steps; cycle++) {
    add(2, 8, 16);
    add(1, Math.max(0, 24 - cycle * 9), Math.max(2, 36 - cycle * 8));
    add(2, 14, 22);
    if (random.next() < 0.35) add(4, 1, 6);
    add(3, 8 + cycle * 4, 12 + cycle * 6);
    if (random.next() < 0.5) add(4, 1, 9);
  }
  out.length = steps;
  for (let i = Math.max(0, steps - random.whole(4, 16)); i < steps; i++) out[i] = 4;
  return out;
}

/** How often each stage occurs, by its digit. */
function tally(stages: number[]): number[] {
  const counts = [0, 0, 0, 0, 0];
  for (const stage of stages) counts[stage] = (counts[stage] ?? 0) + 1;
  return counts;
}

/** One digit for each five minutes: the stage it holds most of. */
function coarse(fine: number[]): number[] {
  return Array.from({ length: Math.ceil(fine.length / 10) }, (_, i) => {
    const counts = tally(fine.slice(i * 10, i * 10 + 10));
    return counts.indexOf(Math.max(...counts));
  });
}

/** Stretches of one class, clipped at the end. */
export function runsOf(classes: number[], fromMs: number, eachMs: number, toMs: number): RunView[] {
  const runs: RunView[] = [];
  classes.forEach((c, i) => {
    const at = fromMs + i * eachMs;
    const end = Math.min(toMs, at + eachMs);
    const last = runs.at(-1);
    if (last?.class === c) last.toMs = end;
    else if (end > at) runs.push({ class: c, fromMs: at, toMs: end });
  });
  return runs;
}

function lineOf(unit: Unit, fromMs: number, values: (number | null)[]): LineView {
  const known = values.flatMap((value, i) => (value === null ? [] : [{ at: fromMs + i * 300_000, value }]));
  return { unit, stepMs: 300_000, atMs: known.map((k) => k.at), values: known.map((k) => k.value) };
}

const mean = (values: number[]): number => values.reduce((sum, v) => sum + v, 0) / Math.max(1, values.length);

const decimals: Partial<Record<Unit, number>> = { '°C': 2, '/min': 1, 'm/s': 1, MET: 2, 'ml/kg/min': 1 };

export function figure(id: string, name: string, unit: Unit, value: number | undefined): FigureView {
  const digits = /average_heart_rate$|heartrate\.mean$|spo2_percentage/.test(id) ? 1 : (decimals[unit] ?? 0);
  return { id, name, unit, known: value !== undefined, value: value ?? 0, digits };
}

/** Heart rate and HRV by five minutes, with the gaps a ring leaves. */
function courses(random: Random, stages: number[]): { heart: (number | null)[]; hrv: (number | null)[] } {
  const base = 50 + random.next() * 5;
  const strength = 42 + random.next() * 30;
  const gap = random.whole(8, Math.max(9, stages.length - 6));
  let drift = 0;
  const heart: (number | null)[] = [];
  const hrv: (number | null)[] = [];
  stages.forEach((stage, i) => {
    drift = drift * 0.8 + (random.next() - 0.5) * 3;
    const fall = 9 * Math.exp(-i / 22) + (stages.length - i < 10 ? (10 - (stages.length - i)) * 0.4 : 0);
    const missing = i === 0 || (i >= gap && i < gap + 3) || random.next() < 0.006;
    heart.push(missing ? null : Math.round(base + fall + drift + (stage === 4 ? 5 : stage === 3 ? 2.5 : 0)));
    hrv.push(missing || random.next() < 0.008 ? null : Math.max(8, Math.round(strength - fall * 2.2 - drift * 3 + (stage === 1 ? -6 : stage === 3 ? 5 : 0) + (random.next() - 0.5) * 14)));
  });
  return { heart, hrv };
}

const contributors = ['Activity balance', 'Body temperature', 'HRV balance', 'Previous day activity', 'Previous night', 'Recovery index', 'Resting heart rate', 'Sleep balance', 'Sleep regularity'];

function recoveryOf(random: Random): FigureView[] {
  return contributors.map((name) => figure(`sleep.readiness.contributors.${name.toLowerCase().replaceAll(' ', '_')}`, `${name} (contribution to readiness of the sleep)`, '', random.next() < 0.1 ? undefined : random.whole(48, 100)));
}

/** A period as it follows from its plan: the same plan makes the same period. */
export function makeSleep(plan: SleepPlan): SleepView {
  const random = new Random(plan.seed);
  const fromMs = dayNumber(plan.day) * 86_400_000 + plan.start * minuteMs;
  const toMs = fromMs + plan.minutes * minuteMs;
  const fine = stagesOf(random, plan.minutes * 2);
  const five = coarse(fine);
  const { heart, hrv } = courses(random, five);
  const none = plan.tiny === true;
  const heartLine = lineOf('bpm', fromMs, none || plan.noHeart ? [] : heart);
  const hrvLine = lineOf('ms', fromMs, none || plan.noHrv ? [] : hrv);
  const moved = fine.map((stage) => (stage === 4 ? random.whole(2, 4) : random.next() < 0.06 ? 2 : 1));
  const [fineCounts, stages5] = [tally(fine), runsOf(five, fromMs, 300_000, toMs)];
  const total = (stage: StageTotal['stage'], ofStages: number[]): StageTotal => {
    const counted30 = ofStages.reduce((sum, s) => sum + (fineCounts[s] ?? 0) * 30, 0);
    const counted5 = stages5.filter((run) => ofStages.includes(run.class)).reduce((sum, run) => sum + (run.toMs - run.fromMs) / 1000, 0);
    return { stage, stated: counted30, counted5, counted30: plan.noFine ? -1 : counted30 };
  };
  const totals = [total('deep', [1]), total('light', [2]), total('rem', [3]), total('awake', [4]), total('asleep', [1, 2, 3]), total('in_bed', [1, 2, 3, 4])];
  const stated = (stage: StageTotal['stage']): number => totals.find((t) => t.stage === stage)?.stated ?? 0;
  const values = [
    figure('sleep.total_sleep_duration', 'Total sleep', 's', stated('asleep')),
    figure('sleep.time_in_bed', 'Time in bed', 's', stated('in_bed')),
    figure('sleep.efficiency', 'Efficiency', '%', Math.round((100 * stated('asleep')) / Math.max(1, stated('in_bed')))),
    figure('sleep.latency', 'Latency', 's', Math.max(0, fine.findIndex((s) => s !== 4)) * 30),
    figure('sleep.deep_sleep_duration', 'Deep sleep', 's', stated('deep')),
    figure('sleep.rem_sleep_duration', 'REM sleep', 's', stated('rem')),
    figure('sleep.light_sleep_duration', 'Light sleep', 's', stated('light')),
    figure('sleep.awake_time', 'Time awake', 's', stated('awake')),
    figure('sleep.average_heart_rate', 'Mean heart rate', 'bpm', heartLine.values.length > 0 ? Math.round(mean(heartLine.values) * 10) / 10 : undefined),
    figure('sleep.lowest_heart_rate', 'Lowest heart rate', 'bpm', heartLine.values.length > 0 ? Math.min(...heartLine.values) : undefined),
    figure('sleep.average_hrv', 'Mean HRV', 'ms', hrvLine.values.length > 0 ? Math.round(mean(hrvLine.values)) : undefined),
    figure('sleep.average_breath', 'Mean breathing rate', '/min', none ? undefined : Math.round((13.4 + random.next() * 1.6) * 8) / 8),
    figure('sleep.restless_periods', 'Restless periods', '', none ? undefined : Math.round((plan.minutes / 60) * (18 + random.next() * 14))),
  ];
  const unknown = { known: false, low: 0, mid: 0, high: 0, days: 0, needs: 30 };
  return {
    objectId: new Random(plan.seed + 5).uuid(), day: plan.day, type: plan.type, main: plan.main,
    start: iso(fromMs, plan.offset), end: iso(toMs, plan.endOffset ?? plan.offset), fromMs, toMs,
    stages5: none ? [] : stages5, stages30: none || plan.noFine ? [] : runsOf(fine, fromMs, stepMs, toMs),
    movement: none ? [] : runsOf(moved, fromMs, stepMs, toMs), heartRate: heartLine, hrv: hrvLine,
    totals: none ? totals.map((t) => ({ ...t, counted5: -1, counted30: -1 })) : totals,
    figures: values.map((f) => ({ figure: f, usual: unknown })),
    receivedAt: new Date(toMs + 38 * minuteMs).toISOString(), revisions: plan.main ? 2 : 1,
    hasRecovery: plan.main && !none, recovery: plan.main && !none ? recoveryOf(random) : [],
  };
}

/** The plan of a person's ordinary night: to bed before midnight in Helsinki, later at the end of a week. */
export function ordinaryNight(day: string): SleepPlan {
  const seed = dayNumber(day) * 31 + 7;
  const random = new Random(seed);
  const midnight = dayNumber(day) * 86_400_000;
  const weekday = new Date(midnight).getUTCDay();
  const late = weekday === 6 || weekday === 0 ? 50 : 0;
  const minutes = 425 + random.whole(-45, 60) + (late > 0 ? 25 : 0);
  const offset = helsinki(midnight - 3 * 3_600_000);
  const start = -70 + late + random.whole(-25, 30) - offset;
  return { day, type: 'long_sleep', main: true, start, minutes, offset, endOffset: helsinki(midnight + (start + minutes) * minuteMs), seed };
}

/** A period in the afternoon. */
export function nap(day: string, over: Partial<SleepPlan> = {}): SleepPlan {
  const offset = helsinki(dayNumber(day) * 86_400_000);
  return { day, type: 'sleep', main: false, start: 14 * 60 + 10 - offset, minutes: 34, offset, seed: dayNumber(day) * 31 + 11, ...over };
}

/** The late nap that counts for the day after it. */
export function lateNap(day: string): SleepPlan {
  return nap(day, { type: 'late_nap', start: nap(addDays(day, -1)).start - 1440 + 245, minutes: 42, seed: dayNumber(day) * 31 + 13 });
}
