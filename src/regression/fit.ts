// One formula fitted to samples: least squares on M itself [A §2.5], or on its relative or logarithmic errors.
import { checkArguments, has, type Names } from '../core/arguments.js';
import { SpecError } from '../core/errors.js';
import { backSubstitute, householder } from '../numeric/dense.js';
import type { Formula } from './formulas.js';
import { optimalPowerLaw, optimalText, residualAt, type FitProblem } from './optimum.js';
import type { FormulaSample } from './sample.js';
import { checkSpace, type Space } from './space.js';

/** Options of `fitFormula`. */
export interface FormulaFitOptions {
  /** Random starts beside the log-linear one; each optimiser runs from all of them. */
  readonly randomStarts: number;
  /** Key of the random starts. */
  readonly seed: number;
  /** Column that the formula predicts; default mFactor. */
  readonly target?: string;
  /** What is squared: default the absolute errors of M, as in the paper. */
  readonly space?: Space;
}

const FIT_OPTION_NAMES: Names<FormulaFitOptions> = { randomStarts: true, seed: true, target: true, space: true };

/** What the second optimiser says about the first. Power laws are found by L-BFGS-B, formulas given as text by
 *  Levenberg-Marquardt; the other one is the second. */
export interface Confirmation {
  /** Whether both found the same optimum. */
  readonly agrees: boolean;
  /** Largest |Δc| between the two optima in standard errors; null when these do not exist. */
  readonly largestShift: number | null;
  /** Sum of squares of the second over that of the first, minus 1. */
  readonly relativeDifference: number;
  /** Starts of each optimiser. */
  readonly starts: number;
  /** Starts from which L-BFGS-B reached its best sum of squares. */
  readonly reachedByBoxed: number;
  /** Starts from which Levenberg-Marquardt reached its best sum of squares. */
  readonly reachedByLevenberg: number;
}

/** A fitted coefficient. */
export interface Estimate {
  readonly name: string;
  /** As the formula takes it. */
  readonly value: number;
  /** From s²(JᵀJ)⁻¹; null at a bound or where the data do not determine the coefficient. */
  readonly standardError: number | null;
  /** Whether a bound holds it. */
  readonly atBound: boolean;
}

/** Coefficients with the least sum of squares, and how sure they are. */
export interface Optimum {
  /** In the order of the formula's names. */
  readonly coefficients: readonly Estimate[];
  /** Covariance of the coefficients; null when the data do not determine all of them. Zero rows for those at a
   *  bound. */
  readonly covariance: readonly (readonly number[])[] | null;
  /** √(Σ residual² / (count − free coefficients)), in units of M, or without unit for relative and
   *  logarithmic errors; null without degrees of freedom. */
  readonly residualStandardError: number | null;
  /** Of the search that found it. */
  readonly iterations: number;
  /** Whether that search came to rest. */
  readonly converged: boolean;
  /** What a second optimiser says. */
  readonly confirmation: Confirmation;
}

/** Fits one formula to samples by least squares, from several starts and by two optimisers.
 *  @param samples the training set; columns finite, and > 0 for power laws (see `phaseSamples`).
 *  @throws SpecError with fewer samples than coefficients, and where a formula has no value at any start. */
export function fitFormula(
  formula: Formula, samples: readonly FormulaSample[], options: FormulaFitOptions,
): Optimum {
  checkArguments('fitFormula', {
    formula: [formula, has<Formula>('coefficientNames')], samples: [samples, 'records'],
    options: [options, FIT_OPTION_NAMES],
  });
  const { coefficientNames: names } = formula;
  const { target = 'mFactor', space = 'absolute' } = options;
  checkSpace(space);
  if (samples.length < names.length) {
    throw new SpecError(
      `fit: ${formula.name} has ${names.length} coefficients, the training set only ${samples.length} structures`,
    );
  }
  const problem: FitProblem = { formula, samples, target, space };
  const { best, second, starts, noise } = formula.starts === undefined
    ? optimalPowerLaw(problem, options) : optimalText(problem, options);

  const atBound =
    best.c.map((c, j) => formula.bounds[j].some((b) => Number.isFinite(b) && Math.abs(c - b) <= 1e-9 * Math.abs(b)));
  const free = best.c.map((_, j) => j).filter((j) => !atBound[j]);
  const freedom = samples.length - free.length;
  const variance = freedom > 0 ? best.sum / freedom : null;
  const inverse = inverseNormal(problem, best.c, free);
  const errors = best.c.map((_, j) => {
    const k = free.indexOf(j);
    return inverse && variance !== null && k >= 0 ? Math.sqrt(variance * inverse[k][k]) : null;
  });
  const shifts = best.c.map((c, j) => ({ shift: Math.abs(c - second.c[j]), error: errors[j], size: Math.abs(c) }));
  const relativeDifference =
    best.sum + second.sum <= 2 * noise ? 0 : second.sum / Math.max(best.sum, Number.MIN_VALUE) - 1;
  const inErrors = shifts.filter((s) => s.error !== null && s.error > 0).map((s) => s.shift / s.error!);
  return {
    coefficients: names.map((name, j) => ({ name, value: best.c[j], standardError: errors[j], atBound: atBound[j] })),
    covariance: inverse && variance !== null
      ? names.map((_, i) => names.map(
        (__, j) => (atBound[i] || atBound[j] ? 0 : variance * inverse[free.indexOf(i)][free.indexOf(j)]),
      ))
      : null,
    residualStandardError: variance === null ? null : Math.sqrt(variance),
    iterations: best.iterations,
    converged: best.converged,
    confirmation: {
      // The same depth, and (where the data determine the coefficients) the same place within a hundredth of its error.
      agrees: Math.abs(relativeDifference) <= 1e-6 &&
        shifts.every((s) => s.error === null || s.shift <= 0.01 * s.error + 1e-6 * s.size),
      largestShift: inErrors.length > 0 ? Math.max(...inErrors) : null,
      relativeDifference,
      starts,
      reachedByBoxed: (formula.starts === undefined ? best : second).reached,
      reachedByLevenberg: (formula.starts === undefined ? second : best).reached,
    },
  };
}

/** (JᵀJ)⁻¹ over the free coefficients by QR of the column-scaled J, which does not square its condition. */
function inverseNormal(
  problem: FitProblem, c: readonly number[], free: readonly number[],
): number[][] | null {
  const n = free.length;
  const row = new Float64Array(c.length);
  const jacobian = problem.samples.map((s) => {
    residualAt(problem, c, s, row);
    return Float64Array.from(free, (j) => row[j]);
  });
  const size = free.map((_, k) => Math.sqrt(jacobian.reduce((sum, r) => sum + r[k] * r[k], 0)));
  if (size.some((s) => !(s > 0) || !Number.isFinite(s))) return null;
  for (const r of jacobian) for (let k = 0; k < n; k++) r[k] /= size[k];
  const { r } = householder(jacobian, new Float64Array(jacobian.length));
  const columns: number[][] = [];
  for (let k = 0; k < n; k++) {
    const x = backSubstitute(r, free.map((_, i) => (i === k ? 1 : 0)), 1e-11);
    if (x === null) return null;
    columns.push(x);
  }
  return size.map((si, i) => size.map((sj, j) => columns.reduce((sum, x) => sum + x[i] * x[j], 0) / (si * sj)));
}
