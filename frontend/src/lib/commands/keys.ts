import { text } from '../text';

/** A key press as it is written down: "Mod+K", "Alt+1", "F5", "?". Mod is ⌘ on a Mac, Ctrl elsewhere. */
export type Shortcut = string;

/** Whether the keyboard is a Mac's. */
export function onMac(platform = navigator.platform): boolean {
  return /^(Mac|iP)/.test(platform);
}

/** The letter or sign of a press, also where the keyboard writes another alphabet. */
function signOf(event: KeyboardEvent): string {
  const foreign = /^Key[A-Z]$/.test(event.code) && !/^[a-z]$/i.test(event.key);
  return (foreign ? event.code.slice(3) : event.key).toLowerCase();
}

/** Whether a press is the one written down. */
export function matches(event: KeyboardEvent, shortcut: Shortcut, mac = onMac()): boolean {
  const parts = shortcut.split('+');
  const key = parts.pop() ?? '';
  const mod = parts.includes('Mod');
  const held = mac ? event.metaKey : event.ctrlKey;
  const other = mac ? event.ctrlKey : event.metaKey;
  if (held !== mod || other || event.altKey !== parts.includes('Alt')) return false;
  // A sign may need Shift to be written at all.
  const sign = key.length === 1 && !/[a-z0-9]/i.test(key);
  if (!sign && event.shiftKey !== parts.includes('Shift')) return false;
  // With Alt the digits of some keyboards write something else.
  if (/^\d$/.test(key)) return event.code === `Digit${key}` || event.key === key;
  return signOf(event) === key.toLowerCase();
}

/** The caps of a shortcut, one after the other: ["Ctrl", "K"], on a Mac ["⌘", "K"]. */
export function caps(shortcut: Shortcut, mac = onMac()): string[] {
  const names: Record<string, string> = mac ? text.keys.mac : text.keys.names;
  return shortcut.split('+').map((key) => names[key] ?? text.keys.names[key] ?? key);
}

/** As aria-keyshortcuts wants it. */
export function spoken(shortcut: Shortcut, mac = onMac()): string {
  return shortcut.replace('Mod', mac ? 'Meta' : 'Control');
}

/** Kinds of fields that take no letters. */
const noWriting = ['checkbox', 'radio', 'button', 'submit', 'reset', 'range', 'color', 'file'];

/** Whether letters pressed here are being written somewhere. */
export function isWriting(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return !noWriting.includes(target.type);
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement || target.isContentEditable;
}

/** Everything in which arrow keys have a meaning of their own. */
const takesKeys =
  'input, textarea, select, [contenteditable=""], [contenteditable="true"], dialog, [role=dialog], [role=slider], [role=grid], [role=listbox], [role=radiogroup], [role=menu], [role=tablist], [role=application], [data-keys]';

/** Whether a dialog lies over the screen: no key is the screen's then. */
export function isCovered(): boolean {
  return document.querySelector('dialog[open]') !== null;
}

/** Whether a key was meant for the screen and not for something on it. */
export function isFree(event: Pick<KeyboardEvent, 'defaultPrevented' | 'ctrlKey' | 'metaKey' | 'altKey' | 'target'>): boolean {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isCovered()) return false;
  return !(event.target instanceof Element && event.target.closest(takesKeys));
}
