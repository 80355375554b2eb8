import type { SetupView, SignInView, StatusView, TypeView } from '../types';
import { userId } from './events';

export const fetchable = [
  'daily_activity', 'daily_cardiovascular_age', 'daily_readiness', 'daily_resilience', 'daily_sleep', 'daily_spo2', 'daily_stress', 'enhanced_tag',
  'rest_mode_period', 'ring_configuration', 'session', 'sleep', 'sleep_time', 'tag', 'vo2_max', 'workout',
];
export const scopes = ['email', 'personal', 'daily', 'heartrate', 'workout', 'tag', 'session', 'spo2', 'stress', 'heart_health', 'ring_configuration'];

const iso = (ms: number): string => new Date(ms).toISOString();
const minute = 60_000;

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
