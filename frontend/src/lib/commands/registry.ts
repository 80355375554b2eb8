import ArrowRightLeft from '@lucide/svelte/icons/arrow-right-left';
import Archive from '@lucide/svelte/icons/archive';
import BellRing from '@lucide/svelte/icons/bell-ring';
import BookOpen from '@lucide/svelte/icons/book-open';
import Cable from '@lucide/svelte/icons/cable';
import CalendarDays from '@lucide/svelte/icons/calendar-days';
import CalendarSync from '@lucide/svelte/icons/calendar-sync';
import ChartLine from '@lucide/svelte/icons/chart-line';
import ClipboardList from '@lucide/svelte/icons/clipboard-list';
import Copy from '@lucide/svelte/icons/copy';
import FileOutput from '@lucide/svelte/icons/file-output';
import FlaskConical from '@lucide/svelte/icons/flask-conical';
import FolderOpen from '@lucide/svelte/icons/folder-open';
import Keyboard from '@lucide/svelte/icons/keyboard';
import LogIn from '@lucide/svelte/icons/log-in';
import Monitor from '@lucide/svelte/icons/monitor';
import Moon from '@lucide/svelte/icons/moon';
import Pause from '@lucide/svelte/icons/pause';
import Play from '@lucide/svelte/icons/play';
import RefreshCw from '@lucide/svelte/icons/refresh-cw';
import Rows3 from '@lucide/svelte/icons/rows-3';
import Search from '@lucide/svelte/icons/search';
import Settings from '@lucide/svelte/icons/settings';
import Sun from '@lucide/svelte/icons/sun';
import Undo2 from '@lucide/svelte/icons/undo-2';
import type { MetricView, Theme } from '../backend';
import { dayKey, dayTitle } from '../format/time';
import { typeName } from '../format/words';
import type { Program } from '../state/program.svelte';
import type { Screen } from '../state/router.svelte';
import { text } from '../text';
import type { IconType } from '../ui/icon';
import { toasts } from '../ui/toasts.svelte';
import type { Actions } from './actions';
import type { Command } from './command';
import { readDay } from './dates';
import { matching } from './rank';
import { sections } from './sections';

const t = text.palette;

/** The screens in the order of the rail; their places are the digits of their keys. */
export const screens: { screen: Exclude<Screen, 'setup'>; icon: IconType }[] = [
  { screen: 'today', icon: Sun },
  { screen: 'stream', icon: Rows3 },
  { screen: 'trends', icon: ChartLine },
  { screen: 'night', icon: Moon },
  { screen: 'sync', icon: CalendarSync },
  { screen: 'connection', icon: Cable },
  { screen: 'export', icon: FileOutput },
  { screen: 'settings', icon: Settings },
];

/** What the window itself does for a command: it knows the layers on top of the screens. */
export interface Layers {
  palette: () => void;
  shortcuts: () => void;
  diagnostics: () => void;
  messages: () => void;
}

/** Everything a person can ask for now. Reads the state: within an effect it follows it. */
export function commandsOf(program: Program, actions: Actions, layers: Layers, metrics: MetricView[], now: Date): Command[] {
  return [
    ...screenCommands(actions),
    ...askCommands(actions, metrics, now),
    ...syncCommands(program, actions),
    ...connectionCommands(program, actions),
    ...dataCommands(program, actions),
    ...themeCommands(program, actions),
    ...sectionCommands(actions),
    ...helpCommands(actions, layers),
    ...metrics.map((metric) => metricCommand(actions, metric)),
  ];
}

function screenCommands(actions: Actions): Command[] {
  return screens.map(({ screen, icon }, i) => ({
    id: `go.${screen}`,
    group: 'go',
    title: t.go(text.nav[screen]),
    words: t.goWords[screen],
    icon,
    keys: screen === 'settings' ? [`Alt+${i + 1}`, 'Mod+,'] : [`Alt+${i + 1}`],
    run: () => actions.go({ screen }),
  }));
}

