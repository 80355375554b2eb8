import type { DayView } from '../../lib/backend';
import { addDays } from '../../lib/format/days';

/** The way a key leads: a day back, a day on. `letters`: signs alone are keys too. */
export function wayOf(event: KeyboardEvent, letters: boolean): -1 | 1 | undefined {
  if (event.key === 'ArrowLeft' && !event.shiftKey) return -1;
  if (event.key === 'ArrowRight' && !event.shiftKey) return 1;
  return letters && event.key === '[' ? -1 : letters && event.key === ']' ? 1 : undefined;
}

/**
 * The day one step away, as the address names it: "" for today, undefined where there is none.
 * `from` is where a person is already on the way to, so that quick steps add up.
 */
export function stepFrom(view: DayView, from: string, way: -1 | 1): string | undefined {
  const here = from || view.today;
  const to = here === view.day ? (way < 0 ? view.previousDay : view.nextDay) : addDays(here, way);
  if (to === '' || to > view.today) return undefined;
  return to === view.today ? '' : to;
}
