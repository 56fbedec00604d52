// Spectral synthesis of pairs of Gaussian random fields and their excursion sets: memory and calls.
import { SpecError } from '../core/errors.js';
import { voxelCount, type Shape } from '../core/grid.js';
import type { Lease } from '../runtime/arena.js';
import type { LeasePlan } from '../runtime/plan.js';
import type { Frame } from '../runtime/session.js';
import { isTransformLength, transformLength } from './transform.js';

/** Gaussian spectra are e^(−13.7) of their peak at this many α, and left out beyond: 2e-7 of the variance per axis. */
const SPECTRUM_END = 7.4;

/** Window cut out of a periodic box, voxels along z, y, x. */
export interface FieldGrid {
  readonly window: Shape;
  readonly period: Shape;
}

/** Two real fields that share one transform, each with covariance exp(−(α h)²), α_z = α / anisotropyFactor. */
export interface FieldPair {
  /** Names the two fields among all of a model: part of the counter of every random number. */
  readonly id: number;
  readonly alpha: readonly [number, number];
  readonly anisotropyFactor: number;
}

export interface DrawKey {
  /** Whole number from 0 to 2⁵³−1. */
  readonly seed: number;
  readonly scenario: number;
  readonly realisation: number;
}

interface LiveModes {
  readonly low: number;
  readonly count: number;
}

/** Modes of a ring that carry the spectrum of the largest α. */
function liveModes(period: number, alpha: number): LiveModes {
  const reach = Math.ceil((SPECTRUM_END * alpha * period) / (2 * Math.PI));
  const low = -Math.min(reach, Math.floor((period - 1) / 2));
  return { low, count: Math.min(reach, Math.floor(period / 2)) - low + 1 };
}

function liveBox(grid: FieldGrid, pair: FieldPair): readonly [LiveModes, LiveModes, LiveModes] {
  const alpha = Math.max(...pair.alpha);
  const [z, y, x] = grid.period;
  return [liveModes(z, alpha / pair.anisotropyFactor), liveModes(y, alpha), liveModes(x, alpha)];
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

interface PairLeases {
  readonly modes: number;
  readonly tables: number;
  readonly columns: number;
  readonly planes: number;
}

function pairBytes(grid: FieldGrid, pair: FieldPair, threads: number): PairLeases {
  const [z, y, x] = liveBox(grid, pair);
  const [nz, ny] = grid.window;
  const rowBytes = padded(x.count) * 8;
  return {
    modes: nz * y.count * rowBytes,
    tables: 8 * (padded(z.count) + padded(y.count) + padded(x.count)),
    columns: threads * (64 * grid.period[0] + 256),
    planes: threads * (64 * (Math.max(grid.period[1], grid.period[2]) + 4) + Math.ceil(ny / 4) * padded(x.count) * 32),
  };
}

/** Memory that one pair needs besides its outputs and the twiddles. */
export function fieldPairPlan(grid: FieldGrid, pair: FieldPair, threads: number): LeasePlan {
  const bytes = pairBytes(grid, pair, threads);
  return {
    leases: [{ name: 'modes', bytes: bytes.modes }],
    then: [
      { leases: [{ name: 'amplitudes', bytes: bytes.tables }, { name: 'columns', bytes: bytes.columns }] },
      { leases: [{ name: 'planes', bytes: bytes.planes }] },
    ],
  };
}

/** Where the two fields of a pair go. */
export interface FieldOutput {
  readonly first: Lease;
  readonly second: Lease;
  /** Squares of the fields instead of the fields. */
  readonly square: boolean;
  /** Add to what is there, per output, instead of storing. */
  readonly add: readonly [boolean, boolean];
}

/** Draws and transforms one pair into f32 fields of the window. */
export async function synthesisePair(
  frame: Frame, grid: FieldGrid, pair: FieldPair, key: DrawKey, twiddles: readonly Lease[], output: FieldOutput, stage: string,
): Promise<void> {
  const [z, y, x] = liveBox(grid, pair);
  const [periodZ, periodY, periodX] = grid.period;
  const [nz, ny, nx] = grid.window;
  const bytes = pairBytes(grid, pair, frame.threads);
  const columns = (y.count * padded(x.count)) / 4;
  await frame.scope(async () => {
    const modes = frame.lease('modes', bytes.modes);
    await frame.scope(async () => {
      const tables = frame.lease('amplitudes', bytes.tables);
      const scratch = frame.lease('columns', bytes.columns);
      const [alpha1, alpha2] = pair.alpha;
      const a = pair.anisotropyFactor;
      await frame.call(
        'fieldColumns',
        [
          modes.ptr, tables.ptr, scratch.ptr, twiddles[0].ptr, periodZ, periodY, periodX,
          z.low, z.count, y.low, y.count, x.low, x.count, nz, alpha1 / a, alpha1, alpha2 / a, alpha2,
          key.seed % 2 ** 32, Math.floor(key.seed / 2 ** 32), key.scenario, key.realisation, pair.id,
        ],
        { name: `${stage}: modes`, work: columns * 4 * periodZ },
      );
    });
    await frame.scope(async () => {
      const scratch = frame.lease('planes', bytes.planes);
      await frame.call(
        'fieldPlanes',
        [
          output.first.ptr, output.second.ptr, Number(output.square), Number(output.add[0]), Number(output.add[1]),
          modes.ptr, scratch.ptr, twiddles[1].ptr, twiddles[2].ptr, periodY, periodX,
          y.low, y.count, x.low, x.count, nz, ny, nx,
        ],
        { name: `${stage}: planes`, work: nz * (padded(x.count) * periodY + Math.ceil(ny / 4) * 4 * periodX) },
      );
    });
  });
}

/** Turns fields into level sets (in place) and labels. `y` null: one field.
 *  @param outcome labels where X ≥ λ_X; else where Y ≥ λ_Y; else */
export async function excursion(
  frame: Frame, labels: Lease, x: Lease, y: Lease | null, window: Shape, lambda: readonly [number, number],
  outcome: readonly [number, number, number],
): Promise<void> {
  const voxels = voxelCount(window);
  await frame.call('excursion', [labels.ptr, x.ptr, y?.ptr ?? 0, voxels, ...lambda, ...outcome], { name: 'threshold', work: voxels });
}
