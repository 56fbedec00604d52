// Fourier transforms of a real field in place: lengths, memory, calls.
import { SpecError } from '../core/errors.js';
import { AXES, voxelCount, type Shape } from '../core/grid.js';
import type { Lease, LeasesOf } from '../runtime/arena.js';
import { named } from '../runtime/plan.js';
import type { Frame } from '../runtime/session.js';
import { extents } from './extents.js';

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
export function twiddlePlan([nz, ny, nx]: Shape) {
  return named({ 'twiddles z': 8 * nz, 'twiddles y': 8 * ny, 'twiddles x': 8 * nx });
}

export type Twiddles = LeasesOf<typeof twiddlePlan>;

export async function writeTwiddles(frame: Frame, period: Shape): Promise<Twiddles> {
  const leases = frame.take(twiddlePlan(period));
  for (const [k, axis] of AXES.entries()) {
    await frame.call('fftTwiddles', { twiddles: leases[`twiddles ${axis}`], length: period[k] });
  }
  return leases;
}

/** What transforms of one shape need besides the field. */
export interface Transform {
  readonly shape: Shape;
  readonly twiddles: Twiddles;
  readonly scratch: Lease;
}

function linePlan([nz, ny, nx]: Shape, threads: number) {
  return named({ 'transform lines': threads * 64 * (Math.max(nx, 4 * ny, 4 * nz) + 8) });
}

/** Leases of `openTransform`; fields are the caller's own, `fieldBytes` each. */
export function transformPlan(shape: Shape, threads: number) {
  return [...twiddlePlan(shape), ...linePlan(shape, threads)];
}

/** Leases and fills what `transformPlan` says. @throws SpecError when a length is not 2^a·3^b·5^c */
export async function openTransform(frame: Frame, shape: Shape): Promise<Transform> {
  const bad = shape.find((length) => !isTransformLength(length));
  if (bad !== undefined) {
    throw new SpecError(`transform: lengths must be 2^a·3^b·5^c, got ${bad}; the next is ${transformLength(bad)}`);
  }
  const twiddles = await writeTwiddles(frame, shape);
  return { shape, twiddles, scratch: frame.take(linePlan(shape, frame.threads))['transform lines'] };
}

/** Arguments of the two passes, and the work of each. */
function calls({ shape, twiddles, scratch }: Transform, field: Lease, inverse: boolean) {
  const { 'twiddles z': twiddlesZ, 'twiddles y': twiddlesY, 'twiddles x': twiddlesX } = twiddles;
  const shared = { field, scratch, ...extents(shape), inverse };
  return {
    planes: { ...shared, twiddlesY, twiddlesX },
    depth: { ...shared, twiddlesZ },
    work: 2 * voxelCount(shape),
  };
}

/** F(k) = Σ_r f(r) e^(−2πi k·r/n), in place. The real field is f32[z][y][pitch], pitch = fieldPitch(nx), columns beyond
 *  nx are not read; the spectrum fills the same bytes as [kz][ky][kx/4][re of 4 kx | im of 4 kx] for kx ≤ nx/2, zeros
 *  up to the pitch. The same bits on any number of threads. */
export async function forwardTransform(
  frame: Frame, transform: Transform, field: Lease, stage = 'transform',
): Promise<void> {
  const { planes, depth, work } = calls(transform, field, false);
  await frame.call('transformPlanes', { ...planes, scale: 1 }, { name: `${stage}: planes`, work });
  await frame.call('transformDepth', depth, { name: `${stage}: depth`, work });
}

/** f(r) = scale · Σ_k F(k) e^(+2πi k·r/n), in place, from the layout of `forwardTransform`; default scale 1/voxels: its
 *  inverse. The spectrum is taken as that of a real field: kx > nx/2 are the conjugates, imaginary parts of what is its
 *  own opposite are ignored. Columns beyond nx are undefined afterwards. */
export async function inverseTransform(
  frame: Frame, transform: Transform, field: Lease, stage = 'transform', scale = 1 / voxelCount(transform.shape),
): Promise<void> {
  const { planes, depth, work } = calls(transform, field, true);
  await frame.call('transformDepth', depth, { name: `${stage}: depth`, work });
  await frame.call('transformPlanes', { ...planes, scale }, { name: `${stage}: planes`, work });
}
