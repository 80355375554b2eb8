/**
 * Keeps the window where it is: no link opens a second page, and nothing that is
 * dropped on it is opened. The program itself opens what belongs into a browser.
 */
export function keepHere(page: Document): void {
  page.addEventListener('auxclick', (event) => {
    if (event.target instanceof Element && event.target.closest('a')) event.preventDefault();
  });
  page.addEventListener('click', (event) => {
    const link = event.target instanceof Element ? event.target.closest('a') : null;
    if (!link) return;
    const away = event.ctrlKey || event.metaKey || event.shiftKey || !(link.getAttribute('href') ?? '').startsWith('#');
    if (away) event.preventDefault();
  });
  for (const kind of ['dragover', 'drop'] as const) page.addEventListener(kind, (event) => event.preventDefault());
}
