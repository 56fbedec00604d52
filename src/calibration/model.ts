// The models as functions from coordinates to summary statistics, with derivatives. Coordinates are ln α, λ and ln a: they
// make positive parameters positive and regions of confidence nearly ellipses.
import { covarianceFamily } from '../structure/covariance.js';
import { mixedMarginal } from '../structure/coverage.js';
import type { Chi2Parameters, ThreePhaseParameters } from '../structure/parameters.js';
import { MAX_ALPHA } from '../structure/parameters.js';
import { chi2Field, fieldCoverage, fieldsOf, type FieldParameters } from '../structure/two-point.js';
import type { FieldName, Statistic } from './curves.js';

export type ModelName = 'three-phase' | 'chi2';
export type Parameters = ThreePhaseParameters | Chi2Parameters;

/** Names of the parameters that can be free, in the order of the coordinates. */
export const FREE_KEYS: Readonly<Record<ModelName, readonly string[]>> = {
  'three-phase': ['alphaChiX', 'alphaGaussX', 'lambdaX', 'alphaChiY', 'alphaGaussY', 'lambdaY', 'anisotropyFactor'],
  chi2: ['alpha', 'lambda', 'anisotropyFactor'],
};

const isLog = (key: string): boolean => key.startsWith('alpha') || key === 'anisotropyFactor';
const values = (parameters: Parameters): Record<string, number> => parameters as unknown as Record<string, number>;

/** Derivatives of θ in its coordinate: θ for logarithms. */
export function scaleOf(key: string, parameters: Parameters): number {
  return isLog(key) ? values(parameters)[key] : 1;
}

export function toCoordinates(parameters: Parameters, free: readonly string[]): Float64Array {
  return Float64Array.from(free, (key) => (isLog(key) ? Math.log(values(parameters)[key]) : values(parameters)[key]));
}

/** The parameters with the free ones replaced. */
export function fromCoordinates<P extends Parameters>(base: P, free: readonly string[], u: ArrayLike<number>): P {
  return { ...base, ...Object.fromEntries(free.map((key, i) => [key, isLog(key) ? Math.exp(u[i]) : u[i]])) };
}

/** Limits of a coordinate: correlation lengths from a third of a voxel to three windows. */
export function limitsOf(key: string, longest: number): readonly [number, number] {
  if (key.startsWith('alpha')) return [Math.log(1 / (3 * longest)), Math.log(Math.min(3, MAX_ALPHA))];
  return key === 'anisotropyFactor' ? [Math.log(0.2), Math.log(5)] : [-20, 200];
}

/** The field of a name, and the keys of its parameters. */
export function fieldOf(model: ModelName, parameters: Parameters, name: FieldName): { readonly field: FieldParameters; readonly keys: Readonly<Record<'chi' | 'gauss' | 'lambda', string | null>> } {
  if (model === 'chi2') return { field: chi2Field(parameters as Chi2Parameters), keys: { chi: 'alpha', gauss: null, lambda: 'lambda' } };
  const { x, y } = fieldsOf(parameters as ThreePhaseParameters);
  return name === 'x'
    ? { field: x, keys: { chi: 'alphaChiX', gauss: 'alphaGaussX', lambda: 'lambdaX' } }
    : { field: y, keys: { chi: 'alphaChiY', gauss: 'alphaGaussY', lambda: 'lambdaY' } };
}

export function marginalOf(field: FieldParameters): { readonly survival: number; readonly density: number } {
  if (field.alphaGauss !== null) return mixedMarginal(field.n, field.lambda);
  const survival = Math.exp(-Math.max(0, field.lambda) / 2);
  return { survival, density: survival / 2 };
}

export interface Prediction {
  readonly values: Float64Array;
  /** A row per statistic, derivatives in the free coordinates. */
  readonly jacobian: Float64Array[];
}

/** Expected statistics of a model. */
export function predict(model: ModelName, parameters: Parameters, free: readonly string[], statistics: readonly Statistic[]): Prediction {
  const names: FieldName[] = model === 'chi2' ? ['x'] : ['x', 'y'];
  const { correlation } = covarianceFamily(parameters.covariance);
  const known = new Map(names.map((name) => {
    const { field, keys } = fieldOf(model, parameters, name);
    return [name, { field, keys, marginal: marginalOf(field) }];
  }));
  const column = new Map(free.map((key, i) => [key, i]));
  const result = new Float64Array(statistics.length);
  const jacobian = statistics.map((statistic, i) => {
    const row = new Float64Array(free.length);
    const put = (key: string | null, derivative: number): void => {
      const j = key === null ? undefined : column.get(key);
      if (j !== undefined) row[j] += derivative * scaleOf(key as string, parameters);
    };
    const { field, keys, marginal } = known.get(statistic.field)!;
    if (statistic.lag === null) {
      result[i] = marginal.survival;
      put(keys.lambda, -marginal.density);
    } else {
      const c = fieldCoverage(field, statistic.lag, correlation, marginal);
      result[i] = c.value;
      put(keys.lambda, c.dLambda);
      put(keys.chi, c.dAlphaChi);
      put(keys.gauss, c.dAlphaGauss);
      put('anisotropyFactor', c.dAnisotropyFactor);
    }
    return row;
  });
  return { values: result, jacobian };
}
