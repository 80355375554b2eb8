import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { connect, type DayView } from '../backend';
import { FakeProgram } from '../backend/fake/program';
import { emptyDay } from '../backend/fake/today';
import { addDays } from '../format/days';
import { TodayState } from './today.svelte';

const stateFor = (program: FakeProgram): TodayState => new TodayState(connect({ go: { app: program.go }, runtime: program.runtime }));
const asked = (program: FakeProgram): unknown[] => program.calls.filter((c) => c.name === 'HealthAPI.Day').map((c) => c.args[0]);
const failure = { code: 'storage', message: 'The disk is not there.' };
/** All that is under way comes to its end. */
const settle = (): Promise<unknown> => vi.advanceTimersByTimeAsync(5);

/** A program whose days are cheap: each tells how often it was asked for. */
function plainProgram(): FakeProgram {
  const program = new FakeProgram(2);
  let n = 0;
  program.health.day = (today, day): DayView => ({ ...emptyDay(today), day: day || today, hasData: true, previousDay: addDays(day || today, -1), syncedAt: String(++n) });
  return program;
}

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

describe('TodayState', () => {
  it('shows the newest day and the newest events', async () => {
    const program = plainProgram();
    const today = stateFor(program);
    today.watch();
    await today.show('');
    expect(today.view?.day).toBe(program.sync.today);
    expect(today.events?.map((row) => row.seq)).toEqual([2, 1]);
    expect(program.calls.find((c) => c.name === 'EventsAPI.List')?.args[0]).toMatchObject({ limit: 6, before: 0 });
  });

  it('leaves out what was read of the past', async () => {
    const program = plainProgram();
    program.events.add(Date.now(), { source: 'backfill' });
    const today = stateFor(program);
    await today.show('');
    expect(today.events?.map((row) => row.seq)).toEqual([2, 1]);
  });

  it('reads nothing for what comes while nobody looks', async () => {
    const program = plainProgram();
    const today = stateFor(program);
    today.start();
    program.arrive();
    await settle();
    const off = today.watch();
    off();
    program.arrive();
    await settle();
    expect(asked(program)).toEqual([]);
  });

  it('reads at once when something comes, then at most once a second, and never misses the last', async () => {
    const program = plainProgram();
    const today = stateFor(program);
    const off = today.start();
    today.watch();
    await today.show('');
    for (let i = 0; i < 40; i++) {
      program.arrive();
      await vi.advanceTimersByTimeAsync(50);
    }
    expect(asked(program).length).toBeLessThanOrEqual(4);
    await vi.advanceTimersByTimeAsync(2500);
    const after = asked(program).length;
    await vi.advanceTimersByTimeAsync(5000);
    expect(asked(program).length).toBe(after);
    expect(today.events?.[0]?.seq).toBe(42);
    off();
    program.arrive();
    await vi.advanceTimersByTimeAsync(5000);
    expect(asked(program).length).toBe(after);
  });

  it('hears of a round that brought nothing: the data are fresher', async () => {
    const program = plainProgram();
    const today = stateFor(program);
    today.start();
    today.watch();
    await today.show('');
    program.push('sync:changed', {});
    await settle();
    expect(today.view?.syncedAt).toBe('2');
  });

  it('keeps the day in place until the next one is there, and says when that takes long', async () => {
    const program = plainProgram();
    const today = stateFor(program);
    await today.show('');
    const before = today.view;
    program.stuck.add('HealthAPI.Day');
    void today.show('2026-11-20');
    await vi.advanceTimersByTimeAsync(100);
    expect([today.view === before, today.slow]).toEqual([true, false]);
    await vi.advanceTimersByTimeAsync(100);
    expect([today.view === before, today.slow]).toEqual([true, true]);
  });

  it('never lets a late answer of a day left replace the one asked for', async () => {
    const program = plainProgram();
    const today = stateFor(program);
    void today.show('2026-11-20');
    void today.show('2026-11-19');
    await today.show('2026-11-18');
    await settle();
    expect(today.view?.day).toBe('2026-11-18');
    expect(asked(program)).toEqual(['2026-11-20', '2026-11-18']);
  });

  it('shows a day seen lately at once, and reads it again', async () => {
    const program = plainProgram();
    const today = stateFor(program);
    await today.show('2026-11-20');
    await today.show('2026-11-19');
    const back = today.show('2026-11-20');
    expect([today.view?.day, today.view?.syncedAt]).toEqual(['2026-11-20', '1']);
    await back;
    expect(today.view?.syncedAt).toBe('3');
  });

  it('shows no other day’s figures under a failure, and keeps the same day’s', async () => {
    const program = plainProgram();
    const today = stateFor(program);
    await today.show('2026-11-20');
    program.failures.set('HealthAPI.Day', failure);
    await today.load();
    expect([today.view?.day, today.error?.message]).toEqual(['2026-11-20', failure.message]);
    await today.show('2026-11-19');
    expect([today.view, today.error?.message, today.slow]).toEqual([undefined, failure.message, false]);
    program.failures.clear();
    await today.load();
    expect([today.view?.day, today.error]).toEqual(['2026-11-19', undefined]);
  });

  it('a failure of the events is not one of the day', async () => {
    const program = plainProgram();
    program.failures.set('EventsAPI.List', failure);
    const today = stateFor(program);
    await today.show('');
    expect([today.error, today.eventsError?.message, today.view?.hasData]).toEqual([undefined, failure.message, true]);
  });

  it('forgets everything when the store is another one', async () => {
    const program = plainProgram();
    const today = stateFor(program);
    await today.show('');
    await today.reload();
    expect(today.view).toBeUndefined();
    today.watch();
    await today.reload();
    expect(today.view?.day).toBe(program.sync.today);
  });

  it('takes no answer of the store before, and waits for none', async () => {
    const program = plainProgram();
    const real = connect({ go: { app: program.go }, runtime: program.runtime });
    const late: (() => void)[] = [];
    let store = 'sample';
    const hold = async <T>(answer: T): Promise<T> => {
      if (store === 'sample') await new Promise<void>((done) => late.push(done));
      return answer;
    };
    const today = new TodayState({
      ...real,
      day: async (day) => hold({ ...(await real.day(day)), offset: store }),
      events: async (filter) => hold({ ...(await real.events(filter)), ...(store === 'sample' && { rows: [] }) }),
    });
    void today.show('');
    await settle();
    store = 'own';
    await today.reload();
    expect(today.view).toBeUndefined();
    await today.show('');
    expect([today.view?.offset, today.events?.length]).toEqual(['own', 2]);
    for (const go of late) go();
    await settle();
    expect([today.view?.offset, today.events?.length]).toEqual(['own', 2]);
    await today.show('2026-11-18');
    void today.show('');
    expect(today.view?.offset).toBe('own');
  });
});
