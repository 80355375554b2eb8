import { describe, expect, it } from 'vitest';
import { clockAt, clockSecondsAt, dayOn, hours, offsetOf, zoneWord } from './clock';
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

it('niceDomain holds all values, at least so wide', () => {
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

describe('the ring’s clock', () => {
  it.each([
    ['2026-11-22T06:41:00+02:00', 120],
    ['2026-11-22T06:41:00.000-03:30', -210],
    ['2026-11-22T06:41:00Z', 0],
    ['+05:45', 345],
    ['2026-11-22', undefined],
    ['', undefined],
  ])('the offset of "%s" is %s', (time, offset) => {
    expect(offsetOf(time)).toBe(offset);
  });
  it('reads instants', () => {
    const at = utc('2026-11-21T23:14:30');
    expect([clockAt(at, 120), clockSecondsAt(at, -210), dayOn(at, 120), dayOn(at, -210)]).toEqual(['01:14', '19:44:30', '2026-11-22', '2026-11-21']);
    expect([zoneWord(120), zoneWord(-210), zoneWord(0)]).toEqual(['UTC+2', 'UTC−3:30', 'UTC']);
  });
  it.each([[0, '0 min'], [30, '30 s'], [2880, '48 min'], [3600, '1 h'], [28_320, '7 h 52 min'], [28_770, '8 h']])('%d s are %s', (s, said) => {
    expect(hours(s)).toBe(said);
  });
});
