import { describe, expect, it } from 'vitest';
import { connect, type SetupView } from '../backend';
import { arrange } from '../backend/fake/scenarios';
import { dataBehind, isSomebody } from './behind';

describe('whose data lie behind the screens', () => {
  const backend = (scenario: string) => {
    const program = arrange(scenario);
    return connect({ go: { app: program.go }, runtime: program.runtime });
  };
  const as = (view: SetupView, over: Partial<SetupView['signIn']>): string | undefined => dataBehind({ ...view, signIn: { ...view.signIn, ...over } }, false);

  it('is not known before the first answer, and nobody’s without one', async () => {
    expect([dataBehind(undefined, false), dataBehind(undefined, true)]).toEqual([undefined, 'nothing']);
    expect(dataBehind(await backend('demo').setup(), true)).toBe('sample');
    const view = await backend('live').setup();
    const all = [undefined, as(view, { userId: '' }), as(view, { userId: 'a' }), 'sample'].map((one) => one ?? dataBehind(undefined, true) ?? '');
    expect(all.map(isSomebody)).toEqual([false, false, true, true]);
  });

  it('is another one with another account, and the same however a sign-in goes', async () => {
    const view = await backend('live').setup();
    const mine = as(view, { userId: 'a' });
    expect([as(view, { userId: 'b' }) === mine, as(view, { userId: '' }) === mine]).toEqual([false, false]);
    expect(as(view, { userId: 'a', pending: true, connected: false, error: 'No.' })).toBe(mine);
  });
});
