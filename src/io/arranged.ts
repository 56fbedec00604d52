// Arrays of HDF5 and Zarr have any number of axes in any order, and their voxel size stands in one of several
// attributes.
import { FileError } from '../core/errors.js';
import { voxelCount, type Shape, type VoxelSize } from '../core/grid.js';
import { checkRoom, type Room } from './room.js';
import { unitUm } from '../core/lengths.js';
import { MOST_AXES, shapeFrom, spacingFrom, type Remarks, type VoxelData } from './voxels.js';

/** Attributes of an array, of the groups around it, and of the file, nearest first. */
export type Attributes = Readonly<Record<string, unknown>>;

/** An array inside a file, for the list of an error. */
export interface Listed {
  readonly path: string;
  readonly shape: readonly number[];
  readonly dtype: string;
}

/** Whether an array can be an image: two or three axes longer than one. */
export function imageLike(shape: readonly number[]): boolean {
  const long = shape.filter((n) => n > 1).length;
  return shape.length >= 2 && (long === 2 || long === 3);
}

/** The array that is meant: the named one, that of a named group, or the only one.
 *  @param wanted path inside the file, or null
 *  @param all arrays of numbers
 *  @throws FileError with a list of what there is */
export function chosen(name: string, wanted: string | null, all: readonly Listed[]): Listed {
  const named = wanted === null ? all : all.filter(({ path }) => path === wanted || path.startsWith(`${wanted}/`));
  const exact = named.find(({ path }) => path === wanted);
  if (exact !== undefined) return exact;
  const images = named.filter(({ shape }) => imageLike(shape));
  const found = images.length > 0 ? images : named;
  if (found.length === 1) return found[0];
  const listed = (found.length > 0 ? found : all).slice(0, 20).map(
    ({ path, shape, dtype }) => `${path} (${shape.join('×')} ${dtype})`,
  ).join(', ');
  const more = found.length > 20 ? ` and ${found.length - 20} more` : '';
  if (all.length === 0) throw new FileError(`${name}: no array of numbers in it; is this the right file?`);
  if (found.length === 0) throw new FileError(`${name}: no array "${wanted}" in it; it holds ${listed}${more}`);
  throw new FileError(
    `${name}: holds ${found.length} images, name one of them after a colon (${name}:${found[0].path}): ` +
      `${listed}${more}`,
  );
}

/** Names of the axes in the order of the array: VIGRA's and ilastik's `axistags`, NGFF's `axes`, xarray's and netCDF's
 *  names. null when nothing says them. */
export function axesFrom(attributes: Attributes): string[] | null {
  const { axistags, _ARRAY_DIMENSIONS: dimensions } = attributes;
  let list: unknown = dimensions;
  if (typeof axistags === 'string') {
    try {
      list = (JSON.parse(axistags) as { axes?: { key?: unknown }[] }).axes?.map(({ key }) => key);
    } catch {
      list = undefined;
    }
  }
  return Array.isArray(list) && list.every((axis) => typeof axis === 'string') ? list : null;
}

/** Which axes of an array are z, y and x. */
export interface Arrangement {
  readonly shape: Shape;
  /** Which axis of the file is z, y, x; −1 for z of a single section. */
  readonly order: readonly number[];
}

/** Axes that remain of an array without names for them: more than three lose those of length one, channels behind
 *  first, then times and channels before, then what is between. */
function remaining(sizes: readonly number[]): number[] {
  const order = sizes.map((_, k) => k);
  while (order.length > 3 && sizes[order.at(-1) as number] === 1) order.pop();
  for (let k = 0; order.length > 3 && k < order.length; ) {
    if (sizes[order[k]] === 1) order.splice(k, 1);
    else k++;
  }
  return order;
}

/** How the axes of an array in a file are z, y and x. Axes of length one fall away; without names the order is kept.
 *  @param sizes in C order: the last axis is the one whose neighbours are next to each other
 *  @throws FileError when more than three axes are longer than one, or one of them is a channel or time */
export function arrangementOf(name: string, sizes: readonly number[], axes: readonly string[] | null): Arrangement {
  const names = axes !== null && axes.length === sizes.length ? axes.map((axis) => axis.toLowerCase()) : null;
  const spatial = names !== null && ['y', 'x'].every((axis) => names.includes(axis));
  const what = names === null ? sizes.join('×') : sizes.map((n, k) => `${names[k]} ${n}`).join(' × ');
  if (sizes.length > MOST_AXES) {
    throw new FileError(`${name}: holds an array of ${sizes.length} axes; expected a volume (z, y, x) or a section`);
  }
  let order: readonly number[];
  if (spatial) {
    order = ['z', 'y', 'x'].map((axis) => names.indexOf(axis));
    const rest = sizes.findIndex((n, k) => n > 1 && !order.includes(k));
    if (rest >= 0) {
      throw new FileError(`${name}: holds ${what}; save one volume (axis ${names[rest]} has ${sizes[rest]} of them)`);
    }
  } else {
    order = remaining(sizes);
    if (order.length < 2 || order.length > 3) {
      throw new FileError(`${name}: has axes ${what}; expected a volume (z, y, x) or a section (y, x)`);
    }
    if (order.length === 2) order = [-1, ...order];
  }
  return { shape: shapeFrom(name, order.map((axis) => (axis < 0 ? 1 : sizes[axis]))), order };
}

