import { isCovered, isFree, isWriting } from '../../lib/commands/keys';
import type { Preset } from '../../lib/state/trendsRange';

/** What a key press asks of the screen. */
export type Asked = Preset | 'earlier' | 'later' | 'pick' | 'form';

/** Letters and signs work everywhere on the screen, except where a person types. */
const signs: Record<string, Asked> = {
  '/': 'pick',
  '[': 'earlier',
  ']': 'later',
  c: 'form',
  '1': 'week',
  '2': 'month',
  '3': 'quarter',
  '4': 'year',
  '5': 'five',
  '6': 'all',
};
/** Arrows belong to what has the focus; to the screen when nothing has. */
const arrows: Record<string, Asked> = { ArrowLeft: 'earlier', ArrowRight: 'later' };

const look = (table: Record<string, Asked>, key: string): Asked | undefined => (Object.hasOwn(table, key) ? table[key] : undefined);

/** Reads a key press; undefined when it is none of the screen's business. `letters`: letters and signs alone are keys too. */
export function screenKey(event: KeyboardEvent, letters: boolean): Asked | undefined {
  if (event.defaultPrevented || event.altKey || isCovered()) return undefined;
  if (event.ctrlKey || event.metaKey) return event.key.toLowerCase() === 'f' ? 'pick' : undefined;
  if (isWriting(event.target)) return undefined;
  if (event.target === document.body && isFree(event)) {
    const arrow = look(arrows, event.key);
    if (arrow) return arrow;
  }
  return letters ? look(signs, event.key.toLowerCase()) : undefined;
}
