import { describe, expect, it } from 'vitest';
import { connect, type CoverageMap, type JobView, type SyncView } from '../backend';
import { FakeProgram } from '../backend/fake/program';
import { arrange } from '../backend/fake/scenarios';
import { newJob, sampleSync } from '../backend/fake/sync';
import { addDays } from '../format/days';
import { changedSpan, merge, stateOf } from './coverage';
import { SyncState } from './sync.svelte';

const settle = (): Promise<void> => new Promise((done) => setTimeout(done, 5));
const stateFor = (program: FakeProgram): SyncState => new SyncState(connect({ go: { app: program.go }, runtime: program.runtime }));
const calls = (program: FakeProgram, name: string): unknown[][] => program.calls.filter((c) => c.name === `SyncAPI.${name}`).map((c) => c.args);

describe('SyncState', () => {
  it('reads nothing until somebody looks, and stops when nobody does', async () => {
    const program = new FakeProgram(2);
    const sync = stateFor(program);
    sync.start();
    program.push('sync:changed', {});
    await settle();
    expect(calls(program, 'Get').length).toBe(0);
    const off = sync.watch();
    await settle();
    off();
    program.push('sync:changed', {});
    await settle();
    expect([calls(program, 'Get').length, calls(program, 'Coverage').length]).toEqual([1, 1]);
  });

  it('reads again once for many pushes during a read', async () => {
    const program = new FakeProgram(2);
    const sync = stateFor(program);
    sync.start();
    sync.watch();
    for (let i = 0; i < 20; i++) program.push('sync:changed', {});
    await settle();
    expect([calls(program, 'Get').length, calls(program, 'Coverage').length]).toEqual([2, 1]);
  });

  it('takes no answer of the store before, neither of the view nor of the map', async () => {
    const program = new FakeProgram(2);
    const real = connect({ go: { app: program.go }, runtime: program.runtime });
    const late: (() => void)[] = [];
    let store = 'sample';
    let holding = 'sync';
    const hold = async <T>(what: string, answer: T): Promise<T> => {
      if (store === 'sample' && what === holding) await new Promise<void>((done) => late.push(done));
      return answer;
    };
    const sync = new SyncState({
      ...real,
      sync: async () => hold('sync', { ...(await real.sync()), ...(store === 'sample' && { firstDay: '2020-01-01' }) }),
      coverage: async (from, to) => hold('coverage', await real.coverage(from, to)),
    });
    for (holding of ['sync', 'coverage']) {
      store = 'sample';
      const off = sync.watch();
      await settle();
      expect(late.length).toBe(1);
      store = 'own';
      await sync.reload();
      for (const go of late.splice(0)) go();
      await settle();
      expect([sync.view?.firstDay, sync.map?.from]).toEqual([program.sync.firstDay, program.sync.firstDay]);
      off();
      store = 'none';
      await sync.reload();
    }
  });

  it('reads of the map only what a job may have changed', async () => {
    const program = arrange('sync_filling');
    const sync = stateFor(program);
    sync.start();
    sync.watch();
    await settle();
    const { today, jobs } = program.sync;
    const type = sync.map?.rows.findIndex((row) => row.dataType === 'daily_spo2') ?? -1;
    const letter = (day: number): string => sync.map?.rows[type]?.states.at(-1 - day) ?? '';
    expect(letter(90)).toBe('n');
    program.coverage.set('daily_spo2', addDays(today, -96), addDays(today, -82), 'c');
    Object.assign(jobs[1] ?? {}, { day: addDays(today, -93), documents: 24 });
    program.push('sync:changed', {});
    await settle();
    expect(calls(program, 'Coverage').at(-1)).toEqual([addDays(today, -96), addDays(today, -82)]);
    expect([letter(82), letter(96), letter(97)]).toEqual(['c', 'c', 'c']);
    program.push('sync:changed', {});
    await settle();
    expect(calls(program, 'Coverage').length).toBe(2);
  });

  it('keeps the map when it cannot be read, and says so', async () => {
    const program = arrange('sync_filling');
    const sync = stateFor(program);
    sync.watch();
    await settle();
    program.failures.set('SyncAPI.Coverage', { code: 'storage', message: 'No.' });
    Object.assign(program.sync.jobs[1] ?? {}, { documents: 25 });
    await sync.load();
    expect([sync.mapError?.message, sync.map?.rows.length, sync.error]).toEqual(['No.', 18, undefined]);
    program.failures.clear();
    await sync.load();
    expect([sync.mapError, calls(program, 'Coverage').length]).toEqual([undefined, 3]);
  });

  it('asks for a day once until the map changes, and again after a failure', async () => {
    const program = new FakeProgram(2);
    const sync = stateFor(program);
    sync.watch();
    await settle();
    const day = program.sync.today;
    await Promise.all([sync.cell('sleep', day), sync.cell('sleep', day)]);
    expect(calls(program, 'Cell').length).toBe(1);
    program.failures.set('SyncAPI.Cell', { code: 'storage', message: 'No.' });
    await expect(sync.cell('tag', day)).rejects.toMatchObject({ message: 'No.' });
    program.failures.clear();
    expect((await sync.cell('tag', day)).dataType).toBe('tag');
    program.sync.firstDay = addDays(program.sync.firstDay, -1);
    await sync.load();
    await sync.cell('sleep', day);
    expect(calls(program, 'Cell').length).toBe(4);
  });

  it('reads the last 30 days again after a round that told nothing, and what was said of a day too', async () => {
    const program = new FakeProgram(2);
    const sync = stateFor(program);
    sync.start();
    sync.watch();
    await settle();
    const { today, types } = program.sync;
    const row = sync.map?.rows.findIndex((r) => r.dataType === 'sleep') ?? -1;
    await sync.cell('sleep', today);
    expect(sync.map?.rows[row]?.states.at(-1)).toBe('p');
    program.coverage.set('sleep', today, today, 'c');
    program.sync.types = types.map((type) => (type.dataType === 'sleep' ? { ...type, lastSync: new Date().toISOString() } : type));
    const turn = sync.turn;
    program.push('sync:changed', {});
    await settle();
    expect(calls(program, 'Coverage').at(-1)).toEqual([addDays(today, -30), today]);
    expect([sync.map?.rows[row]?.states.at(-1), sync.turn, (await sync.cell('sleep', today)).state]).toEqual(['c', turn + 1, 'complete']);
    expect(calls(program, 'Cell').length).toBe(2);
  });

  it('shows at once what a press has done', async () => {
    const program = new FakeProgram(2);
    const sync = stateFor(program);
    sync.watch();
    expect(await sync.pause(60)).toBe(true);
    expect([sync.view?.paused, calls(program, 'Pause')]).toEqual([true, [[60]]]);
    await sync.resume();
    await sync.fill({ from: '2026-01-01', to: '2026-01-03' }, ['sleep']);
    expect([sync.view?.paused, sync.view?.jobs[0]?.state, calls(program, 'Fill')]).toEqual([false, 'queued', [['2026-01-01', '2026-01-03', ['sleep']]]]);
    program.failures.set('SyncAPI.CancelJob', { code: 'not_found', message: 'No.' });
    expect([await sync.cancelJob(6), sync.jobs.error?.message]).toEqual([false, 'No.']);
  });
});

