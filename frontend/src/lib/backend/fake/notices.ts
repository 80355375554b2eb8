import type { GoNotices, NoticesView } from '../noticeTypes';

type Answer = <T>(name: string, args: unknown[], work: () => T) => Promise<T>;
type Act = (name: string, args: unknown[], work: () => unknown) => Promise<void>;

const minute = 60_000;
const iso = (ms: number): string => new Date(ms).toISOString();

/** What the pretended program has told so far. */
export function sampleNotices(now: number): NoticesView {
  const at = (ago: number): string => iso(now - ago * minute);
  return {
    system: 'shown',
    why: '',
    sleep: true,
    values: false,
    types: [],
    offered: ['daily_activity', 'daily_cardiovascular_age', 'daily_readiness', 'daily_resilience', 'daily_sleep', 'daily_spo2', 'daily_stress', 'enhanced_tag', 'rest_mode_period', 'ring_configuration', 'session', 'sleep', 'sleep_time', 'tag', 'vo2_max', 'workout'],
    notices: [
      { id: 'a-4', group: 'documents', title: '7 new documents', body: 'Workout, Tag, Daily activity and 2 more.', route: '#/stream', at: at(12), read: false, over: false },
      { id: 'a-3', group: 'night', title: 'Last night is in', body: 'Your sleep has arrived.', route: '#/night/2026-11-22', at: at(372), read: false, over: false },
      { id: 'a-2', group: 'work', title: 'The export is ready', body: 'It took 48 s.', route: '#/export', at: at(1090), read: true, over: false },
      { id: 'a-1', group: 'needs', title: 'Oura asks you to sign in again', body: 'Oura no longer accepts the earlier sign-in. Everything stored stays readable and announcements are kept; new data is fetched once you have signed in.', route: '#/connection', at: at(2890), read: true, over: true },
    ],
  };
}

export function noticeCalls(p: { notices: NoticesView; push(name: 'notices:changed', message: Record<string, never>): void }, answer: Answer, act: Act): GoNotices['NoticesAPI'] {
  const change = (by: Partial<NoticesView>): void => {
    p.notices = { ...p.notices, ...by };
    p.push('notices:changed', {});
  };
  return {
    Get: () => answer('NoticesAPI.Get', [], () => p.notices),
    Read: (id) => act('NoticesAPI.Read', [id], () => change({ notices: p.notices.notices.map((n) => (id === '' || n.id === id ? { ...n, read: true } : n)) })),
    SaveSleep: (on) => act('NoticesAPI.SaveSleep', [on], () => change({ sleep: on })),
    SaveValues: (on) => act('NoticesAPI.SaveValues', [on], () => change({ values: on })),
    SaveTypes: (types) => act('NoticesAPI.SaveTypes', [types], () => change({ types })),
    Test: () => act('NoticesAPI.Test', [], () => change({})),
  };
}

/** A desktop without a notification service, and nothing told yet. */
export function noNotices(p: { notices: NoticesView }): void {
  Object.assign(p.notices, { notices: [], system: 'none', why: 'Your desktop runs no notification service. Most bring one; for others there are dunst and mako.' });
}
