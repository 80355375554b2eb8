import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Command } from './command';
import { readDay } from './dates';
import { find, fuzzy } from './fuzzy';
import { screenKey } from '../../views/trends/keys';
import { caps, isFree, matches, onMac, spoken } from './keys';
import { all, matching } from './rank';

const icon = undefined as never;
const command = (id: string, title: string, over: Partial<Command> = {}): Command => ({ id, group: 'do', title, icon, run: () => undefined, ...over });

describe('fuzzy search', () => {
  it.each([
    ['back', 'Back up now', [0, 1, 2, 3]],
    ['backup', 'Back up now', [0, 1, 2, 3, 5, 6]],
    ['bun', 'Back up now', [0, 5, 8]],
    ['tdy', 'Go to Today', [6, 8, 10]],
    ['vo2', 'VO₂ max', [0, 1, 2]],
    ['depz', 'Dépôt de la nuit', undefined],
    ['depot', 'Dépôt de la nuit', [0, 1, 2, 3, 4]],
    ['xyz', 'Back up now', undefined],
    ['bw', 'Back up now', [0, 10]],
    ['', 'Back up now', []],
    ['...', 'Back up now', []],
  ])('%j in %j hits %j', (asked, said, at) => {
    expect(fuzzy(asked, said)?.at).toEqual(at);
  });

  it('prefers the beginnings of words to letters in their middle', () => {
    const at = (query: string, ...titles: string[]): string[] => matching(titles.map((title) => command(title, title)), query, []).map((f) => f.command.title);
    expect(at('sync', 'Asynchronous', 'Go to Sync', 'Sync now')[0]).toBe('Sync now');
    expect(at('night', 'Tonight', 'Go to Night')[0]).toBe('Go to Night');
  });

  it('finds words in any order, by title or by other words', () => {
    expect(find('now back', 'Back up now')?.at.length).toBe(7);
    expect(find('copy', 'Back up now', 'copy save')).toBeDefined();
    expect(find('copy now', 'Back up now', 'copy save')?.at).toEqual([8, 9, 10]);
    expect(find('copy dark', 'Back up now', 'copy save')).toBeUndefined();
  });

  it('takes any text', () => {
    for (const odd of ['\\', '(.*)', '\u202e', '💤', 'x'.repeat(2000)]) expect(() => find(odd, 'Back up now', odd)).not.toThrow();
  });
});

describe('the order of the palette', () => {
  const list = [command('a', 'Pause for 1 hour'), command('b', 'Pause until tomorrow'), command('c', 'Go to Sync', { group: 'go' }), command('d', 'Sleep: Average HRV', { group: 'trends', quiet: true })];

  it('puts what was used last on top, once', () => {
    const ids = (recent: string[]) => all(list, recent).map((g) => [g.group, g.found.map((f) => f.command.id)]);
    expect(ids(['b', 'gone'])).toEqual([
      [undefined, ['b']],
      ['do', ['a']],
      ['go', ['c']],
    ]);
    expect(ids([])).toEqual([
      ['do', ['a', 'b']],
      ['go', ['c']],
    ]);
    expect(matching(list, 'pause', ['b']).map((f) => f.command.id)).toEqual(['b', 'a']);
    expect(matching(list, 'hrv', []).map((f) => f.command.id)).toEqual(['d']);
  });

  it('puts what cannot be given below what can', () => {
    expect(matching([command('a', 'Sync now', { why: 'Paused.' }), command('b', 'Sync map')], 'sync', []).map((f) => f.command.id)).toEqual(['b', 'a']);
  });
});

describe('a typed day', () => {
  const today = '2026-11-22';
  it.each([
    ['2026-11-20', '2026-11-20'],
    ['2026-1-2', '2026-01-02'],
    ['20.11.', '2026-11-20'],
    ['20/11/2025', '2025-11-20'],
    ['20 Nov', '2026-11-20'],
    ['Nov 20th', '2026-11-20'],
    ['november 20 2024', '2024-11-20'],
    ['24 dec', '2025-12-24'],
    ['29 feb', '2024-02-29'],
    ['today', '2026-11-22'],
    ['Last night', '2026-11-21'],
    ['fri', '2026-11-20'],
    ['sunday', '2026-11-15'],
    ['Monday', '2026-11-16'],
    ['3 days ago', '2026-11-19'],
    ['1 day ago', '2026-11-21'],
    ['2026-11-23', undefined],
    ['2026-02-30', undefined],
    ['30 feb', undefined],
    ['20 nov abc', undefined],
    ['20 nov 99999', undefined],
    ['99999999999 days ago', undefined],
    ['20', undefined],
    ['sync', undefined],
    ['', undefined],
    ['1.2.3.4', undefined],
  ])('%j is %j', (typed, day) => {
    expect(readDay(typed, today)).toBe(day);
  });

  it.each([
    ['today', '2026-11-22'],
    ['yesterday', '2026-11-21'],
    ['2026-11-23', '2026-11-23'],
    ['23.11.', '2026-11-23'],
    ['24.11.2026', undefined],
  ])('where there is a day ahead of today already, %j is %j', (typed, day) => {
    expect(readDay(typed, today, '2026-11-23')).toBe(day);
  });
});

