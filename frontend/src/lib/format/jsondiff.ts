import type { JsonNode } from './json';

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
export function diffJson(before: JsonNode, after: JsonNode): Change[] {
  const out: Change[] = [];
  diff(before, after, [], out);
  return out;
}

/** `path` is where the walk is; what keeps it keeps a copy. */
function diff(before: JsonNode, after: JsonNode, path: string[], out: Change[]): void {
  if (before.kind === 'object' && after.kind === 'object') diffObjects(before.entries, after.entries, path, out);
  else if (before.kind === 'array' && after.kind === 'array') diffArrays(before.items, after.items, path, out);
  else if (!sameScalar(before, after)) out.push({ path: [...path], kind: 'changed', before, after });
}

function sameScalar(a: JsonNode, b: JsonNode): boolean {
  if (a.kind === 'string' && b.kind === 'string') return a.value === b.value;
  if (a.kind === 'number' && b.kind === 'number') return a.literal === b.literal;
  return a.kind === 'word' && b.kind === 'word' && a.word === b.word;
}

function step(key: string, before: JsonNode, after: JsonNode, path: string[], out: Change[]): void {
  path.push(key);
  diff(before, after, path, out);
  path.pop();
}

function diffObjects(before: [string, JsonNode][], after: [string, JsonNode][], path: string[], out: Change[]): void {
  // Revisions mostly hold the same fields in the same order.
  if (before.length === after.length && before.every(([key], i) => key === after[i]?.[0])) {
    for (const [i, [key, value]] of after.entries()) step(key, before[i]?.[1] ?? value, value, path, out);
    return;
  }
  const old = new Map(before);
  const now = new Map(after);
  for (const [key, value] of now) {
    const was = old.get(key);
    if (was) step(key, was, value, path, out);
    else out.push({ path: [...path, key], kind: 'added', after: value });
  }
  for (const [key, value] of old) {
    if (!now.has(key)) out.push({ path: [...path, key], kind: 'removed', before: value });
  }
}

const isScalar = (node: JsonNode): boolean => node.kind !== 'object' && node.kind !== 'array';

function diffArrays(before: JsonNode[], after: JsonNode[], path: string[], out: Change[]): void {
  if (before.every(isScalar) && after.every(isScalar)) return diffSeries(before, after, path, out);
  for (let i = 0; i < Math.max(before.length, after.length); i++) {
    const was = before[i];
    const now = after[i];
    const here = `[${i}]`;
    if (was && now) step(here, was, now, path, out);
    else if (now) out.push({ path: [...path, here], kind: 'added', after: now });
    else if (was) out.push({ path: [...path, here], kind: 'removed', before: was });
  }
}

/** A list of plain values, such as a night's heart rates, is one change however many of its values moved. */
function diffSeries(before: JsonNode[], after: JsonNode[], path: string[], out: Change[]): void {
  const of = Math.max(before.length, after.length);
  let count = 0;
  for (let i = 0; i < of; i++) {
    const was = before[i];
    const now = after[i];
    if (!was || !now || !sameScalar(was, now)) count++;
  }
  if (count === 0) return;
  const series = (items: JsonNode[]): JsonNode => ({ kind: 'array', items });
  out.push({ path: [...path], kind: 'changed', before: series(before), after: series(after), differing: { count, of } });
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
