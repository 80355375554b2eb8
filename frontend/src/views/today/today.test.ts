import { describe, expect, it } from 'vitest';
import type { DayView, FigureView, HeartView, MovementView, UsualView } from '../../lib/backend';
import { linear } from '../../lib/charts/scale';
import { emptyDay, sampleDay, todayScenarios } from '../../lib/backend/fake/today';
import { FakeProgram } from '../../lib/backend/fake/program';
import { stepFrom } from './days';
import { contributorName } from '../../lib/charts/figure';
import { bandPath, heartAt, heartRows, heartSummary, stretches } from './heart';
import { steady } from './dayClock';
import { classSeconds, movementAt, movementRows, movementSummary } from './movement';
import { ageText, barSpan, difference, freshText, nightFigures, range, scoreUsual, sinceText, stepOf, stressShare, trendHash, usualText, waitsText, zoneText } from './words';

const today = '2026-11-22';
const minute = 60_000;
const at2 = steady(120);
const fig = (value: number | undefined, unit: FigureView['unit'] = '', id = 'x.y', digits = 0): FigureView => ({ id, name: 'X', unit, known: value !== undefined, value: value ?? 0, digits });
const usual = (low: number, high: number): UsualView => ({ known: true, low, mid: (low + high) / 2, high, days: 60, needs: 0 });
const noUsual: UsualView = { known: false, low: 0, mid: 0, high: 0, days: 3, needs: 11 };
const day = (over: Partial<DayView> = {}): DayView => ({ ...emptyDay(today), hasData: true, ...over });

