// Covariance families of the Gaussian fields under a model: which there are and how a specification names them.
import { SpecError } from '../core/errors.js';
import { quoted } from '../core/quote.js';
import { gaussian } from './covariance/gaussian.js';
import type { CovarianceFamily } from './covariance/family.js';
import { exponential, matern } from './covariance/matern.js';
import { spherical } from './covariance/spherical.js';
import { table } from './covariance/table.js';

/** ρ as a function of u = αh, h the lag in voxels (z/a along z):
 *  `gaussian` exp(−u²) (default); `exponential` exp(−u); `matern` 2^(1−ν)/Γ(ν)·s^ν·K_ν(s) with s = √(2ν)·u, ν =
 *  smoothness (the word alone: 1.5); `spherical` 1 − 3u/2 + u³/2 up to u = 1; `table`: monotone cubic through (lag,
 *  rho), lag in units of 1/α. */
export type Covariance =
  | 'gaussian' | 'exponential' | 'matern' | 'spherical'
  | { readonly family: 'matern'; readonly smoothness: number }
  | { readonly family: 'table'; readonly lag: readonly number[]; readonly rho: readonly number[] };

/** Names of the covariance families, as specifications and `--covariance` take them. */
export const COVARIANCE_FAMILIES = ['gaussian', 'exponential', 'matern', 'spherical', 'table'] as const;
/** What a specification that names no family means: exp(−(αh)²); and the smoothness ν of `matern` alone. */
export const COVARIANCE_DEFAULTS = { covariance: 'gaussian', smoothness: 1.5 } as const;

/** Settings of the families that have more than their name. */
const KEYS: ReadonlyMap<unknown, readonly string[]> =
  new Map([['matern', ['family', 'smoothness']], ['table', ['family', 'lag', 'rho']]]);

/** The family that a specification means; undefined: gaussian. @throws SpecError */
export function covarianceFamily(covariance: Covariance = COVARIANCE_DEFAULTS.covariance): CovarianceFamily {
  const settings: Record<string, unknown> = typeof covariance === 'string' ? { family: covariance } : { ...covariance };
  const { family, smoothness = COVARIANCE_DEFAULTS.smoothness, lag, rho } = settings;
  const allowed = KEYS.get(family) ?? ['family'];
  const unknown = Object.keys(settings).filter((key) => !allowed.includes(key));
  if (!COVARIANCE_FAMILIES.includes(family as never)) {
    throw new SpecError(
      `covariance: must be one of ${COVARIANCE_FAMILIES.join(', ')}, got ${quoted(family ?? covariance)}`,
    );
  }
  if (unknown.length > 0) {
    throw new SpecError(
      `covariance ${String(family)}: unknown setting ${unknown.join(', ')}; it has ${allowed.join(', ')}`,
    );
  }
  switch (family) {
    case 'exponential':
      return exponential;
    case 'matern':
      return matern(smoothness as number);
    case 'spherical':
      return spherical;
    case 'table':
      return table(lag as number[], rho as number[]);
    default:
      return gaussian;
  }
}

/** α of the Gaussian covariance with the same mean square gradient, over this family's α.
 *  @throws SpecError where excursion sets have no finite surface */
export function gradientFactor(where: string, covariance: Covariance | undefined): number {
  const { name, curvature } = covarianceFamily(covariance);
  if (curvature === null) {
    const reason =
      name === 'table' ? 'is not told by a table' : 'is infinite with a covariance that has a kink at lag 0';
    throw new SpecError(
      `${where}: the surface in the continuum ${reason} (${name}); use the expectation on the lattice, ` +
        `${where.replace('Quantities', 'LatticeSurface')}`,
    );
  }
  return Math.sqrt(curvature);
}
