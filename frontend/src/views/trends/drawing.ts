import { dayNumber } from '../../lib/format/days';
import type { MetricView } from '../../lib/backend';
import type { Plotter, uPlot } from '../../lib/uplot';
import { dots, type Palette } from './paint';
import { dayTicks, domainOf, valueTicks, type Tick } from './ticks';
import type { DayFacts } from './words';

/** What is drawn. */
export interface Course {
  metric: MetricView;
  /** All days, without holes. */
  days: DayFacts[];
  revised: ReadonlySet<string>;
}

/** Where the days are drawn inside the box, in pixels of the page. */
export interface Frame {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** Below so many pixels a day, the single days step back behind their usual middle. */
const crowded = 1.6;
/** From so many on, every day is a dot. */
const roomy = 6;
/** More of them at once is no news that an eye could follow. */
const ringsMost = 31;

/**
 * A line chart of days, kept by uPlot: band and middle behind, the days in front.
 * It is changed in place, so that what stays the same does not move.
 */
export class Drawing {
  readonly #u: uPlot;
  #course: Course;
  #look: Palette;
  #domain: [number, number];
  #first = 0;
  #ondrawn: (frame: Frame) => void;

  constructor(Plot: Plotter, box: HTMLElement, course: Course, look: Palette, size: { width: number; height: number }, ondrawn: (frame: Frame) => void) {
    this.#course = course;
    this.#look = look;
    this.#domain = this.#domainOf(course);
    this.#first = firstOf(course);
    this.#ondrawn = ondrawn;
    this.#u = new Plot(this.#options(size), columns(course), box);
  }

  /** Exchanges the days; the axis of values stays where they still fit into it. */
  set(course: Course): void {
    const same = course.metric.id === this.#course.metric.id && course.days[0]?.day === this.#course.days[0]?.day && course.days.length === this.#course.days.length;
    this.#domain = this.#domainOf(course, same ? this.#domain : undefined);
    this.#course = course;
    this.#first = firstOf(course);
    this.#u.setData(columns(course));
  }

