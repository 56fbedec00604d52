// Amplitudes of the modes of fields with any isotropic covariance: memory and calls.
import { SpecError } from '../core/errors.js';
import type { Shape } from '../core/grid.js';
import type { Lease } from '../runtime/arena.js';
import type { LeasePlan } from '../runtime/plan.js';
import type { Frame } from '../runtime/session.js';

/** Intervals of the table of ρ between u = 0 and `end`; linear between them. */
export const RADIAL_INTERVALS = 2 ** 15;

/** Largest share of the variance that negative eigenvalues may take before a covariance is refused. */
export const MAX_CLIPPED_SHARE = 0.01;

/** Correlation as a function of u = αh, 0 beyond `end`: tabled at RADIAL_INTERVALS + 1 points, or a Matérn function by its smoothness,
 *  computed in the core because `Math.exp` of two engines may differ in the last bit. */
export interface RadialCovariance {
  readonly end: number;
  readonly values: Float64Array | { readonly smoothness: number };
}

const half = (length: number): number => Math.floor(length / 2) + 1;

/** Entries of a line along z and bytes of an octant, [y][x][z]. */
export function octantSize([z, y, x]: Shape): { readonly line: number; readonly bytes: number } {
  const line = 8 * Math.ceil(half(z) / 8);
  return { line, bytes: 4 * half(y) * half(x) * line };
}

/** Memory of `writeOctant` besides the octant. */
export function octantPlan(period: Shape, threads: number): LeasePlan {
  return {
    leases: [
      { name: 'correlation', bytes: 8 * (RADIAL_INTERVALS + 1) },
      { name: 'spectrum sums', bytes: 16 * (half(period[1]) + 1) },
      { name: 'spectrum lines', bytes: 256 * threads * Math.max(...period) },
    ],
  };
}


/** Fills `octant` with the amplitudes A(ky, kx, kz) of a field with covariance ρ(α·|(z/a, y, x)|), periodised, Σ A² = 1.
 *  @returns the share of the variance that negative eigenvalues would have had, which were set to 0
 *  @throws SpecError when it is above MAX_CLIPPED_SHARE */
export async function writeOctant(
  frame: Frame, period: Shape, octant: Lease, covariance: RadialCovariance, alpha: number, anisotropyFactor: number,
  twiddles: readonly Lease[], stage: string,
): Promise<number> {
  return frame.scope(async () => {
    const [values, sums, scratch] = octantPlan(period, frame.threads).leases.map(({ name, bytes }) => frame.lease(name, bytes));
    const { end } = covariance;
    if (covariance.values instanceof Float64Array) await frame.write(values, covariance.values);
    else await frame.call('maternValues', [values.ptr, RADIAL_INTERVALS + 1, end / RADIAL_INTERVALS, covariance.values.smoothness]);
    const work = octant.bytes / 4;
    await frame.call(
      'octantCovariance', [octant.ptr, values.ptr, RADIAL_INTERVALS, end, alpha, anisotropyFactor, ...period],
      { name: `${stage}: covariance`, work },
    );
    await frame.call(
      'octantAmplitudes', [octant.ptr, sums.ptr, scratch.ptr, ...twiddles.map(({ ptr }) => ptr), ...period],
      { name: `${stage}: spectrum`, work: 5 * work },
    );
    const [positive, negative] = await frame.read(sums, Float64Array, 2, 16 * half(period[1]));
    const share = negative / (positive - negative);
    if (!(share <= MAX_CLIPPED_SHARE)) {
      throw new SpecError(
        `covariance: no field in three dimensions has it: negative eigenvalues hold ${(100 * share).toPrecision(3)} % of the variance, ` +
          `at most ${100 * MAX_CLIPPED_SHARE} % are clipped; smooth the table, sample it finer, or extend it until it has decayed to 0`,
      );
    }
    return share;
  });
}
