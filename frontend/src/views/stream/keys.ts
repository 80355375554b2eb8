/** What a key press asks of the list: so many rows down or up, or something else. */
export type Press = number | 'pageDown' | 'pageUp' | 'open' | 'close' | 'search' | 'pause' | 'copy' | 'curl' | 'unfold' | 'fold';

const far = 1_000_000;

/** Works everywhere on the screen, except where a person types. */
const letters: Record<string, Press> = { j: 1, k: -1, J: 1, K: -1, '/': 'search', p: 'pause', P: 'pause', c: 'copy', C: 'curl' };
/** Works with the focus on the list only: elsewhere these keys belong to what has the focus. */
const inList: Record<string, Press> = {
  ArrowDown: 1,
  ArrowUp: -1,
  ArrowRight: 'unfold',
  ArrowLeft: 'fold',
  PageDown: 'pageDown',
  PageUp: 'pageUp',
  Home: -far,
  End: far,
  Enter: 'open',
  ' ': 'pause',
};

const look = (table: Record<string, Press>, key: string): Press | undefined => (Object.hasOwn(table, key) ? table[key] : undefined);

/** Reads a key press; undefined when it is none of the list's business. */
export function listKey(event: KeyboardEvent, list: HTMLElement | undefined): Press | undefined {
  if (event.defaultPrevented) return undefined;
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'f') return 'search';
  if (event.ctrlKey || event.metaKey || event.altKey) return undefined;
  const typing = event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement;
  if (event.key === 'Escape') return 'close';
  if (typing) return undefined;
  const onList = event.target === document.body || (list?.contains(event.target as Node) ?? false);
  return (onList ? look(inList, event.key) : undefined) ?? look(letters, event.key);
}
