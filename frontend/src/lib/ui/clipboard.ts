import { getContext, setContext } from 'svelte';

/** Puts text on the clipboard; false when that is not possible. */
export type CopyText = (text: string) => Promise<boolean>;

const key = Symbol('copy');

/** Says once, near the root, how widgets copy. */
export function provideCopy(copy: CopyText): void {
  setContext(key, copy);
}

export function useCopy(): CopyText {
  return getContext<CopyText | undefined>(key) ?? (() => Promise.resolve(false));
}
