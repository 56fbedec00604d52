// Two-point coverage at every lag of a box, by one transform for each phase, and its mean over directions.
//
// Indicators less a constant near their mean are correlated in f32, zero padding to the window plus the longest lag
// keeps opposite faces apart, and what the constant took off is put back from exact counts of the shifted windows. The
// result is rounded to whole pairs: exact while the error of the transform is below one half (decisions/0034).
import { checkArguments, checkOperation, type Names } from '../core/arguments.js';
import { SpecError } from '../core/errors.js';
import { quoted } from '../core/quote.js';
import { voxelCount, type Shape, type VoxelSize } from '../core/grid.js';
import { checkPhase, checkVolume, labelCounts, type LabelVolume, type Phase } from '../core/volume.js';
import {
  correlate, correlationPlan, lagMap, lagMapPlan, lagShape, windowCounts, windowCountsPlan, type LagEnd, type LagMap,
  type Shells,
} from '../kernels/correlation.js';
import { labelLease } from '../kernels/transitions.js';
import { isTransformLength, transformLength } from '../kernels/transform.js';
import type { LeasePlan } from '../runtime/plan.js';
import type { Frame, RunOptions, Session } from '../runtime/session.js';
import { correlationLength, DEFAULT_MAX_LAG } from './two-point-coverage.js';

/** Options of `twoPointMap`. */
export interface TwoPointMapOptions {
  /** The phase at the start of a lag and the one at its end; one phase stands for both. */
  readonly phases: Phase | readonly [Phase, Phase];
  /** Longest lag along (z, y, x), voxels; one number for all, cut where the window ends; null: half of the window, 100
   *  at most. */
  readonly maxLag?: number | Shape | null;
  /** `open`: pairs inside the window; `periodic`: the window repeats, whose lengths must be 2^a·3^b·5^c. */
  readonly edges?: 'open' | 'periodic';
}

/** Options of `twoPointMap` that are not given. */
export const TWO_POINT_MAP_DEFAULTS = {
  maxLag: null, edges: 'open',
} as const satisfies Required<Omit<TwoPointMapOptions, 'phases'>>;

/** Means over all lags of one length, each pair of voxels counting the same. */
export interface RadialCoverage {
  /** Mean length of the lags of the shell, µm (voxels when no size is known). */
  readonly distance: Float64Array;
  /** C: share of the pairs with the phases at their ends. */
  readonly coverage: Float64Array;
  /** C less the product of the means of the two shifted windows. */
  readonly centred: Float64Array;
  /** Pairs of voxels in the shell. */
  readonly pairs: Float64Array;
  /** Where `centred` falls to 1/e; null when it does not. */
  readonly correlationLength: number | null;
}

/** Two-point coverage at every lag of a box. */
export interface TwoPointMap {
  /** At the start of a lag, and at its end. */
  readonly phases: readonly [Phase, Phase];
  /** Whether pairs lie inside the window, or in one that repeats. */
  readonly edges: 'open' | 'periodic';
  /** Longest lag L along (z, y, x), voxels. */
  readonly maxLag: Shape;
  /** Numbers of lags −L … L along (z, y, x): 2L + 1. */
  readonly shape: Shape;
  /** C(l): share of pairs with the first phase at x and the second at x + l, in C order of l. */
  readonly coverage: Float32Array;
  /** Less the product of the means of the two shifted windows. */
  readonly centred: Float32Array;
  /** Shells as thick as the shortest edge of a voxel, as far as they lie wholly in the box of lags. */
  readonly radial: RadialCoverage;
}

/** Lengths of the transform. */
function periodOf(shape: Shape, maxLag: Shape, edges: 'open' | 'periodic'): Shape {
  if (edges === 'periodic') return shape;
  const [z, y, x] = shape.map((n, k) => transformLength(n + maxLag[k]));
  return [z, y, x];
}

/** Half of the window, 100 at most, or what is asked for, as far as there are lags.
 *  @throws SpecError for a lag that is no whole number ≥ 0 */
function lagsOf(where: string, shape: Shape, maxLag: number | Shape | null, edges: 'open' | 'periodic'): Shape {
  const wanted = maxLag === null ? shape.map((n) => Math.min(n >> 1, DEFAULT_MAX_LAG)) : typeof maxLag === 'number' ? [
    maxLag, maxLag, maxLag,
  ] : maxLag;
  if (wanted.length !== 3 || wanted.some((lag) => !Number.isInteger(lag) || lag < 0)) {
    throw new SpecError(
      `${where}: maxLag must be one or three whole numbers of voxels ≥ 0 (z, y, x), got [${wanted.join(', ')}]`,
    );
  }
  const [z, y, x] = wanted.map((lag, k) => Math.min(lag, edges === 'periodic' ? shape[k] >> 1 : shape[k] - 1));
  return [z, y, x];
}

const TWO_POINT_MAP_OPTION_NAMES: Names<TwoPointMapOptions> = {
  phases: 'one or several', maxLag: true, edges: true,
};

/** Labels, a field of the padded window for each different phase, and the lags: 9.9 bytes a voxel of the window for one
 *  phase at 401³ with lags to 100. */
