import { addDays, dayNumber } from '../../format/days';
import type { NightFigure, NightView, SleepView, UsualView } from '../healthTypes';
import { attacks } from './hostile';
import type { FakeProgram } from './program';
import { lateNap, makeSleep, nap, ordinaryNight, type SleepPlan } from './sleep';
import { usualOf } from './usual';

/** How many days back the nights of the sample person begin. */
const yearsBack = 1825;
/** Days ago without any sleep; some more are spread over the years. */
const without = new Set([9, 10, 33]);

const daysAgo = (today: string, day: string): number => dayNumber(today) - dayNumber(day);
const worn = (ago: number): boolean => ago >= 0 && !without.has(ago) && ago % 47 !== 46;

/** What is particular about a night, by how many days ago it was. */
const particular: Record<number, (plan: SleepPlan) => SleepPlan[]> = {
  1: (main) => [main, nap(main.day)],
  3: (main) => [{ ...main, noHrv: true }],
  4: (main) => [{ ...main, noFine: true }],
  5: (main) => [main, nap(main.day, { minutes: 7, tiny: true, noFine: true, seed: 3 })],
  // In Japan, whose clocks are six or seven hours ahead of those at home.
  6: (main) => [{ ...main, start: main.start + main.offset - 540, offset: 540, endOffset: 540 }],
  7: (main) => [{ ...main, start: main.start + main.offset - 540, offset: 540, endOffset: 540 }],
  8: (main) => [main, lateNap(main.day), nap(main.day)],
  // Only a nap: the night before it was without the ring.
  11: (main) => [{ ...nap(main.day), main: true }],
};

function plansOf(today: string, day: string): SleepPlan[] {
  const ago = daysAgo(today, day);
  if (!worn(ago)) return [];
  const main = ordinaryNight(day);
  return particular[ago]?.(main) ?? (ago % 23 === 12 ? [main, nap(day)] : [main]);
}

const floors: Record<string, number> = { bpm: 1, '/min': 0.3, s: 900 };

function withUsual(today: string, sleep: SleepView, history: number): SleepView {
  if (!sleep.main) return sleep;
  const before = new Map(
    Array.from({ length: 60 }, (_, i) => i + 1)
      .filter((ago) => daysAgo(today, addDays(sleep.day, -ago)) <= history)
      .map((ago) => [ago, plansOf(today, addDays(sleep.day, -ago)).filter((plan) => plan.main).map(makeSleep)[0]]),
  );
  const usual = ({ figure }: NightFigure): UsualView =>
    usualOf(figure.id, floors[figure.unit] ?? 2, (ago) => before.get(ago)?.figures.find((f) => f.figure.id === figure.id && f.figure.known)?.figure.value);
  return { ...sleep, figures: sleep.figures.map((f) => ({ ...f, usual: usual(f) })) };
}

/** All sleep of a day of the sample person, the main sleep first; empty on a day without. */
export function sleepOn(today: string, day: string, history = yearsBack): SleepView[] {
  return plansOf(today, day).map((plan) => withUsual(today, makeSleep(plan), history));
}

/** The nights of a program that has stored none. */
export function emptyNight(): NightView {
  return { day: '', today: '', previousDay: '', nextDay: '', firstDay: '', lastDay: '', periods: [], waits: 'no_data', excluded: 0 };
}

/** The night of a person who has worn the ring for `history` days. */
export function nightAfter(history: number): (today: string, day: string) => NightView {
  return (today, asked) => {
    const first = addDays(today, -history);
    const here = (day: string): boolean => day >= first && day <= today && worn(daysAgo(today, day));
    const from = (day: string, step: number, limit: (day: string) => boolean): string => {
      for (let at = day; limit(at); at = addDays(at, step)) if (here(at)) return at;
      return '';
    };
    const lastDay = from(today, -1, (day) => day >= first);
    const firstDay = from(first, 1, (day) => day <= today);
    const day = asked || lastDay;
    const periods = here(day) ? sleepOn(today, day, history) : [];
    return {
      day, today, periods, firstDay, lastDay,
      previousDay: from(day > today ? today : addDays(day, -1), -1, (at) => at >= first),
      nextDay: from(day < first ? first : addDays(day, 1), 1, (at) => at <= today),
      waits: periods.length > 0 ? '' : daysAgo(today, day) < 0 ? 'no_data' : 'not_worn',
      excluded: daysAgo(today, day) === 2 ? 1 : 0,
    };
  };
}

/** A person's night. */
export const sampleNight = nightAfter(yearsBack);

/** Remote text that tries to be more than text, and figures no ring would send. */
export function hostileNight(today: string, day: string): NightView {
  const view = nightAfter(40)(today, day);
  const attack = (i: number): string => `${i} ${attacks[i % attacks.length] ?? ''}`;
  view.periods = view.periods.map((period, p) => ({
    ...period, objectId: attack(p), type: attack(p + 1), receivedAt: attack(2),
    stages5: [{ class: 9, fromMs: period.fromMs, toMs: period.fromMs + 600_000 }, ...period.stages5.slice(2)],
    figures: period.figures.map((f, i) => ({ figure: { ...f.figure, id: attack(i), name: attack(i), value: i === 1 ? 1e21 : f.figure.value }, usual: f.usual })),
    recovery: period.recovery.map((f, i) => ({ ...f, id: attack(i), name: attack(i) })),
  }));
  return view;
}

/** Situations of the screen Night. */
export const nightScenarios: Record<string, (p: FakeProgram) => void> = {
  night_young: (p) => (p.health.night = nightAfter(9)),
  night_one: (p) => (p.health.night = nightAfter(0)),
  night_not_asked: (p) => (p.health.night = (today, day) => ({ ...sampleNight(today, day), periods: [], waits: 'not_asked' })),
};
