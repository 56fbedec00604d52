// Spectral synthesis of pairs of Gaussian random fields and their excursion sets: memory and calls.
import { SpecError } from '../core/errors.js';
import type { Shape } from '../core/grid.js';
import type { Lease } from '../runtime/arena.js';
import { named, type LeasePlan, type PlannedLease } from '../runtime/plan.js';
import type { Frame } from '../runtime/session.js';
import { octantPlan, octantSize, writeOctant, type RadialCovariance } from './octant.js';
import { isTransformLength, transformLength, type Twiddles } from './transform.js';

/** Gaussian spectra are e^(−13.7) of their peak at this many α, and left out beyond: 5e-6 of the variance. */
const SPECTRUM_END = 7.4;

/** Window cut out of a periodic box, voxels along z, y, x. */
export interface FieldGrid {
  readonly window: Shape;
  readonly period: Shape;
}

/** Two real fields that share one transform, each with covariance ρ(α h), α_z = α / anisotropyFactor. */
export interface FieldPair {
  /** Names the two fields among all of a model: part of the counter of every random number. */
  readonly id: number;
  readonly alpha: readonly [number, number];
  readonly anisotropyFactor: number;
  /** null: ρ = exp(−(αh)²), with its dead modes left out. */
  readonly covariance: RadialCovariance | null;
}

/** Key of the random numbers of a structure. */
export interface DrawKey {
  /** Whole number from 0 to 2⁵³−1. */
  readonly seed: number;
  /** Whole number below 2³². */
  readonly scenario: number;
  /** Whole number below 2³². */
  readonly realisation: number;
}

/** Modes low … low+count−1 of a ring that may carry something. */
interface LiveModes {
  readonly low: number;
  readonly count: number;
}

/** Half axes, in modes, of the ellipsoid that holds the spectrum of the larger α. */
function spectrumReach(period: Shape, pair: FieldPair): Shape {
  const alpha = Math.max(...pair.alpha);
  return [alpha / pair.anisotropyFactor, alpha, alpha]
    .map((a, axis) => (SPECTRUM_END * a * period[axis]) / (2 * Math.PI)) as unknown as Shape;
}

function liveModes(period: number, reach: number): LiveModes {
  const low = -Math.min(Math.ceil(reach), Math.floor((period - 1) / 2));
  return { low, count: Math.min(Math.ceil(reach), Math.floor(period / 2)) - low + 1 };
}

function liveBox({ period }: FieldGrid, pair: FieldPair): readonly [LiveModes, LiveModes, LiveModes] {
  const reach = spectrumReach(period, pair);
  const modes = (axis: number): LiveModes => liveModes(period[axis], pair.covariance === null ? reach[axis] : Infinity);
  return [modes(0), modes(1), modes(2)];
}

/** The same, zeros where modes are not to be left out: full spectra, and those folded at the grid's highest mode. */
function ellipsoid({ period }: FieldGrid, pair: FieldPair): readonly number[] {
  const reach = spectrumReach(period, pair);
  return pair.covariance === null && reach.every((modes, axis) => 2 * modes < period[axis]) ? reach : [0, 0, 0];
}

const padded = (count: number): number => Math.ceil(count / 4) * 4;

/** @throws SpecError when the transforms cannot do the period, with the nearest lengths that they can. */
export function checkPeriod(where: string, grid: FieldGrid): void {
  for (let axis = 0; axis < 3; axis++) {
    const length = grid.period[axis];
    if (!isTransformLength(length)) {
      let below = Math.floor(length);
      while (below > 1 && !isTransformLength(below)) below--;
      throw new SpecError(
        `${where}: a period must be 2^a·3^b·5^c voxels, got ${length} along ${'zyx'[axis]}; ` +
          `the nearest are ${below} and ${transformLength(length)}`,
      );
    }
    if (length < grid.window[axis]) {
      throw new SpecError(
        `${where}: the period ${length} along ${'zyx'[axis]} is shorter than the window of ${grid.window[axis]} voxels`,
      );
    }
  }
}

function pairLeases(grid: FieldGrid, pair: FieldPair, threads: number) {
  const [z, y, x] = liveBox(grid, pair);
  const [nz, ny] = grid.window;
  const rowBytes = padded(x.count) * 8;
  return {
    modes: named({ modes: nz * y.count * rowBytes }),
    amplitudes: named({ amplitudes: 8 * (padded(z.count) + padded(y.count) + padded(x.count)) }),
    columns: named({ columns: threads * (256 * grid.period[0] + 256) }),
    planes: named({
      planes: threads *
        (256 * (Math.max(grid.period[1], grid.period[2]) + 4) + Math.ceil(ny / 16) * padded(x.count) * 128),
    }),
  };
}

/** Octants of a pair: one when both fields have the same α. */
function octants(grid: FieldGrid, pair: FieldPair): PlannedLease[] {
  const alphas = pair.covariance === null ? [] : [...new Set(pair.alpha)];
  return alphas.map((_, i) => ({ name: `amplitudes ${i + 1}`, bytes: octantSize(grid.period).bytes }));
}

