import type { DeliveryRow } from '../../lib/backend';
import { fetchName, outcomeName } from '../../lib/format/words';
import type { Tone } from '../../lib/ui/icon';

const verdictTones: Record<string, Tone> = { accepted: 'ok', late: 'warn', set_aside: 'muted', unknown_type: 'warn', unparsable: 'error' };

export function verdictTone(verdict: string): Tone {
  return (Object.hasOwn(verdictTones, verdict) ? verdictTones[verdict] : undefined) ?? 'muted';
}

/** A delivery a person may want to look at: refused, given up, or still being tried. */
export function troubled(row: DeliveryRow): boolean {
  return row.verdict === 'unparsable' || row.verdict === 'unknown_type' || row.fetch === 'parked' || (row.fetch === 'pending' && row.tries > 1);
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
