import type { GoData } from './dataTypes';
import type { GoDiagnostics } from './diagnosticsTypes';
import type { GoHealth, RevisionView, SavedFilter } from './healthTypes';
import type { GoNotices } from './noticeTypes';
import type { GoStart } from './startTypes';

/**
 * What crosses between Go and the window, as Go sends it. Instants are RFC 3339
 * text and "" when there is none; documents are JSON text.
 */

export type StateWord = 'live' | 'polling' | 'catching_up' | 'needs_you' | 'offline' | 'paused' | 'setup';
export type Severity = 'info' | 'warning' | 'error';
/** What the button of a trouble does. "" means there is no button. */
export type RemedyAction = 'sign_in' | 'open_setup' | 'open_connection' | 'open_export' | 'retry' | '';

export interface TroubleView {
  code: string;
  title: string;
  text: string;
  severity: Severity;
  since: string;
  remedyLabel: string;
  remedyAction: RemedyAction;
}

export interface StatusView {
  state: StateWord;
  word: string;
  since: string;
  nextStep: string;
  demo: boolean;
  version: string;
  lastSeq: number;
  eventCount: number;
  lastEventAt: string;
  lastDeliveryAt: string;
  troubles: TroubleView[];
  apiUrl: string;
  dataDir: string;
  keyWhere: 'keychain' | 'keyfile' | '';
  keyPath: string;
}

export type SetupStep = 'welcome' | 'client' | 'sign_in' | 'data' | 'done';

export interface SignInView {
  pending: boolean;
  authorizeUrl: string;
  expiresAt: string;
  browserOpened: boolean;
  error: string;
  errorCode: string;
  connected: boolean;
  userId: string;
  scopes: string[];
  missingScopes: string[];
}

export interface SetupView {
  step: SetupStep;
  demo: boolean;
  clientId: string;
  clientSecretSet: boolean;
  fromEnvironment: boolean;
  redirectUri: string;
  portalUrl: string;
  signIn: SignInView;
}

export type Operation = 'create' | 'update' | 'delete';

/** Empty lists and "" mean all; 0 means unbounded. */
export interface EventFilterView {
  dataTypes: string[];
  eventTypes: string[];
  sources: string[];
  query: string;
  before: number;
  after: number;
  limit: number;
}

export interface EventRow {
  seq: number;
  dataType: string;
  eventType: string;
  objectId: string;
  day: string;
  timestamp: string;
  receivedAt: string;
  source: string;
  summary: string;
}

/** Newest first. With `after`, the newest of those that follow it. */
export interface EventPageView {
  rows: EventRow[];
  more: boolean;
}

/** A combination that occurs among events. */
export interface KindView {
  dataType: string;
  eventType: string;
  source: string;
}

/**
 * What places many events in the list: columns of one length, newest first.
 * `seqs` and `seconds` are the first value and then by how much each is lower
 * than the one before it.
 */
export interface OutlineView {
  kinds: KindView[];
  seqs: number[];
  /** Of receipt, Unix time. */
  seconds: number[];
  /** Place in `kinds`. */
  kind: number[];
  /** The same for the same document; 0 without one. */
  objects: number[];
  more: boolean;
}

export interface CountView {
  count: number;
  /** false: there are more, or may be. */
  exact: boolean;
}

export interface EventDetail extends EventRow {
  userId: string;
  /** "" when the event carries no document. */
  dataJson: string;
  previousSeq: number;
  previousJson: string;
}

export interface TypeView {
  dataType: string;
  hook: boolean;
  fetchable: boolean;
}

export interface AccountView {
  connected: boolean;
  userId: string;
  email: string;
  scopes: string[];
  missingScopes: string[];
  scopesKnown: boolean;
  connectedAt: string;
  expiresAt: string;
  needsSignIn: boolean;
}

export type AddressKind = 'ngrok' | 'own_url' | 'none' | 'demo';
export type AddressState = 'off' | 'starting' | 'online' | 'reconnecting' | 'refused';
/** auto: the own URL where one is entered, else ngrok where a token is there, else none. */
export type AddressChoice = 'auto' | 'ngrok' | 'own_url' | 'none';
export type Mode = 'auto' | 'live' | 'polling';

/** One question put to the public address from outside, and its answer. */
export interface ReachRow {
  method: string;
  path: string;
  /** HTTP status; 0 when no answer came. */
  status: number;
  /** Who answered: program, service, "" unknown. */
  by: string;
  /** Whether the answer is the one that ought to come. */
  expected: boolean;
  /** Whether this way is open to the internet. */
  open: boolean;
  what: string;
}

