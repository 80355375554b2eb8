import { describe, expect, it } from 'vitest';
import { connect } from '../backend';
import { FakeProgram } from '../backend/fake/program';
import { StartState } from './start.svelte';

const settle = (): Promise<void> => new Promise((done) => setTimeout(done, 5));
const stateOf = (program: FakeProgram) => new StartState(connect({ go: { app: program.go }, runtime: program.runtime }));

describe('U-5 start and close', () => {
  it('is read again when the system may have changed it', async () => {
    const program = new FakeProgram(2);
    const state = stateOf(program);
    const off = state.watch();
    await settle();
    expect(state.view?.login).toBe(false);
    program.start = { ...program.start, login: true, lacks: [{ what: 'tray', hint: 'Install one.' }] };
    program.hostTray(false);
    await settle();
    expect([state.view?.login, state.view?.lacks.length]).toEqual([true, 1]);
    off();
    program.start = { ...program.start, login: false };
    program.hostTray(true);
    await settle();
    expect(state.view?.login).toBe(true);
  });

  it('shows what the system holds after a failure, and says what failed', async () => {
    const program = new FakeProgram(2);
    program.failures.set('SettingsAPI.SetLogin', { code: 'storage', message: 'The system did not take that.' });
    const state = stateOf(program);
    await state.atLogin(true, false);
    expect([state.view?.login, state.task.error?.message]).toEqual([false, 'The system did not take that.']);
  });

  it('goes back to how it came', async () => {
    const program = new FakeProgram(2);
    const state = stateOf(program);
    await state.atLogin(true, true);
    await state.chooseClosing('quit');
    expect([state.view?.login, state.view?.hidden, state.view?.closing]).toEqual([true, true, 'quit']);
    expect(await state.reset()).toBe(true);
    expect([state.view?.login, state.view?.closing]).toEqual([false, 'keep']);
  });
});
