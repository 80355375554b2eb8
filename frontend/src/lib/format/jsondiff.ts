import { writeJson, type JsonNode } from './json';

/** One difference between two revisions of a document. */
export interface Change {
  /** Keys from the root down; positions in lists are written "[3]". */
  path: string[];
  kind: 'added' | 'removed' | 'changed';
  before?: JsonNode;
  after?: JsonNode;
  /** For a list of plain values: how many positions differ, of how many. */
  differing?: { count: number; of: number };
}

/** Lists all differences in the order of the newer document; what is gone comes last at its level. */
export function diffJson(before: JsonNode, after: JsonNode, path: string[] = []): Change[] {
  if (before.kind === 'object' && after.kind === 'object') return diffObjects(before.entries, after.entries, path);
  if (before.kind === 'array' && after.kind === 'array') return diffArrays(before.items, after.items, path);
  return writeJson(before) === writeJson(after) ? [] : [{ path, kind: 'changed', before, after }];
}

function diffObjects(before: [string, JsonNode][], after: [string, JsonNode][], path: string[]): Change[] {
  const old = new Map(before);
  const now = new Map(after);
  const out: Change[] = [];
  for (const [key, value] of now) {
    const was = old.get(key);
    if (was) out.push(...diffJson(was, value, [...path, key]));
    else out.push({ path: [...path, key], kind: 'added', after: value });
  }
  for (const [key, value] of old) {
    if (!now.has(key)) out.push({ path: [...path, key], kind: 'removed', before: value });
  }
  return out;
}

const isScalar = (node: JsonNode): boolean => node.kind !== 'object' && node.kind !== 'array';

function diffArrays(before: JsonNode[], after: JsonNode[], path: string[]): Change[] {
  if (before.every(isScalar) && after.every(isScalar)) return diffSeries(before, after, path);
  const out: Change[] = [];
  for (let i = 0; i < Math.max(before.length, after.length); i++) {
    const was = before[i];
    const now = after[i];
    const here = [...path, `[${i}]`];
    if (was && now) out.push(...diffJson(was, now, here));
    else if (now) out.push({ path: here, kind: 'added', after: now });
    else if (was) out.push({ path: here, kind: 'removed', before: was });
  }
  return out;
}

/** A list of plain values, such as a night's heart rates, is one change however many of its values moved. */
function diffSeries(before: JsonNode[], after: JsonNode[], path: string[]): Change[] {
  const of = Math.max(before.length, after.length);
  let count = 0;
  for (let i = 0; i < of; i++) {
    const was = before[i];
    const now = after[i];
    if (!was || !now || writeJson(was) !== writeJson(now)) count++;
  }
  if (count === 0) return [];
  const series = (items: JsonNode[]): JsonNode => ({ kind: 'array', items });
  return [{ path, kind: 'changed', before: series(before), after: series(after), differing: { count, of } }];
}

/** A path in one line: contributors.deep_sleep, episodes[0].tags. */
export function pathText(path: string[]): string {
  return path.reduce((line, key) => (line === '' || key.startsWith('[') ? line + key : `${line}.${key}`), '');
}

/** By how much a number moved: "+3", "−0.5". "" when either side is no number. */
export function delta(change: Change): string {
  if (change.before?.kind !== 'number' || change.after?.kind !== 'number') return '';
  const by = Number((Number(change.after.literal) - Number(change.before.literal)).toPrecision(6));
  if (by === 0 || !Number.isFinite(by)) return '';
  return by > 0 ? `+${by}` : `−${Math.abs(by)}`;
}

const around = 18;

/** Two values in brief. Long ones are cut to where they begin to differ. */
export function excerpt(before: string, after: string, longest = 56): [string, string] {
  if (before.length <= longest && after.length <= longest) return [before, after];
  let same = 0;
  while (same < before.length && before[same] === after[same]) same++;
  const start = Math.max(0, same - around);
  const cut = (s: string): string => {
    const end = start + longest;
    return `${start > 0 ? '…' : ''}${s.slice(start, end)}${s.length > end ? '…' : ''}`;
  };
  return [cut(before), cut(after)];
}
