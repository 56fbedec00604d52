// Distance map of a phase: how far each of its voxels is from the nearest voxel of another phase.
import { checkArguments, checkOperation, type Names } from '../core/arguments.js';
import { checkPhase, checkVolume, type LabelVolume, type Phase } from '../core/volume.js';
import { voxelCount, type Shape } from '../core/grid.js';
import {
  checkBorder, checkDistanceShape, distance16, distance32, distanceLeases, FAR, NEVER, paddedRow, wideLeases,
  type Border,
} from '../kernels/distance.js';
import { eachSlice, FAR_METRIC, metricDistance, metricLeases, squaredEdges } from '../kernels/metric.js';
import { labelLease } from '../kernels/transitions.js';
import { named, type LeasePlan } from '../runtime/plan.js';
import type { RunOptions, Session } from '../runtime/session.js';

export interface DistanceOptions {
  readonly phase: Phase;
  /** `open` (default): the window's faces are no obstacle. `closed`: the layers beyond them are outside voxels. */
  readonly border?: Border;
}
export const DISTANCE_DEFAULTS = { border: 'open' } as const;

const unpaddedLabels = (shape: Shape) => named({ labels: voxelCount(shape) });

export function squaredDistancePlan(shape: Shape, threads: number): LeasePlan {
  checkArguments('squaredDistancePlan', { shape: [shape, 'shape'], threads: [threads, 'count'] });
  return {
    leases: unpaddedLabels(shape),
    then: [{ leases: distanceLeases(shape, threads) }, { leases: wideLeases(shape, threads) }],
  };
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
  checkVolume(where, volume);
  checkPhase(where, volume, options.phase);
  const border = checkBorder(where, options.border ?? DISTANCE_DEFAULTS.border);
  const { shape, labels } = volume;
  checkDistanceShape(where, shape);
  const plan = squaredDistancePlan(shape, session.threads);
  return session.run(where, plan, voxelCount(shape), run, async (frame) => {
    const { labels: input } = frame.take(unpaddedLabels(shape));
    await frame.write(input, labels);
    const narrow = await frame.scope(async () => {
      const leases = frame.take(distanceLeases(shape, session.threads));
      if ((await distance16(frame, input, shape, options.phase, border, leases)) >= FAR) return null;
      return unpad(await frame.read(leases['squared distances'], Uint16Array), shape);
    });
    if (narrow !== null) return narrow;
    const leases = frame.take(wideLeases(shape, session.threads));
    const { 'wide squared distances': squared, 'wide scratch': scratch } = leases;
    await distance32(frame, input, shape, options.phase, border, squared, scratch);
    return frame.read(squared, Uint32Array, labels.length);
  });
}

/** Memory of `distance`: that of `squaredDistance` on cubic voxels, 5 bytes a voxel on others. */
export function distancePlan(shape: Shape, threads: number): LeasePlan {
  checkArguments('distancePlan', { shape: [shape, 'shape'], threads: [threads, 'count'] });
  return {
    leases: [],
    then: [squaredDistancePlan(shape, threads), { leases: [labelLease(shape), ...metricLeases(shape, threads)] }],
  };
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
    const squared = await squaredDistance(session, volume, options, run);
    return Float32Array.from(squared, (value) => (value === NEVER ? Infinity : Math.sqrt(value) * edges.unit));
  }
  const plan = { leases: [labelLease(shape), ...metricLeases(shape, session.threads)] };
  return session.run(where, plan, voxelCount(shape), run, async (frame) => {
    const { labels: input, ...leases } = frame.take(plan);
    await frame.write(input, labels);
    await metricDistance(frame, input, shape, options.phase, border, edges, leases);
    const result = new Float32Array(labels.length);
    const [, ny, nx] = shape;
    await eachSlice(frame, leases['squared distances'], shape, (slice, z) => {
      for (let y = 0; y < ny; y++) {
        for (let x = 0; x < nx; x++) {
          const value = slice[y * paddedRow(shape) + x];
          result[(z * ny + y) * nx + x] = value >= FAR_METRIC ? Infinity : Math.sqrt(value) * edges.unit;
        }
      }
    });
    return result;
  });
}

function unpad(padded: Uint16Array, shape: Shape): Uint32Array {
  const [nz, ny, nx] = shape;
  const stride = paddedRow(shape);
  const result = new Uint32Array(nz * ny * nx);
  for (let row = 0; row < nz * ny; row++) {
    const to = row * nx;
    const from = row * stride;
    for (let x = 0; x < nx; x++) result[to + x] = padded[from + x];
  }
  return result;
}

export { NEVER };
