import type { Backend } from './backend';
import { BackendError } from './error';
import type { GoApp, PushMessages } from './types';

/** The part of Wails' runtime script that the window uses. */
export interface WailsRuntime {
  EventsOn(name: string, listen: (...data: unknown[]) => void): () => void;
  ClipboardSetText?(text: string): Promise<boolean>;
}

declare global {
  interface Window {
    go?: { app?: GoApp };
    runtime?: WailsRuntime;
  }
}

/** Reports whether the page runs inside the program. */
export function hasProgram(): boolean {
  return window.go?.app !== undefined && window.runtime !== undefined;
}

/** Connects to the Go side. Call it only when `hasProgram` says so. */
export function connect(program: Pick<Window, 'go' | 'runtime'> = window): Backend {
  const go = program.go?.app;
  const runtime = program.runtime;
  if (!go || !runtime) throw new BackendError('internal', 'The window is open, but the program behind it is not there.');
  return { ...calls(go), copy: copyWith(runtime), on: listenWith(runtime) };
}

/** Rejections of any shape become a BackendError here, once for all callers. */
async function call<T>(start: () => Promise<T>): Promise<T> {
  try {
    return await start();
  } catch (thrown) {
    throw BackendError.from(thrown);
  }
}

function calls(go: GoApp): Omit<Backend, 'copy' | 'on'> {
  return {
    status: () => call(() => go.StatusAPI.Snapshot()),
    retry: () => call(() => go.StatusAPI.Retry()),
    setup: () => call(() => go.SetupAPI.Get()),
    startDemo: () => call(() => go.SetupAPI.StartDemo()),
    leaveDemo: () => call(() => go.SetupAPI.LeaveDemo()),
    saveClient: (id, secret) => call(() => go.SetupAPI.SaveClient(id, secret)),
    saveRedirect: (uri) => call(() => go.SetupAPI.SaveRedirect(uri)),
    beginSignIn: () => call(() => go.SetupAPI.BeginSignIn()),
    cancelSignIn: () => call(() => go.SetupAPI.CancelSignIn()),
    openPortal: () => call(() => go.SetupAPI.OpenPortal()),
    finishSetup: () => call(() => go.SetupAPI.Finish()),
    setStep: (step) => call(() => go.SetupAPI.SetStep(step)),
    events: (filter) => call(() => go.EventsAPI.List(filter)),
    event: (seq) => call(() => go.EventsAPI.Get(seq)),
    types: () => call(() => go.EventsAPI.Types()),
    revisions: (dataType, objectId) => call(() => go.EventsAPI.Revisions(dataType, objectId)),
    outline: (filter) => call(() => go.EventsAPI.Outline(filter)),
    countEvents: (filter) => call(() => go.EventsAPI.Count(filter)),
    day: (day) => call(() => go.HealthAPI.Day(day)),
    night: (day) => call(() => go.HealthAPI.Night(day)),
    metrics: () => call(() => go.HealthAPI.Metrics()),
    trend: (metric, from, to) => call(() => go.HealthAPI.Trend(metric, from, to)),
    saveTrend: (metric, from, to) => call(() => go.HealthAPI.SaveTrend(metric, from, to)),
    savePicture: (name, png) => call(() => go.HealthAPI.SavePicture(name, png)),
    connection: () => call(() => go.ConnectionAPI.Get()),
    reconcile: () => call(() => go.ConnectionAPI.Reconcile()),
    signOut: () => call(() => go.ConnectionAPI.SignOut()),
    saveAddress: (choice, ownUrl, token, domain) => call(() => go.ConnectionAPI.SaveAddress(choice, ownUrl, token, domain)),
    forgetNgrokToken: () => call(() => go.ConnectionAPI.ForgetNgrokToken()),
    saveTypes: (types) => call(() => go.ConnectionAPI.SaveTypes(types)),
    saveMode: (mode) => call(() => go.ConnectionAPI.SaveMode(mode)),
    checkAddress: () => call(() => go.ConnectionAPI.CheckAddress()),
    renew: (id) => call(() => go.ConnectionAPI.Renew(id)),
    deleteSubscription: (id) => call(() => go.ConnectionAPI.Delete(id)),
    deleteOurs: () => call(() => go.ConnectionAPI.DeleteOurs()),
    delivery: (id) => call(() => go.ConnectionAPI.Delivery(id)),
    deliveries: (before, fetch) => call(() => go.ConnectionAPI.Deliveries(before, fetch)),
    refetch: (id) => call(() => go.ConnectionAPI.Refetch(id)),
    sync: () => call(() => go.SyncAPI.Get()),
    coverage: (from, to) => call(() => go.SyncAPI.Coverage(from, to)),
    cell: (dataType, day) => call(() => go.SyncAPI.Cell(dataType, day)),
    syncNow: () => call(() => go.SyncAPI.SyncNow()),
    pause: (minutes) => call(() => go.SyncAPI.Pause(minutes)),
    resume: () => call(() => go.SyncAPI.Resume()),
    fill: (from, to, dataTypes) => call(() => go.SyncAPI.Fill(from, to, dataTypes)),
    cancelJob: (id) => call(() => go.SyncAPI.CancelJob(id)),
    resumeJob: (id) => call(() => go.SyncAPI.ResumeJob(id)),
    dataView: () => call(() => go.DataAPI.Get()),
    contacts: () => call(() => go.DataAPI.Contacts()),
    updates: () => call(() => go.UpdateAPI.Get()),
    lookForUpdates: (on) => call(() => go.UpdateAPI.Switch(on)),
    putUpdateAway: () => call(() => go.UpdateAPI.PutAway()),
    openUpdatePage: () => call(() => go.UpdateAPI.OpenPage()),
    openFolder: () => call(() => go.DataAPI.OpenFolder()),
    openDocs: () => call(() => go.DataAPI.OpenDocs()),
    setBackups: (on) => call(() => go.DataAPI.SetBackups(on)),
    backUp: () => call(() => go.DataAPI.BackUp()),
    inspectBackup: (name) => call(() => go.DataAPI.InspectBackup(name)),
    restore: (name) => call(() => go.DataAPI.Restore(name)),
    removeBackup: (name) => call(() => go.DataAPI.RemoveBackup(name)),
    previewRetention: (rules) => call(() => go.DataAPI.PreviewRetention(rules)),
    saveRetention: (rules) => call(() => go.DataAPI.SaveRetention(rules)),
    clearEvents: (word) => call(() => go.DataAPI.ClearEvents(word)),
    makeToken: (name, scope) => call(() => go.DataAPI.MakeToken(name, scope)),
    revokeToken: (id) => call(() => go.DataAPI.RevokeToken(id)),
    deleteAll: (word) => call(() => go.DataAPI.DeleteAll(word)),
    notices: () => call(() => go.NoticesAPI.Get()),
    readNotice: (id) => call(() => go.NoticesAPI.Read(id)),
    tellSleep: (on) => call(() => go.NoticesAPI.SaveSleep(on)),
    tellValues: (on) => call(() => go.NoticesAPI.SaveValues(on)),
    tellTypes: (types) => call(() => go.NoticesAPI.SaveTypes(types)),
    testNotice: () => call(() => go.NoticesAPI.Test()),
    exports: () => call(() => go.ExportAPI.Get()),
    exportContents: () => call(() => go.ExportAPI.Contents()),
    exportEstimate: (choice) => call(() => go.ExportAPI.Estimate(choice)),
    exportPreview: (choice) => call(() => go.ExportAPI.Preview(choice)),
    startExport: (choice) => call(() => go.ExportAPI.Start(choice)),
    cancelExport: () => call(() => go.ExportAPI.Cancel()),
    revealExport: (which) => call(() => go.ExportAPI.Reveal(which)),
    saveExportSchedule: (every, format, kind, gzip, keep) => call(() => go.ExportAPI.SaveSchedule(every, format, kind, gzip, keep)),
    chooseExportFolder: () => call(() => go.ExportAPI.ChooseFolder()),
    settings: () => call(() => go.SettingsAPI.Get()),
    setTheme: (theme) => call(() => go.SettingsAPI.SetTheme(theme)),
    noteLook: (look) => call(() => go.SettingsAPI.NoteLook(look)),
    saveFilters: (filters) => call(() => go.SettingsAPI.SaveFilters(filters)),
    planDeletion: (key) => call(() => go.SettingsAPI.PlanDeletion(key)),
    dropDeletion: (key) => call(() => go.SettingsAPI.DropDeletion(key)),
    beginning: () => call(() => go.SettingsAPI.Start()),
    startAtLogin: (on, hidden) => call(() => go.SettingsAPI.SetLogin(on, hidden)),
    chooseClosing: (choice) => call(() => go.SettingsAPI.SetClosing(choice)),
    tray: () => call(() => go.SettingsAPI.Tray()),
    diagnostics: () => call(() => go.DiagnosticsAPI.Look()),
    saveDiagnostics: () => call(() => go.DiagnosticsAPI.Save()),
  };
}

function copyWith(runtime: WailsRuntime): Backend['copy'] {
  return async (text) => {
    try {
      if (runtime.ClipboardSetText) return await runtime.ClipboardSetText(text);
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      return false;
    }
  };
}

function listenWith(runtime: WailsRuntime): Backend['on'] {
  return <K extends keyof PushMessages>(name: K, listen: (message: PushMessages[K]) => void) =>
    // Go marshals exactly what PushMessages says; app/bridge.go is the other end.
    runtime.EventsOn(name, (...data) => listen(data[0] as PushMessages[K]));
}
