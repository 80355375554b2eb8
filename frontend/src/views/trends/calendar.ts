import { dayAt, dayNumber } from '../../lib/format/days';
import { locale } from '../../lib/text';
import { dots, hatch, levelCount, type Palette } from './paint';
import type { DayFacts } from './words';

/** A year of the calendar, or half of one where there is no room. Numbers of days, pixels of the page. */
interface Block {
  title: string;
  first: number;
  last: number;
  /** The Monday its columns are counted from. */
  monday: number;
  top: number;
}

/** Where each day of a calendar stands. */
export interface Grid {
  first: number;
  last: number;
  blocks: Block[];
  /** Edge of a day with its gap. */
  cell: number;
  /** Room for the weekdays at the left. */
  left: number;
  /** Room for a block's title and months above its days. */
  head: number;
  width: number;
  height: number;
}

const dayMs = 86_400_000;
const gap = 2;
/** Smaller days are drawn in two rows of half a year. */
const leastCell = 9;
const mostCell = 18;

const yearOf = (day: number): number => new Date(day * dayMs).getUTCFullYear();
const start = (year: number, month: number): number => Date.UTC(year, month, 1) / dayMs;
/** 0 on Mondays. */
const weekday = (day: number): number => (((day + 3) % 7) + 7) % 7;

const monthShort = new Intl.DateTimeFormat(locale, { month: 'short', timeZone: 'UTC' });
const weekdayShort = new Intl.DateTimeFormat(locale, { weekday: 'short', timeZone: 'UTC' });

/** Lays out the years of some days, the newest on top. */
export function gridOf(firstDay: string, lastDay: string, width: number, small: number): Grid {
  const [first, last] = [dayNumber(firstDay), dayNumber(lastDay)];
  const left = small * 2.6;
  const head = small * 2.6;
  const room = Math.max(0, width - left);
  const halves = room / 54 < leastCell;
  const cell = Math.min(mostCell, room / (halves ? 28 : 54));
  const spans = last - first < rollingDays ? rolling(first, last, halves ? 27 : 53) : years(first, last, halves);
  const high = head + 7 * cell + small;
  const blocks = spans.map(([begin, end], i) => ({ title: titleOf(begin, end), first: begin, last: end, monday: begin - weekday(begin), top: i * high }));
  return { first, last, blocks, cell, left, head, width, height: blocks.length * high };
}

/** So many days fit into the columns of one year, wherever they begin. */
const rollingDays = 53 * 7 - 6;

/** Stretches of so many weeks, the newest first. */
function rolling(first: number, last: number, weeks: number): [number, number][] {
  const out: [number, number][] = [];
  for (let end = last; end >= first; ) {
    const begin = Math.max(first, end - weekday(end) - (weeks - 1) * 7);
    out.push([begin, end]);
    end = begin - 1;
  }
  return out;
}

/** Calendar years, or their halves, the newest first. */
function years(first: number, last: number, halves: boolean): [number, number][] {
  const out: [number, number][] = [];
  for (let year = yearOf(last); year >= yearOf(first); year--) {
    for (const [from, to] of halves ? [[6, 12], [0, 6]] as const : [[0, 12]] as const) out.push([start(year, from), start(year, to) - 1]);
  }
  return out.filter(([begin, end]) => begin <= last && end >= first);
}

const titleOf = (first: number, last: number): string => (yearOf(first) === yearOf(last) ? String(yearOf(first)) : `${yearOf(first)} – ${yearOf(last)}`);

/** The upper left corner of a day; undefined outside the calendar. */
export function placeOf(grid: Grid, day: number): { x: number; y: number } | undefined {
  const block = grid.blocks.find((b) => day >= b.first && day <= b.last);
  if (!block) return undefined;
  return { x: grid.left + Math.floor((day - block.monday) / 7) * grid.cell, y: block.top + grid.head + weekday(day) * grid.cell };
}

/** The day at a place; undefined where there is none. */
export function dayUnder(grid: Grid, x: number, y: number): number | undefined {
  const block = grid.blocks.find((b) => y >= b.top + grid.head && y < b.top + grid.head + 7 * grid.cell);
  if (!block || x < grid.left) return undefined;
  const day = block.monday + Math.floor((x - grid.left) / grid.cell) * 7 + Math.floor((y - block.top - grid.head) / grid.cell);
  return day >= Math.max(block.first, grid.first) && day <= Math.min(block.last, grid.last) ? day : undefined;
}

