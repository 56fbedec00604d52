// Two-point coverage by quadrature over both norms: slow, shares no formula with the Fourier integral of
// src/structure/pair-probability.ts.
import { integrate } from '../../src/numeric/quadrature.js';
import { besselRatio, logGammaHalves } from '../../src/numeric/special.js';
import { normalOrthant } from '../../src/structure/pair-probability.js';

/** P(X ≥ λ at both ends of a lag) for X = χ²_n field + Gaussian field with correlations `rhoChi`, `rhoGauss` at that
 *  lag. The norms r₁, r₂ of the two n-vectors have density f(r₁)·r₂^(n−1) s^(−n) G(ρr₁r₂/s²) e^(−(r₂−ρr₁)²/2s²), s² =
 *  1−ρ², G(z) = e^(−z) I_ν(z)/z^ν, ν = n/2−1 (Kibble 1941); the Gaussian part is a normal orthant given both. */
export function coverageByNorms(n: number, lambda: number, rhoChi: number, rhoGauss: number): number {
  const s = Math.sqrt(1 - rhoChi * rhoChi);
  const nu = n / 2 - 1;
  const log = (1 - n / 2) * Math.LN2 - logGammaHalves(n / 2);
  const outer = (r: number): number => {
    const centre = rhoChi * r;
    const scale = Math.exp(log - (r * r) / 2) * r ** (n - 1) * s ** -n;
    if (scale < 1e-25) return 0;
    const inner = (t: number): number => {
      const weight =
        t ** (n - 1) * besselRatio(nu, (centre * t) / (s * s)) * Math.exp(-((t - centre) ** 2) / (2 * s * s));
      return weight < 1e-20 ? 0 : weight * normalOrthant(lambda - r * r, lambda - t * t, rhoGauss);
    };
    const reach = s * (7.5 + Math.sqrt(n));
    return scale * integrate(inner, Math.max(0, centre - reach), centre + reach, 3);
  };
  return integrate(outer, 0, Math.sqrt(n) + 7, 6);
}
