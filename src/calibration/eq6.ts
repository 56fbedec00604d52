// The way of [B]: λ is a quantile of χ²₂, ρ(h) follows from each value of the coverage by bisection of its eq. 6, and α
// from ρ.
import { SpecError } from '../core/errors.js';
import { bisectIncreasing } from '../numeric/bisect.js';
import { exp, log } from '../numeric/elementary.js';
import { chi2PairProbability } from '../structure/pair-probability.js';

/** ρ at which the χ²₂ model with this λ has coverage C; 0 below p², 1 above p. */
export function correlationFromCoverage(lambda: number, coverage: number): number {
  const p = exp(-lambda / 2);
  if (coverage <= p * p) return 0;
  if (coverage >= p) return 1;
  return bisectIncreasing((rho) => chi2PairProbability(lambda, rho), coverage, 0, 1, 50);
}

/** A value of the two-point coverage of the solid. */
export interface Eq6Point {
  /** Voxels. */
  readonly lag: number;
  /** P(solid at both ends of the lag). */
  readonly coverage: number;
}

/** θ of the χ²₂ model by eq. 6 of [B]. */
export interface Eq6Estimate {
  /** From the volume fraction alone. */
  readonly lambda: number;
  /** Per voxel. */
  readonly alpha: number;
  /** α of each lag; equal where the model and its covariance e^(−(αh)²) hold. */
  readonly byLag: readonly { readonly lag: number; readonly rho: number; readonly alpha: number }[];
}

/** λ and α of the χ²₂ model from ε of the solid and its coverages [B, §3]: α is the mean of √(−ln ρ)/h over lags with
 *  0.05 < ρ < 1, each with the weight of its sensitivity. @throws SpecError when no coverage lies between ε² and ε */
export function chi2FromCoverage(volumeFraction: number, points: readonly Eq6Point[]): Eq6Estimate {
  if (!(volumeFraction > 0 && volumeFraction < 1)) {
    throw new SpecError(`calibrate chi2: ε of the solid must be above 0 and below 1, got ${volumeFraction}`);
  }
  const lambda = -2 * log(volumeFraction);
  const byLag = points.filter(({ lag }) => lag > 0).map(({ lag, coverage }) => {
    const rho = correlationFromCoverage(lambda, coverage);
    return { lag, rho, alpha: Math.sqrt(-log(rho)) / lag };
  }).filter(({ rho }) => rho > 0.05 && rho < 1);
  if (byLag.length === 0) {
    throw new SpecError(
      'calibrate chi2: no coverage lies between ε² and ε; give lags shorter than the correlation length',
    );
  }
  // Errors of C are about alike at all lags: weights are (dρ/dα)².
  const weights = byLag.map(({ lag, rho, alpha }) => (2 * alpha * lag * lag * rho) ** 2);
  const sum = weights.reduce((s, w) => s + w, 0);
  return { lambda, alpha: byLag.reduce((s, { alpha }, i) => s + weights[i] * alpha, 0) / sum, byLag };
}
