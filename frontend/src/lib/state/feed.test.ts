import { describe, expect, it, vi } from 'vitest';
import { connect, type Backend, type EventFilterView, type EventRow } from '../backend';
import { FakeProgram } from '../backend/fake/program';
import { EventFeed } from './feed.svelte';
import { emptyFilter } from './feedFilter';

function started(count: number): { program: FakeProgram; feed: EventFeed; backend: Backend; stop: () => void } {
  const program = new FakeProgram(count, Date.now());
  const backend = connect({ go: { app: program.go }, runtime: program.runtime });
  const feed = new EventFeed(backend);
  return { program, feed, backend, stop: feed.start() };
}

const settle = (): Promise<void> => vi.waitFor(() => undefined).then(() => new Promise((done) => setTimeout(done, 5)));
const seqs = (feed: EventFeed): number[] => [...feed.outline.seqs];
/** The rows of all that is listed, once they are read. */
const rowsOf = async (feed: EventFeed): Promise<(EventRow | undefined)[]> => {
  feed.show(seqs(feed));
  await settle();
  return seqs(feed).map((seq) => feed.row(seq));
};
const falling = (list: number[]): boolean => list.every((n, i) => i === 0 || n < (list[i - 1] ?? 0));
const listCalls = (program: FakeProgram): EventFilterView[] => program.calls.filter((c) => c.name === 'EventsAPI.List').map((c) => c.args[0] as EventFilterView);

