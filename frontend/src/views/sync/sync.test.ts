import { describe, expect, it } from 'vitest';
import type { CoverageMap, JobState, JobTypeView, JobView, RoundLine, SyncTypeView, SyncView } from '../../lib/backend';
import { FakeCoverage } from '../../lib/backend/fake/coverage';
import { historyJob, newJob, sampleSync } from '../../lib/backend/fake/sync';
import { dayNumber } from '../../lib/format/days';
import { jobBrought, jobLacks, jobPace, jobReached, jobReading, jobStands, jobTitle, jobTypes } from '../../lib/parts/jobs';
import { doneWords, firstPart, historyOf, lackReasons, lacksOf } from '../wizard/first';
import { axisMarks } from './axis';
import { MapCursor } from './cursor.svelte';
import { fillingOf, gridOf, leftOut, stateAt, tally } from './grid';
import { areaDetail, areaTitle, cellDetail, cellTitle, freshness, meaning, newestOf, roundWords } from './words';

const now = new Date('2026-11-22T12:32:10Z');
const map: CoverageMap = {
  from: '2026-11-13',
  to: '2026-11-22',
  rows: [
    { dataType: 'vo2_max', states: 'aaaaaaaaaa' },
    { dataType: 'daily_sleep', states: 'nnccfwecpp' },
    { dataType: 'tag', states: 'eeeeeeeeee' },
  ],
};
const grid = gridOf(map, 0);
const at = (day: string): number => dayNumber(day);

describe('the grid', () => {
  it('orders types as people group them and puts days nobody asked for before the first', () => {
    expect(grid.rows.map((row) => row.dataType)).toEqual(['daily_sleep', 'vo2_max', 'tag']);
    const wide = gridOf(map, 30);
    expect([wide.last - wide.first + 1, stateAt(wide, 0, wide.first), stateAt(wide, 0, at('2026-11-15')), stateAt(wide, 0, wide.last)]).toEqual([30, 'not_asked', 'complete', 'partial']);
  });

  it('counts the states of an area', () => {
    expect(tally(grid, { top: 0, bottom: 1, from: at('2026-11-13'), to: at('2026-11-17') })).toMatchObject({ not_asked: 2, complete: 2, failed: 1, not_allowed: 5 });
  });

  const all = (): boolean => true;
  const row = (r: number): { top: number; bottom: number; from: number; to: number } => ({ top: r, bottom: r, from: grid.first, to: grid.last });
  it('asks for no more than the gaps of what is shared', () => {
    const area = { top: 0, bottom: 2, from: grid.first, to: grid.last - 3 };
    expect(fillingOf(grid, area, (type) => type !== 'vo2_max')).toEqual({ span: { from: '2026-11-13', to: '2026-11-17' }, dataTypes: ['daily_sleep'], gaps: true });
    expect(leftOut(grid, area, (type) => type !== 'vo2_max')).toBe(1);
  });

  it('takes days for gaps that were not shared then, once their type is', () => {
    expect(fillingOf(grid, row(1), all)).toEqual({ span: { from: '2026-11-13', to: '2026-11-22' }, dataTypes: ['vo2_max'], gaps: true });
    expect([fillingOf(grid, row(1), () => false), leftOut(grid, row(1), () => false), leftOut(grid, row(1), all)]).toEqual([undefined, 1, 0]);
  });

  it('asks again where nothing is missing, and for no gaps of what is not shared now', () => {
    expect(fillingOf(grid, { ...row(2), to: grid.first }, all)).toEqual({ span: { from: '2026-11-13', to: '2026-11-13' }, dataTypes: ['tag'], gaps: false });
    expect(fillingOf(grid, row(0), () => false)).toBeUndefined();
  });
});

