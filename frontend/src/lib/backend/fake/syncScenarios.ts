import { addDays } from '../../format/days';
import { FakeCoverage } from './coverage';
import { attacks } from './hostile';
import type { FakeProgram } from './program';
import { historyJob, newJob } from './sync';

type Arrange = (p: FakeProgram) => void;

const inMinutes = (n: number): string => new Date(Date.now() + n * 60_000).toISOString();

/** Nothing was asked of Oura yet. */
export function nothingAsked(p: FakeProgram): void {
  p.coverage = new FakeCoverage(p.sync.today, 1);
  p.coverage.all('n');
  for (const type of p.sync.types) Object.assign(type, { lastSync: '', newest: '', newestDay: '', count: 0, allowed: true });
  Object.assign(p.sync, { jobs: [], rounds: [], firstDay: '', live: false });
}

/** The history under way: `days` are read, newest first. */
function history(p: FakeProgram, days: number): void {
  const { today } = p.sync;
  p.coverage = new FakeCoverage(today, days);
  p.sync.jobs = [{ ...historyJob(Date.now(), today), day: addDays(today, 1 - days), daysDone: days }];
  Object.assign(p.sync, { firstDay: addDays(today, 1 - days), live: false });
}

/** Situations of the screen Sync and of the wizard's last step. */
export const syncScenarios: Record<string, Arrange> = {
  sync_history: (p) => history(p, 1344),
  sync_filling: (p) => {
    const { today } = p.sync;
    const asked = newJob(8, {
      state: 'running', from: addDays(today, -96), to: addDays(today, -82), dataTypes: ['daily_spo2', 'sleep'], day: addDays(today, -88), dataType: 'daily_spo2', documents: 18, daysDone: 9, daysTotal: 15, rate: 4.2, secondsLeft: 7,
      types: [{ dataType: 'daily_spo2', state: 'reading', documents: 9, samples: 0, missed: 0, reason: '' }, { dataType: 'sleep', state: 'read', documents: 9, samples: 0, missed: 0, reason: '' }],
    });
    p.sync.jobs = [newJob(9, { from: addDays(today, -24), to: addDays(today, -22), dataTypes: ['sleep'], daysTotal: 3 }), asked, ...p.sync.jobs];
    Object.assign(p.sync.round, { running: true, kind: 'poll', done: 7, total: 19 });
  },
  sync_waiting: (p) => {
    history(p, 412);
    Object.assign(p.sync.jobs[0] ?? {}, { state: 'waiting', rate: 0, reason: 'Oura allows no more requests for now.', waitUntil: inMinutes(4) });
    for (const type of p.sync.types.slice(2, 6)) type.error = 'Oura answered 502. It is asked again with the next round.';
  },
  sync_wizard: (p) => {
    p.setup.step = 'data';
    p.status.eventCount = 214;
    history(p, 40);
    p.sync.jobs = [];
    p.sync.round = { running: true, kind: 'catchup', done: 7, total: 18 };
    for (const [i, type] of p.sync.types.entries()) type.count = i < 7 ? 30 : type.series ? 8_040 : 0;
  },
  sync_wizard_history: (p) => {
    p.setup.step = 'data';
    p.status.eventCount = 4_214;
    history(p, 640);
  },
  sync_wizard_done: (p) => {
    p.setup.step = 'data';
    p.status.eventCount = 9_120;
    p.sync.jobs = p.sync.jobs.slice(2);
  },
};

/** Remote text that tries to be more than text, wherever the screen shows any. */
export function hostileSync(p: FakeProgram): void {
  history(p, 40);
  const attack = (i: number): string => `${i} ${attacks[i % attacks.length] ?? ''}`;
  const names = new Map([...p.coverage.rows.keys()].slice(0, 4).map((type, i) => [type, attack(i)]));
  for (const [type, name] of names) {
    p.coverage.rows.set(name, p.coverage.rows.get(type) ?? []);
    p.coverage.rows.delete(type);
  }
  p.coverage.all('f');
  p.coverage.reasons.failed = attack(0);
  p.sync.types.forEach((type, i) => Object.assign(type, { error: attack(i), dataType: i < 5 ? attack(i) : type.dataType }));
  const job = p.sync.jobs[0];
  if (!job) return;
  Object.assign(job, { state: 'waiting', reason: attack(3), dataType: attack(0), dataTypes: job.dataTypes.map((_, i) => attack(i)) });
  job.types.forEach((type, i) => Object.assign(type, { dataType: attack(i), reason: attack(i + 1), state: 'refused' }));
}
