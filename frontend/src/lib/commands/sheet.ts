import { text } from '../text';
import type { Command } from './command';
import type { Shortcut } from './keys';

export interface KeyLine {
  keys: Shortcut[];
  does: string;
}

export interface KeyGroup {
  title: string;
  lines: KeyLine[];
}

/** All keys for the sheet: those of the commands, those of the window, those of single screens. */
export function keyGroups(commands: Command[], screens: KeyGroup[]): KeyGroup[] {
  const t = text.palette;
  const withKeys = commands.flatMap(({ keys, title, group }) => (keys ? [{ keys, does: title, group }] : []));
  const everywhere = [{ keys: ['Mod+K'], does: t.palette }, ...withKeys.filter((line) => line.group !== 'go'), { keys: ['Mod+F'], does: t.find }, { keys: ['Escape'], does: t.closeLayer }];
  return [
    { title: text.shortcuts.everywhere, lines: everywhere },
    { title: text.shortcuts.screens, lines: withKeys.filter((line) => line.group === 'go') },
    ...screens,
  ];
}
