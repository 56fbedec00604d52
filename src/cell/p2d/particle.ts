// Diffusion in a sphere by Galerkin's method with polynomials in r²: Jacobi polynomials P_k^(0,½)(2ρ² − 1), ρ = r/R,
// orthogonal under ρ²dρ, so that the mass matrix is diagonal, and all 1 at the surface. Tested with P_0 = 1 the
// equation is the balance of lithium itself, which therefore holds to rounding, also for D(x).
//
//   ẋ_k/(4k+3) = −(1/R²) ∫ ρ² D(x) ∂ρx P_k′ dρ − N/(R c_max),  x_surface = Σ x_k,  x_mean = x_0
import { gaussLegendre } from '../../numeric/quadrature.js';

/** Polynomials over the radius of a particle, and the quadrature that their integrals are taken by. */
export interface RadialBasis {
  /** Polynomials. */
  readonly modes: number;
  /** ∫ ρ² P_k′ P_l′ dρ, modes × modes. */
  readonly stiffness: Float64Array;
  /** Of the quadrature. */
  readonly points: number;
  /** P_k at the quadrature points, points × modes. */
  readonly values: Float64Array;
  /** P_k′ at the quadrature points, points × modes. */
  readonly slopes: Float64Array;
  /** Weights times ρ². */
  readonly weights: Float64Array;
}

/** P_k(2ρ² − 1) and its derivative by ρ, for k < modes. */
function jacobi(modes: number, rho: number, values: Float64Array, slopes: Float64Array, at: number): void {
  const u = 2 * rho * rho - 1;
  const b = 0.5;
  let [previous, value] = [0, 1];
  let [previousSlope, slope] = [0, 0];
  for (let k = 0; k < modes; k++) {
    values[at + k] = value;
    slopes[at + k] = slope * 4 * rho;
    // Three-term recurrence for α = 0, β = ½ (Abramowitz & Stegun 22.7.1) from k to k + 1.
    const n = k + 1;
    const c = 2 * n * (n + b) * (2 * n + b - 2);
    const [p, q] = n === 1
      ? [(b + 2) / 2, -b / 2]
      : [((2 * n + b - 1) * (2 * n + b) * (2 * n + b - 2)) / c, -((2 * n + b - 1) * b * b) / c];
    const r = n === 1 ? 0 : (2 * (n - 1) * (n + b - 1) * (2 * n + b)) / c;
    const next = (p * u + q) * value - r * previous;
    const nextSlope = (p * u + q) * slope + p * value - r * previousSlope;
    [previous, value, previousSlope, slope] = [value, next, slope, nextSlope];
  }
}

/** @param modes polynomials, 3 or more; quadrature has 1.5 times as many points, exact for constant D */
export function radialBasis(modes: number): RadialBasis {
  const points = Math.ceil(1.5 * modes) + 1;
  // Even integrands over half of a symmetric rule.
  const rule = gaussLegendre(2 * points).filter(([x]) => x > 0);
  const values = new Float64Array(points * modes);
  const slopes = new Float64Array(points * modes);
  const weights = new Float64Array(points);
  rule.forEach(([rho, weight], q) => {
    jacobi(modes, rho, values, slopes, q * modes);
    weights[q] = weight * rho * rho;
  });
  const stiffness = new Float64Array(modes * modes);
  for (let q = 0; q < points; q++) {
    for (let k = 0; k < modes; k++) {
      for (let l = 0; l < modes; l++) {
        stiffness[k * modes + l] += weights[q] * slopes[q * modes + k] * slopes[q * modes + l];
      }
    }
  }
  return { modes, stiffness, points, values, slopes, weights };
}

/** Stoichiometry at ρ = r/R of the modes that begin at `start`. */
export function radialValue(basis: RadialBasis, state: Float64Array, start: number, rho: number): number {
  const values = new Float64Array(basis.modes);
  jacobi(basis.modes, rho, values, new Float64Array(basis.modes), 0);
  return values.reduce((sum, value, k) => sum + value * state[start + k], 0);
}
