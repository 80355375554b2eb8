import type { NightView } from '../../lib/backend';

/** Everything in which these keys have a meaning of their own. */
const takesKeys = 'input, textarea, select, [contenteditable=""], [contenteditable="true"], dialog, [role=dialog], [role=slider], [role=grid], [role=listbox], [role=radiogroup], [role=menu], [role=tablist], [data-keys]';

type Key = Pick<KeyboardEvent, 'key' | 'defaultPrevented' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'> & { target: { closest?: Element['closest'] } | object | null };

/** The night a key leads to, "" for none: arrows and brackets to the neighbours, Home and End to the first and the newest. */
export function nightOfKey(event: Key, view: NightView): string {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return '';
  if (event.target && 'closest' in event.target && event.target.closest?.(takesKeys)) return '';
  const to: Record<string, string> = { ArrowLeft: view.previousDay, '[': view.previousDay, ArrowRight: view.nextDay, ']': view.nextDay, Home: view.firstDay, End: view.lastDay };
  const day = Object.hasOwn(to, event.key) ? (to[event.key] ?? '') : '';
  return day === view.day ? '' : day;
}
