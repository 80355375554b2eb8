import { describe, expect, it } from 'vitest';
import { connect } from '../backend';
import { keepAll } from '../backend/fake/data';
import { FakeProgram } from '../backend/fake/program';
import { DataState } from './data.svelte';

const settle = (): Promise<void> => new Promise((done) => setTimeout(done, 5));
const stateFor = (program: FakeProgram): DataState => new DataState(connect({ go: { app: program.go }, runtime: program.runtime }));
const calls = (program: FakeProgram, name: string): unknown[][] => program.calls.filter((c) => c.name === `DataAPI.${name}`).map((c) => c.args);

async function watched(program: FakeProgram): Promise<DataState> {
  const data = stateFor(program);
  data.start();
  data.watch();
  await settle();
  return data;
}

describe('DataState', () => {
  it('reads only while somebody looks, and once for many pushes during a read', async () => {
    const program = new FakeProgram(2);
    const data = stateFor(program);
    data.start();
    program.push('data:changed', {});
    await settle();
    expect(calls(program, 'Get').length).toBe(0);
    const off = data.watch();
    for (let i = 0; i < 20; i++) program.push('data:changed', {});
    await settle();
    expect(calls(program, 'Get').length).toBe(2);
    off();
    program.push('data:changed', {});
    await data.reload();
    expect([calls(program, 'Get').length, data.view]).toEqual([2, undefined]);
  });

  it('reads for whoever asks the moment a read has ended', async () => {
    const program = new FakeProgram(2);
    const data = await watched(program);
    const asked = data.load().then(() => data.reload());
    // As close to the end of the read as can be, whichever turn that is.
    for (let i = 0; i < 30; i++) {
      await Promise.resolve();
      void data.reload();
    }
    await asked;
    await settle();
    expect(data.view?.backups.length).toBe(11);
  });

  it('keeps what it showed when it cannot be read, and says so', async () => {
    const program = new FakeProgram(2);
    const data = await watched(program);
    program.failures.set('DataAPI.Get', { code: 'storage', message: 'No.' });
    await data.load();
    expect([data.error?.message, data.view?.backups.length]).toEqual(['No.', 11]);
  });

  it('shows a backup as soon as it is made, and not the one that was removed', async () => {
    const program = new FakeProgram(2);
    const data = await watched(program);
    expect(await data.backUp()).toBe(true);
    const made = data.view?.backups[0];
    expect([data.view?.backups.length, made?.reason]).toEqual([12, 'by_hand']);
    await data.removeBackup(made?.name ?? '');
    expect(data.view?.backups.length).toBe(11);
    await data.setBackups(false);
    expect([data.view?.backupsOn, calls(program, 'SetBackups')]).toEqual([false, [[false]]]);
  });

  it('looks inside a backup, and keeps a refusal apart from a failed restore', async () => {
    const program = new FakeProgram(2);
    const data = await watched(program);
    const name = data.view?.backups[0]?.name ?? '';
    expect((await data.inspect(name))?.events).toBe(40_995);
    program.failures.set('DataAPI.InspectBackup', { code: 'not_found', message: 'Gone.' });
    expect([await data.inspect(name), data.inspecting.error?.message, data.restoring.error]).toEqual([undefined, 'Gone.', undefined]);
    expect([await data.restore(name), calls(program, 'Restore')]).toEqual([true, [[name]]]);
  });

  it('counts before it deletes, and names the backup that undoes it', async () => {
    const program = new FakeProgram(2);
    const data = await watched(program);
    const rules = { ...keepAll(), eventsDays: 365 };
    const counts = await data.preview(rules);
    expect([counts?.events, data.view?.events]).toEqual([32_966, 41_207]);
    const deletion = await data.saveRetention(rules);
    expect([deletion?.count, deletion?.backup, data.view?.events, data.view?.rules.eventsDays]).toEqual([32_966, data.view?.backups[0]?.name, 8_241, 365]);
    expect(await data.saveRetention(keepAll())).toEqual({ count: 0, backup: '' });
  });

  it('deletes nothing for a wrong word', async () => {
    const program = new FakeProgram(2);
    const data = await watched(program);
    expect([await data.clearEvents('no'), data.clearing.error?.code, data.view?.events]).toEqual([undefined, 'invalid', 41_207]);
    expect([await data.deleteAll('no'), data.erasing.error?.code, program.setup.step]).toEqual([false, 'invalid', 'done']);
    expect((await data.clearEvents('delete'))?.count).toBe(41_207);
    expect([data.view?.events, await data.deleteAll('erase'), program.setup.step]).toEqual([0, true, 'welcome']);
  });

  it('tells a token once, and lists it without', async () => {
    const program = new FakeProgram(2);
    const data = await watched(program);
    const made = await data.makeToken('  Scale \n', 'read');
    expect([made?.id, made?.token.length, data.view?.tokens[0]?.name]).toEqual([4, 43, 'Scale']);
    expect(JSON.stringify(data.view)).not.toContain(made?.token);
    await data.revokeToken(4);
    expect(data.view?.tokens.map((t) => t.id)).toEqual([3, 2, 1]);
  });
});
