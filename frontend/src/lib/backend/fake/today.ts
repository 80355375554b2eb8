import { addDays, dayNumber } from '../../format/days';
import type { ChangeView, DayView, FigureView, HeartView, MovementView, ScoreView, SleepView, StressView, UsualView, Waits, WeekDayView } from '../healthTypes';
import { attacks } from './hostile';
import { sleepOn } from './night';
import type { FakeProgram } from './program';
import { Random } from './random';
import { figure, helsinki, makeSleep, ordinaryNight, runsOf } from './sleep';
import { usualOf } from './usual';

const minuteMs = 60_000;
const stepMs = 5 * minuteMs;
const dayMs = 86_400_000;
const none = { id: '', name: '', unit: '' as const, known: false, value: 0, digits: 0 };
const unknownUsual: UsualView = { known: false, low: 0, mid: 0, high: 0, days: 0, needs: 30 };
const line = () => ({ unit: 'bpm' as const, stepMs, atMs: [], values: [] });
const iso = (ms: number): string => new Date(ms).toISOString();

/** A sleep period of which nothing is known. */
export function noSleep(): SleepView {
  return {
    objectId: '', day: '', type: '', main: true, start: '', end: '', fromMs: 0, toMs: 0, stages5: [], stages30: [], movement: [], heartRate: line(), hrv: { ...line(), unit: 'ms' },
    totals: [], figures: [], receivedAt: '', revisions: 0, hasRecovery: false, recovery: [],
  };
}

/** The day of a program that has stored nothing. */
export function emptyDay(today: string): DayView {
  const week: WeekDayView[] = [];
  return {
    day: today, today, previousDay: '', nextDay: '', offset: '', hasData: false, scores: [], hasNight: false, night: noSleep(), body: [],
    stress: { known: false, high: none, recovery: none, summary: '', resilience: '', waits: 'no_data' },
    movement: { known: false, fromMs: 0, toMs: 0, steps: none, figures: [], runs: [], met: line(), waits: 'no_data' },
    heart: { known: false, fromMs: 0, toMs: 0, line: line(), low: [], high: [], lowest: 0, highest: 0, waits: 'no_data' },
    week, changes: [], syncedAt: '', ringAt: '',
  };
}

/** The person of the screen Night: without the ring, and in Japan, so many days ago. */
const without = new Set([9, 10, 33]);
const abroad = new Set([6, 7]);
const daysAgo = (today: string, day: string): number => dayNumber(today) - dayNumber(day);
const worn = (ago: number): boolean => ago >= 0 && !without.has(ago) && ago % 47 !== 46;
const clockOf = (today: string, day: string): number => (abroad.has(daysAgo(today, day)) ? 540 : helsinki(dayNumber(day) * dayMs + dayMs / 2));
const midnight = (today: string, day: string): number => dayNumber(day) * dayMs - clockOf(today, day) * minuteMs;

const kinds = [
  { type: 'daily_sleep', base: 79, parts: ['Deep sleep', 'Efficiency', 'Latency', 'REM sleep', 'Restfulness', 'Timing', 'Total sleep'] },
  { type: 'daily_readiness', base: 77, parts: ['Activity balance', 'Body temperature', 'HRV balance', 'Previous day activity', 'Previous night', 'Recovery index', 'Resting heart rate', 'Sleep balance', 'Sleep regularity'] },
  { type: 'daily_activity', base: 84, parts: ['Meet daily targets', 'Move every hour', 'Recovery time', 'Stay active', 'Training frequency', 'Training volume'] },
];

/** A score of a day; undefined without wear, and now and then without a reason. */
function scoreOn(today: string, day: string, k: number): number | undefined {
  const ago = daysAgo(today, day);
  const random = new Random(dayNumber(day) * 13 + k * 101);
  const value = Math.round((kinds[k]?.base ?? 80) + 6 * Math.sin((dayNumber(day) + k * 3) / 9) + (random.next() - 0.5) * 18);
  return worn(ago) && !(ago === 4 && k === 1) ? Math.min(99, value) : undefined;
}

