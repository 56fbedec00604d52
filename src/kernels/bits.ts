// Sets of voxels as bits in WASM memory, and which of them are connected to a face.
import { axisIndex, voxelCount, type Axis, type Face, type Neighbourhood, type Shape } from '../core/grid.js';
import type { Lease } from '../runtime/arena.js';
import type { PlannedLease } from '../runtime/plan.js';
import type { Frame } from '../runtime/session.js';

/** 64-bit words per row. */
export function wordsPerRow(shape: Shape): number {
  return Math.ceil(shape[2] / 64);
}

export function bitBytes(shape: Shape): number {
  return 8 * shape[0] * shape[1] * wordsPerRow(shape);
}

/** Scratch of `reachFromFace`. */
export function reachLeases(shape: Shape, threads: number): PlannedLease[] {
  const rows = shape[0] * shape[1];
  return [
    { name: 'changed rows', bytes: 4 * rows },
    { name: 'queued', bytes: rows },
    { name: 'flags', bytes: 8 * threads },
  ];
}

/** bits ← voxels of `phase`. labels: one byte a voxel, C order. A byte mask is a label volume with phase 1. */
export async function bitsOfPhase(frame: Frame, bits: Lease, labels: Lease, shape: Shape, phase: number): Promise<void> {
  await frame.call('bitsOfPhase', [bits.ptr, labels.ptr, phase, shape[0] * shape[1], shape[2], wordsPerRow(shape)]);
}

/** mask ← 1 where the bit is set, else 0; one byte a voxel, C order. */
export async function bytesOfBits(frame: Frame, mask: Lease, bits: Lease, shape: Shape): Promise<void> {
  await frame.call('bytesOfBits', [mask.ptr, bits.ptr, shape[0] * shape[1], shape[2], wordsPerRow(shape)]);
}

/** Set bits in each slice along z; counts: i32[nz]. */
export async function countBits(frame: Frame, counts: Lease, bits: Lease, shape: Shape): Promise<Int32Array> {
  await frame.call('countBits', [counts.ptr, bits.ptr, shape[0], shape[1], wordsPerRow(shape)]);
  return frame.read(counts, Int32Array, shape[0]);
}

/** reached ← voxels of `set` that are connected, within it, to its voxels in the layer at a face.
 *  @param scratch in the order of `reachLeases`. */
export async function reachFromFace(
  frame: Frame, reached: Lease, set: Lease, shape: Shape, axis: Axis, from: Face, neighbours: Neighbourhood,
  scratch: readonly Lease[],
): Promise<void> {
  const [ring, queued, flags] = scratch;
  await frame.call(
    'reachFromFace',
    [
      reached.ptr, set.ptr, ring.ptr, queued.ptr, flags.ptr, ...shape, wordsPerRow(shape),
      axisIndex(axis), from === 'high' ? 1 : 0, neighbours,
    ],
    { name: 'connection to the inlet', work: voxelCount(shape) },
  );
}
