import { BackendError, type Backend, type MetricView, type TrendView } from '../backend';
import { addDays, later } from '../format/days';
import { dayKey } from '../format/time';
import type { Span } from './coverage';
import { Soon } from './soon';
import { Task } from './task.svelte';
import { lengthOf, moved, newest, parseRange, presetDays, spanOf, type Preset, type Range } from './trendsRange';

export type Form = 'line' | 'calendar';

/** Shown when nothing else was chosen, the first that has days. */
const first = ['sleep.average_hrv', 'daily_sleep.score', 'daily_readiness.score', 'daily_activity.score'];
const recentMost = 6;
/** Where metric, range and recent metrics are remembered; only names, no values. */
const memoryKey = 'trends';
const shortest = 365;

/** A value that changed while it was looked at, and what it was; undefined for a new one. */
export interface Revised {
  before: number | undefined;
}

/**
 * One metric over a range of days, and the catalogue of all metrics. What is
 * shown stays until its successor is there. A push says only "read again", and is
 * heeded while somebody looks.
 */
export class TrendsState {
  metrics = $state.raw<MetricView[]>();
  metricsError = $state.raw<BackendError>();
  /** What is chosen; "" until the catalogue is known. */
  metric = $state('');
  range = $state.raw<Range>(newest('quarter'));
  form = $state<Form>('line');
  /** The metrics looked at last, the newest first. */
  recent = $state.raw<string[]>([]);
  view = $state.raw<TrendView>();
  error = $state.raw<BackendError>();
  /** Something else than what is shown is being read. */
  reading = $state(false);
  /** Days whose values came or changed since this range is looked at. */
  revised = $state.raw<ReadonlyMap<string, Revised>>(new Map());
  readonly saving = new Task();
  readonly picturing = new Task();
  readonly #backend: Backend;
  readonly #clock: () => Date;
  /** With the catalogue: new data may bring new metrics and new days. */
  readonly #soon = new Soon(() => this.load());
  #watchers = 0;
  /** Grows with each question; only the answer to the last one is shown. */
  #asked = 0;
  /** The question that `view` answers. */
  #shown = '';
  #catalogueOld = true;
  /** Grows with every other store; an answer of the one before is dropped. */
  #round = 0;
  /** Today by the ring's own clock, as the last answer told; "" before there is one. */
  #ringDay = $state('');

  constructor(backend: Backend, clock: () => Date = () => new Date()) {
    this.#backend = backend;
    this.#clock = clock;
    this.#remember(read());
  }

