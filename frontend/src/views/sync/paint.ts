import type { CoverageState } from '../../lib/backend';
import { coverageStates } from '../../lib/state/coverage';

/** The colours of the map as the theme has them now, and the patterns made of them. */
export interface Palette {
  states: Record<CoverageState, { mark: string; ground: string; pattern: CanvasPattern | null }>;
  surface: string;
  line: string;
  strong: string;
  text: string;
  faint: string;
  select: string;
  /** Pixels of the screen per pixel of the page. */
  density: number;
}

const dotted = { not_worn: dots, not_allowed: bars, failed: stripes } as Partial<Record<CoverageState, (c: CanvasRenderingContext2D) => void>>;
/** Edge of a pattern's tile, in pixels of the page. */
const tile = 6;

/** Reads the tokens where `near` stands. Colours resolve here, system colours too. */
export function palette(near: HTMLElement): Palette {
  const probe = document.createElement('span');
  probe.style.setProperty('forced-color-adjust', 'none');
  near.append(probe);
  const color = (token: string): string => {
    probe.style.color = `var(${token})`;
    return getComputedStyle(probe).color;
  };
  const density = devicePixelRatio || 1;
  const states = Object.fromEntries(
    coverageStates.map((state) => {
      const mark = color(`--map-${state.replaceAll('_', '-')}`);
      return [state, { mark, ground: color(`--map-${state.replaceAll('_', '-')}-bg`), pattern: patternOf(state, mark, density) }];
    }),
  ) as Palette['states'];
  const out = { states, density, surface: color('--surface'), line: color('--line'), strong: color('--line-strong'), text: color('--text'), faint: color('--text-3'), select: color('--select-line') };
  probe.remove();
  return out;
}

function patternOf(state: CoverageState, color: string, density: number): CanvasPattern | null {
  const paint = dotted[state];
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = Math.round(tile * density);
  const c = canvas.getContext('2d');
  if (!paint || !c) return null;
  c.scale(canvas.width / tile, canvas.width / tile);
  c.fillStyle = c.strokeStyle = color;
  paint(c);
  const pattern = c.createPattern(canvas, 'repeat');
  pattern?.setTransform(new DOMMatrix().scale(tile / canvas.width));
  return pattern;
}

function dots(c: CanvasRenderingContext2D): void {
  for (const [x, y] of [[1.5, 1.5], [4.5, 4.5]] as const) {
    c.beginPath();
    c.arc(x, y, 1.1, 0, 7);
    c.fill();
  }
}

function bars(c: CanvasRenderingContext2D): void {
  c.fillRect(1, 0, 1.5, tile);
  c.fillRect(4, 0, 1.5, tile);
}

function stripes(c: CanvasRenderingContext2D): void {
  c.lineWidth = 2;
  c.beginPath();
  for (const at of [-tile, 0, tile]) {
    c.moveTo(at - 1, tile + 1);
    c.lineTo(at + tile + 1, -1);
  }
  c.stroke();
}

/** Paints a stretch of one state. The pattern is held by the origin, so that it moves with the days. */
export function paintState(c: CanvasRenderingContext2D, p: Palette, state: CoverageState, x: number, width: number, height: number): void {
  const { mark, ground, pattern } = p.states[state];
  c.fillStyle = state === 'complete' ? mark : ground;
  c.fillRect(x, 0, width, height);
  if (pattern) {
    c.fillStyle = pattern;
    c.fillRect(x, 0, width, height);
    return;
  }
  c.fillStyle = mark;
  if (state === 'partial') c.fillRect(x, height / 2, width, height / 2);
  if (state === 'empty') c.fillRect(x, height / 2 - 1, width, 2);
  if (state === 'not_asked') {
    c.fillRect(x, 0, width, 1);
    c.fillRect(x, height - 1, width, 1);
  }
}