describe('the cursor', () => {
  const press = (cursor: MapCursor, key: string, more: { shiftKey?: boolean; ctrlKey?: boolean } = {}): boolean => cursor.key({ key, shiftKey: false, ctrlKey: false, metaKey: false, ...more }, grid);

  it('walks and stays inside', () => {
    const cursor = new MapCursor();
    press(cursor, 'ArrowRight');
    expect(cursor.at).toEqual({ row: 0, day: grid.last });
    press(cursor, 'ArrowDown');
    press(cursor, 'PageUp');
    expect([cursor.at, cursor.wide]).toEqual([{ row: 1, day: grid.first }, false]);
    press(cursor, 'End', { ctrlKey: true });
    expect(cursor.at).toEqual({ row: 2, day: grid.last });
    expect(press(cursor, 'x')).toBe(false);
  });

  it('extends with Shift, in any direction, and lets go with Escape', () => {
    const cursor = new MapCursor();
    cursor.go({ row: 1, day: at('2026-11-18') });
    press(cursor, 'ArrowLeft', { shiftKey: true });
    press(cursor, 'ArrowUp', { shiftKey: true });
    expect(cursor.area).toEqual({ top: 0, bottom: 1, from: at('2026-11-17'), to: at('2026-11-18') });
    expect([press(cursor, 'Escape'), cursor.wide, press(cursor, 'Escape')]).toEqual([true, false, false]);
  });

  it('takes a row, a day, everything', () => {
    const cursor = new MapCursor();
    cursor.go({ row: 1, day: at('2026-11-18') });
    press(cursor, ' ', { shiftKey: true });
    expect(cursor.area).toEqual({ top: 1, bottom: 1, from: grid.first, to: grid.last });
    cursor.go({ row: 1, day: at('2026-11-18') });
    press(cursor, ' ', { ctrlKey: true });
    expect(cursor.area).toEqual({ top: 0, bottom: 2, from: at('2026-11-18'), to: at('2026-11-18') });
    press(cursor, 'a', { ctrlKey: true });
    expect(cursor.area).toEqual({ top: 0, bottom: 2, from: grid.first, to: grid.last });
  });

  it('comes along when the map shrinks', () => {
    const cursor = new MapCursor();
    cursor.go({ row: 2, day: grid.first });
    cursor.clamp({ ...grid, first: grid.first + 3, rows: grid.rows.slice(0, 1) });
    expect(cursor.at).toEqual({ row: 0, day: grid.first + 3 });
  });
});

describe('the axis', () => {
  const [first, last] = [at('2021-11-23'), at('2026-11-22')];
  it('names months above and Mondays below where days are wide', () => {
    const marks = axisMarks(first, last, { day: 14, width: 840, scroll: (last - first + 1) * 14 - 840 });
    expect(marks.filter((mark) => mark.level === 0).map((mark) => mark.label)).toEqual(['September 2026', 'October 2026', 'November 2026']);
    expect(marks.filter((mark) => mark.level === 1).map((mark) => mark.label)).toEqual(['28', '5', '12', '19', '26', '2', '9', '16']);
  });

  it('names years above and months below where they are narrow', () => {
    const marks = axisMarks(first, last, { day: 2, width: 840, scroll: 0 });
    expect(marks.filter((mark) => mark.level === 0).map((mark) => [mark.label, mark.text])).toEqual([['2021', 0], ['2022', 78], ['2023', 808]]);
    expect(marks.find((mark) => mark.label === 'Jan')?.strong).toBe(true);
  });
});

