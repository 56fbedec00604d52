// The columns of a study row: any number per phase of the descriptor table and M, named by quantity and phase label;
// and what the whole structure has, the discharges of its cell. Table, gradients, report and the check of a study file
// all derive from these.
import type { Phase } from '../core/volume.js';
import { QUANTITIES } from '../descriptors/descriptor-table.js';
import { phaseColumn, quantityKey, type Quantity, type QuantityLabels } from '../descriptors/quantity.js';
import { M_FACTOR } from '../transport/quantities.js';
import { cellColumns, readCellColumn, type StudyCell } from './cell-columns.js';

/** All that a study table can hold, in the order of the descriptor table, M last. */
export const STUDY_QUANTITIES: readonly QuantityLabels[] = [...QUANTITIES, M_FACTOR];

/** Names of the quantities that a study can describe its structures by; M is none of them, since structures for
 *  gradients are not solved for. */
export const DESCRIBED: readonly string[] = QUANTITIES.map(quantityKey);

/** Those of [A]. */
export const DEFAULT_DESCRIBED = [
  'volumeFraction', 'specificSurfaceArea', 'meanGeodesicTortuosity', 'stdGeodesicTortuosity', 'constrictivity',
] as const;

/** A quantity of one phase, e.g. "volumeFraction1", or of the whole structure, e.g. "cellCapacity0.5C". */
export type Column = string;

/** The descriptor quantity of a name from DESCRIBED. */
export function describedQuantity(name: string): Quantity {
  return QUANTITIES.find((quantity) => quantityKey(quantity) === name)!;
}

interface PhaseQuantity {
  readonly quantity: QuantityLabels;
  readonly phase: Phase;
}

function readColumn(text: string): PhaseQuantity | null {
  for (const quantity of STUDY_QUANTITIES) {
    const { name, suffix } = quantity;
    if (!text.startsWith(name) || !text.endsWith(suffix)) continue;
    const label = text.slice(name.length, text.length - suffix.length);
    if (/^\d{1,3}$/.test(label)) return { quantity, phase: Number(label) };
  }
  return null;
}

/** Whether a text names a column, of any phase or of the whole structure. */
export const isColumn = (text: string): boolean => readColumn(text) !== null || readCellColumn(text) !== null;

/** Whether a column may hold a value: null anywhere, words in columns without a number only. */
export function mayHold(column: Column, value: unknown): boolean {
  return value === null || typeof value === (readCellColumn(column)?.quantity.kind ?? 'number');
}

/** The quantity and phase of a column that `columnsOf` made. */
export const splitColumn = (column: Column): PhaseQuantity => readColumn(column)!;

/** Values of one structure by column; null where a quantity does not exist (no path, phase absent). Lengths in µm. */
export type Values = Readonly<Partial<Record<Column, number | string | null>>>;

/** Columns of the given phases in table order: phase by phase. */
export function columnsOf(phases: readonly Phase[], quantities: readonly string[]): Column[] {
  const chosen = quantities.map((name) => STUDY_QUANTITIES.find((quantity) => quantityKey(quantity) === name)!);
  return phases.flatMap((phase) => chosen.map((quantity) => phaseColumn(quantity, phase)));
}

/** What a study needs to say for its columns. */
interface Described {
  readonly phases: readonly Phase[];
  readonly descriptors?: readonly string[];
  readonly cell?: StudyCell;
}

/** Names of the quantities of a study. */
export const describedBy = ({ descriptors = DEFAULT_DESCRIBED }: Described): readonly string[] => descriptors;

/** Columns of a structure that is described only, and of one that enters the table, with M and its cell. */
export function studyColumns(spec: Described, conduct: boolean): Column[] {
  const phase = columnsOf(spec.phases, [...describedBy(spec), ...(conduct ? [quantityKey(M_FACTOR)] : [])]);
  return conduct && spec.cell !== undefined ? [...phase, ...cellColumns(spec.cell)] : phase;
}
