import type { SavedFilter } from '../healthTypes';
import type { Closing, StartView } from '../startTypes';
import type { GoApp, Look, PushMessages, SettingsView, SetupStep, Theme, TrayView, UpdateView } from '../types';
import type { WailsRuntime } from '../wails';
import { connectionCalls } from './calls';
import { sampleConnection, sampleDeliveries } from './connection';
import { sampleContacts } from './contacts';
import { FakeCoverage } from './coverage';
import { dataCalls, sampleData } from './data';
import { diagnosticsCalls } from './diagnostics';
import { FakeEvents } from './events';
import { healthCalls, sampleHealth, type FakeHealth } from './health';
import { noticeCalls, sampleNotices } from './notices';
import { exportCalls, sampleContents, sampleExport } from './exports';
import { sampleSync, syncCalls } from './sync';
import { connectedSignIn, noSignIn, pendingSignIn, sampleSetup, sampleStatus, sampleTypes } from './views';

type Failure = { code: string; message: string };

/**
 * The Go side as the window sees it, pretended: state that can be set, calls that
 * change it, pushes. Everything crosses as JSON, as it does for real.
 */
export class FakeProgram {
  readonly events: FakeEvents;
  status;
  setup = sampleSetup();
  connection;
  /** Newest first. */
  deliveries;
  sync;
  coverage;
  data;
  /** What leaves this computer; scenarios exchange it. */
  contacts = () => sampleContacts(this, Date.now());
  update: UpdateView = { possible: true, on: false, askedAt: '', latest: '', told: false };
  exports;
  contents = sampleContents();
  notices;
  /** What the person chooses when asked for a place; "" for none. */
  place = '/home/mira/Documents';
  settings: SettingsView = { theme: 'system', filters: [] };
  /** How it starts; lacks follow the tray. */
  start: StartView = { login: false, hidden: false, moved: '', fault: '', closing: 'keep', lacks: [] };
  tray: TrayView = { tray: 'shown', hint: '' };
  /** What Today, Night and Trends show; scenarios exchange them. */
  health: FakeHealth = sampleHealth();
  types = sampleTypes();
  /** Calls that fail, by name: "EventsAPI.List". */
  readonly failures = new Map<string, Failure>();
  /** Calls that never answer, by name. */
  readonly stuck = new Set<string>();
  /** Every call with its arguments, for tests. */
  readonly calls: { name: string; args: unknown[] }[] = [];
  /** Deletions that the program would carry out if it were quit now. */
  readonly planned = new Set<string>();
  /** What was copied last. */
  clipboard = '';
  readonly #listeners = new Map<string, Set<(...data: unknown[]) => void>>();

  constructor(count = 400, now = Date.now(), seed = 7) {
    this.events = new FakeEvents(seed);
    this.events.fill(count, now);
    this.status = sampleStatus(now);
    this.connection = sampleConnection(now);
    this.deliveries = sampleDeliveries(now, this.events.all);
    this.sync = sampleSync(now);
    this.exports = sampleExport();
    this.notices = sampleNotices(now);
    this.data = sampleData(now);
    this.coverage = new FakeCoverage(this.sync.today, 1826);
    this.#count();
  }

  readonly runtime: WailsRuntime = {
    EventsOn: (name, listen) => {
      const set = this.#listeners.get(name) ?? new Set();
      this.#listeners.set(name, set.add(listen));
      return () => set.delete(listen);
    },
    ClipboardSetText: async (text) => {
      this.clipboard = text;
      return true;
    },
  };

