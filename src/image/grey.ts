// Grey images: plain host data, as label volumes are, and what is done with number types that the pipeline does not
// know.
import { checkArguments, has } from '../core/arguments.js';
import { FileError, SpecError } from '../core/errors.js';
import { checkShape, checkVoxelSize, voxelCount, type Shape } from '../core/grid.js';
import { quoted } from '../core/quote.js';
import { dataTypeOf, type VoxelArray, type VoxelGrid } from '../io/voxels.js';
import type { GreyKind } from '../kernels/greys.js';
import type { PlannedLease } from '../runtime/plan.js';

/** Grey values of a volume: 8 or 16 bits without sign, or 32-bit floats. */
export type GreyData = Uint8Array | Uint16Array | Float32Array;

/** Grey values in C order (z, y, x): 8 or 16 bits without sign, or 32-bit floats. */
export interface GreyVolume extends VoxelGrid {
  /** A number per voxel: z·ny·nx + y·nx + x is the index of voxel (z, y, x). */
  readonly data: GreyData;
}

/** @throws SpecError when the array does not match its shape. */
export function checkGrey(where: string, volume: GreyVolume): GreyVolume {
  checkArguments(where, { volume: [volume, 'record'] });
  checkShape(where, volume.shape);
  checkVoxelSize(where, volume.voxelSizeUm);
  const { data } = volume;
  if (!(data instanceof Uint8Array || data instanceof Uint16Array || data instanceof Float32Array)) {
    const found = quoted(data);
    throw new SpecError(`${where}: grey values must be a Uint8Array, Uint16Array or Float32Array, got ${found}`);
  }
  const expected = voxelCount(volume.shape);
  if (volume.data.length !== expected) {
    throw new SpecError(
      `${where}: ${volume.shape.join('×')} needs ${expected} values, the array holds ${volume.data.length}`,
    );
  }
  return volume;
}

export function greyKind(data: GreyData): GreyKind {
  return data.BYTES_PER_ELEMENT as GreyKind;
}

export function greyLease<N extends string>(name: N, shape: Shape, kind: GreyKind): PlannedLease<N> {
  return { name, bytes: kind * voxelCount(shape) };
}

/** A new array of the same type. */
export function greyType(data: GreyData): (new (buffer: ArrayBuffer) => GreyData) & {
  readonly BYTES_PER_ELEMENT: number,
} {
  return data.constructor as (new (buffer: ArrayBuffer) => GreyData) & { readonly BYTES_PER_ELEMENT: number };
}

/** Grey values of a file in a number type that the pipeline knows. */
export interface GreyReading {
  /** Values as they are, as 16 bits where they are whole and fit, else as 32-bit floats. */
  readonly volume: GreyVolume;
  /** What a user should know about the values, one sentence each. */
  readonly warnings: readonly string[];
}

/** Any array of numbers as a grey image. 8 and 16 bits without sign and 32-bit floats stay as they are; whole numbers
 *  that fit become 16 bits, everything else 32-bit floats, with a warning where that needs one.
 *  @throws FileError for values that are not finite, or that a 32-bit float cannot hold. */
export function toGreys(name: string, array: VoxelArray): GreyReading {
  checkArguments('toGreys', { name: [name, 'text'], array: [array, has<VoxelArray>('data', 'shape')] });
  const { shape, voxelSizeUm, provenance } = array;
  const grid = { shape, voxelSizeUm, provenance };
  const { data } = array;
  const type = dataTypeOf(data);
  if (data instanceof Uint8Array) return { volume: { ...grid, data }, warnings: [] };
  if (data instanceof Uint16Array) return { volume: { ...grid, data }, warnings: wordWarnings(name, data) };
  let [least, greatest, whole] = [Infinity, -Infinity, true];
  for (let i = 0; i < data.length; i++) {
    const value = data[i];
    if (!Number.isFinite(value)) {
      throw new FileError(
        `${name}: voxel ${placeOf(i, shape)} is ${value}; replace what is no number before the import`,
      );
    }
    if (value < least) least = value;
    if (value > greatest) greatest = value;
    whole &&= Math.trunc(value) === value;
  }
  if (data instanceof Float32Array) return { volume: { ...grid, data }, warnings: [] };
  if (whole && least >= 0 && greatest <= 65535) {
    const words = Uint16Array.from(data);
    return { volume: { ...grid, data: words }, warnings: wordWarnings(name, words) };
  }
  const floats = Float32Array.from(data);
  if (whole && floats.some((value, i) => value !== data[i])) {
    throw new FileError(
      `${name}: values up to ${greatest} (${type}) do not fit 16 bits, nor a 32-bit float exactly; ` +
        'scale them to 16 bits',
    );
  }
  const warnings = least < 0 && whole
    ? [
      `${name}: signed values, ${least} to ${greatest}: kept as 32-bit floats, thresholds are on this scale; ` +
        'a signed file of an unsigned camera should be saved again as unsigned',
    ]
    : type === 'float64' ? [`${name}: 64-bit floats are rounded to 32 bits`] : [];
  return { volume: { ...grid, data: floats }, warnings };
}

function placeOf(i: number, [, ny, nx]: Shape): string {
  return `(${Math.floor(i / (ny * nx))}, ${Math.floor(i / nx) % ny}, ${i % nx}) (z, y, x)`;
}

/** 16 bits are seldom all used, and sometimes are signed numbers in disguise. */
function wordWarnings(name: string, data: Uint16Array): string[] {
  let [low, middle, high, bits] = [0, 0, 0, 0];
  for (let i = 0; i < data.length; i++) {
    const value = data[i];
    if (value < 16384) low++;
    else if (value < 49152) middle++;
    else high++;
    bits |= value;
  }
  if (low > 0 && high > 0 && middle === 0) {
    return [
      `${name}: 16-bit values lie below 16384 or above 49151 and nowhere between, ` +
        'as signed numbers do that were saved as unsigned; save them as signed 16 bits',
    ];
  }
  const used = 32 - Math.clz32(bits);
  if (used === 12 || used === 10 || used === 14) {
    return [`${name}: ${used}-bit data in 16 bits: thresholds are on the scale 0 to ${2 ** used - 1}`];
  }
  const idle = bits === 0 ? 0 : 31 - Math.clz32(bits & -bits);
  return idle >= 2
    ? [`${name}: ${16 - idle}-bit data shifted up by ${idle} bits: all values are multiples of ${2 ** idle}`]
    : [];
}