describe('words', () => {
  const shared = { series: false, allowed: true };
  it('tell a day, and why it is as it is', () => {
    expect(cellTitle(grid, 0, at('2026-11-17'), now)).toBe('Daily sleep, Tuesday 17 November: Failed');
    const cell = { dataType: 'daily_sleep', day: '2026-11-17', state: 'failed' as const, reason: 'Oura answered 502.', askedAt: '2026-11-22T12:28:10Z', count: 0 };
    expect(cellDetail(cell, shared, now)).toBe('Oura answered 502. Asked 4 min ago.');
    expect(cellDetail({ ...cell, state: 'complete', reason: '', count: 1 }, { ...shared, series: true }, now)).toBe('All of this day is here. 1 measurement, asked 4 min ago.');
    expect(cellDetail({ ...cell, reason: '\u202Eevil' }, shared, now)).toContain('\\u202eevil');
  });

  it('promise to ask again only for days that the rounds read', () => {
    const partial = (day: string): string => meaning('partial', day, shared, now);
    expect([partial('2026-11-22'), partial('2026-10-24')]).toEqual(Array(2).fill('Oura may still add to this day; it is asked again.'));
    expect([partial('2026-10-23'), partial('2021-01-01')]).toEqual(Array(2).fill('Nobody has asked Oura for this day since it was complete. Ask again to be sure.'));
  });

  it('do not call a type not shared that is shared now', () => {
    const cell = { dataType: 'vo2_max', day: '2026-11-17', state: 'not_allowed' as const, reason: 'Switch it on.', askedAt: '', count: 0 };
    expect(cellDetail(cell, { ...shared, allowed: false }, now)).toBe('Switch it on.');
    expect(cellDetail(cell, shared, now)).toMatch(/^When this day was asked for, .* It does now, so the gap can be filled\.$/);
  });

  it('tell a selection', () => {
    const area = { top: 0, bottom: 0, from: at('2026-11-13'), to: at('2026-11-17') };
    expect(areaTitle(grid, area, now)).toBe('Daily sleep, 13 Nov – 17 Nov');
    expect(areaDetail(grid, area)).toBe('5 days: 2 complete, 1 failed, 2 not asked yet.');
    expect(areaTitle(grid, { ...area, bottom: 2 }, now)).toBe('3 types, 13 Nov – 17 Nov');
  });

  it('tell what a round brought', () => {
    const round: RoundLine = { kind: 'catchup', startedAt: '', endedAt: '', from: '', to: '', added: 37, revised: 2, deleted: 0, samples: 0, failed: 0 };
    expect(roundWords(round)).toBe('Caught up 37 documents, 2 revised');
    expect(roundWords({ ...round, kind: 'poll', added: 1, revised: 0, failed: 1 })).toBe('1 new document, 1 type could not be read');
    expect(roundWords({ ...round, added: 0, revised: 0 })).toBe('Nothing new');
    expect(roundWords({ ...round, samples: 288 })).toBe('Caught up 37 documents, 2 revised, 288 measurements');
  });

  const fresh = (types: Partial<SyncTypeView>[]): string => {
    const view = sampleSync(now.getTime());
    return freshness({ ...view, types: types.flatMap((type) => view.types.slice(0, 1).map((first) => ({ ...first, newest: '', newestDay: '', ...type }))) }, now);
  };
  it('tell how fresh it is', () => {
    const at = new Date(2026, 10, 22, 7, 12).toISOString();
    expect(fresh([{ newestDay: '2026-11-22' }, { newest: at, newestDay: '2026-11-22' }, { newest: '2026-11-02T10:00:00Z' }])).toBe('Synced 4 min ago; Oura’s newest is from 07:12.');
    expect(fresh([])).toBe('');
    expect(fresh([{}])).toBe('');
  });

  it('tell a day where no instant is known, and never a time of it', () => {
    const all = ['2026-11-22', '2026-11-21', '2026-11-20', '2025-11-20', ''].map((newestDay) => newestOf({ newest: '', newestDay }, now));
    expect(all).toEqual(['today', 'yesterday', '20 Nov', '20 Nov 2025', '']);
    expect(newestOf({ newest: new Date(2026, 10, 21, 23, 40).toISOString(), newestDay: '2026-11-22' }, now)).toBe('yesterday 23:40');
    expect(fresh([{ newestDay: '2026-11-20' }, { newestDay: '2026-11-21' }])).toBe('Synced 4 min ago; Oura’s newest is from yesterday.');
    expect(sampleSync(now.getTime()).types.filter((type) => type.dataType.startsWith('daily_') && type.newest !== '').map((type) => type.dataType)).toEqual(['daily_activity']);
  });

  it('do not call an old instant the newest when a day is newer', () => {
    const tag = { newest: new Date(2026, 10, 2, 9, 0).toISOString(), newestDay: '2026-11-02' };
    expect(fresh([tag, { newestDay: '2026-11-22' }])).toBe('Synced 4 min ago; Oura’s newest is from today.');
    expect(fresh([{ ...tag, newest: new Date(2026, 10, 21, 23, 40).toISOString() }, { newestDay: '2026-11-22' }])).toBe('Synced 4 min ago; Oura’s newest is from yesterday 23:40.');
  });
});

