import { describe, expect, it } from 'vitest';
import { connect, type EventDetail, type EventRow } from '../backend';
import { FakeProgram } from '../backend/fake/program';
import { parseJson } from '../format/json';
import { diffJson } from '../format/jsondiff';
import { DetailState } from './detail.svelte';
import { curlOfEvent, curlOfFilter, eventJson } from './feedCopy';
import { asSaved, emptyFilter, fromSaved, isEmpty, sameFilter } from './feedFilter';
import { SavedFilters } from './feedFilters.svelte';
import { Kinds, Outline, objectHash } from './feedOutline';
import { RowCache } from './feedRows';

const backendOf = (program: FakeProgram) => connect({ go: { app: program.go }, runtime: program.runtime });
const rows = (...seqs: number[]): EventRow[] => seqs.map((seq) => ({ seq, dataType: 'sleep', eventType: 'create', source: 'poll', objectId: `o${seq}`, receivedAt: new Date(seq * 1000).toISOString() }) as EventRow);
const kinds = new Kinds();
const outline = (...seqs: number[]): Outline => Outline.ofRows(rows(...seqs), kinds);

describe('Outline', () => {
  it.each([
    [[], [], []],
    [[3, 2], [], [3, 2]],
    [[], [3, 2], [3, 2]],
    [[5, 4], [3, 2], [5, 4, 3, 2]],
    [[3, 2], [5, 4], [5, 4, 3, 2]],
    [[5, 3], [4, 3, 2], [5, 4, 3, 2]],
    [[9, 5, 1], [9, 8, 1], [9, 8, 5, 1]],
  ])('joins %j and %j', (a, b, both) => {
    const joined = outline(...a).join(outline(...b));
    expect([...joined.seqs]).toEqual(both);
    expect([...joined.seconds]).toEqual(both);
  });

  it('reads what the program sends as it reads rows', () => {
    const program = new FakeProgram(300);
    const filter = { dataTypes: [], eventTypes: [], sources: [], query: '', before: 0, after: 0, limit: 250 };
    const view = Outline.ofView(program.events.outline(filter), kinds);
    const page = Outline.ofRows(program.events.list(filter).rows, kinds);
    expect(view).toEqual(page);
    expect(view.length).toBe(250);
  });

  it('finds places', () => {
    expect([9, 8, 5, 1, 0].map((seq) => outline(8, 5, 2).placeOf(seq))).toEqual([0, 0, 1, 3, 3]);
  });

  it('numbers a document as app/outline.go does', () => {
    expect(['', 'a', 'foobar', 'ü'].map(objectHash)).toEqual([0, 0xe40c292c, 0xbf9cf968, 0x119dd44a]);
  });
});

describe('RowCache', () => {
  it('drops what was read first, but nothing in sight', () => {
    const cache = new RowCache();
    cache.put(rows(...Array.from({ length: 5000 }, (_, i) => i + 1)));
    cache.trim(new Set([1, 2, 3]));
    expect([cache.size, cache.has(1), cache.has(4), cache.has(5000)]).toEqual([3000, true, false, true]);
  });

  it('remembers what is not stored any more', () => {
    const cache = new RowCache();
    cache.gone(7);
    expect([cache.has(7), cache.get(7)]).toEqual([true, undefined]);
    cache.put(rows(7));
    cache.gone(7);
    expect(cache.get(7)?.seq).toBe(7);
  });
});

describe('copies', () => {
  const view = { ...rows(400)[0], day: '', timestamp: 't', summary: '', userId: 'u', dataJson: '{"a":62.0,"b":"<img>"}', previousSeq: 0, previousJson: '' } as EventDetail;

  it('an event as the local API gives it, digits and all', () => {
    const json = eventJson(view);
    expect(json).toContain('"a": 62.0');
    expect(JSON.parse(json)).toEqual({
      seq: 400, data_type: 'sleep', event_type: 'create', object_id: 'o400', user_id: 'u', day: null, timestamp: 't', received_at: view.receivedAt, source: 'poll', previous_seq: null, data: { a: 62, b: '<img>' },
    });
    expect(JSON.parse(eventJson({ ...view, dataJson: '' })).data).toBeNull();
  });

  it('an event as a curl line without the token in it', () => {
    expect(curlOfEvent('http://127.0.0.1:8000', 400)).toBe(`curl -sS -H "Authorization: Bearer $OURA_STREAMING_API_TOKEN" 'http://127.0.0.1:8000/events/400'`);
  });

  it('a filter as a curl line that no text of it breaks out of', () => {
    const query = `'; rm -rf ~ # $(x) \`y\` "z" \ud800 ü`;
    const { line } = curlOfFilter(`http://a'b`, { types: ["x'&y"], changes: ['update'], query, history: false });
    const word = /'http.*$/.exec(line)?.[0] ?? '';
    const shell = word.replaceAll(`'\\''`, '\u0000').replace(/^'|'$/g, '');
    expect(shell).not.toContain("'");
    const address = new URL(shell.replaceAll('\u0000', "'"));
    expect(address.searchParams.get('data_type')).toBe("x'&y");
    expect(address.searchParams.get('q')).toBe(query.trim().replace('\ud800', '\ufffd'));
  });

  it('says when the API cannot be asked for all of a filter', () => {
    const whole = (over: object): boolean => curlOfFilter('http://x', { ...emptyFilter, ...over }).whole;
    expect([whole({ history: true }), whole({}), whole({ query: 'a' }), whole({ history: true, changes: ['a', 'b'] }), whole({ query: 'x'.repeat(201) })]).toEqual([true, false, true, false, false]);
    expect(curlOfFilter('http://x', { ...emptyFilter, types: ['sleep', 'tag'] }).line).toContain(`'http://x/events?data_type=sleep&data_type=tag'`);
  });
});

