// Open fractions of voxel faces, from a level set or from labels. Kernels: assembly/transport/faces/apertures.ts,
// owners.ts.
import { SpecError } from '../core/errors.js';
import { voxelCount, type Shape } from '../core/grid.js';
import type { Lease } from '../runtime/arena.js';
import { named, type LeasePlan, type PlannedLease } from '../runtime/plan.js';
import type { Frame } from '../runtime/session.js';
import { extents } from './extents.js';
import type { FaceLeases } from './faces.js';

/** Where the interface lies: the zero of a level set that is positive in the phase, f32[voxels]; or that of the labels'
 *  indicator under a Gaussian of `smoothing` voxels. */
export type ApertureSource =
  | { readonly levelSet: Float32Array }
  | { readonly labels: Uint8Array; readonly phase: number; readonly smoothing: number };

/** What lies beyond the window: its mirror image, or itself. */
export type ApertureEdges = 'cropped' | 'periodic';

/** Below, the taps are those of a level set to 1e-4, and their equations turn singular; above, a voxel means
 *  nothing. */
export const SMOOTHING_RANGE = [0.3, 3] as const;

/** Bytes that kernels may read behind the last mark. */
const PADDING = 64;

/** @throws SpecError unless `smoothing` lies in SMOOTHING_RANGE. */
export function checkSmoothing(where: string, smoothing: number): number {
  const [low, high] = SMOOTHING_RANGE;
  if (!(smoothing >= low && smoothing <= high)) {
    throw new SpecError(`${where}: smoothing must be from ${low} to ${high} voxels, got ${smoothing}`);
  }
  return smoothing;
}

/** Taps on each side of a corner: four standard deviations. A level set has two. */
function reachOf(smoothing: number | null): number {
  return smoothing === null ? 2 : Math.ceil(4 * smoothing + 0.5);
}

/** f32 words of one thread's scratch (assembly/transport/faces/corners.ts). */
function scratchWords([, ny, nx]: Shape, reach: number): number {
  const pitch = Math.floor((nx + 8) / 4) * 4;
  return 64 + pitch + 2 * reach + 2 * reach * pitch + (2 * reach + 2) * (ny + 1) * pitch;
}

/** Lease of the marks of the phase. */
export function markLease(shape: Shape): PlannedLease<'phase marks'> {
  return { name: 'phase marks', bytes: voxelCount(shape) + PADDING };
}

function scratchLeases(shape: Shape, smoothing: number | null, threads: number) {
  return [
    ...(smoothing === null ? named({ 'level set': 4 * voxelCount(shape) }) : []),
    ...named({ corners: 4 * threads * scratchWords(shape, reachOf(smoothing)) }),
  ];
}

const sumLeases = (shape: Shape) => named({ 'aperture sums': 24 * shape[0] });

/** Leases of `apertureFaces` beside those of the codes. @param smoothing null for a level set */
export function aperturePlan(shape: Shape, smoothing: number | null, threads: number): LeasePlan {
  return {
    leases: [markLease(shape)],
    then: [{ leases: scratchLeases(shape, smoothing, threads) }, { leases: sumLeases(shape) }],
  };
}

function facesOf({ z: facesZ, y: facesY, x: facesX, topZ, topY, topX }: FaceLeases) {
  return { facesZ, facesY, facesX, topZ, topY, topX };
}

/** Codes from the geometry alone, and marks of the phase; no phase voxel is looked after yet.
 *  @throws SpecError for a level set of the wrong length or with values that are not finite, and for a bad smoothing */
export async function openFractions(
  frame: Frame, faces: FaceLeases, marks: Lease, source: ApertureSource, shape: Shape, edges: ApertureEdges,
): Promise<void> {
  const voxels = voxelCount(shape);
  const smoothing = 'levelSet' in source ? null : checkSmoothing('apertures', source.smoothing);
  const data = 'levelSet' in source ? source.levelSet : source.labels;
  if (data.length !== voxels) {
    throw new SpecError(`apertures: ${shape.join('×')} voxels need as many values, got ${data.length}`);
  }
  if ('levelSet' in source && !source.levelSet.every(Number.isFinite)) {
    throw new SpecError(
      'apertures: the level set has values that are not finite; give each voxel a signed value, positive in the phase',
    );
  }
  await frame.scope(async () => {
    const leases = frame.take(scratchLeases(shape, smoothing, frame.threads));
    const levelSet = smoothing === null ? leases['level set'] : null;
    await frame.write(levelSet ?? marks, data);
    const phase = 'levelSet' in source ? 0 : source.phase;
    await frame.call('apertureMarks', { marks, levelSet, phase, voxels }, { name: 'phase', work: voxels });
    await frame.call(
      'apertureCodes',
      {
        ...facesOf(faces), marks, levelSet, scratch: leases.corners, sigma: smoothing ?? 0, reach: reachOf(smoothing),
        ...extents(shape), periodic: edges === 'periodic',
      },
      { name: 'apertures', work: voxels },
    );
  });
}

export interface Apertures {
  /** Mean open fraction of the faces across z, y and x, those of the window's faces counting half: the energy of the
   *  linear profile, and so an upper bound of M along that axis. */
  readonly openFraction: readonly [z: number, y: number, x: number];
}

/** Opens and closes faces until the network joins the voxels of the phase exactly as the labels do. */
export async function connectFaces(
  frame: Frame, faces: FaceLeases, marks: Lease, shape: Shape, edges: ApertureEdges,
): Promise<Apertures> {
  const voxels = voxelCount(shape);
  return frame.scope(async () => {
    const { 'aperture sums': sums } = frame.take(sumLeases(shape));
    await frame.call(
      'apertureConnect',
      { out: sums, ...facesOf(faces), marks, ...extents(shape), periodic: edges === 'periodic' },
      { name: 'joined faces', work: 2 * voxels },
    );
    const perPlane = await frame.read(sums, Float64Array, 3 * shape[0]);
    const open = (axis: number): number => {
      let sum = 0;
      for (let z = 0; z < shape[0]; z++) sum += perPlane[3 * z + axis];
      return sum / (255 * voxels);
    };
    return { openFraction: [open(0), open(1), open(2)] };
  });
}

/** Fills the face codes: 255 × open fraction. The voxels of the phase hang together exactly as in the labels (6
 *  neighbours), whatever the apertures; see docs/decisions/0052.
 *  @param faces leases of the codes (`leaseFaces`), `shape` in the same order
 *  @throws SpecError for a level set of the wrong length or with values that are not finite, and for a bad smoothing */
export async function apertureFaces(
  frame: Frame, faces: FaceLeases, source: ApertureSource, shape: Shape, edges: ApertureEdges = 'cropped',
): Promise<Apertures> {
  return frame.scope(async () => {
    const { 'phase marks': marks } = frame.take([markLease(shape)]);
    await openFractions(frame, faces, marks, source, shape, edges);
    return connectFaces(frame, faces, marks, shape, edges);
  });
}
