import { BackendError, type Backend, type CoverageCell, type CoverageMap, type SyncView } from '../backend';
import { changedSpan, merge, type Span } from './coverage';
import { Task } from './task.svelte';

/** How many asked-for days are remembered before all of them are forgotten. */
const cellsMost = 500;

/**
 * The map, the jobs and the rounds. Pushes say only "read again", and are heeded
 * while somebody looks; of the map only what may have changed is read again.
 */
export class SyncState {
  view = $state.raw<SyncView>();
  error = $state.raw<BackendError>();
  map = $state.raw<CoverageMap>();
  mapError = $state.raw<BackendError>();
  /** Counts what came of the map: what was told about one day may be old. */
  turn = $state(0);
  readonly syncing = new Task();
  /** Pausing and resuming. */
  readonly pausing = new Task();
  readonly filling = new Task();
  /** Cancelling and resuming jobs. */
  readonly jobs = new Task();
  readonly #backend: Backend;
  readonly #cells = new Map<string, Promise<CoverageCell>>();
  #watchers = 0;
  #mapWatchers = 0;
  /** What the map shows is as of this view; undefined when it must be read whole. */
  #mapped: SyncView | undefined;
  #reading: Promise<void> | undefined;
  #again = false;
  /** Grows with every other store; an answer of the one before is dropped. */
  #round = 0;

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  start(): () => void {
    return this.#backend.on('sync:changed', () => {
      if (this.#watchers > 0) void this.load();
    });
  }

  /** Keeps the view up to date until the returned function is called, and the map too for who shows it. */
  watch(withMap = true): () => void {
    this.#watchers++;
    if (withMap) this.#mapWatchers++;
    void this.load();
    return () => {
      this.#watchers--;
      if (withMap) this.#mapWatchers--;
    };
  }

  /** Reads the view. A call during a read makes one more read follow, however many calls there were. */
  load(): Promise<void> {
    if (this.#reading) this.#again = true;
    this.#reading ??= this.#readAll(this.#round);
    return this.#reading;
  }

  /** Everything belongs to another store now. */
  async reload(): Promise<void> {
    this.#round++;
    // What is under way there is not waited for.
    this.#reading = undefined;
    this.#again = false;
    this.view = this.map = this.#mapped = undefined;
    this.error = this.mapError = undefined;
    this.#cells.clear();
    if (this.#watchers > 0) await this.load();
  }

  /** One day of one type. Asked once until the map changes. */
  cell(dataType: string, day: string): Promise<CoverageCell> {
    const key = `${day} ${dataType}`;
    const known = this.#cells.get(key);
    if (known) return known;
    if (this.#cells.size >= cellsMost) this.#cells.clear();
    const asked = this.#backend.cell(dataType, day);
    this.#cells.set(key, asked);
    asked.catch(() => this.#cells.delete(key));
    return asked;
  }

  syncNow(): Promise<boolean> {
    return this.#act(this.syncing, () => this.#backend.syncNow());
  }

  /** 0: until resumed, -1: until tomorrow morning. */
  pause(minutes: number): Promise<boolean> {
    return this.#act(this.pausing, () => this.#backend.pause(minutes));
  }

  resume(): Promise<boolean> {
    return this.#act(this.pausing, () => this.#backend.resume());
  }

  fill(span: Span, dataTypes: string[]): Promise<boolean> {
    return this.#act(this.filling, () => this.#backend.fill(span.from, span.to, dataTypes));
  }

  cancelJob(id: number): Promise<boolean> {
    return this.#act(this.jobs, () => this.#backend.cancelJob(id));
  }

  resumeJob(id: number): Promise<boolean> {
    return this.#act(this.jobs, () => this.#backend.resumeJob(id));
  }

  #act(task: Task, work: () => Promise<void>): Promise<boolean> {
    return task.run(async () => {
      await work();
      await this.load();
    });
  }

  async #readAll(round: number): Promise<void> {
    do {
      this.#again = false;
      await this.#read(round);
      if (round !== this.#round) return;
    } while (this.#again);
    // Here and not when the promise is heard of: whoever asks in between would not be read for.
    this.#reading = undefined;
  }

  async #read(round: number): Promise<void> {
    try {
      const view = await this.#backend.sync();
      if (round !== this.#round) return;
      // What was refused because of a pause says nothing after it.
      if (this.view?.paused !== view.paused) this.syncing.clear();
      this.view = view;
      this.error = undefined;
      if (this.#mapWatchers > 0) await this.#readMap(view, round);
    } catch (thrown) {
      if (round === this.#round) this.error = BackendError.from(thrown);
    }
  }

  async #readMap(view: SyncView, round: number): Promise<void> {
    const before = this.#mapped;
    const changed = before && this.map ? changedSpan(before, view) : 'all';
    if (changed === undefined) return;
    try {
      const part = changed === 'all' ? undefined : await this.#backend.coverage(changed.from, changed.to);
      const merged = part && this.map && merge(this.map, part);
      const map = merged ?? (await this.#backend.coverage(view.firstDay || view.today, view.today));
      if (round !== this.#round) return;
      this.map = map;
      this.#mapped = view;
      this.mapError = undefined;
      this.#cells.clear();
      this.turn++;
    } catch (thrown) {
      if (round === this.#round) this.mapError = BackendError.from(thrown);
    }
  }
}
