// Box and Gaussian filters. Kernels: assembly/image/separable.ts.
import { voxelCount, type Shape } from '../core/grid.js';
import type { Lease, LeasesOf } from '../runtime/arena.js';
import { named } from '../runtime/plan.js';
import type { Frame } from '../runtime/session.js';
import { extents } from './extents.js';
import type { GreyKind } from './greys.js';

/** Weights, and for each thread the slices around the current one. */
export function separableLeases(shape: Shape, reach: number, threads: number) {
  const [, ny, nx] = shape;
  const pitch = Math.ceil(nx / 4) * 4;
  const line = Math.ceil((nx + 2 * reach + 4) / 4) * 4;
  return named({
    weights: 4 * (reach + 1),
    'filtered slices': threads * 4 * (line + (2 * reach + 2) * ny * pitch),
  });
}

/** Normalised weights of a Gaussian of `sigma` voxels, cut at `reach`. */
export async function gaussianWeights(frame: Frame, weights: Lease, reach: number, sigma: number): Promise<void> {
  await frame.call('gaussianWeights', { weights, reach, sigma });
}

/** out = weighted sum over the cube of (2·reach + 1)³ divided by `divisor`; window faces are repeated.
 *  @param leases the weights are filled. */
export async function separable(
  frame: Frame, out: Lease, values: Lease, kind: GreyKind, reach: number, divisor: number,
  leases: LeasesOf<typeof separableLeases>, shape: Shape, stage: string,
): Promise<void> {
  const { weights, 'filtered slices': scratch } = leases;
  await frame.call(
    'separable', { out, values, kind, weights, reach, divisor, scratch, ...extents(shape) },
    { name: stage, work: voxelCount(shape) },
  );
}
