import type { IconType } from '../ui/icon';
import type { Shortcut } from './keys';

export type Group = 'day' | 'do' | 'go' | 'look' | 'settings' | 'trends' | 'help';

/** What a person can ask for from anywhere. */
export interface Command {
  /** Stays the same: by it the window remembers what was used. */
  id: string;
  group: Group;
  title: string;
  icon: IconType;
  /** What it can be found by beside its title. */
  words?: string;
  keys?: Shortcut[];
  /** Why it cannot be given now. */
  why?: string;
  /** Listed only once something is typed. */
  quiet?: boolean;
  /** Asks for more: the palette stays open and lists what this returns. */
  ask?: Ask;
  run?: () => unknown;
}

/** A second list of the palette. */
export interface Ask {
  title: string;
  placeholder: string;
  /** What is shown when nothing fits. */
  none: string;
  list: (query: string) => Command[];
}
