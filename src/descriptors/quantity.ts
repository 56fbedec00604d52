// A quantity: one number per phase that a descriptor gives, with what tables and charts need to show it.
import type { Axis } from '../core/grid.js';
import type { Phase } from '../core/volume.js';
import type { ByAxis, Description, PhaseDescription, RowEntry, RowValue } from './description.js';

/** What tables and charts say of a quantity. */
export interface QuantityLabels {
  /** Of its columns, before the label of the phase: `volumeFraction`, which makes `volumeFraction1`. */
  readonly name: string;
  /** Of its columns, behind the label: `In18` makes `componentCount1In18`. */
  readonly suffix: string;
  /** In words, without symbol and unit. */
  readonly title: string;
  /** null: the field has none. */
  readonly symbol: string | null;
  readonly unit: RowEntry['unit'];
}

/** A number per phase that a descriptor gives, as tables, studies and charts show it. */
export interface Quantity extends QuantityLabels {
  /** Of a phase that does not occur; null: it has none. */
  readonly absent: 0 | null;
  /** Why a phase that occurs can have no value along an axis. */
  missing(axis: Axis): string;
  /** Axes along which a description holds it for a phase; `[null]`: it has no axis. */
  axes(phase: PhaseDescription): readonly (Axis | null)[];
  /** undefined: the description does not hold it; null: the phase has none. */
  value(phase: PhaseDescription, axis: Axis): RowValue | undefined;
}

type More = Partial<Pick<Quantity, 'suffix' | 'symbol' | 'absent' | 'missing'>>;

const MORE: Required<More> = { suffix: '', symbol: null, absent: null, missing: () => 'it has no value' };

/** A quantity without an axis. */
export function perPhase(
  name: string, title: string, unit: RowEntry['unit'], value: (phase: PhaseDescription) => RowValue | undefined,
  more: More = {},
): Quantity {
  return { ...MORE, name, title, unit, axes: () => [null], value, ...more };
}

/** A quantity along each axis.
 *  @param found what the description of a phase holds of it */
export function perAxis<T>(
  name: string, title: string, unit: RowEntry['unit'], found: (phase: PhaseDescription) => ByAxis<T> | undefined,
  value: (found: T) => RowValue | undefined, more: More = {},
): Quantity {
  return {
    ...MORE, name, title, unit,
    axes: (phase) => Object.keys(found(phase) ?? {}) as Axis[],
    value: (phase, axis) => {
      const one = found(phase)?.[axis];
      return one === undefined ? undefined : value(one as T);
    },
    ...more,
  };
}

/** Columns along z have the plain name, those along x and y say so. */
export function along(axis: string): string {
  return axis === 'z' ? '' : `Along${axis.toUpperCase()}`;
}

/** Entries of the flat row, phase by phase. */
export function quantityRow(quantity: Quantity, { phases }: Description): RowEntry[] {
  const { name, suffix, unit } = quantity;
  return Object.entries(phases).flatMap(([label, phase]) => quantity.axes(phase).map((axis) => ({
    name: name + label + suffix + along(axis ?? 'z'), unit, value: quantity.value(phase, axis ?? 'z'),
  })));
}

/** A quantity's name among all, without a phase. */
export const quantityKey = ({ name, suffix }: Pick<QuantityLabels, 'name' | 'suffix'>): string => name + suffix;

/** Column of a table that holds one axis: quantity, label of the phase. */
export const phaseColumn = ({ name, suffix }: Pick<QuantityLabels, 'name' | 'suffix'>, phase: Phase | string): string =>
  name + phase + suffix;

/** Powers of a length in the units of quantities. */
const POWERS: Readonly<Record<RowEntry['unit'], number>> = {
  none: 0, length: 1, perLength: -1, perArea: -2, perVolume: -3,
};

/** Unit on axes and in tables, such as µm⁻¹; empty without one. */
export function unitText(unit: RowEntry['unit'], sizeKnown = true): string {
  const power = POWERS[unit];
  const base = sizeKnown ? 'µm' : power === 1 ? 'voxels' : 'voxel';
  return power === 0 ? '' : power === 1 ? base : `${base}⁻${'¹²³'[-power - 1]}`;
}

/** Factor from a value with lengths in µm to one in voxels of the given edge. */
export function perVoxel(unit: RowEntry['unit'], voxelSizeUm: number): number {
  // Products rather than powers: Math.pow may round otherwise.
  const power = POWERS[unit];
  let factor = 1;
  for (let k = 0; k < Math.abs(power); k++) factor *= voxelSizeUm;
  return power > 0 ? 1 / factor : factor;
}

const withUnit = (text: string, unit: RowEntry['unit']): string =>
  text + (unit === 'none' ? '' : ` / ${unitText(unit)}`);

/** Symbol, or words where there is none, with the unit: for small axes. */
export const axisLabel = ({ symbol, title, unit }: QuantityLabels): string => withUnit(symbol ?? title, unit);

/** Words, symbol and unit: for axes with room. */
export const axisTitle = (quantity: QuantityLabels): string => withUnit(fullTitle(quantity), quantity.unit);

/** Words and symbol: for headings. */
export const fullTitle = ({ symbol, title }: Pick<QuantityLabels, 'symbol' | 'title'>): string =>
  (symbol === null ? title : `${title} ${symbol}`);
