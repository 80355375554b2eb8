import type { MetricView, SpanView, TrendView } from '../healthTypes';

const span = (): SpanView => ({ from: '', to: '', count: 0, days: 0, median: 0, low: 0, high: 0, min: 0, minDay: '', max: 0, maxDay: '' });

/** The metrics of a person's documents. */
export function sampleMetrics(_today: string): MetricView[] {
  return [];
}

/** A metric of the person's over some days. */
export function sampleTrend(_today: string, metric: string, from: string, to: string): TrendView {
  return {
    metric: { id: metric, dataType: '', field: '', name: metric, unit: '', perDay: 'only', digits: 0, days: 0, firstDay: '', lastDay: '', known: true },
    from, to, days: [], values: [], bandDays: [], low: [], mid: [], high: [], notWorn: [], summary: span(), previous: span(),
    change: { known: false, shift: 0, low: 0, high: 0, delta: 0, needs: 14 },
  };
}
