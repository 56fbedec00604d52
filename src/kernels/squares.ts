// Squared distances as f32, for the operations that take any voxel size: by bytes and 16-bit words on cubic voxels
// while they fit, which is several times faster, and as sums of squares otherwise.
import { voxelCount, type Shape } from '../core/grid.js';
import type { Lease } from '../runtime/arena.js';
import { named, type LeasePlan } from '../runtime/plan.js';
import type { Frame } from '../runtime/session.js';
import { distance16, distanceLeases, FAR, paddedRow } from './distance.js';
import { metricBytes, metricDistance, metricPlanes, type SquaredEdges } from './metric.js';

export const squaredLeases = (shape: Shape) => named({ 'squared distances': metricBytes(shape) });

/** What `squaredFloats` leases beside them. */
export function squaredFloatsPlans(shape: Shape, threads: number): LeasePlan[] {
  return [{ leases: distanceLeases(shape, threads) }, { leases: metricPlanes(shape, threads) }];
}

/** Fills `squared`, of `squaredLeases`, for one phase of a `labelLease`: units of `edges.unit`², ≥ FAR_METRIC without a
 *  voxel outside; lanes beyond the rows hold anything. Window faces are no obstacle.
 *  @returns the largest value where all are whole numbers below FAR, else null */
export async function squaredFloats(
  frame: Frame, squared: Lease, labels: Lease, shape: Shape, phase: number, edges: SquaredEdges,
): Promise<number | null> {
  const [nz, ny] = shape;
  const largest = edges.weights.every((w) => w === 1) ? await frame.scope(async () => {
    const leases = frame.take(distanceLeases(shape, frame.threads));
    const found = await distance16(frame, labels, shape, phase, 'open', leases);
    if (found >= FAR) return null;
    await frame.call(
      'floatsOfSquares',
      { floats: squared, squared: leases['squared distances'], rows: nz * ny, stride: paddedRow(shape) },
      { name: 'distance', work: voxelCount(shape) },
    );
    return found;
  }) : null;
  if (largest === null) {
    await frame.scope(async () => {
      const leases = { 'squared distances': squared, ...frame.take(metricPlanes(shape, frame.threads)) };
      return metricDistance(frame, labels, shape, phase, 'open', edges, leases);
    });
  }
  return largest;
}
