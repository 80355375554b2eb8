import { addDays } from '../../format/days';
import { dayKey } from '../../format/time';
import type { GoApp, JobView, RoundKind, RoundLine, SyncTypeView, SyncView } from '../types';
import { dayTypes, FakeCoverage } from './coverage';

const iso = (ms: number): string => new Date(ms).toISOString();
const minute = 60_000;
const unshared = new Set(['daily_cardiovascular_age', 'vo2_max']);
/** Types of which Oura tells the day and no instant. */
const onlyDays = new Set(['daily_cardiovascular_age', 'daily_readiness', 'daily_resilience', 'daily_sleep', 'daily_spo2', 'daily_stress', 'ring_configuration', 'sleep_time', 'vo2_max']);

function sampleTypes(now: number, today: string): SyncTypeView[] {
  return ['ring_configuration', ...dayTypes].map((dataType, i) => {
    const series = dataType === 'heartrate' || dataType === 'ring_battery_level';
    const allowed = !unshared.has(dataType);
    const none = !allowed || dataType === 'meal';
    const newest = none || onlyDays.has(dataType) ? '' : iso(now - (series ? 36 : 440 + i * 7) * minute);
    const rare = ['tag', 'enhanced_tag', 'session', 'workout', 'rest_mode_period'].includes(dataType);
    const day = rare ? addDays(today, -2 - i) : dataType === 'daily_spo2' ? addDays(today, -1) : today;
    return {
      dataType, series, days: dataType !== 'ring_configuration', lastSync: iso(now - 4 * minute), newest: rare ? `${day}T17:20:00Z` : newest, newestDay: none || dataType === 'ring_configuration' ? '' : day,
      error: '', allowed, wanted: dataType !== 'tag' && dataType !== 'meal', count: none ? 0 : series ? 412_806 : 1_800 - i * 13,
    };
  });
}

/** A job as it stands before it has read anything. */
export function newJob(id: number, over: Partial<JobView>): JobView {
  return {
    id, kind: 'asked', state: 'queued', reason: '', waitUntil: '', from: '', to: '', dataTypes: [], day: '', dataType: '', documents: 0, revised: 0, samples: 0,
    daysDone: 0, daysTotal: 0, rate: 0, secondsLeft: 0, createdAt: iso(Date.now()), endedAt: '', types: [], ...over,
  };
}

/** The history under way: nobody knows yet how far it goes back. */
export function historyJob(now: number, today: string): JobView {
  const types = dayTypes.filter((type) => type !== 'meal').map((dataType, i) => ({
    dataType, state: unshared.has(dataType) ? ('refused' as const) : i % 3 === 0 ? ('reading' as const) : ('read' as const), documents: dataType === 'heartrate' ? 0 : 640 - i * 9, samples: dataType === 'heartrate' ? 214_300 : 0, missed: 0,
    reason: unshared.has(dataType) ? 'Oura did not share “Heart health” with this program. Sign in again and switch it on.' : '',
  }));
  return newJob(7, { kind: 'history', state: 'running', to: today, dataTypes: types.map((t) => t.dataType), day: addDays(today, -1343), dataType: 'sleep', documents: 8412, samples: 214_300, daysDone: 1344, rate: 63, createdAt: iso(now - 31 * minute), types });
}

function oldJobs(now: number, today: string): JobView[] {
  const asked = newJob(5, { state: 'done', from: addDays(today, -70), to: addDays(today, -57), dataTypes: ['daily_spo2'], documents: 13, daysDone: 14, daysTotal: 14, createdAt: iso(now - 1500 * minute), endedAt: iso(now - 1499 * minute) });
  const cut = newJob(3, { state: 'cancelled', from: addDays(today, -400), to: addDays(today, -200), dataTypes: ['heartrate', 'sleep'], samples: 18_200, documents: 61, daysDone: 60, daysTotal: 201, createdAt: iso(now - 4000 * minute), endedAt: iso(now - 3990 * minute) });
  const history = newJob(1, { ...historyJob(now, today), id: 1, state: 'done', day: '', dataType: '', rate: 0, createdAt: iso(now - 9000 * minute), endedAt: iso(now - 8950 * minute) });
  history.types = history.types.map((type) => (type.state === 'refused' ? { ...type, documents: 0 } : { ...type, state: 'read', ...(type.dataType === 'heartrate' ? { missed: 92, reason: 'Oura answered 502 and did not answer later tries either.' } : {}) }));
  return [asked, cut, history];
}

