// Plain numbers, x fastest, with everything else in FILE.raw.json.
import { FileError } from '../core/errors.js';
import { voxelCount, type Shape } from '../core/grid.js';
import type { DecodeContext, SizedFormat } from './formats.js';
import type { Extent } from './inflate.js';
import { checkRoom } from './room.js';
import { parseSidecar, sidecarMeta } from './sidecar.js';
import {
  bytesOf, bytesPerVoxel, checkLength, copiedBytes, DATA_TYPES, numbersOf, shapeFrom, type DataType, type VoxelArray,
} from './voxels.js';

/** What FILE.raw.json says. @throws FileError */
function described(
  { name, sidecar }: DecodeContext,
): { shape: Shape; type: DataType; littleEndian: boolean; sidecar: string } {
  if (sidecar === null) {
    throw new FileError(
      `${name}: a raw file needs ${name}.json beside it with {"shape": [z, y, x], "dtype": "uint8", "voxelSizeUm": ` +
        '0.2}',
    );
  }
  const { shape: sizes, dtype = 'uint8', byteOrder = 'little' } = parseSidecar(name, sidecar);
  if (!Array.isArray(sizes)) {
    throw new FileError(`${name}.json: "shape" must be [z, y, x], found ${JSON.stringify(sizes ?? null)}`);
  }
  if (!DATA_TYPES.includes(dtype as DataType)) {
    throw new FileError(
      `${name}.json: "dtype" must be one of ${DATA_TYPES.join(', ')}, found ${JSON.stringify(dtype)}`,
    );
  }
  if (byteOrder !== 'little' && byteOrder !== 'big') {
    throw new FileError(`${name}.json: "byteOrder" must be "little" or "big", found ${JSON.stringify(byteOrder)}`);
  }
  const shape = shapeFrom(`${name}.json`, sizes);
  return { shape, type: dtype as DataType, littleEndian: byteOrder === 'little', sidecar };
}

function extent(_: Uint8Array, context: DecodeContext): Extent {
  const { shape, type } = described(context);
  return { bytes: voxelCount(shape) * bytesPerVoxel(type), more: 'refuse' };
}

async function decode(bytes: Uint8Array, context: DecodeContext): Promise<VoxelArray> {
  const { name } = context;
  const { shape, type, littleEndian, sidecar } = described(context);
  checkLength(name, bytes.length, shape, type);
  checkRoom(context, shape, copiedBytes(type, littleEndian, bytes.byteOffset));
  const data = numbersOf(bytes, type, littleEndian);
  return { data, shape, ...sidecarMeta(name, sidecar, { shape, data }) };
}

export const raw: SizedFormat = {
  name: 'raw', extensions: ['.raw'], sidecar: 'required', encode: (array) => bytesOf(array.data).slice(), extent,
  decode,
};
