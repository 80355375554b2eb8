import { describe, expect, it } from 'vitest';
import type { EventRow } from '../../lib/backend';
import { Kinds, Outline } from '../../lib/state/feedOutline';
import { listKey } from './keys';
import { dayOf, layOut, line, step, type Layout } from './layout';
import { drawn, sections, wanted } from './window';

const kinds = new Kinds();
const at = (day: number, hour = 12, minute = 0): string => new Date(2026, 10, day, hour, minute).toISOString();
const row = (seq: number, over: Partial<EventRow> = {}): EventRow => ({ seq, dataType: 'sleep', eventType: 'update', source: 'webhook', objectId: `o${seq}`, receivedAt: at(22), ...over }) as EventRow;
const laid = (rows: EventRow[], { group = true, open = [] as number[] } = {}): Layout => layOut(Outline.ofRows(rows, kinds), { kinds, group, open: new Set(open) });
const orders = (layout: Layout): number[] => Array.from({ length: layout.length }, (_, i) => layout.order(i));
const days = [row(9), row(7), row(4, { receivedAt: at(21) }), row(2, { receivedAt: at(20) })];
const heights = { row: 36, day: 30 };

describe('layOut', () => {
  it('puts each day above its first event', () => {
    const layout = laid(days);
    expect(orders(layout)).toEqual([9.5, 9, 7, 4.5, 4, 2.5, 2]);
    expect([...layout.days].map((i) => dayOf(layout, i))).toEqual(['2026-11-22', '2026-11-21', '2026-11-20']);
    expect(layout.options).toBe(4);
  });

  it('puts three revisions of one document below each other in one line, that opens', () => {
    const rows = [row(9), row(8, { objectId: 'a' }), row(7, { objectId: 'a' }), row(6, { objectId: 'a' }), row(5)];
    expect(orders(laid(rows))).toEqual([9.5, 9, 8.25, 5]);
    expect(laid(rows).burst(2)).toEqual({ newest: 8, oldest: 6, size: 3, first: 1 });
    expect(orders(laid(rows, { open: [6] }))).toEqual([9.5, 9, 8.25, 8, 7, 6, 5]);
    expect(orders(laid(rows, { group: false }))).toEqual([9.5, 9, 8, 7, 6, 5]);
  });

  it('keeps an open burst open while newer revisions join it', () => {
    const rows = [3, 2, 1].map((seq) => row(seq, { objectId: 'a' }));
    expect(orders(laid([row(4, { objectId: 'a' }), ...rows], { open: [1] }))).toEqual([4.5, 4.25, 4, 3, 2, 1]);
  });

  it.each([
    ['two revisions', [row(3, { objectId: 'a' }), row(2, { objectId: 'a' })]],
    ['another type with the same id', [row(3, { objectId: 'a' }), row(2, { objectId: 'a', dataType: 'workout' }), row(1, { objectId: 'a' })]],
    ['no document at all', [3, 2, 1].map((seq) => row(seq, { objectId: '' }))],
    ['another day', [row(3, { objectId: 'a' }), row(2, { objectId: 'a' }), row(1, { objectId: 'a', receivedAt: at(21) })]],
    ['four read together', [4, 3, 2, 1].map((seq) => row(seq, { source: 'backfill' }))],
    ['many of one minute that are no history', [6, 5, 4, 3, 2, 1].map((seq) => row(seq))],
  ])('keeps apart: %s', (_, rows) => {
    expect(laid(rows).bursts.size).toBe(0);
  });

  it('puts what was read of the past within a minute in one line', () => {
    const rows = Array.from({ length: 12 }, (_, i) => row(20 - i, { source: 'backfill', dataType: i % 2 ? 'sleep' : 'workout', receivedAt: at(22, 10, i < 6 ? 31 : 30) }));
    const layout = laid(rows);
    expect([...layout.bursts.values()]).toEqual([6, 6]);
    const [section] = sections(layout, kinds, heights, 0, layout.length);
    expect(section?.slots.map((s) => s.burst?.types)).toEqual(['Workout and 1 more', 'Workout and 1 more']);
  });

  it('lays out a hundred thousand events within a frame or two', () => {
    const all = Array.from({ length: 100_000 }, (_, i) => i);
    const view = { kinds: [{ dataType: 'sleep', eventType: 'update', source: 'webhook' }], kind: all.map(() => 0), objects: all.map((i) => 1 + (i >> 1)), more: false };
    const many = Outline.ofView({ ...view, seqs: all.map((i) => (i === 0 ? 100_000 : 1)), seconds: all.map((i) => (i === 0 ? 1_790_000_000 : 60)) }, kinds);
    const took = [1, 2, 3, 4, 5].map(() => {
      const began = performance.now();
      expect(layOut(many, { kinds, group: true, open: new Set() }).options).toBe(100_000);
      return performance.now() - began;
    });
    console.info(`layOut of 100,000: ${Math.min(...took).toFixed(1)} ms`);
    expect(Math.min(...took)).toBeLessThan(60);
  }, 30_000);
});

