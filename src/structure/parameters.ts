// Parameters θ of the excursion models, and how each is read.
import { bisectDecreasing } from '../numeric/bisect.js';
import type { Covariance } from './covariance.js';
import type { Parameter, RandomSpec } from './model.js';
import { choice, covariance, edges, flag, number, orNull, shape, type SettingTable } from './settings.js';
import type { ExcursionSpec } from './excursion.js';

/** Three-phase excursion model [A, eqs 1-11]: X = Σ_{j≤n} X_cj² + X'', Y likewise; SE where X ≥ λ_X, else AM where
 *  Y ≥ λ_Y, else pore. Every field has covariance ρ(αh), h in voxels, exp(−(αh)²) unless `covariance` says
 *  otherwise. */
export interface ThreePhaseParameters {
  /** α of the n squared fields of X and Y, per voxel. */
  readonly alphaChiX: number;
  /** Of Y. */
  readonly alphaChiY: number;
  /** α of the Gaussian field of X and Y, per voxel. */
  readonly alphaGaussX: number;
  /** Of Y. */
  readonly alphaGaussY: number;
  /** Threshold of X: SE where X ≥ λ_X. Without unit, as the fields have variance 1 each. */
  readonly lambdaX: number;
  /** Threshold of Y: AM where Y ≥ λ_Y and X < λ_X. */
  readonly lambdaY: number;
  /** Squared fields in each of X and Y. */
  readonly n: number;
  /** a: Ξ_a(x, y, z) = Ξ(x, y, z/a); below 1 the structure is compressed along z. */
  readonly anisotropyFactor: number;
  /** Family of all fields; absent: gaussian. */
  readonly covariance?: Covariance;
}

/** Two-phase model [B]: solid (label 2) where X₁² + X₂² ≥ λ, pore (3) elsewhere. */
export interface Chi2Parameters {
  /** per voxel */
  readonly alpha: number;
  /** Threshold of the sum of two squared fields of variance 1. */
  readonly lambda: number;
  /** a; below 1 the structure is compressed along z. */
  readonly anisotropyFactor: number;
  /** Family of both fields; absent: gaussian. */
  readonly covariance?: Covariance;
}

/** Above this the field is white noise on the grid: ρ(1 voxel) < e⁻¹⁶. */
export const MAX_ALPHA = 4;
/** Expected fractions below this count as an empty phase. */
export const MIN_FRACTION = 1e-6;
export const MAX_CHI_FIELDS = 64;

/** An inverse correlation length, looked for from a third of a voxel to three windows. */
export const alpha = (meaning: string): Parameter<number> => ({
  ...number({ meaning, above: 0, max: MAX_ALPHA }),
  edgePower: 1,
  coordinate: { kind: 'logarithm', limits: (longest) => [1 / (3 * longest), Math.min(3, MAX_ALPHA)] },
});

export const lambda = (meaning: string): Parameter<number> => ({
  ...number({ meaning }), coordinate: { kind: 'linear', limits: () => [-20, 200] },
});

/** a, 1 unless it is said. */
export const ANISOTROPY: Parameter<number> = {
  ...number({ meaning: 'a: lengths along z over lengths across', min: 0.1, max: 10, fallback: 1 }),
  coordinate: { kind: 'logarithm', limits: () => [0.2, 5] },
};

export const COVARIANCE: Parameter<Covariance> = covariance({ meaning: 'family of the fields', fallback: undefined });

/** Settings of the excursion models that are not given: a cropped window without voxel size, no level sets. */
export const GENERATE_DEFAULTS = {
  scenario: 0, realisation: 0, levelSets: false, edges: 'cropped', period: null, voxelSizeUm: null,
} as const;

const KEY = { meaning: 'part of the key of all random numbers', min: 0, max: 2 ** 32 - 1, whole: true } as const;

/** Settings of every stochastic model. */
export const RANDOM_SETTINGS: SettingTable<RandomSpec> = {
  size: shape({ meaning: 'voxels' }),
  voxelSizeUm: edges({ meaning: 'edge of a voxel in µm, or edges (z, y, x)', fallback: GENERATE_DEFAULTS.voxelSizeUm }),
  seed: number({ meaning: 'random numbers', min: 0, max: Number.MAX_SAFE_INTEGER, whole: true, fallback: 1 }),
  scenario: number({ ...KEY, fallback: GENERATE_DEFAULTS.scenario }),
  realisation: number({ ...KEY, fallback: GENERATE_DEFAULTS.realisation }),
  levelSets: flag({ meaning: 'also return the level sets', fallback: GENERATE_DEFAULTS.levelSets }),
  edges: choice(['cropped', 'periodic'], {
    meaning: 'a window of a larger material, or one that repeats itself', fallback: GENERATE_DEFAULTS.edges,
  }),
};

/** Those and the periodic box. */
export const EXCURSION_SETTINGS: SettingTable<Omit<ExcursionSpec, 'model' | 'parameters'>> = {
  ...RANDOM_SETTINGS,
  period: {
    ...orNull(shape({ meaning: 'size of the periodic box; overrides edges' })), fallback: GENERATE_DEFAULTS.period,
  },
};

/** Range of λ, to a hundredth, on which a decreasing survival probability stays inside (low, high). */
export function lambdaRange(survival: (lambda: number) => number, low: number, high: number): string {
  const solve = (target: number): number => bisectDecreasing(survival, target, -50, 500, 60);
  return `from ${(Math.ceil(solve(high) * 100) / 100).toFixed(2)} to ` +
    `${(Math.floor(solve(low) * 100) / 100).toFixed(2)}`;
}
