// What a fit leaves: whether the model can have such curves at all.
import { product, transposed } from '../numeric/dense.js';
import { fTail } from '../numeric/distributions.js';
import { symmetricEigen } from '../numeric/eigen.js';
import { hypot } from '../numeric/elementary.js';
import type { FieldName } from './curves.js';
import { fieldNames, predict, type Parameters } from './model.js';
import type { RegionData } from './region.js';

/** How far the best θ is from the data. */
export interface Misfit {
  /** Residuals in units of their covariance, as Hotelling's T². A wrong model makes it large, but how large depends on
   *  the draws. */
  readonly distance: number;
  /** Statistics less free parameters. */
  readonly degrees: number;
  /** Of as much or more under the model; NaN when there are too few draws. */
  readonly probability: number;
  /** Root mean square of data − model over the coverages of a field, as a part of its variance p(1−p): does not depend
   *  on the draws. */
  readonly relative: Readonly<Partial<Record<FieldName, number>>>;
}

/** Below this probability the noise of the data is the smaller part of what the fit leaves. */
export const REJECTED = 1e-6;

function relativeOf({ model, free, statistics, values: data }: RegionData, parameters: Parameters): Misfit['relative'] {
  const { values } = predict(model, parameters, free, statistics);
  const of = (field: FieldName): number => {
    const rows = statistics.flatMap((statistic, i) => (statistic.field === field && statistic.lag !== null ? [i] : []));
    const share = data[statistics.findIndex((statistic) => statistic.field === field && statistic.lag === null)];
    return Math.sqrt(rows.reduce((sum, i) => sum + (data[i] - values[i]) ** 2, 0) / rows.length) /
      (share * (1 - share));
  };
  return Object.fromEntries(fieldNames(model).map((name) => [name, of(name)]));
}

/** Hotelling's T² of what the fit leaves, in the directions that θ cannot move. */
export function misfitOf(region: RegionData, white: readonly (readonly number[])[], parameters: Parameters): Misfit {
  const { model, free, statistics, draws } = region;
  const { values, jacobian } = predict(model, parameters, free, statistics);
  const residual = white.map((row) => row.reduce((sum, x, i) => sum + x * (region.values[i] - values[i]), 0));
  // Orthonormal columns of the whitened Jacobian; a residual keeps what is across them.
  const columns: number[][] = [];
  const across = (v: readonly number[]): number[] => columns.reduce<number[]>((left, q) => {
    const dot = q.reduce((sum, x, i) => sum + x * left[i], 0);
    return left.map((x, i) => x - dot * q[i]);
  }, [...v]);
  for (const key of free.keys()) {
    const rest = across(white.map((row) => row.reduce((sum, x, i) => sum + x * jacobian[i][key], 0)));
    const norm = hypot(...rest);
    if (norm > 1e-12) columns.push(rest.map((x) => x / norm));
  }
  const rows = product(white, region.covariance).map((row) => across(product([row], transposed(white))[0]));
  const { values: spread, vectors } = symmetricEigen(transposed(transposed(rows).map(across)));
  const degrees = statistics.length - columns.length;
  const left = across(residual);
  let distance = 0;
  for (let k = columns.length; k < spread.length; k++) {
    distance += vectors[k].reduce((sum, x, i) => sum + x * left[i], 0) ** 2 / spread[k];
  }
  const probability = draws - degrees < 3 ? NaN : fTail(
    (distance * (draws - degrees)) / (degrees * (draws - 1)), degrees, draws - degrees,
  );
  return { distance, degrees, probability, relative: relativeOf(region, parameters) };
}
