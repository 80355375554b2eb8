import { describe, expect, it } from 'vitest';
import type { SyncTypeView, SyncView } from '../../lib/backend';
import { text } from '../../lib/text';
import { keeping, looking } from './screens';
import { freshness, stateLooks } from './states';

const type = (over: Partial<SyncTypeView>): SyncTypeView => ({
  dataType: 'sleep', series: false, days: true, lastSync: '', newest: '', newestDay: '', error: '', allowed: true, wanted: true, count: 0, ...over,
});
const sync = (...types: SyncTypeView[]): SyncView => ({ types }) as SyncView;

it('U-2 no two states look alike: beside its word each has a shape or a colour of its own', () => {
  const { setup, ...others } = stateLooks;
  const looks = Object.values(others);
  expect(new Set(looks.map(({ icon }) => icon)).size).toBe(looks.length);
  // Both say “Needs you”, with another next step.
  expect(setup.icon).toBe(others.needs_you.icon);
});

describe('U-11 freshness', () => {
  it('is that of the last answer and of the newest reading', () => {
    const view = sync(
      type({ lastSync: '2026-11-22T12:30:00.000Z', newest: '2026-11-23T00:00:00.000Z' }),
      type({ series: true, lastSync: '2026-11-22T12:28:00Z', newest: '2026-11-22T05:12:00+00:00' }),
      type({ series: true, lastSync: 'soon', newest: '2026-11-22T07:02:00+02:00' }),
    );
    expect(freshness(view)).toEqual({ syncedAt: '2026-11-22T12:30:00.000Z', ringAt: '2026-11-22T05:12:00+00:00' });
  });

  it('is not known before anything was asked', () => {
    const nothing = { syncedAt: '', ringAt: '' };
    expect([freshness(undefined), freshness(sync()), freshness(sync(type({ series: true })))]).toEqual([nothing, nothing, nothing]);
  });
});

describe('the rail', () => {
  it('leads to each of the eight screens once, by its name', () => {
    const all = [...looking, ...keeping];
    expect(all.map((entry) => entry.label)).toEqual(['Today', 'Stream', 'Trends', 'Night', 'Sync', 'Connection', 'Export', 'Settings']);
    expect(new Set(all.map((entry) => entry.icon)).size).toBe(8);
    expect(all.every((entry) => text.nav[entry.screen as keyof typeof text.nav] === entry.label)).toBe(true);
  });
});
