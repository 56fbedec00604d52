// What a conductivity cannot exceed or fall below, given the fractions of the phases.
import type { Shape } from '../core/grid.js';

/** Share of a volume and its conductivity. */
export interface Constituent {
  readonly volumeFraction: number;
  readonly conductivity: number;
}

/** Limits of the effective conductivity, in the unit of the constituents. */
export interface ConductivityBounds {
  /** Wiener's arithmetic mean: no structure exceeds it. For one conducting phase ε. */
  readonly wiener: number;
  /** Hashin-Shtrikman's upper limit for isotropic structures only: columns exceed it. For one conducting phase 2ε/(3 −
   *  ε). */
  readonly hashinShtrikman: number;
  /** Wiener's harmonic mean; 0 as soon as one phase insulates. */
  readonly lowerWiener: number;
  /** Lower limit for isotropic structures; 0 as soon as one phase insulates. */
  readonly lowerHashinShtrikman: number;
  /** The narrowest pair of limits that the value lies between. */
  readonly obeyed: 'both' | 'wiener' | 'none';
}

/** Rounding of a value that lies on its limit, such as that of a laminate. */
const ROUNDING = 1e-9;

/** (Σ fᵢ/(σᵢ + s))⁻¹ − s: Wiener's means for s = 0 and s → ∞, Hashin-Shtrikman's limits for s = (d − 1)·σ_min or
 *  σ_max. */
function mean(constituents: readonly Constituent[], s: number): number {
  return 1 /
    constituents.reduce((sum, { volumeFraction, conductivity }) => sum + volumeFraction / (conductivity + s), 0) - s;
}

/** Limits for a structure of these constituents, whose fractions add to 1, and which of them `value` obeys.
 *  @param shape a window one voxel thick is a structure of fewer dimensions, for which Hashin-Shtrikman's limits are
 *    narrower */
export function conductivityBounds(
  constituents: readonly Constituent[], shape: Shape, value: number,
): ConductivityBounds {
  const present = constituents.filter(({ volumeFraction }) => volumeFraction > 0);
  const conductivities = present.map(({ conductivity }) => conductivity);
  const across = shape.filter((n) => n > 1).length - 1;
  const wiener = present.reduce((sum, { volumeFraction, conductivity }) => sum + volumeFraction * conductivity, 0);
  const lowest = Math.min(...conductivities);
  const [lowerWiener, lowerHashinShtrikman] = lowest > 0 ? [mean(present, 0), mean(present, across * lowest)] : [0, 0];
  const hashinShtrikman = across > 0 ? mean(present, across * Math.max(...conductivities)) : lowerWiener;
  const between = (low: number, high: number): boolean =>
    value >= low * (1 - ROUNDING) && value <= high * (1 + ROUNDING);
  return {
    wiener, hashinShtrikman, lowerWiener, lowerHashinShtrikman,
    obeyed: between(lowerHashinShtrikman, hashinShtrikman) ? 'both' : between(lowerWiener, wiener) ? 'wiener' : 'none',
  };
}
