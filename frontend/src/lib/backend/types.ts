/**
 * What crosses between Go and the window, as Go sends it. Instants are RFC 3339
 * text and "" when there is none; documents are JSON text.
 */

export type StateWord = 'live' | 'polling' | 'catching_up' | 'needs_you' | 'offline' | 'paused' | 'setup';
export type Severity = 'info' | 'warning' | 'error';
/** What the button of a trouble does. "" means there is no button. */
export type RemedyAction = 'sign_in' | 'open_setup' | 'open_connection' | 'retry' | '';

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

export type AddressState = 'off' | 'starting' | 'online' | 'refused';

export interface AddressView {
  kind: 'own_url' | 'none' | 'demo';
  url: string;
  state: AddressState;
  since: string;
  reason: string;
  localAddr: string;
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

export interface DeliveryRow {
  id: number;
  receivedAt: string;
  dataType: string;
  eventType: string;
  objectId: string;
  /** accepted, late, set_aside, unknown_type, unparsable */
  verdict: string;
  late: boolean;
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

export interface ConnectionView {
  account: AccountView;
  address: AddressView;
  subscriptions: SubscriptionCell[];
  progress: ProgressView;
  lastReconcileAt: string;
  deliveries: DeliveryRow[];
}

export type Theme = 'system' | 'light' | 'dark';

export interface SettingsView {
  theme: Theme;
}

/** The structs Go binds, by name, with their methods. */
export interface GoApp {
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
    Types(): Promise<TypeView[]>;
  };
  ConnectionAPI: {
    Get(): Promise<ConnectionView>;
    Reconcile(): Promise<void>;
    SignOut(): Promise<void>;
    SavePublicUrl(url: string): Promise<void>;
    Refetch(id: number): Promise<void>;
  };
  SettingsAPI: { Get(): Promise<SettingsView>; SetTheme(theme: Theme): Promise<void> };
}

/** Every message Go may push, by name. One entry here, one constant in app/bridge.go. */
export interface PushMessages {
  /** A hint that the store has come this far; the list asks for what it lacks. */
  'event:new': { lastSeq: number };
  'status:changed': StatusView;
  'setup:changed': SetupView;
  'connection:changed': Record<string, never>;
}