export const windowDays = 365;

/** The limits between the fifths of the values of the last 365 days; [] without a value. */
export function limitsOf(days: readonly DayFacts[]): number[] {
  const values = days
    .slice(-windowDays)
    .flatMap(({ value }) => (value === undefined ? [] : [value]))
    .sort((a, b) => a - b);
  if (values.length === 0) return [];
  return Array.from({ length: levelCount - 1 }, (_, i) => quantile(values, (i + 1) / levelCount));
}

function quantile(sorted: number[], share: number): number {
  const at = (sorted.length - 1) * share;
  const [low = 0, high = low] = [sorted[Math.floor(at)], sorted[Math.ceil(at)]];
  return low + (high - low) * (at - Math.floor(at));
}

/** The fifth a value is in, from 0; the middle one where all values are the same. */
export function levelOf(value: number, limits: readonly number[]): number {
  if (limits.length === 0 || (limits[0] === limits.at(-1) && value === limits[0])) return Math.floor(levelCount / 2);
  return limits.filter((limit) => value > limit).length;
}

/** Paints all days. The canvas is as large as the grid. */
export function paintCalendar(c: CanvasRenderingContext2D, grid: Grid, days: readonly DayFacts[], limits: readonly number[], look: Palette, density: number): void {
  c.setTransform(1, 0, 0, 1, 0, 0);
  c.clearRect(0, 0, c.canvas.width, c.canvas.height);
  c.scale(density, density);
  for (const block of grid.blocks) paintNames(c, grid, block, look);
  c.setTransform(1, 0, 0, 1, 0, 0);
  const edge = Math.round((grid.cell - gap) * density);
  days.forEach((facts, i) => {
    const at = placeOf(grid, grid.first + i);
    if (at) paintDay(c, facts, Math.round(at.x * density), Math.round(at.y * density), edge, limits, look, density);
  });
}

function paintDay(c: CanvasRenderingContext2D, facts: DayFacts, x: number, y: number, edge: number, limits: readonly number[], look: Palette, density: number): void {
  if (facts.value === undefined) {
    if (facts.notWorn) dots(c, look.notWorn, x, y, edge, edge, density);
    else hatch(c, look.hatch, x, y, edge, edge, density);
    return;
  }
  const level = levelOf(facts.value, limits);
  c.fillStyle = look.levels[level] ?? look.line;
  const height = look.forced ? Math.max(density, Math.round((edge * (level + 1)) / levelCount)) : edge;
  c.fillRect(x, y + edge - height, edge, height);
  if (!look.forced) return;
  c.strokeStyle = look.hatch;
  c.lineWidth = density;
  c.strokeRect(x + density / 2, y + density / 2, edge - density, edge - density);
}

function paintNames(c: CanvasRenderingContext2D, grid: Grid, block: Block, look: Palette): void {
  c.textBaseline = 'alphabetic';
  c.fillStyle = look.text;
  c.font = `600 ${look.small * 1.1}px ${look.font}`;
  c.fillText(block.title, 0, block.top + look.small * 1.1);
  c.font = `${look.small}px ${look.font}`;
  c.fillStyle = look.text3;
  for (let day = block.first, end = 0; day <= block.last; day++) {
    if (new Date(day * dayMs).getUTCDate() !== 1) continue;
    const at = placeOf(grid, day);
    if (!at || day + 30 < grid.first || day > grid.last) continue;
    const name = monthShort.format(day * dayMs);
    const x = Math.max(at.x + (weekday(day) > 0 ? grid.cell : 0), grid.left);
    if (x < end) continue;
    c.fillText(name, x, block.top + grid.head - look.small * 0.4);
    end = x + c.measureText(name).width + look.small * 0.5;
  }
  // Every second weekday has a name, where they do not touch.
  for (const row of grid.cell * 2 >= look.small ? [0, 2, 4] : []) {
    c.fillText(weekdayShort.format((4 + row) * dayMs), 0, block.top + grid.head + row * grid.cell + (grid.cell - gap + look.small * 0.7) / 2);
  }
}

/** The day of a place in the list. */
export const dayOfPlace = (grid: Grid, index: number): string => dayAt(grid.first + index);
