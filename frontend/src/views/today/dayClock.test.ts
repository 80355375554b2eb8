import { describe, expect, it } from 'vitest';
import type { DayView } from '../../lib/backend';
import { sampleDay } from '../../lib/backend/fake/today';
import { helsinki } from '../../lib/backend/fake/sleep';
import { changedClock, dayClock, hourOn, hourTicks, hourWords } from './dayClock';
import { heartRows } from './heart';
import { hoursOf } from './movement';

const today = '2026-11-22';
const hour = 3_600_000;
const utc = (of: string): number => Date.parse(`${of}Z`);
const inBerlinsWinter = (): number => 60;
const back = { fromMs: utc('2026-10-24T21:00'), toMs: utc('2026-10-25T22:00') };
const forth = { fromMs: utc('2026-03-28T22:00'), toMs: utc('2026-03-29T21:00') };
const view = (day: string, over: Partial<DayView> = {}): DayView => ({ ...sampleDay(today, day), ...over });

describe('the ring’s clock on a day on which it is changed', () => {
  it('changes when this computer’s clock does, where that is the same change', () => {
    expect(dayClock(view('2026-10-25'), back, 0, helsinki)).toEqual({ before: 180, after: 120, changeMs: utc('2026-10-25T01:00') });
    expect(dayClock(view('2026-03-29'), forth, 0, helsinki)).toEqual({ before: 120, after: 180, changeMs: utc('2026-03-29T01:00') });
    expect(changedClock(view('2026-10-25'), back, 0, helsinki)).toBe('The clock was changed on this day, from UTC+3 to UTC+2: 04:00 became 03:00.');
    expect(changedClock(view('2026-03-29'), forth, 0, helsinki)).toBe('The clock was changed on this day, from UTC+2 to UTC+3: 03:00 became 04:00.');
  });

  it('changes with the end of the night where nobody knows better', () => {
    const night = { ...view('2026-10-25').night, fromMs: utc('2026-10-24T20:00'), toMs: utc('2026-10-25T04:30') };
    const of = view('2026-10-25', { hasNight: true, night });
    expect(dayClock(of, back, 0, inBerlinsWinter)).toEqual({ before: 180, after: 120, changeMs: night.toMs });
    expect(changedClock(of, back, 0, inBerlinsWinter)).toContain(': 07:30 became 06:30.');
    const without = { ...of, hasNight: false };
    expect(dayClock(without, back, 0, inBerlinsWinter)).toEqual({ before: 120, after: 120, changeMs: -Infinity });
    expect(changedClock(without, back, 0, inBerlinsWinter)).toBe('The clock was changed on this day, from UTC+3 to UTC+2. Hours here go by UTC+2 all day.');
  });

  it('is one clock on every other day', () => {
    const of = view(today);
    expect([dayClock(of, of.heart, 0, helsinki).changeMs, changedClock(of, of.heart, 0, helsinki)]).toEqual([-Infinity, '']);
    expect(changedClock(of, { fromMs: 7, toMs: 0 }, 0, helsinki)).toBe('');
  });

  it('labels every hour by the clock that there was', () => {
    const of = (ends: { fromMs: number; toMs: number }, day: string, most: number): string[] => {
      const clock = dayClock(view(day), ends, 0, helsinki);
      return hourTicks(ends, clock, most).map((ms) => hourOn(clock, ms));
    };
    expect(of(back, '2026-10-25', 10)).toEqual(['00:00', '03:00', '06:00', '09:00', '12:00', '15:00', '18:00', '21:00', '00:00']);
    expect(of(forth, '2026-03-29', 10)).toEqual(['00:00', '06:00', '09:00', '12:00', '15:00', '18:00', '21:00', '00:00']);
    const every = of(back, '2026-10-25', 30);
    expect(every.slice(0, 6)).toEqual(['00:00', '01:00', '02:00', '03:00', '03:00', '04:00']);
    expect(every.length).toBe(26);
  });

  it('tells the hour that comes twice apart, in the table too', () => {
    const clock = dayClock(view('2026-10-25'), back, 0, helsinki);
    const hours = hoursOf(back.fromMs, back.toMs);
    expect(hourWords(hours, clock).slice(0, 6)).toEqual(['00:00', '01:00', '02:00', '03:00 (UTC+3)', '03:00 (UTC+2)', '04:00']);
    const line = { unit: 'bpm' as const, stepMs: hour, atMs: hours, values: hours.map((_, i) => 50 + i) };
    const rows = heartRows({ known: true, ...back, line, low: line.values, high: line.values, lowest: 50, highest: 74, waits: '' }, clock);
    expect([rows.length, rows[3], rows[4], rows.at(-1)?.[0]]).toEqual([25, ['03:00 (UTC+3)', '53', '53', '53'], ['03:00 (UTC+2)', '54', '54', '54'], '23:00']);
  });
});
