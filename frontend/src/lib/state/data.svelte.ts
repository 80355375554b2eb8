import { BackendError, type Backend, type BackupContents, type DataView, type Deletion, type MadeToken, type RetentionCounts, type RetentionRules, type TokenScope } from '../backend';
import { later, type Later } from './later.svelte';
import { Task } from './task.svelte';

/** The data itself: where it lies, its backups, how long it is kept, who else may read it. Pushes say only "read again". */
export class DataState {
  view = $state.raw<DataView>();
  error = $state.raw<BackendError>();
  readonly folder = new Task();
  readonly docs = new Task();
  readonly backingUp = new Task();
  readonly switching = new Task();
  readonly inspecting = new Task();
  readonly restoring = new Task();
  readonly previewing = new Task();
  readonly saving = new Task();
  readonly clearing = new Task();
  readonly making = new Task();
  readonly revoking = new Task();
  readonly erasing = new Task();
  readonly #backend: Backend;
  readonly #later: Later;
  #watchers = 0;
  #reading: Promise<void> | undefined;
  #again = false;

  constructor(backend: Backend, waiting: Later = later) {
    this.#backend = backend;
    this.#later = waiting;
  }

  start(): () => void {
    return this.#backend.on('data:changed', () => {
      if (this.#watchers > 0) void this.load();
    });
  }

  /** Keeps the view up to date until the returned function is called. */
  watch(): () => void {
    this.#watchers++;
    void this.load();
    return () => {
      this.#watchers--;
    };
  }

  /** Reads the view. A call during a read makes one more read follow, however many calls there were. */
  load(): Promise<void> {
    if (this.#reading) this.#again = true;
    this.#reading ??= this.#readAll();
    return this.#reading;
  }

  /** Everything belongs to another store now. */
  async reload(): Promise<void> {
    if (this.#watchers > 0) await this.load();
    else this.view = undefined;
  }

  openFolder(): Promise<boolean> {
    return this.folder.run(() => this.#backend.openFolder());
  }

  openDocs(): Promise<boolean> {
    return this.docs.run(() => this.#backend.openDocs());
  }

  setBackups(on: boolean): Promise<boolean> {
    return this.#act(this.switching, () => this.#backend.setBackups(on));
  }

  backUp(): Promise<boolean> {
    return this.#act(this.backingUp, () => this.#backend.backUp());
  }

  /** Looks inside a backup; undefined when that failed. */
  inspect(name: string): Promise<BackupContents | undefined> {
    return this.#ask(this.inspecting, () => this.#backend.inspectBackup(name));
  }

  /** Resolves once the program runs on the backup's data. */
  restore(name: string): Promise<boolean> {
    return this.restoring.run(async () => {
      // Whoever wants it back does not want it gone.
      this.#later.drop(`backup ${name}`);
      await this.#later.flush();
      await this.#backend.restore(name);
    });
  }

  /** Rejects with a BackendError: by then no dialog is there to show it. */
  async removeBackup(name: string): Promise<void> {
    await this.#backend.removeBackup(name);
    await this.load();
  }

  /** Counts what the rules would delete; undefined when that failed. */
  preview(rules: RetentionRules): Promise<RetentionCounts | undefined> {
    return this.#ask(this.previewing, () => this.#backend.previewRetention(rules));
  }

  saveRetention(rules: RetentionRules): Promise<Deletion | undefined> {
    return this.#ask(this.saving, () => this.#backend.saveRetention(rules), true);
  }

  clearEvents(word: string): Promise<Deletion | undefined> {
    return this.#ask(this.clearing, () => this.#backend.clearEvents(word), true);
  }

  /** The token is told here and never again. */
  makeToken(name: string, scope: TokenScope): Promise<MadeToken | undefined> {
    return this.#ask(this.making, () => this.#backend.makeToken(name.trim(), scope), true);
  }

  revokeToken(id: number): Promise<boolean> {
    return this.#act(this.revoking, () => this.#backend.revokeToken(id));
  }

  /** Resolves once the program has begun anew. */
  deleteAll(word: string): Promise<boolean> {
    return this.erasing.run(async () => {
      await this.#later.flush();
      await this.#backend.deleteAll(word);
    });
  }

  #act(task: Task, work: () => Promise<void>): Promise<boolean> {
    return task.run(async () => {
      await work();
      await this.load();
    });
  }

  async #ask<T>(task: Task, work: () => Promise<T>, changes = false): Promise<T | undefined> {
    let answer: T | undefined;
    await task.run(async () => {
      answer = await work();
    });
    // A failure may have come half way.
    if (changes) await this.load();
    return answer;
  }

  async #readAll(): Promise<void> {
    do {
      this.#again = false;
      try {
        this.view = await this.#backend.dataView();
        this.error = undefined;
      } catch (thrown) {
        this.error = BackendError.from(thrown);
      }
    } while (this.#again);
    // Here and not when the promise is heard of: whoever asks in between would not be read for.
    this.#reading = undefined;
  }
}
