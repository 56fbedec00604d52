// One formula fitted to samples: least squares on M itself [A §2.5] by L-BFGS-B, confirmed by Levenberg-Marquardt.
import { checkArguments, has } from '../core/arguments.js';
import { SpecError } from '../core/errors.js';
import { conditioned } from './coordinates.js';
import { backSubstitute, householder } from '../numeric/dense.js';
import type { Formula } from './formulas.js';
import { minimizeInBox } from '../numeric/lbfgsb.js';
import { leastSquaresInBox } from '../numeric/levenberg.js';
import type { FormulaSample } from './sample.js';
import { uniformNumbers } from './split.js';

export interface FormulaFitOptions {
  /** Random starts beside the log-linear one; each optimiser runs from all of them. */
  readonly randomStarts: number;
  readonly seed: number;
  /** Column that the formula predicts; default mFactor. */
  readonly target?: string;
}

/** What the second optimiser says about the first. */
export interface Confirmation {
  readonly agrees: boolean;
  /** Largest |Δc| between the two optima in standard errors; null when these do not exist. */
  readonly largestShift: number | null;
  /** Sum of squares of Levenberg-Marquardt over that of L-BFGS-B, minus 1. */
  readonly relativeDifference: number;
  /** Starts from which each optimiser reached its best sum of squares, of `starts`. */
  readonly starts: number;
  readonly reachedByBoxed: number;
  readonly reachedByLevenberg: number;
}

export interface Estimate {
  readonly name: string;
  readonly value: number;
  /** From s²(JᵀJ)⁻¹; null at a bound or where the data do not determine the coefficient. */
  readonly standardError: number | null;
  readonly atBound: boolean;
}

export interface Optimum {
  readonly coefficients: readonly Estimate[];
  /** Covariance of the coefficients; null when the data do not determine all of them. Zero rows for those at a
   *  bound. */
  readonly covariance: readonly (readonly number[])[] | null;
  /** √(Σ residual² / (count − free coefficients)), in units of M; null without degrees of freedom. */
  readonly residualStandardError: number | null;
  readonly iterations: number;
  readonly converged: boolean;
  readonly confirmation: Confirmation;
}

/** Least squares of log M, where every power law is linear: a start close to the optimum. null when columns are
 *  dependent. */
export function logLinearStart(
  formula: Formula, samples: readonly FormulaSample[], target = 'mFactor',
): number[] | null {
  checkArguments('logLinearStart', { formula: [formula, has<Formula>('columns')], samples: [samples, 'records'] });
  const a = samples.map(
    (s) => Float64Array.from([...(formula.prefactor ? [1] : []), ...formula.columns.map((c) => Math.log(s[c]))]),
  );
  const { r, qtb } = householder(a, Float64Array.from(samples, (s) => Math.log(s[target])));
  const x = backSubstitute(r, qtb);
  if (x && formula.prefactor) x[0] = Math.exp(x[0]);
  return x && x.every(Number.isFinite) ? x : null;
}

/** Exponents uniform in the formula's range; the factor then set so that the mean of M is met. */
function randomStart(
  formula: Formula, samples: readonly FormulaSample[], target: string, random: () => number,
): number[] {
  const exponents = formula.startRange.map(([from, to]) => from + (to - from) * random());
  if (!formula.prefactor) return exponents;
  let simulated = 0;
  let power = 0;
  for (const s of samples) {
    simulated += s[target];
    power += formula.value([1, ...exponents], s);
  }
  return [simulated / power, ...exponents];
}

/** Sums of squares closer than this are the same optimum. */
const SAME = 1e-7;

/** @param samples the training set; all values finite and > 0 (see `phaseSamples`).
 *  @throws SpecError with fewer samples than coefficients. */
