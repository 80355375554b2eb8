import { addDays, dayAt, dayNumber } from '../../format/days';
import type { ChangeSpan, MetricView, SpanView, TrendView } from '../healthTypes';
import type { FakeHealth } from './health';
import { attacks } from './hostile';
import type { FakeProgram } from './program';
import { recipes, type Recipe } from './trendsCatalogue';
import { median, usualOf } from './usual';

type Trends = Pick<FakeHealth, 'metrics' | 'trend'>;

/** Five years, as the rest of the sample data. */
const usualHistory = 1826;

/** A number in [0, 1) that belongs to a text and a day: the same on every run, in whatever order it is asked for. */
function chance(of: number, day: number): number {
  let n = Math.imul(of ^ Math.imul(day + 7919, 0x9e3779b1), 0x85ebca6b);
  n = Math.imul(n ^ (n >>> 13), 0xc2b2ae35);
  return ((n ^ (n >>> 16)) >>> 0) / 4_294_967_296;
}

function seedOf(text: string): number {
  let n = 2166136261;
  for (let i = 0; i < text.length; i++) n = Math.imul(n ^ text.charCodeAt(i), 16777619);
  return n >>> 0;
}

/** Like a bell curve, in about [-2.5, 2.5]. */
const bell = (seed: number, day: number): number => (chance(seed, day) + chance(seed + 1, day) + chance(seed + 2, day) - 1.5) * 1.75;

/** Days the ring lay in a drawer: some alone, now and then a week. */
function worn(day: number): boolean {
  const block = Math.floor(day / 9);
  return chance(11, day) > 0.012 && chance(12, block) > 0.035;
}

/** The value of a metric on a day; undefined without one. */
function valueOf({ metric, mid, spread, least, most, share }: Recipe, day: number): number | undefined {
  const seed = seedOf(metric.id);
  if (!worn(day) || chance(seed + 5, day) > share * 0.985) return undefined;
  const season = Math.sin(((day - 20) / 365.25) * 2 * Math.PI) * 0.5;
  const slow = bell(seed + 7, Math.floor(day / 21)) * 0.35 + Math.sin(day / 400 + seed) * 0.5;
  const weekend = (day + 3) % 7 >= 5 ? 0.25 : 0;
  const value = mid + spread * (bell(seed, day) * 0.8 + season + slow + weekend);
  const scale = 10 ** (metric.unit === 's' ? -1 : metric.digits);
  return Math.round(Math.min(most, Math.max(least, value)) * scale) / scale;
}

const floors: Partial<Record<string, number>> = { bpm: 1, '/min': 0.3, '°C': 0.1, '%': 0.5, s: 900 };

const quantile = (sorted: readonly number[], share: number): number => sorted[Math.round((sorted.length - 1) * share)] ?? 0;

function spanView(values: Map<number, number>, from: number, to: number): SpanView {
  const inside = [...values].filter(([day]) => day >= from && day <= to);
  const sorted = inside.map(([, value]) => value).sort((a, b) => a - b);
  const dayOf = (value: number): string => dayAt(inside.find(([, v]) => v === value)?.[0] ?? from);
  const [min, max] = [sorted[0] ?? 0, sorted.at(-1) ?? 0];
  return {
    from: dayAt(from), to: dayAt(to), count: sorted.length, days: to - from + 1, median: median(sorted), low: quantile(sorted, 0.1), high: quantile(sorted, 0.9),
    min, minDay: sorted.length > 0 ? dayOf(min) : '', max, maxDay: sorted.length > 0 ? dayOf(max) : '',
  };
}

/** Hodges-Lehmann and Cliff's delta, over at most 200 values a side; the interval as wide as their pairs are scattered. */
function changeOf(now: readonly number[], before: readonly number[]): ChangeSpan {
  const least = Math.min(now.length, before.length);
  if (least < 14) return { known: false, shift: 0, low: 0, high: 0, delta: 0, needs: 14 - least };
  const thin = (list: readonly number[]): number[] => list.filter((_, i) => i % Math.ceil(list.length / 200) === 0);
  const pairs = thin(now).flatMap((a) => thin(before).map((b) => a - b)).sort((a, b) => a - b);
  const shift = median(pairs);
  const half = ((quantile(pairs, 0.75) - quantile(pairs, 0.25)) * 1.4) / Math.sqrt(least);
  const delta = pairs.reduce((sum, d) => sum + Math.sign(d), 0) / pairs.length;
  return { known: true, shift, low: shift - half, high: shift + half, delta, needs: 0 };
}

