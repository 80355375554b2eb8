import { beforeEach, describe, expect, test } from 'vitest';
import { connect } from '../backend';
import { FakeProgram } from '../backend/fake/program';
import { DiagnosticsState } from './diagnostics.svelte';

describe('diagnostics', () => {
  let program: FakeProgram;
  let state: DiagnosticsState;
  beforeEach(() => {
    program = new FakeProgram(2);
    state = new DiagnosticsState(connect({ go: { app: program.go }, runtime: program.runtime }));
  });

  test('U-12 are read when somebody looks, and saved as they were seen', async () => {
    expect(program.calls).toEqual([]);
    await state.look();
    expect(state.text).toContain('Oura Streaming diagnostics');
    await state.save();
    expect(state.saved).toBe('oura-streaming-diagnostics.txt');
    expect(program.calls.map((c) => c.name)).toEqual(['DiagnosticsAPI.Look', 'DiagnosticsAPI.Save']);
    state.close();
    expect([state.text, state.saved]).toEqual(['', '']);
  });

  test('say why they cannot be read or saved, and try again', async () => {
    program.failures.set('DiagnosticsAPI.Look', { code: 'internal', message: 'No.' });
    await state.look();
    expect([state.text, state.looking.error?.message]).toEqual(['', 'No.']);
    program.failures.clear();
    await state.look();
    expect(state.looking.error).toBeUndefined();
    program.failures.set('DiagnosticsAPI.Save', { code: 'storage', message: 'Full.' });
    await state.save();
    expect([state.saved, state.saving.error?.message]).toEqual(['', 'Full.']);
    await state.look();
    expect(state.saving.error).toBeUndefined();
  });

  test('are not saved where no place is chosen', async () => {
    program.place = '';
    await state.look();
    await state.save();
    expect([state.saved, state.saving.error]).toEqual(['', undefined]);
  });
});