function scoreView(today: string, day: string, k: number, waits: Waits): ScoreView {
  const { type, parts } = kinds[k] ?? { type: '', parts: [] };
  const score = (of: string): FigureView => figure(`${type}.score`, 'Score', '', scoreOn(today, of, k));
  const now = score(day);
  const random = new Random(dayNumber(day) * 7 + k);
  const isToday = day === today;
  const contributors = parts.map((name) => figure(`${type}.contributors.${name.toLowerCase().replaceAll(' ', '_')}`, `${name} (contribution to ${type.slice(6)} score)`, '', random.next() < 0.06 ? undefined : random.whole(52, 100)));
  return {
    dataType: type, objectId: now.known ? random.uuid() : '', score: now, before: score(addDays(day, -1)),
    usual: usualOf(`${type}.score`, 2, (ago) => scoreOn(today, addDays(day, -ago), k)), contributors: now.known ? contributors : [],
    receivedAt: now.known ? iso(isToday ? Date.now() - (k === 2 ? 12 : 418) * minuteMs : midnight(today, day) + 31 * 60 * minuteMs) : '',
    revisions: now.known ? (k === 2 ? 9 : isToday ? 4 : 2) : 0, waits: now.known ? '' : waits, running: isToday && k === 2,
  };
}

/** Classes by five minutes from 04:00: asleep, up, off the wrist once, a walk, a workout, the evening. */
function classesOn(day: string): number[] {
  const random = new Random(dayNumber(day) * 19 + 5);
  const up = 36 + random.whole(-6, 9);
  const off = up + random.whole(6, 14);
  const walk = random.whole(96, 120);
  const work = random.whole(156, 180);
  return Array.from({ length: 288 }, (_, i) => {
    if (i >= off && i < off + random.whole(7, 9)) return 0;
    if (i < up || i > 232) return random.next() < 0.05 ? 2 : 1;
    if (i >= walk && i < walk + 9) return random.next() < 0.7 ? 4 : 3;
    if (i >= work && i < work + 8) return random.next() < 0.75 ? 5 : 4;
    return random.pick([2, 2, 2, 2, 3, 3, 1, 3]);
  });
}

const metOf = [0, 0.95, 1.2, 1.9, 4.1, 7.2];
const classWords = ['Non-wear time', 'Resting time', 'Sedentary time', 'Low activity time', 'Medium activity time', 'High activity time'];
const classIds = ['non_wear_time', 'resting_time', 'sedentary_time', 'low_activity_time', 'medium_activity_time', 'high_activity_time'];

function movementOn(today: string, day: string, untilMs: number): MovementView {
  const fromMs = midnight(today, day) + 240 * minuteMs;
  const toMs = fromMs + dayMs;
  const random = new Random(dayNumber(day) * 23 + 1);
  const classes = classesOn(day).slice(0, Math.max(0, Math.floor((Math.min(untilMs, toMs) - fromMs) / stepMs)));
  const met = classes.flatMap((c, i) => (c === 0 ? [] : [{ at: fromMs + i * stepMs, value: Math.round(((metOf[c] ?? 1) * (0.85 + random.next() * 0.35)) * 10) / 10 }]));
  const seconds = (c: number): number => classes.filter((one) => one === c).length * 300;
  const steps = classes.reduce((sum, c) => sum + ([0, 0, 8, 130, 480, 620][c] ?? 0), 0);
  return {
    known: true, fromMs, toMs, waits: '', steps: figure('daily_activity.steps', 'Steps', 'steps', steps),
    figures: [
      figure('daily_activity.active_calories', 'Active energy', 'kcal', Math.round(steps * 0.045)), figure('daily_activity.total_calories', 'Total energy', 'kcal', 1500 + Math.round(steps * 0.06)),
      figure('daily_activity.equivalent_walking_distance', 'Walking equivalent', 'm', Math.round(steps * 0.78)),
      ...[5, 4, 3, 2, 1, 0].map((c) => figure(`daily_activity.${classIds[c] ?? ''}`, classWords[c] ?? '', 's', seconds(c))),
    ],
    runs: runsOf(classes, fromMs, stepMs, toMs), met: { unit: 'MET', stepMs, atMs: met.map((m) => m.at), values: met.map((m) => m.value) },
  };
}

