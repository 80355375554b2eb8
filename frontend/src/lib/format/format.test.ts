import { describe, expect, it } from 'vitest';
import { familyOf } from './family';
import { count } from './number';
import { plain } from './plain';
import { ago, ahead, clock, countdown, dayKey, dayShort, dayTitle, lag, monthName, since, span, stamp } from './time';
import { shortId, typeName, words } from './words';

/** Local wall-clock time, whatever zone the tests run in. */
const local = (d: number, h: number, m: number, s = 0): string => new Date(2026, 10, d, h, m, s).toISOString();
const now = new Date(2026, 10, 22, 14, 32, 10);

describe('time', () => {
  it('writes wall clocks and stamps', () => {
    expect(clock(local(22, 9, 5, 7))).toBe('09:05:07');
    expect(stamp(local(22, 9, 5, 7))).toBe('22 Nov 2026, 09:05:07');
    expect([clock(''), stamp('no instant'), dayKey('')]).toEqual(['', '', '']);
  });

  it('names days', () => {
    expect(dayTitle('2026-11-22', now)).toBe('Today');
    expect(dayTitle('2026-11-21', now)).toBe('Yesterday');
    expect(dayTitle('2026-11-16', now)).toBe('Monday 16 November');
    expect(dayTitle('2025-12-31', now)).toBe('Wednesday 31 December 2025');
    expect(dayTitle('soon', now)).toBe('soon');
    expect(dayShort('2026-11-02', now)).toBe('2 Nov');
    expect(dayShort('2025-11-02', now)).toBe('2 Nov 2025');
    expect(dayShort('<b>', now)).toBe('<b>');
  });

  it('counts a day that daylight saving made 23 or 25 hours long as one day', () => {
    expect(dayTitle('2026-10-25', new Date(2026, 9, 26, 0, 30))).toBe('Yesterday');
    expect(dayTitle('2026-03-29', new Date(2026, 2, 30, 0, 30))).toBe('Yesterday');
  });

  it('says since when', () => {
    expect(since(local(22, 9, 12), now)).toBe('since 09:12');
    expect(since(local(21, 9, 12), now)).toBe('since yesterday 09:12');
    expect(since(local(2, 9, 12), now)).toBe('since 2 Nov, 09:12');
    expect(since('', now)).toBe('');
  });

  it.each([
    [0, 'just now'],
    [59, 'just now'],
    [60, '1 min ago'],
    [3599, '59 min ago'],
    [3600, '1 h ago'],
    [47 * 3600, '47 h ago'],
    [48 * 3600, '2 days ago'],
    [-30, 'just now'],
  ])('%i s ago reads %s', (s, said) => {
    expect(ago(new Date(now.getTime() - s * 1000).toISOString(), now)).toBe(said);
  });

  it('counts down and never below zero', () => {
    expect(countdown(new Date(now.getTime() + 582_000).toISOString(), now)).toBe('9:42');
    expect(countdown(local(1, 0, 0), now)).toBe('0:00');
    expect(countdown('', now)).toBe('0:00');
  });

  it('tells when something comes', () => {
    const at = (s: number): string => new Date(now.getTime() + s * 1000).toISOString();
    expect([ahead(at(-5), now), ahead(at(40), now), ahead(at(240), now), ahead(at(313 * 60), now), ahead('', now)]).toEqual(['in a moment', 'in 40 s', 'in 4 min', 'in 5 h', '']);
  });

  it('names a month, and leaves alone what is none', () => {
    expect([monthName('2026-11'), monthName('2026-13'), monthName('')]).toEqual(['November', '2026-13', '']);
  });

  it('measures how late', () => {
    expect([span(-1), span(31 * 60_000), span(3 * 86_400_000)]).toEqual(['0.0 s', '31 min', '3 days']);
    const at = (ms: number): string => new Date(1e12 + ms).toISOString();
    expect([lag(at(0), at(430)), lag(at(0), at(31_000)), lag(at(0), at(720_000)), lag(at(0), at(5 * 3_600_000)), lag(at(5), at(0)), lag('', at(0))]).toEqual([
      '0.4 s', '31 s', '12 min', '5 h', '0.0 s', '',
    ]);
  });
});

describe('words', () => {
  it('names known types and makes unknown ones readable', () => {
    expect(typeName('daily_spo2')).toBe('Blood oxygen');
    expect(typeName('glucose_daily')).toBe('Glucose daily');
    expect(typeName('constructor')).toBe('Constructor');
    expect(words('')).toBe('');
    expect(familyOf('toString')).toBe('other');
  });

  it('groups counts and shortens ids', () => {
    expect(count(1_234_567)).toBe('1,234,567');
    expect(shortId('9fc867f2-b455-4c41-a05a-751c6e764ffa')).toBe('9fc867f2…');
  });
});

describe('plain', () => {
  it('writes out what would reorder, hide or break text', () => {
    expect(plain('a\u202Eb\u0000c\u200Bd\ne')).toBe('a\\u202eb\\u0000c\\u200bd\\u000ae');
  });

  it('leaves ordinary text of any language alone', () => {
    expect(plain('Äpfel שלום 日本 👩‍🚀 <b>')).toBe('Äpfel שלום 日本 👩‍🚀 <b>');
  });

  it('cuts what is too long', () => {
    expect(plain('x'.repeat(1_000_000), 10)).toBe('xxxxxxxxxx…');
  });
});
