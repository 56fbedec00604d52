// Local thickness and the distribution of its values. Kernels: assembly/morphology/thickness.ts.
import { voxelCount, type Shape } from '../core/grid.js';
import type { Lease, LeasesOf } from '../runtime/arena.js';
import { named, type LeasePlan } from '../runtime/plan.js';
import type { Frame } from '../runtime/session.js';
import { FAR, paddedRow } from './distance.js';
import { extents } from './extents.js';
import { resultPlan } from './results.js';
import { metricBytes, type SquaredEdges } from './metric.js';
import { squaredFloats, squaredFloatsPlans, squaredLeases } from './squares.js';

const KEYS = 65536;

function fieldLeases(shape: Shape, threads: number) {
  return named({
    thickness: metricBytes(shape),
    inclusions: 12 * FAR,
    counts: 4 * KEYS * threads,
    sums: 8 * shape[0],
  });
}
type Counters = Pick<LeasesOf<typeof fieldLeases>, 'counts' | 'sums'>;

/** What `thicknessField` and the map of it lease beside the labels: 9.3 bytes a voxel at most. */
export function thicknessPlan(shape: Shape, threads: number): LeasePlan {
  return {
    leases: squaredLeases(shape),
    then: [
      ...squaredFloatsPlans(shape, threads),
      { leases: fieldLeases(shape, threads), then: [resultPlan(shape)] },
    ],
  };
}

/** For the steps to a face, an edge and a corner neighbour, and each squared radius D below `size`: the least squared
 *  radius there whose open ball holds all lattice points of the open ball of D here. */
export function inclusionTable(size: number): Float32Array {
  // Of the points at squared distance n, the largest 2 v·step by kind of step.
  const ahead = [0, 1, 2].map(() => new Int32Array(size).fill(-1));
  for (let a = 0; a * a < size; a++) {
    for (let b = 0; b <= a && a * a + b * b < size; b++) {
      for (let c = 0; c <= b && a * a + b * b + c * c < size; c++) {
        const n = a * a + b * b + c * c;
        [a, a + b, a + b + c].forEach((along, kind) => (ahead[kind][n] = Math.max(ahead[kind][n], 2 * along)));
      }
    }
  }
  const table = new Float32Array(3 * size);
  ahead.forEach((best, kind) => {
    let farthest = 0;
    for (let squared = 1; squared < size; squared++) {
      const n = squared - 1;
      if (best[n] >= 0) farthest = Math.max(farthest, n + best[n] + kind + 1);
      table[kind * size + squared] = farthest + 1;
    }
  });
  return table;
}

/** Counts of the values > 0 of a field by the upper half of their bits, and the sum of their roots. */
async function countUpper(
  frame: Frame, field: Lease, shape: Shape, leases: Counters,
): Promise<{ counts: Float64Array; rootSum: number }> {
  const counts = await countBy(frame, field, shape, leases, null);
  return { counts, rootSum: (await frame.read(leases.sums, Float64Array, shape[0])).reduce((a, b) => a + b, 0) };
}

/** @param upper the upper half, then the lower ones are counted; null: the upper ones */
async function countBy(
  frame: Frame, field: Lease, shape: Shape, { counts, sums }: Counters, upper: number | null,
): Promise<Float64Array> {
  const half = { low: upper !== null, upper: upper ?? 0 };
  await frame.call(
    'thicknessCounts', { counts, sums, values: field, ...extents(shape), stride: paddedRow(shape), ...half },
    { name: 'sizes', work: voxelCount(shape) },
  );
  const found = await frame.read(counts, Uint32Array, KEYS * frame.threads);
  const total = new Float64Array(KEYS);
  found.forEach((count, i) => (total[i % KEYS] += count));
  return total;
}

export interface ThicknessField {
  /** Squared local thickness, f32 in units of `edges.unit`², rows of `paddedRow`. */
  readonly field: Lease;
  readonly voxels: number;
  /** Mean of its root, in units of `edges.unit`. */
  readonly mean: number;
  /** The values that at least these shares of the phase reach or exceed: squared, ascending shares in (0, 1]. */
  exceeded(shares: readonly number[]): Promise<number[]>;
}

/** Squared local thickness of a phase that does not fill the window. labels: a `labelLease`, left as it is. */
export async function thicknessField(
  frame: Frame, labels: Lease, shape: Shape, phase: number, edges: SquaredEdges,
): Promise<ThicknessField> {
  const { 'squared distances': squared } = frame.take(squaredLeases(shape));
  const [nz] = shape;
  const stride = paddedRow(shape);
  const work = voxelCount(shape);
  let largest = await squaredFloats(frame, squared, labels, shape, phase, edges);
  const exact = largest !== null;
  const { thickness: field, inclusions, ...counters } = frame.take(fieldLeases(shape, frame.threads));
  if (largest === null) {
    // A little more than the largest value: the end of its bin.
    const { counts } = await countUpper(frame, squared, shape, counters);
    const last = counts.reduce((most, count, key) => (count > 0 ? key : most), 0);
    largest = new Float32Array(Uint32Array.of((last + 1) << 16).buffer)[0];
  }
  const size = exact ? largest + 1 : 0;
  if (exact) await frame.write(inclusions, new Uint8Array(inclusionTable(size).buffer));
  const [wz, wy, wx] = edges.weights;
  const reach = Math.min(nz, Math.ceil(Math.sqrt(largest / wz)));
  await frame.call(
    'localThickness',
    {
      thickness: field, squared, ...extents(shape), stride, reach, table: exact ? inclusions : null, size, wz, wy, wx,
    },
    { name: 'balls', work },
  );
  const { counts, rootSum } = await countUpper(frame, field, shape, counters);
  const voxels = counts.reduce((a, b) => a + b, 0);
  return {
    field,
    voxels,
    mean: rootSum / voxels,
    async exceeded(shares) {
      const values: number[] = [];
      for (const share of shares) {
        const rank = Math.ceil(share * voxels - 1e-9 * share);
        const upper = descend(counts, rank);
        const lower = descend(await countBy(frame, field, shape, counters, upper.key), rank - upper.above);
        values.push(new Float32Array(Uint32Array.of(((upper.key << 16) | lower.key) >>> 0).buffer)[0]);
      }
      return values;
    },
  };
}

/** Key at which the count from the top reaches `rank`, and what lies above it. */
function descend(counts: Float64Array, rank: number): { key: number; above: number } {
  let above = 0;
  for (let key = counts.length - 1; key > 0; key--) {
    if (above + counts[key] >= rank) return { key, above };
    above += counts[key];
  }
  return { key: 0, above };
}
