import { tick } from 'svelte';
import type { Theme, TroubleView } from '../backend';
import type { Program } from '../state/program.svelte';
import type { Route } from '../state/router.svelte';
import type { Task } from '../state/task.svelte';
import { text } from '../text';
import { toasts, type ToastAction } from '../ui/toasts.svelte';

/** What can be asked for from anywhere in the window. Each tells in a toast how it went, since no screen may be there to show it. */
export class Actions {
  readonly #p: Program;

  constructor(program: Program) {
    this.#p = program;
  }

  /** Goes to a screen, and the focus with it: whoever came by a key reads on there. */
  async go(route: Route): Promise<void> {
    this.#p.router.go(route);
    await tick();
    // A section of the settings takes the focus itself.
    if (!route.section) document.getElementById('main')?.focus({ preventScroll: true });
  }

  /** Puts the focus into the search box of the screen that is shown. False when it has none. */
  find(): boolean {
    const boxes = [...document.querySelectorAll<HTMLInputElement>('main input[type=search], main [role=searchbox]')];
    const box = boxes.find((one) => one.checkVisibility({ visibilityProperty: true }) && !one.closest('[inert]'));
    box?.focus();
    box?.select();
    return box !== undefined;
  }

  async searchSettings(): Promise<void> {
    await this.go({ screen: 'settings' });
    this.find();
  }

  sync(): Promise<boolean> {
    return this.#tell(this.#p.sync.syncNow(), this.#p.sync.syncing, text.palette.done.sync, this.#show('sync'));
  }

  pause(minutes: number): Promise<boolean> {
    return this.#tell(this.#p.sync.pause(minutes), this.#p.sync.pausing, text.palette.done.paused, { label: text.sync.resume, run: () => void this.resume() });
  }

  resume(): Promise<boolean> {
    return this.#tell(this.#p.sync.resume(), this.#p.sync.pausing, text.palette.done.resumed);
  }

  reconcile(): Promise<boolean> {
    return this.#tell(this.#p.connection.reconcile(), this.#p.connection.reconciling, text.palette.done.reconcile, this.#show('connection'));
  }

  check(): Promise<boolean> {
    return this.#tell(this.#p.connection.checkAddress(), this.#p.connection.checking, text.palette.done.check, this.#show('connection'));
  }

  async copyUrl(): Promise<void> {
    const copied = await this.#p.backend.copy(this.#p.connection.view?.address.url ?? '');
    if (copied) toasts.show(text.palette.done.copied, 'ok');
    else toasts.show(text.common.copyFailed, 'error');
  }

  backUp(): Promise<boolean> {
    return this.#tell(this.#p.data.backUp(), this.#p.data.backingUp, text.palette.done.backup);
  }

  openFolder(): Promise<boolean> {
    return this.#tell(this.#p.data.openFolder(), this.#p.data.folder);
  }

  openDocs(): Promise<boolean> {
    return this.#tell(this.#p.data.openDocs(), this.#p.data.docs);
  }

  choose(theme: Theme): Promise<boolean> {
    return this.#tell(this.#p.theme.choose(theme), this.#p.theme.task);
  }

  async startDemo(): Promise<void> {
    if (await this.#tell(this.#p.setup.startDemo(), this.#p.setup.task)) await this.go({ screen: 'today' });
  }

  async leaveDemo(): Promise<void> {
    if (await this.#tell(this.#p.setup.leaveDemo(), this.#p.setup.task)) await this.go({ screen: 'today' });
  }

  /** Leads to the wizard's page for the two codes. */
  async openSetup(): Promise<void> {
    if (await this.#tell(this.#p.setup.goTo('client'), this.#p.setup.task)) this.#p.router.go({ screen: 'setup' });
  }

  /** Begins a sign-in where its progress is shown. */
  async signIn(): Promise<void> {
    this.#p.router.go({ screen: 'connection' });
    await this.#p.connection.signIn();
    await this.#p.setup.load();
  }

  /** Tries again what failed at the start. */
  async retry(): Promise<void> {
    const { setup, status, connection, backend } = this.#p;
    await this.#tell(setup.task.run(() => backend.retry()), setup.task);
    await Promise.all([status.load(), setup.load(), connection.load()]);
  }

  /** Does what the button of a trouble says. */
  remedy(trouble: TroubleView): void {
    if (trouble.remedyAction === 'open_setup') void this.openSetup();
    if (trouble.remedyAction === 'open_connection') this.#p.router.go({ screen: 'connection' });
    if (trouble.remedyAction === 'open_export') this.#p.router.go({ screen: 'export' });
    if (trouble.remedyAction === 'sign_in') void this.signIn();
    if (trouble.remedyAction === 'retry') void this.retry();
  }

  /** A way to where more is told, unless it is shown already. */
  #show(screen: 'sync' | 'connection'): ToastAction | undefined {
    if (this.#p.router.route.screen === screen) return undefined;
    return { label: text.palette.done.show, run: () => void this.go({ screen }) };
  }

  async #tell(work: Promise<boolean>, task: Task, said = '', action?: ToastAction): Promise<boolean> {
    const done = await work;
    if (!done && task.error) toasts.show(task.error.message, 'error');
    if (done && said) toasts.show(said, 'ok', action);
    return done;
  }
}
