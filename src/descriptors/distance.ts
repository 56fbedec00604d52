// Distance map of a phase: how far each of its voxels is from the nearest voxel of another phase.
import { checkArguments, checkOperation, type Names } from '../core/arguments.js';
import { checkPhase, checkVolume, type LabelVolume, type Phase } from '../core/volume.js';
import { voxelCount, type Shape } from '../core/grid.js';
import {
  checkBorder, checkDistanceShape, distance16, distance32, distanceLeases, FAR, NEVER, wideLeases, type Border,
} from '../kernels/distance.js';
import { metricDistance, metricLeases, squaredEdges } from '../kernels/metric.js';
import { resultPlan, rootField, squareField } from '../kernels/results.js';
import { labelLease } from '../kernels/transitions.js';
import type { Lease } from '../runtime/arena.js';
import { named, type LeasePlan } from '../runtime/plan.js';
import type { Frame, RunOptions, Session } from '../runtime/session.js';

/** Options of `squaredDistance` and `distance`. */
export interface DistanceOptions {
  readonly phase: Phase;
  /** `open` (default): the window's faces are no obstacle. `closed`: the layers beyond them are outside voxels. */
  readonly border?: Border;
}
/** Options of `squaredDistance` and `distance` that are not given: window faces are no obstacle. */
export const DISTANCE_DEFAULTS = { border: 'open' } as const;

const unpaddedLabels = (shape: Shape) => named({ labels: voxelCount(shape) });

/** Memory of `squaredDistance`: labels, squares of 16 or of 32 bits, whichever takes more, and the result. */
export function squaredDistancePlan(shape: Shape, threads: number): LeasePlan {
  checkArguments('squaredDistancePlan', { shape: [shape, 'shape'], threads: [threads, 'count'] });
  const paths = [distanceLeases(shape, threads), wideLeases(shape, threads)];
  return {
    leases: unpaddedLabels(shape), then: paths.map((leases) => ({ leases, then: [resultPlan(shape)] })),
  };
}

/** What becomes of the squares of cubic voxels: 16 bits in padded rows, or 32 bits. */
type Finish<T> = (frame: Frame, squared: Lease, kind: 'narrow' | 'wide') => Promise<T>;

/** Squared distances on cubic voxels in the arena, with 16 bits where that is enough. */
async function withSquares<T>(
  where: string, session: Session, { shape, labels }: LabelVolume, phase: Phase, border: Border, run: RunOptions,
  finish: Finish<T>,
): Promise<T> {
  checkDistanceShape(where, shape);
  return session.run(where, squaredDistancePlan(shape, session.threads), voxelCount(shape), run, async (frame) => {
    const { labels: input } = frame.take(unpaddedLabels(shape));
    await frame.write(input, labels);
    const narrow = await frame.scope(async () => {
      const leases = frame.take(distanceLeases(shape, session.threads));
      if ((await distance16(frame, input, shape, phase, border, leases)) >= FAR) return null;
      return { result: await finish(frame, leases['squared distances'], 'narrow') };
    });
    if (narrow !== null) return narrow.result;
    const { 'wide squared distances': squared, 'wide scratch': scratch } =
      frame.take(wideLeases(shape, session.threads));
    await distance32(frame, input, shape, phase, border, squared, scratch);
    return finish(frame, squared, 'wide');
  });
}

const DISTANCE_OPTION_NAMES: Names<DistanceOptions> = { phase: true, border: true };

/** Squared Euclidean distance, voxels², from each voxel centre of the phase to the nearest voxel centre outside it; 0
 *  outside, NEVER (2³²−1) everywhere when the phase fills an open window. C order, exact for any radius.
 *  @throws SpecError, CapacityError */
export async function squaredDistance(
  session: Session, volume: LabelVolume, options: DistanceOptions, run: RunOptions = {},
): Promise<Uint32Array> {
  checkOperation('squaredDistance', session, run, {
    volume: [volume, 'record'], options: [options, DISTANCE_OPTION_NAMES],
  });
  const where = 'squaredDistance';
  const { shape } = checkVolume(where, volume);
  checkPhase(where, volume, options.phase);
  const border = checkBorder(where, options.border ?? DISTANCE_DEFAULTS.border);
  return withSquares(where, session, volume, options.phase, border, run, (frame, squared, kind) => (
    kind === 'narrow' ? squareField(frame, squared, shape) : frame.read(squared, Uint32Array, voxelCount(shape))
  ));
}

const metricPlan = (shape: Shape, threads: number) =>
  ({ leases: [labelLease(shape), ...metricLeases(shape, threads)], then: [resultPlan(shape)] });

/** Memory of `distance`: that of `squaredDistance` on cubic voxels, 5 bytes a voxel on others. */
export function distancePlan(shape: Shape, threads: number): LeasePlan {
  checkArguments('distancePlan', { shape: [shape, 'shape'], threads: [threads, 'count'] });
  return { leases: [], then: [squaredDistancePlan(shape, threads), metricPlan(shape, threads)] };
}

/** Euclidean distance, µm (voxels when no size is known), from each voxel centre of the phase to the nearest voxel
 *  centre outside it; 0 outside, Infinity everywhere when the phase fills an open window. C order, exact for any
 *  radius; on anisotropic voxels the root of an f32 sum of squares (decisions/0024).
 *  @throws SpecError, CapacityError */
export async function distance(
  session: Session, volume: LabelVolume, options: DistanceOptions, run: RunOptions = {},
): Promise<Float32Array> {
  checkOperation('distance', session, run, { volume: [volume, 'record'], options: [options, DISTANCE_OPTION_NAMES] });
  const where = 'distance';
  const { shape, labels, voxelSizeUm } = checkVolume(where, volume);
  checkPhase(where, volume, options.phase);
  const border = checkBorder(where, options.border ?? DISTANCE_DEFAULTS.border);
  const edges = squaredEdges(voxelSizeUm);
  if (edges.weights.every((weight) => weight === 1)) {
    return withSquares(where, session, volume, options.phase, border, run, (frame, squared, kind) => (
      rootField(frame, squared, kind, shape, edges.unit)
    ));
  }
  const plan = metricPlan(shape, session.threads);
  return session.run(where, plan, voxelCount(shape), run, async (frame) => {
    const { labels: input, ...leases } = frame.take(plan);
    await frame.write(input, labels);
    await metricDistance(frame, input, shape, options.phase, border, edges, leases);
    return rootField(frame, leases['squared distances'], 'metric', shape, edges.unit);
  });
}

export { NEVER };
