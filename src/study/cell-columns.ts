// What a study says of the cell of every structure: settings of the section `cell`, and one column per quantity and
// rate, of the whole structure.
import type { FromImageOptions } from '../cell/file/from-image.js';

/** How structures of a study are discharged as cells. */
export interface StudyCell extends FromImageOptions {
  /** Name from CHEMISTRIES. */
  readonly chemistry: string;
  /** C-rates of the structure's own capacity. */
  readonly rates: readonly number[];
}

/** Of the whole structure, at a rate. */
export interface CellQuantity {
  readonly name: string;
  readonly title: string;
  readonly unit: string;
  /** What stands in the column. */
  readonly kind: 'number' | 'string';
}

/** The quantities of a discharge: per mass of active material, per area of cell, and the limit that ended it. */
export const CELL_QUANTITIES = [
  { name: 'cellCapacity', title: 'capacity per active material', unit: 'mAh/g', kind: 'number' },
  { name: 'cellArealCapacity', title: 'capacity per area', unit: 'mAh/cm²', kind: 'number' },
  { name: 'cellEnergy', title: 'energy per area', unit: 'mWh/cm²', kind: 'number' },
  { name: 'cellEndedBy', title: 'what ended the discharge', unit: '', kind: 'string' },
] as const satisfies readonly CellQuantity[];

export type CellQuantityName = (typeof CELL_QUANTITIES)[number]['name'];

/** `cellCapacity0.5C` */
export const cellColumn = (name: CellQuantityName, rate: number): string => `${name}${rate}C`;

/** Quantity and rate of a column that `cellColumn` made; null for any other text. */
export function readCellColumn(text: string): { readonly quantity: CellQuantity; readonly rate: number } | null {
  for (const quantity of CELL_QUANTITIES) {
    const rate = Number(text.slice(quantity.name.length, -1));
    if (rate > 0 && text === cellColumn(quantity.name, rate)) return { quantity, rate };
  }
  return null;
}

/** Columns of a study with a cell, rate by rate. */
export const cellColumns = ({ rates }: StudyCell): string[] =>
  rates.flatMap((rate) => CELL_QUANTITIES.map(({ name }) => cellColumn(name, rate)));