  readonly go: GoApp = {
    StatusAPI: {
      Snapshot: () => this.#answer('StatusAPI.Snapshot', [], () => this.status),
      Retry: () => this.#act('StatusAPI.Retry', [], () => this.failures.clear()),
    },
    SetupAPI: {
      Get: () => this.#answer('SetupAPI.Get', [], () => this.setup),
      StartDemo: () => this.#act('SetupAPI.StartDemo', [], () => this.#demo(true)),
      LeaveDemo: () => this.#act('SetupAPI.LeaveDemo', [], () => this.#demo(false)),
      SaveClient: (id, secret) => this.#act('SetupAPI.SaveClient', [id, secret], () => Object.assign(this.setup, { clientId: id, clientSecretSet: true })),
      SaveRedirect: (uri) => this.#act('SetupAPI.SaveRedirect', [uri], () => (this.setup.redirectUri = uri)),
      BeginSignIn: () =>
        this.#answer('SetupAPI.BeginSignIn', [], () => {
          this.setup.signIn = pendingSignIn(Date.now());
          this.push('setup:changed', this.setup);
          return this.setup.signIn;
        }),
      CancelSignIn: () =>
        this.#act('SetupAPI.CancelSignIn', [], () => (this.setup.signIn = { ...noSignIn(), error: 'The sign-in was cancelled.', errorCode: 'login_expired' })),
      OpenPortal: () => this.#act('SetupAPI.OpenPortal', [], () => undefined),
      Finish: () => this.#act('SetupAPI.Finish', [], () => (this.setup.step = 'done')),
      SetStep: (step: SetupStep) => this.#act('SetupAPI.SetStep', [step], () => (this.setup.step = step)),
    },
    EventsAPI: {
      List: (filter) => this.#answer('EventsAPI.List', [filter], () => this.events.list(filter)),
      Get: (seq) =>
        this.#answer('EventsAPI.Get', [seq], () => {
          const found = this.events.all.find((e) => e.seq === seq);
          if (!found) throw failure({ code: 'not_found', message: 'There is no such event here. It may have been deleted.' });
          return found;
        }),
      Revisions: (dataType, objectId) => this.#answer('EventsAPI.Revisions', [dataType, objectId], () => this.events.revisions(dataType, objectId)),
      Outline: (filter) => this.#answer('EventsAPI.Outline', [filter], () => this.events.outline(filter)),
      Count: (filter) => this.#answer('EventsAPI.Count', [filter], () => this.events.count(filter)),
      Types: () => this.#answer('EventsAPI.Types', [], () => this.types),
    },
    ConnectionAPI: connectionCalls(
      this,
      (name, args, work) => this.#answer(name, args, work),
      (name, args, work) => this.#act(name, args, work),
      () => failure({ code: 'not_found', message: 'This delivery is not stored here any more.' }),
    ),
    SyncAPI: syncCalls(
      this,
      (name, args, work) => this.#answer(name, args, work),
      (name, args, work) => this.#act(name, args, work),
    ),
    DataAPI: dataCalls(
      this,
      (name, args, work) => this.#answer(name, args, work),
      (name, args, work) => this.#act(name, args, work),
      (message) => failure({ code: 'invalid', message }),
    ),
    NoticesAPI: noticeCalls(
      this,
      (name, args, work) => this.#answer(name, args, work),
      (name, args, work) => this.#act(name, args, work),
    ),
    HealthAPI: healthCalls(this, (name, args, work) => this.#answer(name, args, work)),
    ExportAPI: exportCalls(
      this,
      (name, args, work) => this.#answer(name, args, work),
      (name, args, work) => this.#act(name, args, work),
    ),
    DiagnosticsAPI: diagnosticsCalls(this, (name, args, work) => this.#answer(name, args, work)),
    UpdateAPI: {
      Get: () => this.#answer('UpdateAPI.Get', [], () => this.update),
      Switch: (on) => this.#act('UpdateAPI.Switch', [on], () => (this.update = { ...this.update, on, latest: on ? this.update.latest : '' })),
      PutAway: () => this.#act('UpdateAPI.PutAway', [], () => (this.update = { ...this.update, told: true })),
      OpenPage: () => this.#act('UpdateAPI.OpenPage', [], () => undefined),
    },
    SettingsAPI: {
      Get: () => this.#answer('SettingsAPI.Get', [], () => this.settings),
      SetTheme: (theme: Theme) => this.#act('SettingsAPI.SetTheme', [theme], () => (this.settings.theme = theme)),
      NoteLook: (look: Look) => this.#answer('SettingsAPI.NoteLook', [look], () => undefined),
      SaveFilters: (filters: SavedFilter[]) => this.#act('SettingsAPI.SaveFilters', [filters], () => (this.settings.filters = filters)),
      PlanDeletion: (key) => this.#answer('SettingsAPI.PlanDeletion', [key], () => void this.planned.add(key)),
      DropDeletion: (key) => this.#answer('SettingsAPI.DropDeletion', [key], () => void this.planned.delete(key)),
      Start: () => this.#answer('SettingsAPI.Start', [], () => this.start),
      SetLogin: (on: boolean, hidden: boolean) => this.#act('SettingsAPI.SetLogin', [on, hidden], () => Object.assign(this.start, { login: on, hidden: on && hidden, moved: '', fault: '' })),
      SetClosing: (choice: Closing) => this.#act('SettingsAPI.SetClosing', [choice], () => (this.start.closing = choice)),
      Tray: () => this.#answer('SettingsAPI.Tray', [], () => this.tray),
    },
  };

  /** The account is gone; what is stored stays. */
  signedOut(): void {
    Object.assign(this.connection.account, { connected: false, userId: '', email: '', scopes: [], missingScopes: [] });
    this.setup.signIn = noSignIn();
  }

  /** All data is gone: a first run. */
  erased(): void {
    this.signedOut();
    this.events.all.length = 0;
    this.#count();
    Object.assign(this.setup, { step: 'welcome', clientId: '', clientSecretSet: false });
    this.push('status:changed', this.status);
  }

  /** Sends a push message to the window. */
  push<K extends keyof PushMessages>(name: K, message: PushMessages[K]): void {
    for (const listen of this.#listeners.get(name) ?? []) listen(copy(message));
  }

  /** Stores `count` new events, as if just received, and hints at them. */
  arrive(count = 1): void {
    for (let i = 0; i < count; i++) this.events.add(Date.now());
    this.#count();
    this.push('event:new', { lastSeq: this.events.lastSeq });
    this.push('status:changed', this.status);
  }

  /** The sign-in in the browser has ended well. */
  signedIn(): void {
    this.setup.signIn = connectedSignIn();
    this.push('setup:changed', this.setup);
  }

  /** The desktop's tray comes or goes. */
  hostTray(shown: boolean): void {
    this.tray = shown ? { tray: 'shown', hint: '' } : { tray: 'none', hint: 'Install the extension AppIndicator and switch it on.' };
    this.push('tray:changed', this.tray);
  }

  #count(): void {
    const { lastSeq, all } = this.events;
    const last = all.at(-1)?.receivedAt ?? '';
    Object.assign(this.status, { lastSeq, eventCount: all.length, lastEventAt: last, lastDeliveryAt: last });
  }

  #demo(on: boolean): void {
    this.setup.demo = this.status.demo = on;
    Object.assign(this.status, on ? { state: 'live', word: 'Live' } : { state: 'setup', word: 'Needs you' });
    this.push('status:changed', this.status);
  }

  #act(name: string, args: unknown[], work: () => unknown): Promise<void> {
    return this.#answer(name, args, () => {
      work();
      // Without an engine there is no setup to tell of.
      if (!this.failures.has('SetupAPI.Get')) this.push('setup:changed', this.setup);
      this.push('connection:changed', {});
      if (name.startsWith('SyncAPI')) this.push('sync:changed', {});
      if (name.startsWith('ExportAPI')) this.push('export:changed', this.exports);
      if (name.startsWith('DataAPI')) this.push('data:changed', {});
      return undefined;
    });
  }

  async #answer<T>(name: string, args: unknown[], work: () => T): Promise<T> {
    this.calls.push({ name, args });
    await Promise.resolve();
    if (this.stuck.has(name)) return new Promise(() => undefined);
    const fail = this.failures.get(name);
    if (fail) throw failure(fail);
    return copy(work());
  }
}

/** Wails rejects with the text that Go's error formatter wrote. */
function failure(f: Failure): string {
  return JSON.stringify(f);
}

function copy<T>(value: T): T {
  return value === undefined ? value : (JSON.parse(JSON.stringify(value)) as T);
}