describe('a key', () => {
  const press = (key: string, over: Partial<KeyboardEvent> = {}): KeyboardEvent =>
    ({ key, code: '', ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...over }) as KeyboardEvent;

  it('is Ctrl here and ⌘ on a Mac', () => {
    expect([onMac('MacIntel'), onMac('iPad'), onMac('Linux x86_64'), onMac('Win32')]).toEqual([true, true, false, false]);
    expect(matches(press('k', { ctrlKey: true }), 'Mod+K', false)).toBe(true);
    expect(matches(press('k', { metaKey: true }), 'Mod+K', true)).toBe(true);
    expect(matches(press('k', { ctrlKey: true }), 'Mod+K', true)).toBe(false);
    expect(matches(press('k', { ctrlKey: true, shiftKey: true }), 'Mod+K', false)).toBe(false);
    expect(matches(press('k'), 'Mod+K', false)).toBe(false);
    expect([caps('Mod+K', false), caps('Mod+K', true), caps('Alt+1', true), spoken('Mod+K', true)]).toEqual([['Ctrl', 'K'], ['⌘', 'K'], ['⌥', '1'], 'Meta+K']);
  });

  it('is where it lies on keyboards that write something else there', () => {
    expect(matches(press('л', { code: 'KeyK', ctrlKey: true }), 'Mod+K', false)).toBe(true);
    expect(matches(press('¡', { code: 'Digit1', altKey: true }), 'Alt+1', true)).toBe(true);
    expect(matches(press('&', { code: 'Digit1', altKey: true }), 'Alt+1', false)).toBe(true);
    // Dvorak: the letter counts, not its place.
    expect(matches(press('t', { code: 'KeyK', ctrlKey: true }), 'Mod+K', false)).toBe(false);
  });

  it('may need Shift for a sign, and nothing for a function key', () => {
    expect(matches(press('?', { shiftKey: true }), '?', false)).toBe(true);
    expect(matches(press('?'), '?', false)).toBe(true);
    expect(matches(press('F5'), 'F5', false)).toBe(true);
    expect(matches(press('F5', { shiftKey: true }), 'F5', false)).toBe(false);
    expect(matches(press(',', { ctrlKey: true }), 'Mod+,', false)).toBe(true);
  });
});

describe('the keys of a screen', () => {
  let dialog: object | null = null;
  /** Stands for an element within those that `inside` names. */
  class Place {
    constructor(readonly inside = '') {}
    closest(list: string): Place | null {
      return list.split(', ').includes(this.inside) ? this : null;
    }
  }
  const body = new Place();
  const press = (key: string, over: object = {}): KeyboardEvent => ({ key, defaultPrevented: false, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, target: body, ...over }) as never;

  beforeEach(() => {
    dialog = null;
    vi.stubGlobal('document', { body, querySelector: () => dialog }).stubGlobal('Element', Place).stubGlobal('HTMLElement', class {});
  });
  afterEach(() => void vi.unstubAllGlobals());

  it('are free where nothing has keys of its own', () => {
    expect([isFree(press('ArrowLeft')), isFree(press('ArrowLeft', { target: null })), isFree(press('ArrowLeft', { target: new Place('button') }))]).toEqual([true, true, true]);
    for (const held of ['defaultPrevented', 'ctrlKey', 'metaKey', 'altKey']) expect(isFree(press('ArrowLeft', { [held]: true }))).toBe(false);
    for (const inside of ['input', 'dialog', '[role=application]', '[role=radiogroup]', '[data-keys]']) expect(isFree(press('ArrowLeft', { target: new Place(inside) }))).toBe(false);
  });

  it('rest under a dialog, on every screen', () => {
    expect([screenKey(press('ArrowLeft'), true), screenKey(press('1'), true)]).toEqual(['earlier', 'week']);
    dialog = {};
    expect([isFree(press('ArrowLeft')), screenKey(press('ArrowLeft'), true), screenKey(press('1'), true), screenKey(press('f', { ctrlKey: true }), true)]).toEqual([false, undefined, undefined, undefined]);
  });
});
