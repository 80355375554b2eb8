import type { Sign } from './legend';
import { dots, hatch, type Palette } from './paint';

/** What stands around the drawing in a picture. */
export interface Caption {
  title: string;
  kind: string;
  range: string;
  summary: string;
  signs: Sign[];
}

const padding = 16;

/** The drawing with its title, legend and summary, as PNG in base64; "" when the browser makes none. */
export function pictureOf(drawing: HTMLCanvasElement, caption: Caption, look: Palette): string {
  const density = devicePixelRatio || 1;
  const canvas = document.createElement('canvas');
  const c = canvas.getContext('2d');
  if (!c) return '';
  const width = Math.max(drawing.width / density, 320);
  const line = look.small * 1.55;
  const lines = (text: string): string[] => {
    c.font = `${look.small}px ${look.font}`;
    return wrap(c, text, width);
  };
  const [summary, kind] = [lines(caption.summary), lines([caption.kind, caption.range].filter((part) => part).join(' · '))];
  const rows = legendRows(c, caption.signs, width, look);
  const head = look.small * 2.2 + kind.length * line;
  const foot = rows.length * line + summary.length * line + look.small;
  canvas.width = Math.round((width + 2 * padding) * density);
  canvas.height = Math.round((head + foot + 2 * padding) * density) + drawing.height;
  c.fillStyle = look.surface;
  c.fillRect(0, 0, canvas.width, canvas.height);
  c.scale(density, density);
  c.textBaseline = 'alphabetic';
  c.fillStyle = look.text;
  c.font = `600 ${look.small * 1.4}px ${look.font}`;
  c.fillText(caption.title, padding, padding + look.small * 1.3);
  let y = padding + look.small * 1.4;
  const write = (texts: string[], color: string): void => {
    c.fillStyle = color;
    c.font = `${look.small}px ${look.font}`;
    for (const text of texts) c.fillText(text, padding, (y += line));
  };
  write(kind, look.text3);
  c.save();
  c.setTransform(1, 0, 0, 1, 0, 0);
  c.drawImage(drawing, padding * density, Math.round((padding + head) * density));
  c.restore();
  y = padding + head + drawing.height / density + look.small;
  for (const row of rows) {
    for (const { sign, x } of row) paintSign(c, sign, padding + x, y + line, look, density);
    y += line;
  }
  write(summary, look.text3);
  return canvas.toDataURL('image/png').split(',')[1] ?? '';
}

function wrap(c: CanvasRenderingContext2D, text: string, width: number): string[] {
  const out: string[] = [];
  for (const word of text.split(' ')) {
    const longer = out.length > 0 ? `${out.at(-1)} ${word}` : word;
    if (out.length > 0 && c.measureText(longer).width <= width) out[out.length - 1] = longer;
    else out.push(word);
  }
  return out.filter((line) => line !== '');
}

const swatch = 1.4;

function legendRows(c: CanvasRenderingContext2D, signs: Sign[], width: number, look: Palette): { sign: Sign; x: number }[][] {
  c.font = `${look.small}px ${look.font}`;
  const rows: { sign: Sign; x: number }[][] = [];
  let x = Infinity;
  for (const sign of signs) {
    const wide = look.small * (swatch + 0.5) + c.measureText(sign.label).width;
    if (x + wide > width) {
      rows.push([]);
      x = 0;
    }
    rows.at(-1)?.push({ sign, x });
    x += wide + look.small * 1.4;
  }
  return rows;
}

/** One sign of the legend with its label, standing on the line `y`. */
function paintSign(c: CanvasRenderingContext2D, sign: Sign, x: number, y: number, look: Palette, density: number): void {
  const [width, height] = [look.small * swatch, look.small * 0.9];
  const middle = y - height / 2 + 1;
  const onScreen = (paint: (left: number, top: number, w: number, h: number) => void): void => {
    c.save();
    c.setTransform(1, 0, 0, 1, 0, 0);
    paint(x * density, (y - height + 1) * density, width * density, height * density);
    c.restore();
  };
  c.fillStyle = sign.mark === 'band' ? look.band : sign.mark === 'level' ? (look.levels[sign.level] ?? look.line) : look.line;
  if (sign.mark === 'band' || sign.mark === 'level') c.fillRect(x, y - height + 1, width, height);
  else if (sign.mark === 'dots') onScreen((left, top, w, h) => dots(c, look.notWorn, left, top, w, h, density));
  else if (sign.mark === 'hatch') onScreen((left, top, w, h) => hatch(c, look.hatch, left, top, w, h, density));
  else {
    c.strokeStyle = sign.mark === 'dash' ? look.edge : look.line;
    c.lineWidth = 1.6;
    c.setLineDash(sign.mark === 'dash' ? [5, 3] : []);
    c.beginPath();
    c.moveTo(x, middle);
    c.lineTo(x + width, middle);
    c.stroke();
    c.setLineDash([]);
  }
  c.fillStyle = look.text;
  c.font = `${look.small}px ${look.font}`;
  c.fillText(sign.label, x + look.small * (swatch + 0.5), y);
}
