import type { ExportChoice, ExportContents, ExportFormat, ExportKind } from '../backend';
import { addDays, dayAt, dayNumber } from '../format/days';
import { byFamily } from '../format/words';

export type Range = 'all' | 'week' | 'month' | 'year' | 'own';

/** How many days the ranges go back, today included. */
const rangeDays: Partial<Record<Range, number>> = { week: 7, month: 30, year: 365 };

export const formats: ExportFormat[] = ['sqlite', 'csv', 'jsonl'];
const kindsOf: Record<ExportFormat, ExportKind[]> = {
  sqlite: ['everything', 'documents', 'events', 'samples'],
  csv: ['documents', 'events', 'samples'],
  jsonl: ['documents', 'events', 'samples'],
};

export interface CountedType {
  dataType: string;
  count: number;
}

/** What a person has chosen to export. Each format remembers its own contents and types. */
export class Selection {
  format = $state<ExportFormat>('sqlite');
  range = $state<Range>('all');
  /** Of the range "own"; "" for no limit. */
  from = $state('');
  to = $state('');
  operations = $state.raw<string[]>([]);
  sources = $state.raw<string[]>([]);
  deleted = $state(false);
  #gzip = $state(false);
  #kinds = $state<Record<ExportFormat, ExportKind>>({ sqlite: 'everything', csv: 'documents', jsonl: 'documents' });
  /** By format and kind; without an entry all, or for tables the first. */
  #types = $state<Record<string, string[]>>({});

  get kinds(): ExportKind[] {
    return kindsOf[this.format];
  }

  get kind(): ExportKind {
    return this.#kinds[this.format];
  }

  set kind(kind: ExportKind) {
    this.#kinds[this.format] = kind;
  }

  /** The types that have anything of the chosen kind, as people group them. */
  available(contents: ExportContents): CountedType[] {
    const { kind } = this;
    return contents.types
      .map((t) => ({ dataType: t.dataType, count: kind === 'everything' ? t.documents || t.samples || t.events : t[kind] }))
      .filter((t) => t.count > 0)
      .sort(byFamily);
  }

  /** Those of them that are chosen. Of documents as tables one, until somebody chooses. */
  types(contents: ExportContents): string[] {
    const all = this.available(contents).map((t) => t.dataType);
    const own = this.#types[this.#key];
    if (own) return all.filter((type) => own.includes(type));
    if (this.format !== 'csv' || this.kind !== 'documents') return all;
    return all.includes('daily_sleep') ? ['daily_sleep'] : all.slice(0, 1);
  }

  choose(types: string[]): void {
    this.#types[this.#key] = types;
  }

  get #key(): string {
    return `${this.format} ${this.kind}`;
  }

  /** Several tables make an archive, which is packed already. */
  zipped(contents: ExportContents): boolean {
    return this.format === 'csv' && this.kind === 'documents' && this.types(contents).length !== 1;
  }

  gzip(contents: ExportContents): boolean {
    return this.#gzip && !this.zipped(contents);
  }

  pack(gzip: boolean): void {
    this.#gzip = gzip;
  }

  /** The days of the range, "" for no limit. */
  days(today: string): { from: string; to: string } {
    if (this.range === 'own') return { from: this.from.trim(), to: this.to.trim() };
    const days = rangeDays[this.range];
    return { from: days === undefined ? '' : addDays(today, 1 - days), to: '' };
  }

  /** Whether the days written by hand are days, and in order. */
  get wrong(): { from: boolean; to: boolean; order: boolean } {
    if (this.range !== 'own') return { from: false, to: false, order: false };
    const { from, to } = this.days('');
    // Engines take 30 February for 2 March.
    const bad = (day: string): boolean => day !== '' && (Number.isNaN(dayNumber(day)) || dayAt(dayNumber(day)) !== day);
    return { from: bad(from), to: bad(to), order: from !== '' && to !== '' && from > to };
  }

  /** What to ask of the program; undefined while it is no choice. */
  choice(contents: ExportContents, today: string): ExportChoice | undefined {
    const { format, kind, wrong } = this;
    const types = this.types(contents);
    const every = types.length === this.available(contents).length;
    if (types.length === 0 || wrong.from || wrong.to || wrong.order) return undefined;
    const documents = kind === 'documents' || kind === 'everything';
    return {
      format, kind, ...this.days(today), gzip: this.gzip(contents), includeDeleted: documents && this.deleted,
      dataTypes: every && !(format === 'csv' && types.length === 1) ? [] : types,
      operations: kind === 'events' ? this.operations : [], sources: kind === 'events' ? this.sources : [],
    };
  }
}
