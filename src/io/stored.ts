// Numbers as files store them: also 64-bit whole numbers and half floats, for which arrays of labels and grey values
// have no type of their own.
import { FileError } from '../core/errors.js';
import { voxelCount, type Shape } from '../core/grid.js';
import { checkRoom, type Room } from './room.js';
import {
  bytesPerVoxel, checkLength, copiedBytes, dataTypeOf, numbersOf, type DataType, type StoredType, type VoxelData,
} from './voxels.js';

/** Halves of 64-bit whole numbers, of either byte order and at any place. */
interface Halves {
  readonly count: number;
  readonly low: (i: number) => number;
  /** Signed. */
  readonly high: (i: number) => number;
}

function halvesOf(bytes: Uint8Array, littleEndian: boolean): Halves {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [lower, upper] = littleEndian ? [0, 4] : [4, 0];
  return {
    count: Math.floor(bytes.length / 8),
    low: (i) => view.getInt32(8 * i + lower, littleEndian),
    high: (i) => view.getInt32(8 * i + upper, littleEndian),
  };
}

/** 64-bit whole numbers, numpy's default, as 32-bit ones, or as doubles where one of them is longer.
 *  @throws FileError when a value is beyond what a double holds exactly */
function fromWide(context: Room, halves: Halves, shape: Shape, signed: boolean): Int32Array | Float64Array {
  const { count, low, high } = halves;
  const fits = (i: number): boolean => high(i) === (signed ? low(i) >> 31 : 0) && (signed || low(i) >= 0);
  let first = 0;
  while (first < count && fits(first)) first++;
  if (first === count) {
    checkRoom(context, shape, Int32Array.BYTES_PER_ELEMENT);
    const result = new Int32Array(count);
    for (let i = 0; i < count; i++) result[i] = low(i);
    return result;
  }
  checkRoom(context, shape, Float64Array.BYTES_PER_ELEMENT);
  const result = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    result[i] = (signed ? high(i) : high(i) >>> 0) * 2 ** 32 + (low(i) >>> 0);
    if (!Number.isSafeInteger(result[i])) {
      const exact = BigInt(signed ? high(i) : high(i) >>> 0) * 2n ** 32n + BigInt(low(i) >>> 0);
      throw new FileError(
        `${context.name}: value ${i} is ${exact}, beyond the ±2^53 that are held exactly; labels are whole numbers ` +
          'from 0 to 255, grey values fit 16 or 32 bits: convert the image',
      );
    }
  }
  return result;
}

/** Numbers of IEEE 754 binary16 as those of binary32. */
function fromHalf(bytes: Uint8Array, littleEndian: boolean): Float32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const powers = Float64Array.from({ length: 32 }, (_, exponent) => 2 ** (exponent - 15));
  return Float32Array.from({ length: Math.floor(bytes.length / 2) }, (_, i) => {
    const bits = view.getUint16(2 * i, littleEndian);
    const [exponent, fraction] = [(bits >> 10) & 31, bits & 1023];
    const size = exponent === 0 ? fraction * 2 ** -24
      : exponent === 31 ? (fraction === 0 ? Infinity : NaN)
      : (1 + fraction / 1024) * powers[exponent];
    return bits >> 15 === 1 ? -size : size;
  });
}

/** The numbers of an image that lie in `bytes` as a file stores them; a copy only where they must be converted.
 *  @param context room beside `bytes`
 *  @throws FileError when there are more or fewer bytes than the shape needs, or a value has no type here;
 *    CapacityError */
export function storedNumbers(
  context: Room, bytes: Uint8Array, shape: Shape, type: StoredType, littleEndian: boolean,
): VoxelData {
  checkLength(context.name, bytes.length, shape, type);
  if (type === 'int64' || type === 'uint64') {
    return fromWide(context, halvesOf(bytes, littleEndian), shape, type === 'int64');
  }
  if (type === 'float16') {
    checkRoom(context, shape, Float32Array.BYTES_PER_ELEMENT);
    return fromHalf(bytes, littleEndian);
  }
  checkRoom(context, shape, copiedBytes(type, littleEndian, bytes.byteOffset));
  return numbersOf(bytes, type, littleEndian);
}

/** The same of arrays as packages give them, those of 64-bit whole numbers included; null: of another kind.
 *  @throws FileError */
export function packageNumbers(context: Room, values: unknown): VoxelData | null {
  if (values instanceof BigInt64Array || values instanceof BigUint64Array) {
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    return fromWide(context, halvesOf(bytes, true), [1, 1, values.length], values instanceof BigInt64Array);
  }
  return ArrayBuffer.isView(values) && (dataTypeOf(values as VoxelData) as DataType | undefined) !== undefined
    ? (values as VoxelData)
    : null;
}

/** Bytes of so many numbers in a file. */
export function storedSize(shape: Shape, type: StoredType): number {
  return voxelCount(shape) * bytesPerVoxel(type);
}
