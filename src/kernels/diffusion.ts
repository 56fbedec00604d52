// Anisotropic diffusion. Kernels: assembly/image/diffusion.ts.
import { voxelCount, type Shape } from '../core/grid.js';
import type { Lease, LeasesOf } from '../runtime/arena.js';
import { named } from '../runtime/plan.js';
import type { Frame } from '../runtime/session.js';
import { extents } from './extents.js';
import type { GreyKind } from './greys.js';

export function diffusionLeases(shape: Shape) {
  const bytes = 4 * voxelCount(shape);
  return named({ 'diffusing values': bytes, 'diffused values': bytes });
}

/** In place: `iterations` explicit steps of size `rate` ≤ 1/6 with edge threshold `kappa`. */
export async function diffuse(
  frame: Frame, values: Lease, kind: GreyKind, iterations: number, kappa: number, rate: number,
  leases: LeasesOf<typeof diffusionLeases>, shape: Shape,
): Promise<void> {
  const { 'diffusing values': a, 'diffused values': b } = leases;
  const voxels = voxelCount(shape);
  const stage = { name: 'grey values', work: voxels };
  await frame.call('floatValues', { floats: a, values, kind, count: voxels, back: false }, stage);
  await frame.call(
    'diffuse', { a, b, iterations, inverse: 1 / (kappa * kappa), rate, ...extents(shape) },
    { name: 'diffusion', work: voxels * iterations },
  );
  const result = iterations % 2 === 0 ? a : b;
  await frame.call('floatValues', { floats: result, values, kind, count: voxels, back: true }, stage);
}
