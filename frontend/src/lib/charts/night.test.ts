import { describe, expect, it } from 'vitest';
import type { SleepView } from '../backend';
import { makeSleep, ordinaryNight } from '../backend/fake/sleep';
import { NightCursor } from './cursor.svelte';
import { bars, besides, blocks, courseOf, joints, layoutOf, momentAt, runAt, stageOf, stepsOf } from './night';
import { leastAt, nightClock, readings, summary, table } from './nightWords';
import { linear } from './scale';

const minute = 60_000;
/** Forty minutes: awake, light, deep, REM, ten minutes each. */
const base: SleepView = {
  ...makeSleep(ordinaryNight('2026-11-22')), start: '2026-11-22T02:00:00+02:00', end: '2026-11-22T02:40:00+02:00', fromMs: 0, toMs: 40 * minute,
  stages5: [4, 2, 1, 3].map((c, i) => ({ class: c, fromMs: i * 10 * minute, toMs: (i + 1) * 10 * minute })), stages30: [],
  movement: [{ class: 1, fromMs: 0, toMs: 12 * minute }, { class: 3, fromMs: 12 * minute, toMs: 13 * minute }, { class: 1, fromMs: 13 * minute, toMs: 40 * minute }],
  heartRate: { unit: 'bpm', stepMs: 5 * minute, atMs: [5, 10, 30].map((m) => m * minute), values: [60, 52.4, 55] },
  hrv: { unit: 'ms', stepMs: 5 * minute, atMs: [], values: [] },
};
const same = linear([0, 40 * minute], [0, 40]);

describe('the course of a night', () => {
  it('goes by the wanted string, by the other one where that is missing', () => {
    const both = makeSleep(ordinaryNight('2026-11-22'));
    expect([courseOf(both, 'five').from, courseOf(both, 'thirty').from, courseOf(base, 'thirty').from, courseOf({ stages5: [], stages30: [] }, 'five').from]).toEqual(['five', 'thirty', 'five', undefined]);
    expect([courseOf(both, 'thirty').stepMs, courseOf(base, 'thirty').stepMs]).toEqual([30_000, 300_000]);
  });

  it('names the stages of Oura and no other', () => {
    expect([0, 1, 2, 3, 4, 5].map(stageOf)).toEqual([undefined, 'deep', 'light', 'rem', 'awake', undefined]);
  });

  it('finds the run that holds, and none outside or in a gap', () => {
    const runs = [{ class: 1, fromMs: 10, toMs: 20 }, { class: 2, fromMs: 30, toMs: 40 }];
    expect([9, 10, 19, 20, 30, 39, 40].map((at) => runAt(runs, at)?.class)).toEqual([undefined, 1, 1, undefined, 2, 2, undefined]);
  });

  it('draws runs as blocks, and steps where one follows the other', () => {
    expect(blocks(base.stages5, 'light', same, 5, 8)).toBe('M10 5h10v8h-10z');
    expect(blocks([{ class: 1, fromMs: 0, toMs: 1 }], 'deep', same, 0, 4)).toBe('M0 0h1v4h-1z');
    const middle = { awake: 1, rem: 2, light: 3, deep: 4 };
    expect(joints(base.stages5, same, (stage) => middle[stage])).toBe('M10 1V3M20 3V4M30 4V2');
    expect(joints([{ class: 9, fromMs: 0, toMs: 5 }, { class: 1, fromMs: 5, toMs: 9 }], same, (stage) => middle[stage])).toBe('');
    expect(bars(base.movement, same, 30, 9)).toBe('M12 30v-6h1V30z');
  });

  it('lays another night below the same hours', () => {
    const moved = besides(base, 7);
    expect([moved.fromMs, moved.stages5[1]?.fromMs, moved.heartRate.atMs[0], moved.movement[1]?.toMs]).toEqual([7, 10 * minute + 7, 5 * minute + 7, 13 * minute + 7]);
    expect(base.fromMs).toBe(0);
  });

  it('gives what was not measured one line', () => {
    const course = courseOf(base, 'five');
    const whole = layoutOf({ ...base, hrv: base.heartRate }, course, 800, 16, false);
    const less = layoutOf(base, course, 800, 16, false);
    expect([less.hrv.height, whole.hrv.height - less.hrv.height > 40, whole.height - less.height > 40]).toEqual([0, true, true]);
    expect(layoutOf(base, course, 800, 32, false).height).toBe(less.height * 2);
    expect(layoutOf(base, course, 800, 16, true).movement).toBeUndefined();
    expect(layoutOf(base, { ...course, runs: [], from: undefined }, 800, 16, false).heart.title).toBeLessThan(less.heart.title - 60);
  });
});

describe('a moment', () => {
  const course = courseOf(base, 'five');
  it('reads all lines, and nothing where nothing was read', () => {
    expect(momentAt(base, course, 10 * minute)).toEqual({ atMs: 10 * minute, stage: 'light', heart: 52.4, hrv: undefined, movement: 3 });
    expect(momentAt(base, course, 20 * minute)).toEqual({ atMs: 20 * minute, stage: 'deep', heart: undefined, hrv: undefined, movement: 1 });
    expect(readings(momentAt(base, course, 10 * minute)).map((r) => r.value)).toEqual(['Light', '52 bpm', '–', 'medium']);
    expect(readings(momentAt(base, { ...course, runs: [] }, 50 * minute)).map((r) => r.value)).toEqual(['–', '–', '–', '–']);
  });

  it('is written by the clock at the start of the night', () => {
    expect([nightClock(base, 0), nightClock(base, 90_000, 30_000)]).toEqual(['02:00', '02:01:30']);
  });

  it('stands in the table once for each step', () => {
    expect(stepsOf(base, 5 * minute)).toBe(8);
    expect(table(base, course).length).toBe(8);
    expect(table(base, course)[2]).toEqual(['02:10', 'Light', '52 bpm', '–', 'medium']);
  });
});

it('the summary tells what there is, and what is not', () => {
  const said = summary({ ...base, totals: [{ stage: 'deep', stated: 600, counted5: 600, counted30: -1 }, { stage: 'rem', stated: 5400, counted5: 600, counted30: -1 }] });
  expect(said).toBe('02:00 to 02:40. Deep 10 min, REM 1 h 30 min. Heart rate 52 to 60 bpm, lowest at 02:10. No HRV.');
  expect(leastAt(base.hrv)).toBeUndefined();
});

describe('NightCursor', () => {
  it('goes by steps and hours, not beyond the ends', () => {
    const cursor = new NightCursor();
    cursor.focused = true;
    const press = (...keys: string[]): number | undefined => {
      for (const key of keys) cursor.key(key, 96, 300_000);
      return cursor.at;
    };
    expect([press('ArrowLeft'), press('ArrowRight', 'ArrowUp'), press('PageUp'), press('PageDown', 'PageDown'), press('End'), press('ArrowRight'), press('Home')]).toEqual([0, 2, 14, 0, 95, 95, 0]);
    expect(cursor.key('a', 96, 300_000)).toBe(false);
  });

  it('is where the pointer is, then where the keys were, and nowhere without either', () => {
    const cursor = new NightCursor();
    expect(cursor.at).toBeUndefined();
    cursor.hover = 12;
    expect(cursor.at).toBe(12);
    cursor.focused = true;
    cursor.key('ArrowRight', 96, 300_000);
    expect([cursor.at, cursor.hover]).toEqual([13, undefined]);
    cursor.fit(960, 30_000);
    expect(cursor.at).toBe(130);
    cursor.fit(5, 30_000);
    expect(cursor.at).toBe(4);
  });
});
