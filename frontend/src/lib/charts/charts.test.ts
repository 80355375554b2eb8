import { describe, expect, it } from 'vitest';
import type { FigureView, UsualView } from '../backend';
import { clockAt } from '../format/clock';
import { duration, exact, figureText, possible, standOf } from './figure';
import { extent, linear, linePath, niceDomain, niceTicks, readingAt, timeTicks } from './scale';

const utc = (iso: string): number => Date.parse(`${iso}Z`);

describe('linear', () => {
  it('maps there and back', () => {
    const x = linear([10, 20], [100, 300]);
    expect([x(10), x(15), x(20), x(25), x.invert(200), x.invert(100)]).toEqual([100, 200, 300, 400, 15, 10]);
  });
  it('puts a value without extent in the middle', () => {
    const x = linear([5, 5], [0, 100]);
    expect([x(5), x.invert(80)]).toEqual([50, 5]);
  });
});

describe('niceTicks', () => {
  it.each([
    [0, 100, 5, [0, 20, 40, 60, 80, 100]],
    [43, 71, 3, [50, 60, 70]],
    [-0.4, 0.5, 4, [0, 0.5]],
    [-0.4, 0.5, 5, [-0.4, -0.2, 0, 0.2, 0.4]],
    [7, 7, 3, [7]],
    [NaN, NaN, 3, []],
  ])('%d to %d, about %d', (low, high, about, ticks) => {
    expect(niceTicks(low, high, about)).toEqual(ticks);
  });
});

it('niceDomain holds all values between round ones, at least so wide', () => {
  expect(niceDomain([43, 71], 3)).toEqual([40, 80]);
  expect(niceDomain([50], 2, 10)).toEqual([45, 55]);
  expect(niceDomain([], 3)).toBeUndefined();
});

it('extent copes with very many values', () => {
  expect(extent(Array.from({ length: 500_000 }, (_, i) => i))).toEqual([0, 499_999]);
  expect(extent([])).toBeUndefined();
});

describe('timeTicks', () => {
  const [from, to] = [utc('2026-11-21T20:47:00'), utc('2026-11-22T04:58:00')];
  const clocks = (offset: number, most: number): string[] => timeTicks(from, to, offset, most).map((at) => clockAt(at, offset));
  it('stands on full hours of the ring’s clock', () => {
    expect(clocks(120, 12)).toEqual(['23:00', '00:00', '01:00', '02:00', '03:00', '04:00', '05:00', '06:00']);
    expect(clocks(120, 5)).toEqual(['00:00', '02:00', '04:00', '06:00']);
  });
  it('does so where the clock is half an hour off', () => {
    expect(clocks(330, 12)).toEqual(['03:00', '04:00', '05:00', '06:00', '07:00', '08:00', '09:00', '10:00']);
  });
  it('takes parts of an hour for a nap, and none for no time', () => {
    expect(timeTicks(utc('2026-11-21T12:02:00'), utc('2026-11-21T12:31:00'), 0, 4).map((at) => clockAt(at, 0))).toEqual(['12:10', '12:20', '12:30']);
    expect(timeTicks(from, from, 0, 4)).toEqual([]);
  });
});

describe('linePath', () => {
  const same = linear([0, 100], [0, 100]);
  const path = (atMs: number[], values: number[]): string => linePath({ stepMs: 10, atMs, values }, same, same);
  it('leaves gaps open, and shows a reading alone', () => {
    expect(path([0, 10, 25], [1, 2, 3])).toBe('M0 1L10 2L25 3');
    expect(path([0, 10, 26, 50, 60], [1, 2, 3, 4, 5])).toBe('M0 1L10 2M26 3h0M50 4L60 5');
    expect(path([5], [7])).toBe('M5 7h0');
    expect(path([], [])).toBe('');
  });
});

it('readingAt finds the reading that holds', () => {
  const line = { stepMs: 10, atMs: [0, 10, 40] };
  expect([-1, 0, 9, 10, 19, 20, 39, 40, 49, 50].map((at) => readingAt(line, at))).toEqual([-1, 0, 0, 1, 1, -1, -1, 2, 2, -1]);
});

const decimals: Partial<Record<FigureView['unit'], number>> = { '/min': 1, '°C': 1 };
const figure = (value: number, unit: FigureView['unit'] = 'bpm', id = 'x', digits = decimals[unit] ?? 0): FigureView => ({ id, name: 'X', unit, known: true, value, digits });
const usual = (low: number, high: number): UsualView => ({ known: true, low, mid: (low + high) / 2, high, days: 60, needs: 0 });

describe('figures', () => {
  it.each([
    [figure(48.4), '48 bpm'],
    [figure(94, '%'), '94%'],
    [figure(25_320, 's'), '7 h 2 min'],
    [figure(14.125, '/min'), '14.1 /min'],
    [figure(-0.04, '°C', 'daily_readiness.temperature_deviation'), '0.0 °C'],
    [figure(-0.3, '°C', 'daily_readiness.temperature_deviation'), '−0.3 °C'],
    [figure(0.3, '°C', 'daily_readiness.temperature_deviation'), '+0.3 °C'],
    [figure(12_480, 'steps'), '12,480 steps'],
    [figure(51.25, 'bpm', 'sleep.average_heart_rate', 1), '51.3 bpm'],
    [figure(-4500, 's', 'sleep.bedtime_start'), '22:45'],
    [{ ...figure(0), known: false }, '–'],
  ])('%o is %s', (of, said) => {
    expect(figureText(of)).toBe(said);
  });

  it('durations carry their sign, unless they are nothing', () => {
    expect([duration(-180), duration(-0.2), duration(90)]).toEqual(['−3 min', '0 s', '2 min']);
  });

  it('to the second, where there are any', () => {
    expect([exact(25_320), exact(23_790), exact(30), exact(0), exact(90)]).toEqual(['7 h 2 min', '6 h 36 min 30 s', '30 s', '0 min', '1 min 30 s']);
  });

  it('have no usual below nothing, where nothing is the least there is', () => {
    expect(possible(figure(360, 's'), usual(-480, 1380)).low).toBe(0);
    expect(possible(figure(98, '%'), usual(96, 101)).high).toBe(100);
    expect(possible(figure(0.1, '°C'), usual(-0.4, 0.4)).low).toBe(-0.4);
    expect(possible(figure(96, '', 'daily_sleep.score'), usual(92, 103)).high).toBe(100);
    expect([possible(figure(-900, 's', 'sleep.bedtime_start'), usual(-4500, 900)).low, possible(figure(-3, '', 'sleep.sleep_score_delta'), usual(-6, 2)).low]).toEqual([-4500, -6]);
  });

  it('stand to the usual range as they are shown', () => {
    const range = usual(50.2, 55.6);
    expect([49, 50, 50.1, 53, 56, 56.4, 57].map((value) => standOf(figure(value), range))).toEqual(['lower', 'within', 'within', 'within', 'within', 'within', 'higher']);
    expect([50.1, 55.7].map((value) => standOf(figure(value, 'bpm', 'x', 1), range))).toEqual(['lower', 'higher']);
    // The whole is the most there is, also where the range would go beyond.
    expect([standOf(figure(100, '%'), usual(94, 101)), standOf(figure(0, 's'), usual(-720, 900))]).toEqual(['within', 'within']);
    expect([standOf({ ...figure(1), known: false }, range), standOf(figure(1), { ...range, known: false })]).toEqual(['unknown', 'unknown']);
  });
});
