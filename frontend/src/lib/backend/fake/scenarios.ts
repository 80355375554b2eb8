import type { StateWord, TroubleView } from '../types';
import { dataScenarios, hostileData } from './dataScenarios';
import { emptyExport, exportScenarios, hostileExport } from './exportScenarios';
import { FakeProgram } from './program';
import { makeHostile } from './hostile';
import { emptyNight, hostileNight, nightScenarios } from './night';
import { noAddress, ownAddress } from './connection';
import { hostileSync, nothingAsked, syncScenarios } from './syncScenarios';
import { hostileToday, nothingOfToday, todayScenarios } from './today';
import { noTrends, trendsScenarios } from './trends';
import { connectedSignIn, noSignIn, pendingSignIn } from './views';

type Arrange = (p: FakeProgram) => void;

const minute = 60_000;

function state(p: FakeProgram, word: string, name: StateWord, nextStep: string): void {
  Object.assign(p.status, { state: name, word, nextStep, since: new Date(Date.now() - 12 * minute).toISOString() });
}

function trouble(over: Partial<TroubleView>): TroubleView {
  const since = new Date(Date.now() - 12 * minute).toISOString();
  return { code: 'sign_in_needed', title: '', text: '', severity: 'error', since, remedyLabel: '', remedyAction: '', ...over };
}

function setupAt(step: 'welcome' | 'client' | 'sign_in' | 'data', more: Arrange = () => undefined): Arrange {
  return (p) => {
    p.setup.step = step;
    p.setup.signIn = noSignIn();
    if (step === 'welcome' || step === 'client') Object.assign(p.setup, { clientId: '', clientSecretSet: false });
    Object.assign(p.status, { state: 'setup', word: 'Needs you', nextStep: 'Finish setting up', since: '', lastEventAt: '', eventCount: 0, lastSeq: 0 });
    more(p);
  };
}

const signInFailure = (code: string, error: string): Arrange => setupAt('sign_in', (p) => Object.assign(p.setup.signIn, { errorCode: code, error }));

