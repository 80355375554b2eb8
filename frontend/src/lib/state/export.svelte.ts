import {
  BackendError,
  type Backend,
  type ExportChoice,
  type ExportContents,
  type ExportEstimate,
  type ExportEvery,
  type ExportFormat,
  type ExportJobView,
  type ExportKind,
  type ExportPreview,
  type ExportView,
} from '../backend';
import { Selection } from './exportChoice.svelte';
import { Task } from './task.svelte';

/** How long a person must leave the choice alone before it is looked at, in milliseconds. */
const restMs = 180;
/** What arrives meanwhile is counted again at most so often. */
const recountMs = 10_000;

/** The export by hand and the scheduled one, and what the present choice would make. */
export class ExportState {
  view = $state.raw<ExportView>();
  error = $state.raw<BackendError>();
  contents = $state.raw<ExportContents>();
  readonly selection = new Selection();
  estimate = $state.raw<ExportEstimate>();
  preview = $state.raw<ExportPreview>();
  /** Estimate and preview are of the choice before. */
  looking = $state(false);
  lookError = $state.raw<BackendError>();
  readonly starting = new Task();
  readonly cancelling = new Task();
  readonly revealing = new Task();
  readonly scheduling = new Task();
  /** Told of an export that ended while nobody looked at it. */
  onaway: (job: ExportJobView) => void = () => undefined;
  readonly #backend: Backend;
  #watchers = 0;
  #asked = 0;
  #rest: ReturnType<typeof setTimeout> | undefined;
  #recount: ReturnType<typeof setTimeout> | undefined;

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  start(): () => void {
    const offs = [this.#backend.on('export:changed', (view) => this.#take(view)), this.#backend.on('event:new', () => this.#recountLater())];
    return () => {
      clearTimeout(this.#rest);
      clearTimeout(this.#recount);
      for (const off of offs) off();
    };
  }

  /** Keeps everything up to date until the returned function is called. */
  watch(): () => void {
    this.#watchers++;
    void this.load();
    return () => {
      this.#watchers--;
    };
  }

  async load(): Promise<void> {
    try {
      const [view, contents] = await Promise.all([this.#backend.exports(), this.#backend.exportContents()]);
      this.#take(view);
      this.contents = contents;
      this.error = undefined;
    } catch (thrown) {
      this.error = BackendError.from(thrown);
    }
  }

  /** Everything belongs to another store now. */
  async reload(): Promise<void> {
    this.#asked++;
    this.view = this.contents = this.estimate = this.preview = undefined;
    if (this.#watchers > 0) await this.load();
  }

  /** Asks what a choice would make, once it is left alone; undefined is no choice. */
  look(choice: ExportChoice | undefined): void {
    const turn = ++this.#asked;
    clearTimeout(this.#rest);
    this.looking = choice !== undefined;
    if (!choice) {
      this.estimate = this.preview = this.lookError = undefined;
      return;
    }
    this.#rest = setTimeout(() => void this.#look(choice, turn), this.estimate ? restMs : 0);
  }

  async #look(choice: ExportChoice, turn: number): Promise<void> {
    try {
      const [estimate, preview] = await Promise.all([this.#backend.exportEstimate(choice), this.#backend.exportPreview(choice)]);
      if (turn !== this.#asked) return;
      this.estimate = estimate;
      this.preview = preview;
      this.lookError = undefined;
    } catch (thrown) {
      if (turn !== this.#asked) return;
      this.estimate = this.preview = undefined;
      this.lookError = BackendError.from(thrown);
    }
    this.looking = false;
  }

  /** The program asks for the place; without one nothing begins. */
  begin(choice: ExportChoice): Promise<boolean> {
    return this.starting.run(async () => {
      await this.#backend.startExport(choice);
      this.#take(await this.#backend.exports());
    });
  }

  cancel(): Promise<boolean> {
    return this.cancelling.run(async () => {
      await this.#backend.cancelExport();
      this.#take(await this.#backend.exports());
    });
  }

  reveal(which: 'job' | 'schedule'): Promise<boolean> {
    return this.revealing.run(() => this.#backend.revealExport(which));
  }

  /** Saves the schedule with what differs. Without a folder one is asked for first; without an answer nothing changes. */
  schedule(change: Partial<{ every: ExportEvery; format: ExportFormat; kind: ExportKind; gzip: boolean; keep: number }>): Promise<boolean> {
    return this.scheduling.run(async () => {
      const now = this.view?.schedule;
      if (!now) return;
      const next = { ...now, ...change };
      if (next.every !== 'off' && now.folder === '' && (await this.#backend.chooseExportFolder()) === '') return;
      await this.#backend.saveExportSchedule(next.every, next.format, next.kind, next.gzip, next.keep);
      this.#take(await this.#backend.exports());
    });
  }

  chooseFolder(): Promise<boolean> {
    return this.scheduling.run(async () => {
      await this.#backend.chooseExportFolder();
      this.#take(await this.#backend.exports());
    });
  }

  #take(view: ExportView): void {
    const before = this.view?.job;
    this.view = view;
    const ended = before?.state === 'running' && before.id === view.job.id && (view.job.state === 'done' || view.job.state === 'failed');
    if (ended && this.#watchers === 0) this.onaway(view.job);
  }

  #recountLater(): void {
    if (this.#watchers === 0) return;
    this.#recount ??= setTimeout(() => {
      this.#recount = undefined;
      if (this.#watchers > 0) void this.load();
    }, recountMs);
  }
}
