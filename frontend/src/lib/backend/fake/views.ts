import type { ConnectionView, DeliveryRow, EventDetail, SetupView, SignInView, StatusView, SubscriptionCell, TypeView } from '../types';
import { userId } from './events';

export const fetchable = [
  'daily_activity', 'daily_cardiovascular_age', 'daily_readiness', 'daily_resilience', 'daily_sleep', 'daily_spo2', 'daily_stress', 'enhanced_tag',
  'rest_mode_period', 'ring_configuration', 'session', 'sleep', 'sleep_time', 'tag', 'vo2_max', 'workout',
];
export const scopes = ['email', 'personal', 'daily', 'heartrate', 'workout', 'tag', 'session', 'spo2', 'stress', 'heart_health', 'ring_configuration'];

const iso = (ms: number): string => new Date(ms).toISOString();
const minute = 60_000;
const day = 86_400_000;

export const sampleTypes = (): TypeView[] => [
  ...fetchable.map((dataType) => ({ dataType, hook: true, fetchable: true })),
  { dataType: 'meal', hook: true, fetchable: false },
  { dataType: 'heartrate', hook: false, fetchable: true },
  { dataType: 'ring_battery_level', hook: false, fetchable: true },
];

export function sampleStatus(now: number): StatusView {
  return {
    state: 'live', word: 'Live', since: iso(now - 192 * minute), nextStep: '', demo: false, version: '0.1.0', lastSeq: 0, eventCount: 0, lastEventAt: '', lastDeliveryAt: '',
    troubles: [], apiUrl: 'http://127.0.0.1:8000', dataDir: '/home/mira/.local/share/oura-streaming', keyWhere: 'keychain', keyPath: '',
  };
}

export function noSignIn(): SignInView {
  return { pending: false, authorizeUrl: '', expiresAt: '', browserOpened: false, error: '', errorCode: '', connected: false, userId: '', scopes: [], missingScopes: [] };
}

export function pendingSignIn(now: number): SignInView {
  const query = 'response_type=code&client_id=5TLW2HRDPQ7ZK3MN&redirect_uri=http%3A%2F%2Flocalhost%3A8000%2Fauth%2Fcallback&scope=email+personal+daily+heartrate+workout+tag+session+spo2+stress+heart_health+ring_configuration&state=Zc1x0Vw3uM9nT5rQ';
  return { ...noSignIn(), pending: true, browserOpened: true, expiresAt: iso(now + 582_000), authorizeUrl: `https://cloud.ouraring.com/oauth/authorize?${query}` };
}

export function connectedSignIn(): SignInView {
  return { ...noSignIn(), connected: true, userId, scopes: scopes.slice(0, 9), missingScopes: scopes.slice(9) };
}

export function sampleSetup(): SetupView {
  return {
    step: 'done', demo: false, clientId: '5TLW2HRDPQ7ZK3MN', clientSecretSet: true, fromEnvironment: false, redirectUri: 'http://localhost:8000/auth/callback',
    portalUrl: 'https://cloud.ouraring.com/oauth/applications', signIn: connectedSignIn(),
  };
}

function cells(now: number): SubscriptionCell[] {
  const callbackUrl = 'https://ring.example.net/hooks/9f2c41';
  const out: SubscriptionCell[] = [];
  for (const [i, dataType] of [...fetchable, 'meal'].entries()) {
    for (const [j, eventType] of ['create', 'update', 'delete'].entries()) {
      const id = `7c0a${String(i).padStart(2, '0')}${j}e-41d2-4b7c-9f3a-2b6f0e8d11aa`;
      const daysLeft = 61 + ((i * 3 + j) % 24);
      out.push({ dataType, eventType, state: 'ours', id, callbackUrl, expiresAt: iso(now + daysLeft * day), daysLeft, reason: '' });
    }
  }
  Object.assign(out[10] ?? {}, { state: 'failed', id: '', expiresAt: '', daysLeft: 0, reason: 'Oura answered 422: this type cannot be subscribed with this app.' });
  Object.assign(out[27] ?? {}, { state: 'missing', id: '', callbackUrl: '', expiresAt: '', daysLeft: 0 });
  Object.assign(out[28] ?? {}, { state: 'pending', id: '', expiresAt: '', daysLeft: 0 });
  // Another program has this pair too; ours stands beside it.
  const other = out[40];
  if (other) out.push({ ...other, id: '5f11aa02-0c6e-4c39-8d4f-77e1c2a90b14', state: 'foreign', callbackUrl: 'https://homeassistant.example.org/api/webhook/oura', daysLeft: 12 });
  return out;
}

function deliveries(now: number, events: EventDetail[]): DeliveryRow[] {
  const rows = events.slice(-24).reverse().map((e, i): DeliveryRow => ({
    id: 900 - i, receivedAt: e.receivedAt, dataType: e.dataType, eventType: e.eventType, objectId: e.objectId, verdict: 'accepted', late: false, form: 'raw',
    fetch: 'done', tries: 1, reason: '', outcome: e.eventType === 'create' ? 'new' : e.eventType === 'delete' ? 'deleted' : 'changed', seq: e.seq,
  }));
  Object.assign(rows[1] ?? {}, { fetch: 'pending', tries: 3, outcome: '', seq: 0, reason: 'Oura has not made the document visible yet. It is asked again in 40 s.' });
  Object.assign(rows[3] ?? {}, { outcome: 'unchanged', seq: 0 });
  Object.assign(rows[4] ?? {}, { verdict: 'late', late: true, receivedAt: iso(now - 40 * minute) });
  Object.assign(rows[6] ?? {}, { fetch: 'parked', tries: 1, outcome: '', seq: 0, reason: 'Oura did not share “Heart health” with this program. Sign in again and switch it on.' });
  Object.assign(rows[8] ?? {}, { verdict: 'unknown_type', dataType: 'glucose_daily', outcome: 'notice', fetch: 'none', tries: 0 });
  return rows;
}

export function sampleConnection(now: number, events: EventDetail[]): ConnectionView {
  return {
    account: {
      connected: true, userId, email: 'mira@example.org', scopes: scopes.slice(0, 9), missingScopes: scopes.slice(9), scopesKnown: true,
      connectedAt: iso(now - 23 * day), expiresAt: iso(now + 18 * day), needsSignIn: false,
    },
    address: { kind: 'own_url', url: 'https://ring.example.net/hooks/9f2c41', state: 'online', since: iso(now - 192 * minute), reason: '', localAddr: '127.0.0.1:8001' },
    subscriptions: cells(now),
    progress: { running: false, done: 0, total: 0, message: '' },
    lastReconcileAt: iso(now - 47 * minute),
    deliveries: deliveries(now, events),
  };
}
