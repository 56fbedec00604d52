// Matérn: 2^(1−ν)/Γ(ν) s^ν K_ν(s), s = √(2ν)·u (Rasmussen & Williams 2006, eq. 4.14). ν = ½ is exp(−u); ν → ∞ is
// exp(−u²/2), the Gaussian family with α/√2. Excursion sets have finite surface for ν > 1.
import { SpecError } from '../../core/errors.js';
import { asinh, cosh, exp, pow } from '../../numeric/elementary.js';
import type { CovarianceFamily } from './family.js';

export const SMOOTHNESS_LIMITS = { low: 0.1, high: 20 } as const;

/** Trapezoidal rule for integrands that decay on both sides, or are even about t = 0 as the first point. */
function trapezoid(f: (t: number) => number, low: number, high: number, step: number): number {
  let sum = 0;
  for (let t = low; t <= high; t += step) sum += f(t) * (t === 0 ? 0.5 : 1);
  return sum * step;
}

/** ∫₀^∞ exp(−s·cosh t)·cosh(νt) dt. */
function besselK(nu: number, s: number): number {
  return trapezoid(
    (t) => exp(-s * cosh(t)) * cosh(nu * t), 0, asinh(nu / s) + asinh(40 / s), 0.125,
  );
}

export function matern(smoothness: number): CovarianceFamily {
  const { low, high } = SMOOTHNESS_LIMITS;
  if (typeof smoothness !== 'number' || !(smoothness >= low && smoothness <= high)) {
    throw new SpecError(
      `covariance matern: smoothness (ν) must be from ${low} to ${high}, got ${smoothness}; ` +
        'for smoother fields take gaussian',
    );
  }
  const scale = Math.sqrt(2 * smoothness);
  // Γ(ν) = ∫ e^(νt − e^t) dt.
  const gamma = trapezoid((t) => exp(smoothness * t - exp(t)), -40 / smoothness + 1e-9, 6, 0.05);
  const front = 2 ** (1 - smoothness) / gamma;
  // Upper bounds, to 3 %, of the s at which ρ is e⁻⁹ and e⁻¹⁷ or less; square roots are the same on every platform.
  const range = Math.sqrt(34 + 30 * smoothness + 46.2 * Math.sqrt(smoothness));
  return {
    name: 'matern',
    correlation: {
      value: (u) => (u < 1e-8 ? 1 : front * pow(scale * u, smoothness) * besselK(smoothness, scale * u)),
      // (s^ν K_ν)′ = −s^ν K_(ν−1).
      slope: (u) =>
        (u < 1e-8 ? 0 : -scale * front * pow(scale * u, smoothness) * besselK(Math.abs(smoothness - 1), scale * u)),
    },
    range: range / scale,
    curvature: smoothness > 1 ? smoothness / (2 * (smoothness - 1)) : null,
    radial: { end: (range + 16) / scale, values: { smoothness } },
  };
}

/** exp(−u). */
export const exponential: CovarianceFamily = {
  ...matern(0.5), name: 'exponential', correlation: { value: (u) => exp(-u), slope: (u) => -exp(-u) },
  range: 9,
};
