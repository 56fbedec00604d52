// The voxels nearer than r to a set of centres, and the centres themselves: in 16 bits up to r = 255, in 32 bits beyond.
import { voxelCount, type Shape } from '../core/grid.js';
import type { Lease } from '../runtime/arena.js';
import type { Frame } from '../runtime/session.js';
import { wordsPerRow } from './bits.js';
import { paddedRow, wideEnvelopes } from './distance.js';

/** Largest whole number whose square is below `squaredRadius`. */
export function reachOf(squaredRadius: number): number {
  let reach = Math.floor(Math.sqrt(squaredRadius));
  while (reach * reach >= squaredRadius) reach--;
  return reach;
}

/** bits ← voxels with squared distance ≥ squaredRadius. squared: u16, padded rows; squaredRadius ≤ 65025. */
export async function centres16(frame: Frame, bits: Lease, squared: Lease, shape: Shape, squaredRadius: number): Promise<void> {
  const [nz, ny, nx] = shape;
  await frame.call('bitsOfDistance', [bits.ptr, squared.ptr, squaredRadius, nz * ny, nx, paddedRow(shape), wordsPerRow(shape)]);
}

/** The same for u32 in C order, any radius. */
export async function centres32(frame: Frame, bits: Lease, squared: Lease, shape: Shape, squaredRadius: number): Promise<void> {
  const [nz, ny, nx] = shape;
  await frame.call('bitsOfWide', [bits.ptr, squared.ptr, squaredRadius, nz * ny, nx, wordsPerRow(shape)]);
}

/** Counts, per slice along z, the voxels whose squared distance to the nearest centre is below squaredRadius ≤ 65025.
 *  @param g padded bytes; scratch, as `lines`.
 *  @param covered bits of the covered voxels, may be `centres` itself; null: only count. */
export async function open16(
  frame: Frame, counts: Lease, covered: Lease | null, centres: Lease, shape: Shape, squaredRadius: number, g: Lease, lines: Lease,
): Promise<Int32Array> {
  const [nz, ny, nx] = shape;
  const stride = paddedRow(shape);
  const words = wordsPerRow(shape);
  const stage = { name: 'opening', work: voxelCount(shape) };
  await frame.fill(counts, 0);
  await frame.call('openingLines', [g.ptr, centres.ptr, nz, ny, stride, words], stage);
  await frame.call(
    'openingPlanes',
    [counts.ptr, covered?.ptr ?? 0, g.ptr, lines.ptr, squaredRadius, reachOf(squaredRadius), nz, ny, nx, stride, words],
    stage,
  );
  return frame.read(counts, Int32Array, nz);
}

/** The same for any radius; `wide` is u32 scratch, one element a voxel. */
export async function open32(
  frame: Frame, counts: Lease, covered: Lease | null, centres: Lease, shape: Shape, squaredRadius: number,
  wide: Lease, scratch: Lease,
): Promise<Int32Array> {
  const [nz, ny, nx] = shape;
  const words = wordsPerRow(shape);
  await frame.fill(counts, 0);
  await frame.call('wideFromBits', [wide.ptr, centres.ptr, nz * ny, nx, words]);
  await wideEnvelopes(frame, shape, wide, scratch, 'open');
  await frame.call('openingWide', [counts.ptr, covered?.ptr ?? 0, wide.ptr, squaredRadius, nz, ny, nx, words]);
  return frame.read(counts, Int32Array, nz);
}
