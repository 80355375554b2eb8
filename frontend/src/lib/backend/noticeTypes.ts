/** What the user was told outside the window, or would have been. */
export interface NoticesView {
  /** Newest first. */
  notices: NoticeView[];
  /** Whether the system shows notifications; "none" also until it was asked. */
  system: 'shown' | 'none';
  /** Why it does not, "" while that is not known. */
  why: string;
  sleep: boolean;
  values: boolean;
  /** Types whose new documents are told. */
  types: string[];
  /** Types to choose from. */
  offered: string[];
}

export type NoticeGroup = 'needs' | 'night' | 'documents' | 'work' | 'program';

export interface NoticeView {
  id: string;
  group: NoticeGroup;
  title: string;
  body: string;
  /** Where it leads, as in the window's address. */
  route: string;
  at: string;
  read: boolean;
  /** A trouble that has ended. */
  over: boolean;
}

export interface GoNotices {
  NoticesAPI: {
    Get(): Promise<NoticesView>;
    Read(id: string): Promise<void>;
    SaveSleep(on: boolean): Promise<void>;
    SaveValues(on: boolean): Promise<void>;
    SaveTypes(types: string[]): Promise<void>;
    Test(): Promise<void>;
  };
}

export interface NoticesBackend {
  notices(): Promise<NoticesView>;
  /** Marks one as read, all of them for "". */
  readNotice(id: string): Promise<void>;
  tellSleep(on: boolean): Promise<void>;
  tellValues(on: boolean): Promise<void>;
  tellTypes(types: string[]): Promise<void>;
  /** Fails with the reason when the system does not show it. */
  testNotice(): Promise<void>;
}
