import { BackendError, type AddressChoice, type Backend, type ConnectionView, type Mode } from '../backend';
import { DeliveryList } from './deliveries.svelte';
import { Task } from './task.svelte';

/** Longer than a look from outside takes. */
const lookMs = 20_000;

/** Account, address, subscriptions and deliveries. Pushes say only "read again". */
export class ConnectionState {
  view = $state.raw<ConnectionView>();
  error = $state.raw<BackendError>();
  readonly account = new Task();
  readonly address = new Task();
  readonly checking = new Task();
  readonly mode = new Task();
  readonly types = new Task();
  readonly reconciling = new Task();
  /** Renewing or deleting subscriptions. */
  readonly changing = new Task();
  readonly list: DeliveryList;
  readonly #backend: Backend;
  /** What the view told when a look was asked for. */
  #before = $state<string>();
  #giveUp: ReturnType<typeof setTimeout> | undefined;
  #reading = false;
  #again = false;

  constructor(backend: Backend) {
    this.#backend = backend;
    this.list = new DeliveryList(backend);
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

  /** An empty token keeps the stored one. */
  saveAddress(choice: AddressChoice, ownUrl: string, token: string, domain: string): Promise<boolean> {
    return this.#act(this.address, () => this.#backend.saveAddress(choice, ownUrl.trim(), token.trim(), domain.trim()));
  }

  /** Rejects with a BackendError: by then no form may be there to show it. */
  async forgetToken(): Promise<void> {
    await this.#backend.forgetNgrokToken();
    await this.load();
  }

  /** Whether the address is being looked at from outside: the call only asks for it, the view tells the answer. */
  get looking(): boolean {
    return this.checking.busy || (this.#before !== undefined && this.#before === this.#seen());
  }

  async checkAddress(): Promise<boolean> {
    clearTimeout(this.#giveUp);
    this.#before = this.#seen();
    const asked = await this.#act(this.checking, () => this.#backend.checkAddress());
    if (!asked) this.#before = undefined;
    // The same refusal again changes nothing in the view.
    else this.#giveUp = setTimeout(() => (this.#before = undefined), lookMs);
    return asked;
  }

  saveMode(mode: Mode): Promise<boolean> {
    return this.#act(this.mode, () => this.#backend.saveMode(mode));
  }

  saveTypes(types: string[]): Promise<boolean> {
    return this.#act(this.types, () => this.#backend.saveTypes(types));
  }

  reconcile(): Promise<boolean> {
    return this.#act(this.reconciling, () => this.#backend.reconcile());
  }

  renew(subscriptionId: string): Promise<boolean> {
    return this.#act(this.changing, () => this.#backend.renew(subscriptionId));
  }

  deleteSubscription(id: string): Promise<boolean> {
    return this.#act(this.changing, () => this.#backend.deleteSubscription(id));
  }

  /** Resolves to how many subscriptions were deleted; undefined when it failed. */
  async deleteOurs(): Promise<number | undefined> {
    let deleted: number | undefined;
    await this.#act(this.changing, async () => {
      deleted = await this.#backend.deleteOurs();
    });
    return deleted;
  }

  refetch(deliveryId: number): Promise<boolean> {
    return this.#act(this.list.task, () => this.#backend.refetch(deliveryId));
  }

  #act(task: Task, work: () => Promise<void>): Promise<boolean> {
    return task.run(async () => {
      await work();
      await this.load();
    });
  }

  #seen(): string {
    const { reachAt, state, reason } = this.view?.address ?? {};
    return [reachAt, state, reason].join('|');
  }

  async #read(): Promise<void> {
    try {
      const view = await this.#backend.connection();
      this.view = view;
      this.error = undefined;
      await this.list.take({ rows: view.deliveries, more: view.moreDeliveries });
    } catch (thrown) {
      this.error = BackendError.from(thrown);
    }
  }
}
