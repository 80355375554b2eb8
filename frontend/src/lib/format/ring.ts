import { text } from '../text';
import { instant } from './time';

/** Clocks of the ring: each instant is written in the zone that the ring was in, which travels as an offset and not as a name. */

const minute = 60_000;
const two = (n: number): string => String(n).padStart(2, '0');

/** Minutes east of UTC of "+02:00", "Z" or a time that ends so; undefined for what names no offset. */
export function offsetOf(of: string): number | undefined {
  if (/(^|\d)Z$/i.test(of)) return 0;
  const [, sign, hours, minutes] = /([+-])(\d\d):(\d\d)$/.exec(of) ?? [];
  const east = Number(hours) * 60 + Number(minutes);
  return east <= 18 * 60 ? (sign === '-' ? -east : east) : undefined;
}

/** Minutes east of UTC of this computer's clock at an instant. */
function hereAt(ms: number): number {
  return -new Date(ms).getTimezoneOffset();
}

/** A Date whose UTC parts are what the ring's clock showed; this computer's clock without an offset. */
function shown(ms: number, offset: string): Date {
  return new Date(ms + (offsetOf(offset) ?? hereAt(ms)) * minute);
}

/** The ring's wall clock, "07:12"; "" for no instant. `offset` as in "+09:00" or any time with one; "" stands for this computer's. */
export function ringClock(ms: number, offset: string): string {
  const d = shown(ms, offset);
  return Number.isNaN(d.getTime()) ? '' : `${two(d.getUTCHours())}:${two(d.getUTCMinutes())}`;
}

/** The calendar day on the ring's clock, "2026-11-22"; "" for no instant. */
export function ringDay(ms: number, offset: string): string {
  const d = shown(ms, offset);
  return Number.isNaN(d.getTime()) ? '' : d.toISOString().slice(0, 10);
}

/** "UTC", "UTC+9", "UTC+5:30", "UTC−3". */
export function zoneName(minutesEast: number): string {
  const east = Math.abs(minutesEast);
  const rest = east % 60 === 0 ? '' : `:${two(east % 60)}`;
  return east === 0 ? 'UTC' : `UTC${minutesEast < 0 ? '−' : '+'}${Math.floor(east / 60)}${rest}`;
}

/** Whether the ring's clock and this computer's showed different times at an instant. */
export function isElsewhere(ms: number, offset: string): boolean {
  const east = offsetOf(offset);
  return east !== undefined && !Number.isNaN(ms) && east !== hereAt(ms);
}

/** "ring’s time, UTC+9" where that is not this computer's time; "" where it is, or nobody knows. */
export function zoneNote(ms: number, offset: string): string {
  return isElsewhere(ms, offset) ? text.time.ring(zoneName(offsetOf(offset) ?? 0)) : '';
}

/** A time on the ring's clock with its zone where that is another one: "07:12", "07:12 (ring’s time, UTC+9)". "" for no instant. */
export function ringTime(ms: number, offset: string): string {
  const note = zoneNote(ms, offset);
  return note ? `${ringClock(ms, offset)} (${note})` : ringClock(ms, offset);
}

/**
 * From one time to another, each with the offset it carries: "22:58 – 06:44", "22:58 – 06:44 (ring’s time, UTC+9)".
 * Where the clock was changed between them each end names its own zone: "22:58 (UTC+2) – 05:44 (UTC+1)".
 */
export function ringSpan(from: string, to: string): string {
  const [a, b] = [instant(from)?.getTime() ?? NaN, instant(to)?.getTime() ?? NaN];
  const [startsIn, endsIn] = [offsetOf(from), offsetOf(to)];
  const [start, end] = [ringClock(a, from), ringClock(b, to)];
  if (startsIn !== undefined && endsIn !== undefined && startsIn !== endsIn) return `${start} (${zoneName(startsIn)}) – ${end} (${zoneName(endsIn)})`;
  const note = zoneNote(b, to);
  return note ? `${start} – ${end} (${note})` : `${start} – ${end}`;
}
