export type Closing = 'keep' | 'quit';

/** How the program starts and what closing its window does; read from the system, which may change it too. */
export interface StartView {
  /** It starts when the user signs in. */
  login: boolean;
  /** And then without its window. */
  hidden: boolean;
  /** The program that starts instead of this one, "" if none. */
  moved: string;
  /** Why `login` is not known, "" if it is. */
  fault: string;
  /** "system" where it is not ours to choose. */
  closing: Closing | 'system';
  lacks: LackView[];
}

/** What this desktop does not offer. */
export interface LackView {
  what: 'tray' | 'notifications' | 'keychain';
  /** How to have it. */
  hint: string;
}

export interface GoStart {
  SettingsAPI: {
    Start(): Promise<StartView>;
    SetLogin(on: boolean, hidden: boolean): Promise<void>;
    SetClosing(choice: Closing): Promise<void>;
  };
}

export interface StartBackend {
  beginning(): Promise<StartView>;
  startAtLogin(on: boolean, hidden: boolean): Promise<void>;
  chooseClosing(choice: Closing): Promise<void>;
}
