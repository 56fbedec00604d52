// Squared Euclidean distance to the nearest voxel outside a phase: 16 bits where that is enough, 32 bits otherwise.
import { FAR, LINE_PAD } from '../../assembly/layout.js';
import { SpecError } from '../core/errors.js';
import { voxelCount, type Shape } from '../core/grid.js';
import type { Lease, LeasesOf } from '../runtime/arena.js';
import { named } from '../runtime/plan.js';
import type { Frame } from '../runtime/session.js';
import { extents } from './extents.js';

export { FAR };

/** What lies beyond the window: `open`, nothing (window faces are no obstacle); `closed`, outside voxels. */
export type Border = 'open' | 'closed';
export const BORDERS: readonly Border[] = ['open', 'closed'];

/** 32-bit squared distance where no outside voxel exists. */
export const NEVER = 0xffffffff;
/** The 32-bit path keeps a table with one byte for each possible squared distance. */
const MAX_TABLE = 2 ** 28;

/** Bytes per row of the padded 8-bit arrays, elements per row of the 16-bit ones. */
export function paddedRow(shape: Shape): number {
  return Math.ceil(shape[2] / 16) * 16;
}

/** Table size that holds every finite squared distance in the window. */
export function squaredLimit(shape: Shape): number {
  return shape.reduce((sum, n) => sum + n * n, 0) + 1;
}

/** @throws SpecError for "open" or "closed" misspelt. */
export function checkBorder(where: string, border: string): Border {
  if (border === 'open' || border === 'closed') return border;
  throw new SpecError(`${where}: border must be open or closed, got "${border}"`);
}

/** @throws SpecError for a window too long for the 32-bit path. */
export function checkDistanceShape(where: string, shape: Shape): void {
  if (squaredLimit(shape) > MAX_TABLE) {
    throw new SpecError(
      `${where}: ${shape.join('×')} is too long for exact distances (diagonal above 16384 voxels); crop it`,
    );
  }
}

/** Whether some distance in this window might not fit 16 bits. */
export function mayBeFar(shape: Shape): boolean {
  return shape.reduce((sum, n) => sum + n * n, 0) >= FAR;
}

export const lineBytes = (shape: Shape, threads: number): number => threads * 2 * (paddedRow(shape) + 2 * LINE_PAD);
export const wideScratchBytes = (shape: Shape, threads: number): number => threads * 12 * (Math.max(...shape) + 1);

/** Leases of the 16-bit path: the distances, the byte array both passes share, lines, largest values. */
export function distanceLeases(shape: Shape, threads: number) {
  const padded = shape[0] * shape[1] * paddedRow(shape);
  return named({
    'squared distances': 2 * padded,
    'distances along z': padded,
    lines: lineBytes(shape, threads),
    largest: 4 * threads,
  });
}

/** Leases of the 32-bit path. */
export function wideLeases(shape: Shape, threads: number) {
  return named({
    'wide squared distances': 4 * voxelCount(shape),
    'wide scratch': wideScratchBytes(shape, threads),
  });
}

/** Fills the squared distances (u16, padded rows) for one phase of `labels`.
 *  @returns the largest squared distance; when it is ≥ FAR the values from FAR on are not exact. */
export async function distance16(
  frame: Frame, labels: Lease, shape: Shape, phase: number, border: Border,
  leases: LeasesOf<typeof distanceLeases>,
): Promise<number> {
  const { 'squared distances': squared, 'distances along z': g, lines, largest } = leases;
  const shared = { ...extents(shape), stride: paddedRow(shape), closed: border === 'closed' };
  const work = voxelCount(shape);
  await frame.call('distanceLines', { g, labels, phase, ...shared }, { name: 'distance', work });
  await frame.call('distancePlanes', { squared, largest, g, lines, ...shared }, { name: 'distance', work });
  return Math.max(...(await frame.read(largest, Int32Array, frame.threads)));
}

/** Fills `squared` (u32, C order) for one phase of `labels`, exact for any radius; NEVER without an outside voxel. */
export async function distance32(
  frame: Frame, labels: Lease, shape: Shape, phase: number, border: Border, squared: Lease, scratch: Lease,
): Promise<void> {
  const [nz, ny, nx] = shape;
  await frame.call('wideFromPhase', { squared, labels, phase, rows: nz * ny, nx });
  await wideEnvelopes(frame, shape, squared, scratch, border);
}

/** In place: squared distance to the nearest voxel whose value is 0. */
export async function wideEnvelopes(
  frame: Frame, shape: Shape, squared: Lease, scratch: Lease, border: Border,
): Promise<void> {
  await frame.call(
    'distanceWide',
    { squared, scratch, ...extents(shape), longest: Math.max(...shape) + 1, closed: border === 'closed' },
    { name: 'distance, any radius', work: 3 * voxelCount(shape) },
  );
}

/** The squared distances > 0 that occur, ascending. squared: u16, padded rows; present: FAR bytes, scratch. */
export async function distanceValues16(frame: Frame, present: Lease, squared: Lease, shape: Shape): Promise<number[]> {
  await frame.fill(present, 0);
  await frame.call('distanceValues', { present, squared, rows: shape[0] * shape[1], stride: paddedRow(shape) });
  return indicesOf(await frame.read(present, Uint8Array));
}

/** The same for u32 in C order, NEVER left out. present: `squaredLimit` bytes, scratch. */
export async function distanceValues32(frame: Frame, present: Lease, squared: Lease, shape: Shape): Promise<number[]> {
  await frame.fill(present, 0);
  await frame.call('wideValues', { present, squared, rows: shape[0] * shape[1], nx: shape[2] });
  return indicesOf(await frame.read(present, Uint8Array));
}

function indicesOf(present: Uint8Array): number[] {
  const found: number[] = [];
  // The kernels mark 0 too where a row holds both; it is no radius.
  for (let i = 1; i < present.length; i++) if (present[i] !== 0) found.push(i);
  return found;
}
