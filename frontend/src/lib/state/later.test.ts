import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { BackendError, connect } from '../backend';
import { FakeProgram } from '../backend/fake/program';
import { Toasts } from '../ui/toasts.svelte';
import { ConnectionState } from './connection.svelte';
import { DataState } from './data.svelte';
import { Later } from './later.svelte';
import { SetupState } from './setup.svelte';

describe('U-8 what cannot be taken back', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('is done once ten seconds have passed, and looks done at once', async () => {
    const [toasts, work] = [new Toasts(), vi.fn(() => Promise.resolve())];
    const later = new Later(toasts);
    later.plan('a', 'Going.', work);
    expect([later.waits('a'), later.waits('b')]).toEqual([true, false]);
    await vi.advanceTimersByTimeAsync(9_900);
    expect(work).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(200);
    expect(work).toHaveBeenCalledTimes(1);
    expect([later.waits('a'), toasts.list]).toEqual([false, []]);
  });

  it('is not done when it is undone, by the button or by the keys', async () => {
    const [toasts, work] = [new Toasts(), vi.fn(() => Promise.resolve())];
    const later = new Later(toasts);
    later.plan('a', 'Going.', work);
    later.plan('b', 'Going too.', work);
    toasts.undo();
    expect([later.waits('a'), later.waits('b')]).toEqual([true, false]);
    toasts.undo();
    toasts.undo();
    await vi.advanceTimersByTimeAsync(60_000);
    expect([work.mock.calls.length, later.waits('a'), toasts.list]).toEqual([0, false, []]);
  });

  it('is done at once when its message is closed, and when the window closes', async () => {
    const [toasts, work] = [new Toasts(), vi.fn(() => Promise.resolve())];
    const later = new Later(toasts);
    later.plan('a', 'Going.', work);
    toasts.close(toasts.list[0]?.id ?? 0);
    expect(work).toHaveBeenCalledTimes(1);
    for (const key of ['b', 'c']) later.plan(key, `Going: ${key}.`, work);
    toasts.flush();
    // Within the same turn: a page that is being put away has no other.
    expect(work).toHaveBeenCalledTimes(3);
    await vi.advanceTimersByTimeAsync(0);
    expect([work.mock.calls.length, later.waits('b'), later.waits('c')]).toEqual([3, false, false]);
  });

  it('is not done when something newer takes its place', async () => {
    const [toasts, work] = [new Toasts(), vi.fn(() => Promise.resolve())];
    const later = new Later(toasts);
    later.plan('a', 'Going.', work);
    later.drop('a');
    later.drop('never planned');
    await vi.advanceTimersByTimeAsync(60_000);
    expect([work.mock.calls.length, later.waits('a'), toasts.list]).toEqual([0, false, []]);
  });

  it('is done before another store comes, and nothing of this one can be taken back there', async () => {
    const program = new FakeProgram(2);
    const toasts = new Toasts();
    const later = new Later(toasts);
    const backend = connect({ go: { app: program.go }, runtime: program.runtime });
    const [setup, data, connection] = [new SetupState(backend, later), new DataState(backend, later), new ConnectionState(backend)];
    const said = (): string[] => program.calls.map((c) => c.name).filter((name) => /Demo|Forget|Restore|RemoveBackup|DeleteAll/.test(name));
    await data.load();
    const [name = '', other = ''] = data.view?.backups.map((backup) => backup.name) ?? [];
    const plan = (): void => later.plan('ngrok-token', 'Going.', () => connection.forgetToken());

    for (const change of [() => setup.startDemo(), () => setup.leaveDemo(), () => data.deleteAll('erase')]) {
      plan();
      toasts.show('Deleted.', 'info', { label: 'Undo', undo: true, run: () => void data.restore(name) });
      expect([await change(), later.waits('ngrok-token'), toasts.list]).toEqual([true, false, []]);
    }
    for (const one of [name, other]) later.plan(`backup ${one}`, `Going: ${one}.`, () => data.removeBackup(one));
    await data.restore(name);
    expect(said().map((call) => call.split('.')[1])).toEqual(['ForgetNgrokToken', 'StartDemo', 'ForgetNgrokToken', 'LeaveDemo', 'ForgetNgrokToken', 'DeleteAll', 'RemoveBackup', 'Restore']);
    expect(program.calls.find((c) => c.name === 'DataAPI.RemoveBackup')?.args).toEqual([other]);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(said().length).toBe(8);
  });

  it('is known to Go while it waits and no longer, so that quitting carries it out', async () => {
    const program = new FakeProgram(2);
    const toasts = new Toasts();
    const later = new Later(toasts);
    later.tell(connect({ go: { app: program.go }, runtime: program.runtime }));
    const planned = async (): Promise<string[]> => {
      await vi.advanceTimersByTimeAsync(1);
      return [...program.planned];
    };
    let end = (): void => undefined;
    later.plan('ngrok-token', 'Going.', () => new Promise((done) => (end = done)));
    later.plan('backup a', 'Going too.', () => Promise.resolve());
    expect(await planned()).toEqual(['ngrok-token', 'backup a']);
    toasts.undo();
    expect(await planned()).toEqual(['ngrok-token']);
    // Undone at once and planned again: no message overtakes another.
    later.plan('backup a', 'Going again.', () => Promise.resolve());
    toasts.undo();
    later.plan('backup a', 'Going at last.', () => Promise.reject(new BackendError('storage', 'The disk is full.')));
    expect(await planned()).toEqual(['ngrok-token', 'backup a']);
    await vi.advanceTimersByTimeAsync(10_100);
    expect(await planned()).toEqual(['ngrok-token']);
    end();
    expect(await planned()).toEqual([]);
  });

  it('waits for what is under way, and a failure does not hold the change up', async () => {
    const toasts = new Toasts();
    const later = new Later(toasts);
    let end = (): void => undefined;
    later.plan('a', 'Going.', () => new Promise((done) => (end = done)));
    later.plan('b', 'Going too.', () => Promise.reject(new BackendError('storage', 'The disk is full.')));
    toasts.close(toasts.list[0]?.id ?? 0);
    const flushed = vi.fn();
    void later.flush().then(flushed);
    await vi.advanceTimersByTimeAsync(5_000);
    expect([flushed.mock.calls.length, later.waits('a'), toasts.list.map((t) => t.text)]).toEqual([0, true, ['The disk is full.']]);
    end();
    await vi.advanceTimersByTimeAsync(0);
    expect([flushed.mock.calls.length, later.waits('a')]).toEqual([1, false]);
  });

  it('is back when it failed, and the failure is told', async () => {
    const toasts = new Toasts();
    const later = new Later(toasts);
    later.plan('a', 'Going.', () => Promise.reject(new BackendError('storage', 'The disk is full.')));
    await vi.advanceTimersByTimeAsync(10_100);
    expect([later.waits('a'), toasts.list.map((t) => [t.text, t.tone])]).toEqual([false, [['The disk is full.', 'error']]]);
  });
});
