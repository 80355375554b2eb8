import { remSize, watchLook } from '../../lib/ui/look';
import { drawMap, type Measures } from './draw';
import type { Area, DayGrid } from './grid';
import { palette, type Palette } from './paint';
import type { Place } from './cursor.svelte';

/** How wide a day is, in pixels at the usual size of text. */
export const zooms = { near: 14, middle: 6, far: 2 };
export type Zoom = keyof typeof zooms;

/** What of the map is in view: where it is scrolled to, how it is measured and drawn. */
export class MapView {
  box: HTMLElement | undefined = $state();
  /** As long as all days are. */
  strip: HTMLElement | undefined = $state();
  canvas: HTMLCanvasElement | undefined = $state();
  zoom = $state<Zoom>('near');
  scroll = $state(0);
  /** Of the box, and of the names before the days. */
  boxWidth = $state(0);
  names = $state(0);
  #rem = $state(16);
  #look = $state.raw<Palette>();
  /** The day that ends at the right edge; undefined: the newest one. */
  #edge: number | undefined;
  /** Where the program itself has scrolled to: no wish of the person's. */
  #settled = -2;

  readonly day = $derived((zooms[this.zoom] * this.#rem) / 16);
  readonly row = $derived(1.5 * this.#rem);
  readonly axis = $derived(2.25 * this.#rem);
  readonly width = $derived(Math.max(0, this.boxWidth - this.names));
  /** How many days fill the view, never fewer than a month. */
  readonly fits = $derived(Math.max(30, Math.ceil(this.width / this.day)));

  /** Follows theme, text size and density. Returns the undo. */
  follow(): () => void {
    const look = (): void => {
      this.#rem = remSize();
      this.#look = this.box && palette(this.box);
    };
    look();
    void document.fonts.ready.then(look);
    return watchLook(look);
  }

  /** Where a day begins, from the left edge of the days in view. */
  x(grid: DayGrid, day: number): number {
    return (day - grid.first) * this.day - this.scroll;
  }

  draw(grid: DayGrid, area: Area | undefined): void {
    const c = this.canvas?.getContext('2d');
    const look = this.#look;
    if (!this.canvas || !c || !look || this.width === 0) return;
    const height = this.axis + grid.rows.length * this.row;
    const [w, h] = [Math.round(this.width * look.density), Math.round(height * look.density)];
    // Setting a size empties the canvas, even to the same one.
    if (this.canvas.width !== w) this.canvas.width = w;
    if (this.canvas.height !== h) this.canvas.height = h;
    const { day, row, axis, scroll, width } = this;
    const m: Measures = { width, height, day, row, axis, scroll, small: 0.6875 * this.#rem, font: getComputedStyle(this.canvas).fontFamily };
    drawMap(c, look, m, grid, area);
  }

  /** The person has scrolled. */
  scrolled(grid: DayGrid): void {
    if (!this.box) return;
    this.scroll = this.box.scrollLeft;
    // A whole pixel more or less is the engine's rounding.
    if (Math.abs(this.scroll - this.#settled) <= 1) return;
    this.#settled = -2;
    const edge = grid.first + (this.scroll + this.width) / this.day;
    this.#edge = edge > grid.last + 0.9 ? undefined : edge;
  }

  /** Keeps the same days in view when the map grows, is zoomed or gets another width. */
  settle(grid: DayGrid): void {
    if (!this.box || !this.strip || this.width === 0) return;
    // At once: a place beyond the old length cannot be scrolled to.
    this.strip.style.width = `${this.names + (grid.last - grid.first + 1) * this.day}px`;
    const edge = this.#edge ?? grid.last + 1;
    this.box.scrollLeft = (edge - grid.first) * this.day - this.width;
    this.scroll = this.#settled = this.box.scrollLeft;
  }

  /** Scrolls so that the day is in view. */
  reveal(grid: DayGrid, { day }: Place): void {
    const x = this.x(grid, day);
    const over = x + this.day - this.width;
    if (x < 0) this.by(grid, x);
    else if (over > 0) this.by(grid, over);
  }

  /** Scrolls by so many pixels. */
  by(grid: DayGrid, pixels: number): void {
    if (!this.box) return;
    this.box.scrollLeft += pixels;
    this.scrolled(grid);
  }

  /** Which day of which row lies under the pointer; beyond an edge, the one next to it. */
  place(grid: DayGrid, event: MouseEvent): Place | undefined {
    const frame = this.canvas?.getBoundingClientRect();
    if (!frame) return undefined;
    const day = grid.first + Math.floor((event.clientX - frame.left + this.scroll) / this.day);
    const row = Math.floor((event.clientY - frame.top - this.axis) / this.row);
    return { row: Math.max(0, Math.min(grid.rows.length - 1, row)), day: Math.max(grid.first, Math.min(grid.last, day)) };
  }
}
