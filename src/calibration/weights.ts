// Weights of the statistics in a fit.
import type { Statistic } from './curves.js';
import { product, transposed } from '../numeric/dense.js';
import { whitening } from '../numeric/eigen.js';

/** Decrements share − coverage instead of coverages, each over its size: of one order, and far less correlated.
 *  @param shares error that counts as one unit, as a part of a share; of decrements it is 3 % */
export function basis(statistics: readonly Statistic[], values: ArrayLike<number>, shares = 0.05): number[][] {
  return statistics.map((statistic, i) => {
    const row = statistics.map(() => 0);
    const own = statistics.findIndex(({ field, lag }) => field === statistic.field && lag === null);
    if (statistic.lag === null) row[i] = 1 / (shares * values[i]);
    else {
      const size = Math.max(1e-4, values[own] - values[i]) * 0.03;
      row[own] = 1 / size;
      row[i] = -1 / size;
    }
    return row;
  });
}

/** Correlations between statistics are believed to this share: few draws overstate them. */
const TRUST = 0.99;

/** Whitening of the statistics by their covariance, with X and Y apart. */
export function whitener(
  statistics: readonly Statistic[], values: ArrayLike<number>, covariance: readonly (readonly number[])[],
): number[][] {
  const b = basis(statistics, values);
  const inBasis = product(product(b, covariance), transposed(b));
  const shrunk = inBasis.map(
    (row, i) => row.map((x, j) => (i === j ? x : statistics[i].field === statistics[j].field ? TRUST * x : 0)),
  );
  return product(whitening(shrunk, 1e-6), b);
}
