import type { ExportChoice, ExportContents, ExportEstimate, ExportJobView, ExportPreview, ExportView, GoApp } from '../types';

const iso = (ms: number): string => new Date(ms).toISOString();
const hour = 3_600_000;

/** What the pretended screen Export works on. */
export interface Exporting {
  exports: ExportView;
  contents: ExportContents;
  place: string;
}

const counts: Record<string, number> = {
  daily_sleep: 1812, sleep: 2140, sleep_time: 1790, daily_readiness: 1812, rest_mode_period: 6, daily_activity: 1826, workout: 611, daily_spo2: 1204,
  daily_stress: 1688, daily_resilience: 1502, session: 88, tag: 231, enhanced_tag: 140, ring_configuration: 3,
};

export function sampleContents(): ExportContents {
  const types = Object.entries(counts).map(([dataType, documents]) => ({ dataType, documents, events: Math.round(documents * 1.3), samples: 0 }));
  const series = [['heartrate', 412_806], ['ring_battery_level', 21_904]] as const;
  return { types: [...types, ...series.map(([dataType, samples]) => ({ dataType, documents: 0, events: 1212, samples }))], firstDay: '2021-11-23', lastDay: '2026-11-22' };
}

export const noJob = (): ExportJobView => ({ id: 0, state: '', format: 'sqlite', kind: 'everything', name: '', folder: '', done: 0, total: 0, bytes: 0, secondsLeft: 0, startedAt: '', endedAt: '', error: '' });

export function sampleExport(): ExportView {
  return {
    job: noJob(),
    schedule: { every: 'off', format: 'sqlite', kind: 'everything', gzip: false, keep: 7, folder: '', nextAt: '', lastAt: '', name: '', bytes: 0, kept: 0, running: false, done: 0, total: 0, error: '' },
  };
}

/** A schedule that has made its exports for a while. */
export function keptSchedule(now: number): ExportView['schedule'] {
  return {
    ...sampleExport().schedule, every: 'daily', folder: '/home/mira/Backups/Oura', nextAt: iso(now + 14.5 * hour), lastAt: iso(now - 9.5 * hour),
    name: 'oura-scheduled-everything-2026-11-22T030004Z.db', bytes: 61_400_000, kept: 7,
  };
}

const endings = { sqlite: '.db', csv: '.csv', jsonl: '.jsonl' };

function fileName(choice: ExportChoice): string {
  const zip = choice.format === 'csv' && choice.kind === 'documents' && choice.dataTypes.length !== 1;
  const what = choice.dataTypes.length === 1 ? choice.dataTypes[0] : choice.kind;
  return `oura-${what}-2026-11-22${zip ? '.zip' : endings[choice.format]}${choice.gzip ? '.gz' : ''}`;
}

export function estimateOf(contents: ExportContents, choice: ExportChoice): ExportEstimate {
  const rows = contents.types
    .filter((t) => choice.dataTypes.length === 0 || choice.dataTypes.includes(t.dataType))
    .reduce((sum, t) => sum + (choice.kind === 'everything' ? t.documents + t.events + t.samples : t[choice.kind]), 0);
  const part = choice.from === '' ? 1 : Math.min(1, (1 + (Date.parse('2026-11-22') - Date.parse(choice.from)) / 86_400_000) / 1826);
  const perRow = { everything: 130, documents: 2100, events: 2000, samples: 96 }[choice.kind];
  const told = Math.round(rows * part);
  return { name: fileName(choice), rows: told, bytes: Math.round(told * perRow * (choice.gzip ? 0.12 : 1)) };
}

const days = ['2021-11-23', '2021-11-24', '2021-11-25', '2021-11-26', '2021-11-27'];
const score = (i: number): number => 71 + ((i * 7) % 19);
const id = (i: number): string => `5d1e${i}a07-2b41-4f0e-9c55-${i}e0b6a4417d${i}`;