export function fitFormula(
  formula: Formula, samples: readonly FormulaSample[], options: FormulaFitOptions,
): Optimum {
  checkArguments('fitFormula', {
    formula: [formula, has<Formula>('coefficientNames')], samples: [samples, 'records'], options: [options, 'record'],
  });
  const { coefficientNames: names } = formula;
  const { target = 'mFactor' } = options;
  if (samples.length < names.length) {
    throw new SpecError(
      `fit: ${formula.name} has ${names.length} coefficients, the training set only ${samples.length} structures`,
    );
  }
  const random = uniformNumbers(options.seed);
  const logLinear = logLinearStart(formula, samples, target);
  const starts = [
    ...(logLinear ? [logLinear] : []),
    ...Array.from(
      { length: Math.max(options.randomStarts, logLinear ? 0 : 1) },
      () => randomStart(formula, samples, target, random),
    ),
  ];

  const sumOfSquares = (c: ArrayLike<number>) =>
    samples.reduce((sum, s) => sum + (formula.value(c, s) - s[target]) ** 2, 0);
  const scale = samples.reduce((sum, s) => sum + s[target] ** 2, 0);
  const noise = scale * 1e-24;
  const best = <T extends { sum: number }>(runs: T[]) => {
    // The earliest start that reaches the best sum, so that rounding does not choose.
    const least = Math.min(...runs.map((run) => run.sum));
    const reached = runs.filter((run) => run.sum <= least * (1 + SAME) + noise);
    return { ...(reached[0] ?? runs[0]), reached: reached.length };
  };

  const problem = conditioned(formula, samples, target);
  const boxed = best(starts.map((start) => {
    const run = minimizeInBox(problem, problem.fromCoefficients(start), { gradientTolerance: 1e-13 });
    const c = problem.toCoefficients(run.x);
    return { c, sum: sumOfSquares(c), iterations: run.iterations, converged: run.converged };
  }));
  const levenberg = best(starts.map((start) => {
    const run = leastSquaresInBox({
      rows: samples.length,
      scale,
      lower: formula.bounds.map((b) => b[0]),
      upper: formula.bounds.map((b) => b[1]),
      residual: (c, row, derivative) => formula.gradient(c, samples[row], derivative) - samples[row][target],
    }, start);
    return { c: Array.from(run.x), sum: run.sumOfSquares };
  }));

  const atBound =
    boxed.c.map((c, j) => formula.bounds[j].some((b) => Number.isFinite(b) && Math.abs(c - b) <= 1e-9 * Math.abs(b)));
  const free = boxed.c.map((_, j) => j).filter((j) => !atBound[j]);
  const freedom = samples.length - free.length;
  const variance = freedom > 0 ? boxed.sum / freedom : null;
  const inverse = inverseNormal(formula, samples, boxed.c, free);
  const errors = boxed.c.map((_, j) => {
    const k = free.indexOf(j);
    return inverse && variance !== null && k >= 0 ? Math.sqrt(variance * inverse[k][k]) : null;
  });
  const shifts = boxed.c.map((c, j) => ({ shift: Math.abs(c - levenberg.c[j]), error: errors[j], size: Math.abs(c) }));
  const relativeDifference =
    boxed.sum + levenberg.sum <= 2 * noise ? 0 : levenberg.sum / Math.max(boxed.sum, Number.MIN_VALUE) - 1;
  const inErrors = shifts.filter((s) => s.error !== null && s.error > 0).map((s) => s.shift / s.error!);
  return {
    coefficients: names.map((name, j) => ({ name, value: boxed.c[j], standardError: errors[j], atBound: atBound[j] })),
    covariance: inverse && variance !== null
      ? names.map((_, i) => names.map(
        (__, j) => (atBound[i] || atBound[j] ? 0 : variance * inverse[free.indexOf(i)][free.indexOf(j)]),
      ))
      : null,
    residualStandardError: variance === null ? null : Math.sqrt(variance),
    iterations: boxed.iterations,
    converged: boxed.converged,
    confirmation: {
      // The same depth, and (where the data determine the coefficients) the same place within a hundredth of its error.
      agrees: Math.abs(relativeDifference) <= 1e-6 &&
        shifts.every((s) => s.error === null || s.shift <= 0.01 * s.error + 1e-6 * s.size),
      largestShift: inErrors.length > 0 ? Math.max(...inErrors) : null,
      relativeDifference,
      starts: starts.length,
      reachedByBoxed: boxed.reached,
      reachedByLevenberg: levenberg.reached,
    },
  };
}

/** (JᵀJ)⁻¹ over the free coefficients by QR of the column-scaled J, which does not square its condition. */
function inverseNormal(
  formula: Formula, samples: readonly FormulaSample[], c: readonly number[], free: readonly number[],
): number[][] | null {
  const n = free.length;
  const row = new Float64Array(c.length);
  const jacobian = samples.map((s) => {
    formula.gradient(c, s, row);
    return Float64Array.from(free, (j) => row[j]);
  });
  const size = free.map((_, k) => Math.sqrt(jacobian.reduce((sum, r) => sum + r[k] * r[k], 0)));
  if (size.some((s) => !(s > 0) || !Number.isFinite(s))) return null;
  for (const r of jacobian) for (let k = 0; k < n; k++) r[k] /= size[k];
  const { r } = householder(jacobian, new Float64Array(samples.length));
  const columns: number[][] = [];
  for (let k = 0; k < n; k++) {
    const x = backSubstitute(r, free.map((_, i) => (i === k ? 1 : 0)), 1e-11);
    if (x === null) return null;
    columns.push(x);
  }
  return size.map((si, i) => size.map((sj, j) => columns.reduce((sum, x) => sum + x[i] * x[j], 0) / (si * sj)));
}