describe('a job in words', () => {
  const history = historyJob(now.getTime(), '2026-11-22');
  const asked = newJob(2, { state: 'running', from: '2026-08-18', to: '2026-09-01', dataTypes: ['daily_spo2'], daysDone: 9, daysTotal: 15, rate: 4.21, secondsLeft: 7.4, documents: 18, revised: 1, day: '2026-08-26', dataType: 'daily_spo2' });
  it('without an end tells how far back it is', () => {
    expect([jobTitle(history, now), jobTypes(history), jobReached(history), jobPace(history)]).toEqual(['All history', '17 types', 'back to March 2023', '63 a second']);
    expect(jobBrought(history)).toBe('8,412 documents, 214,300 measurements');
  });

  it('with an end tells how much is left', () => {
    expect([jobTitle(asked, now), jobTypes(asked), jobReached(asked), jobPace(asked), jobReading(asked, now)]).toEqual(['18 Aug – 1 Sept', 'Blood oxygen', '9 of 15 days', '4.2 a second, about 7 s left', 'Blood oxygen, 26 Aug']);
    expect(jobBrought(asked)).toBe('18 documents, 1 revised');
    expect([jobPace({ ...asked, state: 'waiting' }), jobReached({ ...asked, daysTotal: 0, day: '' }), jobBrought({ documents: 0, samples: 0 }), jobStands({ ...asked, state: '__proto__' as JobState }).tone]).toEqual(['', '', 'nothing new', 'muted']);
  });

  it('is done only as far as it is', () => {
    const part = (over: Partial<JobTypeView>): JobTypeView => ({ dataType: 'sleep', state: 'read', documents: 3, samples: 0, missed: 0, reason: '', ...over });
    const done = (...types: JobTypeView[]): string => jobStands({ ...asked, state: 'done', types }).word;
    expect([done(), done(part({}))]).toEqual(['Done', 'Done']);
    expect([done(part({ missed: 92 }), part({})), done(part({ missed: 1 })), done(part({ missed: 92 }), part({ missed: 30 }))]).toEqual(['Done, 92 days not read', 'Done, 1 day not read', 'Done, days of 2 types not read']);
    expect(done(part({ state: 'refused', missed: 4 }), part({ missed: 92 }))).toBe('Done, 1 type refused, 92 days not read');
    expect([jobStands({ ...asked, state: 'done', types: [part({ missed: 92 })] }).tone, jobStands({ ...asked, state: 'done' }).tone]).toEqual(['warn', 'ok']);
    expect([jobStands({ ...asked, types: [part({ missed: 92 })] }).word, jobLacks([part({ missed: 92 })])]).toEqual(['Reading', '92 days not read']);
  });

  it('is first the last 30 days, then the history', () => {
    const view = sampleSync(now.getTime());
    const part = (state?: JobState): string | undefined => firstPart({ ...view, jobs: state ? [{ ...history, state }] : [] });
    expect([part(), part('queued'), part('running'), part('waiting'), part('done'), part('cancelled')]).toEqual(['recent', 'history', 'history', 'history', 'done', undefined]);
    expect([firstPart(undefined), firstPart({ ...view, connected: false, jobs: [] })]).toEqual([undefined, undefined]);
  });
});

