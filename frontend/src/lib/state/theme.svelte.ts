import { type Backend, type Look, type Theme } from '../backend';
import { Task } from './task.svelte';

const storageKey = 'theme';

/** The colours: the program keeps the choice, the window a copy that public/theme.js reads before the first paint. */
export class ThemeState {
  choice = $state<Theme>('system');
  readonly task = new Task();
  readonly #backend: Backend;
  readonly #dark = matchMedia('(prefers-color-scheme: dark)');
  #told = false;
  #noted: Look | undefined;

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  start(): () => void {
    const follow = (): void => {
      if (this.#told) this.#apply(this.choice);
    };
    this.#dark.addEventListener('change', follow);
    // A page that is faster than the program keeps the look it has until it is told.
    const off = this.#backend.on('setup:changed', () => {
      if (!this.#told) void this.load();
    });
    void this.load();
    return () => {
      off();
      this.#dark.removeEventListener('change', follow);
    };
  }

  async choose(theme: Theme): Promise<boolean> {
    const before = this.choice;
    this.#apply(theme);
    const saved = await this.task.run(() => this.#backend.setTheme(theme));
    if (!saved) this.#apply(before);
    return saved;
  }

  async load(): Promise<void> {
    await this.task.run(async () => {
      const { theme } = await this.#backend.settings();
      this.#told = theme !== '';
      this.#noted = undefined; // it was of other data, maybe
      if (theme) this.#apply(theme);
    });
  }

  #apply(theme: Theme): void {
    this.choice = theme;
    const look: Look = theme === 'dark' || (theme === 'system' && this.#dark.matches) ? 'dark' : 'light';
    document.documentElement.dataset['theme'] = look;
    void this.#note(look);
    try {
      localStorage.setItem(storageKey, theme);
    } catch {
      // Without storage the next start may show the desktop's colours for a moment; nothing is lost.
    }
  }

  /** The next window opens on this ground. Where that cannot be kept it may flash, and nothing is lost. */
  async #note(look: Look): Promise<void> {
    if (this.#noted === look) return;
    this.#noted = look;
    await this.#backend.noteLook(look).catch(() => (this.#noted = undefined));
  }
}
