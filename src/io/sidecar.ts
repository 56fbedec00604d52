// FILE.json beside formats that have no room for voxel size and provenance (npy), or not even for a shape (raw). It
// holds the checksum of the numbers that it belongs to, so that two files of two runs are never taken for one image.
import { FileError } from '../core/errors.js';
import type { Shape } from '../core/grid.js';
import { crc32 } from './crc32.js';
import {
  bytesOf, dataTypeOf, objectFrom, provenanceFrom, shapeFrom, voxelSizeFromJson, type VoxelArray, type VoxelData,
} from './voxels.js';

/** The checksum of numbers as they lie in C order, little-endian, whatever file they are in. */
function checksum(data: VoxelData): string {
  return crc32(bytesOf(data)).toString(16).padStart(8, '0');
}

/** Content of FILE.json. */
export function encodeSidecar(array: VoxelArray): string {
  const { data, shape, voxelSizeUm, provenance } = array;
  const order = 'C (z, y, x), little-endian';
  const all = {
    shape, dtype: dataTypeOf(data), order, crc32: checksum(data), voxelSizeUm, provenance: provenance ?? null,
  };
  return `${JSON.stringify(all, null, 2)}\n`;
}

/** @throws FileError when FILE.json is no JSON object. */
export function parseSidecar(name: string, text: string): Record<string, unknown> {
  const value = objectFrom(text);
  if (value === null) {
    throw new FileError(`${name}.json: not a JSON object; expected {"shape": [z, y, x], "dtype": "uint8", …}`);
  }
  return value;
}

/** Voxel size and provenance of FILE.json, if there is one.
 *  @throws FileError when it describes another array than the file holds: of another shape, or with another
 *    checksum. */
export function sidecarMeta(
  name: string, text: string | null, { shape, data }: { shape: Shape; data: VoxelData },
): Pick<VoxelArray, 'voxelSizeUm' | 'provenance'> {
  if (text === null) return { voxelSizeUm: null };
  const value = parseSidecar(name, text);
  const { shape: described } = value;
  if (Array.isArray(described) && shapeFrom(`${name}.json`, described).join() !== shape.join()) {
    throw new FileError(
      `${name}.json: describes ${described.join('×')} voxels, the file holds ${shape.join('×')}; ` +
        'delete it if it belongs to another file',
    );
  }
  if (typeof value.crc32 === 'string' && value.crc32 !== checksum(data)) {
    throw new FileError(
      `${name}.json: describes other numbers than the file holds (crc32 ${value.crc32}, found ${checksum(data)}): ` +
        'one of the two is of another run, or the file was changed; delete it, ' +
          'or "crc32" in it if the rest is still true',
    );
  }
  return { voxelSizeUm: voxelSizeFromJson(`${name}.json`, value.voxelSizeUm), ...provenanceFrom(value.provenance) };
}
