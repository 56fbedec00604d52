// Parameters θ of the stochastic models and their checks.
import { SpecError } from '../core/errors.js';
import { covarianceFamily, type Covariance } from './covariance.js';
import { chi2Fractions, threePhaseFractions } from './theory.js';

/** Three-phase excursion model [A, eqs 1-11]: X = Σ_{j≤n} X_cj² + X'', Y likewise; SE where X ≥ λ_X, else AM where
 *  Y ≥ λ_Y, else pore. Every field has covariance ρ(αh), h in voxels, exp(−(αh)²) unless `covariance` says otherwise. */
export interface ThreePhaseParameters {
  /** α of the n squared fields of X and Y, per voxel. */
  readonly alphaChiX: number;
  readonly alphaChiY: number;
  /** α of the Gaussian field of X and Y, per voxel. */
  readonly alphaGaussX: number;
  readonly alphaGaussY: number;
  readonly lambdaX: number;
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
  readonly lambda: number;
  readonly anisotropyFactor: number;
  /** Family of both fields; absent: gaussian. */
  readonly covariance?: Covariance;
}

/** The numbers among the parameters. */
export const THREE_PHASE_KEYS = [
  'alphaChiX', 'alphaChiY', 'alphaGaussX', 'alphaGaussY', 'lambdaX', 'lambdaY', 'n', 'anisotropyFactor',
] as const;
export const CHI2_KEYS = ['alpha', 'lambda', 'anisotropyFactor'] as const;

/** Above this the field is white noise on the grid: ρ(1 voxel) < e⁻¹⁶. */
export const MAX_ALPHA = 4;
/** Expected fractions below this count as an empty phase. */
export const MIN_FRACTION = 1e-6;
const MAX_CHI_FIELDS = 64;

function checkValues(where: string, keys: readonly string[], parameters: { readonly covariance?: Covariance }): void {
  const known = [...keys, 'covariance'];
  const unknown = Object.keys(parameters).filter((key) => !known.includes(key));
  if (unknown.length > 0) throw new SpecError(`${where}: unknown parameter ${unknown.join(', ')}; the model has ${known.join(', ')}`);
  covarianceFamily(parameters.covariance);
  for (const key of keys) {
    const value = (parameters as Record<string, unknown>)[key];
    if (typeof value !== 'number' || !Number.isFinite(value)) {
      throw new SpecError(`${where}: ${key} must be a finite number, got ${value === undefined ? 'nothing' : String(value)}`);
    }
    if (key.startsWith('alpha') && !(value > 0 && value <= MAX_ALPHA)) {
      throw new SpecError(`${where}: ${key} must be above 0 and at most ${MAX_ALPHA} per voxel, got ${value}`);
    }
    if (key === 'anisotropyFactor' && !(value >= 0.1 && value <= 10)) {
      throw new SpecError(`${where}: anisotropyFactor must be from 0.1 to 10, got ${value}`);
    }
    if (key === 'n' && !(Number.isInteger(value) && value >= 1 && value <= MAX_CHI_FIELDS)) {
      throw new SpecError(`${where}: n, the number of squared fields, must be a whole number from 1 to ${MAX_CHI_FIELDS}, got ${value}`);
    }
  }
}

/** Range of λ, to a hundredth, on which a decreasing survival probability stays inside (low, high). */
function lambdaRange(survival: (lambda: number) => number, low: number, high: number): string {
  const solve = (target: number): number => {
    let [a, b] = [-50, 500];
    for (let k = 0; k < 60; k++) {
      const middle = (a + b) / 2;
      if (survival(middle) > target) a = middle;
      else b = middle;
    }
    return a;
  };
  return `from ${(Math.ceil(solve(high) * 100) / 100).toFixed(2)} to ${(Math.floor(solve(low) * 100) / 100).toFixed(2)}`;
}

/** @throws SpecError on a missing, unknown or impossible parameter, and on a λ that leaves a phase empty. */
export function checkThreePhase(where: string, parameters: ThreePhaseParameters): ThreePhaseParameters {
  checkValues(where, THREE_PHASE_KEYS, parameters);
  const q = threePhaseFractions(parameters);
  const fraction = { SE: q.volumeFraction[1], AM: q.volumeFraction[2], pore: q.volumeFraction[3] };
  const empty = (Object.keys(fraction) as (keyof typeof fraction)[]).filter((phase) => fraction[phase] < MIN_FRACTION);
  if (empty.length > 0) {
    const useX = empty.includes('SE') || q.volumeFraction[1] > 1 - 2 * MIN_FRACTION;
    const key = useX ? 'lambdaX' : 'lambdaY';
    const survival = (lambda: number): number =>
      useX
        ? threePhaseFractions({ ...parameters, lambdaX: lambda }).survivalX
        : threePhaseFractions({ ...parameters, lambdaY: lambda }).survivalY;
    throw new SpecError(
      `${where}: ${key} = ${parameters[key]} leaves ${empty.join(' and ')} empty (expected volume fraction below ${MIN_FRACTION}); ` +
        `take ${key} ${lambdaRange(survival, 1e-5, 1 - 1e-5)}`,
    );
  }
  return parameters;
}

/** @throws SpecError on a missing, unknown or impossible parameter, and on a λ that leaves a phase empty. */
export function checkChi2(where: string, parameters: Chi2Parameters): Chi2Parameters {
  checkValues(where, CHI2_KEYS, parameters);
  const { volumeFraction } = chi2Fractions(parameters);
  if (volumeFraction[2] < MIN_FRACTION || volumeFraction[3] < MIN_FRACTION) {
    const range = lambdaRange((lambda) => chi2Fractions({ ...parameters, lambda }).volumeFraction[2], 1e-5, 1 - 1e-5);
    throw new SpecError(
      `${where}: lambda = ${parameters.lambda} leaves the ${volumeFraction[2] < MIN_FRACTION ? 'solid' : 'pore'} empty ` +
        `(expected volume fraction below ${MIN_FRACTION}); take lambda ${range}`,
    );
  }
  return parameters;
}
