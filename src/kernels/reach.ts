// Byte mask of the voxels of a phase that are connected to a face: the percolation masks of transport and descriptors.
import type { Axis, Face, Neighbourhood, Shape } from '../core/grid.js';
import type { Lease } from '../runtime/arena.js';
import { named } from '../runtime/plan.js';
import type { Frame } from '../runtime/session.js';
import { bitBytes, bitsOfPhase, bytesOfBits, countBits, reachFromFace, reachLeases } from './bits.js';

/** What `reachMask` leases on top of labels and mask, and gives back. */
export function reachMaskLeases(shape: Shape, threads: number) {
  return [
    ...named({ set: bitBytes(shape), reached: bitBytes(shape) }),
    ...reachLeases(shape, threads),
    ...named({ counts: 4 * shape[0] }),
  ];
}

export interface ReachOptions {
  readonly phase: number;
  readonly axis: Axis;
  readonly from: Face;
  readonly neighbours: Neighbourhood;
}

/** mask ← 1 for voxels of the phase connected, within it, to its voxels in the layer at the face, 0 elsewhere. labels
 *  and mask: one byte a voxel, C order; they may be the same lease (a byte mask is a label volume with phase 1).
 *  @param mask null: only count.
 *  @returns the number of connected voxels in each slice along z. */
export async function reachMask(
  frame: Frame, mask: Lease | null, labels: Lease, shape: Shape, options: ReachOptions,
): Promise<Int32Array> {
  return frame.scope(async () => {
    const { set, reached, counts, ...scratch } = frame.take(reachMaskLeases(shape, frame.threads));
    await bitsOfPhase(frame, set, labels, shape, options.phase);
    await reachFromFace(frame, reached, set, shape, options.axis, options.from, options.neighbours, scratch);
    if (mask !== null) await bytesOfBits(frame, mask, reached, shape);
    return countBits(frame, counts, reached, shape);
  });
}
