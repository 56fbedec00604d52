// What a file format carries: a three-dimensional array of numbers, its voxel size, and what made it.
import { FileError, SpecError } from '../core/errors.js';
import { checkShape, checkVoxelSize, voxelCount, type Shape, type VoxelSize } from '../core/grid.js';
import { quoted } from '../core/quote.js';
import { checkVolume, type LabelVolume } from '../core/volume.js';
import { hypot } from '../numeric/elementary.js';

/** Arrays that voxel files are read into and written from. */
export type VoxelData =
  | Uint8Array | Int8Array | Uint16Array | Int16Array | Uint32Array | Int32Array | Float32Array | Float64Array;

/** Number types of voxel files, by the names that NumPy gives them. */
export type DataType = 'uint8' | 'int8' | 'uint16' | 'int16' | 'uint32' | 'int32' | 'float32' | 'float64';

/** Types that only files have. */
const STORED = { int64: 8, uint64: 8, float16: 2 } as const;

/** Number types of files. 64-bit whole numbers become shorter ones or doubles, half floats become floats. */
export type StoredType = DataType | keyof typeof STORED;

/** Where numbers lie, and what made them. */
export interface VoxelGrid {
  readonly shape: Shape;
  readonly voxelSizeUm: VoxelSize;
  readonly provenance?: Readonly<Record<string, unknown>>;
}

/** Numbers in C order (z, y, x): labels, grey values or a field. */
export interface VoxelArray extends VoxelGrid {
  /** A number per voxel: z·ny·nx + y·nx + x is the index of voxel (z, y, x). */
  readonly data: VoxelData;
}

const ARRAYS = {
  uint8: Uint8Array, int8: Int8Array, uint16: Uint16Array, int16: Int16Array,
  uint32: Uint32Array, int32: Int32Array, float32: Float32Array, float64: Float64Array,
} as const;

export const DATA_TYPES = Object.keys(ARRAYS) as readonly DataType[];

export const STORED_TYPES: readonly StoredType[] = [...DATA_TYPES, ...(Object.keys(STORED) as (keyof typeof STORED)[])];

export function bytesPerVoxel(type: StoredType): number {
  return type in STORED ? STORED[type as keyof typeof STORED] : ARRAYS[type as DataType].BYTES_PER_ELEMENT;
}

/** Number type of an array. */
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

/** Turns the bytes of every number around, in place. */
export function swapBytes(bytes: Uint8Array, width: number): void {
  const half = width >> 1;
  for (let i = 0; i + width <= bytes.length; i += width) {
    for (let k = 0; k < half; k++) {
      const byte = bytes[i + k];
      bytes[i + k] = bytes[i + width - 1 - k];
      bytes[i + width - 1 - k] = byte;
    }
  }
}

/** Reads `bytes` as numbers; copies only where the file is big-endian or badly aligned. */
export function numbersOf(bytes: Uint8Array, type: DataType, littleEndian = true): VoxelData {
  const ArrayType = ARRAYS[type];
  const width = ArrayType.BYTES_PER_ELEMENT;
  const swap = !littleEndian && width > 1;
  const own = copiedBytes(type, littleEndian, bytes.byteOffset) > 0 ? new Uint8Array(bytes) : bytes;
  if (swap) swapBytes(own, width);
  return new ArrayType(own.buffer as ArrayBuffer, own.byteOffset, own.byteLength / width);
}

/** @throws FileError when `bytes` has not the length that the header promises. */
export function checkLength(name: string, found: number, shape: Shape, type: StoredType): void {
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

/** @throws SpecError unless the numbers are of a known type and as many as the shape needs. */
export function checkArray(where: string, { data, shape, voxelSizeUm }: VoxelArray): void {
  checkShape(where, shape);
  checkVoxelSize(where, voxelSizeUm ?? null);
  if ((dataTypeOf(data) as DataType | undefined) === undefined) {
    throw new SpecError(`${where}: data must be a typed array (${DATA_TYPES.join(', ')}), got ${quoted(data)}`);
  }
  if (data.length !== voxelCount(shape)) {
    throw new SpecError(
      `${where}: ${shape.join('×')} needs ${voxelCount(shape)} numbers, the array holds ${data.length}`,
    );
  }
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
export const MOST_AXES = 8;

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

/** Where a remark goes about a file that can be used all the same. */
export interface Remarks {
  /** Says what a user should know about the image: one line, without the file's name. */
  readonly warn: (message: string) => void;
}

/** Voxel size from a file's numbers along x, y, z in units of `um` µm; a section is as thick as its pixels are wide.
 *  Without a unit the numbers are µm, except 1 1 1, which is what most writers put when they know none. What is no
 *  length is unknown, too, with a warning. */
export function spacingFrom({ warn }: Remarks, xyz: readonly number[], um: number | null): VoxelSize {
  const [x, y, z = x] = xyz;
  if (um === null && [x, y, z].every((h) => h === 1)) return null;
  const scale = um ?? 1;
  const size = [z * scale, y * scale, x * scale] as const;
  if (size.every((h) => h > 0 && Number.isFinite(h))) return size;
  warn(
    `its voxel size of ${xyz.join(' × ')} (x, y, z) is none, as every edge must be above 0: taken as unknown; ` +
      'say it with --voxel-size',
  );
  return null;
}

/** Warns where edges of a voxel do not lie along the axes of their space.
 *  @param vectors along the axes of the file; @param field of the header that says them */
export function warnOblique({ warn }: Remarks, vectors: readonly (readonly number[])[], field: string): void {
  const along = (vector: readonly number[]): number =>
    vector.filter((part) => Math.abs(part) > 1e-4 * hypot(...vector)).length;
  if (vectors.every((vector) => along(vector) <= 1)) return;
  warn(
    `its axes lie obliquely in their space (${field}): voxels are taken as boxes along the axes of the file; ` +
      'resample the image if these are not at right angles',
  );
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
  try {
    return checkVoxelSize(name, [three[0], three[1], three[2]]);
  } catch (error) {
    throw new FileError((error as Error).message);
  }
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