describe('words', () => {
  it('tells a difference as it is shown, with its sign', () => {
    expect(difference(82, 78, fig(82))).toBe('+4');
    expect(difference(48, 52, fig(48, 'bpm'))).toBe('−4 bpm');
    expect(difference(27_000, 28_440, fig(27_000, 's'))).toBe('−24 min');
    expect(difference(82.2, 81.9, fig(82.2))).toBe('');
  });

  it('writes a range with its unit once', () => {
    expect(range(36.2, 45, fig(40, 'ms'))).toBe('36\u00a0to\u00a045\u00a0ms');
    expect(range(24_600, 27_600, fig(25_000, 's'))).toBe('6 h 50 min to 7 h 40 min');
    expect(range(-0.3, 0.2, fig(0, '°C', 'daily_readiness.temperature_deviation', 1))).toBe('−0.3\u00a0to\u00a0+0.2\u00a0°C');
  });

  it('stands a figure beside the own usual, and says how many days that still needs', () => {
    expect(usualText(fig(80), usual(74, 85))).toBe('within your usual 74\u00a0to\u00a085');
    expect(usualText(fig(90), usual(74, 85))).toBe('above your usual 74\u00a0to\u00a085');
    expect(usualText(fig(60), usual(74, 85))).toBe('below your usual 74\u00a0to\u00a085');
    expect(usualText(fig(undefined), usual(74, 85))).toBe('your usual is 74\u00a0to\u00a085');
    expect(usualText(fig(97, '%'), usual(94, 101))).toBe('within your usual 94\u00a0to\u00a0100%');
    expect(usualText(fig(360, 's'), usual(-720, 1440))).toBe('within your usual 0 min to 24 min');
    expect(usualText(fig(60), noUsual)).toBe('your usual range needs 11 more days');
    expect(usualText(fig(60), { ...noUsual, needs: 0 })).toBe('');
  });

  it('never makes a number of what is not known', () => {
    const score = { dataType: 'daily_sleep', objectId: '', score: fig(undefined), before: fig(74), usual: noUsual, contributors: [], receivedAt: '', revisions: 0, waits: 'not_synced' as const, running: false };
    expect([sinceText(score, false), sinceText(score, true)]).toEqual(['74 on the day before', '74 yesterday']);
    expect(sinceText({ ...score, before: fig(undefined) }, true)).toBe('');
    expect(sinceText({ ...score, score: fig(80), before: fig(undefined) }, false)).toBe('the day before is not known');
    expect(sinceText({ ...score, score: fig(80), before: fig(80) }, false)).toBe('as on the day before');
    expect(sinceText({ ...score, score: fig(80) }, true)).toBe('+6 since yesterday');
    expect(ageText(score, new Date())).toBe('');
  });

  it('holds a day that still runs against nothing', () => {
    const score = { dataType: 'daily_activity', objectId: 'a', score: fig(41), before: fig(88), usual: usual(80, 92), contributors: [], receivedAt: '', revisions: 1, waits: '' as const, running: true };
    expect([sinceText(score, true), scoreUsual(score)]).toEqual(['so far; the day still runs', '']);
    expect([sinceText({ ...score, running: false }, true), scoreUsual({ ...score, running: false })]).toEqual(['−47 since yesterday', 'below your usual 80\u00a0to\u00a092']);
  });

  it('says how old a score is and how often it was updated', () => {
    const now = new Date('2026-11-22T14:32:10+02:00');
    const score = { dataType: 'daily_sleep', objectId: 'a', score: fig(80), before: fig(74), usual: noUsual, contributors: [], receivedAt: '2026-11-22T13:52:00+02:00', revisions: 4, waits: '' as const, running: false };
    expect(ageText(score, now)).toBe('Came 40 min ago, updated 3 times');
    expect(ageText({ ...score, revisions: 2 }, now)).toBe('Came 40 min ago, updated once');
    expect(ageText({ ...score, revisions: 1 }, now)).toBe('Came 40 min ago');
  });

  it('says what is waited for, and where the next step is', () => {
    expect(waitsText('not_synced')).toBe('Waits for your phone: open the Oura app.');
    expect(waitsText('something_new' as never)).toBe('Something new');
    expect(waitsText('constructor' as never)).toBe('Constructor');
    expect([stepOf('not_allowed'), stepOf('not_asked'), stepOf('not_synced')]).toEqual(['connection', 'sync', undefined]);
  });

  it('says how fresh everything is', () => {
    const now = new Date('2026-11-22T14:32:10Z');
    expect(freshText(day({ syncedAt: '2026-11-22T14:28:00Z', ringAt: '' }), now)).toBe('Synced 4 min ago; how far your ring’s data goes is not known.');
    expect(freshText(day({ syncedAt: '', ringAt: '2026-11-22T14:12:00Z' }), now)).toMatch(/^Not synced yet; ring data up to \d\d:12\.$/);
    expect(freshText(day({ syncedAt: '', offset: '+09:00', ringAt: '2026-11-22T14:12:00Z' }), now)).toMatch(/^Not synced yet; ring data up to 23:12/);
  });

  it('names the ring’s zone only where it is another one', () => {
    const here = -new Date(`${today}T12:00:00Z`).getTimezoneOffset();
    const written = (m: number): string => `${m < 0 ? '-' : '+'}${String(Math.floor(Math.abs(m) / 60)).padStart(2, '0')}:${String(Math.abs(m) % 60).padStart(2, '0')}`;
    expect(zoneText(day({ offset: written(here) }))).toBe('');
    expect(zoneText(day({ offset: written(here === 540 ? 330 : 540) }))).toMatch(/^Hours are those of your ring’s clock, UTC\+(9|5:30)\./);
    expect([zoneText(day()), zoneText(day({ hasNight: true }))]).toEqual(['', 'Oura does not say which clock this day went by; hours are those of this computer.']);
  });

  it('shows each figure of the night once, in its order', () => {
    const view = sampleDay(today, today);
    const ids = nightFigures(view.night, view.body).map((f) => f.figure.id);
    expect(ids.slice(0, 6)).toEqual(['sleep.total_sleep_duration', 'sleep.efficiency', 'sleep.lowest_heart_rate', 'sleep.average_hrv', 'sleep.average_breath', 'daily_readiness.temperature_deviation']);
    expect(new Set(ids).size).toBe(ids.length);
    const unknown = nightFigures(view.night, view.body.map((figure) => ({ ...figure, known: false }))).filter((f) => !f.figure.known);
    expect(unknown.map((f) => f.figure.id)).toEqual(['daily_readiness.temperature_deviation', 'daily_spo2.spo2_percentage.average']);
  });

  it('names a contributor without its score, and what has no name by its path', () => {
    expect(contributorName({ ...fig(80), name: 'HRV balance (contribution to readiness score)' })).toBe('HRV balance');
    // Longer than a name may be: what is cut must not be the end of the bracket.
    expect(contributorName({ ...fig(80), name: 'Previous day activity (contribution to readiness of the sleep)' })).toBe('Previous day activity');
    expect(contributorName({ ...fig(80), name: `${'long '.repeat(20)}(contribution)` })).toBe(`${'long '.repeat(12)}…`);
    expect(contributorName({ ...fig(80), name: '', id: 'daily_sleep.contributors.deep_sleep' })).toBe('Deep sleep');
  });

  it('leads to the trend of metrics only', () => {
    expect([trendHash('sleep.average_hrv'), trendHash('"><svg'), trendHash('x'.repeat(121)), trendHash('')]).toEqual(['#/trends/sleep.average_hrv', undefined, undefined, undefined]);
  });

  it('a bar holds all there is to show', () => {
    const [low, high] = barSpan({ figure: fig(50), before: 44, usual: usual(40, 48) });
    expect([low < 40, high > 50]).toEqual([true, true]);
    const [a, b] = barSpan({ figure: fig(50), before: 50, usual: noUsual });
    expect(b).toBeGreaterThan(a);
  });

  it('divides stress and recovery only when both are known', () => {
    const { stress } = emptyDay(today);
    expect(stressShare({ ...stress, high: fig(3600, 's'), recovery: fig(1800, 's') })).toEqual([3600, 1800]);
    expect(stressShare({ ...stress, high: fig(3600, 's') })).toBeUndefined();
    expect(stressShare({ ...stress, high: fig(0, 's'), recovery: fig(0, 's') })).toBeUndefined();
  });
});

