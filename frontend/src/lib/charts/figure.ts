import type { FigureView, Unit, UsualView } from '../backend';
import { hours } from '../format/clock';
import { plain } from '../format/plain';
import { words } from '../format/words';
import { locale } from '../text';

/** What stands where a value is not known. */
export const unknown = '–';

const longestName = 60;
const byPath = (figure: FigureView): string => words(figure.id.split('.').at(-1) ?? '');

/** A figure's name as the program gives it; what has none is named by its path. */
export const figureName = (figure: FigureView): string => plain(figure.name, longestName) || byPath(figure);

/** A contributor's name where what it contributes to is said already: "Latency", of "Latency (contribution to sleep score)". */
export const contributorName = (figure: FigureView): string => plain(figure.name.replace(/ \([^()]*\)$/, ''), longestName) || byPath(figure);

/** A stretch of seconds with its sign: "7 h 52 min", "−3 min", "0 min". */
export function duration(seconds: number): string {
  const said = hours(Math.abs(seconds));
  return seconds < 0 && /[1-9]/.test(said) ? `−${said}` : said;
}

/** A stretch of seconds to the second: "6 h 36 min 30 s". */
export function exact(seconds: number): string {
  const rest = Math.round(seconds) % 60;
  const whole = Math.round(seconds) - rest;
  return rest === 0 ? hours(whole) : whole === 0 ? hours(rest) : `${hours(whole)} ${hours(rest)}`;
}

/** What says how a value is written. */
export type Written = Pick<FigureView, 'unit' | 'digits'> & Partial<Pick<FigureView, 'id'>>;

/** Times of day, in seconds from midnight; below zero in the evening before. */
const clocks = new Set(['sleep.bedtime_start', 'sleep.bedtime_end', 'sleep_time.optimal_bedtime.start_offset', 'sleep_time.optimal_bedtime.end_offset']);
const daySeconds = 86_400;

/** A time of day, "22:45". */
function clock(seconds: number): string {
  const minutes = Math.round((((seconds % daySeconds) + daySeconds) % daySeconds) / 60) % 1440;
  return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
}

const formats = new Map<string, Intl.NumberFormat>();

function formatOf(digits: number, fixed: boolean): Intl.NumberFormat {
  const places = Math.max(0, Math.min(6, Math.round(digits) || 0));
  const made = formats.get(`${places} ${fixed}`) ?? new Intl.NumberFormat(locale, { minimumFractionDigits: fixed ? places : 0, maximumFractionDigits: places });
  formats.set(`${places} ${fixed}`, made);
  return made;
}

/** A number with a true minus, and no minus before a zero. `fixed`: with all its decimals. */
export function number(value: number, digits: number, fixed = true): string {
  const said = formatOf(digits, fixed).format(value);
  return /^-0(\.0*)?$/.test(said) ? said.slice(1) : said.replace('-', '−');
}

/** A value without its unit: "48", "14.2", "7 h 52 min", "22:45". Temperatures are deviations and carry a sign. */
export function valueText(value: number, of: Written, digits = of.digits, fixed = true): string {
  if (of.unit === 's') return clocks.has(of.id ?? '') ? clock(value) : duration(value);
  const said = number(value, digits, fixed);
  return of.unit === '°C' && value > 0 && /[1-9]/.test(said) ? `+${said}` : said;
}

/** How much one value is above another, without a sign: "3 ms". `more` are decimals beyond those of a value. */
export function gapText(by: number, of: Written, more = 0): string {
  return (of.unit === 's' ? duration(Math.abs(by)) : number(Math.abs(by), of.digits + more)) + unitText(of.unit);
}

/** What is said behind the number: " bpm", "%", "". Durations carry their own. */
export function unitText(unit: Unit): string {
  return unit === '' || unit === 's' ? '' : unit === '%' ? '%' : ` ${unit}`;
}

/** "48 bpm", "94%", "7 h 52 min"; "–" when it is not known. */
export function figureText(figure: FigureView): string {
  return figure.known ? valueText(figure.value, figure) + unitText(figure.unit) : unknown;
}

type Limits = Pick<UsualView, 'low' | 'mid' | 'high'>;

/** The least and the most that a metric can be. */
function bounds({ unit, id = '' }: Written): [number, number] {
  // Deviations, times from midnight and changes go below nothing.
  if (unit === '°C' || clocks.has(id) || id.endsWith('_delta')) return [-Infinity, Infinity];
  return [0, unit === '%' || /\.score$|\.contributors\./.test(id) ? 100 : Infinity];
}

/** A usual range without what cannot be: no time or count is below nothing, no share or score above the whole. */
export function possible<T extends Limits>(of: Written, usual: T): T {
  const [least, most] = bounds(of);
  const fit = (value: number): number => Math.min(most, Math.max(least, value));
  return { ...usual, low: fit(usual.low), mid: fit(usual.mid), high: fit(usual.high) };
}

/** How a value stands to a person's own usual range. */
export type Stand = 'higher' | 'lower' | 'within' | 'unknown';

/** Compares with the possible range, and as it is shown: what reads like the limit is within it. */
export function standOf(figure: Written & Pick<FigureView, 'known' | 'value'>, usual: Limits & Pick<UsualView, 'known'>): Stand {
  if (!figure.known || !usual.known) return 'unknown';
  const { low, high } = possible(figure, usual);
  const shown = (value: number): string => valueText(value, figure);
  if (figure.value > high && shown(figure.value) !== shown(high)) return 'higher';
  if (figure.value < low && shown(figure.value) !== shown(low)) return 'lower';
  return 'within';
}
