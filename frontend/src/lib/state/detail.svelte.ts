import { BackendError, type Backend, type EventDetail, type RevisionView } from '../backend';
import { Comparison } from './detailCompare.svelte';

/** Events are kept up to so many, and up to so many characters of documents. */
const keep = 32;
const keepSize = 8_000_000;

const sizeOf = (view: EventDetail): number => view.dataJson.length + view.previousJson.length;

/** One event in full, with all revisions of its document. Stored events never change, so the last few are kept. */
export class DetailState {
  seq = $state(0);
  view = $state.raw<EventDetail>();
  error = $state.raw<BackendError>();
  /** Of the document shown, newest first; empty while they are not known. */
  revisions = $state.raw<RevisionView[]>([]);
  readonly compare: Comparison;
  readonly #backend: Backend;
  readonly #seen = new Map<number, EventDetail>();
  /** Grows with every other store; an answer of the one before is dropped. */
  #round = 0;

  constructor(backend: Backend) {
    this.#backend = backend;
    this.compare = new Comparison((seq) => this.event(seq));
  }

  /** Shows event `seq`; 0 shows none. The event before stays on screen until the new one is there. */
  async open(seq: number): Promise<void> {
    const round = this.#round;
    const wanted = (): boolean => round === this.#round && this.seq === seq;
    this.seq = seq;
    this.error = undefined;
    if (seq === 0) {
      this.#show(undefined);
      return;
    }
    try {
      const view = await this.event(seq);
      if (wanted()) this.#show(view);
    } catch (thrown) {
      if (!wanted()) return;
      this.#show(undefined);
      this.error = BackendError.from(thrown);
    }
  }

  /** An event in full, from those kept or from the program. */
  async event(seq: number): Promise<EventDetail> {
    const round = this.#round;
    const view = this.#seen.get(seq) ?? (await this.#backend.event(seq));
    if (round === this.#round) this.#remember(view);
    return view;
  }

  /** Everything belongs to another store now: what is shown there is read here, if it is here. */
  async reload(): Promise<void> {
    this.#round++;
    this.#seen.clear();
    this.#show(undefined);
    await this.open(this.seq);
  }

  #show(view: EventDetail | undefined): void {
    const same = view !== undefined && view.objectId === this.view?.objectId && view.dataType === this.view.dataType;
    this.view = view;
    if (!same) this.revisions = [];
    void this.compare.of(view);
    if (view) void this.#readRevisions(view);
  }

  /** Without the list everything else of the detail works. */
  async #readRevisions(view: EventDetail): Promise<void> {
    if (view.objectId === '') return;
    const found = await this.#backend.revisions(view.dataType, view.objectId).catch(() => []);
    if (this.view === view) this.revisions = found;
  }

  #remember(view: EventDetail): void {
    this.#seen.delete(view.seq);
    this.#seen.set(view.seq, view);
    let size = 0;
    for (const kept of this.#seen.values()) size += sizeOf(kept);
    for (const [seq, oldest] of this.#seen) {
      if (seq === view.seq || (this.#seen.size <= keep && size <= keepSize)) break;
      this.#seen.delete(seq);
      size -= sizeOf(oldest);
    }
  }
}