/** The day and the night that were typed; none for what is no day. */
export function dayCommands(actions: Actions, query: string, now: Date): Command[] {
  const day = readDay(query, dayKey(now));
  if (day === undefined) return [];
  const name = dayTitle(day, now);
  return [
    { id: `day.${day}`, group: 'day', title: t.dayOf(name), icon: Sun, run: () => actions.go({ screen: 'today', day }) },
    { id: `night.${day}`, group: 'day', title: t.nightOf(name), icon: Moon, run: () => actions.go({ screen: 'night', day }) },
  ];
}

function askCommands(actions: Actions, metrics: MetricView[], now: Date): Command[] {
  const one = (of: 'day' | 'night') => (query: string) => dayCommands(actions, query, now).filter(({ id }) => id.startsWith(`${of}.`));
  const found = (query: string): Command[] => {
    const all = metrics.map((metric) => metricCommand(actions, metric));
    return query.trim() === '' ? all : matching(all, query, []).map(({ command }) => command);
  };
  return [
    { id: 'ask.day', group: 'go', title: `${t.day} …`, words: t.dayWords, icon: CalendarDays, ask: { title: t.day, placeholder: t.dayAsk, none: t.noneDay, list: one('day') } },
    { id: 'ask.night', group: 'go', title: `${t.night} …`, words: t.nightWords, icon: CalendarDays, ask: { title: t.night, placeholder: t.nightAsk, none: t.noneDay, list: one('night') } },
    { id: 'ask.metric', group: 'go', title: `${t.metric} …`, words: t.metricWords, icon: ChartLine, ask: { title: t.metric, placeholder: t.metricAsk, none: t.none, list: found } },
  ];
}

function metricCommand(actions: Actions, metric: MetricView): Command {
  return {
    id: `trend.${metric.id}`,
    group: 'trends',
    title: t.metricOf(typeName(metric.dataType), metric.name),
    words: metric.field.replaceAll(/[._]/g, ' '),
    icon: ChartLine,
    quiet: true,
    run: () => actions.go({ screen: 'trends', metric: metric.id }),
  };
}

/** Whether there is an account to ask Oura with. */
function connected(program: Program): boolean {
  const { setup, connection } = program;
  return (setup.view?.demo ?? false) || (setup.view?.signIn.connected ?? false) || (connection.view?.account.connected ?? false);
}

function syncCommands(program: Program, actions: Actions): Command[] {
  const paused = program.status.view?.state === 'paused';
  const account = connected(program) ? undefined : t.why.account;
  const running = program.sync.syncing.busy ? t.why.running : undefined;
  const pauses: Command[] = paused
    ? [{ id: 'sync.resume', group: 'do', title: t.resume, words: t.resumeWords, icon: Play, run: () => actions.resume() }]
    : [
        { id: 'sync.pause60', group: 'do', title: t.pauseHour, words: t.pauseWords, icon: Pause, why: account, run: () => actions.pause(60) },
        { id: 'sync.pauseTomorrow', group: 'do', title: t.pauseTomorrow, words: t.pauseWords, icon: Pause, why: account, run: () => actions.pause(-1) },
      ];
  return [{ id: 'sync.now', group: 'do', title: t.sync, words: t.syncWords, icon: RefreshCw, keys: ['F5', 'Mod+R'], why: account ?? (paused ? t.why.paused : running), run: () => actions.sync() }, ...pauses];
}

