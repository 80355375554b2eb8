import { text } from '../text';
import { diagnostics as g } from '../texts/diagnostics';
import { start as begin } from '../texts/start';
import { updates as u } from '../texts/updates';

export type SectionId = 'address' | 'types' | 'look' | 'notices' | 'start' | 'tray' | 'places' | 'leaves' | 'updates' | 'backups' | 'keep' | 'programs' | 'diagnostics' | 'erase';

export interface Section {
  id: SectionId;
  title: string;
  /** What it can be found by beside its title. */
  words: string;
}

const { settings: s, address: a, contacts: c, data: d, notices: n, subscriptions } = text;

/** In the order in which they stand on the page. */
export const sections: Section[] = [
  { id: 'address', title: a.title, words: [a.text, a.mode, ...Object.values(a.choices).map((c) => c.label), 'ngrok tunnel domain authtoken url webhook live polling mode'].join(' ') },
  { id: 'types', title: s.dataTypes, words: [subscriptions.chooseText, ...Object.values(text.types)].join(' ') },
  { id: 'look', title: s.appearance, words: [s.theme, ...Object.values(s.themes), s.keyboard, s.keyboardText, text.shortcuts.letters, 'theme color appearance night keys shortcuts accessibility'].join(' ') },
  { id: 'notices', title: n.title, words: [n.text, n.sleep, n.types, n.values, n.test, 'notify notification bell alert message popup quiet do not disturb'].join(' ') },
  { id: 'start', title: begin.title, words: [begin.login, begin.hidden, begin.closing, begin.choices.keep.label, begin.choices.quit.label, begin.lacks, ...Object.values(begin.lack), 'autostart launch boot login window background minimise'].join(' ') },
  { id: 'tray', title: s.tray, words: [s.trayShown, s.trayNone, 'icon panel status bar menu notification area appindicator gnome background'].join(' ') },
  { id: 'places', title: d.places.title, words: [d.places.text, d.places.folder, d.places.open, d.places.database, s.key, 'size disk space where stored path keychain'].join(' ') },
  { id: 'leaves', title: c.title, words: [c.text, ...Object.values(c.places).map((p) => p.title), 'privacy private network internet traffic tracking telemetry analytics servers contacted sent'].join(' ') },
  { id: 'updates', title: u.title, words: [u.text, u.on, 'update upgrade release version about download'].join(' ') },
  { id: 'backups', title: d.backups.title, words: [d.backups.text, d.backups.automatic, d.backups.restore, 'copy copies recover'].join(' ') },
  { id: 'keep', title: d.keep.title, words: [d.keep.text, ...Object.values(d.keep.rules).flatMap((r) => [r.label, r.hint]), 'retention prune age days limit'].join(' ') },
  { id: 'programs', title: d.programs.title, words: [d.programs.text, d.programs.make, 'api token port localhost curl grafana notebook scope read write admin revoke'].join(' ') },
  { id: 'diagnostics', title: g.title, words: [g.text, g.look, 'bug fault problem support help trouble log logs version copy'].join(' ') },
  { id: 'erase', title: d.erase.title, words: [d.erase.events.name, d.erase.events.text, d.erase.all.name, d.erase.all.text, 'erase remove clear wipe'].join(' ') },
];

const flat = (said: string): string => said.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();

/** The sections in which every word of the query begins a word; all for an empty query. */
export function matching(query: string): Section[] {
  const asked = flat(query).split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '');
  return sections.filter(({ title, words }) => {
    const known = flat(`${title} ${words}`).split(/[^\p{L}\p{N}]+/u);
    return asked.every((word) => known.some((one) => one.startsWith(word)));
  });
}
