import { BackendError, type Backend, type DeliveryDetail, type DeliveryPage, type DeliveryRow } from '../backend';
import { Task } from './task.svelte';

/** States of the fetch that the list can be narrowed to; "" shows all. */
export type FetchFilter = '' | 'pending' | 'parked' | 'done' | 'none';

/** The list of deliveries, newest first: a page that follows the program, and older ones a person asked for. */
export class DeliveryList {
  rows = $state.raw<DeliveryRow[]>([]);
  more = $state(false);
  fetch = $state<FetchFilter>('');
  /** Whether the rows are those of `fetch` already. */
  ready = $state(false);
  error = $state.raw<BackendError>();
  /** Counts the pages that came by themselves. */
  turn = $state(0);
  readonly older = new Task();
  /** Fetching one again. */
  readonly task = new Task();
  readonly #backend: Backend;

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  /** Takes the newest page of all; a narrowed list reads its own instead. */
  async take(all: DeliveryPage): Promise<void> {
    if (this.fetch === '') this.#merge(all);
    else await this.#read(this.fetch);
    this.turn++;
  }

  async narrow(fetch: FetchFilter): Promise<void> {
    if (fetch === this.fetch) return;
    this.fetch = fetch;
    this.rows = [];
    this.more = false;
    this.ready = false;
    this.error = undefined;
    await this.#read(fetch);
  }

  loadOlder(): Promise<boolean> {
    const { fetch, rows } = this;
    const last = rows.at(-1)?.id ?? 0;
    return this.older.run(async () => {
      const page = await this.#backend.deliveries(last, fetch);
      // Narrowed, or cut short, in the meantime: the page does not follow the last row any more.
      if (fetch !== this.fetch || this.rows.at(-1)?.id !== last) return;
      this.rows = [...this.rows, ...page.rows.filter((row) => row.id < last)];
      this.more = page.more;
    });
  }

  /** One delivery in full. Its row is brought up to date with it. */
  async detail(id: number): Promise<DeliveryDetail> {
    const found = await this.#backend.delivery(id);
    if (this.rows.some((row) => row.id === id && fingerprint(row) !== fingerprint(found))) {
      this.rows = this.rows.map((row) => (row.id === id ? found : row));
    }
    return found;
  }

  /** Forgets what was read: the numbers belong to another store now. */
  forget(): void {
    this.rows = [];
    this.more = false;
    this.ready = false;
  }

  async #read(fetch: FetchFilter): Promise<void> {
    try {
      const page = await this.#backend.deliveries(0, fetch);
      if (fetch === this.fetch) this.#merge(page);
    } catch (thrown) {
      if (fetch === this.fetch) this.error = BackendError.from(thrown);
    }
  }

  /** Puts the newest page on top of the older ones, unless it left a gap to them. */
  #merge(page: DeliveryPage): void {
    const { rows, more } = mergePage(page, this.rows, this.more);
    this.rows = rows;
    this.more = more;
    this.ready = true;
    this.error = undefined;
  }
}

/** What may change of a delivery after it came in. */
export function fingerprint(row: DeliveryRow): string {
  return [row.fetch, row.tries, row.reason, row.outcome, row.seq].join('|');
}

/** The newest page followed by the known rows below it; without those when rows between them were never read. */
export function mergePage(page: DeliveryPage, known: DeliveryRow[], more: boolean): DeliveryPage {
  const lowest = page.rows.at(-1)?.id ?? 0;
  const gap = page.more && (known[0]?.id ?? 0) < lowest;
  const below = page.more && !gap ? known.filter((row) => row.id < lowest) : [];
  return below.length > 0 ? { rows: [...page.rows, ...below], more } : page;
}
