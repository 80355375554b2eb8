import Cable from '@lucide/svelte/icons/cable';
import CalendarSync from '@lucide/svelte/icons/calendar-sync';
import ChartLine from '@lucide/svelte/icons/chart-line';
import FileOutput from '@lucide/svelte/icons/file-output';
import Moon from '@lucide/svelte/icons/moon';
import Rows3 from '@lucide/svelte/icons/rows-3';
import Settings from '@lucide/svelte/icons/settings';
import Sun from '@lucide/svelte/icons/sun';
import type { Screen } from '../../lib/state/router.svelte';
import { text } from '../../lib/text';
import type { IconType } from '../../lib/ui/icon';

export interface RailEntry {
  screen: Screen;
  label: string;
  icon: IconType;
}

const entry = (screen: Exclude<Screen, 'setup'>, icon: IconType): RailEntry => ({ screen, label: text.nav[screen], icon });

/** What is looked at, every day. */
export const looking = [entry('today', Sun), entry('stream', Rows3), entry('trends', ChartLine), entry('night', Moon)];

/** What is seen to, now and then; behind "More" where there is no room for eight. */
export const keeping = [entry('sync', CalendarSync), entry('connection', Cable), entry('export', FileOutput), entry('settings', Settings)];
