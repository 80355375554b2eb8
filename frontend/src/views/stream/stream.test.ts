import { describe, expect, it } from 'vitest';
import type { EventRow } from '../../lib/backend';
import { listKey } from './keys';
import { indexOf, layOut, step } from './layout';

const row = (seq: number, day: number): EventRow => ({ seq, receivedAt: new Date(2026, 10, day, 12).toISOString() }) as EventRow;
const rows = [row(9, 22), row(7, 22), row(4, 21), row(2, 20)];

describe('layOut', () => {
  it('puts each day above its first event', () => {
    expect(layOut(rows).map((i) => (i.kind === 'day' ? i.day : i.row.seq))).toEqual(['2026-11-22', 9, 7, '2026-11-21', 4, '2026-11-20', 2]);
  });

  it('orders strictly, so that every item has a key of its own', () => {
    const orders = layOut(rows).map((i) => i.order);
    expect(orders).toEqual([...new Set(orders)].sort((a, b) => b - a));
  });

  it('finds events among the days', () => {
    const items = layOut(rows);
    expect([9, 7, 4, 2].map((seq) => indexOf(items, seq))).toEqual([1, 2, 4, 6]);
  });
});

describe('step', () => {
  it.each([
    [0, 1, 9],
    [9, 1, 7],
    [7, -1, 9],
    [9, -1, 9],
    [2, 1, 2],
    [9, 10, 2],
    [8, 1, 7],
    [8, -1, 9],
    [0, -1, 2],
  ])('from %i by %i leads to %i', (seq, by, to) => {
    expect(step(rows, seq, by)?.seq).toBe(to);
  });

  it('leads nowhere in an empty list', () => {
    expect(step([], 0, 1)).toBeUndefined();
  });
});

describe('listKey', () => {
  const press = (key: string, over: Partial<KeyboardEvent> = {}): KeyboardEvent => ({ key, ctrlKey: false, metaKey: false, altKey: false, defaultPrevented: false, target: null, ...over }) as KeyboardEvent;
  globalThis.HTMLInputElement ??= class {} as typeof HTMLInputElement;
  globalThis.document ??= { body: null } as unknown as Document;

  it('reads letters, signs and Ctrl-F', () => {
    expect([listKey(press('j'), undefined), listKey(press('k'), undefined), listKey(press('/'), undefined), listKey(press('f', { ctrlKey: true }), undefined)]).toEqual([1, -1, 'search', 'search']);
  });

  it('leaves typing and other shortcuts alone', () => {
    const field = new HTMLInputElement();
    expect([listKey(press('j', { target: field }), undefined), listKey(press('j', { ctrlKey: true }), undefined), listKey(press('q'), undefined)]).toEqual([undefined, undefined, undefined]);
  });

  it('leaves what something else has used', () => {
    expect(listKey(press('Escape', { defaultPrevented: true }), undefined)).toBeUndefined();
  });
});
