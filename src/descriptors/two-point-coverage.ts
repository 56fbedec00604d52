// Two-point coverage of phases along lattice directions, from exact integer counts of voxel pairs.
//
// C_ab(h) is the probability that a lies at one end of a lag h and b at the other: the mean over the pairs of voxels
// whose two ends are in the window. Centred, the product of the means of the two shifted windows is taken off, so that
// it is the covariance of the pairs themselves (decisions/0033).
import { checkArguments, checkOperation, type Names } from '../core/arguments.js';
import { DIRECTIONS, type Direction } from '../core/directions.js';
import { SpecError } from '../core/errors.js';
import { AXES, axisIndex, checkAxis, voxelCount, type Axis, type Shape, type VoxelSize } from '../core/grid.js';
import { checkPhase, checkVolume, phasesOf, type LabelVolume, type Phase } from '../core/volume.js';
import { bitBytes, bitsOfPhase } from '../kernels/bits.js';
import { planeCounts, planeCountsPlan } from '../kernels/histogram.js';
import { lagsAcross, pairCounts, pairCountsPlan, pairsInWindow, windowBits } from '../kernels/pairs.js';
import { labelLease } from '../kernels/transitions.js';
import type { Lease } from '../runtime/arena.js';
import type { LeasePlan } from '../runtime/plan.js';
import type { Frame, RunOptions, Session } from '../runtime/session.js';

/** Options of `twoPointCoverage`. */
export interface TwoPointOptions {
  /** Labels to measure; null: all that occur. Eight at most. */
  readonly phases?: readonly Phase[] | null;
  /** `axes`: z, y, x; `lattice`: the 13 directions of DIRECTIONS; or some axes. */
  readonly directions?: 'axes' | 'lattice' | readonly Axis[];
  /** Longest lag in steps of the direction; null: half of the voxels along it, 100 at most. Where the window is shorter
   *  it ends. */
  readonly maxLag?: number | null;
}

/** Options of `twoPointCoverage` that are not given: every phase along z, y, x, to half of the window. */
export const TWO_POINT_DEFAULTS = {
  phases: null, directions: 'axes', maxLag: null,
} as const satisfies Required<TwoPointOptions>;
/** Longest lag unless asked for. */
export const DEFAULT_MAX_LAG = 100;
/** Most phases whose pairs are counted at once. */
export const MAX_TWO_POINT_PHASES = 8;

/** Functions of two phases a ≤ b; entry h belongs to lag h. */
export interface TwoPointFunction {
  /** Labels a, b. */
  readonly phases: readonly [Phase, Phase];
  /** Pairs with a at the low end and b ahead of it, exact. */
  readonly counts: Float64Array;
  /** Pairs with b at the low end and a ahead of it, exact; the same numbers when a = b. */
  readonly reversed: Float64Array;
  /** Mean of both over the pairs in the window; C(0) = ε when a = b, 0 otherwise. */
  readonly coverage: Float64Array;
  /** Covariance of the pairs: coverage less the product of the means of the two shifted windows. */
  readonly centred: Float64Array;
}

/** Two-point coverage of all pairs of phases along one direction. */
export interface DirectionalCoverage {
  /** One lag, voxels along (z, y, x). */
  readonly direction: Direction['offset'];
  /** When it is one. */
  readonly axis: Axis | null;
  /** Distances, µm (voxels when no size is known). */
  readonly lags: Float64Array;
  /** Voxel pairs in the window at each lag. */
  readonly pairs: Float64Array;
  /** Every pair of measured phases, each phase with itself included, in ascending order. */
  readonly functions: readonly TwoPointFunction[];
}

/** What `twoPointCoverage` found. */
export interface TwoPointCoverage {
  /** Labels measured, ascending. */
  readonly phases: readonly Phase[];
  /** One for each direction. */
  readonly directions: readonly DirectionalCoverage[];
}

interface Way {
  readonly offset: Direction['offset'];
  readonly axis: Axis | null;
  readonly lags: number;
}

/** Labels and two sets of bits: 1.3 bytes a voxel. */
export function twoPointCoveragePlan(shape: Shape, threads: number): LeasePlan {
  checkArguments('twoPointCoveragePlan', { shape: [shape, 'shape'], threads: [threads, 'count'] });
  const sets = ['first phase', 'second phase'].map((name) => ({ name, bytes: bitBytes(shape) }));
  return {
    leases: [labelLease(shape), ...sets],
    then: [pairCountsPlan(shape, threads, Math.max(...shape)), planeCountsPlan(shape, threads, MAX_TWO_POINT_PHASES)],
  };
}