export interface AddressView {
  kind: AddressKind;
  /** The present public address, "" while there is none. */
  url: string;
  state: AddressState;
  since: string;
  reason: string;
  localAddr: string;
  /** When the program last saw its own answer from outside. */
  provenAt: string;
  /** Of that look; 0 unknown. */
  latencyMs: number;
  /** Of ngrok: "" elsewhere. */
  account: string;
  plan: string;
  region: string;
  /** What the service wants its user to know. */
  notice: string;
  /** The service took no filter: this program refuses everything else itself. */
  unfiltered: boolean;
  /** Counted by this program in `requestsMonth`, such as "2026-11". */
  requests: number;
  /** Of the plan; 0 unknown. */
  requestsLimit: number;
  requestsMonth: string;
  reach: ReachRow[];
  reachAt: string;
}

export interface AddressSettingsView {
  choice: AddressChoice;
  ownUrl: string;
  ngrokDomain: string;
  ngrokTokenSet: boolean;
  mode: Mode;
  ingressPort: string;
  /** What the environment decides: ownUrl, ngrokDomain, ngrokToken, mode, types, ingressPort. */
  fixed: string[];
}

export type CellState = 'ours' | 'missing' | 'foreign' | 'failed' | 'pending';

export interface SubscriptionCell {
  dataType: string;
  eventType: string;
  state: CellState;
  id: string;
  callbackUrl: string;
  expiresAt: string;
  daysLeft: number;
  reason: string;
}

export interface ProgressView {
  running: boolean;
  done: number;
  total: number;
  message: string;
}

/** The last round over the subscriptions, what it did, and when the next one comes. */
export interface RoundView {
  at: string;
  nextAt: string;
  error: string;
  created: number;
  moved: number;
  renewed: number;
  deleted: number;
  failed: number;
}

export interface TypeChoiceView {
  dataType: string;
  wanted: boolean;
  /** Its scope is granted, or none is needed, or nobody knows. */
  allowed: boolean;
  fetchable: boolean;
}

export interface DeliveryRow {
  id: number;
  receivedAt: string;
  dataType: string;
  eventType: string;
  objectId: string;
  /** accepted, late, set_aside, unknown_type, unparsable */
  verdict: string;
  late: boolean;
  /** Received after the instant that Oura stamped it with. */
  lagMs: number;
  /** raw, compact */
  form: string;
  /** none, pending, done, parked */
  fetch: string;
  tries: number;
  reason: string;
  /** new, changed, unchanged, stale, deleted, gone, notice */
  outcome: string;
  seq: number;
}

export interface DeliveryDetail extends DeliveryRow {
  /** The header as sent. */
  timestamp: string;
  eventTime: string;
  userId: string;
  nextTry: string;
  /** What arrived, as it arrived; cut when `bodyCut`. */
  body: string;
  bodyCut: boolean;
}

/** Newest first. */
export interface DeliveryPage {
  rows: DeliveryRow[];
  more: boolean;
}

export interface ConnectionView {
  account: AccountView;
  address: AddressView;
  settings: AddressSettingsView;
  subscriptions: SubscriptionCell[];
  /** All that can be subscribed. */
  types: TypeChoiceView[];
  progress: ProgressView;
  round: RoundView;
  deliveries: DeliveryRow[];
  moreDeliveries: boolean;
}

/** How one type does: when it was read last, and how new Oura's newest of it is. */
export interface SyncTypeView {
  dataType: string;
  /** A series of measurements; otherwise documents. */
  series: boolean;
  /** Whether it has days at all: ring_configuration has none. */
  days: boolean;
  lastSync: string;
  newest: string;
  newestDay: string;
  error: string;
  allowed: boolean;
  wanted: boolean;
  count: number;
}

export type JobKind = 'history' | 'asked';
export type JobState = 'queued' | 'running' | 'waiting' | 'done' | 'cancelled';

export interface JobTypeView {
  dataType: string;
  state: 'reading' | 'read' | 'refused';
  documents: number;
  samples: number;
  /** Days given up after many tries. */
  missed: number;
  /** Why it is refused, or days are missed. */
  reason: string;
}

/** A request for history. It reads from the newest day backwards. */
export interface JobView {
  id: number;
  kind: JobKind;
  state: JobState;
  /** Why it waits, "" otherwise. */
  reason: string;
  waitUntil: string;
  /** "" when it goes on until a year of nothing. */
  from: string;
  to: string;
  dataTypes: string[];
  /** Where it is now. */
  day: string;
  dataType: string;
  documents: number;
  revised: number;
  samples: number;
  daysDone: number;
  /** 0 unknown. */
  daysTotal: number;
  /** Documents and measurements a second. */
  rate: number;
  /** 0 unknown. */
  secondsLeft: number;
  createdAt: string;
  endedAt: string;
  types: JobTypeView[];
}

