import { BackendError, type Backend, type NightView, type SleepView } from '../backend';
import { Soon } from './soon';

/** How many nights are remembered, so that stepping back shows them at once. */
const nightsMost = 14;
/** A night that does not come at once is said to be read. */
const patienceMs = 150;

/**
 * One night, read again while somebody looks and something has come. What is on
 * the screen stays until the next one is there; a newer night is told of and not jumped to.
 */
export class NightState {
  /** The night last read. */
  view = $state.raw<NightView>();
  error = $state.raw<BackendError>();
  /** The night asked for takes its time. */
  slow = $state(false);
  /** A newer night than the one shown has come in since, which was the newest. */
  newer = $state(false);
  /** Which string the stages are drawn from; a person's choice outlives the screen. */
  stages = $state<'five' | 'thirty'>('five');
  /** The day of the night laid beside, "" for none; it stays while the other one changes. */
  besideDay = $state('');
  beside = $state.raw<SleepView>();
  besideError = $state.raw<BackendError>();
  readonly #backend: Backend;
  readonly #nights = new Map<string, NightView>();
  readonly #soon = new Soon(() => this.#refresh());
  /** What the address names, "" for the newest. */
  #named = '';
  /** What is asked for, which is the night that is stayed at when a newer one comes, and what `view` is the answer to. */
  #asked = '';
  #shown: string | undefined;
  #watchers = 0;
  #reading: Promise<void> | undefined;
  #again = false;
  /** Grows with every other store; an answer of the one before is dropped. */
  #round = 0;

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  start(): () => void {
    const heard = (): void => {
      this.#nights.clear();
      if (this.#watchers > 0) this.#soon.ask();
    };
    const offs = [this.#backend.on('event:new', heard), this.#backend.on('sync:changed', heard)];
    return () => {
      for (const off of offs) off();
      this.#soon.stop();
    };
  }

  /** Keeps the night up to date until the returned function is called. */
  watch(): () => void {
    this.#watchers++;
    return () => {
      this.#watchers--;
    };
  }

  /** Shows a night, "" for the newest. One seen lately stands there at once and is read again. */
  show(day: string): Promise<void> {
    this.#named = this.#asked = day;
    this.newer = false;
    const known = this.#nights.get(day);
    if (known && this.#shown !== day) this.#take(day, known);
    const late = this.#shown === day ? undefined : setTimeout(() => (this.slow = this.#shown !== this.#asked), patienceMs);
    return this.load().finally(() => clearTimeout(late));
  }

  /** Reads the night. A call during a read makes one more read follow, however many calls there were. */
  load(): Promise<void> {
    if (this.#reading) this.#again = true;
    this.#reading ??= this.#readAll(this.#round);
    return this.#reading;
  }

  /** Everything belongs to another store now. */
  async reload(): Promise<void> {
    this.#round++;
    // What is under way there is not waited for.
    this.#reading = undefined;
    this.#again = this.slow = this.newer = false;
    this.#nights.clear();
    this.#asked = this.#named;
    this.view = this.#shown = this.error = undefined;
    this.putAway();
    if (this.#watchers > 0) await this.load();
  }

  /** Lays the main sleep of another day beside. */
  async layBeside(day: string): Promise<void> {
    const round = this.#round;
    const wanted = (): boolean => round === this.#round && this.besideDay === day;
    this.besideDay = day;
    this.beside = this.besideError = undefined;
    try {
      const view = this.#nights.get(day) ?? (await this.#backend.night(day));
      if (wanted()) this.beside = view.periods.find((period) => period.main);
    } catch (thrown) {
      if (wanted()) this.besideError = BackendError.from(thrown);
    }
  }

  putAway(): void {
    this.besideDay = '';
    this.beside = this.besideError = undefined;
  }

  /** Something has come: the night that is shown is read again, whatever the newest one is now. */
  async #refresh(): Promise<void> {
    const round = this.#round;
    const day = this.view?.day ?? '';
    // Without a night there is nothing to stay at: the first one is shown when it comes.
    if (this.#asked === '' && day !== '' && this.view?.periods.length) this.#asked = this.#shown = day;
    const last = this.view?.lastDay;
    await this.load();
    if (round === this.#round && this.view && this.view.day === day && day === last && this.view.lastDay > last) this.newer = true;
  }

  async #readAll(round: number): Promise<void> {
    do {
      this.#again = false;
      await this.#read(this.#asked, round);
      if (round !== this.#round) return;
    } while (this.#again);
    // Here and not when the promise is heard of: whoever asks in between would not be read for.
    this.#reading = undefined;
  }

  async #read(day: string, round: number): Promise<void> {
    try {
      const view = await this.#backend.night(day);
      if (round !== this.#round) return;
      this.#remember(day, view);
      if (day === this.#asked) this.#take(day, view);
    } catch (thrown) {
      if (round !== this.#round || day !== this.#asked) return;
      this.error = BackendError.from(thrown);
      this.slow = false;
      // Another night's figures must not stand under a failure of this one.
      if (this.#shown !== day) this.view = this.#shown = undefined;
    }
  }

  #take(day: string, view: NightView): void {
    // What has not changed is not drawn again.
    if (!this.view || JSON.stringify(view) !== JSON.stringify(this.view)) this.view = view;
    this.#shown = day;
    this.error = undefined;
    this.slow = false;
  }

  #remember(day: string, view: NightView): void {
    this.#nights.delete(day);
    this.#nights.set(day, view);
    const [oldest] = this.#nights.keys();
    if (this.#nights.size > nightsMost && oldest !== undefined) this.#nights.delete(oldest);
  }
}