/** When a day begins by the clock of that moment. */
const dayBegins = (today: string, day: string): number => dayNumber(day) * dayMs - (abroad.has(daysAgo(today, day)) ? 540 : helsinki(dayNumber(day) * dayMs - 2 * 3_600_000)) * minuteMs;

function heartOn(today: string, day: string, untilMs: number): HeartView {
  const [fromMs, toMs] = [dayBegins(today, day), dayBegins(today, addDays(day, 1))];
  const random = new Random(dayNumber(day) * 29 + 2);
  const night = [...classesOn(addDays(day, -1)).slice(240), ...classesOn(day).slice(0, 240)];
  const out = { atMs: [] as number[], values: [] as number[], low: [] as number[], high: [] as number[] };
  let drift = 0;
  night.forEach((c, i) => {
    drift = drift * 0.85 + (random.next() - 0.5) * 4;
    const at = fromMs + i * stepMs;
    if (c === 0 || at + stepMs > Math.min(untilMs, toMs) || random.next() < 0.015) return;
    const mean = (i < 84 ? 52 : 64) + ([0, 0, 3, 14, 38, 66][c] ?? 0) + drift;
    out.atMs.push(at);
    out.values.push(Math.round(mean * 10) / 10);
    out.low.push(Math.round(mean - 2 - random.next() * (i < 84 ? 3 : 7)));
    out.high.push(Math.round(mean + 2 + random.next() * (i < 84 ? 4 : 14)));
  });
  return {
    known: out.values.length > 0, fromMs, toMs, line: { unit: 'bpm', stepMs, atMs: out.atMs, values: out.values }, low: out.low, high: out.high,
    lowest: Math.min(...out.low), highest: Math.max(...out.high), waits: out.values.length > 0 ? '' : 'not_worn',
  };
}

function bodyOn(day: string): FigureView[] {
  const random = new Random(dayNumber(day) * 37);
  const spo2 = Math.round((96.2 + random.next() * 1.8) * 10) / 10;
  return [
    figure('daily_readiness.temperature_deviation', 'Temperature deviation', '°C', Math.round((random.next() - 0.45) * 60) / 100),
    figure('sleep.average_breath', 'Mean breathing rate', '/min', Math.round((13.4 + random.next() * 1.6) * 8) / 8),
    figure('daily_spo2.spo2_percentage.average', 'Blood oxygen', '%', dayNumber(day) % 5 === 0 ? undefined : spo2),
    figure('daily_spo2.breathing_disturbance_index', 'Breathing disturbance index', '', random.whole(1, 9)),
    figure('daily_cardiovascular_age.vascular_age', 'Cardiovascular age', 'years', dayNumber(day) % 3 === 0 ? undefined : 37),
    figure('vo2_max.vo2_max', 'VO₂ max', 'ml/kg/min', undefined),
  ];
}

function stressOn(day: string): StressView {
  const random = new Random(dayNumber(day) * 41);
  const [high, recovery] = [random.whole(1, 14) * 900, random.whole(1, 10) * 900];
  return {
    known: true, high: figure('daily_stress.stress_high', 'High stress', 's', high), recovery: figure('daily_stress.recovery_high', 'High recovery', 's', recovery),
    summary: high > recovery * 2 ? 'stressful' : recovery > high ? 'restored' : 'normal', resilience: random.pick(['adequate', 'solid', 'strong']), waits: '',
  };
}

