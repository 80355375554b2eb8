import CircleCheck from '@lucide/svelte/icons/circle-check';
import CircleDashed from '@lucide/svelte/icons/circle-dashed';
import CircleX from '@lucide/svelte/icons/circle-x';
import Hourglass from '@lucide/svelte/icons/hourglass';
import Users from '@lucide/svelte/icons/users';
import type { CellState, SubscriptionCell } from '../../lib/backend';
import { typeName } from '../../lib/format/words';
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
  /** By kind of change; a stranger's subscription may stand beside ours. */
  cells: Map<string, SubscriptionCell[]>;
}

/** Arranges the cells by type, in the order of the names people read. */
export function gridRows(cells: SubscriptionCell[]): GridRow[] {
  const rows = new Map<string, GridRow>();
  for (const cell of cells) {
    const row = rows.get(cell.dataType) ?? { dataType: cell.dataType, cells: new Map() };
    row.cells.set(cell.eventType, [...(row.cells.get(cell.eventType) ?? []), cell]);
    rows.set(cell.dataType, row);
  }
  return [...rows.values()].sort((a, b) => typeName(a.dataType).localeCompare(typeName(b.dataType)));
}

/** How many cells are in each state. */
export function tally(cells: SubscriptionCell[]): Record<CellState, number> {
  const sum: Record<CellState, number> = { ours: 0, missing: 0, foreign: 0, failed: 0, pending: 0 };
  for (const cell of cells) sum[cell.state]++;
  return sum;
}
