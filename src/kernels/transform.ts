// Fourier transforms of a real field in place: lengths, memory, calls.
import { SpecError } from '../core/errors.js';
import { voxelCount, type Shape } from '../core/grid.js';
import type { Lease } from '../runtime/arena.js';
import type { PlannedLease } from '../runtime/plan.js';
import type { Frame } from '../runtime/session.js';

/** Whether the transforms can do this length. */
export function isTransformLength(length: number): boolean {
  if (!Number.isInteger(length) || length < 1) return false;
  let rest = length;
  for (const prime of [2, 3, 5]) while (rest % prime === 0) rest /= prime;
  return rest === 1;
}

/** Smallest length 2^a·3^b·5^c that is at least `least`. */
export function transformLength(least: number): number {
  let length = Math.max(1, Math.ceil(least));
  while (!isTransformLength(length)) length++;
  return length;
}

/** Floats from one row of a real field to the next: room for nx/2 + 1 complex numbers, in groups of four. */
export function fieldPitch(nx: number): number {
  return 8 * Math.ceil((Math.floor(nx / 2) + 1) / 4);
}

/** Bytes of a real field (z, y, x) that is transformed in place: f32[z][y][fieldPitch(x)]. */
export function fieldBytes([nz, ny, nx]: Shape): number {
  return 4 * nz * ny * fieldPitch(nx);
}

/** Twiddle tables of the three axes. */
export function twiddlePlan(period: Shape): PlannedLease[] {
  return period.map((length, axis) => ({ name: `twiddles ${'zyx'[axis]}`, bytes: 8 * length }));
}

export async function writeTwiddles(frame: Frame, period: Shape): Promise<Lease[]> {
  const leases = twiddlePlan(period).map(({ name, bytes }) => frame.lease(name, bytes));
  for (let axis = 0; axis < 3; axis++) await frame.call('fftTwiddles', [leases[axis].ptr, period[axis]]);
  return leases;
}

/** What transforms of one shape need besides the field. */
export interface Transform {
  readonly shape: Shape;
  readonly twiddles: readonly Lease[];
  readonly scratch: Lease;
}

function scratchBytes([nz, ny, nx]: Shape, threads: number): number {
  return threads * 64 * (Math.max(nx, 4 * ny, 4 * nz) + 8);
}

/** Leases of `openTransform`; fields are the caller's own, `fieldBytes` each. */
export function transformPlan(shape: Shape, threads: number): PlannedLease[] {
  return [...twiddlePlan(shape), { name: 'transform lines', bytes: scratchBytes(shape, threads) }];
}

/** Leases and fills what `transformPlan` says. @throws SpecError when a length is not 2^a·3^b·5^c */
export async function openTransform(frame: Frame, shape: Shape): Promise<Transform> {
  const bad = shape.find((length) => !isTransformLength(length));
  if (bad !== undefined) throw new SpecError(`transform: lengths must be 2^a·3^b·5^c, got ${bad}; the next is ${transformLength(bad)}`);
  const twiddles = await writeTwiddles(frame, shape);
  return { shape, twiddles, scratch: frame.lease('transform lines', scratchBytes(shape, frame.threads)) };
}

/** F(k) = Σ_r f(r) e^(−2πi k·r/n), in place. The real field is f32[z][y][pitch], pitch = fieldPitch(nx), columns beyond nx are
 *  not read; the spectrum fills the same bytes as [kz][ky][kx/4][re of 4 kx | im of 4 kx] for kx ≤ nx/2, zeros up to the pitch.
 *  The same bits on any number of threads. */
export async function forwardTransform(frame: Frame, transform: Transform, field: Lease, stage = 'transform'): Promise<void> {
  const { shape, twiddles: [tz, ty, tx], scratch } = transform;
  const work = 2 * voxelCount(shape);
  await frame.call('transformPlanes', [field.ptr, scratch.ptr, ty.ptr, tx.ptr, ...shape, 0, 1], { name: `${stage}: planes`, work });
  await frame.call('transformDepth', [field.ptr, scratch.ptr, tz.ptr, ...shape, 0], { name: `${stage}: depth`, work });
}

/** f(r) = scale · Σ_k F(k) e^(+2πi k·r/n), in place, from the layout of `forwardTransform`; default scale 1/voxels: its inverse.
 *  The spectrum is taken as that of a real field: kx > nx/2 are the conjugates, imaginary parts of what is its own opposite
 *  are ignored. Columns beyond nx are undefined afterwards. */
export async function inverseTransform(
  frame: Frame, transform: Transform, field: Lease, stage = 'transform', scale = 1 / voxelCount(transform.shape),
): Promise<void> {
  const { shape, twiddles: [tz, ty, tx], scratch } = transform;
  const work = 2 * voxelCount(shape);
  await frame.call('transformDepth', [field.ptr, scratch.ptr, tz.ptr, ...shape, 1], { name: `${stage}: depth`, work });
  await frame.call('transformPlanes', [field.ptr, scratch.ptr, ty.ptr, tx.ptr, ...shape, 1, scale], { name: `${stage}: planes`, work });
}
