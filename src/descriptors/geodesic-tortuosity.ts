// Geodesic tortuosity: shortest paths through a phase, measured against the thickness they cross.
import { checkArguments, checkOperation, type Names } from '../core/arguments.js';
import {
  AXES, axisIndex, checkCrossed, checkFace, checkNeighbourhood, voxelCount, type Axis, type Face, type Neighbourhood,
  type Shape, type VoxelSize,
} from '../core/grid.js';
import { SpecError } from '../core/errors.js';
import { checkPhase, checkVolume, type LabelVolume, type Phase } from '../core/volume.js';
import {
  frontCapacity, geodesicField, geodesicGrid, geodesicLeases, geodesicPlane, type GeodesicEdges,
} from '../kernels/geodesic.js';
import type { LeasePlan } from '../runtime/plan.js';
import type { Frame, RunOptions, Session } from '../runtime/session.js';

/** Options of `geodesicTortuosity`. */
export interface GeodesicTortuosityOptions {
  readonly phase: Phase;
  /** Axis that the paths cross. Default: z. */
  readonly axis?: Axis;
  /** Face where the paths start; they end at the opposite one. */
  readonly from?: Face;
  /** Steps of a path: 6 over faces, 18 also over edges, 26 also over corners, of lengths 1, √2, √3 times the edge of
   *  a cubic voxel. Default: 26. */
  readonly neighbourhood?: Neighbourhood;
  /** Bins of equal width from 1 to the longest path over the thickness. Default: 50. */
  readonly histogramBins?: number;
}

/** Options of `geodesicTortuosity` that are not given. */
export const GEODESIC_TORTUOSITY_DEFAULTS = {
  axis: 'z',
  from: 'low',
  neighbourhood: 26,
  histogramBins: 50,
} as const satisfies Omit<Required<GeodesicTortuosityOptions>, 'phase'>;

/** Lengths of the shortest paths from one face to the other over the thickness that they cross; ≥ 1, exactly 1 in
 *  straight columns. */
export interface GeodesicTortuosity {
  /** Mean of path length / thickness over the start voxels that reach the target; null when none does. */
  readonly mean: number | null;
  /** Standard deviation over the same voxels (of the whole population: divided by their number). */
  readonly std: number | null;
  /** Share of the start voxels that reach the target; 0 when there are none. */
  readonly reachableFraction: number;
  /** Voxels of the phase on the start plane. */
  readonly startVoxels: number;
  /** `counts[i]` start voxels with edges[i] ≤ value < edges[i + 1], the last bin closed; both empty when none
   *  reaches. */
  readonly histogram: { readonly edges: readonly number[]; readonly counts: readonly number[] };
}

type Task = Required<GeodesicTortuosityOptions>;

/** Largest ratio of voxel edges: distances are f32 sums of the shortest. */
const MAX_RATIO = 100;

function complete(where: string, volume: LabelVolume, options: GeodesicTortuosityOptions): Task {
  const task = { ...GEODESIC_TORTUOSITY_DEFAULTS, ...options };
  checkPhase(where, volume, task.phase);
  checkCrossed(where, volume.shape, task.axis);
  checkFace(where, task.from);
  checkNeighbourhood(where, task.neighbourhood);
  if (!(Number.isInteger(task.histogramBins) && task.histogramBins >= 1)) {
    throw new SpecError(`${where}: histogramBins must be a whole number ≥ 1, got ${task.histogramBins}`);
  }
  return task;
}

/** Edge lengths in units of the voxel edge along the axis, so that a straight column of n voxels has length n − 1. */
export function geodesicEdges(where: string, size: VoxelSize, axis: Axis, neighbourhood: Neighbourhood): GeodesicEdges {
  const [hz, hy, hx] = size ?? [1, 1, 1];
  if (Math.max(hz, hy, hx) > MAX_RATIO * Math.min(hz, hy, hx)) {
    throw new SpecError(
      `${where}: voxel edges may differ by a factor of ${MAX_RATIO} at most, got ${hz}, ${hy}, ${hx} µm; ` +
        'rescale the image',
    );
  }
  const unit = (size ?? [1, 1, 1])[axisIndex(axis)];
  const [b, c] = axis === 'z' ? [hy / unit, hx / unit] : axis === 'y' ? [hz / unit, hx / unit] : [hz / unit, hy / unit];
  const edge = (allowed: boolean, square: number): number => (allowed ? Math.fround(Math.sqrt(square)) : Infinity);
  const two = neighbourhood >= 18;
  return {
    e0: 1,
    e1: Math.fround(b),
    e2: Math.fround(c),
    e01: edge(two, 1 + b * b),
    e02: edge(two, 1 + c * c),
    e12: edge(two, b * b + c * c),
    e012: edge(neighbourhood === 26, 1 + b * b + c * c),
  };
}

/** Memory of one call for any number of phases and the given axes (default: all). `attempt` counts retries with a
 *  longer front, which only densely branched phases need. */
export function geodesicTortuosityPlan(shape: Shape, axes: readonly Axis[] = AXES, attempt = 0): LeasePlan {
  checkArguments('geodesicTortuosityPlan', { shape: [shape, 'shape'], axes: [axes, 'list'] });
  return {
    leases: [{ name: 'labels', bytes: voxelCount(shape) }],
    then: axes.map((axis) => {
      const grid = geodesicGrid(shape, axis);
      return { leases: geodesicLeases(grid, frontCapacity(grid, attempt)) };
    }),
  };
}

