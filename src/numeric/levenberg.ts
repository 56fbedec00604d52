// Levenberg-Marquardt in a box, on the raw coefficients: the second opinion on an optimum. It shares no step with
// L-BFGS-B: other coordinates, other model of the function (JᵀJ), steps by QR of the damped Jacobian.
import { backSubstitute, householder } from './dense.js';
import { pow } from './elementary.js';

export interface ResidualProblem {
  readonly rows: number;
  /** Σ target²: below its rounding, the residuals are zero. */
  readonly scale: number;
  readonly lower: readonly number[];
  readonly upper: readonly number[];
  /** Residual of row i; writes its derivative with respect to the unknowns. */
  residual(x: Float64Array, row: number, derivative: Float64Array): number;
}

export interface LeastSquaresResult {
  readonly x: Float64Array;
  /** Σ residual². */
  readonly sumOfSquares: number;
  readonly iterations: number;
  readonly converged: boolean;
}

interface Linearised {
  readonly r: Float64Array;
  readonly jacobian: Float64Array[];
  readonly sum: number;
}

/** Minimises Σ residual² from `start`, which is first moved into the box. Variables at a bound whose descent points
 *  outwards are held; damping scales with the columns of J (Marquardt), so that units do not matter. */
export function leastSquaresInBox(
  problem: ResidualProblem, start: ArrayLike<number>, maxIterations = 500,
): LeastSquaresResult {
  const { lower, upper, rows } = problem;
  const zero = problem.scale * (64 * Number.EPSILON) ** 2;
  const n = start.length;
  const clip = (value: number, i: number) => Math.min(upper[i], Math.max(lower[i], value));
  const linearise = (x: Float64Array): Linearised => {
    const jacobian = Array.from({ length: rows }, () => new Float64Array(n));
    const r = Float64Array.from(jacobian, (derivative, i) => problem.residual(x, i, derivative));
    return { r, jacobian, sum: r.reduce((sum, v) => sum + v * v, 0) };
  };
  let x = Float64Array.from({ length: n }, (_, i) => clip(start[i], i));
  let here = linearise(x);
  let damping = 1e-3;
  let growth = 2;
  for (let iteration = 0; iteration < maxIterations; iteration++) {
    const gradient = new Float64Array(n);
    const column = new Float64Array(n);
    here.jacobian.forEach((row, i) => row.forEach((v, j) => {
      gradient[j] += v * here.r[i];
      column[j] += v * v;
    }));
    const free = Array.from(x, (_, j) => j).filter((j) => column[j] > 0 && clip(x[j] - gradient[j], j) !== x[j]);
    // The cosine between the residual and every column: no unit, 0 at the optimum.
    const cosine = Math.max(0, ...free.map((j) => Math.abs(gradient[j]) / Math.sqrt(column[j] * here.sum)));
    if (free.length === 0 || here.sum <= zero || cosine < 1e-12) {
      return { x, sumOfSquares: here.sum, iterations: iteration, converged: true };
    }

    const a = here.jacobian.map((row) => Float64Array.from(free, (j) => row[j]));
    const b = Float64Array.from(here.r, (v) => -v);
    for (let k = 0; k < free.length; k++) {
      const extra = new Float64Array(free.length);
      extra[k] = Math.sqrt(damping * column[free[k]]);
      a.push(extra);
    }
    const padded = new Float64Array(a.length);
    padded.set(b);
    const { r, qtb } = householder(a, padded);
    const step = backSubstitute(r, qtb, 0);
    const next = x.slice();
    if (step) free.forEach((j, k) => { next[j] = clip(x[j] + step[k], j); });
    const there = linearise(next);
    const moved = free.some((j) => Math.abs(next[j] - x[j]) > 1e-14 * Math.abs(x[j]));
    if (there.sum < here.sum) {
      let predicted = 0;
      here.jacobian.forEach((row, i) => {
        const linear = here.r[i] + row.reduce((sum, v, j) => sum + v * (next[j] - x[j]), 0);
        predicted += linear * linear;
      });
      const gain = (here.sum - there.sum) / (here.sum - predicted);
      damping = Math.max(1e-15, damping * Math.max(1 / 3, 1 - pow(2 * gain - 1, 3)));
      growth = 2;
      x = next;
      here = there;
    } else {
      // No visible decrease and no visible movement: the optimum to the last bits.
      if (!moved || damping > 1e20) {
        return { x, sumOfSquares: here.sum, iterations: iteration, converged: cosine < 1e-6 };
      }
      damping *= growth;
      growth *= 2;
    }
  }
  return { x, sumOfSquares: here.sum, iterations: maxIterations, converged: false };
}
