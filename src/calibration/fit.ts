// Generalised least squares: Levenberg-Marquardt on whitened residuals.
import { leastSquaresInBox } from '../numeric/levenberg.js';
import type { Statistic } from './curves.js';
import {
  fromCoordinates, limitsOf, predict, toCoordinates, type ModelName, type Parameters, type Prediction,
} from './model.js';

export interface FitProblem {
  readonly model: ModelName;
  readonly free: readonly string[];
  readonly statistics: readonly Statistic[];
  readonly data: Float64Array;
  /** Rows that whiten the residuals, see `whitening`. */
  readonly whitener: readonly (readonly number[])[];
  /** Longest edge of the images, reference voxels. */
  readonly longest: number;
}

export interface FitOutcome {
  readonly parameters: Parameters;
  /** Σ of the squared whitened residuals. */
  readonly distance: number;
  readonly converged: boolean;
}

const multiply = (rows: readonly (readonly number[])[], v: ArrayLike<number>): Float64Array =>
  Float64Array.from(rows, (row) => row.reduce((sum, x, j) => sum + x * v[j], 0));

/** Best parameters from one start. */
export function fitFrom(problem: FitProblem, start: Parameters): FitOutcome {
  const { model, free, statistics, data, whitener, longest } = problem;
  let seen: { readonly at: string; readonly residual: Float64Array; readonly jacobian: Float64Array[] } | null = null;
  const whitened = (u: Float64Array): { residual: Float64Array; jacobian: Float64Array[] } => {
    const at = u.join(' ');
    if (seen?.at !== at) {
      const { values, jacobian }: Prediction = predict(model, fromCoordinates(model, start, free, u), free, statistics);
      const residual = multiply(whitener, values.map((v, i) => v - data[i]));
      const columns = free.map((_, j) => multiply(whitener, jacobian.map((row) => row[j])));
      seen = { at, residual, jacobian: whitener.map((_, i) => Float64Array.from(columns, (column) => column[i])) };
    }
    return seen;
  };
  const limits = free.map((key) => limitsOf(model, key, longest));
  const found = leastSquaresInBox({
    rows: whitener.length,
    scale: 1e-12,
    lower: limits.map(([low]) => low),
    upper: limits.map(([, high]) => high),
    residual(u, row, derivative) {
      const { residual, jacobian } = whitened(u);
      derivative.set(jacobian[row]);
      return residual[row];
    },
  }, toCoordinates(model, start, free), 60);
  return {
    parameters: fromCoordinates(model, start, free, found.x), distance: found.sumOfSquares, converged: found.converged,
  };
}
