import { type Backend, type Theme } from '../backend';
import { Task } from './task.svelte';

const storageKey = 'theme';

/** The colours: the program keeps the choice, the window a copy that public/theme.js reads before the first paint. */
export class ThemeState {
  choice = $state<Theme>('system');
  readonly task = new Task();
  readonly #backend: Backend;
  readonly #dark = matchMedia('(prefers-color-scheme: dark)');

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  start(): () => void {
    const follow = (): void => this.#apply(this.choice);
    this.#dark.addEventListener('change', follow);
    void this.load();
    return () => this.#dark.removeEventListener('change', follow);
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
      this.#apply((await this.#backend.settings()).theme);
    });
  }

  #apply(theme: Theme): void {
    this.choice = theme;
    const dark = theme === 'dark' || (theme === 'system' && this.#dark.matches);
    document.documentElement.dataset['theme'] = dark ? 'dark' : 'light';
    try {
      localStorage.setItem(storageKey, theme);
    } catch {
      // Without storage the next start may show the desktop's colours for a moment; nothing is lost.
    }
  }
}
