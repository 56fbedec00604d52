// What a covariance family says of itself; one file each, listed in ../covariance.ts.
import type { RadialCovariance } from '../../kernels/octant.js';

/** Correlation as a function of u = αh, and its derivative. For expectations; may differ between engines in the last
 *  bits and never feeds a kernel. */
export interface Correlation {
  /** ρ(u), 1 at u = 0. */
  value(u: number): number;
  /** dρ/du. */
  slope(u: number): number;
}

/** An isotropic correlation function ρ(u), u = αh: α is an inverse length per voxel, h the lag in voxels. */
export interface CovarianceFamily {
  /** As specifications name it. */
  readonly name: string;
  /** ρ(u) and its derivative. */
  readonly correlation: Correlation;
  /** |ρ| stays below e⁻⁹ = 1.3e-4 beyond: the distance between opposite faces of a cropped window. */
  readonly range: number;
  /** c of ρ = 1 − c·u² + …; null where ρ has a kink at 0, and excursion sets have infinite surface. */
  readonly curvature: number | null;
  /** For the core; null: the Gaussian family, which has a transform of its own. */
  readonly radial: RadialCovariance | null;
}
