// Runs of voxels in a phase along the lines of an axis. Kernel: assembly/measures/chords.ts.
import { axisIndex, voxelCount, type Axis, type Shape } from '../core/grid.js';
import type { Lease } from '../runtime/arena.js';
import type { LeasePlan } from '../runtime/plan.js';
import type { Frame } from '../runtime/session.js';
import { wordsPerRow } from './bits.js';

/** Numbers of runs by length in voxels, 0 … n. */
export interface ChordCounts {
  /** Both ends inside the window. */
  readonly whole: Float64Array;
  /** An end, or both, at a face of the window. */
  readonly cut: Float64Array;
}

export function chordCountsPlan(shape: Shape, threads: number): LeasePlan {
  return {
    leases: [
      { name: 'chord counts', bytes: 8 * threads * (Math.max(...shape) + 1) },
      { name: 'chord begins', bytes: 256 * threads * wordsPerRow(shape) },
    ],
  };
}

/** @param bits as in kernels/bits.ts. */
export async function chordCounts(frame: Frame, bits: Lease, shape: Shape, axis: Axis): Promise<ChordCounts> {
  return frame.scope(async () => {
    const [out, begins] = chordCountsPlan(shape, frame.threads).leases.map(({ name, bytes }) => frame.lease(name, bytes));
    await frame.call(
      'chordCounts', [out.ptr, begins.ptr, bits.ptr, ...shape, wordsPerRow(shape), axisIndex(axis)],
      { name: 'chords', work: voxelCount(shape) },
    );
    const lengths = shape[axisIndex(axis)] + 1;
    const perThread = await frame.read(out, Uint32Array, 2 * lengths * frame.threads);
    const sums = new Float64Array(2 * lengths);
    perThread.forEach((count, i) => (sums[i % sums.length] += count));
    return { whole: sums.slice(0, lengths), cut: sums.slice(lengths) };
  });
}
