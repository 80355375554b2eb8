import type { Command, Group } from './command';
import { find } from './fuzzy';

/** A command that fits what was typed, with the places in its title that were hit. */
export interface Found {
  command: Command;
  at: number[];
}

export interface FoundGroup {
  /** undefined: those used last. */
  group: Group | undefined;
  found: Found[];
}

const most = 50;
const order: Group[] = ['day', 'do', 'go', 'look', 'settings', 'trends', 'help'];

/** All by group, those used last on top, for a person who has not typed anything yet. */
export function all(commands: Command[], recent: string[]): FoundGroup[] {
  const loud = commands.filter((command) => !command.quiet);
  const used = recent.flatMap((id) => commands.filter((command) => command.id === id && command.why === undefined)).slice(0, 4);
  const groups = order.map((group) => ({ group, found: loud.filter((c) => c.group === group && !used.includes(c)).map((command) => ({ command, at: [] })) }));
  return [{ group: undefined, found: used.map((command) => ({ command, at: [] })) }, ...groups].filter(({ found }) => found.length > 0);
}

/** The best first; among equals those used last, then those that can be given, then the shorter. */
export function matching(commands: Command[], query: string, recent: string[]): Found[] {
  const scored = commands.flatMap((command) => {
    const hit = find(query, command.title, command.words);
    if (!hit) return [];
    const used = recent.indexOf(command.id);
    const lift = (used < 0 ? 0 : 4 - used / 2) - (command.why === undefined ? 0 : 3) - (command.quiet ? 2 : 0);
    return [{ command, at: hit.at, score: hit.score + lift - command.title.length / 100 - (hit.at[0] ?? 20) / 50 }];
  });
  return scored.sort((a, b) => b.score - a.score).slice(0, most);
}
