// Runs of voxels in a phase along the lines of an axis. Kernel: assembly/measures/chords.ts.
import { axisIndex, voxelCount, type Axis, type Shape } from '../core/grid.js';
import type { Lease } from '../runtime/arena.js';
import { named } from '../runtime/plan.js';
import type { Frame } from '../runtime/session.js';
import { wordsPerRow } from './bits.js';
import { extents } from './extents.js';

/** Numbers of runs by length in voxels, 0 … n. */
export interface ChordCounts {
  /** Both ends inside the window. */
  readonly whole: Float64Array;
  /** An end, or both, at a face of the window. */
  readonly cut: Float64Array;
}

export function chordCountsPlan(shape: Shape, threads: number) {
  return {
    leases: named({
      'chord counts': 8 * threads * (Math.max(...shape) + 1),
      'chord begins': 256 * threads * wordsPerRow(shape),
    }),
  };
}

/** @param bits as in kernels/bits.ts. */
export async function chordCounts(frame: Frame, bits: Lease, shape: Shape, axis: Axis): Promise<ChordCounts> {
  return frame.scope(async () => {
    const { 'chord counts': counts, 'chord begins': begins } = frame.take(chordCountsPlan(shape, frame.threads));
    await frame.call(
      'chordCounts', { counts, begins, bits, ...extents(shape), words: wordsPerRow(shape), axis: axisIndex(axis) },
      { name: 'chords', work: voxelCount(shape) },
    );
    const lengths = shape[axisIndex(axis)] + 1;
    const perThread = await frame.read(counts, Uint32Array, 2 * lengths * frame.threads);
    const sums = new Float64Array(2 * lengths);
    perThread.forEach((count, i) => (sums[i % sums.length] += count));
    return { whole: sums.slice(0, lengths), cut: sums.slice(lengths) };
  });
}
