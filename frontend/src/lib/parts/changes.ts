import Minus from '@lucide/svelte/icons/minus';
import Pencil from '@lucide/svelte/icons/pencil';
import Plus from '@lucide/svelte/icons/plus';
import Shapes from '@lucide/svelte/icons/shapes';
import type { IconType, Tone } from '../ui/icon';

const looks: Record<string, { icon: IconType; tone: Tone }> = {
  create: { icon: Plus, tone: 'ok' },
  update: { icon: Pencil, tone: 'info' },
  delete: { icon: Minus, tone: 'error' },
};

/** Sign and tone of a kind of change; kinds we do not know get neutral ones. */
export function changeLook(operation: string): { icon: IconType; tone: Tone } {
  return (Object.hasOwn(looks, operation) ? looks[operation] : undefined) ?? { icon: Shapes, tone: 'muted' };
}
