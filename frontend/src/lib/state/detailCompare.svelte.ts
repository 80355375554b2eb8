import { BackendError, type EventDetail } from '../backend';
import { parseJson, type JsonNode } from '../format/json';
import { diffJson, type Change } from '../format/jsondiff';

/** Longer documents are read in steps, between which the window answers. */
const long = 100_000;
/** Fields compared between two breaths. */
const atOnce = 2000;
const breath = (): Promise<void> => new Promise((done) => setTimeout(done));

/** The document of an event and how it differs from another revision of it. */
export class Comparison {
  /** The document of the event shown, or of a deleted one the last known; undefined while it is read and when it is no JSON. */
  node = $state.raw<JsonNode>();
  /** What can be shown of the event: "" when there is no document. */
  source = $state('');
  /** The two revisions; 0 is none. */
  before = $state(0);
  after = $state(0);
  /** undefined while they are compared, and when there is nothing to compare. */
  changes = $state.raw<Change[]>();
  busy = $state(false);
  /** The document is being read. */
  reading = $state(false);
  error = $state.raw<BackendError>();
  readonly #event: (seq: number) => Promise<EventDetail>;
  #round = 0;
  #view: EventDetail | undefined;
  #parsed = new Map<string, JsonNode | undefined>();

  constructor(event: (seq: number) => Promise<EventDetail>) {
    this.#event = event;
  }

  /** Shows an event beside the revision before it. */
  async of(view: EventDetail | undefined): Promise<void> {
    const round = ++this.#round;
    this.#view = view;
    this.error = undefined;
    this.changes = undefined;
    this.busy = false;
    this.#parsed = new Map();
    this.before = view?.dataJson ? view.previousSeq : 0;
    this.after = view?.dataJson ? view.seq : 0;
    this.source = view ? view.dataJson || (view.eventType === 'delete' ? view.previousJson : '') : '';
    this.node = this.source.length > long ? undefined : parseJson(this.source);
    if (this.node) this.#parsed.set(this.source, this.node);
    this.reading = this.source.length > long;
    if (this.reading) await this.#readLong(round);
    if (this.before > 0 && round === this.#round) await this.#compare(view?.previousJson ?? '', view?.dataJson ?? '', round);
  }

  /** Compares two other revisions. */
  async pick(before: number, after: number): Promise<void> {
    const round = ++this.#round;
    this.before = before;
    this.after = after;
    this.error = undefined;
    this.busy = false;
    if (before === 0 || after === 0) {
      this.changes = undefined;
      return;
    }
    this.busy = true;
    try {
      const [a, b] = [await this.#document(before), await this.#document(after)];
      if (round === this.#round) await this.#compare(a, b, round);
    } catch (thrown) {
      if (round !== this.#round) return;
      this.error = BackendError.from(thrown);
      this.changes = undefined;
    } finally {
      if (round === this.#round) this.busy = false;
    }
  }

  async #readLong(round: number): Promise<void> {
    const node = await this.#parse(this.source);
    if (round !== this.#round) return;
    this.node = node;
    this.reading = false;
  }

  async #document(seq: number): Promise<string> {
    return seq === this.#view?.seq ? this.#view.dataJson : (await this.#event(seq)).dataJson;
  }

  async #compare(a: string, b: string, round: number): Promise<void> {
    // A deletion has no document: everything is gone, or there again.
    const before = await this.#parse(a === '' ? '{}' : a);
    const after = await this.#parse(b === '' ? '{}' : b);
    if (round !== this.#round) return;
    const changes = before && after ? (a === b ? [] : await this.#diff(before, after, a.length + b.length > long)) : undefined;
    if (round === this.#round) this.changes = changes;
  }

  /** Of long documents so many fields at a time. */
  async #diff(before: JsonNode, after: JsonNode, inSteps: boolean): Promise<Change[]> {
    if (!inSteps || before.kind !== 'object' || after.kind !== 'object') return diffJson(before, after);
    const round = this.#round;
    const old = new Map(before.entries);
    const now = new Map(after.entries);
    const part = (entries: [string, JsonNode][], from: Map<string, JsonNode>): JsonNode => ({ kind: 'object', entries: entries.flatMap(([key]) => (from.has(key) ? [[key, from.get(key) as JsonNode]] : [])) });
    const out: Change[] = [];
    for (let at = 0; at < after.entries.length && round === this.#round; at += atOnce) {
      await breath();
      const fields = after.entries.slice(at, at + atOnce);
      out.push(...diffJson(part(fields, old), part(fields, now)));
    }
    const gone = before.entries.filter(([key]) => !now.has(key));
    return [...out, ...diffJson({ kind: 'object', entries: gone }, { kind: 'object', entries: [] })];
  }

  async #parse(source: string): Promise<JsonNode | undefined> {
    if (!this.#parsed.has(source)) {
      if (source.length > long) await breath();
      this.#parsed.set(source, parseJson(source));
    }
    return this.#parsed.get(source);
  }
}