/** What of two nights differs, the greatest in terms of the usual range first. */
function changesOn(today: string, day: string, night: SleepView): ChangeView[] {
  const before = worn(daysAgo(today, addDays(day, -1))) ? makeSleep(ordinaryNight(addDays(day, -1))) : undefined;
  const figures = night.figures.flatMap(({ figure: now, usual }) => {
    const was = before?.figures.find((f) => f.figure.id === now.id)?.figure;
    return now.known && was?.known && was.value !== now.value ? [{ figure: now, before: was.value, usual }] : [];
  });
  const weight = (c: ChangeView): number => Math.abs(c.figure.value - c.before) / Math.max(0.1, c.usual.high - c.usual.low);
  return figures.sort((a, b) => weight(b) - weight(a)).slice(0, 8);
}

function weekTo(today: string, day: string): WeekDayView[] {
  return Array.from({ length: 7 }, (_, i) => addDays(day, i - 6)).map((d) => ({ day: d, scores: kinds.map((kind, k) => figure(`${kind.type}.score`, 'Score', '', scoreOn(today, d, k))) }));
}

/** A person's day, five years back. */
export function sampleDay(today: string, asked: string): DayView {
  const day = asked || today;
  const ago = daysAgo(today, day);
  const untilMs = ago === 0 ? Date.now() - 27 * minuteMs : Infinity;
  const night = worn(ago) ? sleepOn(today, day).find((s) => s.main) : undefined;
  const clock = clockOf(today, day);
  const known = worn(ago) ? { body: bodyOn(day), stress: stressOn(day), movement: movementOn(today, day, untilMs), heart: heartOn(today, day, untilMs), changes: night ? changesOn(today, day, night) : [] } : unworn(today, day);
  return {
    ...known, day, today, hasData: true, previousDay: ago < 1825 ? addDays(day, -1) : '', nextDay: ago > 0 ? addDays(day, 1) : '',
    offset: `+${String(Math.floor(clock / 60)).padStart(2, '0')}:00`, scores: kinds.map((_, k) => scoreView(today, day, k, worn(ago) ? 'not_scored' : 'not_worn')),
    hasNight: night !== undefined, night: night ?? noSleep(), week: weekTo(today, day),
    syncedAt: iso(Date.now() - 4 * minuteMs), ringAt: iso(Date.now() - 27 * minuteMs),
  };
}

type Parts = Pick<DayView, 'body' | 'stress' | 'movement' | 'heart' | 'changes'>;

/** A day without the ring: Oura has a course of it, all of it not worn. */
function unworn(today: string, day: string, waits: Waits = 'not_worn'): Parts {
  const empty = emptyDay(today);
  const fromMs = midnight(today, day) + 240 * minuteMs;
  const off = { ...empty.movement, known: true, fromMs, toMs: fromMs + dayMs, steps: figure('daily_activity.steps', 'Steps', 'steps', undefined), runs: [{ class: 0, fromMs, toMs: Math.min(fromMs + dayMs, Date.now()) }], waits: 'not_worn' as const };
  return {
    body: bodyOn(day).map((f) => ({ ...f, known: false, value: 0 })), stress: { ...empty.stress, waits }, heart: { ...empty.heart, waits }, changes: [],
    movement: waits === 'not_worn' ? off : { ...empty.movement, waits },
  };
}

/** Today as it is when something of it is missing; other days are as they are. */
function lacking(waits: Waits, more: (view: DayView) => Partial<DayView> = () => ({})): (today: string, asked: string) => DayView {
  return (today, asked) => {
    const view = sampleDay(today, asked);
    if (view.day !== today) return view;
    const lost = (score: ScoreView): ScoreView => ({ ...score, score: { ...score.score, known: false, value: 0 }, contributors: [], objectId: '', receivedAt: '', revisions: 0, waits });
    const week = view.week.map((d) => (d.day === today ? { ...d, scores: d.scores.map((s) => ({ ...s, known: false, value: 0 })) } : d));
    const without: DayView = { ...view, ...unworn(today, today, waits), scores: view.scores.map(lost), week, hasNight: false, night: noSleep() };
    return { ...without, ...more(view) };
  };
}

