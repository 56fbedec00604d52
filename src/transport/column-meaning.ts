// What the columns of tables are: title, unit and source of the quantity that a name holds.
import { AXES, type Axis } from '../core/grid.js';
import type { ColumnMeaning } from '../core/table.js';
import type { Phase } from '../core/volume.js';
import { columnName, type RowEntry } from '../descriptors/description.js';
import { descriptorOf, QUANTITIES } from '../descriptors/descriptor-table.js';
import { along, fullTitle, unitText, type QuantityLabels } from '../descriptors/quantity.js';
import { TRANSPORT_QUANTITIES } from './quantities.js';

const TRANSPORT_SOURCE = 'finite volumes of the voxels, potentials 1 and 0 at two faces (docs/solver.md)';

/** What a number of one phase is. */
export function quantityMeaning(
  quantity: QuantityLabels, phase: Phase | string, axis: Axis = 'z', sizeKnown = true,
): ColumnMeaning {
  const solved = TRANSPORT_QUANTITIES.some(({ name }) => name === quantity.name);
  const where = axis === 'z' ? '' : ` along ${axis}`;
  return {
    title: `${fullTitle(quantity)} of phase ${phase}${where}`,
    unit: unitText(quantity.unit, sizeKnown) || '1',
    source: solved ? TRANSPORT_SOURCE : descriptorOf(quantity).source,
  };
}

const UNITS: readonly RowEntry['unit'][] = ['perVolume', 'perArea', 'perLength', 'length'];

/** What a column of the tables of `describe` and `measure` is, by its name; null: no quantity. */
export function measuredMeaning(column: string): ColumnMeaning | null {
  for (const sizeKnown of [true, false]) {
    for (const axis of AXES) {
      for (const quantity of [...TRANSPORT_QUANTITIES, ...QUANTITIES]) {
        const { name, suffix, unit } = quantity;
        const end = columnName({ name: suffix + along(axis), unit }, sizeKnown);
        if (!column.startsWith(name) || !column.endsWith(end)) continue;
        const label = column.slice(name.length, column.length - end.length);
        if (/^\d{1,3}$/.test(label)) return quantityMeaning(quantity, label, axis, sizeKnown);
      }
    }
  }
  // Of no single phase: areas of interfaces, lengths of lines, sizes of voxels.
  for (const sizeKnown of [true, false]) {
    const unit = UNITS.find((one) => column.endsWith(columnName({ name: '', unit: one }, sizeKnown)));
    if (unit !== undefined) return { title: null, unit: unitText(unit, sizeKnown), source: null };
  }
  return null;
}
