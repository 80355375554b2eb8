import type {
  ConnectionView,
  EventDetail,
  EventFilterView,
  EventPageView,
  PushMessages,
  SettingsView,
  SetupStep,
  SetupView,
  SignInView,
  StatusView,
  Theme,
  TypeView,
} from './types';

/**
 * All that the window asks of the program. Every call may reject with a
 * BackendError and with nothing else.
 */
export interface Backend {
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

  connection(): Promise<ConnectionView>;
  reconcile(): Promise<void>;
  signOut(): Promise<void>;
  savePublicUrl(url: string): Promise<void>;
  refetch(deliveryId: number): Promise<void>;

  settings(): Promise<SettingsView>;
  setTheme(theme: Theme): Promise<void>;

  /** Puts text on the clipboard; resolves to false when the desktop refuses. */
  copy(text: string): Promise<boolean>;
  /** Listens to one kind of push message until the returned function is called. */
  on<K extends keyof PushMessages>(name: K, listen: (message: PushMessages[K]) => void): () => void;
}
