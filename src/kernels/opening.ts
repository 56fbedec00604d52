// The voxels nearer than r to a set of centres, and the centres themselves: in 16 bits up to r = 255, in 32 bits
// beyond.
import { axisIndex, voxelCount, type Axis, type Face, type Shape } from '../core/grid.js';
import type { Lease, LeasesOf } from '../runtime/arena.js';
import { named } from '../runtime/plan.js';
import type { Frame } from '../runtime/session.js';
import { rowsOf, wordsPerRow, type reachLeases } from './bits.js';
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

/** Rows of scratch that each thread has behind the marks of the window. */
const NEAR_ROWS = 4;

/** Leases of `open16`: a mark per 16 voxels of a row says whether a centre is near. */
export function nearLeases([nz, ny, nx]: Shape, threads: number) {
  return named({ near: 16 * Math.ceil(nx / 256) * (nz * ny + NEAR_ROWS * threads) });
}

/** Counts, per slice along z, the voxels whose squared distance to the nearest centre is below squaredRadius ≤ 65025.
 *  @param g padded bytes; scratch, as `near` and `lines`.
 *  @param covered bits of the covered voxels, may be `centres` itself; null: only count. */
export async function open16(
  frame: Frame, counts: Lease, covered: Lease | null, centres: Lease, shape: Shape, squaredRadius: number, g: Lease,
  near: Lease, lines: Lease,
): Promise<Int32Array> {
  const [nz, ny] = shape;
  const stride = paddedRow(shape);
  const words = wordsPerRow(shape);
  const stage = { name: 'opening', work: voxelCount(shape) };
  const reach = reachOf(squaredRadius);
  await frame.fill(counts, 0);
  await frame.call('openingLines', { g, near, centres, reach, nz, ny, stride, words }, stage);
  await frame.call(
    'openingPlanes',
    { counts, covered, g, near, lines, limit: squaredRadius, reach, ...extents(shape), stride, words },
    stage,
  );
  return frame.read(counts, Int32Array, nz);
}

/** Radii of one call of `openings16`. */
const BATCH = 64;

/** What `openings16` leases and gives back. */
export function openings16Leases(shape: Shape, threads: number) {
  return named({ 'counts by radius': 8 * shape[0] * BATCH, asked: 12 * BATCH, sizes: 16 * threads });
}

/** A squared radius ≤ 65025, and which balls are asked for: centres anywhere, or connected to a face. */
export interface OpeningRequest {
  readonly squaredRadius: number;
  readonly anywhere: boolean;
  readonly entering: boolean;
}

/** Covered voxels of the window; 0 where they were not asked for. */
export interface OpeningCount {
  readonly anywhere: number;
  readonly entering: number;
}

const countsOf = (counts: Int32Array, place: number, nz: number): number =>
  counts.subarray(place * nz, (place + 1) * nz).reduce((total, count) => total + count, 0);

/** What openings of many radii cover, in few calls: radii are small work, and a call takes as long as a message to
 *  every worker and back.
 *  @param squared u16, padded rows; centres, connected, g, lines: scratch */
export async function openings16(
  frame: Frame, squared: Lease, shape: Shape, requests: readonly OpeningRequest[],
  { axis, from }: { readonly axis: Axis; readonly from: Face },
  scratch: LeasesOf<typeof reachLeases> & LeasesOf<typeof nearLeases> &
    Readonly<Record<'centres' | 'connected centres' | 'distances along z' | 'lines', Lease>>,
): Promise<OpeningCount[]> {
  const { centres, 'connected centres': connected, 'changed rows': ring, queued, flags } = scratch;
  const { 'distances along z': g, near, lines } = scratch;
  const [nz] = shape;
  const found: OpeningCount[] = [];
  await frame.scope(async () => {
    const { 'counts by radius': counts, asked, sizes } = frame.take(openings16Leases(shape, frame.threads));
    for (let start = 0; start < requests.length; start += BATCH) {
      const batch = requests.slice(start, start + BATCH);
      const ways = batch.map(({ anywhere, entering }) => Number(anywhere) + 2 * Number(entering));
      await frame.fill(counts, 0);
      await frame.write(asked, Int32Array.from(
        batch.flatMap(({ squaredRadius }, k) => [squaredRadius, reachOf(squaredRadius), ways[k]]),
      ));
      await frame.call('openingCounts', {
        counts, asked, number: batch.length, squared, centres, connected, ring, queued, flags, sizes, g, near, lines,
        ...extents(shape), stride: paddedRow(shape), words: wordsPerRow(shape), axis: axisIndex(axis),
        high: from === 'high',
        // Centres, and for each way the two passes of an opening.
      }, { name: 'openings', work: voxelCount(shape) * ways.reduce((sum, way) => sum + (way === 3 ? 5 : 3), 0) });
      const all = await frame.read(counts, Int32Array, 2 * nz * batch.length);
      batch.forEach((_, k) =>
        found.push({ anywhere: countsOf(all, 2 * k, nz), entering: countsOf(all, 2 * k + 1, nz) }));
    }
  });
  return found;
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
