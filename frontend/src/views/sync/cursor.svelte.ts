import type { Area, DayGrid } from './grid';

export interface Place {
  row: number;
  day: number;
}

const month = 30;

/** Where the cursor stands in the map, and what is selected with it. Days are numbers, so they stay when the map grows. */
export class MapCursor {
  /** undefined until somebody touches the map. */
  at = $state.raw<Place>();
  /** The other corner of the selection. */
  anchor = $state.raw<Place>();
  /** What the pointer is on. */
  hover = $state.raw<Place>();

  /** The selected area: at least the day under the cursor. */
  get area(): Area | undefined {
    const { at, anchor = at } = this;
    if (!at || !anchor) return undefined;
    return { top: Math.min(at.row, anchor.row), bottom: Math.max(at.row, anchor.row), from: Math.min(at.day, anchor.day), to: Math.max(at.day, anchor.day) };
  }

  /** Whether more than one day is selected. */
  get wide(): boolean {
    const area = this.area;
    return area !== undefined && (area.top !== area.bottom || area.from !== area.to);
  }

  /** Moves there; the selection follows or, with `extend`, reaches from where it began. */
  go(to: Place, extend = false): void {
    if (!extend || !this.anchor) this.anchor = to;
    this.at = to;
  }

  select(area: Area): void {
    this.anchor = { row: area.top, day: area.from };
    this.at = { row: area.bottom, day: area.to };
  }

  clear(): void {
    this.anchor = this.at;
  }

  /** Keeps both ends inside a map that may have changed. */
  clamp(grid: DayGrid): void {
    if (this.at) this.at = inside(grid, this.at);
    if (this.anchor) this.anchor = inside(grid, this.anchor);
  }

  /** Answers a key. Resolves to whether the key was one of the map's. */
  key(event: Pick<KeyboardEvent, 'key' | 'shiftKey' | 'ctrlKey' | 'metaKey'>, grid: DayGrid): boolean {
    const at = this.at ?? { row: 0, day: grid.last };
    const far = event.ctrlKey || event.metaKey;
    const all = { top: 0, bottom: grid.rows.length - 1, from: grid.first, to: grid.last };
    if (event.key === 'Escape') {
      if (!this.wide) return false;
      this.clear();
    } else if (event.key === ' ' && event.shiftKey) this.select({ ...all, top: at.row, bottom: at.row });
    else if (event.key === ' ' && far) this.select({ ...all, from: at.day, to: at.day });
    else if (event.key === 'a' && far) this.select(all);
    else {
      const to = step(event.key, far, at, grid);
      if (!to) return false;
      this.go(inside(grid, to), event.shiftKey);
    }
    return true;
  }
}

function step(key: string, far: boolean, { row, day }: Place, grid: DayGrid): Place | undefined {
  switch (key) {
    case 'ArrowLeft':
      return { row, day: day - (far ? 7 : 1) };
    case 'ArrowRight':
      return { row, day: day + (far ? 7 : 1) };
    case 'ArrowUp':
      return { row: far ? 0 : row - 1, day };
    case 'ArrowDown':
      return { row: far ? grid.rows.length : row + 1, day };
    case 'PageUp':
      return { row, day: day - month };
    case 'PageDown':
      return { row, day: day + month };
    case 'Home':
      return { row: far ? 0 : row, day: grid.first };
    case 'End':
      return { row: far ? grid.rows.length : row, day: grid.last };
    default:
      return undefined;
  }
}

function inside(grid: DayGrid, { row, day }: Place): Place {
  return { row: Math.max(0, Math.min(grid.rows.length - 1, row)), day: Math.max(grid.first, Math.min(grid.last, day)) };
}
