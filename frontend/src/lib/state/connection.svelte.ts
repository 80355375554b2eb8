import { BackendError, type Backend, type ConnectionView } from '../backend';
import { Task } from './task.svelte';

/** Account, address, subscriptions and deliveries. Pushes say only "read again". */
export class ConnectionState {
  view = $state.raw<ConnectionView>();
  error = $state.raw<BackendError>();
  readonly account = new Task();
  readonly address = new Task();
  readonly reconciling = new Task();
  readonly refetching = new Task();
  readonly #backend: Backend;
  #reading = false;
  #again = false;

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  start(): () => void {
    const off = this.#backend.on('connection:changed', () => void this.load());
    void this.load();
    return off;
  }

  /** Reads the view. A call during a read makes one more read follow, however many calls there were. */
  async load(): Promise<void> {
    if (this.#reading) {
      this.#again = true;
      return;
    }
    this.#reading = true;
    try {
      do {
        this.#again = false;
        await this.#read();
      } while (this.#again);
    } finally {
      this.#reading = false;
    }
  }

  signIn(): Promise<boolean> {
    return this.#act(this.account, async () => {
      await this.#backend.beginSignIn();
    });
  }

  signOut(): Promise<boolean> {
    return this.#act(this.account, () => this.#backend.signOut());
  }

  savePublicUrl(url: string): Promise<boolean> {
    return this.#act(this.address, () => this.#backend.savePublicUrl(url.trim()));
  }

  reconcile(): Promise<boolean> {
    return this.#act(this.reconciling, () => this.#backend.reconcile());
  }

  refetch(deliveryId: number): Promise<boolean> {
    return this.#act(this.refetching, () => this.#backend.refetch(deliveryId));
  }

  #act(task: Task, work: () => Promise<void>): Promise<boolean> {
    return task.run(async () => {
      await work();
      await this.load();
    });
  }

  async #read(): Promise<void> {
    try {
      this.view = await this.#backend.connection();
      this.error = undefined;
    } catch (thrown) {
      this.error = BackendError.from(thrown);
    }
  }
}
