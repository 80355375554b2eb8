import { describe, expect, it, vi } from 'vitest';
import { connect, type Backend, type ExportJobView } from '../../lib/backend';
import { FakeProgram } from '../../lib/backend/fake/program';
import { arrange } from '../../lib/backend/fake/scenarios';
import { jobOutcome, jobReached, roughly, sentence } from './words';
import { ExportState } from '../../lib/state/export.svelte';
import { Selection } from '../../lib/state/exportChoice.svelte';

const backendOf = (program: FakeProgram): Backend => connect({ go: { app: program.go }, runtime: program.runtime });
const settle = (ms = 5): Promise<void> => new Promise((done) => setTimeout(done, ms));
const today = '2026-11-22';
const now = new Date('2026-11-22T14:32:10+02:00');
const { contents } = new FakeProgram(0);

describe('Selection', () => {
  it('begins with everything of all time', () => {
    expect(new Selection().choice(contents, today)).toEqual({
      format: 'sqlite', kind: 'everything', from: '', to: '', gzip: false, includeDeleted: false, dataTypes: [], operations: [], sources: [],
    });
  });

  it('makes one table of one type, until somebody chooses more', () => {
    const s = new Selection();
    s.format = 'csv';
    expect(s.choice(contents, today)).toMatchObject({ kind: 'documents', dataTypes: ['daily_sleep'] });
    expect(s.zipped(contents)).toBe(false);
    s.pack(true);
    expect(s.choice(contents, today)?.gzip).toBe(true);
    s.choose(['workout', 'sleep']);
    expect(s.choice(contents, today)).toMatchObject({ dataTypes: ['sleep', 'workout'], gzip: false });
    s.choose(s.available(contents).map((t) => t.dataType));
    expect(s.choice(contents, today)?.dataTypes).toEqual([]);
    s.format = 'sqlite';
    expect(s.types(contents)).toHaveLength(16);
  });

  it('names the one type there is, or it would become an archive', () => {
    const s = new Selection();
    s.format = 'csv';
    const one = { ...contents, types: contents.types.filter((t) => t.dataType === 'tag') };
    expect(s.choice(one, today)?.dataTypes).toEqual(['tag']);
    expect(s.zipped(one)).toBe(false);
  });

  it.each([['all', ''], ['week', '2026-11-16'], ['month', '2026-10-24'], ['year', '2025-11-23']] as const)('%s begins on %j', (range, from) => {
    const s = new Selection();
    s.range = range;
    expect(s.choice(contents, today)).toMatchObject({ from, to: '' });
  });

  it.each([
    ['2026-11-01', '2026-11-20', true],
    [' 2026-11-01 ', '', true],
    ['', '', true],
    ['2026-02-30', '', false],
    ['', 'today', false],
    ['2026-11-20', '2026-11-01', false],
  ])('from %j to %j is fine: %s', (from, to, fine) => {
    const s = new Selection();
    Object.assign(s, { range: 'own', from, to });
    expect(s.choice(contents, today) !== undefined).toBe(fine);
  });

  it('sends filters only with what they are about', () => {
    const s = new Selection();
    Object.assign(s, { format: 'jsonl', operations: ['update'], sources: ['poll'], deleted: true });
    expect(s.choice(contents, today)).toMatchObject({ operations: [], sources: [], includeDeleted: true });
    s.kind = 'events';
    expect(s.choice(contents, today)).toMatchObject({ operations: ['update'], sources: ['poll'], includeDeleted: false });
    s.kind = 'samples';
    expect(s.available(contents).map((t) => t.dataType)).toEqual(['heartrate', 'ring_battery_level']);
    s.choose([]);
    expect(s.choice(contents, today)).toBeUndefined();
  });
});