describe('saved filters', () => {
  const filter = { types: ['sleep'], changes: ['update'], query: ' walk ', history: false };

  it('come back as they were', () => {
    expect(sameFilter(fromSaved(asSaved('x', filter)), filter)).toBe(true);
    expect(sameFilter(fromSaved(asSaved('x', { ...emptyFilter, history: true })), emptyFilter)).toBe(false);
    expect(isEmpty(fromSaved(asSaved('x', emptyFilter)))).toBe(true);
  });

  it('are kept, replaced, renamed, deleted, and brought back to their place', async () => {
    const program = new FakeProgram(0);
    const saved = new SavedFilters(backendOf(program));
    await saved.save(' a ', filter);
    await saved.save('b', filter);
    await saved.save('c', filter);
    await saved.save('b', emptyFilter);
    expect(program.settings.filters.map((f) => [f.name, f.dataTypes.length])).toEqual([['a', 1], ['b', 0], ['c', 1]]);
    await saved.rename('b', 'B ');
    const undo = await saved.remove('B');
    expect(program.settings.filters.map((f) => f.name)).toEqual(['a', 'c']);
    await undo?.();
    expect(program.settings.filters.map((f) => f.name)).toEqual(['a', 'B', 'c']);
    const again = new SavedFilters(backendOf(program));
    await again.load();
    expect(again.list).toEqual(program.settings.filters);
  });

  it('are taken back when they cannot be stored', async () => {
    const program = new FakeProgram(0);
    const saved = new SavedFilters(backendOf(program));
    await saved.save('a', filter);
    program.failures.set('SettingsAPI.SaveFilters', { code: 'storage', message: 'The disk is full.' });
    expect(await saved.save('b', filter)).toBe(false);
    expect([saved.list.map((f) => f.name), saved.error?.code]).toEqual([['a'], 'storage']);
    expect(await saved.remove('a')).toBeUndefined();
    expect(saved.list.length).toBe(1);
  });
});

describe('revisions', () => {
  const settle = (): Promise<void> => new Promise((done) => setTimeout(done, 5));

  function withRevisions(documents: string[]): FakeProgram {
    const program = new FakeProgram(0);
    documents.forEach((dataJson, i) =>
      program.events.add(1.79e12 + i, {
        dataType: 'workout', objectId: 'run', eventType: dataJson === '' ? 'delete' : 'update', dataJson,
        previousSeq: i, previousJson: documents[i - 1] ?? '',
      }),
    );
    return program;
  }

  it('are listed, and compared with the one before', async () => {
    const program = withRevisions(['{"a":1}', '{"a":2}', '{"a":3,"b":1}']);
    const detail = new DetailState(backendOf(program));
    await detail.open(3);
    await settle();
    expect(detail.revisions.map((r) => r.seq)).toEqual([3, 2, 1]);
    expect(detail.compare.changes?.map((c) => [c.path.join('.'), c.kind])).toEqual([['a', 'changed'], ['b', 'added']]);
    await detail.compare.pick(3, 1);
    expect(detail.compare.changes?.map((c) => [c.path.join('.'), c.kind])).toEqual([['a', 'changed'], ['b', 'removed']]);
    await detail.compare.pick(2, 2);
    expect(detail.compare.changes).toEqual([]);
    await detail.compare.pick(0, 2);
    expect(detail.compare.changes).toBeUndefined();
  });

  it('of a deletion show all that is gone, and the last known document', async () => {
    const detail = new DetailState(backendOf(withRevisions(['{"a":1}', ''])));
    await detail.open(2);
    await settle();
    expect([detail.compare.source, detail.compare.changes]).toEqual(['{"a":1}', undefined]);
    await detail.compare.pick(1, 2);
    expect(detail.compare.changes?.map((c) => c.kind)).toEqual(['removed']);
  });

  it('say so when one cannot be read, and drop the answer to an older question', async () => {
    const program = withRevisions(['{"a":1}', '{"a":2}', '{"a":3}']);
    const backend = backendOf(program);
    const detail = new DetailState(backend);
    await detail.open(3);
    await settle();
    program.failures.set('EventsAPI.Get', { code: 'storage', message: 'Gone.' });
    await detail.compare.pick(1, 3);
    expect([detail.compare.error?.code, detail.compare.changes]).toEqual(['storage', undefined]);
    program.failures.clear();
    const slow = detail.compare.pick(1, 3);
    await detail.compare.pick(2, 2);
    await slow;
    expect([detail.compare.before, detail.compare.changes]).toEqual([2, []]);
  });

  it('of a megabyte are read in steps', async () => {
    const list = (n: number): string => `{${Array.from({ length: 30_000 }, (_, i) => `"field_${i}":{"value":${i * n},"unit":"bpm"}`).join(',')}}`;
    const [a, b] = [list(1), list(2)];
    expect(a.length).toBeGreaterThan(1_000_000);
    const detail = new DetailState(backendOf(withRevisions([a, b])));
    let longest = 0;
    let beats = 0;
    let last = performance.now();
    const beat = setInterval(() => {
      beats++;
      longest = Math.max(longest, performance.now() - last);
      last = performance.now();
    });
    await detail.open(2);
    while (!detail.compare.changes) await settle();
    clearInterval(beat);
    console.info(`1 MB: longest step ${longest.toFixed(0)} ms`);
    expect(detail.compare.changes.length).toBe(29_999);
    const [before, after] = [parseJson(a), parseJson(b)];
    expect(before && after && diffJson(before, after)).toEqual(detail.compare.changes);
    // How long one takes is for the browser's test to say; here other work disturbs.
    expect(beats).toBeGreaterThan(2);
  });
});
