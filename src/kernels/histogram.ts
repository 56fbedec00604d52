// Labels that occur, and voxels of each label in every plane across z, y and x. Kernels:
// assembly/measures/histogram.ts.
import { voxelCount, type Shape } from '../core/grid.js';
import type { Phase } from '../core/volume.js';
import { named } from '../runtime/plan.js';
import type { Frame } from '../runtime/session.js';
import type { Lease } from '../runtime/arena.js';

export const labelsPresentPlan = { leases: named({ 'labels present': 256 }) };

/** Sorted labels that occur in a lease of u8 labels, padded to a multiple of 16 bytes. */
export async function labelsPresent(frame: Frame, labels: Lease, shape: Shape): Promise<Phase[]> {
  return frame.scope(async () => {
    const { 'labels present': present } = frame.take(labelsPresentPlan);
    await frame.fill(present, 0);
    const voxels = voxelCount(shape);
    await frame.call('labelsPresent', { present, labels, n: voxels }, { name: 'labels', work: voxels });
    const bytes = await frame.read(present, Uint8Array);
    return Array.from(bytes.keys()).filter((label) => bytes[label] === 1);
  });
}

/** Voxels of one phase in each plane across an axis. */
export interface PlaneCounts {
  readonly z: Uint32Array;
  readonly y: Uint32Array;
  readonly x: Uint32Array;
}

/** @param phases at most this many. */
export function planeCountsPlan(shape: Shape, threads: number, phases: number) {
  const [nz, ny, nx] = shape;
  return {
    leases: named({
      phases,
      'counts by z': 4 * phases * nz,
      'counts by y': 4 * phases * ny,
      'counts by x': 4 * phases * nx * threads,
    }),
  };
}

/** Exact voxel counts of `phases`, in their order. */
export async function planeCounts(
  frame: Frame, labels: Lease, shape: Shape, phases: readonly Phase[],
): Promise<PlaneCounts[]> {
  return frame.scope(async () => {
    const plan = planeCountsPlan(shape, frame.threads, phases.length);
    const { phases: list, 'counts by z': byZ, 'counts by y': byY, 'counts by x': byX } = frame.take(plan);
    await frame.write(list, Uint8Array.from(phases));
    await frame.fill(byZ, 0);
    await frame.fill(byY, 0);
    const [nz, ny, nx] = shape;
    await frame.call(
      'planeCounts', { byZ, byY, byX, labels, nz, ny, nx, phases: list, count: phases.length },
      { name: 'voxel counts', work: voxelCount(shape) },
    );
    const z = await frame.read(byZ, Uint32Array);
    const y = await frame.read(byY, Uint32Array);
    const x = await frame.read(byX, Uint32Array);
    return phases.map((_, k) => {
      const columns = new Uint32Array(nx);
      for (let thread = 0; thread < frame.threads; thread++) {
        const from = (thread * phases.length + k) * nx;
        for (let i = 0; i < nx; i++) columns[i] += x[from + i];
      }
      return { z: z.slice(k * nz, (k + 1) * nz), y: y.slice(k * ny, (k + 1) * ny), x: columns };
    });
  });
}
