import { BackendError, type Backend, type CountView, type EventFilterView, type EventPageView, type EventRow, type OutlineView } from '../backend';
import { Bursts } from './feedBursts.svelte';
import { emptyFilter, presentSources, showsHistory, type FeedFilter } from './feedFilter';
import { SavedFilters } from './feedFilters.svelte';
import { Kinds, Outline } from './feedOutline';
import { RowCache } from './feedRows';

/** Rows of a page. */
const pageSize = 200;
/** Events of an outline. */
const outlineSize = 10_000;
/** The list goes on by itself until it holds so many events; more come when the reader nears its end. */
const ahead = 100_000;
/** The list never holds more: a browser draws nothing beyond some 30 million px. */
export const mostListed = 250_000;
/** Rows asked for at once when they come into sight. */
const most = 500;

/**
 * The live list of events, newest first, each once. Of all it knows the outline;
 * rows are read where the reader looks. Pushes are hints: the feed asks for what
 * follows the last number it knows, so that a lost, late or repeated push loses
 * and doubles nothing.
 */
export class EventFeed {
  outline = $state.raw(Outline.none);
  /** What arrived while the reader was further down or had paused the list; `release` lets it in. */
  held = $state.raw(Outline.none);
  phase = $state<'loading' | 'ready' | 'failed'>('loading');
  error = $state.raw<BackendError>();
  filter = $state.raw<FeedFilter>(emptyFilter);
  /** How many events the filter selects; undefined while that is not known. */
  total = $state.raw<CountView>();
  /** Older events are stored than listed. */
  more = $state(false);
  loadingOlder = $state(false);
  paused = $state(false);
  /** The lowest number of the latest arrival; rows from here on may be marked as new. */
  freshFrom = $state(Number.MAX_SAFE_INTEGER);
  /** Grows whenever the list starts anew, at its top. 0 before the first answer. */
  edition = $state(0);
  readonly kinds = new Kinds();
  readonly bursts = new Bursts();
  readonly saved: SavedFilters;

  readonly #backend: Backend;
  readonly #rows = new RowCache();
  /** Grows whenever rows came. */
  #read = $state(0);
  /** The numbers in sight; undefined while nobody looks at the list. */
  #inSight: number[] | undefined;
  #filling = false;
  #atTop = true;
  /** More was held than is kept: between `held` and the list some are missing. */
  #gap = false;
  /** Everything up to this number has been asked for under the present filter. */
  #reached = 0;
  /** The store is known to have come this far. */
  #wanted = 0;
  #catching = false;
  #olderWork: { round: number; done: Promise<void> } | undefined;
  /** Grows with every new filter; an answer to an older question is dropped. */
  #round = 0;

  constructor(backend: Backend) {
    this.#backend = backend;
    this.saved = new SavedFilters(backend);
  }

