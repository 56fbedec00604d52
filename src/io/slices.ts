// A folder of slices as one image: natural order, and what must agree.
import { checkArguments } from '../core/arguments.js';
import { FileError } from '../core/errors.js';
import { checkRoom, READ_OPTION_NAMES, type ReadOptions } from './room.js';
import { dataTypeOf, shapeFrom, type VoxelArray, type VoxelData } from './voxels.js';

/** Orders names as people count: slice2 before slice10. */
export function naturalOrder(a: string, b: string): number {
  checkArguments('naturalOrder', { a: [a, 'text'], b: [b, 'text'] });
  const parts = (name: string): string[] => name.match(/\d+|\D+/g) ?? [];
  const [left, right] = [parts(a), parts(b)];
  for (let k = 0; k < Math.min(left.length, right.length); k++) {
    if (left[k] === right[k]) continue;
    const numbers = /^\d/.test(left[k]) && /^\d/.test(right[k]);
    if (numbers && BigInt(left[k]) !== BigInt(right[k])) return BigInt(left[k]) < BigInt(right[k]) ? -1 : 1;
    return left[k] < right[k] ? -1 : 1;
  }
  return left.length - right.length || (a < b ? -1 : a > b ? 1 : 0);
}

/** What the names of slices say about the series: the last number in them counts in equal steps, and only once.
 *  @param names in natural order */
export function seriesWarnings(names: readonly string[]): string[] {
  checkArguments('seriesWarnings', { names: [names, 'texts'] });
  const numbers = names.map((name) => Number(/(\d+)\D*$/.exec(name.replace(/\.[^.]*$/, ''))?.[1] ?? NaN));
  const steps = numbers.slice(1).map((n, k) => n - numbers[k]);
  const again = steps.findIndex((step) => step <= 0);
  if (again >= 0) {
    return [
      `numbers begin again at ${names[again + 1]}, after ${names[again]}: ` +
        'are these two series? They are taken as one image, one behind the other; name the slices of one, ' +
        'or put them in a folder of their own',
    ];
  }
  const usual = Math.min(...steps);
  if (!(usual > 0)) return [];
  const gaps = steps.flatMap((step, k) => (step === usual ? [] : [`${names[k]} and ${names[k + 1]}`]));
  if (gaps.length === 0) return [];
  const more = gaps.length > 3 ? ` and ${gaps.length - 3} places more` : '';
  return [
    `slices seem to be missing between ${gaps.slice(0, 3).join(', ')}${more}: ` +
      'the image is shorter there than the sample; find them or repeat a neighbour',
  ];
}

/** Puts slices together, one at a time, so that only one is in memory beside the result.
 *  @param name of the folder, for messages
 *  @param names of the slices in order
 *  @param read reads one; its options say what room is left
 *  @throws FileError that names the slice which differs from the first; CapacityError */
export async function stackSlices(
  name: string, names: readonly string[], read: (slice: string, options: ReadOptions) => Promise<VoxelArray>,
  options: ReadOptions = {},
): Promise<VoxelArray> {
  checkArguments('stackSlices', {
    name: [name, 'text'], names: [names, 'texts'], read: [read, 'function'],
    options: [options, READ_OPTION_NAMES],
  });
  const { maxBytes: room = Infinity } = options;
  let first: VoxelArray | null = null;
  let all: VoxelData | null = null;
  for (const [z, slice] of names.entries()) {
    const array: VoxelArray = await read(slice, { maxBytes: room - (all?.byteLength ?? 0) });
    const [pages, ny, nx] = array.shape;
    if (pages !== 1) {
      throw new FileError(
        `${slice}: holds ${pages} pages, a slice must hold one; give this file alone, or save its pages one by one`,
      );
    }
    if (first === null || all === null) {
      first = array;
      checkRoom({ name, room }, shapeFrom(name, [names.length, ny, nx]), array.data.BYTES_PER_ELEMENT);
      all = new (array.data.constructor as new (length: number) => VoxelData)(names.length * array.data.length);
    }
    const [, y0, x0] = first.shape;
    if (ny !== y0 || nx !== x0) {
      throw new FileError(
        `${slice}: has ${nx} × ${ny} pixels, ${names[0]} has ${x0} × ${y0}; crop or save all slices alike`,
      );
    }
    if (dataTypeOf(array.data) !== dataTypeOf(first.data)) {
      throw new FileError(
        `${slice}: holds ${dataTypeOf(array.data)}, ${names[0]} holds ${dataTypeOf(first.data)}; ` +
          'save all slices with one number type',
      );
    }
    all.set(array.data, z * array.data.length);
  }
  if (first === null || all === null) throw new FileError(`${name}: no slices in it`);
  return { data: all, shape: [names.length, first.shape[1], first.shape[2]], voxelSizeUm: first.voxelSizeUm };
}
