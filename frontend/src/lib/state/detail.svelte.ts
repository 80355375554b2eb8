import { BackendError, type Backend, type EventDetail } from '../backend';

const keep = 32;

/** One event in full. Stored events never change, so the last few are kept. */
export class DetailState {
  seq = $state(0);
  view = $state.raw<EventDetail>();
  error = $state.raw<BackendError>();
  readonly #backend: Backend;
  readonly #seen = new Map<number, EventDetail>();

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  /** Shows event `seq`; 0 shows none. The event before stays on screen until the new one is there. */
  async open(seq: number): Promise<void> {
    this.seq = seq;
    this.error = undefined;
    if (seq === 0) {
      this.view = undefined;
      return;
    }
    try {
      const view = this.#seen.get(seq) ?? (await this.#backend.event(seq));
      this.#remember(view);
      if (this.seq === seq) this.view = view;
    } catch (thrown) {
      if (this.seq !== seq) return;
      this.view = undefined;
      this.error = BackendError.from(thrown);
    }
  }

  /** Forgets what was read: the numbers belong to another store now. */
  forget(): void {
    this.#seen.clear();
  }

  #remember(view: EventDetail): void {
    this.#seen.delete(view.seq);
    this.#seen.set(view.seq, view);
    for (const oldest of this.#seen.keys()) {
      if (this.#seen.size <= keep) break;
      this.#seen.delete(oldest);
    }
  }
}
