import type { EventDetail } from '../backend';
import { prettyJson } from '../format/json';
import type { FeedFilter } from './feedFilter';

/** An event as the local API gives it: the document with the digits it came with. */
export function eventJson(view: EventDetail): string {
  const fields: [string, string | number | null][] = [
    ['seq', view.seq],
    ['data_type', view.dataType],
    ['event_type', view.eventType],
    ['object_id', view.objectId],
    ['user_id', view.userId],
    ['day', view.day || null],
    ['timestamp', view.timestamp],
    ['received_at', view.receivedAt],
    ['source', view.source],
    ['previous_seq', view.previousSeq || null],
  ];
  const head = fields.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join(',');
  return prettyJson(`{${head},"data":${view.dataJson || 'null'}}`);
}

/** A word of a shell's command line, whatever is in it. */
const quoted = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`;

/** Half a character, which no address can hold. */
const lone = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

const encoded = (text: string): string => encodeURIComponent(text.replace(lone, '\ufffd')).replaceAll("'", '%27');

const line = (address: string): string => `curl -sS -H "Authorization: Bearer $OURA_STREAMING_API_TOKEN" ${quoted(address)}`;

/** A command line that reads one event from the local API. The token stays a variable. */
export const curlOfEvent = (apiUrl: string, seq: number): string => line(`${apiUrl}/events/${seq}`);

/** What the API takes of a text. */
const longestQuery = 200;

/** A command line that reads what a filter selects; `whole` is false when the API cannot be asked for exactly that. */
export function curlOfFilter(apiUrl: string, filter: FeedFilter): { line: string; whole: boolean } {
  const query = filter.query.trim();
  const [change] = filter.changes;
  const oneChange = filter.changes.length === 1 && change !== undefined;
  const part = [
    ...filter.types.map((type) => `data_type=${encoded(type)}`),
    ...(oneChange ? [`event_type=${encoded(change)}`] : []),
    ...(query !== '' ? [`q=${encoded(query.slice(0, longestQuery))}`] : []),
  ];
  const address = `${apiUrl}/events${part.length > 0 ? `?${part.join('&')}` : ''}`;
  return { line: line(address), whole: filter.changes.length <= 1 && (filter.history || query !== '') && query.length <= longestQuery };
}
