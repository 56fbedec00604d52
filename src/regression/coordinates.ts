// Coordinates in which fitting a power law is well conditioned.
//
// With τ within a few percent, τ^−21.5 and the factor c1 trade against each other: in (c1, c2, …) the valley is 10³-10⁴
// times longer than wide. Taking the factor at the geometric mean of the data and each exponent times the spread of
// its log x leaves unknowns of order one that hardly interact. Boxes on exponents stay boxes; of c1 only the sign does.
import { exp, log } from '../numeric/elementary.js';
import type { Formula } from './formulas.js';
import type { FormulaSample } from './sample.js';
import type { BoxProblem } from '../numeric/lbfgsb.js';
import { SPACES, type Space } from './space.js';

export interface Conditioned extends BoxProblem {
  toCoefficients(u: ArrayLike<number>): number[];
  fromCoefficients(c: ArrayLike<number>): number[];
}

/** ½ Σ (M̂ − M)² / Σ M² over the samples as a function of the scaled unknowns; in another space likewise.
 *  @param target column that is predicted, M or another */
export function conditioned(
  formula: Formula, samples: readonly FormulaSample[], target: string, space: Space = 'absolute',
): Conditioned {
  const measure = SPACES[space];
  const { columns, prefactor, bounds } = formula;
  const first = prefactor ? 1 : 0;
  const count = samples.length;
  const logs = columns.map((column) => samples.map((s) => log(s[column])));
  const centre = logs.map((l) => (prefactor ? l.reduce((sum, v) => sum + v, 0) / count : 0));
  const spread = logs.map((l, j) => Math.sqrt(l.reduce((sum, v) => sum + (v - centre[j]) ** 2, 0) / count) || 1);
  const z = logs.map((l, j) => l.map((v) => (v - centre[j]) / spread[j]));
  const m = samples.map((s) => s[target]);
  const size = m.reduce((sum, v) => sum + v, 0) / count;
  const norm = m.reduce((sum, v) => sum + measure.size(v) ** 2, 0);
  /** c1 of the data's centre over c1. */
  const shift = (exponents: (j: number) => number) => exp(centre.reduce((sum, v, j) => sum + exponents(j) * v, 0));
  const scaledBounds = (side: 0 | 1) =>
    bounds.map((b, j) => (prefactor && j === 0 ? b[side] : b[side] * spread[j - first]));
  return {
    lower: scaledBounds(0),
    upper: scaledBounds(1),
    evaluate(u, gradient) {
      gradient.fill(0);
      let sum = 0;
      for (let i = 0; i < count; i++) {
        let exponent = 0;
        for (let j = 0; j < columns.length; j++) exponent += u[j + first] * z[j][i];
        const power = exp(exponent) * (prefactor ? size : 1);
        const value = prefactor ? u[0] * power : power;
        const residual = measure.residual(value, m[i]);
        sum += residual * residual;
        const slope = residual * measure.slope(value, m[i]);
        if (prefactor) gradient[0] += slope * power;
        for (let j = 0; j < columns.length; j++) gradient[j + first] += slope * value * z[j][i];
      }
      for (let j = 0; j < gradient.length; j++) gradient[j] /= norm;
      return sum / (2 * norm);
    },
    toCoefficients(u) {
      const exponents = spread.map((s, j) => u[j + first] / s);
      return prefactor ? [(u[0] * size) / shift((j) => exponents[j]), ...exponents] : exponents;
    },
    fromCoefficients(c) {
      const scaled = spread.map((s, j) => c[j + first] * s);
      return prefactor ? [(c[0] * shift((j) => c[j + first])) / size, ...scaled] : scaled;
    },
  };
}
