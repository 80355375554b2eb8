/**
 * Calls `changed` when what is drawn by hand would look different: another theme,
 * another contrast, other colours of the system, another density or size of text.
 * Returns the undo.
 */
export function watchLook(changed: () => void): () => void {
  const theme = new MutationObserver(changed);
  theme.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
  const queries = ['(forced-colors: active)', '(prefers-contrast: more)', '(prefers-color-scheme: dark)'].map((query) => matchMedia(query));
  for (const query of queries) query.addEventListener('change', changed);
  window.addEventListener('resize', changed);
  return () => {
    theme.disconnect();
    for (const query of queries) query.removeEventListener('change', changed);
    window.removeEventListener('resize', changed);
  };
}

/** The size of the reader's text in pixels: 16 unless the desktop says otherwise. */
export function remSize(): number {
  return parseFloat(getComputedStyle(document.documentElement).fontSize) || 16;
}
