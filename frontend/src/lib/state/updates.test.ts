import { beforeEach, describe, expect, test, vi } from 'vitest';
import { connect } from '../backend';
import { FakeProgram } from '../backend/fake/program';
import { UpdatesState } from './updates.svelte';

describe('newer versions', () => {
  let program: FakeProgram;
  let updates: UpdatesState;
  beforeEach(() => {
    program = new FakeProgram(2);
    updates = new UpdatesState(connect({ go: { app: program.go }, runtime: program.runtime }));
  });

  test('are told of until the notice is put away', async () => {
    program.update = { possible: true, on: true, askedAt: '2026-11-22T06:00:00Z', latest: 'v1.3.0', told: false };
    await updates.load();
    expect(updates.news).toBe('v1.3.0');
    await updates.putAway();
    expect(updates.news).toBe('');
    expect(updates.view?.latest).toBe('v1.3.0');
  });

  test('are read again when the program has asked', async () => {
    const off = updates.start();
    await vi.waitFor(() => expect(updates.view).toBeDefined());
    program.update = { ...program.update, on: true, latest: 'v2.0.0' };
    program.push('update:changed', {});
    await vi.waitFor(() => expect(updates.news).toBe('v2.0.0'));
    off();
  });

  test('are nothing anybody waits for', async () => {
    program.failures.set('UpdateAPI.Get', { code: 'storage', message: 'No.' });
    await updates.load();
    expect(updates.news).toBe('');
  });
});
