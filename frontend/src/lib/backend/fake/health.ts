import type { DayView, GoHealth, MetricView, NightView, TrendView } from '../healthTypes';
import { sampleNight } from './night';
import type { FakeProgram } from './program';
import { sampleDay } from './today';
import { sampleMetrics, sampleTrend } from './trends';

type Answer = <T>(name: string, args: unknown[], work: () => T) => Promise<T>;

/** Where the answers of HealthAPI come from; scenarios put other ones in place. */
export interface FakeHealth {
  day(today: string, day: string): DayView;
  night(today: string, day: string): NightView;
  metrics(today: string): MetricView[];
  trend(today: string, metric: string, from: string, to: string): TrendView;
}

export function sampleHealth(): FakeHealth {
  return { day: sampleDay, night: sampleNight, metrics: sampleMetrics, trend: sampleTrend };
}

export function healthCalls(p: FakeProgram, answer: Answer): GoHealth['HealthAPI'] {
  const today = (): string => p.sync.today;
  return {
    Day: (day) => answer('HealthAPI.Day', [day], () => p.health.day(today(), day)),
    Night: (day) => answer('HealthAPI.Night', [day], () => p.health.night(today(), day)),
    Metrics: () => answer('HealthAPI.Metrics', [], () => p.health.metrics(today())),
    Trend: (metric, from, to) => answer('HealthAPI.Trend', [metric, from, to], () => p.health.trend(today(), metric, from, to)),
    SaveTrend: (metric, from, to) => answer('HealthAPI.SaveTrend', [metric, from, to], () => (p.place ? `${metric}.csv` : '')),
    SavePicture: (name, png) => answer('HealthAPI.SavePicture', [name, png], () => (p.place ? `${name}.png` : '')),
  };
}