/** Metrics and their courses over the last `history` days. */
function trendsOf(history: number, value: (recipe: Recipe, day: number) => number | undefined = valueOf): Trends {
  const seen = new Map<string, Map<number, number>>();
  const valuesOf = (recipe: Recipe, today: string): Map<number, number> => {
    const known = seen.get(recipe.metric.id + today);
    if (known) return known;
    const last = dayNumber(today);
    const values = new Map<number, number>();
    for (let day = last - history + 1; day <= last; day++) {
      const found = value(recipe, day);
      if (found !== undefined) values.set(day, found);
    }
    seen.set(recipe.metric.id + today, values);
    return values;
  };
  const metricOf = (recipe: Recipe, today: string): MetricView => {
    const days = [...valuesOf(recipe, today).keys()];
    return { ...recipe.metric, days: days.length, firstDay: days.length > 0 ? dayAt(days[0] ?? 0) : '', lastDay: days.length > 0 ? dayAt(days.at(-1) ?? 0) : '' };
  };
  return {
    metrics: (today) => recipes.map((recipe) => metricOf(recipe, today)),
    trend: (today, id, from, to) => {
      const recipe = recipes.find((one) => one.metric.id === id);
      if (!recipe) throw JSON.stringify({ code: 'not_found', message: 'There is no such number in what is stored here.' });
      const values = valuesOf(recipe, today);
      const metric = metricOf(recipe, today);
      const [first, last] = [dayNumber(from || metric.firstDay || today), dayNumber(to || metric.lastDay || today)];
      const view: TrendView = { ...nothing(today, metric, dayAt(first), dayAt(last)) };
      for (let day = first; day <= last; day++) {
        const found = values.get(day);
        if (found !== undefined) {
          view.days.push(dayAt(day));
          view.values.push(found);
        } else if (!worn(day) && day > dayNumber(today) - history) view.notWorn.push(dayAt(day));
        const band = usualOf(metric.id, floors[metric.unit] ?? (metric.unit === '' && metric.id.includes('score') ? 2 : recipe.spread / 20), (ago) => values.get(day - ago));
        if (!band.known) continue;
        view.bandDays.push(dayAt(day));
        view.low.push(band.low);
        view.mid.push(band.mid);
        view.high.push(band.high);
      }
      const length = last - first + 1;
      view.summary = spanView(values, first, last);
      // Of everything there is nothing before.
      if (from !== '') view.previous = spanView(values, first - length, first - 1);
      const before = from === '' ? [] : [...values].filter(([day]) => day >= first - length && day < first).map(([, v]) => v);
      view.change = changeOf(view.values, before);
      return view;
    },
  };
}

function nothing(today: string, metric: MetricView, from: string, to: string): TrendView {
  const none = { from: '', to: '', count: 0, days: 0, median: 0, low: 0, high: 0, min: 0, minDay: '', max: 0, maxDay: '' };
  return {
    metric, from, to, today, days: [], values: [], bandDays: [], low: [], mid: [], high: [], apart: [], notWorn: [], summary: none, previous: none,
    change: { known: false, shift: 0, low: 0, high: 0, delta: 0, needs: 14 },
  };
}

const sample = trendsOf(usualHistory);

/** The metrics of a person's documents. */
export const sampleMetrics = sample.metrics;
/** A metric of the person's over some days. */
export const sampleTrend = sample.trend;

/** Courses in other situations, by the name of the scenario. */
const use = (trends: Trends) => (p: FakeProgram): void => void Object.assign(p.health, trends);

/** Every text of a metric is an attack; a hostile id is asked for like any other. */
function hostile(): Trends {
  const name = (i: number): string => attacks[i % attacks.length] ?? '';
  const turn = (metric: MetricView, i: number): MetricView => ({
    ...metric, id: i === 0 ? metric.id : `${i} ${name(i)}`, dataType: i % 2 ? name(i) : metric.dataType, field: name(i + 1), name: name(i), known: i % 3 !== 0, unit: (i % 5 === 4 ? name(i).slice(0, 60) : metric.unit) as MetricView['unit'],
  });
  return {
    metrics: (today) => sample.metrics(today).slice(0, 12).map(turn),
    trend: (today, id, from, to) => {
      const i = Math.max(0, sample.metrics(today).slice(0, 12).map(turn).findIndex((metric) => metric.id === id));
      const view = sample.trend(today, recipes[i]?.metric.id ?? '', from, to);
      return { ...view, metric: turn(view.metric, i) };
    },
  };
}

/** Only the days given, counted back from today. */
const only = (ago: readonly number[], today: () => number) => trendsOf(usualHistory, (recipe, day) => (ago.includes(today() - day) ? valueOf({ ...recipe, share: 2 }, day - 1) ?? recipe.mid : undefined));

export const trendsScenarios: Record<string, (p: FakeProgram) => void> = {
  trends_ten_years: use(trendsOf(3653)),
  trends_one: (p) => use(only([3], () => dayNumber(p.sync.today)))(p),
  /** A few days with holes between them: too few for a usual range and for a comparison. */
  trends_few: (p) => use(only([0, 1, 2, 5, 8, 9, 14], () => dayNumber(p.sync.today)))(p),
  trends_apart: (p) => void (p.health.trend = (today, id, from, to) => ({ ...sample.trend(today, id, from, to), apart: [7, 6].map((ago) => addDays(today, -ago)) })),
  trends_failing: (p) => void p.failures.set('HealthAPI.Trend', { code: 'storage', message: 'The data folder cannot be read: the disk is not there. Connect it again, then try again.' }),
  trends_loading: (p) => void p.stuck.add('HealthAPI.Trend'),
  trends_hostile: (p) => use(hostile())(p),
};

/** Nothing is stored, or nothing answers. */
export function noTrends(p: FakeProgram): void {
  p.health.metrics = () => [];
  p.health.trend = (today, metric, from, to) => nothing(today, { id: metric, dataType: '', field: '', name: metric, unit: '', perDay: 'only', digits: 0, days: 0, firstDay: '', lastDay: '', known: false }, from || addDays(today, -89), to || today);
}
