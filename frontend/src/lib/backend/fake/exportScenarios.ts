import { noJob, keptSchedule } from './exports';
import { attacks } from './hostile';
import type { FakeProgram } from './program';

type Arrange = (p: FakeProgram) => void;

const ago = (seconds: number): string => new Date(Date.now() - seconds * 1000).toISOString();

/** Nothing is stored. */
export function emptyExport(p: FakeProgram): void {
  p.contents = { types: [], firstDay: '', lastDay: '' };
}

const running = { ...noJob(), id: 3, state: 'running' as const, name: 'oura-everything-2026-11-22.db', folder: '/home/mira/Documents' };

/** Situations of the screen Export. */
export const exportScenarios: Record<string, Arrange> = {
  export_running: (p) => {
    p.exports.job = { ...running, done: 184_000, total: 455_014, secondsLeft: 6, startedAt: ago(4) };
    p.exports.schedule = keptSchedule(Date.now());
  },
  export_finishing: (p) => (p.exports.job = { ...running, done: 455_014, total: 455_014, startedAt: ago(11) }),
  export_done: (p) => {
    p.exports.job = { ...running, state: 'done', done: 455_014, total: 455_014, bytes: 61_380_000, startedAt: ago(90), endedAt: ago(78) };
    p.exports.schedule = keptSchedule(Date.now());
  },
  export_cancelled: (p) => (p.exports.job = { ...running, state: 'cancelled', startedAt: ago(20), endedAt: ago(8) }),
  export_failed: (p) => {
    p.exports.job = { ...running, state: 'failed', startedAt: ago(20), endedAt: ago(8), error: 'The disk is full: the export needs about 62 MB. Free some space there, or export to another folder.' };
  },
  export_trouble: (p) => {
    const why = 'The folder /media/mira/Stick is not there. If it lies on a disk or a share, connect it; or choose another folder.';
    p.exports.schedule = { ...keptSchedule(Date.now()), folder: '/media/mira/Stick', error: why, nextAt: new Date(Date.now()).toISOString() };
    p.status.troubles = [
      { code: 'export_failed', severity: 'warning', title: 'The scheduled export could not be made', text: `${why} The export is tried again every five minutes; nothing stored is affected.`, since: ago(1500), remedyLabel: 'Open Export', remedyAction: 'open_export' },
    ];
  },
  export_scheduled: (p) => (p.exports.schedule = { ...keptSchedule(Date.now()), running: true, done: 41_200, total: 455_014 }),
};

/** Remote text that tries to be more than text, wherever the screen shows any. */
export function hostileExport(p: FakeProgram): void {
  const attack = (i: number): string => `${i} ${attacks[i % attacks.length] ?? ''}`;
  p.contents = { ...p.contents, types: p.contents.types.map((t, i) => ({ ...t, dataType: i < 5 ? attack(i) : t.dataType })) };
  p.exports.job = { ...running, state: 'failed', name: attack(0), folder: attack(1), error: attack(2) };
  Object.assign(p.exports.schedule, { every: 'daily', folder: attack(3), name: attack(4), lastAt: ago(90), error: attack(5) });
}
