// Volumes as the bytes of 3D textures, thinned out where a texture cannot be so large.
import type { Shape } from '../core/grid.js';
import { finish, type Steps } from '../numeric/steps.js';
import type { VoxelField } from './field.js';

/** Every how many voxels one is taken, so that no edge is longer than `most`. */
export const thinningFor = (shape: Shape, most: number): number => Math.ceil(Math.max(...shape) / most);

/** Texels along z, y, x; the last may stand for fewer voxels. */
export const texelShape = (shape: Shape, step: number): Shape =>
  shape.map((count) => Math.ceil(count / step)) as unknown as Shape;

/** Indices along an edge that are taken: the middle of each block, so that no phase gains or loses on average. */
const takenOf = (count: number, step: number): number[] =>
  Array.from({ length: Math.ceil(count / step) }, (_, k) => Math.min(count - 1, k * step + (step >> 1)));

/** Volumes of so many voxels are done at once. */
export const AT_ONCE = 2 ** 21;
/** Voxels of one step of larger ones: milliseconds, where code runs for the first time, too. */
const STEP_VOXELS = 2 ** 18;

export const stepFor = (voxels: number): number => (voxels > AT_ONCE ? STEP_VOXELS : AT_ONCE);

/** Labels in C order of the texels; the labels themselves where all are taken. */
export function* labelTexels(labels: Uint8Array, shape: Shape, step: number): Steps<Uint8Array> {
  return step === 1 ? labels : yield* taken(labels, shape, step, (label) => label);
}

/** Values as 1…255 from end to end of a scale; 0: no value. */
export function* fieldTexels(
  values: Float32Array, shape: Shape, step: number, { from, to }: FieldScale,
): Steps<Uint8Array> {
  const factor = 254 / (to - from);
  return yield* taken(values, shape, step, (value) => (
    Number.isNaN(value) ? 0 : 1 + Math.round(Math.min(254, Math.max(0, (value - from) * factor)))
  ));
}

function* taken(
  data: ArrayLike<number>, shape: Shape, step: number, byteOf: (value: number) => number,
): Steps<Uint8Array> {
  const [planes, rows, columns] = shape.map((count) => takenOf(count, step));
  const bytes = new Uint8Array(planes.length * rows.length * columns.length);
  const most = stepFor(bytes.length);
  let [i, rest] = [0, most];
  for (const z of planes) {
    for (const y of rows) {
      const start = (z * shape[1] + y) * shape[2];
      for (let k = 0; k < columns.length; k++, i++) bytes[i] = byteOf(data[start + columns[k]]);
      rest -= columns.length;
      if (rest > 0 || i === bytes.length) continue;
      rest = most;
      yield;
    }
  }
  return bytes;
}

/** Ends of the colours of a field. */
export interface FieldScale {
  readonly from: number;
  readonly to: number;
}

/** Pictures ask for the scale of a field again and again. */
const scales = new WeakMap<object, FieldScale>();

type Scaled = Pick<VoxelField, 'values' | 'range'>;

/** The field's own range, else its smallest and largest value; never empty. */
export const scaleOf = (field: Scaled): FieldScale => scales.get(field) ?? finish(scaleSteps(field));

/** The same in steps: `scaleOf` knows it from then on. */
export function* scaleSteps(field: Scaled): Steps<FieldScale> {
  const { values, range } = field;
  let [from, to] = range ?? [Infinity, -Infinity];
  const most = stepFor(values.length);
  for (let i = 0; range === undefined && i < values.length; i++) {
    if (values[i] < from && values[i] !== -Infinity) from = values[i];
    if (values[i] > to && values[i] !== Infinity) to = values[i];
    if (i % most === most - 1) yield;
  }
  const scale = from <= to ? { from, to: to > from ? to : from + (Math.abs(from) || 1) } : { from: 0, to: 1 };
  scales.set(field, scale);
  return scale;
}
