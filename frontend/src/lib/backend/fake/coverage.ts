import { addDays, dayNumber } from '../../format/days';
import type { CoverageCell, CoverageMap, CoverageState } from '../types';
import { Random } from './random';
import { fetchable } from './views';

export const words: Record<string, CoverageState> = { c: 'complete', p: 'partial', e: 'empty', w: 'not_worn', a: 'not_allowed', n: 'not_asked', f: 'failed' };
const unshared = new Set(['daily_cardiovascular_age', 'vo2_max']);
const series = new Set(['heartrate', 'ring_battery_level']);
/** Types a person makes by hand or now and then: most days hold none. */
const rare: Record<string, number> = { workout: 0.45, session: 0.2, tag: 0.06, enhanced_tag: 0.12, rest_mode_period: 0.01 };

/** All types that have days. */
export const dayTypes = [...fetchable.filter((type) => type !== 'ring_configuration'), 'meal', ...series];

/** What a pretended store knows of each type on each day, from `first` to `today`. */
export class FakeCoverage {
  first: string;
  today: string;
  readonly rows = new Map<string, string[]>();
  /** Why a day failed or is not allowed. */
  reasons: Partial<Record<CoverageState, string>> = {
    failed: 'Oura answered 502 and did not answer later tries either.',
    not_allowed: 'Oura did not share “Heart health” with this program. Sign in again and switch it on.',
  };

  constructor(today: string, days: number, seed = 11) {
    this.today = today;
    this.first = addDays(today, 1 - days);
    const random = new Random(seed);
    for (const type of dayTypes) this.rows.set(type, Array.from({ length: days }, () => stateOf(type, random)));
    if (days > 900) this.#gaps(days, random);
    this.#young();
  }

  /** Every day of every type in one state, as one letter. */
  all(letter: string): void {
    for (const row of this.rows.values()) row.fill(letter);
  }

  set(type: string, from: string, to: string, letter: string): void {
    const row = this.rows.get(type);
    row?.fill(letter, Math.max(0, this.#at(from)), Math.max(0, this.#at(to) + 1));
  }

  map(from: string, to: string): CoverageMap {
    const [a, b] = [from < this.first ? this.first : from, to > this.today ? this.today : to];
    const before = Math.max(0, dayNumber(a) - dayNumber(from));
    const rows = [...this.rows].map(([dataType, row]) => ({ dataType, states: 'n'.repeat(before) + row.slice(this.#at(a), this.#at(b) + 1).join('') }));
    return { from, to: b, rows };
  }

  cell(dataType: string, day: string): CoverageCell {
    const state = words[this.rows.get(dataType)?.[this.#at(day)] ?? 'n'] ?? 'not_asked';
    const count = state === 'complete' || state === 'partial' ? (dataType === 'heartrate' ? 268 : series.has(dataType) ? 96 : 1) : 0;
    return { dataType, day, state, count, reason: this.reasons[state] ?? '', askedAt: state === 'not_asked' ? '' : new Date(Date.now() - 14 * 60_000).toISOString() };
  }

  #at(day: string): number {
    return dayNumber(day) - dayNumber(this.first);
  }

  /** Holidays without the ring, failures, days nobody asked for yet. */
  #gaps(days: number, random: Random): void {
    for (const [type, row] of this.rows) {
      row.fill('n', 0, type === 'heartrate' ? 500 : 120);
      if (unshared.has(type)) continue;
      if (type.startsWith('daily_') || type === 'sleep') row.fill('w', days - 260, days - 247).fill('w', days - 41, days - 38);
      for (let at = random.whole(150, 400); at < days - 4; at += random.whole(190, 520)) row.fill('f', at, at + random.whole(1, 9));
    }
    this.rows.get('daily_spo2')?.fill('n', days - 96, days - 82);
    this.rows.get('sleep')?.fill('f', days - 24, days - 21);
  }

  #young(): void {
    for (const row of this.rows.values()) for (let i = 1; i <= Math.min(3, row.length); i++) if (row[row.length - i] !== 'a') row[row.length - i] = 'p';
  }
}

function stateOf(type: string, random: Random): string {
  if (unshared.has(type)) return 'a';
  if (type === 'meal') return 'e';
  const chance = random.next();
  return chance < (rare[type] ?? 0.985) ? 'c' : 'e';
}
