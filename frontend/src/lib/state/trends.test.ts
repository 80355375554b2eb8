import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { connect } from '../backend';
import { FakeProgram } from '../backend/fake/program';
import { arrange } from '../backend/fake/scenarios';
import { addDays } from '../format/days';
import { Soon } from './soon';
import { TrendsState } from './trends.svelte';
import { freeProblem, lengthOf, moved, newest, parseRange, spanOf } from './trendsRange';

const today = '2026-11-22';

describe('a range of days', () => {
  it.each([
    ['week', '2026-11-16'],
    ['month', '2026-10-24'],
    ['quarter', '2026-08-25'],
    ['year', '2025-11-23'],
    ['five', '2021-11-23'],
  ] as const)('%s ends today and begins %s', (preset, from) => {
    expect(spanOf(newest(preset), today)).toEqual({ from, to: today });
  });

  it('everything has no ends, and nowhere to move', () => {
    expect([spanOf(newest('all'), today), lengthOf(newest('all'), today), moved(newest('all'), -1, today, '2021-01-01')]).toEqual([{ from: '', to: '' }, 0, undefined]);
  });

  it('moves by its own length, back and forth to where it began', () => {
    const back = moved(newest('month'), -1, today, '2021-11-23');
    expect(back && spanOf(back, today)).toEqual({ from: '2026-09-24', to: '2026-10-23' });
    expect(back && moved(back, 1, today, '2021-11-23')).toEqual(newest('month'));
    expect(moved(newest('month'), 1, today, '2021-11-23')).toBeUndefined();
  });

  it('does not move to before the first day', () => {
    expect(moved(newest('five'), -1, today, '2021-11-23')).toBeUndefined();
    expect(moved(newest('five'), -1, today, '2021-11-22')).toBeDefined();
  });

  it('a free one keeps its length, and stops at today', () => {
    const free = { preset: 'free', from: '2026-11-01', to: '2026-11-10' } as const;
    expect(moved(free, -1, today, '')).toEqual({ preset: 'free', from: '2026-10-22', to: '2026-10-31' });
    const later = moved(moved(free, 1, today, '') ?? free, 1, today, '');
    expect(later && spanOf(later, today)).toEqual({ from: '2026-11-13', to: today });
  });

  it.each([
    ['2026-11-01', '2026-11-10', ''],
    ['2026-11-10', '2026-11-10', ''],
    ['2026-11-11', '2026-11-10', 'order'],
    ['2026-02-31', '2026-11-10', 'from'],
    ['', '2026-11-10', 'from'],
    ['2026-11-01', '10.11.2026', 'to'],
    ['0001-01-01', '2026-11-10', 'from'],
  ])('%s to %s: %j', (from, to, problem) => {
    expect(freeProblem(from, to)).toBe(problem);
  });

  it('what was remembered is taken only where it is one', () => {
    expect(parseRange({ preset: 'year', from: 'x', to: 'y' })).toEqual(newest('year'));
    expect(parseRange({ preset: 'free', from: '2026-11-01', to: '2026-11-10' })).toEqual({ preset: 'free', from: '2026-11-01', to: '2026-11-10' });
    for (const none of [undefined, null, 'year', {}, { preset: 'constructor' }, { preset: 'free', from: '2026-11-11', to: '2026-11-10' }]) expect(parseRange(none)).toBeUndefined();
  });
});

describe('Soon', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('answers a burst once, and what comes meanwhile once more, with a rest between', async () => {
    const runs: number[] = [];
    const started = Date.now();
    let end = (): void => undefined;
    const soon = new Soon(() => {
      runs.push(Date.now() - started);
      return new Promise((done) => (end = done));
    });
    for (let i = 0; i < 50; i++) soon.ask();
    await vi.advanceTimersByTimeAsync(400);
    soon.ask();
    soon.ask();
    expect(runs).toEqual([250]);
    end();
    await vi.advanceTimersByTimeAsync(999);
    expect(runs).toEqual([250]);
    await vi.advanceTimersByTimeAsync(1);
    expect(runs).toEqual([250, 1400]);
  });

  it('forgets what was asked for when it is stopped', async () => {
    const run = vi.fn(async () => undefined);
    const soon = new Soon(run);
    soon.ask();
    soon.stop();
    await vi.advanceTimersByTimeAsync(5000);
    expect(run).not.toHaveBeenCalled();
    soon.ask();
    await vi.advanceTimersByTimeAsync(5000);
    expect(run).toHaveBeenCalledTimes(1);
  });
});

