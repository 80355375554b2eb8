import { stateOf } from '../../lib/state/coverage';
import { axisMarks } from './axis';
import type { Area, DayGrid } from './grid';
import { paintState, type Palette } from './paint';

/** Sizes in pixels of the page. */
export interface Measures {
  /** Of the canvas. */
  width: number;
  height: number;
  /** Width of a day, height of a row, height of the axis above the rows. */
  day: number;
  row: number;
  axis: number;
  /** How far the days are scrolled. */
  scroll: number;
  /** Size of small text, and its font. */
  small: number;
  font: string;
}

/** Days this wide and wider are parted by a gap. */
const gapFrom = 5;

/** Draws what is in view of the map. */
export function drawMap(c: CanvasRenderingContext2D, p: Palette, m: Measures, grid: DayGrid, area: Area | undefined): void {
  const from = Math.max(0, Math.floor(m.scroll / m.day));
  const to = Math.min(grid.last - grid.first, Math.ceil((m.scroll + m.width) / m.day));
  c.setTransform(p.density, 0, 0, p.density, 0, 0);
  c.clearRect(0, 0, m.width, m.height);
  drawRows(c, p, m, grid, from, to);
  if (m.day >= gapFrom) drawGaps(c, p, m, from, to);
  drawAxis(c, p, m, grid);
  if (area) drawArea(c, p, m, grid, area);
}

function drawRows(c: CanvasRenderingContext2D, p: Palette, m: Measures, grid: DayGrid, from: number, to: number): void {
  const inset = Math.round(m.row / 8);
  grid.rows.forEach(({ states }, r) => {
    c.save();
    c.translate(-m.scroll, m.axis + r * m.row + inset);
    for (let at = from; at <= to; ) {
      let end = at + 1;
      while (end <= to && states[end] === states[at]) end++;
      paintState(c, p, stateOf(states[at]), at * m.day, (end - at) * m.day, m.row - 2 * inset);
      at = end;
    }
    c.restore();
  });
}

function drawGaps(c: CanvasRenderingContext2D, p: Palette, m: Measures, from: number, to: number): void {
  c.fillStyle = p.surface;
  for (let at = from; at <= to; at++) c.fillRect((at + 1) * m.day - m.scroll - 1, m.axis, 1, m.height - m.axis);
}

function drawAxis(c: CanvasRenderingContext2D, p: Palette, m: Measures, grid: DayGrid): void {
  c.font = `500 ${m.small}px ${m.font}`;
  c.textBaseline = 'middle';
  const end = (grid.last - grid.first + 1) * m.day - m.scroll;
  for (const mark of axisMarks(grid.first, grid.last, m)) {
    c.fillStyle = mark.strong ? p.strong : p.line;
    if (mark.line) c.fillRect(Math.round(mark.at), mark.level === 0 ? 0 : m.axis / 2, 1, m.height);
    c.fillStyle = mark.level === 0 ? p.text : p.faint;
    const width = c.measureText(mark.label).width;
    // The label of the last days ends where the map ends.
    if (mark.room > width + 4) c.fillText(mark.label, Math.min(mark.text + 4, end - width - 2), (m.axis / 4) * (mark.level === 0 ? 1 : 3));
  }
}

function drawArea(c: CanvasRenderingContext2D, p: Palette, m: Measures, grid: DayGrid, area: Area): void {
  const x = (area.from - grid.first) * m.day - m.scroll;
  const y = m.axis + area.top * m.row;
  const width = (area.to - area.from + 1) * m.day;
  const height = (area.bottom - area.top + 1) * m.row;
  c.strokeStyle = p.surface;
  c.lineWidth = 4;
  c.strokeRect(x, y + 1, width, height - 2);
  c.strokeStyle = p.select;
  c.lineWidth = 2;
  c.strokeRect(x, y + 1, width, height - 2);
}
