import type { Backend, UpdateView } from '../backend';
import { Task } from './task.svelte';

/** Whether there is a newer version, where somebody wants to know. */
export class UpdatesState {
  view = $state.raw<UpdateView>();
  readonly task = new Task();
  readonly #backend: Backend;

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  /** The version to tell of, "" when there is none or its notice was put away. */
  get news(): string {
    return this.view && !this.view.told ? this.view.latest : '';
  }

  start(): () => void {
    const off = this.#backend.on('update:changed', () => void this.load());
    void this.load();
    return off;
  }

  /** Nobody waits for this: what cannot be read is not told. */
  async load(): Promise<void> {
    try {
      this.view = await this.#backend.updates();
    } catch {
      this.view = undefined;
    }
  }

  async choose(on: boolean): Promise<void> {
    await this.task.run(() => this.#backend.lookForUpdates(on));
    await this.load();
  }

  async putAway(): Promise<void> {
    await this.task.run(() => this.#backend.putUpdateAway());
    await this.load();
  }

  async open(): Promise<void> {
    await this.task.run(() => this.#backend.openUpdatePage());
  }
}
