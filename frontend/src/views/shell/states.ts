import CircleAlert from '@lucide/svelte/icons/circle-alert';
import History from '@lucide/svelte/icons/history';
import Pause from '@lucide/svelte/icons/pause';
import Radio from '@lucide/svelte/icons/radio';
import RefreshCw from '@lucide/svelte/icons/refresh-cw';
import WifiOff from '@lucide/svelte/icons/wifi-off';
import type { Severity, StateWord } from '../../lib/backend';
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
