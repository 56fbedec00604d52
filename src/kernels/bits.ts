// Sets of voxels as bits in WASM memory, and which of them are connected to a face.
import { axisIndex, voxelCount, type Axis, type Face, type Neighbourhood, type Shape } from '../core/grid.js';
import type { Lease, LeasesOf } from '../runtime/arena.js';
import { named } from '../runtime/plan.js';
import type { Frame } from '../runtime/session.js';
import { extents } from './extents.js';

/** 64-bit words per row. */
export function wordsPerRow(shape: Shape): number {
  return Math.ceil(shape[2] / 64);
}

/** Rows of a volume and of its bits, as kernels name them. */
export function rowsOf(shape: Shape): { rows: number; nx: number; words: number } {
  return { rows: shape[0] * shape[1], nx: shape[2], words: wordsPerRow(shape) };
}

export function bitBytes(shape: Shape): number {
  return 8 * shape[0] * shape[1] * wordsPerRow(shape);
}

/** Scratch of `reachFromFace`. */
export function reachLeases(shape: Shape, threads: number) {
  const rows = shape[0] * shape[1];
  return named({ 'changed rows': 4 * rows, queued: rows, flags: 8 * threads });
}

/** bits ← voxels of `phase`. labels: one byte a voxel, C order. A byte mask is a label volume with phase 1. */
export async function bitsOfPhase(
  frame: Frame, bits: Lease, labels: Lease, shape: Shape, phase: number,
): Promise<void> {
  await frame.call('bitsOfPhase', { bits, labels, phase, ...rowsOf(shape) });
}

/** mask ← 1 where the bit is set, else 0; one byte a voxel, C order. */
export async function bytesOfBits(frame: Frame, mask: Lease, bits: Lease, shape: Shape): Promise<void> {
  await frame.call('bytesOfBits', { mask, bits, ...rowsOf(shape) });
}

/** Set bits in each slice along z; counts: i32[nz]. */
export async function countBits(frame: Frame, counts: Lease, bits: Lease, shape: Shape): Promise<Int32Array> {
  await frame.call('countBits', { counts, bits, nz: shape[0], ny: shape[1], words: wordsPerRow(shape) });
  return frame.read(counts, Int32Array, shape[0]);
}

/** reached ← voxels of `set` that are connected, within it, to its voxels in the layer at a face. */
export async function reachFromFace(
  frame: Frame, reached: Lease, set: Lease, shape: Shape, axis: Axis, from: Face, neighbours: Neighbourhood,
  scratch: LeasesOf<typeof reachLeases>,
): Promise<void> {
  const { 'changed rows': ring, queued, flags } = scratch;
  await frame.call(
    'reachFromFace',
    {
      reached, set, ring, queued, flags, ...extents(shape), words: wordsPerRow(shape),
      axis: axisIndex(axis), high: from === 'high', neighbours,
    },
    { name: 'connection to the inlet', work: voxelCount(shape) },
  );
}