  resize(size: { width: number; height: number }): void {
    if (size.width !== this.#u.width || size.height !== this.#u.height) this.#u.setSize(size);
  }

  destroy(): void {
    this.#u.destroy();
  }

  get canvas(): HTMLCanvasElement {
    return this.#u.ctx.canvas;
  }

  /** Where the day with this place in the list is, from the left edge of the box. */
  x(index: number): number {
    return this.#u.valToPos(this.#first + index, 'x') + this.frame.left;
  }

  y(value: number): number {
    return this.#u.valToPos(value, 'y') + this.frame.top;
  }

  /** The place in the list of the day nearest to `x`. */
  index(x: number): number {
    const at = Math.round(this.#u.posToVal(x - this.frame.left, 'x')) - this.#first;
    return Math.max(0, Math.min(this.#course.days.length - 1, at));
  }

  get frame(): Frame {
    const { left, top, width, height } = this.#u.bbox;
    const density = devicePixelRatio || 1;
    return { left: left / density, top: top / density, width: width / density, height: height / density };
  }

  #domainOf({ days }: Course, before?: [number, number]): [number, number] {
    return domainOf(
      days.flatMap(({ value, low, high }) => [value, low, high]),
      before,
    );
  }

  /** Pixels of the page that a day takes. */
  get #pace(): number {
    return this.frame.width / Math.max(1, this.#course.days.length);
  }

  #options(size: { width: number; height: number }): uPlot.Options {
    const look = this.#look;
    const font = `${look.small}px ${look.font}`;
    const days = (u: uPlot): Tick[] => dayTicks(this.#first, this.#first + this.#course.days.length - 1, u.width / (look.small * 5.5));
    const values = (u: uPlot): Tick[] => valueTicks(...this.#domain, Math.max(2, u.height / (look.small * 4)), this.#course.metric);
    const axis = { font, stroke: look.text3, lineGap: 1.3, ticks: { show: false }, border: { show: false }, gap: 6 };
    const faint = (): boolean => this.#pace < crowded;
    return {
      ...size,
      pxAlign: 0,
      // Half of the last day's label stands right of it.
      padding: [look.small, look.small * 2.2, 0, 0],
      legend: { show: false },
      cursor: { show: false },
      scales: { x: { time: false, range: () => [this.#first - 0.5, this.#first + this.#course.days.length - 0.5] }, y: { range: () => this.#domain } },
      axes: [
        { ...axis, size: look.small * 2.6 + 8, splits: (u) => days(u).map(({ at }) => at), values: (u) => days(u).map(({ label }) => label), grid: { stroke: look.grid, width: 1 } },
        { ...axis, size: (u, labels) => widest(u, labels, font) + 12, splits: (u) => values(u).map(({ at }) => at), values: (u) => values(u).map(({ label }) => label), grid: { stroke: look.grid, width: 1 } },
      ],
      series: [
        {},
        { width: look.forced ? 1 : 0, stroke: look.forced ? look.edge : 'transparent', points: { show: false } },
        { width: look.forced ? 1 : 0, stroke: look.forced ? look.edge : 'transparent', points: { show: false } },
        { width: 1.5, stroke: () => (faint() ? look.line : look.edge), dash: [5, 3], points: { show: false } },
        {
          width: 1.6,
          stroke: () => (faint() ? look.faint : look.line),
          points: { show: () => this.#pace >= roomy, filter: (_u, _series, show) => (show ? null : this.#alone()), width: 0, fill: () => (faint() ? look.faint : look.line) },
        },
      ],
      bands: [{ series: [2, 1], fill: look.band }],
      hooks: {
        drawAxes: [
          (u) => {
            this.#suit(u);
            this.#worn(u);
          },
        ],
        draw: [
          (u) => {
            this.#rings(u);
            this.#ondrawn(this.frame);
          },
        ],
      },
    };
  }

  /** Where days crowd, their middle comes forward. */
  #suit(u: uPlot): void {
    const crowd = this.#pace < crowded;
    Object.assign(u.series[3] ?? {}, { width: crowd ? 2 : 1.5, dash: crowd ? [8, 2] : [5, 3] });
    Object.assign(u.series[4] ?? {}, { width: crowd ? 1 : 1.6 });
    Object.assign(u.series[4]?.points ?? {}, { size: crowd ? 2.5 : 5 });
  }

  /** Days with a value and none beside it: no line shows them. */
  #alone(): number[] {
    const { days } = this.#course;
    const out: number[] = [];
    days.forEach(({ value }, i) => {
      if (value !== undefined && days[i - 1]?.value === undefined && days[i + 1]?.value === undefined) out.push(i);
    });
    return out;
  }

  /** Days without wear, as a strip of dots along the axis. */
  #worn(u: uPlot): void {
    const { days } = this.#course;
    const density = devicePixelRatio || 1;
    const height = 7 * density;
    for (let i = 0; i < days.length; i++) {
      if (!days[i]?.notWorn) continue;
      const begin = i;
      while (days[i + 1]?.notWorn) i++;
      const from = u.valToPos(this.#first + begin - 0.5, 'x', true);
      const to = u.valToPos(this.#first + i + 0.5, 'x', true);
      dots(u.ctx, this.#look.notWorn, from, u.bbox.top + u.bbox.height - height, Math.max(2 * density, to - from), height, density);
    }
  }

  /** A ring around each value that has just come or changed. */
  #rings(u: uPlot): void {
    const { days, revised } = this.#course;
    if (revised.size === 0 || revised.size > ringsMost) return;
    const density = devicePixelRatio || 1;
    u.ctx.save();
    u.ctx.strokeStyle = this.#look.mark;
    u.ctx.lineWidth = 1.5 * density;
    days.forEach(({ day, value }, i) => {
      if (value === undefined || !revised.has(day)) return;
      u.ctx.beginPath();
      u.ctx.arc(u.valToPos(this.#first + i, 'x', true), u.valToPos(value, 'y', true), 5 * density, 0, 7);
      u.ctx.stroke();
    });
    u.ctx.restore();
  }
}

const firstOf = (course: Course): number => dayNumber(course.days[0]?.day ?? '') || 0;

/** As uPlot wants it: day, low, high, middle, value, each with null where there is none. */
function columns({ days }: Course): uPlot.AlignedData {
  const first = firstOf({ days } as Course);
  const pick = (of: (facts: DayFacts) => number | undefined): (number | null)[] => days.map((facts) => of(facts) ?? null);
  return [days.map((_, i) => first + i), pick((d) => d.low), pick((d) => d.high), pick((d) => d.mid), pick((d) => d.value)];
}

/** How wide the widest label is, in pixels of the page. */
function widest(u: uPlot, labels: string[] | null, font: string): number {
  u.ctx.save();
  u.ctx.font = font;
  const width = Math.max(0, ...(labels ?? []).map((label) => u.ctx.measureText(label).width));
  u.ctx.restore();
  return width;
}
