// Squared Euclidean distance on voxels of any edge lengths, in f32. Kernels: assembly/morphology/metric.ts.
import { METRIC_PAD } from '../../assembly/layout.js';
import { voxelCount, type Shape, type VoxelSize } from '../core/grid.js';
import type { Lease, LeasesOf } from '../runtime/arena.js';
import { named } from '../runtime/plan.js';
import type { Frame } from '../runtime/session.js';
import { wordsPerRow } from './bits.js';
import { paddedRow, type Border } from './distance.js';
import { extents } from './extents.js';

/** Kernel sentinel: a distance from here on says that there is no source. */
export const FAR_METRIC = 1e38;

/** Squared voxel edges as the kernels use them. */
export interface SquaredEdges {
  /** f32 squares of the edges over the shortest edge: whole-number distances stay exact on cubes. */
  readonly weights: readonly [z: number, y: number, x: number];
  /** The shortest edge, µm; 1 when no size is known. */
  readonly unit: number;
}

export function squaredEdges(size: VoxelSize): SquaredEdges {
  const edges = size ?? [1, 1, 1];
  const unit = Math.min(...edges);
  const [z, y, x] = edges.map((h) => Math.fround((h / unit) ** 2));
  return { weights: [z, y, x], unit };
}

export function metricBytes(shape: Shape): number {
  return 4 * shape[0] * shape[1] * paddedRow(shape);
}

/** The squared distances (f32, rows of `paddedRow`), and scratch. */
export function metricLeases(shape: Shape, threads: number) {
  return [...named({ 'squared distances': metricBytes(shape) }), ...metricPlanes(shape, threads)];
}

export function metricPlanes(shape: Shape, threads: number) {
  const stride = paddedRow(shape);
  return named({ planes: threads * 4 * (shape[1] * stride + stride + 2 * METRIC_PAD) });
}

/** Fills the squared distances in units of `edges.unit`²; ≥ FAR_METRIC without a source.
 *  @param source a `labelLease`, whose sources are what is not `phase`; or bits, with phase null, whose sources are the
 *    set ones. */
export async function metricDistance(
  frame: Frame, source: Lease, shape: Shape, phase: number | null, border: Border, edges: SquaredEdges,
  leases: LeasesOf<typeof metricLeases>,
): Promise<void> {
  const { 'squared distances': squared, planes: scratch } = leases;
  const [nz, ny, nx] = shape;
  const [wz, wy, wx] = edges.weights;
  const stride = paddedRow(shape);
  const closed = border === 'closed';
  const fromBits = phase === null;
  const pitch = fromBits ? 8 * wordsPerRow(shape) : nx;
  const stage = { name: 'distance', work: voxelCount(shape) };
  await frame.call(
    'metricLines', { g: squared, source, fromBits, phase: phase ?? 0, nz, ny, stride, pitch, wz, closed }, stage,
  );
  await frame.call('metricPlanes', { squared, scratch, nz, ny, nx, stride, wy, wx, closed }, stage);
}

/** Bits of the voxels with squared distance below a limit, or not below it. @returns their number in each slice along
 *  z. */
export async function metricBits(
  frame: Frame, bits: Lease | null, counts: Lease, squared: Lease, shape: Shape, limit: number,
  side: 'below' | 'not below',
): Promise<Int32Array> {
  await frame.fill(counts, 0);
  await frame.call('metricBits', {
    bits, counts, squared, limit, below: side === 'below', ...extents(shape),
    stride: paddedRow(shape), words: wordsPerRow(shape),
  });
  return frame.read(counts, Int32Array, shape[0]);
}

/** The squared distances > 0 that occur, ascending; FAR_METRIC and above left out. */
export async function metricValues(frame: Frame, squared: Lease, shape: Shape): Promise<number[]> {
  const found = new Set<number>();
  await eachSlice(frame, squared, shape, (slice) => {
    const stride = paddedRow(shape);
    for (let i = 0; i < slice.length; i++) {
      if (slice[i] > 0 && slice[i] < FAR_METRIC && i % stride < shape[2]) found.add(slice[i]);
    }
  });
  return [...found].sort((a, b) => a - b);
}

/** Slices of a padded f32 field, one after the other. */
export async function eachSlice(
  frame: Frame, field: Lease, shape: Shape, body: (slice: Float32Array, z: number) => void,
): Promise<void> {
  const floats = shape[1] * paddedRow(shape);
  for (let z = 0; z < shape[0]; z++) body(await frame.read(field, Float32Array, floats, 4 * z * floats), z);
}
