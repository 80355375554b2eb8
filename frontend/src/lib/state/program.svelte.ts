import type { Backend, TypeView } from '../backend';
import { ConnectionState } from './connection.svelte';
import { ContactsState } from './contacts.svelte';
import { DataState } from './data.svelte';
import { DetailState } from './detail.svelte';
import { DiagnosticsState } from './diagnostics.svelte';
import { EventFeed } from './feed.svelte';
import { ExportState } from './export.svelte';
import { later } from './later.svelte';
import { NightState } from './night.svelte';
import { NoticesState } from './notices.svelte';
import { Router } from './router.svelte';
import { SetupState } from './setup.svelte';
import { StartState } from './start.svelte';
import { StatusState } from './status.svelte';
import { SyncState } from './sync.svelte';
import { ThemeState } from './theme.svelte';
import { Ticker } from './ticker.svelte';
import { TrayState } from './tray.svelte';
import { TrendsState } from './trends.svelte';
import { TodayState } from './today.svelte';
import { UpdatesState } from './updates.svelte';

/** All state of the window, made once. The screens get from it what they need. */
export class Program {
  readonly backend: Backend;
  readonly router = new Router();
  readonly ticker = new Ticker();
  readonly status: StatusState;
  readonly setup: SetupState;
  readonly today: TodayState;
  readonly feed: EventFeed;
  readonly detail: DetailState;
  readonly connection: ConnectionState;
  readonly sync: SyncState;
  readonly exports: ExportState;
  readonly contacts: ContactsState;
  readonly data: DataState;
  readonly diagnostics: DiagnosticsState;
  readonly night: NightState;
  readonly notices: NoticesState;
  readonly theme: ThemeState;
  readonly tray: TrayState;
  readonly beginning: StartState;
  readonly trends: TrendsState;
  readonly updates: UpdatesState;
  types = $state.raw<TypeView[]>([]);

  constructor(backend: Backend) {
    this.backend = backend;
    later.tell(backend);
    this.status = new StatusState(backend);
    this.setup = new SetupState(backend);
    this.today = new TodayState(backend);
    this.feed = new EventFeed(backend);
    this.detail = new DetailState(backend);
    this.connection = new ConnectionState(backend);
    this.sync = new SyncState(backend);
    this.exports = new ExportState(backend);
    this.contacts = new ContactsState(backend);
    this.data = new DataState(backend);
    this.diagnostics = new DiagnosticsState(backend);
    this.night = new NightState(backend);
    this.notices = new NoticesState(backend);
    this.theme = new ThemeState(backend);
    this.tray = new TrayState(backend);
    this.beginning = new StartState(backend);
    this.trends = new TrendsState(backend);
    this.updates = new UpdatesState(backend);
  }

  /** Starts all parts. Returns the undo. */
  start(): () => void {
    const parts = [this.exports, this.theme, this.tray, this.status, this.setup, this.router, this.ticker, this.today, this.feed, this.connection, this.sync, this.contacts, this.data, this.night, this.notices, this.trends, this.updates];
    const offs = parts.map((part) => part.start());
    void this.loadTypes();
    return () => {
      for (const off of offs) off();
    };
  }

  /** Without the types the filter is empty and everything else works; the next visit asks again. */
  async loadTypes(): Promise<void> {
    try {
      this.types = await this.backend.types();
    } catch {
      this.types = [];
    }
  }

  /** The program began anew, on other data: a backup's, or none. */
  async restarted(): Promise<void> {
    await Promise.all([this.setup.load(), this.reload()]);
  }

  /** Everything may differ after the sample data come or go. */
  async reload(): Promise<void> {
    this.connection.list.forget();
    await Promise.all([this.exports.reload(), this.status.load(), this.detail.reload(), this.today.reload(), this.feed.reload(), this.connection.load(), this.sync.reload(), this.contacts.reload(), this.data.reload(), this.night.reload(), this.notices.load(), this.trends.reload(), this.theme.load(), this.updates.load(), this.loadTypes()]);
  }
}
