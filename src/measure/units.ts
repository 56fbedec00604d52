// Units of the numbers in a JSON, by the names that the columns of tables have.
import { checkArguments, has } from '../core/arguments.js';
import type { Description } from '../descriptors/description.js';
import { DESCRIPTORS, QUANTITIES } from '../descriptors/descriptor-table.js';
import { quantityKey, unitText } from '../descriptors/quantity.js';
import { TRANSPORT_QUANTITIES } from '../transport/quantities.js';

/** Unit of each quantity that a description or measurement holds: "µm⁻¹", "voxels" where no size is known, "1" for
 *  plain numbers. Keys are names of columns without phase and unit: `specificSurfaceArea`, `interfaceArea1-2`. */
export function unitsOf(description: Description): Record<string, string> {
  checkArguments('unitsOf', { description: [description, has<Description>('phases')] });
  const known = description.voxelSizeUm !== null;
  const phases = Object.values(description.phases);
  const held = [...QUANTITIES, ...TRANSPORT_QUANTITIES]
    .filter((one) =>
      phases.some((phase) => one.axes(phase).some((axis) => one.value(phase, axis ?? 'z') !== undefined)))
    .map((one) => [quantityKey(one), unitText(one.unit, known) || '1']);
  const others = DESCRIPTORS.flatMap(({ row }) => row?.(description) ?? [])
    .map(({ name, unit }) => [name, unitText(unit, known) || '1']);
  return Object.fromEntries([['voxelSizeUm', 'µm'], ...held, ...others]);
}
