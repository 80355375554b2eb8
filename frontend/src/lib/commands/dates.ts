import { locale, text } from '../text';

const dayMs = 86_400_000;
const names = (options: Intl.DateTimeFormatOptions, of: number, step: (i: number) => number): string[] =>
  Array.from({ length: of }, (_, i) => new Intl.DateTimeFormat(locale, { ...options, timeZone: 'UTC' }).format(step(i)).toLowerCase());
const months = names({ month: 'long' }, 12, (i) => Date.UTC(2026, i, 1));
/** Sunday first, as getUTCDay counts. */
const weekdays = names({ weekday: 'long' }, 7, (i) => Date.UTC(2026, 1, 1 + i));

const key = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
const begins = (list: string[], word: string): number => (word.length >= 3 ? list.findIndex((name) => name.startsWith(word)) : -1);

/** A day that exists, as "2026-11-22". */
function real(year: number, month: number, day: number): string | undefined {
  if (![year, month, day].every(Number.isInteger) || year < 1970 || year > 9999 || month > 12 || day > 31) return undefined;
  const at = key(Date.UTC(year, month - 1, day));
  return at === `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}` ? at : undefined;
}

/** The newest such day that is not after the last one. */
function latest(month: number, day: number, last: string): string | undefined {
  const year = Number(last.slice(0, 4));
  return [year, year - 1, year - 2, year - 3, year - 4].map((y) => real(y, month, day)).find((d) => d !== undefined && d <= last);
}

/**
 * Reads a day as a person types it: "2026-11-20", "20.11.", "20 Nov 2025", "Nov 20", "yesterday", "friday", "3 days ago".
 * undefined for what is none, or lies ahead of `last`: an evening's nap belongs to tomorrow already.
 */
export function readDay(typed: string, today: string, last = today): string | undefined {
  const said = typed.trim().toLowerCase();
  const found = byName(said, today) ?? byNumbers(said, last);
  return found !== undefined && found <= last ? found : undefined;
}

function byName(said: string, today: string): string | undefined {
  const now = Date.parse(`${today}T00:00:00Z`);
  const t = text.palette.days;
  const back = t.ago.exec(said)?.[1];
  if (back) return key(now - Number(back) * dayMs);
  if (t.today.includes(said)) return today;
  if (t.yesterday.includes(said)) return key(now - dayMs);
  const weekday = begins(weekdays, said);
  if (weekday < 0) return undefined;
  // The last one before today.
  return key(now - ((((new Date(now).getUTCDay() - weekday + 6) % 7) + 1) * dayMs));
}

function byNumbers(said: string, last: string): string | undefined {
  const parts = said.replace(/(\d)(st|nd|rd|th)\b/g, '$1').split(/[^\p{L}\d]+/u).filter((part) => part !== '');
  const month = parts.findIndex((part) => begins(months, part) >= 0);
  if (month >= 0) {
    const [day, year] = parts.filter((_, i) => i !== month).map(Number);
    const at = begins(months, parts[month] ?? '') + 1;
    if (!day || parts.length > 3) return undefined;
    return year === undefined ? latest(at, day, last) : real(year, at, day);
  }
  if (parts.length < 2 || parts.length > 3 || !parts.every((part) => /^\d+$/.test(part))) return undefined;
  const [a = 0, b = 0, c] = parts.map(Number);
  if (a > 999) return c === undefined ? undefined : real(a, b, c);
  return c === undefined ? latest(b, a, last) : real(c, b, a);
}