export type RoundKind = 'poll' | 'hourly' | 'daily' | 'reconcile' | 'catchup' | 'sync';

/** A round over the newest days that has ended. */
export interface RoundLine {
  kind: RoundKind;
  startedAt: string;
  endedAt: string;
  from: string;
  to: string;
  added: number;
  revised: number;
  deleted: number;
  samples: number;
  failed: number;
}

export interface RunningRound {
  running: boolean;
  kind: string;
  done: number;
  total: number;
}

export interface SyncView {
  types: SyncTypeView[];
  /** Newest first. */
  jobs: JobView[];
  /** Newest first. */
  rounds: RoundLine[];
  round: RunningRound;
  /** "" when paused until resumed, or not paused. */
  pausedUntil: string;
  paused: boolean;
  pollMinutes: number;
  live: boolean;
  /** The oldest day that holds anything or was asked for; "" when none was. */
  firstDay: string;
  today: string;
  connected: boolean;
}

/**
 * One letter per day from `from` on: c complete, p partial, e empty, w not worn,
 * a not allowed, f failed, n not asked.
 */
export interface CoverageMap {
  from: string;
  to: string;
  rows: { dataType: string; states: string }[];
}

export type CoverageState = 'complete' | 'partial' | 'empty' | 'not_worn' | 'not_allowed' | 'not_asked' | 'failed';

export interface CoverageCell {
  dataType: string;
  day: string;
  state: CoverageState;
  reason: string;
  askedAt: string;
  /** Documents, or measurements of a series. */
  count: number;
}

export type ExportFormat = 'sqlite' | 'csv' | 'jsonl';
export type ExportKind = 'everything' | 'documents' | 'events' | 'samples';

/** What to export. Empty lists mean all; of events the days are those of their receipt. */
export interface ExportChoice {
  format: ExportFormat;
  kind: ExportKind;
  dataTypes: string[];
  from: string;
  to: string;
  operations: string[];
  sources: string[];
  includeDeleted: boolean;
  gzip: boolean;
}

/** The export by hand, under way or ended. */
export interface ExportJobView {
  /** 0 when there was none since the start. */
  id: number;
  state: '' | 'running' | 'done' | 'failed' | 'cancelled';
  format: ExportFormat;
  kind: ExportKind;
  name: string;
  folder: string;
  /** In rows; a total of 0 is not known yet. */
  done: number;
  total: number;
  bytes: number;
  secondsLeft: number;
  startedAt: string;
  endedAt: string;
  error: string;
}

export type ExportEvery = 'off' | 'daily' | 'weekly';

export interface ExportScheduleView {
  every: ExportEvery;
  format: ExportFormat;
  kind: ExportKind;
  gzip: boolean;
  /** How many files stay. */
  keep: number;
  folder: string;
  nextAt: string;
  lastAt: string;
  /** Name and size of the last one. */
  name: string;
  bytes: number;
  kept: number;
  running: boolean;
  done: number;
  total: number;
  /** Why the last try failed. */
  error: string;
}

export interface ExportView {
  job: ExportJobView;
  schedule: ExportScheduleView;
}

/** What there is to export, of each type that has anything. */
export interface ExportContents {
  types: { dataType: string; documents: number; events: number; samples: number }[];
  firstDay: string;
  lastDay: string;
}

/** Both numbers are about right, no more. */
export interface ExportEstimate {
  name: string;
  rows: number;
  bytes: number;
}

/** The first rows. Without columns each row is one line of text. */
export interface ExportPreview {
  /** The table or the file in an archive that they stand in; mostly "". */
  name: string;
  columns: string[];
  rows: string[][];
}

export type Theme = 'system' | 'light' | 'dark';
/** What a theme comes to. */
export type Look = 'light' | 'dark';

export interface SettingsView {
  /** "" while the program cannot be asked. */
  theme: Theme | '';
  /** Of the stream. */
  filters: SavedFilter[];
}

/** Whether the desktop shows the program in its tray. */
export interface TrayView {
  tray: 'shown' | 'none';
  /** How to have it, "" when it is shown. */
  hint: string;
}

/** What is known of a newer version. */
export interface UpdateView {
  /** This build is a release and knows whom to ask. */
  possible: boolean;
  on: boolean;
  askedAt: string;
  /** "" when nothing newer is known. */
  latest: string;
  /** Its notice was put away. */
  told: boolean;
}