describe('changedSpan', () => {
  const today = '2026-11-22';
  const view = (jobs: JobView[], over: Partial<SyncView> = {}): SyncView => ({ ...sampleSync(Date.parse(`${today}T12:00:00Z`)), today, firstDay: '2021-01-01', jobs, rounds: [], ...over });
  const job = (over: Partial<JobView>): JobView => newJob(1, { kind: 'history', state: 'running', to: today, ...over });

  it('is nothing while nothing was stored', () => {
    expect(changedSpan(view([job({ rate: 4 })]), view([job({ rate: 5, secondsLeft: 9 })]))).toBeUndefined();
    expect(changedSpan(view([]), view([job({ state: 'queued' })]))).toBeUndefined();
  });

  it('goes from the cut under way up to where the job was', () => {
    expect(changedSpan(view([job({ day: '2025-06-30' })]), view([job({ day: '2025-04-01' })]))).toEqual({ from: '2024-12-30', to: '2025-09-30' });
    expect(changedSpan(view([job({ day: '2021-01-20' })]), view([job({ day: '2021-01-20', documents: 3 })]))).toEqual({ from: '2021-01-01', to: '2021-04-22' });
  });

  it('takes in the rounds that were not there before', () => {
    const round = { kind: 'poll' as const, startedAt: 'x', endedAt: 'y', from: '2026-11-20', to: today, added: 0, revised: 0, deleted: 0, samples: 0, failed: 0 };
    expect(changedSpan(view([]), view([], { rounds: [round] }))).toEqual({ from: '2026-11-20', to: today });
    expect(changedSpan(view([]), view([], { rounds: [{ ...round, from: '', to: '' }] }))).toEqual({ from: '2026-10-23', to: today });
  });

  it('takes in the last 30 days when any type was read anew, beside what jobs tell', () => {
    const old = view([job({ day: '2025-06-30' })]);
    const read = { types: old.types.map((type, i) => (i === 3 ? { ...type, lastSync: '2026-11-22T12:00:01Z' } : type)) };
    expect(changedSpan(old, view(old.jobs, read))).toEqual({ from: '2026-10-23', to: today });
    expect(changedSpan(old, view([job({ day: '2025-04-01' })], read))).toEqual({ from: '2024-12-30', to: today });
  });

  it('is all when the days themselves changed', () => {
    expect(changedSpan(view([]), view([], { today: '2026-11-23' }))).toBe('all');
    expect(changedSpan(view([]), view([], { firstDay: '2022-01-01' }))).toBe('all');
  });

  it('takes in days before the first one', () => {
    expect(changedSpan(view([]), view([], { firstDay: '2020-10-01' }))).toEqual({ from: '2020-10-01', to: '2020-12-31' });
  });
});

