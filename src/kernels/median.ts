// Median over a cube of voxels. Kernel: assembly/image/median.ts.
import { MEDIAN_SLACK } from '../../assembly/layout.js';
import { voxelCount, type Shape } from '../core/grid.js';
import type { Lease } from '../runtime/arena.js';
import { named } from '../runtime/plan.js';
import type { Frame } from '../runtime/session.js';
import { extents } from './extents.js';
import type { GreyKind } from './greys.js';

export function medianScratch(shape: Shape, kind: GreyKind, size: number, threads: number) {
  return named({ 'neighbouring rows': threads * size * size * (shape[2] + size + MEDIAN_SLACK) * kind });
}

/** out = median of the size³ values around each voxel, size 3 or 5; window faces are repeated. */
export async function medianCube(
  frame: Frame, out: Lease, values: Lease, kind: GreyKind, size: number, scratch: Lease, shape: Shape,
): Promise<void> {
  await frame.call(
    'medianCube', { out, values, kind, size, scratch, ...extents(shape) },
    { name: `median ${size}³`, work: voxelCount(shape) },
  );
}
