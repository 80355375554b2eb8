import CircleCheck from '@lucide/svelte/icons/circle-check';
import CircleDashed from '@lucide/svelte/icons/circle-dashed';
import CircleX from '@lucide/svelte/icons/circle-x';
import LoaderCircle from '@lucide/svelte/icons/loader-circle';
import type { AddressState } from '../../lib/backend';
import { text } from '../../lib/text';
import type { IconType, Tone } from '../../lib/ui/icon';

export const addressLooks: Record<AddressState, { icon: IconType; tone: Tone }> = {
  off: { icon: CircleDashed, tone: 'muted' },
  starting: { icon: LoaderCircle, tone: 'info' },
  online: { icon: CircleCheck, tone: 'ok' },
  refused: { icon: CircleX, tone: 'error' },
};

/** What is wrong with a public address typed in; "" when nothing is. The program checks it again. */
export function addressProblem(typed: string): string {
  const url = typed.trim();
  if (url === '') return '';
  return /^https:\/\/[^\s/?#@]+\.[^\s/?#@]+/i.test(url) ? '' : text.connection.ownUrlBad;
}
