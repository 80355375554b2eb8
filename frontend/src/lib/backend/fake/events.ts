import type { RevisionView } from '../healthTypes';
import { objectHash } from '../../state/feedOutline';
import type { CountView, EventDetail, EventFilterView, EventPageView, EventRow, KindView, OutlineView } from '../types';
import { revise, sample } from './documents';
import { Random } from './random';

export const userId = 'bd913327d56d-a0adf03b515a1d8ed46082e';

/** How often each type comes, as in a real account: activity many times a day, a tag now and then. */
const mix: [string, ...string[]] = [
  'daily_activity', 'daily_activity', 'daily_activity', 'daily_activity', 'daily_stress', 'daily_stress', 'sleep', 'daily_sleep', 'daily_readiness',
  'daily_spo2', 'workout', 'workout', 'session', 'enhanced_tag', 'daily_resilience', 'daily_cardiovascular_age', 'vo2_max', 'ring_configuration', 'meal',
];

const iso = (ms: number): string => new Date(ms).toISOString();

function localDay(ms: number): string {
  const d = new Date(ms);
  return `${d.getFullYear()}-${String(d.getMonth() + 1).padStart(2, '0')}-${String(d.getDate()).padStart(2, '0')}`;
}

/** A pretended store of events, oldest first inside. */
export class FakeEvents {
  readonly all: EventDetail[] = [];
  readonly #random: Random;
  #seq = 0;

  constructor(seed: number) {
    this.#random = new Random(seed);
  }

  get lastSeq(): number {
    return this.#seq;
  }

  /** Adds one event received at `ms`: mostly a new document or a revision of a recent one. */
  add(ms: number, over: Partial<EventDetail> = {}): EventDetail {
    const r = this.#random;
    const chance = r.next();
    const old = chance < 0.5 ? this.#recent() : undefined;
    const fresh = sample(r, over.dataType ?? r.pick(mix), r.uuid(), localDay(ms));
    const gone = old !== undefined && chance < 0.04;
    const event: EventDetail = {
      seq: ++this.#seq,
      dataType: old?.dataType ?? fresh.dataType,
      eventType: gone ? 'delete' : old ? 'update' : 'create',
      objectId: old?.objectId ?? r.uuid(),
      day: old?.day ?? localDay(ms),
      timestamp: iso(ms - r.whole(1, 9) * 700),
      receivedAt: iso(ms),
      source: chance < 0.2 ? 'poll' : 'webhook',
      summary: gone ? '' : (old?.summary ?? fresh.summary),
      userId,
      dataJson: gone ? '' : old ? revise(r, old.dataJson) : fresh.json,
      previousSeq: old?.seq ?? 0,
      previousJson: old?.dataJson ?? '',
      ...over,
    };
    this.#seq = event.seq;
    this.all.push(event);
    return event;
  }

  /** A quiet week: `count` events spread over it, the last one `agoMs` before `now`. */
  fill(count: number, now: number, agoMs = 40_000): void {
    const span = 7 * 86_400_000;
    for (let i = 0; i < count; i++) {
      const share = count > 1 ? i / (count - 1) : 1;
      this.add(Math.round(now - agoMs - span * (1 - share) ** 1.6));
    }
  }

  /** All revisions of a document, newest first. */
  revisions(dataType: string, objectId: string): RevisionView[] {
    return this.all
      .filter((e) => e.dataType === dataType && e.objectId === objectId)
      .map(({ seq, eventType, source, receivedAt }) => ({ seq, eventType, source, receivedAt }))
      .reverse();
  }

  /** As the store counts: of a search the first thousand. */
  count(f: EventFilterView): CountView {
    const most = f.query === '' ? this.all.length : 1000;
    const found = this.#find({ ...f, before: 0, after: 0 }, most + 1);
    return { count: Math.min(found.length, most), exact: found.length <= most };
  }

  list(f: EventFilterView): EventPageView {
    const found = this.#find(f, f.limit + 1);
    return { rows: found.slice(0, f.limit).map(rowOf), more: found.length > f.limit };
  }

  outline(f: EventFilterView): OutlineView {
    const limit = Math.min(f.limit || 10_000, f.query === '' ? 10_000 : 500);
    const found = this.#find(f, limit + 1);
    const rows = found.slice(0, limit);
    const kinds: KindView[] = [];
    const seconds = rows.map((e) => Math.floor(Date.parse(e.receivedAt) / 1000));
    const steps = (list: number[]): number[] => list.map((n, i) => (i === 0 ? n : (list[i - 1] ?? 0) - n));
    const kind = rows.map((e) => {
      const at = kinds.findIndex((k) => k.dataType === e.dataType && k.eventType === e.eventType && k.source === e.source);
      return at >= 0 ? at : kinds.push({ dataType: e.dataType, eventType: e.eventType, source: e.source }) - 1;
    });
    return { kinds, seqs: steps(rows.map((e) => e.seq)), seconds: steps(seconds), kind, objects: rows.map((e) => objectHash(e.objectId)), more: found.length > limit };
  }

  /** The newest `most` that fit. Events lie in the order of their numbers. */
  #find(f: EventFilterView, most: number): EventDetail[] {
    const query = f.query.toLowerCase();
    const fits = (e: EventDetail): boolean =>
      (f.dataTypes.length === 0 || f.dataTypes.includes(e.dataType)) &&
      (f.eventTypes.length === 0 || f.eventTypes.includes(e.eventType)) &&
      (f.sources.length === 0 || f.sources.includes(e.source)) &&
      (query === '' || `${e.objectId} ${e.dataType} ${e.dataJson}`.toLowerCase().includes(query));
    const found: EventDetail[] = [];
    for (let i = f.before === 0 ? this.all.length - 1 : this.#below(f.before); i >= 0 && found.length < most; i--) {
      const event = this.all[i];
      if (!event || event.seq <= f.after) break;
      if (fits(event)) found.push(event);
    }
    return found;
  }

  /** The place of the newest event below `seq`. */
  #below(seq: number): number {
    let low = 0;
    let high = this.all.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.all[middle]?.seq ?? 0) < seq) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  #recent(): EventDetail | undefined {
    const near = this.all.slice(-25).filter((e) => e.dataJson !== '');
    return near[this.#random.whole(0, Math.max(0, near.length - 1))];
  }
}

function rowOf({ seq, dataType, eventType, objectId, day, timestamp, receivedAt, source, summary }: EventDetail): EventRow {
  return { seq, dataType, eventType, objectId, day, timestamp, receivedAt, source, summary };
}
