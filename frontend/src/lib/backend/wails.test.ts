import { describe, expect, it } from 'vitest';
import { FakeProgram } from './fake/program';
import { connect } from './wails';

function connected(): { program: FakeProgram; backend: ReturnType<typeof connect> } {
  const program = new FakeProgram(3, 0);
  return { program, backend: connect({ go: { app: program.go }, runtime: program.runtime }) };
}

describe('connect', () => {
  it('refuses to run without the program', () => {
    expect(() => connect({})).toThrow(/program behind it/);
  });

  it('turns a rejection into a BackendError with its code', async () => {
    const { program, backend } = connected();
    program.failures.set('SetupAPI.SaveClient', { code: 'invalid', message: 'The client ID is empty.' });
    await expect(backend.saveClient('', '')).rejects.toMatchObject({ name: 'BackendError', code: 'invalid', message: 'The client ID is empty.' });
  });

  it('turns a missing method into an internal error, not into a crash', async () => {
    const { program, backend } = connected();
    Object.assign(program.go.EventsAPI, { Get: undefined });
    await expect(backend.event(1)).rejects.toMatchObject({ code: 'internal' });
  });

  it('hands pushes on until told to stop', () => {
    const { program, backend } = connected();
    const got: number[] = [];
    const off = backend.on('event:new', ({ lastSeq }) => got.push(lastSeq));
    program.push('event:new', { lastSeq: 4 });
    off();
    program.push('event:new', { lastSeq: 5 });
    expect(got).toEqual([4]);
  });

  it('copies, and says when the desktop refuses', async () => {
    const { program, backend } = connected();
    expect(await backend.copy('text')).toBe(true);
    expect(program.clipboard).toBe('text');
    program.runtime.ClipboardSetText = () => Promise.reject(new Error('no clipboard'));
    expect(await backend.copy('text')).toBe(false);
  });
});
