import { tick, untrack } from 'svelte';
import { BackendError, type MetricView } from '../backend';
import type { Program } from '../state/program.svelte';
import { parseRoute } from '../state/router.svelte';
import { toasts } from '../ui/toasts.svelte';
import { Actions } from './actions';
import type { Command } from './command';
import { isCovered, isWriting, matches, onMac } from './keys';
import { Recent } from './recent.svelte';
import { commandsOf } from './registry';

const storageKey = 'letters';

/** What lies on top of the screen. */
export type Layer = 'palette' | 'shortcuts' | 'diagnostics';

/** Palette, shortcut sheet and diagnostics, and the keys that work everywhere. */
export class CommandLayers {
  open = $state<Layer>();
  /** Whether letters and signs alone are shortcuts. */
  letters = $state(readLetters());
  metrics = $state.raw<MetricView[]>([]);
  readonly recent = new Recent();
  readonly actions: Actions;
  readonly #p: Program;
  readonly #mac = onMac();
  /** Grows with every other store; an answer of the one before is dropped. */
  #round = 0;

  constructor(program: Program) {
    this.#p = program;
    this.actions = new Actions(program);
  }

  /** Everything that can be asked for now. */
  get commands(): Command[] {
    const layers = { palette: () => this.show('palette'), shortcuts: () => this.show('shortcuts'), diagnostics: () => this.show('diagnostics'), messages };
    return commandsOf(this.#p, this.actions, layers, this.metrics, this.#p.ticker.now);
  }

  show(layer: Layer): void {
    this.open = layer;
    if (layer === 'palette') void this.#loadMetrics();
  }

  close(layer: Layer): void {
    if (this.open === layer) this.open = undefined;
  }

  /** Goes where somebody outside the window has asked to go, as in its address: "#/settings". */
  arrive(route: string): void {
    this.open = undefined;
    this.#p.router.go(parseRoute(route));
  }

  /** Closes the layer and then does it: what it opens or shows gets the focus. */
  give(command: Command): void {
    if (command.why !== undefined || !command.run) return;
    this.open = undefined;
    // A day that was typed is no habit.
    if (command.group !== 'day') this.recent.use(command.id);
    const run = command.run;
    void tick().then(() => run());
  }

  setLetters(on: boolean): void {
    this.letters = on;
    try {
      localStorage.setItem(storageKey, on ? 'on' : 'off');
    } catch {
      // Without storage it holds as long as the window.
    }
  }

  /** A key pressed anywhere, before any screen hears of it. `ready`: the screens are shown, not the wizard. */
  key(event: KeyboardEvent, ready: boolean): void {
    if (event.isComposing) return;
    // No key may load the page anew.
    const reload = event.key === 'F5' || matches(event, 'Mod+R', this.#mac) || matches(event, 'Mod+Shift+R', this.#mac);
    if (reload) event.preventDefault();
    const modal = isCovered();
    if (!ready || event.repeat || (modal && this.open !== 'palette')) return;
    if (matches(event, 'Mod+K', this.#mac)) {
      this.#take(event);
      if (this.open === 'palette') this.open = undefined;
      else this.show('palette');
    } else if (this.#single(event)) {
      // No screen may hear of a letter that is no shortcut.
      if (!isWriting(event.target)) event.stopPropagation();
    } else if (!modal) {
      const command = untrack(() => this.commands).find(({ keys }) => keys?.some((key) => matches(event, key, this.#mac)));
      if (!command || (command.id === 'help.undo' && (isWriting(event.target) || command.why))) return;
      this.#take(event);
      if (command.why !== undefined) toasts.show(command.why);
      else void command.run?.();
    }
  }

  /** After the screens: a search box that no screen has taken Ctrl and F for. */
  find(event: KeyboardEvent, ready: boolean): void {
    if (!ready || event.defaultPrevented || !matches(event, 'Mod+F', this.#mac) || isCovered()) return;
    if (this.actions.find()) event.preventDefault();
  }

  /** Everything belongs to another store now. */
  forget(): void {
    this.#round++;
    this.metrics = [];
    this.recent.forget();
  }

  /** A press that writes a letter or a sign, where those are no shortcuts. Space presses buttons. */
  #single(event: KeyboardEvent): boolean {
    if (event.ctrlKey || event.metaKey || event.key.length > 1 || event.key === ' ') return false;
    return isWriting(event.target) || (!event.altKey && !this.letters);
  }

  #take(event: KeyboardEvent): void {
    event.preventDefault();
    event.stopPropagation();
  }

  async #loadMetrics(): Promise<void> {
    const round = this.#round;
    try {
      const metrics = await this.#p.backend.metrics();
      if (round === this.#round) this.metrics = metrics.filter((metric) => metric.days > 0);
    } catch (thrown) {
      // The commands for metrics are not listed then; Trends itself says why.
      if (!(thrown instanceof BackendError)) throw thrown;
    }
  }
}

function readLetters(): boolean {
  try {
    return localStorage.getItem(storageKey) !== 'off';
  } catch {
    return true;
  }
}

/** Leads to the newest message. */
function messages(): void {
  document.querySelector<HTMLElement>('[data-messages] .toast:last-child button')?.focus();
}
