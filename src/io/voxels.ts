// What a file format carries: a three-dimensional array of numbers, its voxel size, and what made it.
import { FileError } from '../core/errors.js';
import { checkShape, checkVoxelSize, voxelCount, type Shape, type VoxelSize } from '../core/grid.js';
import { checkVolume, type LabelVolume } from '../core/volume.js';

export type VoxelData =
  | Uint8Array | Int8Array | Uint16Array | Int16Array | Uint32Array | Int32Array | Float32Array | Float64Array;

export type DataType = 'uint8' | 'int8' | 'uint16' | 'int16' | 'uint32' | 'int32' | 'float32' | 'float64';

/** Where numbers lie, and what made them. */
export interface VoxelGrid {
  readonly shape: Shape;
  readonly voxelSizeUm: VoxelSize;
  readonly provenance?: Readonly<Record<string, unknown>>;
}

/** Numbers in C order (z, y, x): labels, grey values or a field. */
export interface VoxelArray extends VoxelGrid {
  readonly data: VoxelData;
}

const ARRAYS = {
  uint8: Uint8Array, int8: Int8Array, uint16: Uint16Array, int16: Int16Array,
  uint32: Uint32Array, int32: Int32Array, float32: Float32Array, float64: Float64Array,
} as const;

export const DATA_TYPES = Object.keys(ARRAYS) as readonly DataType[];

export function bytesPerVoxel(type: DataType): number {
  return ARRAYS[type].BYTES_PER_ELEMENT;
}

export function dataTypeOf(data: VoxelData): DataType {
  return DATA_TYPES.find((type) => data instanceof ARRAYS[type]) as DataType;
}

/** The array's bytes, little-endian as on every machine that runs WebAssembly fast enough to matter. */
export function bytesOf(data: VoxelData): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

/** Bytes per voxel that `numbersOf` copies of numbers at a place in a buffer. */
export function copiedBytes(type: DataType, littleEndian: boolean, byteOffset: number): number {
  const width = bytesPerVoxel(type);
  return (!littleEndian && width > 1) || byteOffset % width !== 0 ? width : 0;
}

/** Reads `bytes` as numbers; copies only where the file is big-endian or badly aligned. */
export function numbersOf(bytes: Uint8Array, type: DataType, littleEndian = true): VoxelData {
  const ArrayType = ARRAYS[type];
  const width = ArrayType.BYTES_PER_ELEMENT;
  const swap = !littleEndian && width > 1;
  const own = copiedBytes(type, littleEndian, bytes.byteOffset) > 0 ? new Uint8Array(bytes) : bytes;
  if (swap) for (let i = 0; i + width <= own.length; i += width) own.subarray(i, i + width).reverse();
  return new ArrayType(own.buffer as ArrayBuffer, own.byteOffset, own.byteLength / width);
}

/** 64-bit whole numbers as 32-bit ones. numpy's default integer is 64 bits wide, labels never are.
 *  @throws FileError when a value does not fit. */
export function narrowed(name: string, bytes: Uint8Array, littleEndian: boolean): Int32Array {
  const words = numbersOf(littleEndian ? bytes : new Uint8Array(bytes).reverse(), 'int32') as Int32Array;
  const count = words.length / 2;
  const result = new Int32Array(count);
  for (let i = 0; i < count; i++) {
    // Reversing all bytes of a big-endian file also reverses the order of its numbers.
    const at = littleEndian ? i : count - 1 - i;
    if (words[2 * at + 1] !== words[2 * at] >> 31) {
      throw new FileError(`${name}: value ${i} does not fit 32 bits; labels are whole numbers from 0 to 255`);
    }
    result[i] = words[2 * at];
  }
  return result;
}

/** @throws FileError when `bytes` has not the length that the header promises. */
export function checkLength(name: string, found: number, shape: Shape, type: DataType): void {
  const expected = voxelCount(shape) * bytesPerVoxel(type);
  if (found === expected) return;
  const what = found < expected ? 'is truncated' : 'is longer than its header says';
  throw new FileError(
    `${name}: the file ${what}: ${shape.join('×')} (z, y, x) ${type} need ${expected} bytes, found ${found}; ` +
      'write it again',
  );
}

/** The array as labels, without a copy when it is uint8 already.
 *  @throws FileError when a value is no label. */
