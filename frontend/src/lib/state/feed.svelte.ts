import { BackendError, type Backend, type EventFilterView, type EventPageView, type EventRow } from '../backend';

/** What the list shows; empty means all. */
export interface FeedFilter {
  types: string[];
  changes: string[];
  query: string;
  /** Also what was read of the past. Years of it come at once and say nothing of today, so it shows only when it is asked for or searched. */
  history: boolean;
}

export const emptyFilter: FeedFilter = { types: [], changes: [], query: '', history: false };

/** Whether rows of the past show under a filter. */
export const showsHistory = (filter: FeedFilter): boolean => filter.history || filter.query.trim() !== '';

/** Where rows come from that are no history. */
const presentSources = ['webhook', 'poll', 'catchup', 'import'];

const pageSize = 200;
/** While the reader stands at the top the list is cut to this many rows, so that a window left open does not grow. */
const keepRows = 20_000;

/**
 * The live list of events, newest first, each once. Pushes are hints: the feed
 * asks for what follows the last number it knows, so that a lost, late or
 * repeated push loses and doubles nothing.
 */
export class EventFeed {
  rows = $state.raw<EventRow[]>([]);
  /** Rows that arrived while the reader was further down; `release` lets them in. */
  held = $state.raw<EventRow[]>([]);
  phase = $state<'loading' | 'ready' | 'failed'>('loading');
  error = $state.raw<BackendError>();
  filter = $state.raw<FeedFilter>(emptyFilter);
  /** Older rows are stored than shown. */
  more = $state(false);
  loadingOlder = $state(false);
  /** The lowest number of the latest arrival; rows from here on may be marked as new. */
  freshFrom = $state(Number.MAX_SAFE_INTEGER);
  /** Grows whenever the list starts anew, at its top. */
  edition = $state(0);

  readonly #backend: Backend;
  #following = true;
  /** More rows were held than are kept: between `held` and `rows` some are missing. */
  #gap = false;
  /** Everything up to this number has been asked for under the present filter. */
  #reached = 0;
  /** The store is known to have come this far. */
  #wanted = 0;
  #catching = false;
  /** Grows with every new filter; an answer to an older question is dropped. */
  #round = 0;

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  /** Subscribes first and loads second, so nothing falls between. Returns the undo. */
  start(): () => void {
    const offs = [
      this.#backend.on('event:new', ({ lastSeq }) => this.#hint(lastSeq)),
      this.#backend.on('status:changed', ({ lastSeq, eventCount }) => {
        if (eventCount === 0 && this.rows.length > 0) void this.reload();
        else this.#hint(lastSeq);
      }),
    ];
    void this.reload();
    return () => {
      this.#round++;
      for (const off of offs) off();
    };
  }

  get filtered(): boolean {
    return this.filter.types.length > 0 || this.filter.changes.length > 0 || this.filter.query !== '';
  }

  setFilter(filter: FeedFilter): Promise<void> {
    this.filter = filter;
    return this.reload();
  }

  /** Reads the newest page anew. The rows shown stay until it is there. */
  async reload(): Promise<void> {
    const round = ++this.#round;
    this.phase = 'loading';
    // Hints from before say nothing about what this page will hold; those from now on do.
    this.#wanted = 0;
    try {
      const page = await this.#list({});
      if (round !== this.#round) return;
      this.#replace(page);
    } catch (thrown) {
      if (round !== this.#round) return;
      this.error = BackendError.from(thrown);
      this.phase = 'failed';
      return;
    }
    await this.#catchUp();
  }

  /** Loads the next page of older rows. */
  async older(): Promise<void> {
    const oldest = this.rows.at(-1);
    if (!oldest || !this.more || this.loadingOlder || this.phase !== 'ready') return;
    const round = this.#round;
    this.loadingOlder = true;
    try {
      const page = await this.#list({ before: oldest.seq });
      if (round !== this.#round) return;
      this.rows = merge(this.rows, page.rows);
      this.more = page.more;
      this.error = undefined;
    } catch (thrown) {
      if (round === this.#round) this.error = BackendError.from(thrown);
    } finally {
      this.loadingOlder = false;
    }
  }

  /** Tells whether the reader stands at the top. There, new rows come in at once. */
  follow(atTop: boolean): void {
    this.#following = atTop;
    if (atTop && this.held.length > 0) this.release();
  }

  /** Lets the held rows in. When some had to be dropped, the list starts anew from them. */
  release(): void {
    const held = this.held;
    this.held = [];
    this.rows = this.#gap ? held : merge(held, this.rows);
    this.more ||= this.#gap;
    this.#gap = false;
  }

  #hint(lastSeq: number): void {
    this.#wanted = Math.max(this.#wanted, lastSeq);
    void this.#catchUp();
  }

  #replace(page: EventPageView): void {
    this.rows = merge([], page.rows);
    this.held = [];
    this.#gap = false;
    this.more = page.more;
    this.error = undefined;
    this.freshFrom = Number.MAX_SAFE_INTEGER;
    this.#reached = page.rows[0]?.seq ?? 0;
    this.#following = true;
    this.edition++;
    this.phase = 'ready';
  }

  async #catchUp(): Promise<void> {
    if (this.#catching || this.phase !== 'ready') return;
    this.#catching = true;
    try {
      while (this.#wanted > this.#reached && this.phase === 'ready') await this.#arrivals();
    } catch (thrown) {
      // The next hint asks again from the same number.
      this.error = BackendError.from(thrown);
    } finally {
      this.#catching = false;
    }
  }

  /** Brings in all that follows `#reached`, page by page, and moves it on. */
  async #arrivals(): Promise<void> {
    const round = this.#round;
    const target = this.#wanted;
    const after = this.#reached;
    let found: EventRow[] = [];
    for (let before = 0, more = true; more; ) {
      const page = await this.#list({ after, before });
      if (round !== this.#round) return;
      found = merge(found, page.rows);
      before = page.rows.at(-1)?.seq ?? 0;
      more = page.more && before > 0;
    }
    this.#reached = Math.max(target, found[0]?.seq ?? 0);
    this.error = undefined;
    this.#admit(found);
  }

  #admit(found: EventRow[]): void {
    const oldest = found.at(-1);
    if (!oldest) return;
    this.freshFrom = oldest.seq;
    if (!this.#following) {
      const held = merge(found, this.held);
      this.#gap ||= held.length > keepRows;
      this.held = held.slice(0, keepRows);
      return;
    }
    const rows = merge(found, this.rows);
    if (rows.length > keepRows) this.more = true;
    this.rows = rows.slice(0, keepRows);
  }

  #list(part: { before?: number; after?: number }): Promise<EventPageView> {
    const { types, changes, query } = this.filter;
    const filter: EventFilterView = {
      dataTypes: types,
      eventTypes: changes,
      sources: showsHistory(this.filter) ? [] : presentSources,
      query: query.trim(),
      before: part.before ?? 0,
      after: part.after ?? 0,
      limit: pageSize,
    };
    return this.#backend.events(filter);
  }
}

/** Joins two lists into one, newest first, each number once. */
export function merge(a: EventRow[], b: EventRow[]): EventRow[] {
  const bFirst = b[0];
  const aLast = a.at(-1);
  if (!bFirst) return a;
  if (!aLast || aLast.seq > bFirst.seq) return [...a, ...b];
  const bySeq = new Map<number, EventRow>();
  for (const row of [...a, ...b]) bySeq.set(row.seq, row);
  return [...bySeq.values()].sort((x, y) => y.seq - x.seq);
}
