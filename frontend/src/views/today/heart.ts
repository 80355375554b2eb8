import type { HeartView, LineView } from '../../lib/backend';
import { unitText, valueText } from '../../lib/charts/figure';
import { readingAt, type Scale } from '../../lib/charts/scale';
import { text } from '../../lib/text';
import { hourOn, hourWords, type DayClock } from './dayClock';
import { hoursOf, mean, within } from './movement';

const t = text.today.heart;
const hourMs = 3_600_000;
const place = (n: number): number => Math.round(n * 10) / 10;
const whole = (value: number): string => valueText(value, { unit: 'bpm', digits: 0 });
const bpm = (value: number): string => whole(value) + unitText('bpm');

/** The places of the readings that follow each other without a gap. */
export function stretches(line: Pick<LineView, 'atMs' | 'stepMs'>): [number, number][] {
  const out: [number, number][] = [];
  line.atMs.forEach((at, i) => {
    const last = out.at(-1);
    if (last && at - (line.atMs[i - 1] ?? -Infinity) <= line.stepMs * 1.5) last[1] = i;
    else out.push([i, i]);
  });
  return out;
}

/** The area between the least and the greatest reading as a path, one piece for each stretch. A reading alone is as wide as its step. */
export function bandPath(heart: HeartView, x: Scale, y: Scale): string {
  const { line, low, high } = heart;
  const step = (from: number, to: number, values: number[]): string[] => {
    const way = from <= to ? 1 : -1;
    return Array.from({ length: Math.abs(to - from) + 1 }, (_, k) => from + k * way).map((i) => `${place(x(line.atMs[i] ?? 0))} ${place(y(values[i] ?? 0))}`);
  };
  return stretches(line)
    .map(([from, to]) => {
      if (from < to) return `M${[...step(from, to, high), ...step(to, from, low)].join('L')}Z`;
      const [left, right] = [x(line.atMs[from] ?? 0), x((line.atMs[from] ?? 0) + line.stepMs)].map(place);
      const [top, bottom] = [place(y(high[from] ?? 0)), place(y(low[from] ?? 0))];
      return `M${left} ${top}H${right}V${bottom}H${left}Z`;
    })
    .join('');
}

/** The instant of the first reading that is the least, or the greatest, of its list. */
function at(line: LineView, values: number[], wanted: number): number {
  return line.atMs[values.indexOf(wanted)] ?? NaN;
}

/** "Lowest 48 bpm at 05:10, highest 131 bpm at 17:40. 2 gaps without readings." */
export function heartSummary(heart: HeartView, clock: DayClock): string {
  const lowAt = hourOn(clock, at(heart.line, heart.low, heart.lowest));
  const highAt = hourOn(clock, at(heart.line, heart.high, heart.highest));
  const gaps = stretches(heart.line).length - 1;
  return t.summary(bpm(heart.lowest), lowAt, bpm(heart.highest), highAt) + (gaps > 0 ? t.gaps(gaps) : '');
}

/** What was read at an instant: "14:05: 72 bpm, 66–80". "" in a gap. */
export function heartAt({ line, low, high }: HeartView, ms: number, clock: DayClock): string {
  const i = readingAt(line, ms);
  const mean = line.values[i];
  if (mean === undefined) return '';
  return text.today.reading(hourOn(clock, ms), `${bpm(mean)}, ${whole(low[i] ?? mean)}–${whole(high[i] ?? mean)}`);
}

/** Lowest, mean and highest of each hour, for the table. */
export function heartRows(heart: HeartView, clock: DayClock): string[][] {
  const { line, low, high } = heart;
  const hours = hoursOf(heart.fromMs, heart.toMs);
  const said = hourWords(hours, clock);
  return hours.map((from, i) => {
    const hour = said[i] ?? '';
    const of = (values: number[]): number[] => within({ atMs: line.atMs, values }, from, from + hourMs);
    const means = of(line.values);
    if (means.length === 0) return [hour, text.today.unknown, text.today.unknown, text.today.unknown];
    return [hour, whole(Math.min(...of(low))), whole(mean(means)), whole(Math.max(...of(high)))];
  });
}
