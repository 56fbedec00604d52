// A formula fitted again and again to resampled data: Gauss-Newton from the optimum of all data, in coordinates in
// which that optimum is round (J of unit columns there), so that a refit takes a few passes over the samples. Whatever
// is unusual, a bound or a step that does not descend, goes to the boxed Levenberg-Marquardt.
import { backSubstitute, householder, solveLinear } from '../numeric/dense.js';
import { leastSquaresInBox } from '../numeric/levenberg.js';
import { residualAt, type FitProblem } from './optimum.js';

export interface Refit {
  readonly coefficients: readonly number[];
  /** Standard errors that allow for any dependence within groups (CR1 sandwich); null where they do not exist. */
  errors(): readonly number[] | null;
  /** Covariance by groups, likewise. */
  covariance(): number[][] | null;
}

export interface Refitter {
  /** Whether the samples determine all coefficients. */
  readonly determined: boolean;
  /** @param weights of the samples, whole numbers ≥ 0: how often each was drawn */
  fit(weights: ArrayLike<number>): Refit;
}

const MOST_STEPS = 30;

/** @param groups of the samples; errors add within them
 *  @param centre the optimum of all samples */
export function refitter(problem: FitProblem, centre: readonly number[], groups: readonly number[]): Refitter {
  const { formula, samples } = problem;
  const p = centre.length;
  const groupCount = groups.reduce((most, g) => Math.max(most, g + 1), 0);
  const lower = formula.bounds.map((b) => b[0]);
  const upper = formula.bounds.map((b) => b[1]);
  const row = new Float64Array(p);

  const jacobian = samples.map((sample) => {
    residualAt(problem, centre, sample, row);
    return row.slice();
  });
  const size = centre.map((_, j) => Math.sqrt(jacobian.reduce((sum, r) => sum + r[j] * r[j], 0)));
  for (const r of jacobian) for (let j = 0; j < p; j++) r[j] /= size[j];
  const { r } = householder(jacobian, new Float64Array(samples.length));
  /** Columns of T: c = centre + T u, with (J T)ᵀ(J T) = I at the centre. */
  const columns = centre.map((_, k) => backSubstitute(r, centre.map((__, i) => (i === k ? 1 : 0)), 1e-11));
  const transform = columns.every((c) => c !== null) && size.every((s) => s > 0 && Number.isFinite(s))
    ? columns.map((c) => Float64Array.from(c!, (v, j) => v / size[j])) : null;

  /** Normal equations in u at c; gradients by group where asked. */
  const equations = (
    c: ArrayLike<number>, weights: ArrayLike<number>, scores: Float64Array[] | null,
  ): { sum: number; a: number[][]; g: number[] } => {
    const a = Array.from({ length: p }, () => Array.from({ length: p }, () => 0));
    const g = Array.from({ length: p }, () => 0);
    const t = new Float64Array(p);
    let sum = 0;
    for (let i = 0; i < samples.length; i++) {
      const w = weights[i];
      if (w === 0) continue;
      const residual = residualAt(problem, c, samples[i], row);
      sum += w * residual * residual;
      for (let k = 0; k < p; k++) {
        let v = 0;
        for (let j = 0; j < p; j++) v += transform![k][j] * row[j];
        t[k] = v;
        g[k] += w * v * residual;
        if (scores !== null) scores[groups[i]][k] += v * residual;
      }
      for (let k = 0; k < p; k++) for (let l = 0; l <= k; l++) a[k][l] += w * t[k] * t[l];
    }
    for (let k = 0; k < p; k++) for (let l = 0; l < k; l++) a[l][k] = a[k][l];
    return { sum, a, g };
  };

  const boxed = (weights: ArrayLike<number>): number[] => {
    const drawn = samples.map((_, i) => i).filter((i) => weights[i] > 0);
    return Array.from(leastSquaresInBox({
      rows: drawn.length, lower, upper,
      scale: drawn.reduce((sum, i) => sum + samples[i][problem.target] ** 2, 0),
      residual(c, k, derivative) {
        const root = Math.sqrt(weights[drawn[k]]);
        const residual = residualAt(problem, c, samples[drawn[k]], derivative);
        for (let j = 0; j < p; j++) derivative[j] *= root;
        return root * residual;
      },
    }, centre).x);
  };

  const gaussNewton = (weights: ArrayLike<number>): number[] | null => {
    if (transform === null) return null;
    let c = centre.slice();
    let here = equations(c, weights, null);
    for (let step = 0; step < MOST_STEPS; step++) {
      const u = solveLinear(here.a, here.g.map((v) => -v));
      if (u === null) return null;
      const descent = -u.reduce((sum, v, k) => sum + v * here.g[k], 0);
      if (descent <= 1e-14 * here.sum) return c;
      const next = c.map((v, j) => v + u.reduce((sum, w, k) => sum + w * transform[k][j], 0));
      if (next.some((v, j) => !(v > lower[j] && v < upper[j]))) return null;
      const there = equations(next, weights, null);
      if (!(there.sum <= here.sum * (1 + 1e-13))) return null;
      [c, here] = [next, there];
    }
    return null;
  };

  const covarianceAt = (c: readonly number[], weights: ArrayLike<number>): number[][] | null => {
    if (transform === null) return null;
    const scores = Array.from({ length: groupCount }, () => new Float64Array(p));
    const { a } = equations(c, weights, scores);
    const inverse = a.map((_, k) => solveLinear(a, a.map((__, i) => (i === k ? 1 : 0))));
    if (inverse.some((column) => column === null)) return null;
    // How often each group was drawn: a copy is a group of its own.
    const drawn = new Float64Array(groupCount);
    let rows = 0;
    samples.forEach((_, i) => {
      drawn[groups[i]] = weights[i];
      rows += weights[i];
    });
    const copies = drawn.reduce((sum, v) => sum + v, 0);
    if (copies < 2 || rows <= p) return null;
    const correction = (copies / (copies - 1)) * ((rows - 1) / (rows - p));
    const half = scores.map((s) => {
      const u = inverse.map((column) => column!.reduce((sum, v, k) => sum + v * s[k], 0));
      return c.map((_, j) => u.reduce((sum, v, k) => sum + v * transform[k][j], 0));
    });
    return c.map((_, i) => c.map((__, j) =>
      correction * half.reduce((sum, h, g) => sum + drawn[g] * h[i] * h[j], 0)));
  };

  return {
    determined: transform !== null,
    fit(weights) {
      const coefficients = gaussNewton(weights) ?? boxed(weights);
      return {
        coefficients,
        covariance: () => covarianceAt(coefficients, weights),
        errors: () => covarianceAt(coefficients, weights)?.map((line, j) => Math.sqrt(line[j])) ?? null,
      };
    },
  };
}
