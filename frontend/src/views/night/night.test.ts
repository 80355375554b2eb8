import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { NightView, SleepView } from '../../lib/backend';
import { sampleNight } from '../../lib/backend/fake/night';
import { lateNap, makeSleep, nap, ordinaryNight } from '../../lib/backend/fake/sleep';
import { clockAt, computerOffset } from '../../lib/format/clock';
import { nightOfKey } from './keys';
import { alignedTo, clockNotes, differenceWord, lacks, lengthWord, nightTitle, spanWord, totalsWord, typeWord } from './words';

const today = '2026-11-22';
const view = (day: string): NightView => sampleNight(today, day);
const main = (day: string): SleepView => view(day).periods[0] as SleepView;
const key = (name: string, over: object = {}) => ({ key: name, defaultPrevented: false, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, target: null, ...over });

describe('nightOfKey', () => {
  beforeEach(() => void vi.stubGlobal('document', { querySelector: () => null }).stubGlobal('Element', class {}));
  afterEach(() => void vi.unstubAllGlobals());
  it('leads to the neighbours and the ends', () => {
    const at = view('2026-11-21');
    expect(['ArrowLeft', '[', 'ArrowRight', ']', 'Home', 'End', 'a'].map((name) => nightOfKey(key(name), at))).toEqual(['2026-11-20', '2026-11-20', today, today, '2021-11-23', today, '']);
  });
  it('leads nowhere from the end, and with a key held', () => {
    const at = view(today);
    expect([nightOfKey(key('ArrowRight'), at), nightOfKey(key('End'), at), nightOfKey(key('ArrowLeft', { altKey: true }), at), nightOfKey(key('ArrowLeft', { defaultPrevented: true }), at)]).toEqual(['', '', '', '']);
  });
});

describe('nightTitle', () => {
  const now = new Date(`${today}T12:00:00`);
  it('calls the nights by the day of the ring, and by this computer’s while that is not known', () => {
    expect(['2026-11-23', today, '2026-11-21'].map((day) => nightTitle(day, '2026-11-23', now))).toEqual(['Last night', 'Night to yesterday', 'Night to Saturday 21 November']);
    expect([today, '2026-11-21'].map((day) => nightTitle(day, '', now))).toEqual(['Last night', 'Night to yesterday']);
    expect(nightTitle('2026-11-21', '2026-11-21', now)).toBe('Last night');
  });
});

describe('what is said of a period', () => {
  it('names its kind, and keeps one that Oura added later', () => {
    const types: [string, boolean][] = [['long_sleep', true], ['long_sleep', false], ['sleep', false], ['late_nap', false], ['rest', false], ['', true], ['power_nap', false], ['constructor', false]];
    expect(types.map(([type, is]) => typeWord({ ...makeSleep(nap('2026-11-21')), type, main: is }))).toEqual(['Night', 'Long sleep', 'Nap', 'Late nap', 'Rest', 'Sleep', 'Power nap', 'Constructor']);
  });

  it('tells its hours by the ring’s clock and its length as stated', () => {
    const sleep = { ...makeSleep(nap('2026-11-21')), start: '2026-11-21T14:10:00+02:00' };
    expect(spanWord(sleep)).toBe('14:10 – 14:44');
    expect(lengthWord({ ...sleep, totals: [{ stage: 'asleep', stated: 1500, counted5: 0, counted30: 0 }, { stage: 'in_bed', stated: 2040, counted5: 0, counted30: 0 }] })).toBe('25 min asleep, 34 min in bed');
    expect(lengthWord({ ...sleep, totals: [] })).toBe('34 min in bed');
    expect(spanWord({ ...sleep, end: '2026-11-21T13:44:00+01:00' })).toBe('14:10 (UTC+2) – 13:44 (UTC+1)');
    expect(typeWord(makeSleep(lateNap('2026-11-21')))).toBe('Late nap on the evening before');
  });

  it('says nothing of the clock where it is this computer’s, and what there is to say elsewhere', () => {
    const sleep = main(today);
    const here = computerOffset(sleep.fromMs);
    const written = (minutes: number): string => `+${String(Math.floor(minutes / 60)).padStart(2, '0')}:00`;
    const at = (minutes: number): string => `2026-11-22T00:00:00${written(minutes)}`;
    expect(clockNotes({ ...sleep, start: at(here), end: at(here) })).toEqual([]);
    expect(clockNotes({ ...sleep, start: at(here + 60), end: at(here + 60) })).toHaveLength(1);
    expect(clockNotes({ ...sleep, start: '', end: '' })).toEqual(['Oura does not say which clock this night went by; hours are those of this computer.']);
    const [changed] = clockNotes({ ...sleep, start: at(here), end: at(here + 60) });
    expect(changed).toContain(`the end at ${clockAt(sleep.toMs, here)} was ${clockAt(sleep.toMs, here + 60)} on the changed clock`);
  });

  it('names what is missing, and nothing when nothing is', () => {
    expect(lacks(main(today), 'five')).toEqual([]);
    expect(lacks(main('2026-11-19'), 'five')).toEqual(['No HRV was measured.']);
    expect(lacks(main('2026-11-18'), 'thirty')).toEqual(['Oura gave no 30-second stages for this period; the drawing goes by 5 minutes.']);
    expect(lacks(makeSleep(nap(today, { tiny: true, minutes: 7 })), 'five')).toEqual(['Oura gave no stages for this period.', 'No heart rate was measured.', 'No HRV was measured.', 'Oura gave no movement for this period.']);
  });
});