describe('merge', () => {
  const map: CoverageMap = { from: '2026-01-01', to: '2026-01-06', rows: [{ dataType: 'sleep', states: 'nnnnnn' }] };
  it('exchanges the days of the part', () => {
    expect(merge(map, { from: '2026-01-03', to: '2026-01-04', rows: [{ dataType: 'sleep', states: 'cf' }] })?.rows[0]?.states).toBe('nncfnn');
    expect(merge(map, { from: '2026-01-06', to: '2026-01-07', rows: [{ dataType: 'sleep', states: 'cp' }] })).toEqual({ from: '2026-01-01', to: '2026-01-07', rows: [{ dataType: 'sleep', states: 'nnnnncp' }] });
  });

  it('grows backwards', () => {
    expect(merge(map, { from: '2025-12-30', to: '2026-01-01', rows: [{ dataType: 'sleep', states: 'ccc' }] })).toEqual({ from: '2025-12-30', to: '2026-01-06', rows: [{ dataType: 'sleep', states: 'cccnnnnn' }] });
  });

  it('does not mix other types in', () => {
    expect(merge(map, { from: '2026-01-03', to: '2026-01-03', rows: [{ dataType: 'tag', states: 'c' }] })).toBeUndefined();
  });
});

describe('stateOf', () => {
  it('knows seven letters, and takes others for days nobody asked for', () => {
    expect([...'cpewafn?'].map(stateOf)).toEqual(['complete', 'partial', 'empty', 'not_worn', 'not_allowed', 'failed', 'not_asked', 'not_asked']);
  });
});