/** Each part waits for something else. */
function mixed(today: string, asked: string): DayView {
  const view = sampleDay(today, asked);
  const reasons: Waits[] = ['not_asked', 'not_scored', 'not_allowed'];
  const scores = view.scores.map((score, i) => ({ ...score, score: { ...score.score, known: false }, contributors: i === 1 ? score.contributors.map((c, n) => ({ ...c, known: n > 4 && c.known })) : [], waits: reasons[i] ?? 'no_data' }));
  const parts = unworn(today, view.day, 'failed');
  return { ...view, scores, stress: { ...parts.stress, waits: 'not_allowed' }, heart: parts.heart, offset: '', movement: { ...view.movement, runs: [], met: { ...view.movement.met, atMs: [], values: [] } } };
}

/** The first days of a person: too few for a usual range. */
function young(today: string, asked: string): DayView {
  const view = sampleDay(today, asked);
  const first = addDays(today, -3);
  const usual = { ...unknownUsual, days: 3, needs: 11 };
  return {
    ...view, previousDay: view.day > first ? view.previousDay : '', scores: view.scores.map((score) => ({ ...score, usual })), changes: view.changes.map((change) => ({ ...change, usual })),
    night: { ...view.night, figures: view.night.figures.map((f) => ({ ...f, usual })) }, week: view.week.map((d) => (d.day >= first ? d : { ...d, scores: d.scores.map((s) => ({ ...s, known: false, value: 0 })) })),
  };
}

/** Remote text that tries to be more than text, and figures no ring would send. */
function hostileDay(today: string, asked: string): DayView {
  const view = sampleDay(today, asked);
  const attack = (i: number): string => `${i} ${attacks[i % attacks.length] ?? ''}`;
  const bad = (f: FigureView, i: number): FigureView => ({ ...f, id: attack(i), name: attack(i), value: i === 1 ? 1e21 : i === 2 ? -4 : f.value });
  return {
    ...view, offset: attack(0), ringAt: attack(1), body: view.body.map(bad),
    scores: view.scores.map((score, i) => ({ ...score, dataType: attack(i), objectId: attack(i), receivedAt: attack(i), contributors: score.contributors.map(bad), waits: attack(i) as Waits, score: { ...score.score, known: i > 0 } })),
    night: { ...view.night, figures: view.night.figures.map(({ figure: f, usual }, i) => ({ figure: bad(f, i), usual })) },
    stress: { ...view.stress, summary: attack(0) as StressView['summary'], resilience: attack(3) },
    movement: { ...view.movement, figures: view.movement.figures.map(bad), runs: [{ class: 77, fromMs: view.movement.fromMs, toMs: view.movement.fromMs + 3_600_000 }, ...view.movement.runs.slice(1)] },
    changes: view.changes.map((change, i) => ({ ...change, figure: bad(change.figure, i) })),
  };
}

const late = lacking('not_synced', () => ({ ringAt: iso(Date.now() - 16 * 60 * minuteMs) }));

/** Situations of the screen Today. */
export const todayScenarios: Record<string, (p: FakeProgram) => void> = {
  today_late: (p) => (p.health.day = late),
  today_not_worn: (p) => (p.health.day = lacking('not_worn')),
  today_mixed: (p) => (p.health.day = mixed),
  today_young: (p) => (p.health.day = young),
};

/** Nothing is stored, with the reason why. */
export function nothingOfToday(p: FakeProgram): void {
  p.health.day = emptyDay;
}

export function hostileToday(p: FakeProgram): void {
  p.health.day = hostileDay;
}
