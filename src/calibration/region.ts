// The joint region of confidence for θ, and what the data cannot tell apart.
import { studentQuantile } from '../numeric/distributions.js';
import { inverseSymmetric, symmetricEigen } from '../numeric/eigen.js';
import { exp } from '../numeric/elementary.js';
import type { Statistic } from './curves.js';
import { fromCoordinates, isLog, predict, scaleOf, toCoordinates, type ModelName, type Parameters } from './model.js';

type Matrix = readonly (readonly number[])[];

/** What the region is made of; plain data. */
export interface RegionData {
  readonly model: ModelName;
  readonly free: readonly string[];
  readonly statistics: readonly Statistic[];
  /** Of the statistics, in their order. */
  readonly values: ArrayLike<number>;
  /** Weights W of the fit. */
  readonly weights: Matrix;
  /** Covariance of the statistics from `draws` structures that did not make W. */
  readonly covariance: Matrix;
  /** Structures that the covariance is from. */
  readonly draws: number;
}

/** JᵀW (k×m) and the covariance of JᵀW s. */
function score(
  jacobian: readonly Float64Array[], data: RegionData,
): { readonly project: number[][]; readonly covariance: number[][] } {
  const { weights, covariance, free } = data;
  const m = weights.length;
  const project = free.map((_, a) => Array.from({ length: m }, (__, j) => {
    let sum = 0;
    for (let i = 0; i < m; i++) sum += jacobian[i][a] * weights[i][j];
    return sum;
  }));
  const spread =
    project.map((row) => Array.from({ length: m }, (_, j) => row.reduce((sum, x, i) => sum + x * covariance[i][j], 0)));
  return {
    project, covariance: spread.map((row) => project.map((other) => row.reduce((sum, x, j) => sum + x * other[j], 0))),
  };
}

/** Score statistic of θ: the weighted deviations of the data from the model at θ, seen through the directions in which
 *  θ moves the model, in units of their covariance. At the true θ it is Hotelling's T², however curved the model is. */
export function scoreDistance(data: RegionData, parameters: Parameters): number {
  const { values, jacobian } = predict(data.model, parameters, data.free, data.statistics);
  const { project, covariance } = score(jacobian, data);
  const deviation = Array.from(values, (v, i) => data.values[i] - v);
  const z = project.map((row) => row.reduce((sum, x, i) => sum + x * deviation[i], 0));
  const inverse = inverseSymmetric(covariance, 1e-9);
  return z.reduce((sum, zi, i) => sum + zi * inverse[i].reduce((inner, x, j) => inner + x * z[j], 0), 0);
}

/** Covariance of the estimate in its coordinates: (JᵀWJ)⁻¹ JᵀWΣWJ (JᵀWJ)⁻¹. */
export function coordinateCovariance(data: RegionData, parameters: Parameters): number[][] {
  const { jacobian } = predict(data.model, parameters, data.free, data.statistics);
  const { project, covariance } = score(jacobian, data);
  const bread = inverseSymmetric(
    project.map((row) => data.free.map((_, b) => row.reduce((sum, x, i) => sum + x * jacobian[i][b], 0))), 1e-9,
  );
  const half = bread.map((row) => data.free.map((_, j) => row.reduce((sum, x, i) => sum + x * covariance[i][j], 0)));
  return half.map((row) => bread.map((other) => row.reduce((sum, x, j) => sum + x * other[j], 0)));
}

/** An estimated parameter with its error. */
export interface ParameterEstimate {
  /** As in the specification of the model. */
  readonly name: string;
  /** α per voxel of the reference edge; λ and a without unit. */
  readonly value: number;
  /** Standard deviation of the value. */
  readonly standardError: number;
  /** 95 % interval, of the logarithm for α and a. */
  readonly interval: readonly [number, number];
}

export function estimatesOf(
  model: ModelName, free: readonly string[], parameters: Parameters, covariance: Matrix, draws: number,
): ParameterEstimate[] {
  const u = toCoordinates(model, parameters, free);
  const t = studentQuantile(0.95, draws - 1);
  return free.map((name, i) => {
    const deviation = Math.sqrt(Math.max(0, covariance[i][i]));
    const at = (x: number): number =>
      (fromCoordinates(model, parameters, [name], [x]) as unknown as Record<string, number>)[name];
    return {
      name, value: at(u[i]), standardError: deviation * scaleOf(model, name, parameters),
      interval: [at(u[i] - t * deviation), at(u[i] + t * deviation)],
    };
  });
}

/** A direction in θ that the data hardly see. */
export interface Confounded {
  /** Standard deviation along it, in the coordinates ln α, λ, ln a. */
  readonly deviation: number;
  /** Share of each parameter in the direction, the largest 1. */
  readonly weights: Readonly<Record<string, number>>;
  /** The same in words. */
  readonly text: string;
}

/** Deviations above this, a third of the value of an α, count as not determined. */
const UNDETERMINED = 0.33;

/** Eigenvectors of the covariance with large variance, in words. */
export function confounded(model: ModelName, free: readonly string[], covariance: Matrix): Confounded[] {
  const { values, vectors } = symmetricEigen(covariance);
  return values.map((value, k) => ({ deviation: Math.sqrt(Math.max(0, value)), vector: vectors[k] }))
    .filter(({ deviation }) => deviation > UNDETERMINED)
    .reverse()
    .map(({ deviation, vector }) => {
      const largest = vector.reduce((best, x) => (Math.abs(x) > Math.abs(best) ? x : best), 0);
      const parts =
        free.map((name, i) => ({ name, weight: vector[i] / largest })).filter(({ weight }) => Math.abs(weight) > 0.2)
        .sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight));
      const [first, ...rest] = parts;
      const factor = exp(2 * deviation);
      const range = !isLog(model, first.name)
        ? `by ±${(2 * deviation).toPrecision(2)}`
        : factor > 100 ? 'by more than a factor of 100'
        : `by a factor of ${factor.toPrecision(2)} either way`;
      const with_ = rest.map(({ name, weight }) => `${name} ${weight > 0 ? 'rises' : 'falls'}`).join(' and ');
      return {
        deviation,
        weights: Object.fromEntries(parts.map(({ name, weight }) => [name, weight])),
        text: rest.length === 0
          ? `${first.name} is hardly determined: the data admit it to change ${range}`
          : `${first.name} and ${rest.map(({ name }) => name).join(', ')} are not told apart: ` +
            `${first.name} may rise ${range} while ${with_}`,
      };
    });
}
