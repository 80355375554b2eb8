import type { DayView, SleepView, WeekDayView } from '../healthTypes';

const none = { id: '', name: '', unit: '' as const, known: false, value: 0 };
const line = () => ({ unit: 'bpm' as const, stepMs: 300_000, atMs: [], values: [] });

/** A sleep period of which nothing is known. */
export function noSleep(): SleepView {
  return {
    objectId: '', day: '', type: '', main: true, start: '', end: '', fromMs: 0, toMs: 0, stages5: [], stages30: [], movement: [], heartRate: line(), hrv: { ...line(), unit: 'ms' },
    totals: [], figures: [], receivedAt: '', revisions: 0, hasRecovery: false, recovery: [],
  };
}

/** The day of a program that has stored nothing. */
export function emptyDay(today: string): DayView {
  const week: WeekDayView[] = [];
  return {
    day: today, today, previousDay: '', nextDay: '', offset: '', hasData: false, scores: [], hasNight: false, night: noSleep(), body: [],
    stress: { known: false, high: none, recovery: none, summary: '', resilience: '', waits: 'no_data' },
    movement: { known: false, fromMs: 0, toMs: 0, steps: none, figures: [], runs: [], met: line(), waits: 'no_data' },
    heart: { known: false, fromMs: 0, toMs: 0, line: line(), low: [], high: [], lowest: 0, highest: 0, waits: 'no_data' },
    week, changes: [], syncedAt: '', ringAt: '',
  };
}

/** A person's day. */
export function sampleDay(today: string, day: string): DayView {
  return { ...emptyDay(today), day: day || today };
}
