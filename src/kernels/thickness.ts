// Local thickness and the distribution of its values. Kernels: assembly/morphology/thickness.ts.
import { voxelCount, type Shape } from '../core/grid.js';
import type { Lease } from '../runtime/arena.js';
import type { LeasePlan, PlannedLease } from '../runtime/plan.js';
import type { Frame } from '../runtime/session.js';
import { distance16, distanceLeases, FAR, paddedRow } from './distance.js';
import { metricBytes, metricDistance, metricLeases, type SquaredEdges } from './metric.js';

const KEYS = 65536;

function countLeases(shape: Shape, threads: number): PlannedLease[] {
  return [{ name: 'counts', bytes: 4 * KEYS * threads }, { name: 'sums', bytes: 8 * shape[0] }];
}

/** What `thicknessField` leases beside the labels: 9.3 bytes a voxel at most. */
export function thicknessPlan(shape: Shape, threads: number): LeasePlan {
  const [squared, planes] = metricLeases(shape, threads);
  return {
    leases: [squared],
    then: [
      { leases: distanceLeases(shape, threads) },
      { leases: [planes] },
      { leases: [{ name: 'thickness', bytes: metricBytes(shape) }, { name: 'inclusions', bytes: 12 * FAR }, ...countLeases(shape, threads)] },
    ],
  };
}

/** For the steps to a face, an edge and a corner neighbour, and each squared radius D below `size`: the least squared radius there
 *  whose open ball holds all lattice points of the open ball of D here. */
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
async function countUpper(frame: Frame, field: Lease, shape: Shape, leases: readonly Lease[]): Promise<{ counts: Float64Array; rootSum: number }> {
  const counts = await countBy(frame, field, shape, leases, 0, 0);
  return { counts, rootSum: (await frame.read(leases[1], Float64Array, shape[0])).reduce((a, b) => a + b, 0) };
}

async function countBy(frame: Frame, field: Lease, shape: Shape, [counts, sums]: readonly Lease[], low: number, upper: number): Promise<Float64Array> {
  await frame.call(
    'thicknessCounts', [counts.ptr, sums.ptr, field.ptr, ...shape, paddedRow(shape), low, upper], { name: 'sizes', work: voxelCount(shape) },
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
  const take = (leases: readonly PlannedLease[]): Lease[] => leases.map(({ name, bytes }) => frame.lease(name, bytes));
  const [squaredLease, planesLease] = metricLeases(shape, frame.threads);
  const [squared] = take([squaredLease]);
  const [nz, ny, nx] = shape;
  const stride = paddedRow(shape);
  const work = voxelCount(shape);
  const cubic = edges.weights.every((w) => w === 1);
  let largest = cubic ? await frame.scope(async () => {
    const leases = take(distanceLeases(shape, frame.threads));
    const found = await distance16(frame, labels, shape, phase, 'open', leases);
    if (found >= FAR) return null;
    await frame.call('floatsOfSquares', [squared.ptr, leases[0].ptr, nz * ny, stride], { name: 'distance', work });
    return found;
  }) : null;
  const exact = largest !== null;
  if (largest === null) {
    await frame.scope(async () => metricDistance(frame, labels, shape, phase, 'open', edges, [squared, ...take([planesLease])]));
  }
  const [field, inclusions, ...counters] = take([
    { name: 'thickness', bytes: metricBytes(shape) }, { name: 'inclusions', bytes: 12 * FAR }, ...countLeases(shape, frame.threads),
  ]);
  if (largest === null) {
    // A little more than the largest value: the end of its bin.
    const { counts } = await countUpper(frame, squared, shape, counters);
    largest = new Float32Array(Uint32Array.of((counts.reduce((last, count, key) => (count > 0 ? key : last), 0) + 1) << 16).buffer)[0];
  }
  const size = exact ? largest + 1 : 0;
  if (exact) await frame.write(inclusions, new Uint8Array(inclusionTable(size).buffer));
  const [wz, wy, wx] = edges.weights;
  const reach = Math.min(nz, Math.ceil(Math.sqrt(largest / wz)));
  await frame.call(
    'localThickness',
    [field.ptr, squared.ptr, nz, ny, nx, stride, reach, exact ? inclusions.ptr : 0, size, wz, wy, wx],
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
        const lower = descend(await countBy(frame, field, shape, counters, 1, upper.key), rank - upper.above);
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
