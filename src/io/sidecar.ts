// FILE.json beside formats that have no room for voxel size and provenance (npy), or not even for a shape (raw).
import { FileError } from '../core/errors.js';
import type { Shape } from '../core/grid.js';
import { dataTypeOf, objectFrom, provenanceFrom, shapeFrom, voxelSizeFromJson, type VoxelArray } from './voxels.js';

/** Content of FILE.json. */
export function encodeSidecar(array: VoxelArray): string {
  const { data, shape, voxelSizeUm, provenance } = array;
  const order = 'C (z, y, x), little-endian';
  return `${JSON.stringify({ shape, dtype: dataTypeOf(data), order, voxelSizeUm, provenance: provenance ?? null }, null, 2)}\n`;
}

/** @throws FileError when FILE.json is no JSON object. */
export function parseSidecar(name: string, text: string): Record<string, unknown> {
  const value = objectFrom(text);
  if (value === null) throw new FileError(`${name}.json: not a JSON object; expected {"shape": [z, y, x], "dtype": "uint8", …}`);
  return value;
}

/** Voxel size and provenance of FILE.json, if there is one.
 *  @throws FileError when it describes an array of another shape than the file holds. */
export function sidecarMeta(name: string, text: string | null, shape: Shape): Pick<VoxelArray, 'voxelSizeUm' | 'provenance'> {
  if (text === null) return { voxelSizeUm: null };
  const value = parseSidecar(name, text);
  const { shape: described } = value;
  if (Array.isArray(described) && shapeFrom(`${name}.json`, described).join() !== shape.join()) {
    throw new FileError(
      `${name}.json: describes ${described.join('×')} voxels, the file holds ${shape.join('×')}; delete it if it belongs to another file`,
    );
  }
  return { voxelSizeUm: voxelSizeFromJson(`${name}.json`, value.voxelSizeUm), ...provenanceFrom(value.provenance) };
}
