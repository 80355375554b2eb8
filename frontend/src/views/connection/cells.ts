import CircleCheck from '@lucide/svelte/icons/circle-check';
import CircleDashed from '@lucide/svelte/icons/circle-dashed';
import CircleX from '@lucide/svelte/icons/circle-x';
import Hourglass from '@lucide/svelte/icons/hourglass';
import Users from '@lucide/svelte/icons/users';
import type { CellState, RoundView, SubscriptionCell, TypeChoiceView } from '../../lib/backend';
import { typeName } from '../../lib/format/words';
import { text } from '../../lib/text';
import type { IconType, Tone } from '../../lib/ui/icon';

const cellLooks: Record<CellState, { icon: IconType; tone: Tone }> = {
  ours: { icon: CircleCheck, tone: 'ok' },
  missing: { icon: CircleDashed, tone: 'muted' },
  foreign: { icon: Users, tone: 'info' },
  failed: { icon: CircleX, tone: 'error' },
  pending: { icon: Hourglass, tone: 'warn' },
};

/** The look of a state; one that a newer program may bring gets that of a missing one. */
export function cellLook(state: string): { icon: IconType; tone: Tone } {
  return cellLooks[Object.hasOwn(cellLooks, state) ? (state as CellState) : 'missing'];
}

export const cellOrder: CellState[] = ['ours', 'pending', 'missing', 'failed', 'foreign'];

/** One line of the grid: a type and what stands under each kind of change. */
export interface GridRow {
  dataType: string;
  /** What is known of the choice; types nobody can choose have none. */
  choice: TypeChoiceView | undefined;
  /** By kind of change; a stranger's subscription may stand beside ours. */
  cells: Map<string, SubscriptionCell[]>;
}

/** Arranges the cells by type, in the order of the names people read; types that are not chosen come last. */
export function gridRows(cells: SubscriptionCell[], types: TypeChoiceView[]): GridRow[] {
  const rows = new Map<string, GridRow>(types.map((choice) => [choice.dataType, { dataType: choice.dataType, choice, cells: new Map() }]));
  for (const cell of cells) {
    const row = rows.get(cell.dataType) ?? { dataType: cell.dataType, choice: undefined, cells: new Map() };
    row.cells.set(cell.eventType, [...(row.cells.get(cell.eventType) ?? []), cell]);
    rows.set(cell.dataType, row);
  }
  const last = (row: GridRow): number => (row.choice?.wanted === false ? 1 : 0);
  return [...rows.values()].sort((a, b) => last(a) - last(b) || typeName(a.dataType).localeCompare(typeName(b.dataType)));
}

/** How many cells are in each state. */
export function tally(cells: SubscriptionCell[]): Record<CellState, number> {
  const sum: Record<CellState, number> = { ours: 0, missing: 0, foreign: 0, failed: 0, pending: 0 };
  for (const cell of cells) sum[cell.state]++;
  return sum;
}

/** What a round did, in words: "2 set up, 1 refused". */
export function roundOutcome(round: RoundView): string {
  const words = text.subscriptions.outcomes;
  const did = (['created', 'moved', 'renewed', 'deleted', 'failed'] as const).filter((what) => round[what] > 0).map((what) => words[what](round[what]));
  if (round.error !== '') did.push(words.broken);
  return did.length > 0 ? did.join(', ') : words.nothing;
}
