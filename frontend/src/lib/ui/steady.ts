/**
 * Finds what a person looks at inside a scrolled box: what stands open, what has
 * the focus, or what is at the top edge once the box is scrolled.
 */
function lookedAt(box: HTMLElement): Element | undefined {
  const frame = box.getBoundingClientRect();
  const inView = (e: Element): boolean => {
    const at = e.getBoundingClientRect();
    return at.bottom > frame.top && at.top < frame.bottom;
  };
  const open = [...box.querySelectorAll('[aria-expanded=true]')].find(inView);
  const focused = document.activeElement;
  if (open) return open;
  if (focused && focused !== box && box.contains(focused) && inView(focused)) return focused;
  if (box.scrollTop === 0) return undefined;
  const tops = [4, 20, 36, 52].map((down) => document.elementFromPoint(frame.left + frame.width / 3, frame.top + down)).filter((e): e is Element => e !== null && e !== box && box.contains(e));
  // Between two things there is only what holds both: that stays where it is when one of them grows.
  return tops.find((e) => e.childElementCount === 0) ?? tops[0];
}

/**
 * Remembers where that is. The function it returns scrolls the box so that it is
 * there again, whatever has come or gone above it; when it has gone itself, what it stood in.
 */
export function hold(box: HTMLElement): () => void {
  const places: { element: Element; top: number }[] = [];
  for (let at = lookedAt(box); at && at !== box; at = at.parentElement ?? undefined) places.push({ element: at, top: at.getBoundingClientRect().top });
  return () => {
    const anchor = places.find(({ element }) => element.isConnected);
    if (anchor) box.scrollTop += anchor.element.getBoundingClientRect().top - anchor.top;
  };
}
