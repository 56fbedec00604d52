// Settings of a structure by name.
import { SpecError } from '../core/errors.js';

/** Settings of every deterministic structure. */
const COMMON = ['model', 'size', 'voxelSizeUm'];

/** @param defaults of the settings beside the common ones
 *  @throws SpecError for settings that there are not */
export function checkSettings(where: string, spec: object, defaults: object): void {
  refuseUnknown(where, spec, [...COMMON, ...Object.keys(defaults)]);
}

/** @throws SpecError unless `spec` has only settings of these names. */
export function refuseUnknown(where: string, spec: object, names: readonly string[]): void {
  const unknown = Object.keys(spec).filter((key) => !names.includes(key));
  if (unknown.length > 0) throw new SpecError(`${where}: unknown setting ${unknown.join(', ')}; there are ${names.join(', ')}`);
}