const GEODESIC_TORTUOSITY_OPTION_NAMES: Names<GeodesicTortuosityOptions> = {
  phase: true, axis: true, from: true, neighbourhood: true, histogramBins: true,
};

/** Mean, standard deviation and histogram of shortest path / thickness, over the voxels of the phase on the start plane
 *  that reach the target plane. Thickness is n − 1 voxel edges along the axis, so a straight column is exactly 1. Steps
 *  have their physical length (1, √2, √3 in cubic voxels), summed in f32; mean and deviation are summed in f64 in index
 *  order. [A §2.3; neighbourhood and normalisation are not published there.]
 *  @throws SpecError for a phase, axis or option that does not exist, or one voxel along the axis; CapacityError */
export async function geodesicTortuosity(
  session: Session, volume: LabelVolume, options: GeodesicTortuosityOptions, run: RunOptions = {},
): Promise<GeodesicTortuosity> {
  checkOperation('geodesicTortuosity', session, run, {
    volume: [volume, 'record'], options: [options, GEODESIC_TORTUOSITY_OPTION_NAMES],
  });
  return (await geodesicTortuosities(session, volume, [options], run))[0];
}

/** Geodesic tortuosity of several phases, axes and directions, one after another in one operation. */
export async function geodesicTortuosities(
  session: Session, volume: LabelVolume, list: readonly GeodesicTortuosityOptions[], run: RunOptions = {},
): Promise<GeodesicTortuosity[]> {
  checkOperation('geodesicTortuosities', session, run, { volume: [volume, 'record'], list: [list, 'list'] });
  const where = 'geodesicTortuosity';
  checkVolume(where, volume);
  const tasks = list.map((options) => complete(where, volume, options));
  const edges = tasks.map((task) => geodesicEdges(where, volume.voxelSizeUm, task.axis, task.neighbourhood));
  const results: GeodesicTortuosity[] = [];
  for (let attempt = 0; results.length < tasks.length; attempt++) {
    const axes = AXES.filter((axis) => tasks.slice(results.length).some((task) => task.axis === axis));
    const plan = geodesicTortuosityPlan(volume.shape, axes, attempt);
    await session.run(where, plan, voxelCount(volume.shape), run, async (frame) => {
      const labels = frame.lease('labels', voxelCount(volume.shape));
      await frame.write(labels, volume.labels);
      while (results.length < tasks.length) {
        const k = results.length;
        const { phase, axis } = tasks[k];
        const stage =
          `paths in phase ${phase} along ${axis}${tasks.length > 1 ? ` (${k + 1} of ${tasks.length})` : ''}`;
        const result = await frame.scope(() => oneTask(frame, labels, volume, tasks[k], edges[k], attempt, stage));
        if (result === null) return;
        results.push(result);
      }
    });
  }
  return results;
}

/** @returns null when the front outgrew its lease. */
async function oneTask(
  frame: Frame, labels: Parameters<typeof geodesicField>[1], volume: LabelVolume, task: Task, edges: GeodesicEdges,
  attempt: number, stage: string,
): Promise<GeodesicTortuosity | null> {
  const grid = geodesicGrid(volume.shape, task.axis);
  const last = grid.n[0] - 1;
  const [start, target] = task.from === 'low' ? [0, last] : [last, 0];
  const front = frontCapacity(grid, attempt);
  const field = await geodesicField(frame, labels, volume.shape, grid, task.phase, target, edges, front, stage);
  if (field === null) return null;
  const plane = await geodesicPlane(frame, field, start);
  const values: number[] = [];
  for (const distance of plane) if (distance < 3e38) values.push(distance / last);
  return { ...summary(values, task.histogramBins), ...startShare(volume, task, start, values.length) };
}

function startShare(
  volume: LabelVolume, task: Task, start: number, reached: number,
): Pick<GeodesicTortuosity, 'reachableFraction' | 'startVoxels'> {
  const [nz, ny, nx] = volume.shape;
  const { labels } = volume;
  let startVoxels = 0;
  const at = (z: number, y: number, x: number): void => {
    if (labels[(z * ny + y) * nx + x] === task.phase) startVoxels++;
  };
  const [fixed, ends] = [axisIndex(task.axis), [nz, ny, nx]];
  const from = [0, 0, 0].map((_, k) => (k === fixed ? start : 0));
  const to = ends.map((n, k) => (k === fixed ? start + 1 : n));
  for (let z = from[0]; z < to[0]; z++) {
    for (let y = from[1]; y < to[1]; y++) for (let x = from[2]; x < to[2]; x++) at(z, y, x);
  }
  return { startVoxels, reachableFraction: startVoxels === 0 ? 0 : reached / startVoxels };
}

function summary(values: readonly number[], bins: number): Pick<GeodesicTortuosity, 'mean' | 'std' | 'histogram'> {
  if (values.length === 0) return { mean: null, std: null, histogram: { edges: [], counts: [] } };
  let sum = 0;
  let largest = 1;
  for (const value of values) {
    sum += value;
    largest = Math.max(largest, value);
  }
  const mean = sum / values.length;
  let squares = 0;
  for (const value of values) squares += (value - mean) ** 2;
  // All paths straight: one percent gives the bins a width.
  const width = (largest > 1 ? largest - 1 : 0.01) / bins;
  const counts = Array.from({ length: bins }, () => 0);
  for (const value of values) counts[Math.min(bins - 1, Math.floor((value - 1) / width))]++;
  const edges = Array.from({ length: bins + 1 }, (_, k) => (k === bins && largest > 1 ? largest : 1 + k * width));
  return { mean, std: Math.sqrt(squares / values.length), histogram: { edges, counts } };
}
