import { BackendError, type Backend, type SavedFilter } from '../backend';
import { asSaved, type FeedFilter } from './feedFilter';

/** What the program stores at most; it checks this too. */
export const longestName = 60;

/** The stream's named filters. Each change is stored at once, and taken back where that fails. */
export class SavedFilters {
  list = $state.raw<SavedFilter[]>([]);
  error = $state.raw<BackendError>();
  readonly #backend: Backend;
  /** Changes are stored one after the other. */
  #last: Promise<unknown> = Promise.resolve();
  #changes = 0;

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  /** What cannot be read is not there; the next load asks again. */
  async load(): Promise<void> {
    const changes = this.#changes;
    const settings = await this.#backend.settings().catch(() => undefined);
    if (settings && changes === this.#changes) this.list = settings.filters;
  }

  has(name: string): boolean {
    return this.list.some((f) => f.name === name.trim());
  }

  /** Keeps the filter under a name; one of this name is replaced. */
  save(name: string, filter: FeedFilter): Promise<boolean> {
    const saved = asSaved(name.trim(), filter);
    return this.#store(this.has(name) ? this.list.map((f) => (f.name === saved.name ? saved : f)) : [...this.list, saved]);
  }

  rename(from: string, to: string): Promise<boolean> {
    return this.#store(this.list.map((f) => (f.name === from ? { ...f, name: to.trim() } : f)));
  }

  /** Resolves to the undo, undefined when the filter could not be deleted. */
  async remove(name: string): Promise<(() => Promise<boolean>) | undefined> {
    const at = this.list.findIndex((f) => f.name === name);
    const gone = this.list[at];
    if (!gone || !(await this.#store(this.list.filter((f) => f !== gone)))) return undefined;
    return () => (this.has(gone.name) ? Promise.resolve(true) : this.#store([...this.list.slice(0, at), gone, ...this.list.slice(at)]));
  }

  async #store(list: SavedFilter[]): Promise<boolean> {
    const before = this.list;
    this.list = list;
    this.error = undefined;
    const change = ++this.#changes;
    const saving = this.#last.then(() => this.#backend.saveFilters(list));
    this.#last = saving.catch(() => undefined);
    try {
      await saving;
      return true;
    } catch (thrown) {
      this.error = BackendError.from(thrown);
      if (change === this.#changes) this.list = before;
      return false;
    }
  }
}
