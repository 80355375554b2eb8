import type { NightView } from '../healthTypes';

/** The nights of a program that has stored none. */
export function emptyNight(): NightView {
  return { day: '', previousDay: '', nextDay: '', firstDay: '', lastDay: '', periods: [], waits: 'no_data', excluded: 0 };
}

/** A person's night. */
export function sampleNight(today: string, day: string): NightView {
  return { ...emptyNight(), day: day || today };
}
