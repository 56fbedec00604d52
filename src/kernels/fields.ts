// Spectral synthesis of pairs of Gaussian random fields and their excursion sets: memory and calls.
import { SpecError } from '../core/errors.js';
import type { Shape } from '../core/grid.js';
import type { Lease } from '../runtime/arena.js';
import type { LeasePlan } from '../runtime/plan.js';
import type { Frame } from '../runtime/session.js';
import { octantPlan, octantSize, writeOctant, type RadialCovariance } from './octant.js';
import { isTransformLength, transformLength } from './transform.js';

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

export interface DrawKey {
  /** Whole number from 0 to 2⁵³−1. */
  readonly seed: number;
  readonly scenario: number;
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
  return [alpha / pair.anisotropyFactor, alpha, alpha].map((a, axis) => (SPECTRUM_END * a * period[axis]) / (2 * Math.PI)) as unknown as Shape;
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
        `${where}: a period must be 2^a·3^b·5^c voxels, got ${length} along ${'zyx'[axis]}; the nearest are ${below} and ${transformLength(length)}`,
      );
    }
    if (length < grid.window[axis]) {
      throw new SpecError(`${where}: the period ${length} along ${'zyx'[axis]} is shorter than the window of ${grid.window[axis]} voxels`);
    }
  }
}

interface PairBytes {
  readonly modes: number;
  readonly tables: number;
  readonly columns: number;
  readonly planes: number;
}

function pairBytes(grid: FieldGrid, pair: FieldPair, threads: number): PairBytes {
  const [z, y, x] = liveBox(grid, pair);
  const [nz, ny] = grid.window;
  const rowBytes = padded(x.count) * 8;
  return {
    modes: nz * y.count * rowBytes,
    tables: 8 * (padded(z.count) + padded(y.count) + padded(x.count)),
    columns: threads * (256 * grid.period[0] + 256),
    planes: threads * (256 * (Math.max(grid.period[1], grid.period[2]) + 4) + Math.ceil(ny / 16) * padded(x.count) * 128),
  };
}

/** Octants of a pair: one when both fields have the same α. */
function octants(grid: FieldGrid, pair: FieldPair): LeasePlan['leases'] {
  const alphas = pair.covariance === null ? [] : [...new Set(pair.alpha)];
  return alphas.map((_, i) => ({ name: `amplitudes ${i + 1}`, bytes: octantSize(grid.period).bytes }));
}

/** Memory that one pair needs besides its outputs and the twiddles. */
export function fieldPairPlan(grid: FieldGrid, pair: FieldPair, threads: number): LeasePlan {
  const bytes = pairBytes(grid, pair, threads);
  const columns = { name: 'columns', bytes: bytes.columns };
  const stage1: LeasePlan =
    pair.covariance === null
      ? { leases: [{ name: 'amplitudes', bytes: bytes.tables }, columns] }
      : { leases: octants(grid, pair), then: [octantPlan(grid.period, threads), { leases: [columns] }] };
  return {
    leases: [{ name: 'modes', bytes: bytes.modes }],
    then: [stage1, { leases: [{ name: 'planes', bytes: bytes.planes }] }],
  };
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
  frame: Frame, grid: FieldGrid, pair: FieldPair, key: DrawKey, twiddles: readonly Lease[], output: FieldOutput, stage: string,
): Promise<number> {
  const [z, y, x] = liveBox(grid, pair);
  const reach = ellipsoid(grid, pair);
  const [periodZ, periodY, periodX] = grid.period;
  const [nz, ny, nx] = grid.window;
  const bytes = pairBytes(grid, pair, frame.threads);
  const columns = (y.count * padded(x.count)) / 4;
  return frame.scope(async () => {
    const modes = frame.lease('modes', bytes.modes);
    let clipped = 0;
    await frame.scope(async () => {
      const { covariance, anisotropyFactor: a, alpha: [alpha1, alpha2] } = pair;
      const tables = covariance === null ? frame.lease('amplitudes', bytes.tables) : null;
      const amplitudes = octants(grid, pair).map((lease) => frame.lease(lease.name, lease.bytes));
      if (covariance !== null) {
        for (const [i, octant] of amplitudes.entries()) {
          clipped = Math.max(clipped, await writeOctant(frame, grid.period, octant, covariance, pair.alpha[i], a, twiddles, stage));
        }
      }
      const scratch = frame.lease('columns', bytes.columns);
      await frame.call(
        'fieldColumns',
        [
          modes.ptr, tables?.ptr ?? 0, scratch.ptr, twiddles[0].ptr, periodZ, periodY, periodX,
          z.low, z.count, y.low, y.count, x.low, x.count, nz, alpha1 / a, alpha1, alpha2 / a, alpha2, ...reach,
          amplitudes.at(0)?.ptr ?? 0, amplitudes.at(-1)?.ptr ?? 0, Math.floor(periodX / 2) + 1, octantSize(grid.period).line,
          key.seed % 2 ** 32, Math.floor(key.seed / 2 ** 32), key.scenario, key.realisation, pair.id,
        ],
        { name: `${stage}: modes`, work: columns * 4 * periodZ },
      );
    });
    await frame.scope(async () => {
      const scratch = frame.lease('planes', bytes.planes);
      const { excursion } = output;
      await frame.call(
        'fieldPlanes',
        [
          output.first.ptr, output.second.ptr, Number(output.square), Number(output.add[0]), Number(output.add[1]),
          modes.ptr, scratch.ptr, twiddles[1].ptr, twiddles[2].ptr, periodY, periodX,
          y.low, y.count, x.low, x.count, nz, ny, nx, reach[1], reach[2],
          excursion?.labels.ptr ?? 0, excursion?.x.ptr ?? 0, excursion?.y?.ptr ?? 0, ...(excursion?.lambda ?? [0, 0]), ...(excursion?.outcome ?? [0, 0, 0]),
        ],
        { name: `${stage}: planes`, work: nz * (padded(x.count) * periodY + Math.ceil(ny / 16) * 16 * periodX) },
      );
    });
    return clipped;
  });
}
