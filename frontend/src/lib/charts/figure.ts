import type { FigureView, Unit, UsualView } from '../backend';
import { hours } from '../format/clock';
import { locale } from '../text';

/** What stands where a value is not known. */
export const unknown = '–';

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

/** Decimals worth showing where nobody said how many. */
const digits: Partial<Record<Unit, number>> = { '/min': 1, '°C': 1, 'm/s': 1, kg: 1, MET: 1 };
const formats = [0, 1, 2].map((n) => new Intl.NumberFormat(locale, { minimumFractionDigits: n, maximumFractionDigits: n }));

/** A number as its unit asks for, without the unit: "48", "14.2", "7 h 52 min". Temperatures carry their sign where they are deviations. */
export function valueText(value: number, unit: Unit, id = ''): string {
  if (unit === 's') return duration(value);
  const said = formats[digits[unit] ?? 0]?.format(value) ?? String(value);
  const plain = /^-0(\.0+)?$/.test(said) ? said.slice(1) : said.replace('-', '−');
  return id.includes('deviation') && value > 0 && /[1-9]/.test(plain) ? `+${plain}` : plain;
}

/** What is said behind the number: " bpm", "%", "". Durations carry their own. */
export function unitText(unit: Unit): string {
  return unit === '' || unit === 's' ? '' : unit === '%' ? '%' : ` ${unit}`;
}

/** "48 bpm", "94%", "7 h 52 min"; "–" when it is not known. */
export function figureText(figure: FigureView): string {
  return figure.known ? valueText(figure.value, figure.unit, figure.id) + unitText(figure.unit) : unknown;
}

/** A usual range without what cannot be: no time or count is below nothing, no share above the whole. */
export function possible(figure: FigureView, usual: UsualView): UsualView {
  if (figure.unit === '°C') return usual;
  const most = figure.unit === '%' ? 100 : Infinity;
  const fit = (value: number): number => Math.min(most, Math.max(0, value));
  return { ...usual, low: fit(usual.low), mid: fit(usual.mid), high: fit(usual.high) };
}

/** How a value stands to a person's own usual range. */
export type Stand = 'higher' | 'lower' | 'within' | 'unknown';

/** Compares as it is shown: what reads like the limit is within it. */
export function standOf(figure: FigureView, usual: UsualView): Stand {
  if (!figure.known || !usual.known) return 'unknown';
  const shown = (value: number): string => valueText(value, figure.unit);
  if (figure.value > usual.high && shown(figure.value) !== shown(usual.high)) return 'higher';
  if (figure.value < usual.low && shown(figure.value) !== shown(usual.low)) return 'lower';
  return 'within';
}
