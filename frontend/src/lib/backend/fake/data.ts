import type { BackupContents, BackupReason, BackupView, ContactsView, DataView, GoData, RetentionCounts, RetentionRules, TokenView } from '../dataTypes';

const iso = (ms: number): string => new Date(ms).toISOString();
const day = 86_400_000;
const mega = 1_048_576;

export function sampleBackup(at: number, reason: BackupReason, size = 182 * mega): BackupView {
  const stamp = iso(at).slice(0, 19).replaceAll(':', '');
  return { name: `oura_streaming-${stamp}Z.db`, madeAt: iso(at), sizeBytes: Math.round(size), reason, verified: true };
}

function sampleBackups(now: number): BackupView[] {
  const night = (ago: number): number => Math.floor(now / day) * day + 75 * 60_000 - ago * day;
  const daily = [0, 1, 2, 3, 4, 5, 6].map((ago) => sampleBackup(night(ago), 'daily', (182 - ago * 0.4) * mega));
  const weekly = [13, 20, 27].map((ago) => sampleBackup(night(ago), 'weekly', (182 - ago * 0.4) * mega));
  return [...daily.slice(0, 2), sampleBackup(night(1) - 9 * 3_600_000, 'by_hand', 181.2 * mega), ...daily.slice(2), ...weekly];
}

function sampleTokens(now: number): TokenView[] {
  return [
    { id: 3, name: 'Grafana', scope: 'read', madeAt: iso(now - 12 * day), usedAt: iso(now - 4 * 60_000) },
    { id: 2, name: 'Home server', scope: 'write', madeAt: iso(now - 60 * day), usedAt: iso(now - 3 * day) },
    { id: 1, name: 'Notebook', scope: 'read', madeAt: iso(now - 200 * day), usedAt: '' },
  ];
}

export const keepAll = (): RetentionRules => ({ eventsDays: 0, eventsCount: 0, deliveriesDays: 0, samplesDays: 0 });

export function sampleData(now: number): DataView {
  const backups = sampleBackups(now);
  return {
    dataDir: '/home/mira/.local/share/oura-streaming', databaseBytes: 187.4 * mega, backupsBytes: backups.reduce((sum, b) => sum + b.sizeBytes, 0), setAsideBytes: 0,
    events: 41_207, documents: 29_318, samples: 812_640, backupsOn: true, undoable: true, backups, rules: keepAll(), tokens: sampleTokens(now),
    environmentToken: false, apiUrl: 'http://127.0.0.1:8000', exportFolder: '', othersFiles: [], work: { kind: '', done: 0, total: 0, error: '' },
  };
}

const deliveries = 11_902;

/** A share of the rows, the bigger the shorter they are kept: five years of history lie behind. */
function preview(view: DataView, rules: RetentionRules): RetentionCounts {
  const older = (rows: number, days: number): number => (days > 0 ? Math.round(rows * Math.max(0, 1 - days / 1825)) : 0);
  const events = Math.max(older(view.events, rules.eventsDays), rules.eventsCount > 0 ? view.events - rules.eventsCount : 0, 0);
  return {
    events, deliveries: older(deliveries, rules.deliveriesDays), samples: older(view.samples, rules.samplesDays),
    oldestKept: events < view.events ? iso(Date.now() - 1825 * day * (1 - events / view.events)) : '',
  };
}

function contents(view: DataView, name: string): BackupContents {
  const b = view.backups.find((one) => one.name === name);
  return {
    name, madeAt: b?.madeAt ?? '', sizeBytes: b?.sizeBytes ?? 0, events: view.events - 212, documents: view.documents - 96, samples: view.samples - 4_120,
    firstDay: '2021-11-23', lastDay: b?.madeAt.slice(0, 10) ?? '', problem: '',
  };
}

const emptied = { events: 0, documents: 0, samples: 0, databaseBytes: 0.2 * mega, backupsBytes: 0, backups: [], tokens: [], setAsideBytes: 0 };

type Answer = <T>(name: string, args: unknown[], work: () => T) => Promise<T>;

