import type { MetricView } from '../../lib/backend';
import { duration, gapText, number, unitText, valueText } from '../../lib/charts/figure';

/** What of a metric says how its values are written. */
export type Written = Pick<MetricView, 'unit' | 'digits'> & Partial<Pick<MetricView, 'id' | 'known'>>;

/** A value without its unit: "48", "7 h 30 min", "22:45", "+0.3". */
export function bare(value: number, of: Written, more = 0): string {
  // Of a number that nobody has named it is not known how exact it is.
  return valueText(value, of, of.digits + more, of.known !== false);
}

/** A value with its unit: "48 ms", "7 h 30 min", "+0.3 °C". */
export function measure(value: number, of: Written, more = 0): string {
  return bare(value, of, more) + unitText(of.unit);
}

/** Two limits, the unit once: "42 to 55 ms". */
export function stretch(low: number, high: number, of: Written, to: (low: string, high: string) => string): string {
  return to(bare(low, of), bare(high, of)) + unitText(of.unit);
}

/** How much one value is above another, without a sign: "3 ms". `more` are decimals beyond those of a value. */
export const gapOf = (by: number, of: Written, more = 0): string => gapText(by, of, more);

/** A difference's end, signed only where it is below zero. */
export function bareGap(by: number, of: Written, more = 0): string {
  return of.unit === 's' ? duration(by) : number(by, of.digits + more);
}
