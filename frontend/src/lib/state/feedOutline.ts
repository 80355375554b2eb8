import type { EventRow, KindView, OutlineView } from '../backend';

/** The combinations of type, change and source that occurred so far. A number once given stays. */
export class Kinds {
  readonly #list: KindView[] = [];
  readonly #places = new Map<string, number>();

  place({ dataType, eventType, source }: KindView): number {
    const key = `${dataType}\n${eventType}\n${source}`;
    let place = this.#places.get(key);
    if (place === undefined) {
      place = this.#list.push({ dataType, eventType, source }) - 1;
      this.#places.set(key, place);
    }
    return place;
  }

  at(place: number): KindView {
    return this.#list[place] ?? { dataType: '', eventType: '', source: '' };
  }
}

const utf8 = new TextEncoder();

/** FNV-1a, as app/outline.go numbers a document: 0 without one. */
export function objectHash(id: string): number {
  if (id === '') return 0;
  let hash = 0x811c9dc5;
  for (const byte of utf8.encode(id)) hash = Math.imul(hash ^ byte, 0x01000193);
  return Math.max(1, hash >>> 0);
}

/**
 * What places events in the list, newest first, in columns of one length: a
 * hundred thousand of them take 2.4 MB. Outlines never change.
 */
export class Outline {
  static readonly none = new Outline(new Float64Array(0), new Float64Array(0), new Uint32Array(0), new Uint32Array(0));

  private constructor(
    readonly seqs: Float64Array,
    /** Of receipt, Unix time. */
    readonly seconds: Float64Array,
    /** Numbers of Kinds. */
    readonly kinds: Uint32Array,
    /** The same for the same document, 0 without one. */
    readonly objects: Uint32Array,
  ) {}

  static #make(length: number): Outline {
    return new Outline(new Float64Array(length), new Float64Array(length), new Uint32Array(length), new Uint32Array(length));
  }

  static ofRows(rows: EventRow[], kinds: Kinds): Outline {
    const out = Outline.#make(rows.length);
    rows.forEach((row, i) => {
      out.seqs[i] = row.seq;
      out.seconds[i] = Math.floor(Date.parse(row.receivedAt) / 1000) || 0;
      out.kinds[i] = kinds.place(row);
      out.objects[i] = objectHash(row.objectId);
    });
    return out;
  }

  static ofView(view: OutlineView, kinds: Kinds): Outline {
    const out = Outline.#make(view.seqs.length);
    const places = view.kinds.map((kind) => kinds.place(kind));
    for (let i = 0; i < out.length; i++) {
      const sign = i === 0 ? 1 : -1;
      out.seqs[i] = (out.seqs[i - 1] ?? 0) + sign * (view.seqs[i] ?? 0);
      out.seconds[i] = (out.seconds[i - 1] ?? 0) + sign * (view.seconds[i] ?? 0);
      out.kinds[i] = places[view.kind[i] ?? 0] ?? 0;
      out.objects[i] = view.objects[i] ?? 0;
    }
    return out;
  }

  get length(): number {
    return this.seqs.length;
  }

  /** The number of the event at a place, 0 beyond the ends. */
  seq(place: number): number {
    return this.seqs[place] ?? 0;
  }

  get last(): number {
    return this.seq(this.length - 1);
  }

  /** Where event `seq` stands, or would stand. */
  placeOf(seq: number): number {
    let low = 0;
    let high = this.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.seq(middle) > seq) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  slice(from: number, to: number): Outline {
    return new Outline(this.seqs.slice(from, to), this.seconds.slice(from, to), this.kinds.slice(from, to), this.objects.slice(from, to));
  }

  /** Both in one, newest first, each number once. */
  join(other: Outline): Outline {
    if (other.length === 0) return this;
    if (this.length === 0) return other;
    if (this.last <= other.seq(0)) return this.#merge(other);
    const out = Outline.#make(this.length + other.length);
    for (const column of ['seqs', 'seconds', 'kinds', 'objects'] as const) {
      out[column].set(this[column], 0);
      out[column].set(other[column], this.length);
    }
    return out;
  }

  #merge(other: Outline): Outline {
    const out = Outline.#make(this.length + other.length);
    let n = 0;
    for (let a = 0, b = 0; a < this.length || b < other.length; n++) {
      const mine = this.seqs[a] ?? -1;
      const theirs = other.seqs[b] ?? -1;
      const [from, at] = mine >= theirs ? [this, a] : [other, b];
      for (const column of ['seqs', 'seconds', 'kinds', 'objects'] as const) out[column][n] = from[column][at] ?? 0;
      if (mine >= theirs) a++;
      if (theirs >= mine) b++;
    }
    return out.slice(0, n);
  }
}
