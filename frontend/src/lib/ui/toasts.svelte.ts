import type { Tone } from './icon';

export interface ToastAction {
  label: string;
  run: () => void;
}

export interface Toast {
  id: number;
  text: string;
  tone: Tone;
  action?: ToastAction;
}

const shownMs = 8000;
/** Long enough to read, to think and to press. */
const withActionMs = 10_000;
const most = 3;

/** Short messages that belong to no place on the screen. They leave by themselves or on a press. */
export class Toasts {
  list = $state.raw<Toast[]>([]);
  #next = 1;
  readonly #timers = new Map<number, ReturnType<typeof setTimeout>>();

  show(text: string, tone: Tone = 'info', action?: ToastAction): void {
    const id = this.#next++;
    this.list = [...this.list.filter((t) => t.text !== text), { id, text, tone, ...(action && { action }) }].slice(-most);
    this.letGo(id);
  }

  /** Nobody reads it any more: it leaves after its time. */
  letGo(id: number): void {
    const toast = this.list.find((t) => t.id === id);
    if (!toast) return;
    this.hold(id);
    this.#timers.set(id, setTimeout(() => this.close(id), toast.action ? withActionMs : shownMs));
  }

  /** Pointer or focus is on it: it stays. */
  hold(id: number): void {
    clearTimeout(this.#timers.get(id));
    this.#timers.delete(id);
  }

  close(id: number): void {
    this.hold(id);
    this.list = this.list.filter((t) => t.id !== id);
  }
}

/** The window has one corner for them. */
export const toasts = new Toasts();