function sampleRounds(now: number, today: string): RoundLine[] {
  const line = (kind: RoundKind, ago: number, days: number, added: number, revised = 0, failed = 0): RoundLine => ({
    kind, startedAt: iso(now - (ago + 1) * minute), endedAt: iso(now - ago * minute), from: addDays(today, -days), to: today, added, revised, deleted: 0, samples: 0, failed,
  });
  return [line('poll', 4, 2, 0), line('poll', 9, 2, 3, 1), line('hourly', 34, 7, 0, 1), line('reconcile', 71, 7, 0, 0, 2), line('catchup', 90, 4, 37, 2), line('daily', 300, 30, 12), line('sync', 410, 2, 1)];
}

export function sampleSync(now: number): SyncView {
  const today = dayKey(new Date(now));
  return {
    types: sampleTypes(now, today), jobs: oldJobs(now, today), rounds: sampleRounds(now, today), round: { running: false, kind: '', done: 0, total: 0 },
    pausedUntil: '', paused: false, pollMinutes: 5, live: true, firstDay: addDays(today, -1825), today, connected: true,
  };
}

type Answer = <T>(name: string, args: unknown[], work: () => T) => Promise<T>;
type Act = (name: string, args: unknown[], work: () => unknown) => Promise<void>;

/** SyncAPI over the view and the coverage of `p`. */
export function syncCalls(p: { sync: SyncView; coverage: FakeCoverage }, answer: Answer, act: Act): GoApp['SyncAPI'] {
  const job = (id: number): object => p.sync.jobs.find((j) => j.id === id) ?? {};
  const until = (minutes: number): string => (minutes > 0 ? iso(Date.now() + minutes * minute) : minutes < 0 ? `${addDays(p.sync.today, 1)}T04:00:00+02:00` : '');
  return {
    Get: () => answer('SyncAPI.Get', [], () => p.sync),
    Coverage: (from, to) => answer('SyncAPI.Coverage', [from, to], () => p.coverage.map(from, to)),
    Cell: (dataType, day) => answer('SyncAPI.Cell', [dataType, day], () => p.coverage.cell(dataType, day)),
    SyncNow: () => act('SyncAPI.SyncNow', [], () => Object.assign(p.sync.round, { running: true, kind: 'sync', done: 3, total: 19 })),
    Pause: (minutes) => act('SyncAPI.Pause', [minutes], () => Object.assign(p.sync, { paused: true, pausedUntil: until(minutes) })),
    Resume: () => act('SyncAPI.Resume', [], () => Object.assign(p.sync, { paused: false, pausedUntil: '' })),
    Fill: (from, to, dataTypes) =>
      act('SyncAPI.Fill', [from, to, dataTypes], () => {
        const id = Math.max(0, ...p.sync.jobs.map((j) => j.id)) + 1;
        p.sync.jobs.unshift(newJob(id, { from, to, dataTypes, daysTotal: 1 + (Date.parse(to) - Date.parse(from)) / 86_400_000 }));
      }),
    CancelJob: (id) => act('SyncAPI.CancelJob', [id], () => Object.assign(job(id), { state: 'cancelled', reason: '', waitUntil: '', rate: 0, secondsLeft: 0, endedAt: iso(Date.now()) })),
    ResumeJob: (id) => act('SyncAPI.ResumeJob', [id], () => Object.assign(job(id), { state: 'queued', endedAt: '' })),
  };
}