function connectionCommands(program: Program, actions: Actions): Command[] {
  const { connection, setup } = program;
  const url = connection.view?.address.url ?? '';
  const sample = setup.view?.demo ? t.why.sample : undefined;
  const account = connected(program) ? undefined : t.why.account;
  const known = setup.view?.signIn.userId !== undefined && setup.view.signIn.userId !== '';
  const signing = setup.view?.signIn.pending ? t.why.signing : undefined;
  return [
    { id: 'connection.copyUrl', group: 'do', title: t.copyUrl, words: t.copyUrlWords, icon: Copy, why: url ? undefined : t.why.address, run: () => actions.copyUrl() },
    { id: 'connection.reconcile', group: 'do', title: t.reconcile, words: t.reconcileWords, icon: ArrowRightLeft, why: account ?? (connection.reconciling.busy ? t.why.running : undefined), run: () => actions.reconcile() },
    { id: 'connection.check', group: 'do', title: t.check, words: t.checkWords, icon: Cable, why: sample ?? (url ? (connection.looking ? t.why.running : undefined) : t.why.address), run: () => actions.check() },
    known
      ? { id: 'connection.signIn', group: 'do', title: t.signIn, words: t.signInWords, icon: LogIn, why: sample ?? signing, run: () => actions.signIn() }
      : { id: 'connection.connect', group: 'do', title: t.connect, words: t.connectWords, icon: LogIn, why: sample, run: () => actions.openSetup() },
  ];
}

function dataCommands(program: Program, actions: Actions): Command[] {
  const demo = program.setup.view?.demo ?? false;
  return [
    { id: 'data.backUp', group: 'do', title: t.backUp, words: t.backUpWords, icon: Archive, why: program.data.backingUp.busy ? t.why.running : undefined, run: () => actions.backUp() },
    { id: 'data.folder', group: 'do', title: t.folder, words: t.folderWords, icon: FolderOpen, run: () => actions.openFolder() },
    { id: 'data.docs', group: 'do', title: t.docs, words: t.docsWords, icon: BookOpen, run: () => actions.openDocs() },
    demo
      ? { id: 'demo.leave', group: 'do', title: t.sampleOff, words: t.sampleWords, icon: FlaskConical, run: () => actions.leaveDemo() }
      : { id: 'demo.start', group: 'do', title: t.sampleOn, words: t.sampleWords, icon: FlaskConical, run: () => actions.startDemo() },
  ];
}

function themeCommands(program: Program, actions: Actions): Command[] {
  const icons: Record<Theme, IconType> = { light: Sun, dark: Moon, system: Monitor };
  return (['light', 'dark', 'system'] as const).map((theme) => ({
    id: `theme.${theme}`,
    group: 'look',
    title: t.themes[theme],
    words: t.themeWords,
    icon: icons[theme],
    why: program.theme.choice === theme ? t.why.current : undefined,
    run: () => actions.choose(theme),
  }));
}

function sectionCommands(actions: Actions): Command[] {
  return sections.map(({ id, title, words }) => ({ id: `settings.${id}`, group: 'settings', title: t.section(title), words, icon: Settings, quiet: true, run: () => actions.go({ screen: 'settings', section: id }) }));
}

function helpCommands(actions: Actions, layers: Layers): Command[] {
  const last = toasts.undoable;
  return [
    { id: 'settings.search', group: 'settings', title: t.searchSettings, words: t.searchWords, icon: Search, run: () => actions.searchSettings() },
    { id: 'help.shortcuts', group: 'help', title: t.shortcuts, words: t.shortcutsWords, icon: Keyboard, keys: ['?'], run: layers.shortcuts },
    { id: 'help.diagnostics', group: 'help', title: t.diagnostics, words: t.diagnosticsWords, icon: ClipboardList, run: layers.diagnostics },
    { id: 'help.undo', group: 'help', title: t.undo, words: t.undoWords, icon: Undo2, keys: ['Mod+Z'], why: last ? undefined : t.why.nothing, quiet: !last, run: () => toasts.undo() },
    { id: 'help.messages', group: 'help', title: t.messages, words: t.messagesWords, icon: BellRing, keys: ['F6'], why: toasts.list.length > 0 ? undefined : t.why.messages, quiet: true, run: layers.messages },
  ];
}
