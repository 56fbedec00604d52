// Noise or lack of fit: structures that were drawn again from the same parameters say how much of a law's residual no
// law could explain.
//
// The residuals are linear in the coefficients near the optimum, J their derivatives. Beside r = J δ stands
// r = a_group + J δ, a level for every parameter vector: what that leaves is the noise between realisations that the
// descriptors do not explain (pure error); what it gains is lack of fit. With descriptors that do not vary between
// realisations this is the classical test of lack of fit (Draper, Smith 1998); for a law that is linear in its
// coefficients it is the F test of nested linear models, exact.
import { chiSquareQuantile, fTail } from '../numeric/distributions.js';
import { symmetricEigen } from '../numeric/eigen.js';
import type { Interval } from '../numeric/intervals.js';

/** How much of what a law misses no law could explain. */
export interface LackOfFit {
  /** Parameter vectors drawn more than once. */
  readonly repeated: number;
  /** Of these vectors. */
  readonly rows: number;
  /** Standard deviation of the noise, in the unit of the residuals. */
  readonly noise: number;
  /** Of the standard deviation. */
  readonly noiseInterval: Interval;
  /** Degrees of freedom that the noise is from. */
  readonly degrees: number;
  /** Share of the squared residuals of the law, per degree of freedom, that is noise; null without any. */
  readonly shareOfNoise: number | null;
  /** F of lack of fit; null without degrees of freedom. */
  readonly f: number | null;
  /** Of an F as large from noise alone; null likewise. */
  readonly probability: number | null;
}

/** @param residuals of the optimum  @param jacobian their derivatives by the free coefficients, row by row
 *  @param groups parameter vector of each row  @param size sum of squares of the data, against which residuals may be
 *    rounding
 *  @returns null when no parameter vector is drawn twice, or nothing is left to tell noise by */
export function lackOfFit(
  residuals: readonly number[], jacobian: readonly ArrayLike<number>[], groups: readonly number[], level: number,
  size = 0,
): LackOfFit | null {
  const n = residuals.length;
  const p = jacobian[0]?.length ?? 0;
  const count = new Map<number, number>();
  for (const g of groups) count.set(g, (count.get(g) ?? 0) + 1);
  const mean = new Map<number, Float64Array>();
  groups.forEach((g, i) => {
    const sums = mean.get(g) ?? new Float64Array(p + 1);
    mean.set(g, sums);
    for (let j = 0; j < p; j++) sums[j] += jacobian[i][j] / count.get(g)!;
    sums[p] += residuals[i] / count.get(g)!;
  });
  const scale = Array.from({ length: p }, (_, j) =>
    Math.sqrt(jacobian.reduce((sum, row) => sum + row[j] ** 2, 0)) || 1);
  const inner = Array.from({ length: p }, () => Array.from({ length: p }, () => 0));
  const right = Array.from({ length: p }, () => 0);
  let within = 0;
  groups.forEach((g, i) => {
    const m = mean.get(g)!;
    const r = residuals[i] - m[p];
    within += r * r;
    const row = scale.map((s, j) => (jacobian[i][j] - m[j]) / s);
    row.forEach((v, j) => {
      right[j] += v * r;
      row.forEach((w, k) => { inner[j][k] += v * w; });
    });
  });
  let rank = 0;
  if (p > 0) {
    const { values, vectors } = symmetricEigen(inner);
    values.forEach((value, k) => {
      if (!(value > 1e-10)) return;
      rank++;
      within -= right.reduce((sum, v, j) => sum + v * vectors[k][j], 0) ** 2 / value;
    });
  }
  const degrees = n - count.size - rank;
  const repeated = [...count.values()].filter((c) => c > 1);
  if (repeated.length === 0 || degrees < 1) return null;
  const all = residuals.reduce((sum, r) => sum + r * r, 0);
  const pure = Math.max(0, within);
  const variance = pure / degrees;
  const lack = n - p - degrees;
  const rounding = !(all > 1e-24 * size);
  const f = lack > 0 && !rounding ? Math.max(0, all - pure) / lack / variance : null;
  const tail = (1 - level) / 2;
  return {
    repeated: repeated.length, rows: repeated.reduce((sum, c) => sum + c, 0),
    noise: Math.sqrt(variance),
    noiseInterval: {
      low: Math.sqrt(pure / chiSquareQuantile(1 - tail, degrees)),
      high: Math.sqrt(pure / chiSquareQuantile(tail, degrees)),
    },
    degrees, shareOfNoise: n > p && !rounding ? variance / (all / (n - p)) : null,
    f, probability: f === null ? null : Number.isFinite(f) ? fTail(f, lack, degrees) : 0,
  };
}