  /** Subscribes first and loads second, so nothing falls between. Returns the undo. */
  start(): () => void {
    const offs = [
      this.#backend.on('event:new', ({ lastSeq }) => this.#hint(lastSeq)),
      this.#backend.on('status:changed', ({ lastSeq, eventCount }) => {
        if (eventCount === 0 && this.outline.length > 0) void this.#load();
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

  /** The row of an event; undefined while it is not read, or when it is not stored any more. */
  row(seq: number): EventRow | undefined {
    return this.#read >= 0 ? this.#rows.get(seq) : undefined;
  }

  /** Whether an event was asked for in vain: it is not stored any more. */
  gone(seq: number): boolean {
    return this.#read >= 0 && this.#rows.has(seq) && !this.#rows.get(seq);
  }

  /** Tells which events are in sight: their rows are read. undefined when nobody looks. */
  show(seqs: number[] | undefined): void {
    const first = this.#inSight === undefined;
    this.#inSight = seqs;
    if (!seqs) return;
    void this.#fill();
    if (first) void this.#goOn();
  }

  setFilter(filter: FeedFilter): Promise<void> {
    this.filter = filter;
    return this.#load();
  }

  /** Reads everything anew, the named filters too. */
  reload(): Promise<void> {
    void this.saved.load();
    return this.#load();
  }

  /** Reads the newest page anew. What is shown stays until it is there. */
  async #load(): Promise<void> {
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
    void this.#count();
    void this.#goOn();
    await this.#catchUp();
  }

  /** Lists older events: the reader nears the end. Who asks while it is under way waits for the same. */
  older(): Promise<void> {
    if (this.#olderWork?.round === this.#round) return this.#olderWork.done;
    if (this.outline.length === 0 || !this.more || this.phase !== 'ready' || this.outline.length >= mostListed) return Promise.resolve();
    this.#olderWork = { round: this.#round, done: this.#loadOlder() };
    return this.#olderWork.done;
  }

  async #loadOlder(): Promise<void> {
    const round = this.#round;
    this.loadingOlder = true;
    try {
      const found = await this.#part({ before: this.outline.last });
      if (round !== this.#round) return;
      this.outline = this.outline.join(found.outline);
      this.more = found.more;
      this.error = undefined;
    } catch (thrown) {
      if (round === this.#round) this.error = BackendError.from(thrown);
    } finally {
      if (round === this.#round) {
        this.loadingOlder = false;
        this.#olderWork = undefined;
      }
    }
  }

  /** Tells whether the reader stands at the top. There, new rows come in at once, unless the list is paused. */
  follow(atTop: boolean): void {
    this.#atTop = atTop;
    if (this.#following && this.held.length > 0) this.release();
  }

  pause(on = !this.paused): void {
    this.paused = on;
    this.follow(this.#atTop);
  }

  /** Lets in what was held. When some had to be dropped, the list starts anew. */
  release(): void {
    const held = this.held;
    this.held = Outline.none;
    if (this.#gap) void this.#load();
    else this.outline = held.join(this.outline);
  }

  get #following(): boolean {
    return this.#atTop && !this.paused;
  }

  #hint(lastSeq: number): void {
    this.#wanted = Math.max(this.#wanted, lastSeq);
    void this.#catchUp();
  }

  #replace(page: EventPageView): void {
    this.#rows.clear();
    this.#keep(page.rows);
    this.outline = Outline.ofRows(page.rows, this.kinds);
    this.held = Outline.none;
    this.bursts.close();
    this.total = undefined;
    this.#gap = false;
    this.loadingOlder = false;
    this.more = page.more;
    this.error = undefined;
    this.freshFrom = Number.MAX_SAFE_INTEGER;
    this.#reached = page.rows[0]?.seq ?? 0;
    this.#atTop = true;
    this.edition++;
    this.phase = 'ready';
  }

  /** Only a filter without text goes on by itself: to search everything costs much and is seldom looked at. */
  async #goOn(): Promise<void> {
    const round = this.#round;
    while (round === this.#round && this.#inSight && this.more && !this.#query && !this.error && this.outline.length < ahead) {
      const before = this.outline.length;
      await this.older();
      if (this.outline.length === before) return;
    }
  }

  /** Without a count the list works as well. */
  async #count(): Promise<void> {
    const round = this.#round;
    const count = await this.#backend.countEvents(this.#ask({})).catch(() => undefined);
    if (round === this.#round) this.total = count;
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

  /** Brings in all that follows `#reached` and moves it on: the newest as rows, of a flood the rest as outline. */
  async #arrivals(): Promise<void> {
    const round = this.#round;
    const target = this.#wanted;
    const after = this.#reached;
    const page = await this.#list({ after });
    if (round !== this.#round) return;
    let found = Outline.ofRows(page.rows, this.kinds);
    this.#keep(page.rows);
    for (let more = page.more; more && found.length > 0 && found.length < mostListed; ) {
      const part = await this.#part({ after, before: found.last });
      if (round !== this.#round) return;
      found = found.join(part.outline);
      more = part.more && part.outline.length > 0;
    }
    this.#reached = Math.max(target, found.seq(0));
    this.error = undefined;
    this.#admit(found);
  }

  #admit(found: Outline): void {
    if (found.length === 0) return;
    this.freshFrom = found.last;
    if (this.total?.exact) this.total = { count: this.total.count + found.length, exact: true };
    if (this.#following) {
      const all = found.join(this.outline);
      if (all.length > mostListed) this.more = true;
      this.outline = all.length > mostListed ? all.slice(0, mostListed) : all;
      return;
    }
    const held = found.join(this.held);
    this.#gap ||= held.length > ahead;
    this.held = held.length > ahead ? held.slice(0, ahead) : held;
  }

  /** Events in order, as outline; where a text is looked for, their rows are read anyway. */
  async #part(part: { before: number; after?: number }): Promise<{ outline: Outline; more: boolean }> {
    if (!this.#query) {
      const view: OutlineView = await this.#backend.outline({ ...this.#ask(part), limit: outlineSize });
      return { outline: Outline.ofView(view, this.kinds), more: view.more };
    }
    const round = this.#round;
    const page = await this.#list(part);
    if (round === this.#round) this.#keep(page.rows);
    return { outline: Outline.ofRows(page.rows, this.kinds), more: page.more };
  }

  /** Reads the rows in sight that are not read yet, one stretch after the other. */
  async #fill(): Promise<void> {
    if (this.#filling) return;
    this.#filling = true;
    try {
      // While another filter is on its way, its answers would not fit the list.
      for (let lacking = this.#lacking(); lacking.length > 0 && this.phase === 'ready'; lacking = this.#lacking()) {
        const round = this.#round;
        const page = await this.#list({ before: (lacking[0] ?? 0) + 1, after: (lacking.at(-1) ?? 1) - 1, limit: most });
        if (round !== this.#round) continue;
        this.#keep(page.rows);
        for (const seq of lacking) this.#rows.gone(seq);
      }
    } catch (thrown) {
      this.error = BackendError.from(thrown); // the next look asks again
    } finally {
      this.#filling = false;
    }
  }

  /** The numbers of the first stretch in sight that is not read: near each other, so that one page holds them. */
  #lacking(): number[] {
    const seqs = (this.#inSight ?? []).filter((seq) => !this.#rows.has(seq));
    const first = this.outline.placeOf(seqs[0] ?? 0);
    return seqs.filter((seq) => this.outline.placeOf(seq) < first + most);
  }

  #keep(rows: EventRow[]): void {
    this.#rows.put(rows);
    this.#rows.trim(new Set(this.#inSight));
    this.#read++;
  }

  get #query(): string {
    return this.filter.query.trim();
  }

  #list(part: { before?: number; after?: number; limit?: number }): Promise<EventPageView> {
    return this.#backend.events(this.#ask(part));
  }

  #ask({ before = 0, after = 0, limit = pageSize }: { before?: number; after?: number; limit?: number }): EventFilterView {
    const { types, changes } = this.filter;
    return { dataTypes: types, eventTypes: changes, sources: showsHistory(this.filter) ? [] : presentSources, query: this.#query, before, after, limit };
  }
}