describe('TrendsState', () => {
  const memory = new Map<string, string>();
  beforeEach(() => {
    memory.clear();
    vi.stubGlobal('localStorage', { getItem: (key: string) => memory.get(key) ?? null, setItem: (key: string, value: string) => memory.set(key, value), removeItem: (key: string) => memory.delete(key) });
    vi.useFakeTimers({ now: new Date('2026-11-22T12:00:00Z') });
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  const calls = (program: FakeProgram, name: string): unknown[][] => program.calls.filter((c) => c.name === `HealthAPI.${name}`).map((c) => c.args);
  const settle = (ms = 1): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);
  async function opened(scenario = 'live', before: (trends: TrendsState) => void = () => undefined): Promise<{ program: FakeProgram; trends: TrendsState }> {
    const program = arrange(scenario);
    const trends = new TrendsState(connect({ go: { app: program.go }, runtime: program.runtime }));
    before(trends);
    trends.start();
    trends.watch();
    await settle();
    return { program, trends };
  }

  it('reads nothing until somebody looks, and stops when nobody does', async () => {
    const program = new FakeProgram(2);
    const trends = new TrendsState(connect({ go: { app: program.go }, runtime: program.runtime }));
    trends.start();
    program.arrive();
    await settle(3000);
    expect(program.calls.filter((c) => c.name.startsWith('HealthAPI'))).toEqual([]);
    const off = trends.watch();
    await settle();
    expect(calls(program, 'Trend')).toEqual([['sleep.average_hrv', '2026-08-25', today]]);
    program.arrive();
    off();
    await settle(3000);
    expect(calls(program, 'Trend').length).toBe(1);
  });

  it('begins with what the address asks for, and asks for nothing else', async () => {
    const { program, trends } = await opened('live', (t) => (t.metric = 'daily_activity.steps'));
    expect([trends.view?.metric.name, calls(program, 'Trend').length]).toEqual(['Steps', 1]);
  });

  it('shows the answer to the last question, whatever comes first', async () => {
    const program = new FakeProgram(2);
    const real = connect({ go: { app: program.go }, runtime: program.runtime });
    const waits: (() => void)[] = [];
    const trends = new TrendsState({
      ...real,
      trend: async (...args) => {
        const view = await real.trend(...args);
        await new Promise<void>((done) => waits.push(done));
        return view;
      },
    });
    trends.metric = 'daily_sleep.score';
    trends.watch();
    await settle();
    void trends.setPreset('year');
    void trends.choose('daily_activity.steps');
    await settle();
    for (const go of waits.reverse()) go();
    await settle();
    expect([trends.view?.metric.id, trends.view?.from, trends.reading]).toEqual(['daily_activity.steps', '2025-11-23', false]);
  });

  it('follows revisions: the value moves, what it was is told, and nothing else is exchanged', async () => {
    const { program, trends } = await opened();
    const shown = trends.view;
    program.arrive();
    await settle(300);
    expect(trends.view).toBe(shown);
    const { trend } = program.health;
    program.health.trend = (...args) => {
      const view = trend(...args);
      return { ...view, values: view.values.map((value, i) => (i === view.values.length - 1 ? value + 7 : value)) };
    };
    program.arrive(30);
    await settle(1300);
    const last = shown?.days.at(-1) ?? '';
    expect(trends.view?.values.at(-1)).toBe((shown?.values.at(-1) ?? 0) + 7);
    expect([...trends.revised]).toEqual([[last, { before: shown?.values.at(-1) }]]);
    await trends.setPreset('year');
    expect(trends.revised.size).toBe(0);
  });

  it('keeps what is shown when it cannot be read again, and takes it away when something else cannot', async () => {
    const { program, trends } = await opened();
    program.failures.set('HealthAPI.Trend', { code: 'storage', message: 'No.' });
    await trends.load();
    expect([trends.error?.message, trends.view?.metric.id]).toEqual(['No.', 'sleep.average_hrv']);
    await trends.choose('daily_activity.steps');
    expect([trends.error?.message, trends.view]).toEqual(['No.', undefined]);
    program.failures.clear();
    await trends.load();
    expect([trends.error, trends.view?.metric.id]).toEqual([undefined, 'daily_activity.steps']);
  });

  it('remembers metric, range and form, never a value', async () => {
    const { trends } = await opened();
    await trends.choose('daily_activity.steps');
    await trends.setPreset('month');
    await trends.move(-1);
    const written = memory.get('trends') ?? '';
    expect(JSON.parse(written)).toEqual({ recent: ['daily_activity.steps', 'sleep.average_hrv'], range: newest('month'), form: 'line' });
    const again = await opened();
    expect([again.trends.view?.metric.id, again.trends.range]).toEqual(['daily_activity.steps', newest('month')]);
  });

  it.each(['{', '7', '{"recent":[1,{}],"range":{"preset":"x"},"form":"pie"}'])('begins anew with a memory of %j', async (stored) => {
    memory.set('trends', stored);
    const { trends } = await opened();
    expect([trends.metric, trends.range, trends.form]).toEqual(['sleep.average_hrv', newest('quarter'), 'line']);
  });

  it('forgets what it was of data that is gone', async () => {
    const { program, trends } = await opened();
    expect(memory.has('trends')).toBe(true);
    program.health.metrics = () => [];
    await trends.reload();
    expect([memory.has('trends'), trends.recent, trends.metric]).toEqual([false, [], '']);
  });

  it('shows the calendar of a year at least, and leaves a longer or a free range alone', async () => {
    const { trends } = await opened();
    await trends.setForm('calendar');
    expect(trends.range).toEqual(newest('year'));
    await trends.setForm('line');
    await trends.setPreset('five');
    await trends.setForm('calendar');
    expect(trends.range).toEqual(newest('five'));
  });

  it.each(['2026-11-21', '2026-11-23'])('takes today from the ring: %s', async (day) => {
    const program = arrange('live');
    const { trend } = program.health;
    program.health.trend = (...args) => ({ ...trend(...args), today: day });
    const trends = new TrendsState(connect({ go: { app: program.go }, runtime: program.runtime }));
    trends.watch();
    await settle();
    expect([trends.today, trends.span.to, calls(program, 'Trend').map((args) => args[2]), trends.reading]).toEqual([day, day, [today, day], false]);
    await trends.setPreset('month');
    expect(calls(program, 'Trend').length).toBe(3);
  });

  it('hears of a round and of other data, and reads the catalogue again without exchanging what is the same', async () => {
    const { program, trends } = await opened();
    const { metrics } = program.health;
    for (const [push, type] of [['sync:changed', 'new_a'], ['data:changed', 'new_b']] as const) {
      const [listed, shown] = [trends.metrics, trends.view];
      program.push(push, {});
      await settle(2000);
      expect([trends.metrics === listed, trends.view === shown]).toEqual([true, true]);
      program.health.metrics = (now) => metrics(now).map((metric, i) => (i === 0 ? { ...metric, dataType: type, lastDay: '2026-11-20' } : metric));
      program.push(push, {});
      await settle(2000);
      expect([trends.metrics?.[0]?.dataType, trends.metrics?.[0]?.lastDay]).toEqual([type, '2026-11-20']);
    }
  });

  it('takes no answer of the store before, and waits for none', async () => {
    const program = arrange('live');
    const real = connect({ go: { app: program.go }, runtime: program.runtime });
    const late: (() => void)[] = [];
    let store = 'sample';
    const hold = async <T>(answer: T): Promise<T> => {
      if (store === 'sample') await new Promise<void>((done) => late.push(done));
      return answer;
    };
    const trends = new TrendsState({
      ...real,
      metrics: async () => hold((await real.metrics()).map((metric) => ({ ...metric, name: store }))),
      trend: async (...args) => hold({ ...(await real.trend(...args)), today: store === 'sample' ? '2020-01-01' : today }),
    });
    trends.metric = 'daily_sleep.score';
    const off = trends.watch();
    await settle();
    off();
    store = 'own';
    await trends.reload();
    for (const go of late.splice(0)) go();
    await settle();
    expect([trends.metrics, trends.view, trends.metric, trends.today, trends.reading, memory.size]).toEqual([undefined, undefined, '', today, false, 0]);
    trends.watch();
    await settle();
    expect([trends.metrics?.[0]?.name, trends.view?.today]).toEqual(['own', today]);
  });

  it('goes with data that are a day ahead while the ring’s day is not known, and with no farther ones', async () => {
    const { program, trends } = await opened();
    const { metrics } = program.health;
    program.failures.set('HealthAPI.Trend', { code: 'storage', message: 'No.' });
    const last = (day: string): void => {
      program.health.metrics = (now) => metrics(now).map((metric) => ({ ...metric, lastDay: day }));
    };
    last(addDays(today, 1));
    await trends.reload();
    expect(trends.today).toBe('2026-11-23');
    last('2999-01-01');
    await trends.reload();
    expect(trends.today).toBe(today);
  });

  it('writes what is shown, and tells why it could not', async () => {
    const { program, trends } = await opened();
    expect(await trends.save()).toBe('sleep.average_hrv.csv');
    expect(calls(program, 'SaveTrend')).toEqual([['sleep.average_hrv', '2026-08-25', today]]);
    expect(await trends.savePicture('HRV', 'aGk=')).toBe('HRV.png');
    program.failures.set('HealthAPI.SaveTrend', { code: 'storage', message: 'The disk is full.' });
    expect([await trends.save(), trends.saving.error?.message]).toEqual(['', 'The disk is full.']);
  });
});
