/** Where a person is in a list of days: by keys or a press, or for a moment by the pointer. The day and not its place is kept, for the list moves. */
export class DayCursor {
  /** undefined until somebody touches the days. */
  at = $state<string>();
  hover = $state<string>();

  get shown(): string | undefined {
    return this.hover ?? this.at;
  }

  /** Forgets a day that is not among these. */
  clamp(first: string, last: string): void {
    const outside = (day: string | undefined): boolean => day !== undefined && (day < first || day > last);
    if (outside(this.at)) this.at = undefined;
    if (outside(this.hover)) this.hover = undefined;
  }
}

export type Layout = 'line' | 'calendar';

/** How far a key moves in a list of days: a number of days, or to its first or last one. undefined: not a key of the days. */
export function dayStep(event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey'>, layout: Layout): number | 'first' | 'last' | undefined {
  const far = event.ctrlKey || event.metaKey;
  const calendar = layout === 'calendar';
  switch (event.key) {
    case 'ArrowLeft':
      return calendar || far ? -7 : -1;
    case 'ArrowRight':
      return calendar || far ? 7 : 1;
    case 'ArrowUp':
      return calendar ? -1 : far ? 7 : 1;
    case 'ArrowDown':
      return calendar ? 1 : far ? -7 : -1;
    case 'PageUp':
      return calendar ? -364 : -30;
    case 'PageDown':
      return calendar ? 364 : 30;
    case 'Home':
      return 'first';
    case 'End':
      return 'last';
    default:
      return undefined;
  }
}

/** The place a key leads to in a list of `count` days; undefined when it is not a key of theirs. */
export function placeAfter(event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey'>, layout: Layout, at: number, count: number): number | undefined {
  const step = dayStep(event, layout);
  if (step === undefined) return undefined;
  const to = step === 'first' ? 0 : step === 'last' ? count - 1 : at + step;
  return Math.max(0, Math.min(count - 1, to));
}