/** @throws SpecError unless null or a whole number ≥ 0. */
export function checkMaxLag(where: string, maxLag: number | null): number | null {
  if (maxLag === null || (Number.isInteger(maxLag) && maxLag >= 0)) return maxLag;
  throw new SpecError(`${where}: maxLag must be a whole number of voxels ≥ 0, got ${maxLag}`);
}

function waysOf(
  where: string, shape: Shape, directions: Required<TwoPointOptions>['directions'], maxLag: number | null,
): Way[] {
  const axisOf = (offset: Direction['offset']): Axis | null => {
    const moved = AXES.filter((axis) => offset[axisIndex(axis)] !== 0);
    return moved.length === 1 ? moved[0] : null;
  };
  const wanted = typeof directions === 'string' ? AXES : directions.map((axis) => checkAxis(where, axis));
  if (typeof directions === 'string' && directions !== 'axes' && directions !== 'lattice') {
    throw new SpecError(
      `${where}: directions must be "axes", "lattice" or a list of axes, got "${String(directions)}"`,
    );
  }
  if (wanted.length === 0) {
    throw new SpecError(`${where}: directions is empty; give "axes", "lattice" or some of x, y, z`);
  }
  return DIRECTIONS.flatMap(({ offset }) => {
    const axis = axisOf(offset);
    if (directions !== 'lattice' && !(axis !== null && wanted.includes(axis))) return [];
    const across = lagsAcross(shape, offset);
    const longest = Math.min(across - 1, maxLag ?? Math.min(across >> 1, DEFAULT_MAX_LAG));
    return [{ offset, axis, lags: longest + 1 }];
  });
}

/** Counts of ordered pairs by "a,b" and direction; null stands for the whole window. */
class Counts {
  private readonly found = new Map<string, readonly Float64Array[]>();

  set(a: Phase | null, b: Phase | null, counts: readonly Float64Array[]): void {
    this.found.set(`${a},${b}`, counts);
  }

  get(a: Phase | null, b: Phase | null, way: number): Float64Array {
    return this.found.get(`${a},${b}`)![way];
  }
}

/** Sums of all but the first 0, 1, … lags − 1 entries. */
function sumsBut(values: Uint32Array, lags: number): Float64Array {
  let left = values.reduce((sum, n) => sum + n, 0);
  return Float64Array.from({ length: lags }, (_, h) => (left -= h === 0 ? 0 : values[h - 1]));
}

/** Counts of all ordered pairs of `phases`, and of each with the window. Where they fill the window, the last phase is
 *  what the others leave. */
async function countAll(
  frame: Frame, labels: Lease, shape: Shape, phases: readonly Phase[], complete: boolean, ways: readonly Way[],
): Promise<Counts> {
  const [first, second] = ['first phase', 'second phase'].map((name) => frame.lease(name, bitBytes(shape)));
  const counts = new Counts();
  const along = async (a: Lease, b: Lease, those = ways): Promise<Float64Array[]> => {
    const all: Float64Array[] = [];
    for (const { offset, lags } of those) all.push(await pairCounts(frame, a, b, shape, offset, lags));
    return all;
  };
  const measured = complete ? phases.slice(0, -1) : phases;
  counts.set(null, null, ways.map(
    ({ offset, lags }) => Float64Array.from({ length: lags }, (_, h) => pairsInWindow(shape, offset, h)),
  ));
  for (const [i, a] of measured.entries()) {
    await bitsOfPhase(frame, first, labels, shape, a);
    counts.set(a, a, await along(first, first));
    for (const b of measured.slice(i + 1)) {
      await bitsOfPhase(frame, second, labels, shape, b);
      counts.set(a, b, await along(first, second));
      counts.set(b, a, await along(second, first));
    }
  }
  // Windows shifted along an axis are whole planes; others are a set of their own.
  const oblique = ways.filter(({ axis }) => axis === null);
  const planes = measured.length === 0 ? [] : await planeCounts(frame, labels, shape, measured);
  if (oblique.length > 0) await frame.write(second, windowBits(shape));
  for (const [i, a] of measured.entries()) {
    if (oblique.length > 0) await bitsOfPhase(frame, first, labels, shape, a);
    const low = await along(first, second, oblique);
    const ahead = await along(second, first, oblique);
    const merged = (rest: Float64Array[], from: (plane: Uint32Array, lags: number) => Float64Array): Float64Array[] =>
      ways.map(({ axis, lags }) => (axis === null ? rest.shift()! : from(planes[i][axis], lags)));
    counts.set(a, null, merged(low, (plane, lags) => sumsBut(plane.slice().reverse(), lags)));
    counts.set(null, a, merged(ahead, sumsBut));
  }
  if (complete) {
    const last = phases[phases.length - 1];
    const rest = (whole: Phase | null, side: 'low' | 'ahead'): Float64Array[] => ways.map((_, w) => {
      const left = Float64Array.from(side === 'low' ? counts.get(null, whole, w) : counts.get(whole, null, w));
      for (const b of measured) {
        const taken = side === 'low' ? counts.get(b, whole, w) : counts.get(whole, b, w);
        taken.forEach((n, h) => (left[h] -= n));
      }
      return left;
    });
    for (const a of [null, ...measured]) {
      counts.set(a, last, rest(a, 'ahead'));
      counts.set(last, a, rest(a, 'low'));
    }
    counts.set(last, last, rest(last, 'ahead'));
  }
  return counts;
}