describe('steps from day to day', () => {
  const at = (of: string): DayView => day({ day: of, previousDay: '2026-11-19', nextDay: of === today ? '' : '2026-11-21' });
  it('go where the program says, and to the address without a day for today', () => {
    expect([stepFrom(at('2026-11-20'), '2026-11-20', -1), stepFrom(at('2026-11-20'), '2026-11-20', 1)]).toEqual(['2026-11-19', '2026-11-21']);
    expect(stepFrom(day({ day: '2026-11-21', nextDay: today }), '2026-11-21', 1)).toBe('');
    expect([stepFrom(at(today), '', 1), stepFrom(day({ previousDay: '' }), '', -1)]).toEqual([undefined, undefined]);
  });
  it('add up while a day is still on its way', () => {
    expect([stepFrom(at(today), '2026-11-19', -1), stepFrom(at(today), '2026-11-21', 1)]).toEqual(['2026-11-18', '']);
  });
});

describe('movement', () => {
  const from = Date.parse('2026-11-22T04:00:00+02:00');
  const move: MovementView = {
    known: true, fromMs: from, toMs: from + 24 * 60 * minute, steps: fig(812, 'steps'), figures: [], waits: '',
    runs: [{ class: 1, fromMs: from, toMs: from + 90 * minute }, { class: 0, fromMs: from + 90 * minute, toMs: from + 120 * minute }, { class: 9, fromMs: from + 120 * minute, toMs: from + 130 * minute }, { class: 5, fromMs: from + 130 * minute, toMs: from + 140 * minute }],
    met: { unit: 'MET', stepMs: 5 * minute, atMs: [from, from + 60 * minute, from + 65 * minute], values: [0.9, 1, 2] },
  };

  it('sums the classes it knows, also of a part of the day', () => {
    expect(classSeconds(move.runs)).toEqual([1800, 5400, 0, 0, 0, 600]);
    expect(classSeconds(move.runs, from + 60 * minute, from + 120 * minute)).toEqual([1800, 1800, 0, 0, 0, 0]);
  });

  it('is read under the pointer', () => {
    expect(movementAt(move, from + 62 * minute, at2)).toBe('05:02: rest, 1.0 MET');
    expect(movementAt(move, from + 100 * minute, at2)).toBe('05:40: not worn');
    expect([movementAt(move, from + 600 * minute, at2), movementAt(move, from + 125 * minute, at2)]).toEqual(['', '']);
  });

  it('is told in words, the most movement first and what was not worn last', () => {
    expect(movementSummary(move)).toBe('High 10 min, rest 1 h 30 min, not worn 30 min.');
    expect(movementSummary({ ...move, runs: [] })).toBe('Oura sent no course of this day.');
  });

  it('has a table by the ring’s hours; an hour without a reading says so', () => {
    const rows = movementRows(move, at2);
    expect(rows.length).toBe(24);
    expect(rows.slice(0, 2)).toEqual([['04:00', 'rest 1 h', '0.9'], ['05:00', 'rest 30 min, not worn 30 min', '1.5']]);
    expect(rows[23]).toEqual(['03:00', 'No reading', '–']);
    expect(movementRows({ ...move, toMs: from + 1e15 }, at2).length).toBe(48);
  });
});

