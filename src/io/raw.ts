// Plain numbers, x fastest, with everything else in FILE.raw.json, or said by who reads them.
import { checkArguments, type Names } from '../core/arguments.js';
import { FileError, SpecError } from '../core/errors.js';
import { checkShape, type Shape } from '../core/grid.js';
import { quoted } from '../core/quote.js';
import type { DecodeContext, SizedFormat, VoxelFormat } from './formats.js';
import type { Extent } from './inflate.js';
import type { RawLayout } from './room.js';
import { parseSidecar, sidecarMeta } from './sidecar.js';
import { storedNumbers, storedSize } from './stored.js';
import { bytesOf, shapeFrom, STORED_TYPES, type StoredType, type VoxelArray } from './voxels.js';

const RAW_NAMES: Names<RawLayout> = { shape: true, dtype: true, byteOrder: true, skip: true };

/** How the numbers of a raw file lie, complete. */
interface Layout {
  readonly shape: Shape;
  readonly type: StoredType;
  readonly littleEndian: boolean;
  readonly skip: number;
  /** FILE.raw.json that said it; null: the options did. */
  readonly sidecar: string | null;
}

/** Flags that the name and the length of a file suggest, as programs name raw files: sample_400x400x300_uint8.raw. */
function suggested(name: string, length: number): string {
  const sizes = /(\d+)[x×_](\d+)[x×_](\d+)(?!.*\d[x×_]\d)/i.exec(name)?.slice(1).map(Number);
  if (sizes === undefined) return '';
  const count = sizes.reduce((product, n) => product * n, 1);
  const type = { 1: 'uint8', 2: 'uint16', 4: 'float32', 8: 'float64' }[length / count];
  return type === undefined ? '' : ` (by its name and length: --raw-shape ${sizes.join(',')} --raw-type ${type})`;
}

/** @throws FileError, SpecError */
function layoutOf({ name, sidecar, raw: given }: DecodeContext, length: number): Layout {
  if (given !== null) {
    checkArguments(name, { raw: [given, RAW_NAMES] });
    const { shape, dtype = 'uint8', byteOrder = 'little', skip = 0 } = given;
    if (!STORED_TYPES.includes(dtype)) {
      throw new SpecError(`${name}: raw: dtype must be one of ${STORED_TYPES.join(', ')}, got ${quoted(dtype)}`);
    }
    if (byteOrder !== 'little' && byteOrder !== 'big') {
      throw new SpecError(`${name}: raw: byteOrder must be "little" or "big", got ${quoted(byteOrder)}`);
    }
    if (!Number.isSafeInteger(skip) || skip < 0) {
      throw new SpecError(`${name}: raw: skip must be a whole number of bytes ≥ 0, got ${quoted(skip)}`);
    }
    return {
      shape: checkShape(`${name}: raw`, shape), type: dtype, littleEndian: byteOrder === 'little', skip, sidecar: null,
    };
  }
  if (sidecar === null) {
    throw new FileError(
      `${name}: a raw file does not say its shape and type: give --raw-shape x,y,z --raw-type uint8 (raw in the ` +
        `library)${suggested(name, length)}, or write ${name}.json beside it with {"shape": [z, y, x], "dtype": ` +
        '"uint8", "voxelSizeUm": 0.2}',
    );
  }
  const { shape: sizes, dtype = 'uint8', byteOrder = 'little' } = parseSidecar(name, sidecar);
  if (!Array.isArray(sizes)) {
    throw new FileError(`${name}.json: "shape" must be [z, y, x], found ${JSON.stringify(sizes ?? null)}`);
  }
  if (!STORED_TYPES.includes(dtype as StoredType)) {
    throw new FileError(
      `${name}.json: "dtype" must be one of ${STORED_TYPES.join(', ')}, found ${JSON.stringify(dtype)}`,
    );
  }
  if (byteOrder !== 'little' && byteOrder !== 'big') {
    throw new FileError(`${name}.json: "byteOrder" must be "little" or "big", found ${JSON.stringify(byteOrder)}`);
  }
  const shape = shapeFrom(`${name}.json`, sizes);
  return { shape, type: dtype as StoredType, littleEndian: byteOrder === 'little', skip: 0, sidecar };
}

function extent(_: Uint8Array, context: DecodeContext): Extent {
  const { shape, type, skip } = layoutOf(context, NaN);
  return { bytes: skip + storedSize(shape, type), more: 'refuse' };
}

async function decode(bytes: Uint8Array, context: DecodeContext): Promise<VoxelArray> {
  const { name } = context;
  const { shape, type, littleEndian, skip, sidecar } = layoutOf(context, bytes.length);
  const size = storedSize(shape, type);
  if (bytes.length !== skip + size) {
    const more = bytes.length - size;
    const remedy = more > 0
      ? `where a header of ${more} bytes precedes them, --raw-skip ${more} leaves it out`
      : 'it is truncated, or shape and type are others';
    throw new FileError(
      `${name}: the file has ${bytes.length} bytes, ${shape.join('×')} (z, y, x) ${type} need ${size}` +
        `${skip > 0 ? ` behind the ${skip} that are skipped` : ''}; ${remedy}`,
    );
  }
  const data = storedNumbers(context, bytes.subarray(skip), shape, type, littleEndian);
  return { data, shape, ...sidecarMeta(name, sidecar, { shape, data }) };
}

export const raw: SizedFormat = {
  name: 'raw', extensions: ['.raw'], sidecar: 'required', encode: (array) => bytesOf(array.data).slice(), extent,
  decode,
};
/** The same under the names that other programs give it. */
export const rawUnderOtherNames: VoxelFormat = { ...raw, extensions: ['.bin', '.dat', '.vol'], encode: null };