/** The structs Go binds, by name, with their methods. */
export interface GoApp extends GoData, GoDiagnostics, GoHealth, GoNotices {
  UpdateAPI: { Get(): Promise<UpdateView>; Switch(on: boolean): Promise<void>; PutAway(): Promise<void>; OpenPage(): Promise<void> };
  StatusAPI: { Snapshot(): Promise<StatusView>; Retry(): Promise<void> };
  SetupAPI: {
    Get(): Promise<SetupView>;
    StartDemo(): Promise<void>;
    LeaveDemo(): Promise<void>;
    SaveClient(clientId: string, clientSecret: string): Promise<void>;
    SaveRedirect(uri: string): Promise<void>;
    BeginSignIn(): Promise<SignInView>;
    CancelSignIn(): Promise<void>;
    OpenPortal(): Promise<void>;
    Finish(): Promise<void>;
    SetStep(step: SetupStep): Promise<void>;
  };
  EventsAPI: {
    List(filter: EventFilterView): Promise<EventPageView>;
    Get(seq: number): Promise<EventDetail>;
    Revisions(dataType: string, objectId: string): Promise<RevisionView[]>;
    Outline(filter: EventFilterView): Promise<OutlineView>;
    Count(filter: EventFilterView): Promise<CountView>;
    Types(): Promise<TypeView[]>;
  };
  ConnectionAPI: {
    Get(): Promise<ConnectionView>;
    Reconcile(): Promise<void>;
    SignOut(): Promise<void>;
    Refetch(id: number): Promise<void>;
    SaveAddress(choice: AddressChoice, ownUrl: string, ngrokToken: string, ngrokDomain: string): Promise<void>;
    ForgetNgrokToken(): Promise<void>;
    SaveTypes(types: string[]): Promise<void>;
    SaveMode(mode: Mode): Promise<void>;
    CheckAddress(): Promise<void>;
    Renew(id: string): Promise<void>;
    Delete(id: string): Promise<void>;
    DeleteOurs(): Promise<number>;
    Delivery(id: number): Promise<DeliveryDetail>;
    Deliveries(before: number, fetch: string): Promise<DeliveryPage>;
  };
  SyncAPI: {
    Get(): Promise<SyncView>;
    Coverage(from: string, to: string): Promise<CoverageMap>;
    Cell(dataType: string, day: string): Promise<CoverageCell>;
    SyncNow(): Promise<void>;
    Pause(minutes: number): Promise<void>;
    Resume(): Promise<void>;
    Fill(from: string, to: string, dataTypes: string[]): Promise<void>;
    CancelJob(id: number): Promise<void>;
    ResumeJob(id: number): Promise<void>;
  };
  ExportAPI: {
    Get(): Promise<ExportView>;
    Contents(): Promise<ExportContents>;
    Estimate(choice: ExportChoice): Promise<ExportEstimate>;
    Preview(choice: ExportChoice): Promise<ExportPreview>;
    Start(choice: ExportChoice): Promise<string>;
    Cancel(): Promise<void>;
    Reveal(which: 'job' | 'schedule'): Promise<void>;
    SaveSchedule(every: ExportEvery, format: ExportFormat, kind: ExportKind, gzip: boolean, keep: number): Promise<void>;
    ChooseFolder(): Promise<string>;
  };
  SettingsAPI: GoStart['SettingsAPI'] & { Get(): Promise<SettingsView>; SetTheme(theme: Theme): Promise<void>; NoteLook(look: Look): Promise<void>; SaveFilters(filters: SavedFilter[]): Promise<void>; PlanDeletion(key: string): Promise<void>; DropDeletion(key: string): Promise<void>; Tray(): Promise<TrayView> };
}

/** Every message Go may push, by name. One entry here, one constant in app/bridge.go. */
export interface PushMessages {
  /** A hint that the store has come this far; the list asks for what it lacks. */
  'event:new': { lastSeq: number };
  'status:changed': StatusView;
  'setup:changed': SetupView;
  'connection:changed': Record<string, never>;
  'sync:changed': Record<string, never>;
  'export:changed': ExportView;
  'data:changed': Record<string, never>;
  'notices:changed': Record<string, never>;
  'update:changed': Record<string, never>;
  'tray:changed': TrayView;
  /** The window is seen again: closing it had not ended the program, and nobody said so. */
  'window:kept': Record<string, never>;
  /** Somebody has asked for a place from outside the window; as in its address, "#/settings". */
  navigate: NavigateView;
}

export interface NavigateView {
  route: string;
}
