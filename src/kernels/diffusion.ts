// Anisotropic diffusion. Kernels: assembly/image/diffusion.ts.
import { voxelCount, type Shape } from '../core/grid.js';
import type { Lease } from '../runtime/arena.js';
import type { PlannedLease } from '../runtime/plan.js';
import type { Frame } from '../runtime/session.js';
import type { GreyKind } from './greys.js';

export function diffusionLeases(shape: Shape): PlannedLease[] {
  return ['diffusing values', 'diffused values'].map((name) => ({ name, bytes: 4 * voxelCount(shape) }));
}

/** In place: `iterations` explicit steps of size `rate` ≤ 1/6 with edge threshold `kappa`.
 *  @param leases in the order of `diffusionLeases`. */
export async function diffuse(
  frame: Frame, values: Lease, kind: GreyKind, iterations: number, kappa: number, rate: number, leases: readonly Lease[], shape: Shape,
): Promise<void> {
  const [a, b] = leases;
  const voxels = voxelCount(shape);
  await frame.call('floatValues', [a.ptr, values.ptr, kind, voxels, 0], { name: 'grey values', work: voxels });
  await frame.call(
    'diffuse', [a.ptr, b.ptr, iterations, 1 / (kappa * kappa), rate, ...shape], { name: 'diffusion', work: voxels * iterations },
  );
  const result = iterations % 2 === 0 ? a : b;
  await frame.call('floatValues', [result.ptr, values.ptr, kind, voxels, 1], { name: 'grey values', work: voxels });
}
