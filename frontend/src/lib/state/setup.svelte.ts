import { BackendError, type Backend, type SetupStep, type SetupView } from '../backend';
import { later, type Later } from './later.svelte';
import { Task } from './task.svelte';

/** The wizard's state. Go keeps it, so that a crash or a restart resumes at the same step. */
export class SetupState {
  view = $state.raw<SetupView>();
  error = $state.raw<BackendError>();
  readonly task = new Task();
  readonly #backend: Backend;
  readonly #later: Later;
  /** The person gave up the last sign-in: its end is no failure to tell of. */
  #cancelled = false;
  /** The person takes the wizard's steps in this window. */
  #walking = $state(false);

  constructor(backend: Backend, waiting: Later = later) {
    this.#backend = backend;
    this.#later = waiting;
  }

  start(): () => void {
    const off = this.#backend.on('setup:changed', (view) => this.#take(view));
    void this.load();
    return off;
  }

  async load(): Promise<void> {
    try {
      this.#take(await this.#backend.setup());
    } catch (thrown) {
      this.error = BackendError.from(thrown);
    }
  }

  /**
   * Whether the wizard has nothing more to ask: set up, looking around with sample data, or an account came
   * from elsewhere. Who signs in by the wizard's own steps still sees its last page.
   */
  get finished(): boolean {
    if (!this.view) return false;
    const { step, demo, signIn } = this.view;
    return step === 'done' || demo || (signIn.userId !== '' && !this.#walking && step !== 'data');
  }

  goTo(step: SetupStep): Promise<boolean> {
    this.#walking = true;
    return this.#act(() => this.#backend.setStep(step));
  }

  startDemo(): Promise<boolean> {
    return this.#act(() => this.#leaving(() => this.#backend.startDemo()));
  }

  leaveDemo(): Promise<boolean> {
    return this.#act(() => this.#leaving(() => this.#backend.leaveDemo()));
  }

  /** Stores the two codes and goes on to the sign-in. An empty secret keeps the stored one. */
  saveClient(id: string, secret: string): Promise<boolean> {
    this.#walking = true;
    return this.#act(async () => {
      if (!this.view?.fromEnvironment) await this.#backend.saveClient(id.trim(), secret.trim());
      await this.#backend.setStep('sign_in');
    });
  }

  saveRedirect(uri: string): Promise<boolean> {
    return this.#act(() => this.#backend.saveRedirect(uri));
  }

  signIn(): Promise<boolean> {
    return this.#act(async () => {
      this.#cancelled = false;
      await this.#backend.beginSignIn();
    });
  }

  cancelSignIn(): Promise<boolean> {
    return this.#act(async () => {
      this.#cancelled = true;
      await this.#backend.cancelSignIn();
    });
  }

  openPortal(): Promise<boolean> {
    return this.task.run(() => this.#backend.openPortal());
  }

  finish(): Promise<boolean> {
    return this.#act(() => this.#backend.finishSetup());
  }

  /** What waits to be done in this store is done in it, before another one comes. */
  async #leaving(work: () => Promise<void>): Promise<void> {
    await this.#later.flush();
    await work();
  }

  /** Acts, then reads the outcome: a push may come late, and never while the page loads. */
  #act(work: () => Promise<void>): Promise<boolean> {
    return this.task.run(async () => {
      await work();
      this.#take(await this.#backend.setup());
    });
  }

  #take(view: SetupView): void {
    if (view.signIn.pending && !this.task.busy) this.#cancelled = false;
    if (view.signIn.pending) this.#walking = true;
    this.view = this.#cancelled ? { ...view, signIn: { ...view.signIn, error: '', errorCode: '' } } : view;
    this.error = undefined;
  }
}