/** Memory that one pair needs besides its outputs and the twiddles. */
export function fieldPairPlan(grid: FieldGrid, pair: FieldPair, threads: number): LeasePlan {
  const { modes, amplitudes, columns, planes } = pairLeases(grid, pair, threads);
  const stage1: LeasePlan =
    pair.covariance === null
      ? { leases: [...amplitudes, ...columns] }
      : { leases: octants(grid, pair), then: [octantPlan(grid.period, threads), { leases: columns }] };
  return { leases: modes, then: [stage1, { leases: planes }] };
}

/** What makes labels of the complete fields X and Y, and level sets X−λ_X and Y−λ_Y of these. */
export interface Excursion {
  readonly labels: Lease;
  readonly x: Lease;
  /** null: the model has one field */
  readonly y: Lease | null;
  readonly lambda: readonly [number, number];
  /** labels where X ≥ λ_X; else where Y ≥ λ_Y; else */
  readonly outcome: readonly [number, number, number];
}

/** Where the two fields of a pair go. */
export interface FieldOutput {
  readonly first: Lease;
  /** The same lease as `first`: the squares of both are summed there. */
  readonly second: Lease;
  /** Squares of the fields instead of the fields. */
  readonly square: boolean;
  /** Add to what is there, per output, instead of storing. */
  readonly add: readonly [boolean, boolean];
  /** With the last pair of a structure. */
  readonly excursion: Excursion | null;
}

/** Draws and transforms one pair into f32 fields of the window.
 *  @returns the share of the variance in negative eigenvalues, which were left out; 0 for Gaussian covariances
 *  @throws SpecError for a function that is no covariance in three dimensions */
export async function synthesisePair(
  frame: Frame, grid: FieldGrid, pair: FieldPair, key: DrawKey, twiddles: Twiddles, output: FieldOutput,
  stage: string,
): Promise<number> {
  const [z, y, x] = liveBox(grid, pair);
  const [reachZ, reachY, reachX] = ellipsoid(grid, pair);
  const [periodZ, periodY, periodX] = grid.period;
  const [nz, ny, nx] = grid.window;
  const planned = pairLeases(grid, pair, frame.threads);
  const { 'twiddles z': twiddlesZ, 'twiddles y': twiddlesY, 'twiddles x': twiddlesX } = twiddles;
  const live = { lowY: y.low, countY: y.count, lowX: x.low, countX: x.count, nz, reachY, reachX, periodY, periodX };
  const columns = (y.count * padded(x.count)) / 4;
  return frame.scope(async () => {
    const { modes } = frame.take(planned.modes);
    let clipped = 0;
    await frame.scope(async () => {
      const { covariance, anisotropyFactor: a, alpha: [alpha1, alpha2] } = pair;
      const tables = covariance === null ? frame.take(planned.amplitudes).amplitudes : null;
      const amplitudes = Object.values(frame.take(octants(grid, pair)));
      if (covariance !== null) {
        for (const [i, octant] of amplitudes.entries()) {
          clipped = Math.max(
            clipped, await writeOctant(frame, grid.period, octant, covariance, pair.alpha[i], a, twiddles, stage),
          );
        }
      }
      const { columns: scratch } = frame.take(planned.columns);
      await frame.call(
        'fieldColumns',
        {
          modes, tables, scratch, twiddles: twiddlesZ, periodZ, lowZ: z.low, countZ: z.count, reachZ, ...live,
          alphaZ1: alpha1 / a, alpha1, alphaZ2: alpha2 / a, alpha2,
          octant1: amplitudes.at(0) ?? null, octant2: amplitudes.at(-1) ?? null,
          octantX: Math.floor(periodX / 2) + 1, octantZ: octantSize(grid.period).line,
          seedLow: key.seed % 2 ** 32, seedHigh: Math.floor(key.seed / 2 ** 32),
          scenario: key.scenario, realisation: key.realisation, pair: pair.id,
        },
        { name: `${stage}: modes`, work: columns * 4 * periodZ },
      );
    });
    await frame.scope(async () => {
      const { planes: scratch } = frame.take(planned.planes);
      const { excursion, add: [addReal, addImaginary] } = output;
      const [lambdaX, lambdaY] = excursion?.lambda ?? [0, 0];
      const [inX, inY, rest] = excursion?.outcome ?? [0, 0, 0];
      await frame.call(
        'fieldPlanes',
        {
          outReal: output.first, outImaginary: output.second, square: output.square, addReal, addImaginary,
          modes, scratch, twiddlesY, twiddlesX, ...live, ny, nx,
          labels: excursion?.labels ?? null, x: excursion?.x ?? null, y: excursion?.y ?? null,
          lambdaX, lambdaY, inX, inY, rest,
        },
        { name: `${stage}: planes`, work: nz * (padded(x.count) * periodY + Math.ceil(ny / 16) * 16 * periodX) },
      );
    });
    return clipped;
  });
}
