import { describe, expect, it } from 'vitest';
import { usualOf } from './usual';
import { nightAfter } from './night';
import { sampleTrend } from './trends';

const of = (list: readonly number[]) => (ago: number): number | undefined => list[list.length - ago];
const today = '2026-11-22';

/** Both sides are held against the worked numbers of METRICS: here, and by internal/metrics/usual_test.go. */
describe('the pretended usual range', () => {
  it('of a night’s HRV is that of the worked numbers', () => {
    const nights = [31, 31, 47, 24, 39, 25, 52, 42, 55, 36, 44, 38, 34, 42, 31, 37, 47, 41, 37, 65, 41, 36, 42, 36, 37, 37, 63, 41, 42, 47, 63, 39, 35, 70, 29, 37, 47, 67, 33, 24, 47, 36, 37, 45, 42, 43, 37, 54, 56, 41, 37, 48, 45, 32, 37, 51, 40, 38, 42, 40];
    const usual = usualOf('sleep.average_hrv', 2, of(nights));
    expect([usual.low, usual.mid, usual.high].map((v) => Number(v.toFixed(3)))).toEqual([34.296, Number(Math.exp(3.708002).toFixed(3)), 48.471]);
    expect(usualOf('sleep.average_hrv', 2, of(nights.slice(-20)))).toMatchObject({ known: false, days: 20, needs: 10 });
  });

  it('of anything else is the median and its deviation, by 28 days where 60 hold too few', () => {
    const values = [60, 62, 58, 61, 59, 70, 60];
    const month = Array.from({ length: 28 }, (_, i) => values[i % 7] ?? 0);
    expect(usualOf('sleep.average_heart_rate', 1, of(month))).toEqual({ known: true, low: 60 - 1.4826, mid: 60, high: 60 + 1.4826, days: 28, needs: 0 });
    expect(usualOf('daily_sleep.score', 2, of(month))).toMatchObject({ low: 58, high: 62 });
    expect(usualOf('daily_sleep.score', 2, of(month.slice(-9)))).toMatchObject({ known: false, days: 9, needs: 5 });
    const latency = usualOf('sleep.latency', 60, of(Array.from({ length: 40 }, () => 0)));
    expect([latency.low, latency.mid, latency.high].map(Math.round)).toEqual([25, 30, 37]);
  });

  it('is one of Night and of Trends: no symmetric band around a median for HRV', () => {
    const hrv = nightAfter(1825)(today, today).periods[0]?.figures.find(({ figure }) => figure.id === 'sleep.average_hrv')?.usual;
    const trend = sampleTrend(today, 'sleep.average_hrv', today, today);
    for (const u of [hrv, { low: trend.low[0], mid: trend.mid[0], high: trend.high[0] }]) {
      const { low = NaN, mid = NaN, high = NaN } = u ?? {};
      expect(high / mid).toBeCloseTo(mid / low, 6);
      expect(high - mid).toBeGreaterThan(mid - low);
    }
  });
});
