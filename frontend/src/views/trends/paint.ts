import { remSize } from '../../lib/ui/look';

/** The colours of the drawings as the theme has them now, with sizes of text. */
export interface Palette {
  line: string;
  faint: string;
  band: string;
  edge: string;
  grid: string;
  strong: string;
  surface: string;
  text: string;
  text3: string;
  mark: string;
  notWorn: string;
  /** The fifths of the calendar, lowest first. */
  levels: string[];
  hatch: string;
  select: string;
  /** Nothing but the system's colours: levels are told by height. */
  forced: boolean;
  font: string;
  /** Of labels, in pixels of the page. */
  small: number;
}

/** How many levels the calendar has. */
export const levelCount = 5;

/** Reads the colours where `near` stands, which names them as --trend-… . */
export function palette(near: HTMLElement): Palette {
  const probe = document.createElement('span');
  probe.style.setProperty('forced-color-adjust', 'none');
  near.append(probe);
  const color = (token: string): string => {
    probe.style.color = `var(${token})`;
    return getComputedStyle(probe).color;
  };
  const out: Palette = {
    line: color('--trend-line'),
    faint: color('--trend-faint'),
    band: color('--trend-band'),
    edge: color('--trend-edge'),
    grid: color('--line'),
    strong: color('--line-strong'),
    surface: color('--surface'),
    text: color('--text'),
    text3: color('--text-3'),
    mark: color('--select-line'),
    notWorn: color('--map-not-worn'),
    levels: Array.from({ length: levelCount }, (_, i) => color(`--trend-level-${i + 1}`)),
    hatch: color('--trend-hatch'),
    select: color('--select-line'),
    forced: matchMedia('(forced-colors: active)').matches,
    font: getComputedStyle(near).fontFamily,
    small: 0.6875 * remSize(),
  };
  probe.remove();
  return out;
}

/** Dots for days without wear, as on the map of days. In pixels of the screen. */
export function dots(c: CanvasRenderingContext2D, color: string, x: number, y: number, width: number, height: number, density: number): void {
  const step = 3 * density;
  c.save();
  c.beginPath();
  c.rect(x, y, width, height);
  c.clip();
  c.fillStyle = color;
  // Held by the origin, so that neighbours fit together.
  for (let row = 0, at = y + density; at < y + height; row++, at += step) {
    for (let px = Math.floor(x / step) * step + (row % 2 ? step / 2 : 0); px < x + width; px += step) c.fillRect(px, at, 1.4 * density, 1.4 * density);
  }
  c.restore();
}

/** Thin slanted lines for days without a value. In pixels of the screen. */
export function hatch(c: CanvasRenderingContext2D, color: string, x: number, y: number, width: number, height: number, density: number): void {
  const step = 4 * density;
  c.save();
  c.beginPath();
  c.rect(x, y, width, height);
  c.clip();
  c.strokeStyle = color;
  c.lineWidth = density;
  c.beginPath();
  for (let at = Math.floor((x - height) / step) * step; at < x + width; at += step) {
    c.moveTo(at, y + height);
    c.lineTo(at + height, y);
  }
  c.stroke();
  c.restore();
}