/** DataAPI over the view of `p`. */
export function dataCalls(p: { data: DataView; contacts(): ContactsView; erased(): void }, answer: Answer, act: (name: string, args: unknown[], work: () => unknown) => Promise<void>, refused: (message: string) => unknown): GoData['DataAPI'] {
  const say = (word: string, wanted: string): void => {
    if (word.trim().toLowerCase() !== wanted) throw refused(`Type the word ${wanted} to go on.`);
  };
  const add = (reason: BackupReason): BackupView => {
    const made = sampleBackup(Date.now() + p.data.backups.length * 1000, reason, p.data.databaseBytes * 0.97);
    Object.assign(p.data, { backups: [made, ...p.data.backups], backupsBytes: p.data.backupsBytes + made.sizeBytes });
    return made;
  };
  const remove = (name: string): void => {
    p.data.backups = p.data.backups.filter((b) => b.name !== name);
    p.data.backupsBytes = p.data.backups.reduce((sum, b) => sum + b.sizeBytes, 0);
  };
  const made = new Map<string, BackupContents>();
  return {
    Get: () => answer('DataAPI.Get', [], () => p.data),
    Contacts: () => answer('DataAPI.Contacts', [], () => p.contacts()),
    OpenFolder: () => act('DataAPI.OpenFolder', [], () => undefined),
    OpenDocs: () => act('DataAPI.OpenDocs', [], () => undefined),
    SetBackups: (on) => act('DataAPI.SetBackups', [on], () => (p.data.backupsOn = p.data.undoable = on)),
    BackUp: () => act('DataAPI.BackUp', [], () => add('by_hand')),
    InspectBackup: (name) => answer('DataAPI.InspectBackup', [name], () => made.get(name) ?? contents(p.data, name)),
    Restore: (name) =>
      act('DataAPI.Restore', [name], () => {
        const { events, documents, samples } = made.get(name) ?? contents(p.data, name);
        Object.assign(p.data, { events, documents, samples, setAsideBytes: p.data.setAsideBytes + p.data.databaseBytes });
      }),
    RemoveBackup: (name) => act('DataAPI.RemoveBackup', [name], () => remove(name)),
    PreviewRetention: (rules) => answer('DataAPI.PreviewRetention', [rules], () => preview(p.data, rules)),
    SaveRetention: (rules) =>
      answer('DataAPI.SaveRetention', [rules], () => {
        const { events, deliveries, samples } = preview(p.data, rules);
        const count = events + deliveries + samples;
        p.data.rules = rules;
        const before = contents(p.data, '');
        const backup = count > 0 && p.data.undoable ? add('before_deletion').name : '';
        made.set(backup, { ...before, name: backup, events: p.data.events, documents: p.data.documents, samples: p.data.samples });
        Object.assign(p.data, { events: p.data.events - events, samples: p.data.samples - samples });
        return { count, backup };
      }),
    ClearEvents: (word) =>
      answer('DataAPI.ClearEvents', [word], () => {
        say(word, 'delete');
        const count = p.data.events;
        const backup = p.data.undoable ? add('before_deletion').name : '';
        made.set(backup, { ...contents(p.data, backup), events: count });
        p.data.events = 0;
        return { count, backup };
      }),
    MakeToken: (name, scope) =>
      answer('DataAPI.MakeToken', [name, scope], () => {
        const id = 1 + Math.max(0, ...p.data.tokens.map((t) => t.id));
        p.data.tokens = [{ id, name, scope, madeAt: iso(Date.now()), usedAt: '' }, ...p.data.tokens];
        return { id, token: '7Qm2vX9kTz4LbN0sWc8RfJ1pYh6GdE3uAoVyMi5ZqHw' };
      }),
    RevokeToken: (id) => act('DataAPI.RevokeToken', [id], () => (p.data.tokens = p.data.tokens.filter((t) => t.id !== id))),
    DeleteAll: (word) =>
      act('DataAPI.DeleteAll', [word], () => {
        say(word, 'erase');
        Object.assign(p.data, emptied, { rules: keepAll() });
        p.erased();
      }),
  };
}