describe('lineOf', () => {
  it('finds events, days and bursts, and in a closed burst the burst', () => {
    const rows = [row(9), ...[8, 7, 6].map((seq) => row(seq, { objectId: 'a' })), row(5), row(2)];
    const layout = laid(rows);
    expect(orders(layout)).toEqual([9.5, 9, 8.25, 5, 2]);
    expect([9.5, 9, 8.25, 8, 7, 6, 5, 4, 2, 1].map((order) => layout.lineOf(order))).toEqual([0, 1, 2, 2, 2, 2, 3, 4, 4, 5]);
  });
});

describe('offsets', () => {
  it('agree with the heights of the lines, there and back', () => {
    const layout = laid(days);
    const tops = Array.from({ length: layout.length + 1 }, (_, i) => layout.offset(i, heights));
    expect(tops).toEqual([0, 30, 66, 102, 132, 168, 198, 234]);
    expect([-50, 0, 29, 30, 65, 66, 131, 132, 233, 9999].map((y) => layout.lineAt(y, heights))).toEqual([0, 0, 0, 1, 1, 2, 3, 4, 6, 6]);
  });

  it('bear an empty list', () => {
    const layout = laid([]);
    expect([layout.lineAt(10, heights), layout.offset(0, heights), layout.lineOf(5), layout.options, step(layout, 0, 1)]).toEqual([0, 0, 0, 0, 0]);
    expect(sections(layout, kinds, heights, ...drawn(layout, heights, 0, 500))).toEqual([]);
  });
});

describe('sections', () => {
  it('draw the lines around what is in sight, each below its day', () => {
    const rows = Array.from({ length: 200 }, (_, i) => row(200 - i, { receivedAt: at(22 - Math.floor(i / 50)) }));
    const layout = laid(rows);
    const [from, to] = drawn(layout, heights, 60 * 36, 10 * 36);
    const all = sections(layout, kinds, heights, from, to);
    expect(all.flatMap((s) => s.slots).length).toBeLessThan(50);
    for (const section of all) {
      section.slots.forEach((slot, i) => {
        const top = layout.offset(layout.lineOf(slot.order), heights);
        expect(section.top + heights.day + section.gap + i * heights.row).toBe(top);
        expect(slot.option).toBe(201 - slot.seq);
      });
      expect(section.height).toBe(heights.day + 50 * heights.row);
    }
    expect(wanted(layout, from, to).length).toBeLessThan(130);
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
    [5, 1, 4],
    [0, -1, 2],
    [0, 2, 7],
    [0, 1_000_000, 2],
    [0, -1_000_000, 9],
  ])('from %i by %i leads to %i', (seq, by, to) => {
    expect(step(laid(days), seq, by)).toBe(to);
  });

  it('goes over a closed burst and through an open one', () => {
    const rows = [row(9), ...[8, 7, 6].map((seq) => row(seq, { objectId: 'a' })), row(5)];
    const walk = (layout: Layout): number[] => [9, 1, 1, 1, 1, 1].map(((order) => (by: number) => (order = by === 9 ? 9 : step(layout, order, by)))(0));
    expect(walk(laid(rows))).toEqual([9, 8.25, 5, 5, 5, 5]);
    expect(walk(laid(rows, { open: [6] }))).toEqual([9, 8.25, 8, 7, 6, 5]);
    expect([step(laid(rows), 7, 1), step(laid(rows), 7, -1)]).toEqual([5, 9]);
    expect(laid(rows, { open: [6] }).what[3]).toBe(line.member);
  });
});

describe('listKey', () => {
  const press = (key: string, over: Partial<KeyboardEvent> = {}): KeyboardEvent => ({ key, ctrlKey: false, metaKey: false, altKey: false, defaultPrevented: false, target: null, ...over }) as KeyboardEvent;
  globalThis.HTMLInputElement ??= class {} as typeof HTMLInputElement;
  globalThis.HTMLSelectElement ??= class {} as typeof HTMLSelectElement;
  globalThis.document ??= { body: null } as unknown as Document;

  it('reads letters, signs and Ctrl-F', () => {
    expect([listKey(press('j'), undefined), listKey(press('k'), undefined), listKey(press('/'), undefined), listKey(press('f', { ctrlKey: true }), undefined)]).toEqual([1, -1, 'search', 'search']);
  });

  it('leaves typing and other shortcuts alone', () => {
    const field = new HTMLInputElement();
    expect([listKey(press('j', { target: field }), undefined), listKey(press('j', { ctrlKey: true }), undefined), listKey(press('q'), undefined)]).toEqual([undefined, undefined, undefined]);
  });

  it('copies, pauses and folds', () => {
    const list = { contains: () => true } as unknown as HTMLElement;
    const all = ['p', 'c', 'C', ' ', 'ArrowRight', 'ArrowLeft', 'PageDown', 'PageUp'];
    expect(all.map((key) => listKey(press(key), list))).toEqual(['pause', 'copy', 'curl', 'pause', 'unfold', 'fold', 'pageDown', 'pageUp']);
    expect(all.map((key) => listKey(press(key, { target: {} as Node }), undefined))).toEqual(['pause', 'copy', 'curl', undefined, undefined, undefined, undefined, undefined]);
    expect(listKey(press('c', { ctrlKey: true }), list)).toBeUndefined();
  });

  it('leaves what something else has used', () => {
    expect(listKey(press('Escape', { defaultPrevented: true }), undefined)).toBeUndefined();
  });
});
