// Small components, and voxels that take the label of their surroundings. Kernels: assembly/image/clean.ts.
import { voxelCount, type Shape } from '../core/grid.js';
import type { Phase } from '../core/volume.js';
import type { Lease } from '../runtime/arena.js';
import { named } from '../runtime/plan.js';
import type { Frame } from '../runtime/session.js';
import type { ComponentTables } from './components.js';
import { extents } from './extents.js';

/** mask ← 1 at the voxels of components below `least` voxels; the rest of the mask stays. After `joinComponents`. */
export async function markSmall(
  frame: Frame, mask: Lease, tables: ComponentTables, shape: Shape, least: number,
): Promise<void> {
  const { rowStart, runs, parents } = tables;
  await frame.call(
    'markSmall', { mask, rowStart, runs, parents, rows: shape[0] * shape[1], nx: shape[2], least },
    { name: 'small components', work: voxelCount(shape) },
  );
}

export interface Absorbed {
  readonly components: number;
  readonly voxels: number;
  /** Marked voxels without any unmarked one to take a label from: all of the image. */
  readonly left: number;
}

/** @param least components below this size are marked. */
export function absorbPlan(shape: Shape, least: number) {
  return {
    leases: named({
      'voxels of a component': 4 * Math.min(least, voxelCount(shape)),
      votes: 1024,
      absorbed: 12,
    }),
  };
}

/** Marked components take the label of most faces between them and unmarked voxels, from outside inwards. */
export async function absorbSmall(
  frame: Frame, labels: Lease, mask: Lease, shape: Shape, least: number,
): Promise<Absorbed> {
  return frame.scope(async () => {
    const { 'voxels of a component': list, votes, absorbed: result } = frame.take(absorbPlan(shape, least));
    await frame.call(
      'absorbSmall', { result, labels, mask, list, votes, ...extents(shape) },
      { name: 'surroundings', work: voxelCount(shape) },
    );
    const [components, voxels, left] = await frame.read(result, Uint32Array);
    return { components, voxels, left };
  });
}

/** mask ← 1 at the voxels of `phase`, or at those of all other phases. */
export async function phaseMask(
  frame: Frame, mask: Lease, labels: Lease, phase: Phase, select: 'phase' | 'others', shape: Shape,
): Promise<void> {
  await frame.call('phaseMask', { mask, labels, phase, others: select === 'others', count: voxelCount(shape) });
}

/** labels ← phase wherever the mask is 0. */
export async function paintOutside(
  frame: Frame, labels: Lease, mask: Lease, phase: Phase, shape: Shape,
): Promise<void> {
  await frame.call('paintOutside', { labels, mask, phase, count: voxelCount(shape) });
}

export function regrowPlan(threads: number) {
  return { leases: named({ 'waiting voxels': 64 * threads }) };
}

/** Voxels of `phase` outside the mask take the label of the other phases around them; without any, `rest`. Overwrites
 *  the mask. */
export async function regrow(
  frame: Frame, labels: Lease, mask: Lease, phase: Phase, rest: Phase, shape: Shape,
): Promise<void> {
  await frame.scope(async () => {
    const { 'waiting voxels': left } = frame.take(regrowPlan(frame.threads));
    await frame.call(
      'regrow', { labels, mask, left, phase, rest, ...extents(shape) },
      { name: 'surroundings', work: voxelCount(shape) },
    );
  });
}