describe('EventFeed', () => {
  it('loads the newest page, newest first', async () => {
    const { feed } = started(500);
    await settle();
    expect([feed.phase, feed.outline.length, seqs(feed)[0], feed.more]).toEqual(['ready', 200, 500, true]);
  });

  it('asks for what follows the newest row it knows', async () => {
    const { program, feed } = started(10);
    await settle();
    program.arrive(2);
    await settle();
    expect(seqs(feed)[0]).toBe(12);
    expect(listCalls(program).at(-1)).toMatchObject({ after: 10, before: 0 });
  });

  it('loses nothing that arrives while the first page is on its way', async () => {
    const { program, feed } = started(10);
    program.arrive(1);
    await settle();
    program.push('event:new', { lastSeq: program.events.lastSeq });
    await settle();
    expect(seqs(feed)).toEqual([11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1]);
  });

  it('catches up over many pages with one hint', async () => {
    const { program, feed } = started(10);
    await settle();
    program.arrive(950);
    await settle();
    expect(feed.outline.length).toBe(960);
    expect(falling(seqs(feed))).toBe(true);
  });

  it('keeps each event once, however often and in whatever order hints come', async () => {
    const { program, feed } = started(10);
    await settle();
    for (const lastSeq of [11, 13, 12, 11, 13]) {
      while (program.events.lastSeq < lastSeq) program.events.add(Date.now());
      program.push('event:new', { lastSeq });
    }
    await settle();
    expect(seqs(feed)).toEqual([13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1]);
  });

  it('bears holes in the numbers', async () => {
    const { program, feed } = started(5);
    await settle();
    program.events.add(Date.now(), { seq: 900 });
    program.push('event:new', { lastSeq: 905 });
    await settle();
    const before = listCalls(program).length;
    program.push('event:new', { lastSeq: 905 });
    await settle();
    expect(seqs(feed)[0]).toBe(900);
    expect(listCalls(program).length).toBe(before);
  });

  it('takes the status as a hint as well', async () => {
    const { program, feed } = started(5);
    await settle();
    program.events.add(Date.now());
    program.push('status:changed', { ...program.status, lastSeq: 6, eventCount: 6 });
    await settle();
    expect(seqs(feed)[0]).toBe(6);
  });

  it('starts anew when the store was cleared', async () => {
    const { program, feed } = started(5);
    await settle();
    program.events.all.length = 0;
    program.push('status:changed', { ...program.status, eventCount: 0 });
    await settle();
    expect([feed.outline.length, feed.phase]).toEqual([0, 'ready']);
  });

  it('follows another store whose numbers are lower', async () => {
    const { program, feed } = started(5);
    await settle();
    program.arrive(600);
    await settle();
    program.events.all.length = 3;
    await feed.reload();
    program.events.add(Date.now(), { seq: 4 });
    program.push('event:new', { lastSeq: 4 });
    await settle();
    expect(seqs(feed)).toEqual([4, 3, 2, 1]);
  });

  it('holds new rows back from a reader further down, and lets them in when asked', async () => {
    const { program, feed } = started(300);
    await settle();
    feed.follow(false);
    program.arrive(3);
    await settle();
    expect([seqs(feed)[0], feed.held.length]).toEqual([300, 3]);
    feed.release();
    expect([seqs(feed)[0], feed.held.length]).toEqual([303, 0]);
    expect(falling(seqs(feed))).toBe(true);
  });

  it('lets the held rows in when the reader returns to the top', async () => {
    const { program, feed } = started(300);
    await settle();
    feed.follow(false);
    program.arrive(1);
    await settle();
    feed.follow(true);
    expect(seqs(feed)[0]).toBe(301);
  });

  it('loads older pages to the very first event', async () => {
    const { feed } = started(450);
    await settle();
    await feed.older();
    await feed.older();
    expect([feed.outline.length, feed.more, seqs(feed).at(-1)]).toEqual([450, false, 1]);
    await feed.older();
    expect(feed.outline.length).toBe(450);
  });

  it('filters at the source, and new rows too', async () => {
    const { program, feed } = started(300);
    await settle();
    await feed.setFilter({ ...emptyFilter, types: ['workout'] });
    expect((await rowsOf(feed)).every((r) => r?.dataType === 'workout')).toBe(true);
    const shown = feed.outline.length;
    program.events.add(Date.now(), { dataType: 'workout', eventType: 'create' });
    program.events.add(Date.now(), { dataType: 'daily_sleep', eventType: 'create' });
    program.push('event:new', { lastSeq: program.events.lastSeq });
    await settle();
    expect(feed.outline.length).toBe(shown + 1);
  });

  it('shows history only when it is asked for or searched', async () => {
    const { program, feed } = started(20);
    await settle();
    program.events.add(Date.now(), { dataType: 'workout', source: 'backfill', objectId: 'of-2021' });
    program.push('event:new', { lastSeq: program.events.lastSeq });
    await settle();
    const has = async (): Promise<boolean> => (await rowsOf(feed)).some((row) => row?.source === 'backfill');
    expect([feed.outline.length, await has()]).toEqual([20, false]);
    await feed.setFilter({ ...emptyFilter, history: true });
    expect([feed.outline.length, await has()]).toEqual([21, true]);
    await feed.setFilter({ ...emptyFilter, query: 'of-2021' });
    expect(await has()).toBe(true);
  });

  it('drops the answer to a filter that is no longer wanted', async () => {
    const program = new FakeProgram(50, Date.now());
    const backend = connect({ go: { app: program.go }, runtime: program.runtime });
    const row = (seq: number): EventRow => ({ ...(program.events.all[0] as EventRow), seq });
    const answers: ((rows: EventRow[]) => void)[] = [];
    backend.events = () => new Promise((done) => answers.push((rows) => done({ rows, more: false })));
    const feed = new EventFeed(backend);
    const first = feed.setFilter({ ...emptyFilter, query: 'a' });
    const second = feed.setFilter({ ...emptyFilter, query: 'ab' });
    answers[1]?.([row(2)]);
    answers[0]?.([row(1)]);
    await Promise.all([first, second]);
    expect(seqs(feed)).toEqual([2]);
  });

  it('says so when the list cannot be read, and recovers', async () => {
    const { program, feed } = started(5);
    program.failures.set('EventsAPI.List', { code: 'storage', message: 'The disk is not there.' });
    await feed.reload();
    expect([feed.phase, feed.error?.code]).toEqual(['failed', 'storage']);
    program.failures.clear();
    await feed.reload();
    expect([feed.phase, feed.error, feed.outline.length]).toEqual(['ready', undefined, 5]);
  });

  it('asks again from the same place after a failed catch-up', async () => {
    const { program, feed } = started(5);
    await settle();
    program.failures.set('EventsAPI.List', { code: 'storage', message: 'Busy.' });
    program.arrive(1);
    await settle();
    expect(feed.error?.code).toBe('storage');
    program.failures.clear();
    program.arrive(1);
    await settle();
    expect([seqs(feed)[0], seqs(feed)[1], feed.error]).toEqual([7, 6, undefined]);
  });

  it('stops listening when stopped', async () => {
    const { program, feed, stop } = started(5);
    await settle();
    stop();
    program.arrive(1);
    await settle();
    expect(seqs(feed)[0]).toBe(5);
  });
});