/** Whether numbers in C order of the file's axes lie as (z, y, x) do, and how far apart neighbours along z, y, x
 *  are. */
function layoutOf(
  sizes: readonly number[], { shape, order }: Arrangement,
): { kept: boolean; steps: readonly number[] } {
  const strides = sizes.map((_, k) => sizes.slice(k + 1).reduce((product, n) => product * n, 1));
  const steps = order.map((axis) => (axis < 0 ? 0 : strides[axis]));
  const [sz, sy, sx] = steps;
  const [nz, ny, nx] = shape;
  return { kept: (sx === 1 || nx === 1) && (sy === nx || ny === 1) && (sz === ny * nx || nz === 1), steps };
}

/** Checks the room for an array that is read piece by piece and put in order.
 *  @param width bytes of an element
 *  @param piece bytes that are read at a time, as the reader needs them
 *  @throws CapacityError */
export function checkArranged(
  room: Room, sizes: readonly number[], arrangement: Arrangement, width: number, piece: number,
): void {
  const copies = layoutOf(sizes, arrangement).kept ? 1 : 2;
  checkRoom(room, arrangement.shape, copies * width + piece / voxelCount(arrangement.shape));
}

/** Numbers in C order of the file's axes as (z, y, x). */
export function arranged(data: VoxelData, sizes: readonly number[], arrangement: Arrangement): VoxelData {
  const { shape } = arrangement;
  const [nz, ny, nx] = shape;
  const { kept, steps: [sz, sy, sx] } = layoutOf(sizes, arrangement);
  if (kept) return data;
  const result = new (data.constructor as new (length: number) => VoxelData)(voxelCount(shape));
  let at = 0;
  for (let z = 0; z < nz; z++) {
    for (let y = 0; y < ny; y++) for (let x = 0; x < nx; x++) result[at++] = data[z * sz + y * sy + x * sx];
  }
  return result;
}

/** The same of numbers that are in memory already. @param room what is left beside them. @throws CapacityError */
export function arrangedWithin(
  room: Room, data: VoxelData, sizes: readonly number[], arrangement: Arrangement,
): VoxelData {
  if (!layoutOf(sizes, arrangement).kept) checkRoom(room, arrangement.shape, data.BYTES_PER_ELEMENT);
  return arranged(data, sizes, arrangement);
}

/** Numbers along the axes of a file, or three that are (z, y, x) already, as (z, y, x). A section is as thick as its
 *  pixels are wide. */
export function alongZyx<T>({ order }: Arrangement, values: readonly T[], rank: number): T[] {
  if (values.length !== rank) return values.length === 2 ? [values[1], ...values] : [...values];
  return order.map((axis) => values[axis < 0 ? order[2] : axis]);
}

function numbersIn(value: unknown): number[] | null {
  const list = typeof value === 'number' ? [value, value, value]
    : ArrayBuffer.isView(value) ? Array.from(value as unknown as ArrayLike<number>)
    : Array.isArray(value) ? [...(value as unknown[])] : [];
  const numbers = list.every((n): n is number => typeof n === 'number');
  return numbers && list.length >= 2 && list.length <= 5 ? list : null;
}

/** Voxel size from attributes: `element_size_um` of Fiji and ilastik in (z, y, x), else voxel_size, spacing, resolution
 *  or pixel_size where `unit` or `units` beside it says in what. Without a unit they say nothing: programs mean µm, nm
 *  or pixels. */
export function voxelSizeIn(
  remarks: Remarks, attributes: Attributes, arrangement: Arrangement, rank: number,
): VoxelSize {
  const um = numbersIn(attributes.element_size_um);
  if (um !== null && (um.length === 3 || um.length === 2)) {
    return spacingFrom(remarks, um.reverse(), 1);
  }
  const unit = [attributes.unit ?? attributes.units].flat()[0];
  const scale = typeof unit === 'string' ? unitUm(unit) : null;
  for (const key of ['voxel_size', 'spacing', 'resolution', 'pixel_size']) {
    const values = numbersIn(attributes[key]);
    if (values !== null && scale !== null) {
      return spacingFrom(remarks, alongZyx(arrangement, values, rank).slice(-3).reverse(), scale);
    }
  }
  return null;
}

/** Adds a piece of an array that is read in pieces. Only some of 64-bit whole numbers may need doubles.
 *  @param all what was read before; null: nothing
 *  @param at where the piece begins
 *  @throws CapacityError */
export function withPiece(room: Room, all: VoxelData | null, piece: VoxelData, count: number, at: number): VoxelData {
  if (piece.length === count) return piece;
  const grows = all !== null && all.BYTES_PER_ELEMENT < piece.BYTES_PER_ELEMENT;
  if (grows) checkRoom(room, [1, 1, count], all.BYTES_PER_ELEMENT + piece.BYTES_PER_ELEMENT);
  const result = all === null || grows ? new (piece.constructor as new (length: number) => VoxelData)(count) : all;
  if (grows) result.set(all.subarray(0, at));
  result.set(piece, at);
  return result;
}
