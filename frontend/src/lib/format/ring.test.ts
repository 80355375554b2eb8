import { describe, expect, it } from 'vitest';
import { clockAt, computerOffset, dayOn, offsetOf, zoneWord } from './clock';
import { ringClock, ringMoment, ringSpan, ringTime, zoneNote } from './ring';

const morning = Date.parse('2026-11-22T07:12:00+09:00');
const written = (minutes: number): string =>
  `${minutes < 0 ? '-' : '+'}${String(Math.floor(Math.abs(minutes) / 60)).padStart(2, '0')}:${String(Math.abs(minutes) % 60).padStart(2, '0')}`;
/** The offset of the computer the tests run on, and one that differs from it. */
const here = written(computerOffset(morning));
const away = computerOffset(morning) === 540 ? '+05:30' : '+09:00';

describe('a clock known by its offset', () => {
  it.each([
    ['+02:00', 120],
    ['-03:30', -210],
    ['Z', 0],
    ['2026-11-22T07:12:00+09:00', 540],
    ['2026-11-22T07:12:00.000Z', 0],
    ['-00:00', 0],
    ['', undefined],
    ['2026-11-22', undefined],
    ['2026-11-22T07:12:00', undefined],
    ['+99:00', undefined],
    ['<b>', undefined],
    ['FIZZ', undefined],
  ])('reads %s', (of, minutes) => {
    expect(offsetOf(of)).toBe(minutes);
  });

  it('shows what stood on it, wherever the computer is', () => {
    expect([clockAt(morning, 540), dayOn(morning, 540)]).toEqual(['07:12', '2026-11-22']);
    expect([clockAt(morning, -300), dayOn(morning, -300)]).toEqual(['17:12', '2026-11-21']);
    expect([clockAt(NaN, 540), dayOn(NaN, 0), clockAt(Infinity, 0)]).toEqual(['', '', '']);
  });

  it('has a name', () => {
    expect([0, 540, 330, -180, -210, 345].map(zoneWord)).toEqual(['UTC', 'UTC+9', 'UTC+5:30', 'UTC−3', 'UTC−3:30', 'UTC+5:45']);
  });
});

describe('the ring’s clock', () => {
  it('without an offset is the computer’s, and claims nothing', () => {
    expect(ringClock(morning, '')).toBe(clockAt(morning, computerOffset(morning)));
    expect([zoneNote(morning, ''), zoneNote(NaN, '+09:00'), ringTime(NaN, '')]).toEqual(['', '', '']);
  });

  it('names its zone only where it is another one', () => {
    expect(ringTime(morning, here)).toBe(ringClock(morning, here));
    expect(ringTime(morning, away)).toBe(away === '+09:00' ? '07:12 (ring’s time, UTC+9)' : '03:42 (ring’s time, UTC+5:30)');
  });

  it('tells a moment by its own days', () => {
    const at = (iso: string): string => ringMoment(iso, '+09:00', new Date('2026-11-22T14:32:00Z'));
    const named = (said: string): string => (here === '+09:00' ? said : `${said} (ring’s time, UTC+9)`);
    expect([at('2026-11-22T14:05:00Z'), at('2026-11-21T20:12:00Z')]).toEqual([named('23:05'), named('05:12')]);
    expect([at('2026-11-21T14:59:00Z'), at('2026-11-19T14:59:00Z'), at('<b>'), at('')]).toEqual([named('yesterday 23:59'), named('19 Nov, 23:59'), '', '']);
  });

  it('tells a night, and one whose clock was changed', () => {
    expect(ringSpan(`2026-11-21T22:58:00${here}`, `2026-11-22T06:44:00${here}`)).toBe('22:58 – 06:44');
    expect(ringSpan(`2026-11-21T22:58:00${away}`, `2026-11-22T06:44:00${away}`)).toMatch(/^22:58 – 06:44 \(ring’s time, UTC\+/);
    expect(ringSpan('2026-10-24T22:58:00+03:00', '2026-10-25T05:44:00+02:00')).toBe('22:58 (UTC+3) – 05:44 (UTC+2)');
  });
});