function functionsOf(counts: Counts, phases: readonly Phase[], w: number): TwoPointFunction[] {
  const pairs = counts.get(null, null, w);
  return phases.flatMap((a, i) => phases.slice(i).map((b): TwoPointFunction => {
    const [forward, reversed] = [counts.get(a, b, w), counts.get(b, a, w)];
    const coverage = pairs.map((n, h) => (forward[h] + reversed[h]) / (2 * n));
    const [lowA, aheadA, lowB, aheadB] = [
      counts.get(a, null, w), counts.get(null, a, w), counts.get(b, null, w), counts.get(null, b, w),
    ];
    const centred = pairs.map((n, h) => coverage[h] - (lowA[h] * aheadB[h] + lowB[h] * aheadA[h]) / (2 * n * n));
    return { phases: [a, b], counts: forward, reversed, coverage, centred };
  }));
}

function lengthOf(offset: Direction['offset'], size: VoxelSize): number {
  return Math.sqrt(offset.reduce((sum, step, k) => sum + (step * (size?.[k] ?? 1)) ** 2, 0));
}

/** Distance at which a centred function first falls to 1/e of its value at lag 0, linear between lags; null when it
 *  stays above, or is 0 throughout. */
export function correlationLength(lags: ArrayLike<number>, centred: ArrayLike<number>): number | null {
  checkArguments('correlationLength', { lags: [lags, 'list'], centred: [centred, 'list'] });
  const limit = centred[0] / Math.E;
  if (limit === 0) return null;
  for (let h = 1; h < centred.length; h++) {
    if (centred[h] / limit <= 1) {
      return lags[h - 1] + ((lags[h] - lags[h - 1]) * (centred[h - 1] - limit)) / (centred[h - 1] - centred[h]);
    }
  }
  return null;
}

const TWO_POINT_OPTION_NAMES: Names<TwoPointOptions> = { phases: true, directions: true, maxLag: true };

/** Two-point coverage C_ab(h) of every pair of phases along the axes or the 13 lattice directions, from exact counts.
 *  @throws SpecError for a phase that does not occur, more than eight phases, or a bad direction or lag. */
export async function twoPointCoverage(
  session: Session, volume: LabelVolume, options: TwoPointOptions = {}, run: RunOptions = {},
): Promise<TwoPointCoverage> {
  checkOperation('twoPointCoverage', session, run, {
    volume: [volume, 'record'], options: [options, TWO_POINT_OPTION_NAMES],
  });
  const where = 'twoPointCoverage';
  const { shape, labels, voxelSizeUm } = checkVolume(where, volume);
  const { phases: wanted, directions, maxLag } = { ...TWO_POINT_DEFAULTS, ...options };
  wanted?.forEach((phase) => checkPhase(where, volume, phase));
  const ways = waysOf(where, shape, directions, checkMaxLag(where, maxLag));
  const present = phasesOf(volume);
  const phases = [...new Set(wanted ?? present)].sort((a, b) => a - b);
  if (phases.length > MAX_TWO_POINT_PHASES) {
    throw new SpecError(
      `${where}: counts pairs of ${MAX_TWO_POINT_PHASES} phases at most, got ${phases.length}; name fewer phases`,
    );
  }
  return session.run(where, twoPointCoveragePlan(shape, session.threads), voxelCount(shape), run, async (frame) => {
    const { labels: lease } = frame.take([labelLease(shape)]);
    await frame.write(lease, labels);
    const counts = await countAll(frame, lease, shape, phases, phases.length === present.length, ways);
    return {
      phases,
      directions: ways.map(({ offset, axis, lags }, w) => ({
        direction: offset,
        axis,
        lags: Float64Array.from({ length: lags }, (_, h) => h * lengthOf(offset, voxelSizeUm)),
        pairs: counts.get(null, null, w),
        functions: functionsOf(counts, phases, w),
      })),
    };
  });
}
