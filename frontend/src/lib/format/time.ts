import { locale, text } from '../text';

/** An instant of the backend as a Date; undefined for "" and for what is no instant. */
export function instant(iso: string): Date | undefined {
  const ms = Date.parse(iso);
  return Number.isNaN(ms) ? undefined : new Date(ms);
}

const two = (n: number): string => String(n).padStart(2, '0');

/** Wall clock with seconds, "14:02:11". "" for no instant. */
export function clock(iso: string): string {
  const d = instant(iso);
  return d ? `${two(d.getHours())}:${two(d.getMinutes())}:${two(d.getSeconds())}` : '';
}

/** Wall clock without seconds, "14:02". "" for no instant. */
export function clockShort(iso: string): string {
  return clock(iso).slice(0, 5);
}

/** The local calendar day of an instant, "2026-11-22". "" for no instant. */
export function dayKey(at: Date | string): string {
  const d = typeof at === 'string' ? instant(at) : at;
  return d ? `${d.getFullYear()}-${two(d.getMonth() + 1)}-${two(d.getDate())}` : '';
}

const long = new Intl.DateTimeFormat(locale, { weekday: 'long', day: 'numeric', month: 'long', timeZone: 'UTC' });
const longYear = new Intl.DateTimeFormat(locale, { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' });
const short = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', timeZone: 'UTC' });
const shortYear = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' });

/** A calendar day carries no zone: it is read and written as UTC. */
function dayDate(day: string): Date | undefined {
  return /^\d{4}-\d{2}-\d{2}$/.test(day) ? instant(`${day}T00:00:00Z`) : undefined;
}

function daysBetween(from: Date, to: Date): number {
  return Math.round((to.getTime() - from.getTime()) / 86_400_000);
}

/** Heading for a day: "Today", "Yesterday", "Friday 20 November", with the year when it is another one. */
export function dayTitle(day: string, now: Date): string {
  const d = dayDate(day);
  const today = dayDate(dayKey(now));
  if (!d || !today) return day;
  const age = daysBetween(d, today);
  if (age === 0) return text.time.today;
  if (age === 1) return text.time.yesterday;
  // Engines disagree on a comma after the weekday.
  return (d.getUTCFullYear() === today.getUTCFullYear() ? long : longYear).format(d).replace(',', '');
}

/** A day in a narrow place: "20 Nov", with the year when it is another one. Other text stays as it is. */
export function dayShort(day: string, now: Date): string {
  const d = dayDate(day);
  if (!d) return day;
  return (d.getUTCFullYear() === now.getFullYear() ? short : shortYear).format(d);
}

/** A day within a sentence: "today", "yesterday", "20 Nov", with the year when it is another one. "" for none. */
export function dayWord(day: string, now: Date): string {
  const d = dayDate(day);
  const today = dayDate(dayKey(now));
  if (!d || !today) return day;
  const age = daysBetween(d, today);
  return age === 0 ? text.time.today.toLowerCase() : age === 1 ? text.time.yesterday.toLowerCase() : dayShort(day, now);
}

/** Day and wall clock in full: "20 Nov 2026, 14:02:11". "" for no instant. */
export function stamp(iso: string): string {
  const d = dayDate(dayKey(iso));
  return d ? `${shortYear.format(d)}, ${clock(iso)}` : '';
}

/** "since 09:12", "since yesterday 09:12", "since 20 Nov, 09:12". "" for no instant. */
export function since(iso: string, now: Date): string {
  const at = moment(iso, now);
  return at && text.time.since(at);
}

/** Age in the largest fitting unit: "just now", "4 min ago", "3 h ago", "2 days ago". "" for no instant. */
export function ago(iso: string, now: Date): string {
  const d = instant(iso);
  if (!d) return '';
  const minutes = Math.floor((now.getTime() - d.getTime()) / 60_000);
  if (minutes < 1) return text.time.justNow;
  if (minutes < 60) return text.time.minutesAgo(minutes);
  if (minutes < 48 * 60) return text.time.hoursAgo(Math.floor(minutes / 60));
  return text.time.daysAgo(Math.floor(minutes / 1440));
}

/** Time left as "9:42"; never below "0:00". */
export function countdown(iso: string, now: Date): string {
  const left = Math.max(0, Math.round(((instant(iso)?.getTime() ?? 0) - now.getTime()) / 1000));
  return `${Math.floor(left / 60)}:${two(left % 60)}`;
}

/** When something comes: "in 40 s", "in 4 min", "in 5 h", "in 3 days"; "in a moment" when it is due. "" for no instant. */
export function ahead(iso: string, now: Date): string {
  const left = (instant(iso)?.getTime() ?? NaN) - now.getTime();
  if (Number.isNaN(left)) return '';
  return left < 10_000 ? text.time.soon : text.time.ahead(span(left));
}

const month = new Intl.DateTimeFormat(locale, { month: 'long', timeZone: 'UTC' });

/** "November" for "2026-11". Other text stays as it is. */
export function monthName(yearMonth: string): string {
  const d = dayDate(`${yearMonth}-01`);
  return d ? month.format(d) : yearMonth;
}

const monthYear = new Intl.DateTimeFormat(locale, { month: 'long', year: 'numeric', timeZone: 'UTC' });

/** "March 2023" for a day in it. Other text stays as it is. */
export function monthOf(day: string): string {
  const d = dayDate(day);
  return d ? monthYear.format(d) : day;
}

/** A stretch of days, "3 Nov – 17 Nov", or the one day; with the year when it is another one. */
export function dayRange(from: string, to: string, now: Date): string {
  return from === to ? dayShort(from, now) : `${dayShort(from, now)} – ${dayShort(to, now)}`;
}

/** When something was, as short as it can be told from others: "07:12" today, else "yesterday 07:12", "20 Nov, 07:12". "" for no instant. */
export function moment(iso: string, now: Date): string {
  const at = dayDate(dayKey(iso));
  const today = dayDate(dayKey(now));
  if (!at || !today) return '';
  const days = daysBetween(at, today);
  if (days === 0) return clockShort(iso);
  return days === 1 ? `${text.time.yesterday.toLowerCase()} ${clockShort(iso)}` : `${dayShort(dayKey(iso), now)}, ${clockShort(iso)}`;
}

/** The distance between two instants in words, as span writes it. "" when one is missing. */
export function lag(fromIso: string, toIso: string): string {
  const from = instant(fromIso);
  const to = instant(toIso);
  return from && to ? span(to.getTime() - from.getTime()) : '';
}

/** A stretch of time in its largest fitting unit: "0.4 s", "31 s", "12 min", "5 h", "3 days"; never below 0. */
export function span(ms: number): string {
  const s = Math.max(0, ms) / 1000;
  if (s < 10) return text.time.seconds(s.toFixed(1));
  if (s < 90) return text.time.seconds(s.toFixed(0));
  if (s < 90 * 60) return text.time.minutes(Math.round(s / 60));
  if (s < 48 * 3600) return text.time.hours(Math.round(s / 3600));
  return text.time.days(Math.round(s / 86_400));
}
