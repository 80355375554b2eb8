import { BackendError } from '../backend';

/** One thing a person asked for: whether it is under way, and how it failed last. */
export class Task {
  busy = $state(false);
  error = $state.raw<BackendError>();

  /** Runs `work` unless it is already running. Resolves to whether it went well. */
  async run(work: () => Promise<void>): Promise<boolean> {
    if (this.busy) return false;
    this.busy = true;
    this.error = undefined;
    try {
      await work();
      return true;
    } catch (thrown) {
      this.error = BackendError.from(thrown);
      return false;
    } finally {
      this.busy = false;
    }
  }

  clear(): void {
    this.error = undefined;
  }
}
