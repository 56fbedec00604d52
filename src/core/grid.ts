// The voxel grid: C order (z, y, x), x fastest; z is the pressing and transport direction.
import { SpecError } from './errors.js';
import { quoted } from './quote.js';

/** Number of voxels along z, y and x. */
export type Shape = readonly [nz: number, ny: number, nx: number];

/** Axis of a window, in the order of array indices: z is the pressing and transport direction, x is fastest in
 *  memory. */
export type Axis = 'z' | 'y' | 'x';
/** The three axes in the order of array indices. */
export const AXES: readonly Axis[] = ['z', 'y', 'x'];

/** The two faces of a window across an axis: `low` is index 0. */
export type Face = 'low' | 'high';

/** Edge lengths of a voxel in µm along z, y, x; null when no size is known. */
export type VoxelSize = readonly [z: number, y: number, x: number] | null;

/** Voxels are addressed with 32 bits in the core. */
export const MAX_VOXELS = 2 ** 32 - 1;

/** nz · ny · nx: voxels of a window, and so the length of its label array. */
export function voxelCount(shape: Shape): number {
  return shape[0] * shape[1] * shape[2];
}

/** Index into (z, y, x) arrays. */
export function axisIndex(axis: Axis): 0 | 1 | 2 {
  return axis === 'z' ? 0 : axis === 'y' ? 1 : 2;
}

/** Indices of the axes, `axis` first and the others in their order: z: (z, y, x), y: (y, z, x), x: (x, z, y). */
export function axisOrder(axis: Axis): readonly [first: 0 | 1 | 2, second: 0 | 1 | 2, third: 0 | 1 | 2] {
  return axis === 'z' ? [0, 1, 2] : axis === 'y' ? [1, 0, 2] : [2, 0, 1];
}

/** Sizes of an image with an axis first. */
export function turnedShape(shape: Shape, axis: Axis): Shape {
  const order = axisOrder(axis);
  return [shape[order[0]], shape[order[1]], shape[order[2]]];
}

/** Elements between neighbours of an image in C order along its axes, that axis first. */
export function turnedStrides(shape: Shape, axis: Axis): readonly [number, number, number] {
  const order = axisOrder(axis);
  const stride = [shape[1] * shape[2], shape[2], 1];
  return [stride[order[0]], stride[order[1]], stride[order[2]]];
}

/** The axis that a text names.
 *  @param where the operation, for the message
 *  @throws SpecError unless `value` is one of x, y, z. */
export function checkAxis(where: string, value: string): Axis {
  if (value === 'x' || value === 'y' || value === 'z') return value;
  throw new SpecError(`${where}: axis must be x, y or z, got ${quoted(value)}`);
}

/** Whether the image has two planes across an axis, so that something can go from one to the other. */
export function isCrossed(shape: Shape, axis: Axis): boolean {
  return shape[axisIndex(axis)] >= 2;
}

/** What `make` gives along each axis that the window has steps along; null along the others. */
export function byCrossedAxis<T>(shape: Shape, make: (axis: Axis) => T): Record<Axis, T | null> {
  return Object.fromEntries(AXES.map((axis) => [axis, isCrossed(shape, axis) ? make(axis) : null])) as Record<Axis, T>;
}

/** The axis that a text names, if something can go along it in a window of that shape.
 *  @throws SpecError when the image is one voxel thick along the axis: nothing crosses it. */
export function checkCrossed(where: string, shape: Shape, axis: Axis): Axis {
  if (isCrossed(shape, checkAxis(where, axis))) return axis;
  throw new SpecError(
    `${where}: expected at least 2 voxels along ${axis}, found ${shape[axisIndex(axis)]}; ` +
      'choose another axis or a thicker window',
  );
}

/** The face that a text names.
 *  @param name of the setting, for the message
 *  @throws SpecError unless low or high. */
export function checkFace(where: string, value: string, name = 'from'): Face {
  if (value === 'low' || value === 'high') return value;
  throw new SpecError(`${where}: ${name} must be "low" or "high", got ${quoted(value)}`);
}

function isThree(value: unknown): value is ArrayLike<unknown> {
  return typeof value === 'object' && value !== null && 'length' in value && value.length === 3;
}

function listed(value: unknown): string {
  return Array.isArray(value) && value.length < 9 ? `[${value.map((item) => quoted(item)).join(', ')}]` : quoted(value);
}

/** Three numbers as a shape (z, y, x).
 *  @throws SpecError unless all three are whole numbers ≥ 1 whose product the core can address. */
export function checkShape(where: string, shape: readonly number[]): Shape {
  if (!isThree(shape) || Array.from(shape).some((n) => !Number.isInteger(n) || n < 1)) {
    throw new SpecError(`${where}: size must be three whole numbers of voxels ≥ 1 (z, y, x), got ${listed(shape)}`);
  }
  const result = [shape[0], shape[1], shape[2]] as const;
  if (voxelCount(result) > MAX_VOXELS) {
    throw new SpecError(`${where}: ${shape.join('×')} voxels are more than the ${MAX_VOXELS} that can be addressed`);
  }
  return result;
}

/** Edges (z, y, x) in µm as a voxel size.
 *  @throws SpecError unless null or three finite lengths > 0. */
export function checkVoxelSize(where: string, size: VoxelSize): VoxelSize {
  if (size !== null && (!isThree(size) || Array.from(size).some((h) => !(h > 0) || !Number.isFinite(h)))) {
    const expected = 'null or positive and finite µm along z, y, x';
    throw new SpecError(`${where}: voxel size must be ${expected}, got ${listed(size)}`);
  }
  return size;
}

/** Cubes of an edge in µm; null when unknown. */
export function cubicVoxels(edgeUm: number | null): VoxelSize {
  return edgeUm === null ? null : [edgeUm, edgeUm, edgeUm];
}

/** How a voxel size reads in JSON: one number when isotropic, (z, y, x) otherwise, null when unknown. */
export function voxelSizeJson(size: VoxelSize): number | number[] | null {
  if (size === null) return null;
  return size[0] === size[1] && size[1] === size[2] ? size[0] : [...size];
}

/** Voxels that count as touching: 6 share a face, 18 also an edge, 26 also a corner. */
export type Neighbourhood = 6 | 18 | 26;
/** The neighbourhoods that there are, the narrowest first. */
export const NEIGHBOURHOODS: readonly Neighbourhood[] = [6, 18, 26];

/** A number as a neighbourhood.
 *  @throws SpecError unless 6, 18 or 26. */
export function checkNeighbourhood(where: string, value: number): Neighbourhood {
  const found = NEIGHBOURHOODS.find((n) => n === value);
  if (found === undefined) throw new SpecError(`${where}: neighbourhood must be 6, 18 or 26, got ${quoted(value)}`);
  return found;
}
