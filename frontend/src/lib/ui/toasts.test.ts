import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Toasts } from './toasts.svelte';

describe('Toasts', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('U-8 leaves ten seconds to undo, and as long as somebody is at it', () => {
    const toasts = new Toasts();
    toasts.show('Deleted.', 'info', { label: 'Undo', run: () => undefined });
    toasts.show('Saved.');
    vi.advanceTimersByTime(9_900);
    expect(toasts.list.map((t) => t.text)).toEqual(['Deleted.']);
    const id = toasts.list[0]?.id ?? 0;
    toasts.hold(id);
    vi.advanceTimersByTime(60_000);
    expect(toasts.list.length).toBe(1);
    toasts.letGo(id);
    vi.advanceTimersByTime(10_000);
    expect(toasts.list).toEqual([]);
  });

  it('says a thing once, and no more than three at a time', () => {
    const toasts = new Toasts();
    for (const text of ['a', 'b', 'c', 'b', 'd']) toasts.show(text);
    expect(toasts.list.map((t) => t.text)).toEqual(['c', 'b', 'd']);
  });
});
