import { describe, expect, it } from 'vitest';
import { isElsewhere, offsetOf, ringClock, ringDay, ringSpan, ringTime, zoneName, zoneNote } from './ring';

const morning = Date.parse('2026-11-22T07:12:00+09:00');
/** The offset of the computer the tests run on, and one that differs from it. */
const east = -new Date(morning).getTimezoneOffset();
const written = (minutes: number): string =>
  `${minutes < 0 ? '-' : '+'}${String(Math.floor(Math.abs(minutes) / 60)).padStart(2, '0')}:${String(Math.abs(minutes) % 60).padStart(2, '0')}`;
const here = written(east);
const away = written(east === 540 ? 330 : 540);

describe('the ring’s clock', () => {
  it.each([
    ['+02:00', 120],
    ['-03:30', -210],
    ['Z', 0],
    ['2026-11-22T07:12:00+09:00', 540],
    ['2026-11-22T07:12:00.000Z', 0],
    ['-00:00', -0],
    ['', undefined],
    ['2026-11-22', undefined],
    ['2026-11-22T07:12:00', undefined],
    ['+99:00', undefined],
    ['<b>', undefined],
    ['FIZZ', undefined],
  ])('reads the offset of %s', (of, minutes) => {
    expect(offsetOf(of)).toBe(minutes);
  });

  it('shows what the ring showed, wherever the computer is', () => {
    expect(ringClock(morning, '+09:00')).toBe('07:12');
    expect(ringClock(morning, '2026-11-22T07:12:00+09:00')).toBe('07:12');
    expect(ringClock(morning, '-05:00')).toBe('17:12');
    expect([ringDay(morning, '+09:00'), ringDay(morning, '-05:00')]).toEqual(['2026-11-22', '2026-11-21']);
    expect([ringClock(NaN, '+09:00'), ringDay(NaN, ''), zoneNote(NaN, '+09:00')]).toEqual(['', '', '']);
  });

  it('without an offset shows the computer’s clock and claims nothing', () => {
    const d = new Date(morning);
    expect(ringClock(morning, '')).toBe([d.getHours(), d.getMinutes()].map((n) => String(n).padStart(2, '0')).join(':'));
    expect(zoneNote(morning, '')).toBe('');
  });

  it('names the zone only where it is another one', () => {
    expect([isElsewhere(morning, here), isElsewhere(morning, away)]).toEqual([false, true]);
    expect(ringTime(morning, here)).toBe(ringClock(morning, here));
    expect(ringTime(morning, away)).toBe(`${ringClock(morning, away)} (ring’s time, ${zoneName(offsetOf(away) ?? 0)})`);
  });

  it('names zones', () => {
    expect([0, 540, 330, -180, -210, 345].map(zoneName)).toEqual(['UTC', 'UTC+9', 'UTC+5:30', 'UTC−3', 'UTC−3:30', 'UTC+5:45']);
  });

  it('tells a night whose clock was changed', () => {
    expect(ringSpan('2026-10-24T22:58:00+03:00', '2026-10-25T05:44:00+02:00')).toBe('22:58 (UTC+3) – 05:44 (UTC+2)');
    expect(ringSpan(`2026-11-21T22:58:00${here}`, `2026-11-22T06:44:00${here}`)).toBe('22:58 – 06:44');
    expect(ringSpan(`2026-11-21T22:58:00${away}`, `2026-11-22T06:44:00${away}`)).toMatch(/^22:58 – 06:44 \(ring’s time, UTC/);
  });
});
