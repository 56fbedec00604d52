// Amplitudes of the modes of fields with any isotropic covariance: memory and calls.
import { SpecError } from '../core/errors.js';
import type { Shape } from '../core/grid.js';
import type { Lease } from '../runtime/arena.js';
import { named } from '../runtime/plan.js';
import type { Frame } from '../runtime/session.js';
import type { Twiddles } from './transform.js';

/** Intervals of the table of ρ between u = 0 and `end`; linear between them. */
export const RADIAL_INTERVALS = 2 ** 15;

/** Largest share of the variance that negative eigenvalues may take before a covariance is refused. */
export const MAX_CLIPPED_SHARE = 0.01;

/** Correlation as a function of u = αh, 0 beyond `end`: tabled at RADIAL_INTERVALS + 1 points, or a Matérn function by
 *  its smoothness, computed in the core because `Math.exp` of two engines may differ in the last bit. */
export interface RadialCovariance {
  /** u beyond which it is 0. */
  readonly end: number;
  /** Values at equal steps of u, or the smoothness ν of a Matérn function. */
  readonly values: Float64Array | { readonly smoothness: number };
}

const half = (length: number): number => Math.floor(length / 2) + 1;

/** Entries of a line along z and bytes of an octant, [y][x][z]. */
export function octantSize([z, y, x]: Shape): { readonly line: number; readonly bytes: number } {
  const line = 8 * Math.ceil(half(z) / 8);
  return { line, bytes: 4 * half(y) * half(x) * line };
}

/** Memory of `writeOctant` besides the octant. */
export function octantPlan(period: Shape, threads: number) {
  return {
    leases: named({
      correlation: 8 * (RADIAL_INTERVALS + 1),
      'spectrum sums': 16 * (half(period[1]) + 1),
      'spectrum lines': 256 * threads * Math.max(...period),
    }),
  };
}


/** Fills `octant` with the amplitudes A(ky, kx, kz) of a field with covariance ρ(α·|(z/a, y, x)|), periodised, Σ A² =
 *  1.
 *  @returns the share of the variance that negative eigenvalues would have had, which were set to 0
 *  @throws SpecError when it is above MAX_CLIPPED_SHARE */
export async function writeOctant(
  frame: Frame, period: Shape, octant: Lease, covariance: RadialCovariance, alpha: number, anisotropyFactor: number,
  twiddles: Twiddles, stage: string,
): Promise<number> {
  return frame.scope(async () => {
    const plan = octantPlan(period, frame.threads);
    const { correlation: values, 'spectrum sums': sums, 'spectrum lines': scratch } = frame.take(plan);
    const [periodZ, periodY, periodX] = period;
    const { end } = covariance;
    if (covariance.values instanceof Float64Array) await frame.write(values, covariance.values);
    else {
      const { smoothness: nu } = covariance.values;
      await frame.call('maternValues', { values, count: RADIAL_INTERVALS + 1, step: end / RADIAL_INTERVALS, nu });
    }
    const work = octant.bytes / 4;
    await frame.call(
      'octantCovariance',
      {
        octant, values, intervals: RADIAL_INTERVALS, end, alpha, anisotropy: anisotropyFactor,
        periodZ, periodY, periodX,
      },
      { name: `${stage}: covariance`, work },
    );
    await frame.call(
      'octantAmplitudes',
      {
        octant, sums, scratch, twiddlesZ: twiddles['twiddles z'], twiddlesY: twiddles['twiddles y'],
        twiddlesX: twiddles['twiddles x'], periodZ, periodY, periodX,
      },
      { name: `${stage}: spectrum`, work: 5 * work },
    );
    const [positive, negative] = await frame.read(sums, Float64Array, 2, 16 * half(period[1]));
    const share = negative / (positive - negative);
    if (!(share <= MAX_CLIPPED_SHARE)) {
      throw new SpecError(
        `covariance: no field in three dimensions has it: negative eigenvalues hold ${(100 * share).toPrecision(3)} ` +
          `% of the variance, at most ${100 * MAX_CLIPPED_SHARE} % are clipped; smooth the table, sample it finer, ` +
            'or extend it until it has decayed to 0',
      );
    }
    return share;
  });
}
