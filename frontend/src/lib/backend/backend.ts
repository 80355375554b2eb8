import type { BackupContents, ContactsView, DataView, Deletion, MadeToken, RetentionCounts, RetentionRules, TokenScope } from './dataTypes';
import type { DiagnosticsBackend } from './diagnosticsTypes';
import type { DayView, MetricView, NightView, RevisionView, SavedFilter, TrendView } from './healthTypes';
import type { NoticesBackend } from './noticeTypes';
import type { StartBackend } from './startTypes';
import type {
  AddressChoice,
  ConnectionView,
  CountView,
  CoverageCell,
  CoverageMap,
  DeliveryDetail,
  DeliveryPage,
  EventDetail,
  EventFilterView,
  EventPageView,
  ExportChoice,
  ExportContents,
  ExportEstimate,
  ExportEvery,
  ExportFormat,
  ExportKind,
  ExportPreview,
  ExportView,
  Look,
  Mode,
  OutlineView,
  PushMessages,
  SettingsView,
  TrayView,
  SetupStep,
  SetupView,
  SignInView,
  UpdateView,
  StatusView,
  SyncView,
  Theme,
  TypeView,
} from './types';

/**
 * All that the window asks of the program. Every call may reject with a
 * BackendError and with nothing else.
 */
export interface Backend extends DiagnosticsBackend, NoticesBackend, StartBackend {
  status(): Promise<StatusView>;
  /** Tries at once what would be tried again later, starting included. */
  retry(): Promise<void>;

  setup(): Promise<SetupView>;
  startDemo(): Promise<void>;
  leaveDemo(): Promise<void>;
  /** An empty secret keeps the stored one. */
  saveClient(clientId: string, clientSecret: string): Promise<void>;
  saveRedirect(uri: string): Promise<void>;
  beginSignIn(): Promise<SignInView>;
  cancelSignIn(): Promise<void>;
  openPortal(): Promise<void>;
  finishSetup(): Promise<void>;
  setStep(step: SetupStep): Promise<void>;

  events(filter: EventFilterView): Promise<EventPageView>;
  event(seq: number): Promise<EventDetail>;
  types(): Promise<TypeView[]>;
  /** All stored revisions of a document, newest first. */
  revisions(dataType: string, objectId: string): Promise<RevisionView[]>;
  /** What places events in the list: up to 10,000 at once. */
  outline(filter: EventFilterView): Promise<OutlineView>;
  /** How many events match; `before`, `after` and `limit` are not looked at. Of a search the first thousand are counted. */
  countEvents(filter: EventFilterView): Promise<CountView>;

  /** The screen Today of a day, "" for the newest. */
  day(day: string): Promise<DayView>;
  /** All sleep of a day, "" for the newest that has any. */
  night(day: string): Promise<NightView>;
  /** Every numeric field there is. */
  metrics(): Promise<MetricView[]>;
  /** A metric from `from` to `to`; "" for the first and the last day. */
  trend(metric: string, from: string, to: string): Promise<TrendView>;
  /** Asks for a place and writes days and values there as CSV; resolves to the file's name, "" when no place was chosen. */
  saveTrend(metric: string, from: string, to: string): Promise<string>;
  /** Asks for a place and writes a picture there; `png` in base64. */
  savePicture(name: string, png: string): Promise<string>;

  connection(): Promise<ConnectionView>;
  reconcile(): Promise<void>;
  signOut(): Promise<void>;
  /** An empty token keeps the stored one. */
  saveAddress(choice: AddressChoice, ownUrl: string, ngrokToken: string, ngrokDomain: string): Promise<void>;
  forgetNgrokToken(): Promise<void>;
  saveTypes(types: string[]): Promise<void>;
  saveMode(mode: Mode): Promise<void>;
  /** Looks at the public address from outside; the view tells what it saw. */
  checkAddress(): Promise<void>;
  renew(subscriptionId: string): Promise<void>;
  deleteSubscription(id: string): Promise<void>;
  /** Deletes all subscriptions of this program; resolves to how many they were. */
  deleteOurs(): Promise<number>;
  delivery(id: number): Promise<DeliveryDetail>;
  /** Those older than `before`, 0 for the newest; `fetch` is a state of the fetch or "" for all. */
  deliveries(before: number, fetch: string): Promise<DeliveryPage>;
  refetch(deliveryId: number): Promise<void>;

