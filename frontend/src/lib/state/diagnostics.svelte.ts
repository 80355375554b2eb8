import type { Backend } from '../backend';
import { Task } from './task.svelte';

/** What the program knows of itself, while somebody looks at it. */
export class DiagnosticsState {
  /** "" until it is there. */
  text = $state('');
  /** The file it was saved to, "" before. */
  saved = $state('');
  readonly looking = new Task();
  readonly saving = new Task();
  readonly #backend: Backend;

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  /** Reads it anew. */
  async look(): Promise<void> {
    this.text = this.saved = '';
    this.saving.clear();
    await this.looking.run(async () => {
      this.text = (await this.#backend.diagnostics()).text;
    });
  }

  /** Saves what is looked at, to the letter. */
  async save(): Promise<void> {
    this.saved = '';
    await this.saving.run(async () => {
      this.saved = await this.#backend.saveDiagnostics();
    });
  }

  /** Nobody looks any more. */
  close(): void {
    this.text = this.saved = '';
  }
}
