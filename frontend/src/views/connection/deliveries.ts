import type { DeliveryRow } from '../../lib/backend';
import { span } from '../../lib/format/time';
import { fetchName, outcomeName } from '../../lib/format/words';
import { text } from '../../lib/text';
import type { Tone } from '../../lib/ui/icon';

const verdictTones: Record<string, Tone> = { accepted: 'ok', late: 'warn', set_aside: 'muted', unknown_type: 'warn', unparsable: 'error' };

const own = (table: Record<string, string>, word: string): string => (Object.hasOwn(table, word) ? (table[word] ?? '') : '');

export function verdictTone(verdict: string): Tone {
  return (Object.hasOwn(verdictTones, verdict) ? verdictTones[verdict] : undefined) ?? 'muted';
}

/** The check in words: what it came to, which form of the text the signature covers, how long after the stamp it came. */
export function verdictWords(row: DeliveryRow): string {
  const t = text.deliveries;
  const lag = row.lagMs > 0 ? `${t.received} ${t.stamped(span(row.lagMs))}.` : '';
  return [own(t.verdicts, row.verdict), own(t.form, row.form), lag].filter((part) => part !== '').join(' ');
}

/** What became of it, in one word: the result once there is one, before that the state of the fetch. */
export function resultText(row: DeliveryRow): string {
  return row.outcome === '' ? fetchName(row.fetch) : outcomeName(row.outcome);
}

export function resultTone(row: DeliveryRow): Tone {
  if (row.fetch === 'parked') return 'error';
  if (row.fetch === 'pending') return row.tries > 1 ? 'warn' : 'info';
  return row.outcome === 'new' || row.outcome === 'changed' ? 'ok' : 'muted';
}

/** Whether fetching again can help: not while there is nothing to fetch, nor for another account or a deletion. */
export function refetchable(row: DeliveryRow): boolean {
  return row.verdict !== 'set_aside' && row.verdict !== 'unparsable' && row.fetch !== 'none' && row.eventType !== 'delete';
}
