/** What a key press asks of the list: so many rows down or up, or something else. */
export type Press = number | 'open' | 'close' | 'search';

const page = 10;
const far = 1_000_000;

/** Works everywhere on the screen, except where a person types. */
const letters: Record<string, Press> = { j: 1, k: -1, J: 1, K: -1, '/': 'search' };
/** Works with the focus on the list only: elsewhere these keys belong to what has the focus. */
const inList: Record<string, Press> = {
  ArrowDown: 1,
  ArrowUp: -1,
  PageDown: page,
  PageUp: -page,
  Home: -far,
  End: far,
  Enter: 'open',
};

const look = (table: Record<string, Press>, key: string): Press | undefined => (Object.hasOwn(table, key) ? table[key] : undefined);

/** Reads a key press; undefined when it is none of the list's business. */
export function listKey(event: KeyboardEvent, list: HTMLElement | undefined): Press | undefined {
  if (event.defaultPrevented) return undefined;
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'f') return 'search';
  if (event.ctrlKey || event.metaKey || event.altKey) return undefined;
  if (event.key === 'Escape') return 'close';
  if (event.target instanceof HTMLInputElement) return undefined;
  const onList = event.target === list || event.target === document.body;
  return (onList ? look(inList, event.key) : undefined) ?? look(letters, event.key);
}
