import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { connect } from '../backend';
import { FakeProgram } from '../backend/fake/program';
import { arrange } from '../backend/fake/scenarios';
import { NightState } from './night.svelte';

const today = '2026-11-22';
const stateFor = (program: FakeProgram): NightState => new NightState(connect({ go: { app: program.go }, runtime: program.runtime }));
const asked = (program: FakeProgram): unknown[] => program.calls.filter((c) => c.name === 'HealthAPI.Night').map((c) => c.args[0]);

beforeEach(() => {
  vi.useFakeTimers({ now: new Date(`${today}T12:00:00Z`) });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('NightState', () => {
  it('shows the newest night, and another one when asked', async () => {
    const night = stateFor(new FakeProgram(1));
    await night.show('');
    expect([night.view?.day, night.view?.nextDay]).toEqual([today, '']);
    await night.show('2026-11-21');
    expect([night.view?.day, night.view?.nextDay, night.view?.periods.length]).toEqual(['2026-11-21', today, 2]);
  });

  it('keeps the night on the screen until the next one is there, and says when that takes its time', async () => {
    const program = new FakeProgram(1);
    const night = stateFor(program);
    await night.show('');
    program.stuck.add('HealthAPI.Night');
    void night.show('2026-11-21');
    expect([night.view?.day, night.slow]).toEqual([today, false]);
    await vi.advanceTimersByTimeAsync(200);
    expect([night.view?.day, night.slow]).toEqual([today, true]);
  });

  it('shows what was asked for last, however the answers come', async () => {
    const program = new FakeProgram(1);
    const night = stateFor(program);
    void night.show('2026-11-20');
    void night.show('2026-11-18');
    await night.show('2026-11-21');
    expect([night.view?.day, asked(program)]).toEqual(['2026-11-21', ['2026-11-20', '2026-11-21']]);
  });

  it('shows a night seen before at once, and reads it again', async () => {
    const program = new FakeProgram(1);
    const night = stateFor(program);
    await night.show('2026-11-20');
    await night.show('2026-11-21');
    const again = night.show('2026-11-20');
    expect(night.view?.day).toBe('2026-11-20');
    await again;
    expect(asked(program).length).toBe(3);
  });

  it('keeps no other night under a failure, but the same one', async () => {
    const program = new FakeProgram(1);
    const night = stateFor(program);
    await night.show('');
    program.failures.set('HealthAPI.Night', { code: 'storage', message: 'No.' });
    await night.load();
    expect([night.error?.message, night.view?.day]).toEqual(['No.', today]);
    await night.show('2026-11-21');
    expect([night.error?.message, night.view]).toEqual(['No.', undefined]);
    program.failures.clear();
    await night.load();
    expect([night.error, night.view?.day]).toEqual([undefined, '2026-11-21']);
  });

  it('reads again once for a burst of events, while somebody looks and only then', async () => {
    const program = new FakeProgram(1);
    const night = stateFor(program);
    const stop = night.start();
    await night.show('');
    program.push('event:new', { lastSeq: 1 });
    await vi.advanceTimersByTimeAsync(5000);
    expect(asked(program).length).toBe(1);
    const off = night.watch();
    for (let i = 0; i < 40; i++) program.push('event:new', { lastSeq: i });
    await vi.advanceTimersByTimeAsync(5000);
    expect(asked(program)).toEqual(['', today]);
    off();
    stop();
  });

  it('draws nothing again that has not changed', async () => {
    const night = stateFor(new FakeProgram(1));
    await night.show('');
    const before = night.view;
    await night.load();
    expect(night.view).toBe(before);
  });

  it('tells of a newer night and stays where it is', async () => {
    const program = new FakeProgram(1);
    const night = stateFor(program);
    night.start();
    night.watch();
    const real = program.health.night;
    program.health.night = (now, day) => ({ ...real(now, day || '2026-11-21'), lastDay: '2026-11-21', nextDay: '' });
    await night.show('');
    expect(night.view?.day).toBe('2026-11-21');
    program.health.night = real;
    program.push('event:new', { lastSeq: 9 });
    await vi.advanceTimersByTimeAsync(2000);
    expect([night.view?.day, night.view?.nextDay, night.newer]).toEqual(['2026-11-21', today, true]);
    await night.show('');
    expect([night.view?.day, night.newer]).toEqual([today, false]);
  });

  it('shows the first night when it comes, and the ones after it, until there is one to stay at', async () => {
    const program = new FakeProgram(1);
    const night = stateFor(program);
    night.start();
    night.watch();
    const real = program.health.night;
    program.health.night = (now, day) => ({ ...real(now, day), day: today, firstDay: '', lastDay: '', previousDay: '', nextDay: '', periods: [], waits: 'no_data' });
    await night.show('');
    program.push('event:new', { lastSeq: 1 });
    await vi.advanceTimersByTimeAsync(2000);
    expect(night.view?.periods).toEqual([]);
    program.health.night = (now, day) => ({ ...real(now, day || '2020-01-05'), day: day || '2020-01-05', lastDay: '2020-01-05', nextDay: '', periods: real(now, today).periods });
    program.push('event:new', { lastSeq: 2 });
    await vi.advanceTimersByTimeAsync(2000);
    expect([night.view?.day, night.newer, asked(program)]).toEqual(['2020-01-05', false, ['', '', '']]);
  });

  it('lays another night beside, which stays until it is put away', async () => {
    const program = new FakeProgram(1);
    const night = stateFor(program);
    await night.show('');
    await night.layBeside('2026-11-21');
    expect([night.beside?.day, night.beside?.main]).toEqual(['2026-11-21', true]);
    await night.show('2026-11-20');
    expect(night.beside?.day).toBe('2026-11-21');
    await night.layBeside('2026-11-13');
    expect([night.besideDay, night.beside]).toEqual(['2026-11-13', undefined]);
    program.failures.set('HealthAPI.Night', { code: 'storage', message: 'No.' });
    await night.layBeside('2026-11-12');
    expect(night.besideError?.message).toBe('No.');
    night.putAway();
    expect([night.besideDay, night.beside, night.besideError]).toEqual(['', undefined, undefined]);
  });

  it('forgets everything when the data are other ones', async () => {
    const program = arrange('night_one');
    const night = stateFor(program);
    night.watch();
    await night.show('');
    expect([night.view?.previousDay, night.view?.firstDay]).toEqual(['', today]);
    program.health.night = arrange('live').health.night;
    await night.reload();
    expect(night.view?.previousDay).toBe('2026-11-21');
  });

  it('stays at the day that the address names when the data are other ones, and only there', async () => {
    const program = new FakeProgram(1);
    const night = stateFor(program);
    night.start();
    night.watch();
    await night.show('2026-11-18');
    await night.reload();
    expect([night.view?.day, asked(program).at(-1)]).toEqual(['2026-11-18', '2026-11-18']);
    // A night that was only stayed at while something came is none that anybody named.
    await night.show('');
    program.push('event:new', { lastSeq: 1 });
    await vi.advanceTimersByTimeAsync(2000);
    expect(asked(program).at(-1)).toBe(today);
    await night.reload();
    expect(asked(program).at(-1)).toBe('');
  });

  it('takes no answer of the data before, and waits for none', async () => {
    const program = new FakeProgram(1);
    const real = connect({ go: { app: program.go }, runtime: program.runtime });
    const late: (() => void)[] = [];
    let store = 'sample';
    const night = new NightState({
      ...real,
      night: async (day) => {
        const view = { ...(await real.night(day)), firstDay: store };
        if (store === 'sample') await new Promise<void>((done) => late.push(done));
        return view;
      },
    });
    void night.show('');
    await vi.advanceTimersByTimeAsync(200);
    store = 'own';
    await night.reload();
    expect([night.view, night.slow]).toEqual([undefined, false]);
    await night.show('');
    expect(night.view?.firstDay).toBe('own');
    store = 'sample';
    void night.layBeside('2026-11-20');
    await vi.advanceTimersByTimeAsync(1);
    store = 'own';
    await night.reload();
    await night.layBeside('2026-11-20');
    const beside = night.beside;
    for (const go of late) go();
    await vi.advanceTimersByTimeAsync(1);
    expect([night.view, night.beside === beside]).toEqual([undefined, true]);
    void night.show('');
    expect(night.view).toBeUndefined();
    await vi.advanceTimersByTimeAsync(1);
    expect(night.view?.firstDay).toBe('own');
  });
});