export function twoPointMapPlan(shape: Shape, threads: number, options: TwoPointMapOptions): LeasePlan {
  checkArguments('twoPointMapPlan', {
    shape: [shape, 'shape'], threads: [threads, 'count'], options: [options, TWO_POINT_MAP_OPTION_NAMES],
  });
  const where = 'twoPointMap';
  const { phases, maxLag, edges } = { ...TWO_POINT_MAP_DEFAULTS, ...options };
  const lags = lagsOf(where, shape, maxLag, edges);
  const fields = typeof phases === 'number' || phases[0] === phases[1] ? 1 : 2;
  const windows = edges === 'open' ? [windowCountsPlan(shape, lags)] : [];
  // Shells are as thick as the shortest edge and reach no further than the lags along it: there are no more than that.
  const shells: Shells = { edges: [1, 1, 1], width: 1, count: 1 + Math.max(...lags) };
  const map = lagMapPlan(lags, shells, edges === 'open' ? fields : 0);
  return {
    leases: [labelLease(shape)],
    then: [...windows, correlationPlan(periodOf(shape, lags, edges), threads, lags, fields), map],
  };
}

/** Shells as thick as the shortest edge, as far as they lie wholly in the box of lags. */
function shellsOf(maxLag: Shape, size: VoxelSize): Shells {
  const edges = size ?? ([1, 1, 1] as const);
  // An axis without lags, as in a flat window, has no say.
  const moving = edges.map((h, k) => ({ h, reach: maxLag[k] * h })).filter(({ reach }) => reach > 0);
  const width = moving.length === 0 ? 1 : Math.min(...moving.map(({ h }) => h));
  const reach = moving.length === 0 ? 0 : Math.min(...moving.map((axis) => axis.reach));
  return { edges, width, count: 1 + Math.floor(reach / width - 0.5 + 1e-9) };
}

function radialOf(shells: LagMap['shells']): RadialCoverage {
  const [distance, coverage, centred, pairs] = [1, 2, 3, 4].map((k) =>
    Float64Array.from(shells, (shell) => (k === 4 ? shell[4] : shell[k] / shell[k === 1 ? 0 : 4])));
  return { distance, coverage, centred, pairs, correlationLength: correlationLength(distance, centred) };
}

async function mapIn(
  frame: Frame, volume: LabelVolume, [a, b]: readonly [Phase, Phase], maxLag: Shape, edges: 'open' | 'periodic',
): Promise<TwoPointMap> {
  const { shape, labels } = volume;
  const { labels: lease } = frame.take([labelLease(shape)]);
  await frame.write(lease, labels);
  const periodic = edges === 'periodic';
  const windows = async (phase: Phase): Promise<Uint32Array | number> =>
    (periodic ? labelCounts(labels)[phase] : windowCounts(frame, lease, shape, phase, maxLag));
  // At lag 0, in the middle, a pair can begin anywhere.
  const endOf = async (phase: Phase): Promise<LagEnd> => {
    const voxels = await windows(phase);
    const all = typeof voxels === 'number' ? voxels : voxels[voxels.length >> 1];
    return { voxels, mean: Math.round((4096 * all) / labels.length) / 4096 };
  };
  const first = await endOf(a);
  const second = a === b ? null : await endOf(b);
  const sums = await correlate(
    frame, lease, shape, periodOf(shape, maxLag, edges), maxLag, { phase: a, mean: first.mean }, second &&
      { phase: b, mean: second.mean });
  const { coverage, centred, shells } =
    await lagMap(frame, sums, shape, maxLag, first, second, shellsOf(maxLag, volume.voxelSizeUm));
  return { phases: [a, b], edges, maxLag, shape: lagShape(maxLag), coverage, centred, radial: radialOf(shells) };
}

/** Two-point coverage of one phase, or of two at the ends of a lag, for every lag in a box, and its radial mean.
 *  @throws SpecError for a phase that does not occur, bad lags or edges; CapacityError */
export async function twoPointMap(
  session: Session, volume: LabelVolume, options: TwoPointMapOptions, run: RunOptions = {},
): Promise<TwoPointMap> {
  checkOperation('twoPointMap', session, run, {
    volume: [volume, 'record'], options: [options, TWO_POINT_MAP_OPTION_NAMES],
  });
  const where = 'twoPointMap';
  const { shape } = checkVolume(where, volume);
  const { phases, maxLag, edges } = { ...TWO_POINT_MAP_DEFAULTS, ...options };
  const pair = typeof phases === 'number' ? ([phases, phases] as const) : phases;
  if (!Array.isArray(pair) || pair.length !== 2) throw new SpecError(`${where}: one phase or two, got ${quoted(pair)}`);
  pair.forEach((phase) => checkPhase(where, volume, phase));
  if (edges !== 'open' && edges !== 'periodic') {
    throw new SpecError(`${where}: edges must be "open" or "periodic", got ${quoted(edges)}`);
  }
  const bad = edges === 'periodic' ? shape.find((n) => !isTransformLength(n)) : undefined;
  if (bad !== undefined) {
    throw new SpecError(
      `${where}: periodic edges need 2^a·3^b·5^c voxels along every axis, got ${bad}; ` +
        'take open edges or another window',
    );
  }
  const lags = lagsOf(where, shape, maxLag, edges);
  const plan = twoPointMapPlan(shape, session.threads, { phases: pair, maxLag: lags, edges });
  return session.run(where, plan, voxelCount(shape), run, (frame) => mapIn(frame, volume, pair, lags, edges));
}