describe('ExportState', () => {
  it('asks for the last of quick changes only, and drops late answers', async () => {
    const program = new FakeProgram(0);
    const exports = new ExportState(backendOf(program));
    const s = new Selection();
    const choice = s.choice(contents, today);
    exports.look(choice);
    await settle();
    expect([exports.looking, exports.estimate?.name]).toEqual([false, 'oura-everything-2026-11-22.db']);
    vi.useFakeTimers();
    for (const range of ['week', 'month', 'year'] as const) {
      s.range = range;
      exports.look(s.choice(contents, today));
    }
    expect(exports.looking).toBe(true);
    await vi.advanceTimersByTimeAsync(1000);
    vi.useRealTimers();
    expect(program.calls.filter((c) => c.name === 'ExportAPI.Estimate')).toHaveLength(2);
    exports.look(undefined);
    expect([exports.looking, exports.estimate, exports.preview]).toEqual([false, undefined, undefined]);
  });

  it('tells of an export that ended while nobody looked, and of no other', async () => {
    const program = arrange('export_running');
    const exports = new ExportState(backendOf(program));
    const told: ExportJobView[] = [];
    exports.onaway = (job) => told.push(job);
    const off = exports.start();
    const leave = exports.watch();
    await settle();
    const end = (state: ExportJobView['state']): void => {
      Object.assign(program.exports.job, { state });
      program.push('export:changed', program.exports);
    };
    end('done');
    end('running');
    leave();
    end('cancelled');
    end('running');
    end('failed');
    end('failed');
    expect(told.map((job) => job.state)).toEqual(['failed']);
    off();
  });

  it('leaves the schedule as it is when no folder is chosen', async () => {
    const program = new FakeProgram(0);
    program.place = '';
    const exports = new ExportState(backendOf(program));
    await exports.load();
    expect(await exports.schedule({ every: 'daily' })).toBe(true);
    expect(program.exports.schedule.every).toBe('off');
    program.place = '/home/mira';
    await exports.schedule({ every: 'weekly', keep: 3 });
    expect(program.exports.schedule).toMatchObject({ every: 'weekly', keep: 3, folder: '/home/mira' });
  });
});

describe('words', () => {
  const base = new Selection().choice(contents, today);
  if (!base) throw new Error('no choice');
  it.each([
    [{}, false, 'A SQLite database: all documents, events, measurements, and what is known of each day, of all time.'],
    [{ format: 'csv', kind: 'documents', dataTypes: ['sleep'], from: '2026-11-16' }, false, 'A table: the newest state of each document, of Sleep period, since 16 Nov.'],
    [{ format: 'csv', kind: 'documents', includeDeleted: true }, true, 'A zip of tables, one for each type: the newest state of each document, of all time, also the deleted ones.'],
    [{ format: 'jsonl', kind: 'events', dataTypes: ['a', 'b', 'c'], from: '2026-01-01', to: today }, false, 'A text file with one JSON object per line: each change of a document, of 3 types, from 1 Jan to today.'],
    [{ format: 'jsonl', kind: 'samples', dataTypes: ['heartrate', 'ring_battery_level'], to: '2025-12-31' }, false, 'A text file with one JSON object per line: every measurement, of Heart rate and Ring battery, until 31 Dec 2025.'],
  ] as const)('%j', (over, zipped, said) => {
    expect(sentence({ ...base, ...over, dataTypes: [...('dataTypes' in over ? over.dataTypes : [])] }, zipped, now)).toBe(said);
  });

  it.each([[0, '0'], [7, '7'], [99, '99'], [1234, '1,230'], [29_412, '29,400'], [471_316, '471,000'], [2_399_999, '2,400,000']])('%i rows are about %s', (n, said) => {
    expect(roughly(n)).toBe(said);
  });

  it('tell how far an export is', () => {
    expect(jobReached({ done: 0, total: 0, secondsLeft: 0 })).toBe('0 rows');
    expect(jobReached({ done: 1200, total: 4003, secondsLeft: 61 })).toBe('1,200 of about 4,000 rows, about 61 s left');
    expect(jobReached({ done: 4003, total: 4003, secondsLeft: 0 })).toBe('Finishing the file');
    expect(jobOutcome({ ...arrange('export_done').exports.job, done: 1 })).toBe('1 row, 61 MB, in /home/mira/Documents');
  });
});
