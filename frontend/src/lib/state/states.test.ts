import { describe, expect, it } from 'vitest';
import { connect, type Backend } from '../backend';
import { FakeProgram } from '../backend/fake/program';
import { arrange } from '../backend/fake/scenarios';
import { ConnectionState } from './connection.svelte';
import { DetailState } from './detail.svelte';
import { parseRoute, routeHash } from './router.svelte';
import { SetupState } from './setup.svelte';
import { StatusState } from './status.svelte';
import { Task } from './task.svelte';

const backendOf = (program: FakeProgram): Backend => connect({ go: { app: program.go }, runtime: program.runtime });
const settle = (): Promise<void> => new Promise((done) => setTimeout(done, 5));

describe('Task', () => {
  it('runs one at a time and keeps the failure', async () => {
    const task = new Task();
    let release = (): void => undefined;
    const first = task.run(() => new Promise((done) => (release = done)));
    expect(await task.run(async () => undefined)).toBe(false);
    release();
    expect([await first, task.busy]).toEqual([true, false]);
    expect(await task.run(() => Promise.reject('{"code":"invalid","message":"No."}'))).toBe(false);
    expect(task.error?.code).toBe('invalid');
  });
});

describe('StatusState', () => {
  it('reads once and then follows pushes', async () => {
    const program = new FakeProgram(2);
    const status = new StatusState(backendOf(program));
    status.start();
    await settle();
    expect(status.view?.word).toBe('Live');
    program.push('status:changed', { ...program.status, word: 'Offline' });
    expect(status.view?.word).toBe('Offline');
  });
});

describe('SetupState', () => {
  it('resumes at the step the program names', async () => {
    const setup = new SetupState(backendOf(arrange('sign_in')));
    await setup.load();
    expect([setup.view?.step, setup.finished]).toEqual(['sign_in', false]);
  });

  it('takes white space off the codes and goes on', async () => {
    const program = arrange('client');
    const setup = new SetupState(backendOf(program));
    await setup.load();
    expect(await setup.saveClient(' id \n', ' secret ')).toBe(true);
    expect(program.calls.find((c) => c.name === 'SetupAPI.SaveClient')?.args).toEqual(['id', 'secret']);
    expect(setup.view?.step).toBe('sign_in');
  });

  it('does not save codes that come from the environment', async () => {
    const program = arrange('client_environment');
    const setup = new SetupState(backendOf(program));
    await setup.load();
    await setup.saveClient('x', 'y');
    expect(program.calls.some((c) => c.name === 'SetupAPI.SaveClient')).toBe(false);
    expect(setup.view?.step).toBe('sign_in');
  });

  it('stays where it is when saving fails', async () => {
    const program = arrange('client');
    const setup = new SetupState(backendOf(program));
    await setup.load();
    program.failures.set('SetupAPI.SaveClient', { code: 'invalid', message: 'No.' });
    expect(await setup.saveClient('a', 'b')).toBe(false);
    expect([setup.view?.step, setup.task.error?.message]).toEqual(['client', 'No.']);
  });

  it('counts sample data as finished', async () => {
    const program = arrange('welcome');
    const setup = new SetupState(backendOf(program));
    await setup.load();
    await setup.startDemo();
    expect(setup.finished).toBe(true);
    await setup.leaveDemo();
    expect(setup.finished).toBe(false);
  });
});

describe('ConnectionState', () => {
  it('reads again once for many pushes during a read', async () => {
    const program = new FakeProgram(2);
    const connection = new ConnectionState(backendOf(program));
    connection.start();
    for (let i = 0; i < 20; i++) program.push('connection:changed', {});
    await settle();
    expect(program.calls.filter((c) => c.name === 'ConnectionAPI.Get').length).toBe(2);
  });

  it('keeps the last view when a read fails', async () => {
    const program = new FakeProgram(2);
    const connection = new ConnectionState(backendOf(program));
    await connection.load();
    program.failures.set('ConnectionAPI.Get', { code: 'storage', message: 'No.' });
    await connection.load();
    expect([connection.error?.code, connection.view?.account.connected]).toEqual(['storage', true]);
  });
});

describe('DetailState', () => {
  it('shows what was asked for last, whatever is answered last', async () => {
    const program = new FakeProgram(5);
    const backend = backendOf(program);
    const detail = new DetailState(backend);
    const answers = new Map<number, () => void>();
    const real = backend.event;
    backend.event = (seq) => new Promise((done) => answers.set(seq, () => void real(seq).then(done)));
    const both = [detail.open(1), detail.open(2)];
    answers.get(2)?.();
    await settle();
    answers.get(1)?.();
    await Promise.all(both);
    expect([detail.seq, detail.view?.seq]).toEqual([2, 2]);
  });

  it('asks once for what it has seen', async () => {
    const program = new FakeProgram(5);
    const detail = new DetailState(backendOf(program));
    await detail.open(1);
    await detail.open(2);
    await detail.open(1);
    expect(program.calls.filter((c) => c.name === 'EventsAPI.Get').length).toBe(2);
  });
});

describe('parseRoute', () => {
  it.each([
    ['', { screen: 'stream' }],
    ['#/stream', { screen: 'stream' }],
    ['#/stream/1234', { screen: 'stream', seq: 1234 }],
    ['#/stream/-1', { screen: 'stream' }],
    ['#/stream/1e9', { screen: 'stream' }],
    ['#/connection/5', { screen: 'connection' }],
    ['#/settings', { screen: 'settings' }],
    ['#/elsewhere', { screen: 'stream' }],
    ['#/__proto__', { screen: 'stream' }],
  ])('reads %j', (hash, route) => {
    expect(parseRoute(hash)).toEqual(route);
    expect(parseRoute(routeHash(parseRoute(hash)))).toEqual(route);
  });
});
