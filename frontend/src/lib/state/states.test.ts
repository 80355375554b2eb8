import { describe, expect, it } from 'vitest';
import { connect, type Backend, type DeliveryRow } from '../backend';
import { FakeProgram } from '../backend/fake/program';
import { arrange } from '../backend/fake/scenarios';
import { ConnectionState } from './connection.svelte';
import { DeliveryList, mergePage } from './deliveries.svelte';
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
  it('U-1 resumes at the step the program names', async () => {
    const setup = new SetupState(backendOf(arrange('sign_in')));
    await setup.load();
    expect([setup.view?.step, setup.finished]).toEqual(['sign_in', false]);
  });

  it('has nothing to ask whom an account came to from elsewhere', async () => {
    for (const name of ['half_way', 'half_way_signed_out']) {
      const setup = new SetupState(backendOf(arrange(name)));
      await setup.load();
      expect(setup.finished, name).toBe(true);
      await setup.goTo('client');
      expect(setup.finished, `${name}, opened on purpose`).toBe(false);
    }
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

  it('looks from outside until the view tells what was seen', async () => {
    const program = new FakeProgram(2);
    const connection = new ConnectionState(backendOf(program));
    connection.start();
    await settle();
    const real = program.go.ConnectionAPI.CheckAddress;
    program.go.ConnectionAPI.CheckAddress = () => Promise.resolve(); // asked; the answer comes later
    await connection.checkAddress();
    expect([connection.looking, connection.checking.busy]).toEqual([true, false]);
    await real();
    await settle();
    expect(connection.looking).toBe(false);
    program.failures.set('ConnectionAPI.CheckAddress', { code: 'invalid', message: 'No.' });
    program.go.ConnectionAPI.CheckAddress = real;
    await connection.checkAddress();
    expect([connection.looking, connection.checking.error?.message]).toEqual([false, 'No.']);
  });

  it('tells how many subscriptions were deleted, and nothing when it failed', async () => {
    const program = new FakeProgram(2);
    const connection = new ConnectionState(backendOf(program));
    await connection.load();
    expect(await connection.deleteOurs()).toBe(45);
    program.failures.set('ConnectionAPI.DeleteOurs', { code: 'unavailable', message: 'No.' });
    expect([await connection.deleteOurs(), connection.changing.error?.message]).toEqual([undefined, 'No.']);
  });

  it('sends an address without the white space around it', async () => {
    const program = new FakeProgram(2);
    const connection = new ConnectionState(backendOf(program));
    await connection.saveAddress('ngrok', ' https://a.example ', ' 2abc\n', ' a.ngrok.app ');
    expect(program.calls.find((c) => c.name === 'ConnectionAPI.SaveAddress')?.args).toEqual(['ngrok', 'https://a.example', '2abc', 'a.ngrok.app']);
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

describe('DeliveryList', () => {
  const rows = (from: number, to: number): DeliveryRow[] =>
    Array.from({ length: from - to + 1 }, (_, i) => ({
      id: from - i, receivedAt: '', dataType: '', eventType: '', objectId: '', verdict: '', late: false, lagMs: 0, form: '', fetch: 'done', tries: 1, reason: '', outcome: '', seq: 0,
    }));
  const ids = (page: { rows: DeliveryRow[]; more: boolean }): (number | boolean)[] => [page.rows.length, page.rows.at(0)?.id ?? 0, page.rows.at(-1)?.id ?? 0, page.more];

  it('keeps older pages below the newest one, without a row twice', () => {
    expect(ids(mergePage({ rows: rows(12, 8), more: true }, rows(10, 1), false))).toEqual([12, 12, 1, false]);
    expect(ids(mergePage({ rows: rows(12, 8), more: true }, rows(10, 4), true))).toEqual([9, 12, 4, true]);
  });

  it('drops them when rows between were never read, or when the newest page is all there is', () => {
    expect(ids(mergePage({ rows: rows(30, 20), more: true }, rows(10, 1), false))).toEqual([11, 30, 20, true]);
    expect(ids(mergePage({ rows: rows(3, 2), more: false }, rows(10, 1), true))).toEqual([2, 3, 2, false]);
  });

  it('pages to the first delivery, narrows, and follows the program', async () => {
    const program = new FakeProgram(400);
    const connection = new ConnectionState(backendOf(program));
    const { list } = connection;
    connection.start();
    await settle();
    expect([list.rows.length, list.more]).toEqual([20, true]);
    await list.loadOlder();
    await list.loadOlder();
    expect([list.rows.length, list.more, list.rows.at(-1)?.id]).toEqual([50, false, 851]);
    await list.narrow('parked');
    expect(list.rows.map((row) => row.id)).toEqual([894]);
    await connection.refetch(894);
    await settle();
    expect(list.rows).toEqual([]);
    await list.narrow('');
    expect([list.rows.length, list.rows.find((row) => row.id === 894)?.fetch]).toEqual([20, 'pending']);
  });

  it('shows the list asked for last, whatever is answered last', async () => {
    const program = new FakeProgram(400);
    const backend = backendOf(program);
    const list = new DeliveryList(backend);
    const real = backend.deliveries;
    let release = (): void => undefined;
    backend.deliveries = (before, fetch) => (fetch === 'parked' ? new Promise((done) => (release = () => void real(before, fetch).then(done))) : real(before, fetch));
    const slow = list.narrow('parked');
    await list.narrow('pending');
    release();
    await slow;
    expect(list.rows.map((row) => row.fetch)).toEqual(['pending']);
  });

  it('brings a row up to date with the delivery read in full', async () => {
    const program = new FakeProgram(50);
    const connection = new ConnectionState(backendOf(program));
    await connection.load();
    Object.assign(program.deliveries[3] ?? {}, { outcome: 'stale' });
    const detail = await connection.list.detail(897);
    expect([detail.outcome, connection.list.rows[3]?.outcome, detail.bodyCut]).toEqual(['stale', 'stale', false]);
  });

  it('says why it could not be read, and forgets that with the next answer', async () => {
    const program = new FakeProgram(50);
    const { list } = new ConnectionState(backendOf(program));
    program.failures.set('ConnectionAPI.Deliveries', { code: 'storage', message: 'No.' });
    await list.narrow('done');
    expect([list.error?.message, list.ready]).toEqual(['No.', false]);
    program.failures.clear();
    await list.narrow('pending');
    expect([list.error, list.ready]).toEqual([undefined, true]);
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

  it('shows nothing of another store, not even a late answer of it', async () => {
    const program = new FakeProgram(5);
    const backend = backendOf(program);
    const detail = new DetailState(backend);
    await detail.open(1);
    await detail.open(2);
    let late = (): void => undefined;
    const real = backend.event;
    backend.event = (seq) => new Promise((done) => (late = () => void real(seq).then(done)));
    const former = detail.open(3);
    backend.event = real;
    const other = new FakeProgram(5, Date.now(), 9);
    program.events.all.splice(0, 5, ...other.events.all);
    const reloaded = detail.reload();
    expect([detail.view, detail.revisions]).toEqual([undefined, []]);
    await reloaded;
    expect([detail.seq, detail.view?.objectId]).toEqual([3, other.events.all[2]?.objectId]);
    program.events.all.splice(0, 5, ...new FakeProgram(5, Date.now(), 11).events.all);
    late();
    await former;
    expect(detail.view?.objectId).toBe(other.events.all[2]?.objectId);
    // What was seen before is asked for again, and a number that is none here says so.
    program.events.all.length = 0;
    await detail.open(1);
    expect([detail.view, detail.error?.code]).toEqual([undefined, 'not_found']);
  });
});

describe('parseRoute', () => {
  it.each([
    ['', { screen: 'today' }],
    ['#/stream', { screen: 'stream' }],
    ['#/stream/1234', { screen: 'stream', seq: 1234 }],
    ['#/stream/-1', { screen: 'stream' }],
    ['#/stream/1e9', { screen: 'stream' }],
    ['#/connection/5', { screen: 'connection' }],
    ['#/settings', { screen: 'settings' }],
    ['#/elsewhere', { screen: 'today' }],
    ['#/__proto__', { screen: 'today' }],
    ['#/night/2026-11-22', { screen: 'night', day: '2026-11-22' }],
    ['#/night/22.11.2026', { screen: 'night' }],
    ['#/trends/sleep.average_hrv', { screen: 'trends', metric: 'sleep.average_hrv' }],
  ])('reads %j', (hash, route) => {
    expect(parseRoute(hash)).toEqual(route);
    expect(parseRoute(routeHash(parseRoute(hash)))).toEqual(route);
  });
});
