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

  it('U-8 pushes off none that can still be undone', () => {
    const toasts = new Toasts();
    const undo = { label: 'Undo', undo: true, run: vi.fn() };
    for (const text of ['a', 'b', 'c', 'd']) toasts.show(`${text} gone`, 'info', undo);
    for (const text of ['1', '2', '3']) toasts.show(text);
    expect(toasts.list.map((t) => t.text)).toEqual(['a gone', 'b gone', 'c gone', 'd gone', '3']);
    expect(toasts.undoable?.text).toBe('d gone');
    toasts.undo();
    expect([undo.run.mock.calls.length, toasts.undoable?.text]).toEqual([1, 'c gone']);
  });

  it('tells who waits for it that it left, but not after its button was pressed', () => {
    const toasts = new Toasts();
    const left = vi.fn();
    const pressed = vi.fn();
    const id = toasts.show('Deleted.', 'info', { label: 'Undo', run: pressed }, left);
    toasts.act(id);
    toasts.act(id);
    toasts.close(id);
    expect([pressed.mock.calls.length, left.mock.calls.length]).toEqual([1, 0]);
    toasts.show('Deleted.', 'info', { label: 'Undo', run: pressed }, left);
    vi.advanceTimersByTime(10_000);
    expect([pressed.mock.calls.length, left.mock.calls.length]).toEqual([1, 1]);
  });
});
