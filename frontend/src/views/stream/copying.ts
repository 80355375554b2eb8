import { BackendError } from '../../lib/backend';
import type { DetailState } from '../../lib/state/detail.svelte';
import { curlOfEvent, curlOfFilter, eventJson } from '../../lib/state/feedCopy';
import type { FeedFilter } from '../../lib/state/feedFilter';
import { text } from '../../lib/text';
import type { CopyText } from '../../lib/ui/clipboard';
import { toasts } from '../../lib/ui/toasts.svelte';

/** Puts events and filters on the clipboard, and says so. */
export class Copying {
  readonly #copy: CopyText;
  readonly #detail: DetailState;
  readonly #apiUrl: () => string;

  constructor(copy: CopyText, detail: DetailState, apiUrl: () => string) {
    this.#copy = copy;
    this.#detail = detail;
    this.#apiUrl = apiUrl;
  }

  async event(seq: number, as: 'copy' | 'curl'): Promise<void> {
    if (as === 'curl') return this.#put(curlOfEvent(this.#apiUrl(), seq), text.stream.copiedCurl);
    try {
      await this.#put(eventJson(await this.#detail.event(seq)), text.stream.copiedJson(seq));
    } catch (thrown) {
      toasts.show(BackendError.from(thrown).message, 'error');
    }
  }

  filter(filter: FeedFilter): Promise<void> {
    const { line, whole } = curlOfFilter(this.#apiUrl(), filter);
    return this.#put(line, whole ? text.stream.copiedCurl : text.stream.copiedFilterPart);
  }

  async #put(what: string, said: string): Promise<void> {
    if (this.#apiUrl() === '' && what.startsWith('curl')) toasts.show(text.stream.noApi, 'error');
    else if (await this.#copy(what)) toasts.show(said, 'ok');
    else toasts.show(text.common.copyFailed, 'error');
  }
}
