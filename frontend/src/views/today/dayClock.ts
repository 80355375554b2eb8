import type { DayView } from '../../lib/backend';
import { timeTicks } from '../../lib/charts/scale';
import { clockAt, computerOffset, zoneWord } from '../../lib/format/clock';
import { addDays, dayNumber } from '../../lib/format/days';
import { text } from '../../lib/text';
import { clockOf } from './words';

/** The ring's clock along a chart: so many minutes ahead of UTC before an instant, and so many from it on. */
export interface DayClock {
  before: number;
  after: number;
  /** -Infinity where the clock was not changed, or nobody knows when. */
  changeMs: number;
}

/** Both ends of a chart, which are the same hour of two days. */
interface Ends {
  fromMs: number;
  toMs: number;
}

const dayMs = 86_400_000;

/** A clock that is not changed. */
export const steady = (ahead: number): DayClock => ({ before: ahead, after: ahead, changeMs: -Infinity });

export const aheadOn = (clock: DayClock, ms: number): number => (ms < clock.changeMs ? clock.before : clock.after);

/** "07:12" by that clock. */
export const hourOn = (clock: DayClock, ms: number): string => clockAt(ms, aheadOn(clock, ms));

/** Minutes ahead of UTC of a clock that showed `hour` on a day at an instant; undefined for what is none. */
function aheadAt(ms: number, day: string, hour: number): number | undefined {
  const minutes = Math.round((dayNumber(day) * dayMs + hour * 3_600_000 - ms) / 60_000);
  return minutes % 15 === 0 && Math.abs(minutes) <= 14 * 60 ? minutes : undefined;
}

function offsetsOf(view: DayView, { fromMs, toMs }: Ends, hour: number): [number, number] | undefined {
  const [before, after] = [aheadAt(fromMs, view.day, hour), aheadAt(toMs, addDays(view.day, 1), hour)];
  return before === undefined || after === undefined || before === after ? undefined : [before, after];
}

/** The instant at which this computer's zone changes its clock from one offset to another; undefined where it does not. */
function changeHere({ fromMs, toMs }: Ends, before: number, after: number, here: (ms: number) => number): number | undefined {
  if (here(fromMs) !== before || here(toMs) !== after) return undefined;
  let [low, high] = [fromMs, toMs];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (here(middle) === before) low = middle;
    else high = middle;
  }
  return high;
}

/**
 * The ring's clock along a chart. Oura tells the offset of sleeps and days, not when it changed: that is known
 * where this computer's zone changes its clock the same way. For a journey the night's end is the first that is
 * known to be on the new clock; without a night all hours are those of the morning.
 */
export function dayClock(view: DayView, ends: Ends, hour: number, here = computerOffset): DayClock {
  const morning = clockOf(view);
  const offsets = offsetsOf(view, ends, hour);
  if (!offsets) return steady(morning);
  const [before, after] = offsets;
  const exact = changeHere(ends, before, after, here);
  if (exact !== undefined) return { before, after, changeMs: exact };
  const woke = view.hasNight && morning === after && view.night.toMs > ends.fromMs && view.night.toMs < ends.toMs;
  return woke ? { before, after, changeMs: view.night.toMs } : steady(morning);
}

/** What must be said where the clock was changed between both ends of a chart. */
export function changedClock(view: DayView, ends: Ends, hour: number, here = computerOffset): string {
  const offsets = offsetsOf(view, ends, hour);
  if (!offsets) return '';
  const { before, after, changeMs } = dayClock(view, ends, hour, here);
  const [from, to] = offsets.map(zoneWord);
  if (changeMs === -Infinity) return text.today.fresh.clockChanged(from ?? '', to ?? '', zoneWord(after));
  return text.today.fresh.clockChangedAt(from ?? '', to ?? '', clockAt(changeMs, before), clockAt(changeMs, after));
}

/** Full hours of both clocks, at most `most`: none of them so close to the one before that their words would meet. */
export function hourTicks({ fromMs, toMs }: Ends, clock: DayClock, most: number): number[] {
  if (clock.changeMs <= fromMs || clock.changeMs > toMs) return timeTicks(fromMs, toMs, aheadOn(clock, fromMs), most);
  const all = [...timeTicks(fromMs, toMs, clock.before, most).filter((ms) => ms < clock.changeMs), ...timeTicks(fromMs, toMs, clock.after, most).filter((ms) => ms >= clock.changeMs)];
  const least = (toMs - fromMs) / Math.max(1, most) / 2;
  return all.filter((ms, i) => i === 0 || ms - (all[i - 1] ?? -Infinity) >= least);
}

/** The words of hours in a table; an hour that the clock shows twice says which of them it is. */
export function hourWords(hours: readonly number[], clock: DayClock): string[] {
  const said = hours.map((ms) => hourOn(clock, ms));
  return said.map((hour, i) => (said.indexOf(hour) === said.lastIndexOf(hour) ? hour : `${hour} (${zoneWord(aheadOn(clock, hours[i] ?? 0))})`));
}
