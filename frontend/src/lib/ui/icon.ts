import type { LucideProps } from '@lucide/svelte';
import type { Component } from 'svelte';

/** An icon component of the set in use. */
export type IconType = Component<LucideProps>;

/** How loud a thing is. Each tone has a colour; the word and the icon beside it say the same. */
export type Tone = 'ok' | 'info' | 'warn' | 'error' | 'muted';