export function toLabels(name: string, array: VoxelArray): LabelVolume {
  const { data, shape, voxelSizeUm, provenance } = array;
  const labels = data instanceof Uint8Array ? data : new Uint8Array(data.length);
  if (labels !== data) {
    for (let i = 0; i < data.length; i++) {
      labels[i] = data[i];
      if (labels[i] !== data[i]) {
        const [, ny, nx] = shape;
        const place = `(${Math.floor(i / (ny * nx))}, ${Math.floor(i / nx) % ny}, ${i % nx})`;
        throw new FileError(
          `${name}: labels must be whole numbers from 0 to 255, voxel ${place} (z, y, ` +
            `x) of this ${dataTypeOf(data)} image is ${data[i]}; segment it first`,
        );
      }
    }
  }
  return checkVolume(name, { labels, shape, voxelSizeUm, provenance });
}

/** A label volume as the array that is written. */
export function fromLabels(volume: LabelVolume): VoxelArray {
  const { labels, shape, voxelSizeUm, provenance } = volume;
  return { data: labels, shape, voxelSizeUm, provenance };
}

/** An entry of a table by a name from a file; "constructor" is in none. */
export function entryOf<T>(table: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

/** Most bytes that any program compresses `bytes` to: those that do not compress get a few more [RFC 1951, 3.2.4]. */
export function packedAtMost(bytes: number): number {
  return bytes + Math.ceil(bytes / 1000) + 1024;
}

/** @throws FileError where a text of the header was to be a number */
function checkNumbers(name: string, what: string, values: readonly number[]): void {
  if (values.some(Number.isNaN)) {
    throw new FileError(`${name}: its header holds ${what} that is no number; write the file again`);
  }
}

/** Axes that a message still lists. */
const MOST_AXES = 8;

/** Shape from a file, as a FileError when it is impossible. Two-dimensional images are one voxel thick. */
export function shapeFrom(name: string, sizes: readonly number[]): Shape {
  const three = sizes.length === 2 ? [1, ...sizes] : sizes;
  if (three.length > MOST_AXES) {
    throw new FileError(`${name}: holds an array of ${three.length} axes; expected a volume (z, y, x) or a section`);
  }
  checkNumbers(name, 'a size', three);
  try {
    return checkShape(name, three);
  } catch (error) {
    throw new FileError((error as Error).message);
  }
}

/** Voxel size from a file's numbers along x, y, z in units of `um` µm.
 *  Without a unit the numbers are µm, except 1 1 1, which is what most writers put when they know none. */
export function spacingFrom(name: string, xyz: readonly number[], um: number | null): VoxelSize {
  const all = xyz.length === 2 ? [...xyz, 1] : xyz;
  if (um === null && all.every((h) => h === 1)) return null;
  const scale = um ?? 1;
  const size = [all[2] * scale, all[1] * scale, all[0] * scale] as const;
  checkNumbers(name, 'a voxel size', size);
  try {
    return checkVoxelSize(name, size);
  } catch (error) {
    throw new FileError((error as Error).message);
  }
}

/** µm in one unit of a name found in a file; null when unknown. */
export function unitUm(unit: string): number | null {
  const key = unit.trim().replace(/^(µ|μ|\\u00B5)m$/i, 'um').toLowerCase();
  const units: Readonly<Record<string, number>> = {
    angstrom: 1e-4, nm: 1e-3, nanometer: 1e-3, nanometers: 1e-3, um: 1, micron: 1, microns: 1, micrometer: 1,
    micrometers: 1,
    mm: 1e3, millimeter: 1e3, millimeters: 1e3, cm: 1e4, centimeter: 1e4, m: 1e6, meter: 1e6,
  };
  return entryOf(units, key) ?? null;
}

/** JSON in plain ASCII, for headers whose encoding nobody agrees on. */
export function asciiJson(value: unknown): string {
  return JSON.stringify(value)
    .replace(/[\u007f-\uffff]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** A JSON object found in a header, or null when the text is something else. */
export function objectFrom(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}

/** Voxel size as JSON carries it: a number, (z, y, x), or null. */
export function voxelSizeFromJson(name: string, value: unknown): VoxelSize {
  if (value === undefined || value === null) return null;
  const three = typeof value === 'number' ? [value, value, value] : value;
  if (!Array.isArray(three) || three.length !== 3 || three.some((h) => typeof h !== 'number')) {
    throw new FileError(
      `${name}: voxelSizeUm must be a number, three numbers (z, y, x) or null, found ${JSON.stringify(value)}`,
    );
  }
  return spacingFrom(name, [three[2], three[1], three[0]], 1);
}

/** Provenance as JSON carries it. */
export function provenanceFrom(value: unknown): Pick<VoxelArray, 'provenance'> {
  return typeof value === 'object' && value !== null ? { provenance: value as Record<string, unknown> } : {};
}

export function concatenated(...parts: readonly Uint8Array[]): Uint8Array {
  const result = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    result.set(part, at);
    at += part.length;
  }
  return result;
}
