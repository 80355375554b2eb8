import type { AddressSettingsView, AddressView, ConnectionView, DeliveryDetail, DeliveryRow, EventDetail, ReachRow, SubscriptionCell, TypeChoiceView } from '../types';
import { userId } from './events';
import { fetchable, scopes } from './views';

const iso = (ms: number): string => new Date(ms).toISOString();
const minute = 60_000;
const day = 86_400_000;
export const subscribable = [...fetchable, 'meal'];
const unshared = new Set(['daily_cardiovascular_age', 'vo2_max']);

function cells(now: number, callbackUrl: string): SubscriptionCell[] {
  const out: SubscriptionCell[] = [];
  for (const [i, dataType] of subscribable.entries()) {
    if (dataType === 'tag') continue; // not chosen
    for (const [j, eventType] of ['create', 'update', 'delete'].entries()) {
      const id = `7c0a${String(i).padStart(2, '0')}${j}e-41d2-4b7c-9f3a-2b6f0e8d11aa`;
      const daysLeft = 61 + ((i * 3 + j) % 24);
      out.push({ dataType, eventType, state: 'ours', id, callbackUrl, expiresAt: iso(now + daysLeft * day), daysLeft, reason: '' });
    }
  }
  const not = { id: '', callbackUrl: '', expiresAt: '', daysLeft: 0 };
  Object.assign(out[10] ?? {}, not, { state: 'failed', reason: 'Oura answered 422: this type cannot be subscribed with this app.' });
  Object.assign(out[27] ?? {}, not, { state: 'missing' });
  Object.assign(out[28] ?? {}, not, { state: 'pending' });
  // Another program has this pair too; ours stands beside it.
  const other = out[40];
  if (other) out.push({ ...other, id: '5f11aa02-0c6e-4c39-8d4f-77e1c2a90b14', state: 'foreign', callbackUrl: 'https://homeassistant.example.org/api/webhook/oura', daysLeft: 12 });
  return out;
}

function typeChoices(): TypeChoiceView[] {
  return subscribable.map((dataType) => ({ dataType, wanted: dataType !== 'tag', allowed: !unshared.has(dataType), fetchable: dataType !== 'meal' }));
}

/** What the internet gets to see when all is well. */
function reach(by: 'service' | ''): ReachRow[] {
  const shut = (path: string): ReachRow => ({ method: 'GET', path, status: 404, by, expected: true, open: false, what: 'Refused.' });
  return [
    { method: 'GET', path: '/webhooks/9f2c41', status: 200, by: 'program', expected: true, open: true, what: 'Oura’s way in: checked with a token that only Oura and this program know.' },
    ...['/', '/health', '/status', '/events', '/auth/callback', '/openapi.json', '/webhooks/9f2c41/x'].map(shut),
  ];
}

export function ngrokAddress(now: number): AddressView {
  return {
    kind: 'ngrok', url: 'https://calm-otter-driven.ngrok-free.app', state: 'online', since: iso(now - 192 * minute), reason: '', localAddr: '', provenAt: iso(now - 3 * minute), latencyMs: 84,
    account: 'Mira Example', plan: 'Free', region: 'eu', notice: '', unfiltered: false, requests: 3418, requestsLimit: 20_000, requestsMonth: '2026-11', reach: reach('service'), reachAt: iso(now - 3 * minute),
  };
}

export function ownAddress(now: number): AddressView {
  return {
    ...ngrokAddress(now), kind: 'own_url', url: 'https://ring.example.net/hooks', localAddr: '127.0.0.1:8001', account: '', plan: '', region: '', requests: 0, requestsLimit: 0, requestsMonth: '',
    reach: reach(''),
  };
}

export function noAddress(): AddressView {
  return {
    kind: 'none', url: '', state: 'off', since: '', reason: '', localAddr: '', provenAt: '', latencyMs: 0, account: '', plan: '', region: '', notice: '', unfiltered: false,
    requests: 0, requestsLimit: 0, requestsMonth: '', reach: [], reachAt: '',
  };
}

const settings = (): AddressSettingsView => ({ choice: 'auto', ownUrl: '', ngrokDomain: '', ngrokTokenSet: true, mode: 'auto', ingressPort: '8001', fixed: [] });

function deliveries(now: number, events: EventDetail[]): DeliveryRow[] {
  const rows = events.slice(-50).reverse().map((e, i): DeliveryRow => ({
    id: 900 - i, receivedAt: e.receivedAt, dataType: e.dataType, eventType: e.eventType, objectId: e.objectId, verdict: 'accepted', late: false, lagMs: 380 + ((i * 137) % 900), form: i % 7 === 5 ? 'compact' : 'raw',
    fetch: 'done', tries: 1, reason: '', outcome: e.eventType === 'create' ? 'new' : e.eventType === 'delete' ? 'deleted' : 'changed', seq: e.seq,
  }));
  Object.assign(rows[1] ?? {}, { fetch: 'pending', tries: 3, outcome: '', seq: 0, reason: 'Oura has not made the document visible yet.' });
  Object.assign(rows[3] ?? {}, { outcome: 'unchanged', seq: 0 });
  Object.assign(rows[4] ?? {}, { verdict: 'late', late: true, lagMs: 31 * minute, receivedAt: iso(now - 40 * minute) });
  Object.assign(rows[6] ?? {}, { fetch: 'parked', tries: 1, outcome: '', seq: 0, reason: 'Oura did not share “Heart health” with this program. Sign in again and switch it on.' });
  Object.assign(rows[8] ?? {}, { verdict: 'unknown_type', dataType: 'glucose_daily', outcome: 'notice', fetch: 'none', tries: 0 });
  Object.assign(rows[10] ?? {}, { verdict: 'unparsable', dataType: '', eventType: '', objectId: '', outcome: '', fetch: 'none', tries: 0, seq: 0, reason: 'A field is missing: data_type.' });
  return rows;
}

/** A delivery in full, made up from its row. */
export function deliveryDetail(row: DeliveryRow, now: number): DeliveryDetail {
  const at = Date.parse(row.receivedAt) - row.lagMs;
  const notice = { event_type: row.eventType, data_type: row.dataType, object_id: row.objectId, event_time: iso(at - 900), user_id: userId };
  const unreadable = row.verdict === 'unparsable';
  return {
    ...row, timestamp: String(Math.floor(at / 1000)), eventTime: unreadable ? '' : iso(at - 900), userId: unreadable ? '' : userId, nextTry: row.fetch === 'pending' ? iso(now + 40_000) : '',
    body: unreadable ? '{"event_type":"create"' : JSON.stringify(notice), bodyCut: false,
  };
}

/** How many rows a page of deliveries has. */
export const pageSize = 20;

export function sampleConnection(now: number): ConnectionView {
  const address = ngrokAddress(now);
  return {
    account: {
      connected: true, userId, email: 'mira@example.org', scopes: scopes.slice(0, 9), missingScopes: scopes.slice(9), scopesKnown: true,
      connectedAt: iso(now - 23 * day), expiresAt: iso(now + 18 * day), needsSignIn: false,
    },
    address,
    settings: settings(),
    subscriptions: cells(now, `${address.url}/webhooks/9f2c41`),
    types: typeChoices(),
    progress: { running: false, done: 0, total: 0, message: '' },
    round: { at: iso(now - 47 * minute), nextAt: iso(now + 313 * minute), error: '', created: 2, moved: 0, renewed: 3, deleted: 0, failed: 1 },
    deliveries: [],
    moreDeliveries: false,
  };
}

export { deliveries as sampleDeliveries };
