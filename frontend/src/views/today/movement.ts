import type { LineView, MovementView, RunView } from '../../lib/backend';
import { unitText, valueText } from '../../lib/charts/figure';
import { readingAt } from '../../lib/charts/scale';
import { hours } from '../../lib/format/clock';
import { text } from '../../lib/text';
import { hourOn, hourWords, type DayClock } from './dayClock';

const t = text.today.movement;
const metText = (value: number): string => valueText(value, { unit: 'MET', digits: 1 });
const hourMs = 3_600_000;

/** Classes from the most movement to the least, then what was not worn: the order of words. */
const told = [5, 4, 3, 2, 1, 0];

/** Seconds in each class between two instants. What a newer program may bring beyond the known classes is left out. */
export function classSeconds(runs: RunView[], from = -Infinity, to = Infinity): number[] {
  const sums = t.classes.map(() => 0);
  for (const run of runs) {
    const ms = Math.min(run.toMs, to) - Math.max(run.fromMs, from);
    if (ms > 0 && sums[run.class] !== undefined) sums[run.class] = (sums[run.class] ?? 0) + ms / 1000;
  }
  return sums;
}

function classWords(seconds: number[]): string {
  return told.filter((c) => (seconds[c] ?? 0) >= 30).map((c) => t.part(t.classes[c] ?? '', hours(seconds[c] ?? 0))).join(', ');
}

/** "High 12 min, medium 41 min, low 3 h 5 min, …, not worn 50 min." */
export function movementSummary(movement: MovementView): string {
  const said = classWords(classSeconds(movement.runs));
  return said ? `${said.charAt(0).toUpperCase()}${said.slice(1)}.` : t.noRuns;
}

/** The full hours of a day, from its first to its last. */
export function hoursOf(fromMs: number, toMs: number): number[] {
  return Array.from({ length: Math.max(0, Math.min(48, Math.ceil((toMs - fromMs) / hourMs))) }, (_, i) => fromMs + i * hourMs);
}

/** The values of a line from `from` up to, but without, `to`. */
export function within(line: Pick<LineView, 'atMs' | 'values'>, from: number, to: number): number[] {
  return line.values.filter((_, i) => (line.atMs[i] ?? -Infinity) >= from && (line.atMs[i] ?? Infinity) < to);
}

export const mean = (values: number[]): number => values.reduce((sum, v) => sum + v, 0) / values.length;

/** What was read at an instant: "14:05: medium, 4.1 MET". "" where nothing was. */
export function movementAt(movement: MovementView, ms: number, clock: DayClock): string {
  const run = movement.runs.find((one) => ms >= one.fromMs && ms < one.toMs);
  const met = movement.met.values[readingAt(movement.met, ms)];
  const parts = [...(run ? [t.classes[run.class]?.toLowerCase() ?? ''] : []), ...(met === undefined ? [] : [metText(met) + unitText('MET')])].filter((part) => part !== '');
  return parts.length > 0 ? text.today.reading(hourOn(clock, ms), parts.join(', ')) : '';
}

/** Each hour in words, for the table. Hours of which nothing is known say so. */
export function movementRows(movement: MovementView, clock: DayClock): string[][] {
  const begins = hoursOf(movement.fromMs, movement.toMs);
  const words = hourWords(begins, clock);
  return begins.map((from, i) => {
    const met = within(movement.met, from, from + hourMs);
    const said = classWords(classSeconds(movement.runs, from, from + hourMs));
    return [words[i] ?? '', said || t.unknown, met.length > 0 ? metText(mean(met)) : text.today.unknown];
  });
}
