// Rescaling: the same window with more or fewer voxels.
import { checkArguments, checkOperation } from '../core/arguments.js';
import { SpecError } from '../core/errors.js';
import { checkShape, voxelCount, type Shape, type VoxelSize } from '../core/grid.js';
import { checkVolume, type LabelVolume } from '../core/volume.js';
import type { GreyKind } from '../kernels/greys.js';
import { rescaleLabels as majority, rescaleLabelsPlan as votesPlan, rescaleValues } from '../kernels/rescale.js';
import { named, type LeasePlan } from '../runtime/plan.js';
import type { RunOptions, Session } from '../runtime/session.js';
import { checkGrey, greyKind, greyLease, greyType, type GreyVolume } from './grey.js';

/** Voxels after / voxels before, one number for all axes or (z, y, x). 0.5 makes voxels twice as large. */
export type RescaleFactor = number | readonly [z: number, y: number, x: number];

/** Numbers of voxels after rescaling, rounded, at least 1 along each axis.
 *  @throws SpecError for factors that are not positive. */
export function rescaledShape(shape: Shape, factor: RescaleFactor): Shape {
  checkArguments('rescaledShape', { shape: [shape, 'shape'], factor: [factor, 'factor'] });
  const factors = typeof factor === 'number' ? [factor, factor, factor] : factor;
  if (factors.some((f) => !(f > 0 && Number.isFinite(f)))) {
    throw new SpecError(`rescale: the factor is voxels after / voxels before, above 0, got ${factors.join(', ')}`);
  }
  return checkShape('rescale', shape.map((n, k) => Math.max(1, Math.round(n * factors[k]))));
}

/** The window stays: voxels grow by what their number shrinks. */
function resized(size: VoxelSize, from: Shape, to: Shape): VoxelSize {
  return size === null ? null : [size[0] * (from[0] / to[0]), size[1] * (from[1] / to[1]), size[2] * (from[2] / to[2])];
}

/** Memory of `rescaleGreys`: the grey values before and after.
 *  @param kind bytes of a grey value */
export function rescaleGreysPlan(from: Shape, to: Shape, kind: GreyKind): LeasePlan<'grey values' | 'rescaled values'> {
  checkArguments('rescaleGreysPlan', { from: [from, 'shape'], to: [to, 'shape'], kind: [kind, 'number'] });
  return { leases: [greyLease('grey values', from, kind), greyLease('rescaled values', to, kind)] };
}

/** Mean of the grey values in each new voxel, by volume; whole values to the nearest, halves up, decided exactly.
 *  @throws SpecError, CapacityError */
export async function rescaleGreys(
  session: Session, volume: GreyVolume, factor: RescaleFactor, run: RunOptions = {},
): Promise<GreyVolume> {
  checkOperation('rescaleGreys', session, run, { volume: [volume, 'record'] });
  const { data, shape, voxelSizeUm } = checkGrey('rescale', volume);
  const to = rescaledShape(shape, factor);
  const kind = greyKind(data);
  const plan = rescaleGreysPlan(shape, to, kind);
  return session.run('rescale', plan, voxelCount(shape), run, async (frame) => {
    const { 'grey values': values, 'rescaled values': out } = frame.take(plan);
    await frame.write(values, data);
    await rescaleValues(frame, out, values, kind, shape, to);
    return {
      ...volume, data: await frame.read(out, greyType(data)), shape: to, voxelSizeUm: resized(voxelSizeUm, shape, to),
    };
  });
}

/** Memory of `rescaleLabels`. */
export function rescaleLabelsPlan(from: Shape, to: Shape, threads: number): LeasePlan<'labels' | 'rescaled labels'> {
  checkArguments('rescaleLabelsPlan', { from: [from, 'shape'], to: [to, 'shape'], threads: [threads, 'count'] });
  return {
    leases: named({ labels: voxelCount(from), 'rescaled labels': voxelCount(to) }),
    then: [votesPlan(from, threads)],
  };
}

/** The label that fills most of each new voxel. Equal volumes: the one of these that has more voxels in the block that
 *  is one voxel wider on all sides; still equal: the lowest label.
 *  @throws SpecError, CapacityError */
export async function rescaleLabels(
  session: Session, volume: LabelVolume, factor: RescaleFactor, run: RunOptions = {},
): Promise<LabelVolume> {
  checkOperation('rescaleLabels', session, run, { volume: [volume, 'record'] });
  const { labels, shape, voxelSizeUm } = checkVolume('rescale', volume);
  const to = rescaledShape(shape, factor);
  const plan = rescaleLabelsPlan(shape, to, session.threads);
  return session.run('rescale', plan, voxelCount(shape), run, async (frame) => {
    const { labels: input, 'rescaled labels': out } = frame.take(plan);
    await frame.write(input, labels);
    await majority(frame, out, input, shape, to);
    return {
      ...volume, labels: await frame.read(out, Uint8Array), shape: to, voxelSizeUm: resized(voxelSizeUm, shape, to),
    };
  });
}
