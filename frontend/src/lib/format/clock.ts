/** Clocks that need no zone's name: an instant, and how many minutes the clock was ahead of UTC. */

const minuteMs = 60_000;
const two = (n: number): string => String(n).padStart(2, '0');

/** Minutes that a clock is ahead of UTC, from the end of a time ("…+02:00", "…Z") or an offset alone. undefined when there is none. */
export function offsetOf(time: string): number | undefined {
  const found = /(?:^|\d)(?:(Z)|([+-])(\d\d):(\d\d))$/.exec(time);
  if (!found) return undefined;
  const minutes = Number(found[3] ?? 0) * 60 + Number(found[4] ?? 0);
  if (minutes > 18 * 60) return undefined;
  return found[2] === '-' && minutes > 0 ? -minutes : minutes;
}

/** Minutes that this computer's clock is ahead of UTC at that instant. */
export function computerOffset(ms: number): number {
  const behind = new Date(ms).getTimezoneOffset();
  return behind === 0 ? 0 : -behind;
}

/** The parts of a clock `offset` minutes ahead of UTC, as ISO text; "" for no instant. */
function written(ms: number, offset: number): string {
  const at = new Date(ms + offset * minuteMs);
  return Number.isNaN(at.getTime()) ? '' : at.toISOString();
}

/** "02:14" on a clock `offset` minutes ahead of UTC. "" for no instant. */
export function clockAt(ms: number, offset: number): string {
  return written(ms, offset).slice(11, 16);
}

/** "02:14:30" on such a clock. "" for no instant. */
export function clockSecondsAt(ms: number, offset: number): string {
  return written(ms, offset).slice(11, 19);
}

/** The calendar day on such a clock, "2026-11-22". "" for no instant. */
export function dayOn(ms: number, offset: number): string {
  return written(ms, offset).slice(0, 10);
}

/** "UTC", "UTC+2", "UTC+5:30", "UTC−3". */
export function zoneWord(offset: number): string {
  const minutes = Math.abs(offset);
  if (minutes === 0) return 'UTC';
  return `UTC${offset < 0 ? '−' : '+'}${Math.floor(minutes / 60)}${minutes % 60 === 0 ? '' : `:${two(minutes % 60)}`}`;
}

/** A stretch of seconds: "7 h 52 min", "48 min", "30 s", "0 min". */
export function hours(seconds: number): string {
  if (seconds > 0 && seconds < 60) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? `${minutes} min` : minutes % 60 === 0 ? `${minutes / 60} h` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
