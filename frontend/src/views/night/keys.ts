import type { NightView } from '../../lib/backend';
import { isFree } from '../../lib/commands/keys';

/** The night a key leads to, "" for none: arrows and brackets to the neighbours, Home and End to the first and the newest. */
export function nightOfKey(event: Parameters<typeof isFree>[0] & Pick<KeyboardEvent, 'key' | 'shiftKey'>, view: NightView): string {
  if (event.shiftKey || !isFree(event)) return '';
  const to: Record<string, string> = { ArrowLeft: view.previousDay, '[': view.previousDay, ArrowRight: view.nextDay, ']': view.nextDay, Home: view.firstDay, End: view.lastDay };
  const day = Object.hasOwn(to, event.key) ? (to[event.key] ?? '') : '';
  return day === view.day ? '' : day;
}
