// A quadratic function of a few coordinates from values and gradients, by least squares.
import { solveLinear } from './dense.js';

/** What is known at a place; null: not known. */
export interface QuadraticSample {
  readonly at: ArrayLike<number>;
  readonly value: number | null;
  readonly gradient: readonly number[] | null;
}

export interface QuadraticFit {
  value(at: ArrayLike<number>): number;
  gradient(at: ArrayLike<number>): Float64Array;
}

/** Weight of "no curvature" against a sample: decides where samples do not. */
const RIDGE = 1e-3;

/** 1, x_j and x_j·x_k for j ≤ k, x counted from the middle of the unit cube; or their derivative to coordinate `by`. */
function features(at: ArrayLike<number>, by: number | null): number[] {
  const x = Array.from({ length: at.length }, (_, j) => at[j] - 0.5);
  const d = (j: number): number => (j === by ? 1 : 0);
  return [
    by === null ? 1 : 0, ...x.map((xj, j) => (by === null ? xj : d(j))),
    ...x.flatMap((xj, j) => x.slice(j).map((xk, k) => (by === null ? xj * xk : d(j) * xk + xj * d(j + k)))),
  ];
}

/** The quadratic function nearest to the samples. Coordinates lie in the unit cube; a slope counts as much as a value.
 *  Only + − × ÷ in fixed order: the same bits everywhere.
 *  @returns null when no sample has a value */
export function quadraticFit(dimensions: number, samples: readonly QuadraticSample[]): QuadraticFit | null {
  if (samples.every(({ value }) => value === null)) return null;
  const count = 1 + dimensions + (dimensions * (dimensions + 1)) / 2;
  const normal = Array.from({ length: count }, () => Array.from({ length: count }, () => 0));
  const right = Array.from({ length: count }, () => 0);
  const add = (row: readonly number[], target: number): void => {
    for (let i = 0; i < count; i++) {
      if (row[i] === 0) continue;
      right[i] += row[i] * target;
      for (let j = 0; j < count; j++) normal[i][j] += row[i] * row[j];
    }
  };
  for (const { at, value, gradient } of samples) {
    if (value !== null) add(features(at, null), value);
    gradient?.forEach((slope, j) => add(features(at, j), slope));
  }
  for (let i = 1; i < count; i++) normal[i][i] += RIDGE;
  const c = solveLinear(normal, right);
  if (c === null) return null;
  const dot = (row: readonly number[]): number => row.reduce((sum, x, i) => sum + x * c[i], 0);
  return {
    value: (at) => dot(features(at, null)),
    gradient: (at) => Float64Array.from({ length: dimensions }, (_, j) => dot(features(at, j))),
  };
}
