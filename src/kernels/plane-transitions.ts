// Transitions of a phase plane by plane. Kernels: assembly/measures/plane-transitions.ts.
import { DIRECTIONS } from '../core/directions.js';
import { axisIndex, voxelCount, type Axis, type Shape } from '../core/grid.js';
import type { Lease } from '../runtime/arena.js';
import { named } from '../runtime/plan.js';
import type { Frame } from '../runtime/session.js';
import { wordsPerRow } from './bits.js';
import { extents } from './extents.js';

/** (z, y, x) with `axis` first: it changes places with z. */
export function turned<T>([z, y, x]: readonly [T, T, T], axis: Axis): readonly [T, T, T] {
  return axis === 'z' ? [z, y, x] : axis === 'y' ? [y, z, x] : [x, y, z];
}

/** out ← labels with `axis`, y or x, first. */
export async function turnLabels(frame: Frame, out: Lease, labels: Lease, shape: Shape, axis: Axis): Promise<void> {
  await frame.call(
    'turnLabels', { out, labels, ...extents(shape), axis: axisIndex(axis) }, { name: 'turn', work: voxelCount(shape) },
  );
}

export function planeTransitionsPlan(planes: number) {
  return { leases: named({ 'plane transitions': 4 * DIRECTIONS.length * planes }) };
}

/** For each plane across the first axis the pairs of voxels with one end in the set, along DIRECTIONS: inside the
 *  plane, and for directions with dz between it and the next. @param bits as in kernels/bits.ts. */
export async function planeTransitions(frame: Frame, bits: Lease, shape: Shape): Promise<Uint32Array[]> {
  return frame.scope(async () => {
    const { 'plane transitions': out } = frame.take(planeTransitionsPlan(shape[0]));
    await frame.call(
      'planeTransitions', { counts: out, bits, ...extents(shape), words: wordsPerRow(shape) },
      { name: 'planes', work: voxelCount(shape) },
    );
    const counts = await frame.read(out, Uint32Array);
    return Array.from(
      { length: shape[0] }, (_, z) => counts.subarray(z * DIRECTIONS.length, (z + 1) * DIRECTIONS.length),
    );
  });
}