const all: Record<string, Arrange> = {
  live: () => undefined,
  demo: (p) => {
    p.setup.demo = p.status.demo = true;
    p.data.undoable = false;
    Object.assign(p.connection.address, noAddress(), { kind: 'demo', state: 'online', since: new Date(Date.now() - 12 * minute).toISOString(), url: 'http://127.0.0.1:40129/hooks/5d1e', localAddr: '127.0.0.1:40129' });
  },
  polling: (p) => state(p, 'Polling', 'polling', 'Next round in 3 min'),
  catching_up: (p) => state(p, 'Catching up 412 of 1,830', 'catching_up', 'Filling the last 9 hours'),
  offline: (p) => state(p, 'Offline', 'offline', 'Goes on by itself when the network is back'),
  paused: (p) => {
    state(p, 'Paused', 'paused', 'Resumes at 15:30');
    Object.assign(p.sync, { paused: true, pausedUntil: new Date(Date.now() + 58 * minute).toISOString() });
  },
  troubles: (p) => {
    state(p, 'Needs you', 'needs_you', 'Sign in to Oura again');
    p.status.troubles = [
      trouble({ title: 'Oura no longer accepts the sign-in', text: 'What is stored stays and can be read. New data waits until you sign in again.', remedyLabel: 'Sign in', remedyAction: 'sign_in' }),
      trouble({ code: 'scope_missing', severity: 'warning', title: 'Heart health is not shared', text: 'Cardiovascular age and VO₂ max stay missing. Sign in again and switch the permission on.', remedyLabel: 'Open connection', remedyAction: 'open_connection' }),
      trouble({ code: 'key_in_file', severity: 'info', title: 'No keychain on this computer', text: 'The key of the encrypted sign-in lies in a file only you can read.' }),
    ];
    p.connection.account.needsSignIn = true;
  },
  empty: (p) => {
    p.events.all.length = 0;
    Object.assign(p.status, { lastSeq: 0, eventCount: 0, lastEventAt: '', lastDeliveryAt: '' });
    p.deliveries = [];
    nothingAsked(p);
    nothingOfToday(p);
    noTrends(p);
    p.health.night = emptyNight;
    emptyExport(p);
  },
  disconnected: (p) => {
    all['empty']?.(p);
    p.setup.signIn = noSignIn();
    p.sync.connected = false;
    Object.assign(p.connection.account, { connected: false, userId: '', email: '', scopes: [], missingScopes: [], scopesKnown: false });
    p.connection.address = noAddress();
    p.connection.settings.ngrokTokenSet = false;
    for (const cell of p.connection.subscriptions) Object.assign(cell, { state: 'missing', id: '', callbackUrl: '', expiresAt: '', daysLeft: 0, reason: '' });
    Object.assign(p.connection.round, { at: '', nextAt: '', created: 0, renewed: 0, failed: 0 });
  },
  loading: (p) => {
    p.stuck.add('HealthAPI.Day').add('EventsAPI.List').add('ConnectionAPI.Get').add('SyncAPI.Get').add('HealthAPI.Night').add('HealthAPI.Metrics').add('HealthAPI.Trend');
  },
  failing: (p) => {
    const error = { code: 'storage', message: 'The data folder cannot be read: the disk is not there. Connect it again, then try again.' };
    p.failures.set('HealthAPI.Day', error).set('EventsAPI.List', error).set('ConnectionAPI.Get', error).set('SyncAPI.Get', error).set('HealthAPI.Night', error).set('HealthAPI.Metrics', error).set('HealthAPI.Trend', error);
  },
  not_started: (p) => {
    const error = { code: 'storage', message: 'The data folder cannot be written: the disk is full. Make room, then try again.' };
    for (const name of ['SetupAPI.Get', 'EventsAPI.List', 'ConnectionAPI.Get', 'SyncAPI.Get', 'SettingsAPI.Get']) p.failures.set(name, error);
    Object.assign(p.status, { state: 'needs_you', word: 'Needs you', since: '', nextStep: 'Try again', lastEventAt: '', eventCount: 0, lastSeq: 0 });
    p.status.troubles = [trouble({ code: 'storage', title: 'Oura Streaming could not start', text: error.message, since: '', remedyLabel: 'Try again', remedyAction: 'retry' })];
  },
  starting: (p) => {
    for (const name of ['SetupAPI.Get', 'EventsAPI.List', 'ConnectionAPI.Get', 'SyncAPI.Get', 'SettingsAPI.Get']) p.failures.set(name, { code: 'unavailable', message: 'Oura Streaming is still starting. Wait a moment.' });
    Object.assign(p.status, { state: 'catching_up', word: 'Starting', since: '', lastEventAt: '', eventCount: 0, lastSeq: 0 });
  },
  own_url: (p) => {
    p.connection.address = ownAddress(Date.now());
    Object.assign(p.connection.settings, { choice: 'own_url', ownUrl: p.connection.address.url });
  },
  no_address: (p) => {
    p.connection.address = noAddress();
    p.connection.settings.choice = 'none';
  },
  refused: (p) => {
    all['own_url']?.(p);
    Object.assign(p.connection.address, { state: 'refused', provenAt: '', latencyMs: 0, reason: 'A web page answers at your public address instead of this program, such as a tunnel’s warning page or a log-in. Turn that page off, or let the proxy forward past it.' });
    const [, front, ...rest] = p.connection.address.reach;
    if (front) {
      p.connection.address.reach = [
        { ...front, status: 200, expected: true, open: true, what: 'Something else of yours answers here, not this program.' },
        ...rest.map((row, i) => (i === 1 ? { ...row, status: 200, expected: false, open: true, what: 'This program’s local API answers here. Let the proxy forward only the path of the deliveries, to the port of the deliveries.' } : i === 3 ? { ...row, status: 0, what: 'No answer came.' } : row)),
      ];
    }
    Object.assign(p.connection.progress, { running: true, done: 18, total: 51, message: 'Subscribing Daily sleep' });
    p.connection.account.scopesKnown = false;
  },
  reconnecting: (p) => {
    Object.assign(p.connection.address, {
      state: 'reconnecting', reason: 'The connection to ngrok was lost. It comes back by itself; the next try is in 8 s.', unfiltered: true, requests: 19_204,
      notice: 'This version of the agent is served until 1 March 2027. Update this program before then.',
    });
    Object.assign(p.connection.address.reach[0] ?? {}, { what: 'Oura’s way in: it led here when this was asked, and does not now.' });
    Object.assign(p.connection.round, { error: 'Oura does not answer. It is tried again in 5 minutes.', created: 0, renewed: 1 });
  },
  fixed: (p) => {
    all['own_url']?.(p);
    Object.assign(p.connection.settings, { choice: 'auto', fixed: ['ownUrl', 'ngrokDomain', 'ngrokToken', 'mode', 'types', 'ingressPort'] });
  },
  welcome: setupAt('welcome'),
  client: setupAt('client'),
  half_way: setupAt('client', (p) => (p.setup.signIn = connectedSignIn())),
  half_way_signed_out: setupAt('welcome', (p) => (p.setup.signIn = { ...connectedSignIn(), connected: false })),
  client_environment: setupAt('client', (p) => (p.setup.fromEnvironment = true)),
  sign_in: setupAt('sign_in'),
  sign_in_pending: setupAt('sign_in', (p) => (p.setup.signIn = pendingSignIn(Date.now()))),
  sign_in_no_browser: setupAt('sign_in', (p) => (p.setup.signIn = { ...pendingSignIn(Date.now()), browserOpened: false })),
  sign_in_denied: signInFailure('consent_denied', 'You did not allow the access on Oura’s page. Nothing was stored. Sign in again and choose “Allow”.'),
  sign_in_redirect: signInFailure('redirect_mismatch', 'Oura does not know the redirect address of this program. It must stand in your app’s settings exactly as shown.'),
  data: setupAt('data', (p) => {
    p.setup.signIn = new FakeProgram(0).setup.signIn;
    nothingAsked(p);
  }),
  data_arrived: setupAt('data', (p) => {
    p.setup.signIn = new FakeProgram(0).setup.signIn;
    p.status.eventCount = 214;
  }),
  hostile: (p) => {
    makeHostile(p);
    hostileSync(p);
    hostileToday(p);
    hostileData(p);
    hostileExport(p);
    p.health.night = hostileNight;
  },
  ...syncScenarios,
  ...todayScenarios,
  ...dataScenarios,
  ...exportScenarios,
  ...nightScenarios,
  ...trendsScenarios,
};

/** The names of all situations, for tests that visit each. */
export const scenarioNames = Object.keys(all);

/** A pretended program in the named situation; an unknown name gives the plain one. */
export function arrange(name: string): FakeProgram {
  const many = /^many:(\d+)$/.exec(name)?.[1];
  const program = new FakeProgram(many ? Number(many) : 400);
  rearrange(program, name);
  return program;
}

/** Brings a program into the named situation, from whichever it is in. */
export function rearrange(program: FakeProgram, name: string): void {
  if (Object.hasOwn(all, name)) all[name]?.(program);
}