describe('the first history', () => {
  const types = ['sleep', 'vo2_max', 'workout'].map((dataType) => ({ ...sampleSync(now.getTime()).types[0], dataType, wanted: true, allowed: true, days: true, error: '' }) as SyncTypeView);
  const part = (dataType: string, over: Partial<JobTypeView> = {}): JobTypeView => ({ dataType, state: 'read', documents: 3, samples: 0, missed: 0, reason: '', ...over });
  const job = (id: number, state: JobState, ...parts: JobTypeView[]): JobView => newJob(id, { kind: 'history', state, dataTypes: parts.map((p) => p.dataType), types: parts });
  const view = (...jobs: JobView[]): SyncView => ({ ...sampleSync(now.getTime()), types, jobs });
  const all = [part('sleep'), part('vo2_max'), part('workout')];
  const said = (...jobs: JobView[]): string => doneWords(lacksOf(view(...jobs)));

  it('is through when every job of it is', () => {
    expect(firstPart(view(job(2, 'done', part('vo2_max')), job(1, 'running', part('sleep'))))).toBe('history');
    expect(firstPart(view(job(2, 'queued', part('vo2_max')), job(1, 'done', part('sleep'))))).toBe('history');
    expect(firstPart(view(job(2, 'done', part('vo2_max')), job(1, 'cancelled', part('sleep'))))).toBeUndefined();
    expect(firstPart(view(job(2, 'done', part('vo2_max')), job(1, 'done', part('sleep'))))).toBe('done');
    expect(historyOf(view(job(3, 'done'), job(2, 'queued'), job(1, 'running')))?.id).toBe(1);
  });

  it('is called whole only when nothing of it is missing', () => {
    expect(said(job(1, 'done', ...all))).toBe('All your history is here');
    const refused = part('vo2_max', { state: 'refused', reason: 'Oura said no.' });
    expect(said(job(1, 'done', part('sleep'), refused, part('workout')))).toBe('Your history is here, except for 1 type that could not be read');
    expect(said(job(1, 'done', part('sleep', { missed: 92 }), refused, part('workout')))).toBe('Your history is here, except for 1 type that could not be read, and 92 days that could not be read');
    expect(said(job(1, 'done', part('sleep'), part('vo2_max')))).toBe('Your history is here, except for 1 type that could not be read');
    const sample = { ...sampleSync(now.getTime()) };
    const lacks = lacksOf({ ...sample, jobs: sample.jobs.slice(2) });
    expect(doneWords(lacks)).toBe('Your history is here, except for 2 types that Oura did not share, and 92 days that could not be read');
    expect(lackReasons(lacks).map((line) => line.split(':')[0])).toEqual(['Cardiovascular age, VO₂ max', 'Heart rate']);
  });

  it('forgets a refusal once a later job has brought the type', () => {
    expect(said(job(2, 'done', part('vo2_max')), job(1, 'done', part('sleep'), part('vo2_max', { state: 'refused' }), part('workout')))).toBe('All your history is here');
  });

  it('does not miss what nobody chose', () => {
    const some = view(job(1, 'done', part('sleep')));
    expect(lacksOf({ ...some, types: types.map((type) => ({ ...type, wanted: type.dataType === 'sleep' })) })).toEqual([]);
  });
});

describe('the pretended map', () => {
  it('has five years with gaps of every kind', () => {
    const five = gridOf(new FakeCoverage('2026-11-22', 1826).map('2021-11-23', '2026-11-22'), 0);
    const sum = tally(five, { top: 0, bottom: five.rows.length - 1, from: five.first, to: five.last });
    expect([five.rows.length, five.last - five.first + 1, Object.values(sum).every((n) => n > 20)]).toEqual([18, 1826, true]);
  });
});