  start(): () => void {
    const heard = (): void => {
      this.#catalogueOld = true;
      if (this.#watchers > 0) this.#soon.ask();
    };
    const offs = [this.#backend.on('event:new', heard), this.#backend.on('sync:changed', heard), this.#backend.on('data:changed', heard)];
    return () => {
      this.#soon.stop();
      for (const off of offs) off();
    };
  }

  /** Keeps what is shown up to date until the returned function is called. */
  watch(): () => void {
    this.#watchers++;
    void this.load();
    return () => {
      this.#watchers--;
      if (this.#watchers === 0) this.#soon.stop();
    };
  }

  /** The newest day there can be: today by the ring; while that is not known, by this computer or by data that is ahead of it. */
  get today(): string {
    if (this.#ringDay !== '') return this.#ringDay;
    const here = dayKey(this.#clock());
    const last = this.chosen?.lastDay ?? '';
    return last <= addDays(here, 1) ? later(here, last) : here;
  }

  get chosen(): MetricView | undefined {
    return this.metrics?.find((m) => m.id === this.metric);
  }

  get span(): Span {
    return spanOf(this.range, this.today);
  }

  /** Whether there is a range to move to. */
  canMove(by: -1 | 1): boolean {
    return moved(this.range, by, this.today, this.chosen?.firstDay ?? '') !== undefined;
  }

  /** Reads what is shown; with the catalogue where that may be old. */
  async load(): Promise<void> {
    const round = this.#round;
    await Promise.all([this.loadMetrics(), this.#read()]);
    // The catalogue may have said which metric.
    if (round === this.#round && !this.error && this.#question() !== this.#shown) await this.#read();
  }

  /** Reads the catalogue where it may be old, and makes sure that a metric is chosen. */
  async loadMetrics(): Promise<void> {
    if (this.metrics && !this.#catalogueOld) return;
    const round = this.#round;
    try {
      this.#catalogueOld = false;
      const metrics = await this.#backend.metrics();
      if (round !== this.#round) return;
      // What has not changed is not drawn again.
      if (JSON.stringify(metrics) !== JSON.stringify(this.metrics)) this.metrics = metrics;
      this.metricsError = undefined;
      if (this.metric === '') this.metric = this.#preferred(metrics);
      if (metrics.length === 0) this.#forget();
    } catch (thrown) {
      if (round !== this.#round) return;
      this.#catalogueOld = true;
      this.metricsError = BackendError.from(thrown);
    }
  }

  /** Everything belongs to another store now. */
  async reload(): Promise<void> {
    this.#round++;
    this.#asked++;
    this.metrics = this.metricsError = this.view = this.error = undefined;
    this.metric = this.#shown = this.#ringDay = '';
    this.reading = false;
    this.revised = new Map();
    this.#catalogueOld = true;
    if (this.#watchers > 0) await this.load();
  }

  async choose(metric: string): Promise<void> {
    if (metric === '' || metric === this.metric) return;
    this.metric = metric;
    await this.#changed();
  }

  async setPreset(preset: Preset): Promise<void> {
    if (preset === 'free') {
      const { from, to } = this.span;
      await this.setRange({ preset, from: from || this.view?.from || this.today, to: to || this.view?.to || this.today });
    } else await this.setRange(newest(preset));
  }

  async setRange(range: Range): Promise<void> {
    this.range = range;
    await this.#changed();
  }

  async move(by: -1 | 1): Promise<void> {
    const to = moved(this.range, by, this.today, this.chosen?.firstDay ?? '');
    if (to) await this.setRange(to);
  }

  /** The calendar of less than a year says little: it begins with one. */
  async setForm(form: Form): Promise<void> {
    this.form = form;
    const days = lengthOf(this.range, this.today);
    const preset = days > 0 && days < shortest && presetDays[this.range.preset] !== undefined;
    if (form === 'calendar' && preset) await this.setRange({ ...this.range, preset: 'year' });
  }

  /** Writes what is shown as CSV. Resolves to the file's name, "" when none was written. */
  async save(): Promise<string> {
    const view = this.view;
    let name = '';
    if (view) await this.saving.run(async () => void (name = await this.#backend.saveTrend(view.metric.id, view.from, view.to)));
    return name;
  }

  /** Writes a picture, given in base64. */
  async savePicture(name: string, png: string): Promise<string> {
    let file = '';
    await this.picturing.run(async () => void (file = await this.#backend.savePicture(name, png)));
    return file;
  }

  async #changed(): Promise<void> {
    this.saving.clear();
    this.picturing.clear();
    await this.#read();
  }

  /** Reads what is asked for; once more where the answer told that the ring's day is another one. */
  async #read(): Promise<void> {
    const day = this.today;
    await this.#readOnce();
    if (!this.error && this.#ringDay !== '' && this.#ringDay !== day && this.#question() !== this.#shown) await this.#readOnce();
  }

  async #readOnce(): Promise<void> {
    const { metric } = this;
    if (metric === '') return;
    const turn = ++this.#asked;
    const { from, to } = this.span;
    const question = this.#question();
    const same = question === this.#shown;
    this.reading = !same;
    try {
      const view = await this.#backend.trend(metric, from, to);
      if (turn !== this.#asked) return;
      this.#show(view, same);
      this.#shown = question;
      this.#ringDay = view.today;
      this.error = undefined;
      this.#used(metric);
    } catch (thrown) {
      if (turn !== this.#asked) return;
      this.error = BackendError.from(thrown);
      // Another metric's course must not stand under a failure of this one.
      if (!same) this.view = undefined;
      if (!same) this.#shown = '';
    }
    this.reading = false;
  }

  #question(): string {
    const { from, to } = this.span;
    return this.metric === '' ? '' : `${this.metric} ${from} ${to}`;
  }

  /** Exchanges what is shown; the same again changes nothing, so that nothing is drawn for it. */
  #show(view: TrendView, same: boolean): void {
    const before = this.view;
    if (!same || !before) this.revised = new Map();
    else {
      if (JSON.stringify(before) === JSON.stringify(view)) return;
      const changed = changes(before, view);
      if (changed.size > 0) this.revised = new Map([...this.revised, ...changed]);
    }
    this.view = view;
  }

  #preferred(metrics: MetricView[]): string {
    const known = new Set(metrics.filter((m) => m.days > 0).map((m) => m.id));
    const [last] = this.recent;
    return (last !== undefined && known.has(last) ? last : undefined) ?? first.find((id) => known.has(id)) ?? metrics.find((m) => m.days > 0)?.id ?? metrics[0]?.id ?? '';
  }

  #used(metric: string): void {
    this.recent = [metric, ...this.recent.filter((id) => id !== metric)].slice(0, recentMost);
    // A range that was moved back is not where one wants to begin tomorrow.
    const range = this.range.preset === 'free' ? this.range : newest(this.range.preset);
    write(JSON.stringify({ recent: this.recent, range, form: this.form }));
  }

  #remember(stored: unknown): void {
    if (typeof stored !== 'object' || stored === null) return;
    const { recent, range, form } = stored as { recent?: unknown; range?: unknown; form?: unknown };
    if (Array.isArray(recent)) this.recent = recent.filter((id) => typeof id === 'string').slice(0, recentMost);
    this.range = parseRange(range) ?? this.range;
    if (form === 'calendar') this.form = 'calendar';
  }

  /** Without data there is nothing to remember either. */
  #forget(): void {
    this.recent = [];
    write('');
  }
}

/** Days of the newer view whose values are new or differ. */
function changes(before: TrendView, after: TrendView): Map<string, Revised> {
  const old = new Map(before.days.map((day, i) => [day, before.values[i]]));
  const out = new Map<string, Revised>();
  after.days.forEach((day, i) => {
    if (old.get(day) !== after.values[i]) out.set(day, { before: old.get(day) });
  });
  return out;
}

function read(): unknown {
  try {
    return JSON.parse(localStorage.getItem(memoryKey) ?? '');
  } catch {
    return undefined; // no storage here, or nothing in it
  }
}

function write(json: string): void {
  try {
    if (json === '') localStorage.removeItem(memoryKey);
    else localStorage.setItem(memoryKey, json);
  } catch {
    // Without storage the next start begins as the first one did.
  }
}
