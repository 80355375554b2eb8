import type { Tone } from './icon';

export interface ToastAction {
  label: string;
  run: () => void;
  /** It takes back what was done: Ctrl or Cmd and Z does the same. */
  undo?: boolean;
}

export interface Toast {
  id: number;
  text: string;
  tone: Tone;
  action?: ToastAction;
  /** It has left without its action. */
  onleave?: () => void;
}

const shownMs = 8000;
/** Long enough to read, to think and to press. */
const withActionMs = 10_000;
/** Those that can be undone are not pushed off by others. */
const most = 3;

/** Short messages that belong to no place on the screen. They leave by themselves or on a press. */
export class Toasts {
  list = $state.raw<Toast[]>([]);
  #next = 1;
  readonly #timers = new Map<number, ReturnType<typeof setTimeout>>();

  show(text: string, tone: Tone = 'info', action?: ToastAction, onleave?: () => void): number {
    const id = this.#next++;
    for (const same of this.list.filter((t) => t.text === text)) this.close(same.id);
    this.list = [...this.list, { id, text, tone, ...(action && { action }), ...(onleave && { onleave }) }];
    const plain = this.list.filter((t) => !t.action?.undo);
    for (const old of plain.slice(0, Math.max(0, Math.min(this.list.length - most, plain.length - 1)))) this.close(old.id);
    this.letGo(id);
    return id;
  }

  /** The newest one that takes something back. */
  get undoable(): Toast | undefined {
    return this.list.findLast((t) => t.action?.undo);
  }

  undo(): void {
    if (this.undoable) this.act(this.undoable.id);
  }

  /** Presses the button of a toast. */
  act(id: number): void {
    const action = this.list.find((t) => t.id === id)?.action;
    this.#drop(id);
    action?.run();
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
    this.#drop(id)?.onleave?.();
  }

  /** It is no longer true: it goes as if it had never been. */
  withdraw(id: number): void {
    this.#drop(id);
  }

  /** The window closes: what waited to be undone will not be. */
  flush(): void {
    for (const { id } of this.list) this.close(id);
  }

  #drop(id: number): Toast | undefined {
    const toast = this.list.find((t) => t.id === id);
    this.hold(id);
    this.list = this.list.filter((t) => t.id !== id);
    return toast;
  }
}

/** The window has one corner for them. */
export const toasts = new Toasts();
