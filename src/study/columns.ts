// The quantities of a study row. Column names are flat: quantity plus phase label. Table, gradients and the check of a
// study file all derive from this list.
import type { Phase } from '../core/volume.js';

/** Quantities per phase, in the order of the table. M is solved for only where a row enters the table. */
export const QUANTITIES = [
  'volumeFraction', 'specificSurfaceArea', 'meanGeodesicTortuosity', 'stdGeodesicTortuosity', 'constrictivity', 'mFactor',
] as const;
export type Quantity = (typeof QUANTITIES)[number];

/** A quantity of one phase, e.g. "volumeFraction1". */
export type Column = `${Quantity}${Phase}`;

/** Quantities whose gradients the study may follow; M is left out because round 1 does not solve for it. */
export const DESCRIPTORS = [
  'volumeFraction', 'specificSurfaceArea', 'meanGeodesicTortuosity', 'stdGeodesicTortuosity', 'constrictivity',
] as const satisfies readonly Quantity[];

export function columnOf(quantity: Quantity, phase: Phase): Column {
  return `${quantity}${phase}`;
}

/** Whether a text names a column of any phase. */
export function isColumn(text: string): text is Column {
  return QUANTITIES.some((quantity) => text.startsWith(quantity) && /^\d{1,3}$/.test(text.slice(quantity.length)));
}

/** The quantity and phase of a column. */
export function splitColumn(column: Column): { quantity: Quantity; phase: Phase } {
  const quantity = QUANTITIES.find((name) => column.startsWith(name)) as Quantity;
  return { quantity, phase: Number(column.slice(quantity.length)) };
}

/** Values of one structure by column; null where a quantity does not exist (no path, phase absent). S in µm⁻¹. */
export type Values = Readonly<Partial<Record<Column, number | null>>>;

/** Columns of the given phases in table order: phase by phase. */
export function columnsOf(phases: readonly Phase[], quantities: readonly Quantity[] = QUANTITIES): Column[] {
  return phases.flatMap((phase) => quantities.map((quantity) => columnOf(quantity, phase)));
}