describe('totals', () => {
  const sleep = makeSleep(ordinaryNight(today));
  const with5 = (stated: number, counted5: number): SleepView => ({ ...sleep, totals: [{ stage: 'asleep', stated, counted5, counted30: -1 }] });
  it('says plainly how stated and counted differ', () => {
    expect(totalsWord(with5(25_320, 25_500), 'five')).toBe('Oura states 7 h 2 min asleep; the 5-min string adds up to 7 h 5 min, 3 min more. A digit of it stands for five minutes, whatever happened within them.');
    expect(totalsWord(with5(25_320, 25_320), 'five')).toBe('The total that Oura states is the one counted from the 5-min string.');
    expect(totalsWord(with5(25_320, 25_290), 'thirty')).toBe('There is no 30-s string to count from.');
    expect(differenceWord({ stage: 'deep', stated: 600, counted5: 570, counted30: -1 }, 'five')).toBe('30 s less');
    expect(differenceWord({ stage: 'deep', stated: -1, counted5: 570, counted30: -1 }, 'five')).toBe('');
  });
});

it('another night lies below the same hours of the clock, wherever it was', () => {
  const [sleep, other] = [main(today), main('2026-11-16')];
  expect(other.start).toContain('+09:00');
  const moved = alignedTo(sleep, other);
  expect(clockAt(moved.fromMs, 120)).toBe(other.start.slice(11, 16));
  expect(Math.abs(moved.fromMs - sleep.fromMs)).toBeLessThan(4 * 3_600_000);
});

describe('the sample person', () => {
  it('has five years of nights, each reached from the one after it', () => {
    let day = today;
    let nights = 0;
    for (let at = view(day); ; at = sampleNight(today, day)) {
      nights++;
      if (at.previousDay === '' || nights > 20) break;
      day = at.previousDay;
    }
    expect([nights, view(today).firstDay]).toEqual([21, '2021-11-23']);
  });
  it('goes to bed at home before the clock changes, and gets up after it', () => {
    expect([main('2026-10-25').start.slice(-6), main('2026-10-25').end.slice(-6)]).toEqual(['+03:00', '+02:00']);
    expect([main('2026-03-29').start.slice(-6), main('2026-03-29').end.slice(-6)]).toEqual(['+02:00', '+03:00']);
  });
  it('tells the same on every run', () => {
    expect(view('2025-05-05')).toEqual(view('2025-05-05'));
  });
});
