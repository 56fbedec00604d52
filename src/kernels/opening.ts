// The voxels nearer than r to a set of centres, and the centres themselves: in 16 bits up to r = 255, in 32 bits
// beyond.
import { voxelCount, type Shape } from '../core/grid.js';
import type { Lease } from '../runtime/arena.js';
import type { Frame } from '../runtime/session.js';
import { rowsOf, wordsPerRow } from './bits.js';
import { paddedRow, wideEnvelopes } from './distance.js';
import { extents } from './extents.js';

/** Largest whole number whose square is below `squaredRadius`. */
export function reachOf(squaredRadius: number): number {
  let reach = Math.floor(Math.sqrt(squaredRadius));
  while (reach * reach >= squaredRadius) reach--;
  return reach;
}

/** bits ← voxels with squared distance ≥ squaredRadius. squared: u16, padded rows; squaredRadius ≤ 65025. */
export async function centres16(
  frame: Frame, bits: Lease, squared: Lease, shape: Shape, squaredRadius: number,
): Promise<void> {
  const stride = paddedRow(shape);
  await frame.call('bitsOfDistance', { bits, squared, limit: squaredRadius, stride, ...rowsOf(shape) });
}

/** The same for u32 in C order, any radius. */
export async function centres32(
  frame: Frame, bits: Lease, squared: Lease, shape: Shape, squaredRadius: number,
): Promise<void> {
  await frame.call('bitsOfWide', { bits, squared, limit: squaredRadius, ...rowsOf(shape) });
}

/** Counts, per slice along z, the voxels whose squared distance to the nearest centre is below squaredRadius ≤ 65025.
 *  @param g padded bytes; scratch, as `lines`.
 *  @param covered bits of the covered voxels, may be `centres` itself; null: only count. */
export async function open16(
  frame: Frame, counts: Lease, covered: Lease | null, centres: Lease, shape: Shape, squaredRadius: number, g: Lease,
  lines: Lease,
): Promise<Int32Array> {
  const [nz, ny] = shape;
  const stride = paddedRow(shape);
  const words = wordsPerRow(shape);
  const stage = { name: 'opening', work: voxelCount(shape) };
  await frame.fill(counts, 0);
  await frame.call('openingLines', { g, centres, nz, ny, stride, words }, stage);
  await frame.call(
    'openingPlanes',
    {
      counts, covered, g, lines, limit: squaredRadius, reach: reachOf(squaredRadius), ...extents(shape), stride, words,
    },
    stage,
  );
  return frame.read(counts, Int32Array, nz);
}

/** The same for any radius; `wide` is u32 scratch, one element a voxel. */
export async function open32(
  frame: Frame, counts: Lease, covered: Lease | null, centres: Lease, shape: Shape, squaredRadius: number,
  wide: Lease, scratch: Lease,
): Promise<Int32Array> {
  const words = wordsPerRow(shape);
  await frame.fill(counts, 0);
  await frame.call('wideFromBits', { squared: wide, bits: centres, ...rowsOf(shape) });
  await wideEnvelopes(frame, shape, wide, scratch, 'open');
  await frame.call(
    'openingWide', { counts, covered, squared: wide, limit: squaredRadius, ...extents(shape), words },
  );
  return frame.read(counts, Int32Array, shape[0]);
}
