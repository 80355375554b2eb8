/**
 * Holds types.ts against what was generated from the Go side: a field or method
 * that one of them lacks does not compile. Nothing of this file is shipped.
 */
import type * as ConnectionAPI from '../../../wailsjs/go/app/ConnectionAPI';
import type * as DataAPI from '../../../wailsjs/go/app/DataAPI';
import type * as DiagnosticsAPI from '../../../wailsjs/go/app/DiagnosticsAPI';
import type * as EventsAPI from '../../../wailsjs/go/app/EventsAPI';
import type * as ExportAPI from '../../../wailsjs/go/app/ExportAPI';
import type * as HealthAPI from '../../../wailsjs/go/app/HealthAPI';
import type * as NoticesAPI from '../../../wailsjs/go/app/NoticesAPI';
import type * as SettingsAPI from '../../../wailsjs/go/app/SettingsAPI';
import type * as SetupAPI from '../../../wailsjs/go/app/SetupAPI';
import type * as StatusAPI from '../../../wailsjs/go/app/StatusAPI';
import type * as SyncAPI from '../../../wailsjs/go/app/SyncAPI';
import type * as UpdateAPI from '../../../wailsjs/go/app/UpdateAPI';
import type { GoApp } from './types';

interface Generated {
  StatusAPI: typeof StatusAPI;
  SetupAPI: typeof SetupAPI;
  EventsAPI: typeof EventsAPI;
  ConnectionAPI: typeof ConnectionAPI;
  SyncAPI: typeof SyncAPI;
  HealthAPI: typeof HealthAPI;
  ExportAPI: typeof ExportAPI;
  DataAPI: typeof DataAPI;
  DiagnosticsAPI: typeof DiagnosticsAPI;
  NoticesAPI: typeof NoticesAPI;
  SettingsAPI: typeof SettingsAPI;
  UpdateAPI: typeof UpdateAPI;
}

/** Go knows text only where types.ts names the possible words. */
type Plain<T> = T extends string
  ? string
  : T extends number | boolean | void
    ? T
    : T extends (infer U)[]
      ? Plain<U>[]
      : { [K in keyof T]: Plain<T[K]> };

type PlainCall<F> = F extends (...args: infer A) => Promise<infer R> ? { takes: Plain<A>; gives: Plain<R> } : never;
type PlainCalls<T> = { [A in keyof T]: { [M in keyof T[A]]: PlainCall<T[A][M]> } };
type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;

export const bothAgree: Same<PlainCalls<GoApp>, PlainCalls<Generated>> = true;
