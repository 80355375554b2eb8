import { dayNumber } from '../../lib/format/days';
import { locale } from '../../lib/text';

/** A label of the axis, where it stands and what room it has. Pixels from the left edge of what is in view. */
export interface AxisMark {
  label: string;
  /** 0: the upper line, 1: the lower one. */
  level: 0 | 1;
  /** Where the stretch begins. */
  at: number;
  /** Where its label begins: at the edge, when the stretch begins outside. */
  text: number;
  room: number;
  line: boolean;
  strong: boolean;
}

interface View {
  day: number;
  scroll: number;
  width: number;
}

/** Days this wide carry the dates of Mondays below their months; narrower ones have months below years. */
const datesFrom = 10;

const utc = (options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat => new Intl.DateTimeFormat(locale, { ...options, timeZone: 'UTC' });
const monthShort = utc({ month: 'short' });
const monthLong = utc({ month: 'long', year: 'numeric' });

const nameOf = (format: Intl.DateTimeFormat, day: number): string => format.format(new Date(day * 86_400_000));

/** The labels in view of an axis from day `first` to day `last`. */
export function axisMarks(first: number, last: number, view: View): AxisMark[] {
  const from = first + Math.max(0, Math.floor(view.scroll / view.day));
  const to = Math.min(last, first + Math.ceil((view.scroll + view.width) / view.day));
  const out: AxisMark[] = [];
  const add = (level: 0 | 1, begin: number, end: number, label: string, line: boolean, strong: boolean): void => {
    const at = (begin - first) * view.day - view.scroll;
    const text = Math.max(0, at);
    out.push({ label, level, at, text, room: (end - first) * view.day - view.scroll - text, line: line && begin > first, strong });
  };
  const near = view.day >= datesFrom;
  for (let day = monthStart(from); day <= to; day = nextMonth(day)) {
    const end = Math.min(nextMonth(day), last + 1);
    const january = monthOf(day) === 0;
    add(near ? 0 : 1, Math.max(day, first), end, nameOf(near ? monthLong : monthShort, day), true, january);
  }
  if (near) for (let day = from + ((11 - (from % 7)) % 7); day <= to; day += 7) add(1, day, day + 7, String(new Date(day * 86_400_000).getUTCDate()), false, false);
  else for (let year = yearOf(from); year <= yearOf(to); year++) add(0, Math.max(yearStart(year), first), Math.min(yearStart(year + 1), last + 1), String(year), true, true);
  return out;
}

const yearOf = (day: number): number => new Date(day * 86_400_000).getUTCFullYear();
const monthOf = (day: number): number => new Date(day * 86_400_000).getUTCMonth();
const yearStart = (year: number): number => dayNumber(`${year}-01-01`);
const monthStart = (day: number): number => Date.UTC(yearOf(day), monthOf(day), 1) / 86_400_000;
const nextMonth = (day: number): number => Date.UTC(yearOf(day), monthOf(day) + 1, 1) / 86_400_000;
