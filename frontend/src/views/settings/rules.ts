import type { RetentionCounts, RetentionRules } from '../../lib/backend';
import { count } from '../../lib/format/number';
import { text } from '../../lib/text';

export type RuleName = keyof RetentionRules;
export const ruleNames: RuleName[] = ['eventsDays', 'eventsCount', 'deliveriesDays', 'samplesDays'];
export const keepAll: RetentionRules = { eventsDays: 0, eventsCount: 0, deliveriesDays: 0, samplesDays: 0 };

/** The least number each takes: what is younger the program itself still needs. */
export const least: RetentionRules = { eventsDays: 1, eventsCount: 100, deliveriesDays: 7, samplesDays: 45 };
const most = 1_000_000_000;

/** A number as a person types it, with or without groups; NaN for what is none the rule takes. */
export function ruleNumber(typed: string, rule: RuleName): number {
  const plain = typed.trim().replace(/[\s,.'](?=\d{3}(\D|$))/g, '');
  const n = /^\d{1,12}$/.test(plain) ? Number(plain) : NaN;
  return n >= least[rule] && n <= most ? n : NaN;
}

export function sameRules(a: RetentionRules, b: RetentionRules): boolean {
  return ruleNames.every((name) => a[name] === b[name]);
}

/** "412 events, 3 deliveries and 9,204 measurements"; "" when nothing goes. */
export function whatGoes({ events, deliveries, samples }: Pick<RetentionCounts, 'events' | 'deliveries' | 'samples'>): string {
  const t = text.data;
  const parts = [
    { n: events, say: t.events },
    { n: deliveries, say: t.deliveries },
    { n: samples, say: t.samples },
  ];
  return t.and(parts.filter(({ n }) => n > 0).map(({ n, say }) => say(n, count(n))));
}
