/** What crosses for the data part of Settings: places, backups, retention, tokens. As in types.ts. */

export type BackupReason = 'daily' | 'weekly' | 'by_hand' | 'before_deletion' | 'before_update';

export interface BackupView {
  name: string;
  madeAt: string;
  sizeBytes: number;
  reason: BackupReason;
  /** Read back and found whole when it was made. */
  verified: boolean;
}

/** What a look inside a backup found. */
export interface BackupContents {
  name: string;
  madeAt: string;
  sizeBytes: number;
  events: number;
  documents: number;
  samples: number;
  /** "" when it holds no day. */
  firstDay: string;
  lastDay: string;
  /** Why it cannot be restored, "" when it can. */
  problem: string;
}

export type TokenScope = 'read' | 'write' | 'admin';

export interface TokenView {
  id: number;
  name: string;
  scope: TokenScope;
  madeAt: string;
  /** "" when it was never used. */
  usedAt: string;
}

/** A token just made: the only time it is told. */
export interface MadeToken {
  id: number;
  token: string;
}

/** How much is kept. 0 keeps everything. */
export interface RetentionRules {
  eventsDays: number;
  eventsCount: number;
  deliveriesDays: number;
  samplesDays: number;
}

/** What rules would delete now. */
export interface RetentionCounts {
  events: number;
  deliveries: number;
  samples: number;
  /** When the oldest event that stays came in; "" when none stays. */
  oldestKept: string;
}

/** A deletion and the backup that undoes it. */
export interface Deletion {
  /** Rows; of a rule, how many are about to go. */
  count: number;
  /** "" when nothing had to go, or no backup is made. */
  backup: string;
}

/** What is being done to the data. */
export type DataWorkKind = '' | 'backup' | 'prune';

export interface DataWork {
  kind: DataWorkKind;
  /** Bytes of a backup, rows of a deletion. */
  done: number;
  /** 0 unknown. */
  total: number;
  /** How the last work that ran by itself failed; "" when it did not. */
  error: string;
}

export interface DataView {
  dataDir: string;
  databaseBytes: number;
  backupsBytes: number;
  /** Databases that were damaged, or exchanged by a restore. */
  setAsideBytes: number;
  events: number;
  documents: number;
  samples: number;
  backupsOn: boolean;
  /** A backup is made before anything is deleted. */
  undoable: boolean;
  /** Newest first. */
  backups: BackupView[];
  rules: RetentionRules;
  /** Newest first. */
  tokens: TokenView[];
  /** One more token comes from the environment, for this run. */
  environmentToken: boolean;
  apiUrl: string;
  /** A folder of the user's that exports go into: it stays when all data is deleted. "" without. */
  exportFolder: string;
  /** Files in the data folder that are not this program's: they stay too. */
  othersFiles: string[];
  work: DataWork;
}

/** How far what is said goes: out, out by the user's browser, or nowhere. */
export type ContactPlace = 'outside' | 'browser' | 'here';
export type ContactUseState = 'on' | 'needed' | 'asked' | 'off';

/** One thing that a host is talked to for; lib/texts/contacts.ts has the words. */
export interface ContactUse {
  name: string;
  state: ContactUseState;
  /** Why it is not on; "" without a reason. */
  why: string;
}

export interface ContactView {
  /** "" while it is not known. */
  host: string;
  place: ContactPlace;
  /** "" when not since startedAt. */
  lastAt: string;
  uses: ContactUse[];
}

/** Every host that is talked to: what leaves this computer, and what does not. */
export interface ContactsView {
  startedAt: string;
  demo: boolean;
  contacts: ContactView[];
}

/** The bound struct. */
export interface GoData {
  DataAPI: {
    Get(): Promise<DataView>;
    Contacts(): Promise<ContactsView>;
    OpenFolder(): Promise<void>;
    OpenDocs(): Promise<void>;
    SetBackups(on: boolean): Promise<void>;
    BackUp(): Promise<void>;
    InspectBackup(name: string): Promise<BackupContents>;
    Restore(name: string): Promise<void>;
    RemoveBackup(name: string): Promise<void>;
    PreviewRetention(rules: RetentionRules): Promise<RetentionCounts>;
    SaveRetention(rules: RetentionRules): Promise<Deletion>;
    ClearEvents(word: string): Promise<Deletion>;
    MakeToken(name: string, scope: TokenScope): Promise<MadeToken>;
    RevokeToken(id: number): Promise<void>;
    DeleteAll(word: string): Promise<void>;
  };
}
