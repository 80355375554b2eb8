import Brain from '@lucide/svelte/icons/brain';
import CircleDot from '@lucide/svelte/icons/circle-dot';
import Flame from '@lucide/svelte/icons/flame';
import Gauge from '@lucide/svelte/icons/gauge';
import HeartPulse from '@lucide/svelte/icons/heart-pulse';
import Moon from '@lucide/svelte/icons/moon';
import Shapes from '@lucide/svelte/icons/shapes';
import Tag from '@lucide/svelte/icons/tag';
import type { Family } from '../format/family';
import type { IconType } from '../ui/icon';

/** The icon of each family of data. The colour beside it repeats it and never stands alone. */
export const familyIcons: Record<Family, IconType> = {
  sleep: Moon,
  readiness: Gauge,
  activity: Flame,
  heart: HeartPulse,
  mind: Brain,
  notes: Tag,
  ring: CircleDot,
  other: Shapes,
};
