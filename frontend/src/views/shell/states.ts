import CircleAlert from '@lucide/svelte/icons/circle-alert';
import History from '@lucide/svelte/icons/history';
import Pause from '@lucide/svelte/icons/pause';
import Radio from '@lucide/svelte/icons/radio';
import RefreshCw from '@lucide/svelte/icons/refresh-cw';
import WifiOff from '@lucide/svelte/icons/wifi-off';
import type { Severity, StateWord, SyncView, TroubleView } from '../../lib/backend';
import { instant } from '../../lib/format/time';
import type { Screen } from '../../lib/state/router.svelte';
import type { IconType, Tone } from '../../lib/ui/icon';

/** How each state looks in the status line; the word beside it says it too. */
export const stateLooks: Record<StateWord, { icon: IconType; tone: Tone }> = {
  live: { icon: Radio, tone: 'ok' },
  polling: { icon: RefreshCw, tone: 'info' },
  catching_up: { icon: History, tone: 'info' },
  needs_you: { icon: CircleAlert, tone: 'error' },
  setup: { icon: CircleAlert, tone: 'warn' },
  offline: { icon: WifiOff, tone: 'warn' },
  paused: { icon: Pause, tone: 'muted' },
};

export const severityTones: Record<Severity, Tone> = { info: 'info', warning: 'warn', error: 'error' };

const rank: Record<Severity, number> = { error: 0, warning: 1, info: 2 };

/** The worst first; among equals, first what a person can do something about. */
export function byUrgency(troubles: TroubleView[]): TroubleView[] {
  const idle = (trouble: TroubleView): number => (offers(trouble) ? 0 : 1);
  return [...troubles].sort((a, b) => rank[a.severity] - rank[b.severity] || idle(a) - idle(b));
}

/** What stands in the way of the setup itself and is not asked for by one of its steps. */
export function hindersSetup(trouble: TroubleView): boolean {
  return trouble.severity === 'error' && trouble.remedyAction === 'retry';
}

/** Whether a trouble has a button that leads anywhere but to the `screen` that is shown. */
export function offers(trouble: TroubleView, screen?: Screen): boolean {
  if (trouble.remedyAction === '' || trouble.remedyLabel === '') return false;
  if (trouble.remedyAction === 'open_export') return screen !== 'export';
  return trouble.remedyAction !== 'open_connection' || screen !== 'connection';
}

/** The latest of some instants; "" for none. */
function latest(times: string[]): string {
  return times.reduce((last, at) => ((instant(at)?.getTime() ?? 0) > (instant(last)?.getTime() ?? 0) ? at : last), '');
}

/** How fresh the data is: when Oura last answered, and of when the ring's newest reading is. "" for what is not known. */
export function freshness(sync: SyncView | undefined): { syncedAt: string; ringAt: string } {
  const types = sync?.types ?? [];
  return { syncedAt: latest(types.map((type) => type.lastSync)), ringAt: latest(types.filter((type) => type.series).map((type) => type.newest)) };
}
