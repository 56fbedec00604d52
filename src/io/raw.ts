// Plain numbers, x fastest, with everything else in FILE.raw.json.
import { FileError } from '../core/errors.js';
import type { DecodeContext, VoxelFormat } from './formats.js';
import { parseSidecar, sidecarMeta } from './sidecar.js';
import { bytesOf, checkLength, DATA_TYPES, numbersOf, shapeFrom, type DataType, type VoxelArray } from './voxels.js';

async function decode(bytes: Uint8Array, { name, sidecar }: DecodeContext): Promise<VoxelArray> {
  if (sidecar === null) {
    throw new FileError(
      `${name}: a raw file needs ${name}.json beside it with {"shape": [z, y, x], "dtype": "uint8", "voxelSizeUm": 0.2}`,
    );
  }
  const { shape: sizes, dtype = 'uint8', byteOrder = 'little' } = parseSidecar(name, sidecar);
  if (!Array.isArray(sizes)) throw new FileError(`${name}.json: "shape" must be [z, y, x], found ${JSON.stringify(sizes ?? null)}`);
  if (!DATA_TYPES.includes(dtype as DataType)) {
    throw new FileError(`${name}.json: "dtype" must be one of ${DATA_TYPES.join(', ')}, found ${JSON.stringify(dtype)}`);
  }
  if (byteOrder !== 'little' && byteOrder !== 'big') {
    throw new FileError(`${name}.json: "byteOrder" must be "little" or "big", found ${JSON.stringify(byteOrder)}`);
  }
  const shape = shapeFrom(`${name}.json`, sizes);
  const type = dtype as DataType;
  checkLength(name, bytes.length, shape, type);
  return { data: numbersOf(bytes, type, byteOrder === 'little'), shape, ...sidecarMeta(name, sidecar, shape) };
}

export const raw: VoxelFormat = {
  name: 'raw', extensions: ['.raw'], sidecar: 'required', encode: (array) => bytesOf(array.data).slice(), decode,
};
