const dayMs = 86_400_000;

/** The number of a calendar day, counted from 1970-01-01; NaN for what is no day. Days carry no zone. */
export function dayNumber(day: string): number {
  return /^\d{4}-\d{2}-\d{2}$/.test(day) ? Math.round(Date.parse(`${day}T00:00:00Z`) / dayMs) : NaN;
}

/** The calendar day with that number. */
export function dayAt(number: number): string {
  return new Date(number * dayMs).toISOString().slice(0, 10);
}

/** The day `days` after `day`; before it when negative. */
export function addDays(day: string, days: number): string {
  return dayAt(dayNumber(day) + days);
}

/** The earlier of two days; "" stands for none. */
export function earlier(a: string, b: string): string {
  return a === '' || (b !== '' && b < a) ? b : a;
}

/** The later of two days; "" stands for none. */
export function later(a: string, b: string): string {
  return a > b ? a : b;
}
