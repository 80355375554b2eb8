import type { LineView } from '../backend';

/** Maps values to places on the screen, and back. */
export interface Scale {
  (value: number): number;
  invert(place: number): number;
}

/** A linear scale. A domain without extent lands in the middle of the range. */
export function linear([low, high]: [number, number], [from, to]: [number, number]): Scale {
  const slope = high === low ? 0 : (to - from) / (high - low);
  const start = high === low ? (from + to) / 2 : from;
  const scale = (value: number): number => start + (value - low) * slope;
  scale.invert = (place: number): number => (slope === 0 ? low : low + (place - start) / slope);
  return scale;
}

/** The width of a step between ticks: 1, 2 or 5 times a power of ten, so that about `about` of them fill `extent`. */
function niceStep(extent: number, about: number): number {
  const rough = extent / Math.max(1, about);
  const power = 10 ** Math.floor(Math.log10(rough));
  return power * ([1, 2, 5].find((n) => n * power >= rough * 0.999) ?? 10);
}

/** Round values inside [low, high], about `about` of them. */
export function niceTicks(low: number, high: number, about: number): number[] {
  if (!(high > low)) return Number.isFinite(low) ? [low] : [];
  const step = niceStep(high - low, about);
  const digits = Math.max(0, -Math.floor(Math.log10(step)));
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => Number(((first + i) * step).toFixed(digits)));
}

/** The least span of round values around `values`, at least `least` wide. undefined without a value. */
export function niceDomain(values: readonly number[], about: number, least = 1): [number, number] | undefined {
  const [min, max] = extent(values) ?? [NaN, NaN];
  if (Number.isNaN(min)) return undefined;
  const pad = Math.max(0, least - (max - min)) / 2;
  const step = niceStep(max - min + 2 * pad, about);
  return [Math.floor((min - pad) / step + 1e-9) * step, Math.ceil((max + pad) / step - 1e-9) * step];
}

/** The least and the greatest of many values; undefined without one. */
export function extent(values: readonly number[]): [number, number] | undefined {
  let [min, max] = [Infinity, -Infinity];
  for (const value of values) {
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return min <= max ? [min, max] : undefined;
}

const minuteMs = 60_000;
/** Steps of a time axis in minutes. */
const timeSteps = [5, 10, 15, 30, 60, 120, 180, 240, 360, 720, 1440];

/** Full hours, or their parts, of a clock `offset` minutes ahead of UTC, at most `most` of them. */
export function timeTicks(fromMs: number, toMs: number, offset: number, most: number): number[] {
  if (!(toMs > fromMs)) return [];
  const at = (step: number): number[] => {
    const ms = step * minuteMs;
    const first = Math.ceil((fromMs + offset * minuteMs) / ms) * ms - offset * minuteMs;
    return Array.from({ length: Math.max(0, Math.floor((toMs - first) / ms) + 1) }, (_, i) => first + i * ms);
  };
  const fits = timeSteps.find((step) => (toMs - fromMs) / (step * minuteMs) < Math.max(1, most));
  return at(fits ?? 1440);
}

const place = (n: number): number => Math.round(n * 10) / 10;

/** Neighbours further apart than this many steps have a gap between them. */
const gapSteps = 1.5;

/** A line through the readings as a path; a gap is left open, a reading alone is a dot of the line's width (round caps). */
export function linePath(line: Pick<LineView, 'atMs' | 'values' | 'stepMs'>, x: Scale, y: Scale): string {
  const out: string[] = [];
  let before = -Infinity;
  let alone = true;
  line.atMs.forEach((at, i) => {
    const value = line.values[i];
    if (value === undefined) return;
    const gap = at - before > line.stepMs * gapSteps;
    if (gap && alone && out.length > 0) out.push('h0');
    out.push(`${gap ? 'M' : 'L'}${place(x(at))} ${place(y(value))}`);
    alone = gap;
    before = at;
  });
  if (alone && out.length > 0) out.push('h0');
  return out.join('');
}

/** The place of the reading that holds at `ms`: from its moment for one step. -1 for none. */
export function readingAt(line: Pick<LineView, 'atMs' | 'stepMs'>, ms: number): number {
  let [low, high] = [0, line.atMs.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((line.atMs[middle] ?? Infinity) <= ms) low = middle + 1;
    else high = middle;
  }
  const at = line.atMs[low - 1];
  return at !== undefined && ms - at < line.stepMs ? low - 1 : -1;
}
