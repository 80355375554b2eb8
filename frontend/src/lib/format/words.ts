import { text } from '../text';
import { familyOf, type Family } from './family';
import { plain } from './plain';

/** A code of Oura's or ours in readable form: "new_type" becomes "New type". */
export function words(code: string): string {
  const spaced = plain(code, 48).replaceAll('_', ' ').trim();
  return spaced === '' ? '' : spaced.charAt(0).toUpperCase() + spaced.slice(1);
}

function pick(table: Record<string, string>, code: string): string {
  return (Object.hasOwn(table, code) ? table[code] : undefined) ?? words(code);
}

/** The name people know a data type by; unknown types keep their own. */
export const typeName = (dataType: string): string => pick(text.types, dataType);
export const scopeName = (scope: string): string => pick(text.scopes, scope);
export const changeName = (operation: string): string => pick(text.changes, operation);
export const sourceName = (source: string): string => pick(text.sources, source);
export const verdictName = (verdict: string): string => pick(text.verdicts, verdict);
export const outcomeName = (outcome: string): string => pick(text.outcomes, outcome);
export const fetchName = (fetch: string): string => pick(text.fetches, fetch);

const order: Family[] = ['sleep', 'readiness', 'activity', 'heart', 'mind', 'notes', 'ring', 'other'];

/** Orders types as people group them: by family, within it by name. */
export function byFamily(a: { dataType: string }, b: { dataType: string }): number {
  return order.indexOf(familyOf(a.dataType)) - order.indexOf(familyOf(b.dataType)) || typeName(a.dataType).localeCompare(typeName(b.dataType));
}

/** The first characters of an identifier, enough to tell two apart by eye. */
export function shortId(id: string): string {
  return plain(id.length > 13 ? `${id.slice(0, 8)}…` : id);
}