  sync(): Promise<SyncView>;
  /** The state of each type on each day of [from, to]. */
  coverage(from: string, to: string): Promise<CoverageMap>;
  /** One day of one type, with the reason where there is one. */
  cell(dataType: string, day: string): Promise<CoverageCell>;
  /** Asks Oura for the newest days at once. */
  syncNow(): Promise<void>;
  /** Asks for nothing for so many minutes; 0 until resumed, -1 until tomorrow morning. */
  pause(minutes: number): Promise<void>;
  resume(): Promise<void>;
  /** Asks for the days of [from, to] again, as a job; no types means all. */
  fill(from: string, to: string, dataTypes: string[]): Promise<void>;
  cancelJob(id: number): Promise<void>;
  resumeJob(id: number): Promise<void>;

  /** Where the data lies, its backups, rules and tokens. */
  dataView(): Promise<DataView>;
  /** Every host that the program talks to, by the settings as they are now. */
  contacts(): Promise<ContactsView>;

  updates(): Promise<UpdateView>;
  lookForUpdates(on: boolean): Promise<void>;
  putUpdateAway(): Promise<void>;
  openUpdatePage(): Promise<void>;
  /** Shows the data folder in the system's file manager. */
  openFolder(): Promise<void>;
  /** Opens the local API's own page in the browser. */
  openDocs(): Promise<void>;
  setBackups(on: boolean): Promise<void>;
  backUp(): Promise<void>;
  inspectBackup(name: string): Promise<BackupContents>;
  /** Resolves once the program runs on the data of that backup. */
  restore(name: string): Promise<void>;
  removeBackup(name: string): Promise<void>;
  previewRetention(rules: RetentionRules): Promise<RetentionCounts>;
  /** Stores the rules and begins to delete what they let go, after a backup. */
  saveRetention(rules: RetentionRules): Promise<Deletion>;
  /** Deletes all events, after a backup; documents stay. */
  clearEvents(word: string): Promise<Deletion>;
  /** The token is told here and never again. */
  makeToken(name: string, scope: TokenScope): Promise<MadeToken>;
  revokeToken(id: number): Promise<void>;
  /** Resolves once everything is gone and the program has begun anew. */
  deleteAll(word: string): Promise<void>;

  exports(): Promise<ExportView>;
  exportContents(): Promise<ExportContents>;
  exportEstimate(choice: ExportChoice): Promise<ExportEstimate>;
  exportPreview(choice: ExportChoice): Promise<ExportPreview>;
  /** Asks where the file goes and begins; resolves to its name, "" when no place was chosen. */
  startExport(choice: ExportChoice): Promise<string>;
  cancelExport(): Promise<void>;
  /** Shows a finished file in the system's file manager: that made by hand or the last scheduled one. */
  revealExport(which: 'job' | 'schedule'): Promise<void>;
  saveExportSchedule(every: ExportEvery, format: ExportFormat, kind: ExportKind, gzip: boolean, keep: number): Promise<void>;
  /** Asks for the folder of scheduled exports; resolves to it, "" when none was chosen. */
  chooseExportFolder(): Promise<string>;

  settings(): Promise<SettingsView>;
  setTheme(theme: Theme): Promise<void>;
  /** Tells in which look the window is shown, for its next start. */
  noteLook(look: Look): Promise<void>;
  /** Keeps the stream's named filters, in this order. */
  saveFilters(filters: SavedFilter[]): Promise<void>;
  /** Tells of what is deleted once the time to undo it has passed, so that quitting carries it out as well. */
  planDeletion(key: string): Promise<void>;
  /** It was undone, or is done. */
  dropDeletion(key: string): Promise<void>;
  tray(): Promise<TrayView>;

  /** Puts text on the clipboard; resolves to false when the desktop refuses. */
  copy(text: string): Promise<boolean>;
  /** Listens to one kind of push message until the returned function is called. */
  on<K extends keyof PushMessages>(name: K, listen: (message: PushMessages[K]) => void): () => void;
}