describe('heart rate', () => {
  const from = Date.parse('2026-11-22T00:00:00+02:00');
  const at = [0, 5, 10, 30, 60, 65].map((m) => from + m * minute);
  const heart: HeartView = {
    known: true, fromMs: from, toMs: from + 24 * 60 * minute, line: { unit: 'bpm', stepMs: 5 * minute, atMs: at, values: [50, 52, 51, 60, 70, 72] },
    low: [48, 49, 47, 55, 66, 70], high: [55, 56, 57, 64, 80, 131], lowest: 47, highest: 131, waits: '',
  };

  it('has a gap where neighbours are further apart than a step and a half', () => {
    expect(stretches(heart.line)).toEqual([[0, 2], [3, 3], [4, 5]]);
    expect(stretches({ atMs: [], stepMs: 1 })).toEqual([]);
  });

  it('draws each stretch as an area of its own', () => {
    const path = bandPath(heart, linear([from, from + 100 * minute], [0, 100]), linear([0, 100], [100, 0]));
    expect(path.match(/M/g)?.length).toBe(3);
    expect(path.match(/Z/g)?.length).toBe(3);
    expect(path).toBe('M0 45L5 44L10 43L10 53L5 51L0 52ZM30 36H35V45H30ZM60 20L65 -31L65 30L60 34Z');
  });

  it('is read under the pointer, and not in a gap', () => {
    expect([heartAt(heart, from + 31 * minute, at2), heartAt(heart, from + 20 * minute, at2)]).toEqual(['00:31: 60 bpm, 55–64', '']);
  });

  it('is told in words and in a table by the hour', () => {
    expect(heartSummary(heart, at2)).toBe('Lowest 47 bpm at 00:10, highest 131 bpm at 01:05. 2 gaps without readings.');
    const rows = heartRows(heart, at2);
    expect(rows.slice(0, 3)).toEqual([['00:00', '47', '53', '64'], ['01:00', '66', '71', '131'], ['02:00', '–', '–', '–']]);
  });
});

describe('the pretended person', () => {
  it('is the same on every run, five years back', () => {
    const old = '2021-11-24';
    expect(sampleDay(today, old).scores).toEqual(sampleDay(today, old).scores);
    expect([sampleDay(today, '2021-11-23').previousDay, sampleDay(today, today).nextDay, sampleDay(today, old).hasNight]).toEqual(['', '', true]);
  });

  it('invents nothing for a day without the ring', () => {
    const view = sampleDay(today, '2026-11-13');
    expect([view.hasNight, view.heart.known, view.movement.steps.known, view.scores.some((s) => s.score.known)]).toEqual([false, false, false, false]);
    expect(view.scores.map((s) => s.waits)).toEqual(['not_worn', 'not_worn', 'not_worn']);
  });

  it('has a scenario in which the phone has not synced yet', () => {
    const program = new FakeProgram(1);
    todayScenarios['today_late']?.(program);
    const view = program.health.day(today, '');
    expect(view.scores.map((s) => s.waits)).toEqual(['not_synced', 'not_synced', 'not_synced']);
    expect([view.hasNight, view.week.at(-1)?.scores.some((s) => s.known), view.week[5]?.scores.every((s) => s.known)]).toEqual([false, false, true]);
  });
});
