import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { BackendError } from '../backend';
import { Toasts } from '../ui/toasts.svelte';
import { Later } from './later.svelte';

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

  it('is back when it failed, and the failure is told', async () => {
    const toasts = new Toasts();
    const later = new Later(toasts);
    later.plan('a', 'Going.', () => Promise.reject(new BackendError('storage', 'The disk is full.')));
    await vi.advanceTimersByTimeAsync(10_100);
    expect([later.waits('a'), toasts.list.map((t) => [t.text, t.tone])]).toEqual([false, [['The disk is full.', 'error']]]);
  });
});
