// Pairs of voxels at all lags along a lattice direction. Kernel: assembly/measures/pairs.ts.
import type { Direction } from '../core/directions.js';
import { voxelCount, type Shape } from '../core/grid.js';
import type { Lease } from '../runtime/arena.js';
import { named } from '../runtime/plan.js';
import type { Frame } from '../runtime/session.js';
import { wordsPerRow } from './bits.js';
import { extents } from './extents.js';

type Offset = Direction['offset'];

/** Voxels along the direction in the direction's shortest way across the window: lags 0 … this − 1 have pairs. */
export function lagsAcross(shape: Shape, offset: Offset): number {
  return Math.min(...shape.filter((_, k) => offset[k] !== 0));
}

/** Voxel pairs at lag h along the direction whose two ends lie in the window. */
export function pairsInWindow(shape: Shape, offset: Offset, h: number): number {
  return offset.reduce((product: number, step, k) => product * (shape[k] - h * Math.abs(step)), 1);
}

/** Bits of every voxel of the window, in the layout of kernels/bits.ts. */
export function windowBits(shape: Shape): Uint8Array {
  const pitch = 8 * wordsPerRow(shape);
  const row = new Uint8Array(pitch).fill(255, 0, shape[2] >> 3);
  if (shape[2] & 7) row[shape[2] >> 3] = (1 << (shape[2] & 7)) - 1;
  const bits = new Uint8Array(pitch * shape[0] * shape[1]);
  for (let at = 0; at < bits.length; at += pitch) bits.set(row, at);
  return bits;
}

/** @param lags at most this many. */
export function pairCountsPlan(shape: Shape, threads: number, lags: number) {
  return {
    leases: named({
      'pair counts': 8 * threads * lags,
      'shifted rows': 8 * threads * (8 * (lags >> 6) + 16 + 8 * wordsPerRow(shape) + 16),
    }),
  };
}

/** For h = 0 … lags − 1 the voxels of `a` that meet a voxel of `b` h steps ahead, exact.
 *  @param a, b bits as in kernels/bits.ts; may be the same. @param lags at most `lagsAcross`. */
export async function pairCounts(
  frame: Frame, a: Lease, b: Lease, shape: Shape, offset: Offset, lags: number,
): Promise<Float64Array> {
  return frame.scope(async () => {
    const { 'pair counts': out, 'shifted rows': scratch } = frame.take(pairCountsPlan(shape, frame.threads, lags));
    const [dz, dy, dx] = offset;
    await frame.call(
      'pairCounts', { counts: out, a, b, scratch, ...extents(shape), words: wordsPerRow(shape), dz, dy, dx, lags },
      { name: 'pairs', work: voxelCount(shape) },
    );
    const perThread = await frame.read(out, Float64Array);
    const counts = new Float64Array(lags);
    perThread.forEach((count, i) => (counts[i % lags] += count));
    return counts;
  });
}