export function previewOf(contents: ExportContents, choice: ExportChoice): ExportPreview {
  if (estimateOf(contents, choice).rows === 0) return { name: '', columns: [], rows: [] };
  const type = choice.dataTypes[0] ?? 'daily_activity';
  const data = (i: number): string => `{"id":"${id(i)}","contributors":{"deep_sleep":${60 + i},"efficiency":${88 - i},"latency":91,"rem_sleep":77},"day":"${days[i]}","score":${score(i)},"timestamp":"${days[i]}T00:00:00.000+02:00"}`;
  if (choice.format === 'jsonl') {
    return { name: '', columns: [], rows: days.map((day, i) => [`{"data_type":"${type}","object_id":"${id(i)}","user_id":"8f3a…","day":"${day}","revisions":1,"data":${data(i)}}`]) };
  }
  if (choice.kind === 'samples') {
    const columns = choice.format === 'csv' ? ['series', 'user_id', 'at', 'source', 'value', 'extra'] : ['user_id', 'series', 'at_ms', 'source', 'value', 'extra'];
    return { name: choice.format === 'csv' ? '' : 'sample', columns, rows: days.map((day, i) => ['heartrate', '8f3a…', `${day}T04:0${i}:00.000Z`, 'rest', String(52 + i), '']) };
  }
  if (choice.kind === 'events') {
    const columns = ['seq', 'data_type', 'event_type', 'object_id', 'user_id', 'day', 'timestamp', 'received_at', 'source', 'data'];
    return { name: choice.format === 'csv' ? '' : 'event', columns, rows: days.map((day, i) => [String(i + 1), type, i % 3 === 2 ? 'update' : 'create', id(i), '8f3a…', day, `${day}T05:12:31+00:00`, `${day}T05:12:33.120Z`, 'backfill', data(i)]) };
  }
  if (choice.format === 'csv') {
    const columns = ['object_id', 'user_id', 'day', 'revisions', 'first_seen_at', 'last_seen_at', 'deleted_at', 'contributors.deep_sleep', 'contributors.efficiency', 'score', 'timestamp', 'more'];
    return { name: choice.dataTypes.length === 1 ? '' : `${type}.csv`, columns, rows: days.map((day, i) => [id(i), '8f3a…', day, '1', `${day}T05:12:33.120Z`, `${day}T05:12:33.120Z`, '', String(60 + i), String(88 - i), String(score(i)), `${day}T00:00:00.000+02:00`, '']) };
  }
  const columns = ['user_id', 'data_type', 'object_id', 'day', 'revisions', 'first_seen_at', 'last_seen_at', 'deleted_at', 'data'];
  return { name: 'document', columns, rows: days.map((day, i) => ['8f3a…', type, id(i), day, '1', `${day}T05:12:33.120Z`, `${day}T05:12:33.120Z`, '', data(i)]) };
}

type Answer = <T>(name: string, args: unknown[], work: () => T) => Promise<T>;
type Act = (name: string, args: unknown[], work: () => unknown) => Promise<void>;

/** ExportAPI over the view and the contents of `p`. */
export function exportCalls(p: Exporting, answer: Answer, act: Act): GoApp['ExportAPI'] {
  return {
    Get: () => answer('ExportAPI.Get', [], () => p.exports),
    Contents: () => answer('ExportAPI.Contents', [], () => p.contents),
    Estimate: (choice) => answer('ExportAPI.Estimate', [choice], () => estimateOf(p.contents, choice)),
    Preview: (choice) => answer('ExportAPI.Preview', [choice], () => previewOf(p.contents, choice)),
    Start: async (choice) => {
      const { name, rows } = estimateOf(p.contents, choice);
      await act('ExportAPI.Start', [choice], () => {
        if (p.place === '') return;
        const { id } = p.exports.job;
        p.exports.job = { ...noJob(), id: id + 1, state: 'running', format: choice.format, kind: choice.kind, name, folder: p.place, total: rows, startedAt: iso(Date.now()) };
      });
      return p.place === '' ? '' : name;
    },
    Cancel: () => act('ExportAPI.Cancel', [], () => Object.assign(p.exports.job, { state: 'cancelled', endedAt: iso(Date.now()) })),
    Reveal: (which) => act('ExportAPI.Reveal', [which], () => undefined),
    SaveSchedule: (every, format, kind, gzip, keep) =>
      act('ExportAPI.SaveSchedule', [every, format, kind, gzip, keep], () =>
        Object.assign(p.exports.schedule, { every, format, kind, gzip, keep, nextAt: every === 'off' ? '' : iso(Date.now() + 14.5 * hour) }),
      ),
    ChooseFolder: async () => {
      await act('ExportAPI.ChooseFolder', [], () => {
        if (p.place !== '') p.exports.schedule.folder = p.place;
      });
      return p.place;
    },
  };
}
