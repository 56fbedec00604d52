// Label transitions along the 13 lattice directions. Kernels: assembly/measures/transitions.ts.
import { DIRECTIONS } from '../core/directions.js';
import { SpecError } from '../core/errors.js';
import { voxelCount, type Shape } from '../core/grid.js';
import type { Phase } from '../core/volume.js';
import type { Lease } from '../runtime/arena.js';
import { named, type PlannedLease } from '../runtime/plan.js';
import type { Frame } from '../runtime/session.js';
import { extents } from './extents.js';

/** Classes of labels that one pass can tell apart: one bit each. */
export const MAX_CLASSES = 8;
/** Bytes that SIMD kernels may read behind the last voxel of a label lease. */
export const LABEL_PADDING = 64;

/** Lease of a label volume with the padding that SIMD kernels read. */
export function labelLease(shape: Shape): PlannedLease<'labels'> {
  return { name: 'labels', bytes: voxelCount(shape) + LABEL_PADDING };
}

/** An unordered pair of classes; `null` is the class of all labels that were not listed. */
export type ClassPair = readonly [Phase, Phase | null];

function padded(pairs: number): number {
  return 3 * Math.ceil(pairs / 3);
}

export function transitionsPlan(threads: number, pairs: number) {
  return {
    leases: named({
      phases: MAX_CLASSES,
      'pair codes': padded(pairs),
      transitions: 8 * DIRECTIONS.length * padded(pairs) * threads,
    }),
  };
}

/** Counts voxel pairs inside the window along the 13 directions whose labels are the two of a class pair.
 *  Destroys the labels: they become one-hot codes.
 *  @param phases distinct labels that have a class of their own; all others together are the class `null`.
 *  @returns for each pair of `pairs` its 13 counts, in the order of DIRECTIONS.
 *  @throws SpecError for more classes than MAX_CLASSES. */
export async function transitions(
  frame: Frame, labels: Lease, shape: Shape, phases: readonly Phase[], pairs: readonly ClassPair[],
): Promise<number[][]> {
  const rest = pairs.some(([, b]) => b === null);
  if (phases.length + (rest ? 1 : 0) > MAX_CLASSES) {
    throw new SpecError(
      `transitions: ${MAX_CLASSES} classes of labels at most, got ${phases.length}${rest ? ' and the rest' : ''}`,
    );
  }
  return frame.scope(async () => {
    const plan = transitionsPlan(frame.threads, pairs.length);
    const { phases: list, 'pair codes': codes, transitions: out } = frame.take(plan);
    const voxels = voxelCount(shape);
    const bit = (phase: Phase | null): number => 1 << (phase === null ? phases.length : phases.indexOf(phase));
    const count = padded(pairs.length);
    const pairCodes = new Uint8Array(count).fill(255);
    pairs.forEach(([a, b], k) => (pairCodes[k] = bit(a) | bit(b)));
    await frame.write(list, Uint8Array.from(phases));
    await frame.write(codes, pairCodes);
    await frame.call(
      'oneHot', { labels, blocks: Math.ceil(voxels / 16), phases: list, count: phases.length, rest },
      { name: 'label classes', work: voxels },
    );
    await frame.call(
      'transitions', { counts: out, codes: labels, ...extents(shape), pairCodes: codes, pairs: count },
      { name: 'transitions', work: voxels },
    );
    const counts = await frame.read(out, Float64Array);
    return pairs.map((_, k) =>
      DIRECTIONS.map((__, d) => {
        let sum = 0;
        for (let t = 0; t < frame.threads; t++) sum += counts[(t * DIRECTIONS.length + d) * count + k];
        return sum;
      }),
    );
  });
}
