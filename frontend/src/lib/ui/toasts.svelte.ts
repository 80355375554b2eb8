import type { Tone } from './icon';

export interface Toast {
  id: number;
  text: string;
  tone: Tone;
}

const shownMs = 8000;
const most = 3;

/** Short messages that belong to no place on the screen. They leave by themselves or on a press. */
export class Toasts {
  list = $state.raw<Toast[]>([]);
  #next = 1;

  show(text: string, tone: Tone = 'info'): void {
    const id = this.#next++;
    this.list = [...this.list.filter((t) => t.text !== text), { id, text, tone }].slice(-most);
    setTimeout(() => this.close(id), shownMs);
  }

  close(id: number): void {
    this.list = this.list.filter((t) => t.id !== id);
  }
}

/** The window has one corner for them. */
export const toasts = new Toasts();
