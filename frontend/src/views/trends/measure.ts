import type { MetricView } from '../../lib/backend';
import { duration, unitText } from '../../lib/charts/figure';
import { locale } from '../../lib/text';

/** What of a metric says how its values are written. */
export type Written = Pick<MetricView, 'unit' | 'digits'> & Partial<Pick<MetricView, 'id' | 'known'>>;

/** Times of day, in seconds from midnight; below zero in the evening before. */
const clocks = new Set(['sleep.bedtime_start', 'sleep.bedtime_end', 'sleep_time.optimal_bedtime.start_offset', 'sleep_time.optimal_bedtime.end_offset']);
const daySeconds = 86_400;

const formats = new Map<string, Intl.NumberFormat>();

function formatOf(digits: number, fixed: boolean): Intl.NumberFormat {
  const places = Math.max(0, Math.min(6, Math.round(digits) || 0));
  const made = formats.get(`${places} ${fixed}`) ?? new Intl.NumberFormat(locale, { minimumFractionDigits: fixed ? places : 0, maximumFractionDigits: places });
  formats.set(`${places} ${fixed}`, made);
  return made;
}

/** A number with a true minus, and no minus before a zero. `fixed`: with all its decimals. */
function number(value: number, digits: number, fixed = true): string {
  const said = formatOf(digits, fixed).format(value);
  return /^-0(\.0*)?$/.test(said) ? said.slice(1) : said.replace('-', '−');
}

/** A time of day, "22:45". */
function clock(seconds: number): string {
  const minutes = Math.round((((seconds % daySeconds) + daySeconds) % daySeconds) / 60) % 1440;
  return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
}

/** A value without its unit: "48", "7 h 30 min", "22:45", "+0.3". Temperatures are deviations and carry a sign. */
export function bare(value: number, of: Written, more = 0): string {
  if (of.unit === 's') return clocks.has(of.id ?? '') ? clock(value) : duration(value);
  // Of a number that nobody has named it is not known how exact it is.
  const said = number(value, of.digits + more, of.known !== false);
  return of.unit === '°C' && value > 0 && /[1-9]/.test(said) ? `+${said}` : said;
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
export function gapOf(by: number, of: Written, more = 0): string {
  return (of.unit === 's' ? duration(Math.abs(by)) : number(Math.abs(by), of.digits + more)) + unitText(of.unit);
}

/** A difference's end, signed only where it is below zero. */
export function bareGap(by: number, of: Written, more = 0): string {
  return of.unit === 's' ? duration(by) : number(by, of.digits + more);
}
