import { text } from '../text';
import { clockAt, computerOffset, dayOn, offsetOf, zoneWord } from './clock';
import { dayNumber } from './days';
import { dayShort, instant } from './time';

/**
 * Times by the clock of the ring, which travels with its person: each instant brings
 * the offset that the ring had then, as "+09:00" or at the end of the time itself.
 */

/** How far ahead of UTC the ring's clock was; this computer's where nobody knows. */
function ringOffset(ms: number, offset: string): number {
  return offsetOf(offset) ?? computerOffset(ms);
}

/** "07:12" by the ring's clock. "" for no instant. */
export function ringClock(ms: number, offset: string): string {
  return clockAt(ms, ringOffset(ms, offset));
}

/** "ring’s time, UTC+9" where that clock showed another time than this computer's; "" where it did not, or nobody knows. */
export function zoneNote(ms: number, offset: string): string {
  const ahead = offsetOf(offset);
  return ahead === undefined || Number.isNaN(ms) || ahead === computerOffset(ms) ? '' : text.time.ring(zoneWord(ahead));
}

/** A time by the ring's clock, with its zone where that is another one: "07:12", "07:12 (ring’s time, UTC+9)". "" for no instant. */
export function ringTime(ms: number, offset: string): string {
  const note = zoneNote(ms, offset);
  return note ? `${ringClock(ms, offset)} (${note})` : ringClock(ms, offset);
}

/** When something was by the ring's clock, as short as it can be told from others: "07:12" on its today, else "yesterday 07:12", "20 Nov, 07:12". "" for no instant. */
export function ringMoment(iso: string, offset: string, now: Date): string {
  const ms = instant(iso)?.getTime() ?? NaN;
  if (Number.isNaN(ms)) return '';
  const ahead = ringOffset(ms, offset);
  const day = dayOn(ms, ahead);
  const days = dayNumber(dayOn(now.getTime(), ahead)) - dayNumber(day);
  const time = ringTime(ms, offset);
  if (days === 0) return time;
  return days === 1 ? `${text.time.yesterday.toLowerCase()} ${time}` : `${dayShort(day, now)}, ${time}`;
}

/**
 * From one time to another, each with the offset it carries: "22:58 – 06:44", "22:58 – 06:44 (ring’s time, UTC+9)".
 * Where the clock was changed between them each end names its own zone: "22:58 (UTC+3) – 05:44 (UTC+2)".
 */
export function ringSpan(from: string, to: string): string {
  const [a, b] = [instant(from)?.getTime() ?? NaN, instant(to)?.getTime() ?? NaN];
  const [before, after] = [offsetOf(from), offsetOf(to)];
  const [start, end] = [ringClock(a, from), ringClock(b, to)];
  if (before !== undefined && after !== undefined && before !== after) return `${start} (${zoneWord(before)}) – ${end} (${zoneWord(after)})`;
  const note = zoneNote(b, to);
  return note ? `${start} – ${end} (${note})` : `${start} – ${end}`;
}
