import type { KeyGroup } from '../../lib/commands/sheet';
import { text } from '../../lib/text';

const t = text.shortcuts.of;

/** The keys that belong to single screens. They are read there; here they are only told. */
export const screenKeys: KeyGroup[] = [
  {
    title: text.nav.today,
    lines: [
      { keys: ['ArrowLeft', '['], does: t.dayBefore },
      { keys: ['ArrowRight', ']'], does: t.dayAfter },
    ],
  },
  {
    title: text.nav.night,
    lines: [
      { keys: ['ArrowLeft', '['], does: t.nightBefore },
      { keys: ['ArrowRight', ']'], does: t.nightAfter },
      { keys: ['Home'], does: t.nightFirst },
      { keys: ['End'], does: t.nightLast },
    ],
  },
  {
    title: text.nav.stream,
    lines: [
      { keys: ['J', 'ArrowDown'], does: t.older },
      { keys: ['K', 'ArrowUp'], does: t.newer },
      { keys: ['Home'], does: t.newest },
      { keys: ['Enter'], does: t.openEvent },
      { keys: ['ArrowRight'], does: t.unfold },
      { keys: ['ArrowLeft'], does: t.fold },
      { keys: ['P', 'Space'], does: t.pause },
      { keys: ['C'], does: t.copy },
      { keys: ['Shift+C'], does: t.curl },
      { keys: ['/'], does: t.search },
    ],
  },
  {
    title: text.nav.trends,
    lines: [
      { keys: ['[', 'ArrowLeft'], does: t.earlier },
      { keys: [']', 'ArrowRight'], does: t.later },
      { keys: ['1', '2', '3', '4', '5', '6'], does: t.ranges },
      { keys: ['C'], does: t.calendar },
      { keys: ['/'], does: t.pick },
    ],
  },
  {
    title: text.nav.sync,
    lines: [
      { keys: ['Shift+ArrowLeft', 'Shift+ArrowRight'], does: t.extend },
      { keys: ['Shift+Space'], does: t.row },
    ],
  },
];
