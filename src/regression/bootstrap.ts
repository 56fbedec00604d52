// Intervals of coefficients and scores by resampling whole groups of rows (cluster bootstrap): rows of one point share
// the error of a law, so drawing rows alone would make intervals too narrow.
import { percentileInterval, studentisedInterval } from '../numeric/bootstrap-interval.js';
import type { Interval } from '../numeric/intervals.js';
import { keyedUniform } from '../numeric/uniform.js';
import type { FitProblem } from './optimum.js';
import { refitter, type Refitter } from './refit.js';
import { scores } from './scores.js';
import type { FormulaSample } from './sample.js';

export interface BootstrapOptions {
  /** Resamples; 0: none. */
  readonly draws: number;
  readonly level: number;
  readonly seed: number;
}

/** Intervals of the scores of a formula. */
export interface ScoreIntervals {
  /** null where test rows do not vary. */
  readonly r2: Interval | null;
  /** null where a value is 0. */
  readonly mapePercent: Interval | null;
}

/** Intervals by resampling groups of rows. */
export interface BootstrapResult {
  /** By coefficient; null at a bound or where the data do not determine it. */
  readonly coefficients: readonly (Interval | null)[];
  /** Covariance of the coefficients that allows for dependence within groups; null where it does not exist. */
  readonly covariance: readonly (readonly number[])[] | null;
  /** Of the scores on test rows: both the fit and the test are drawn anew. */
  readonly test: ScoreIntervals;
  /** Resamples. */
  readonly draws: number;
}

/** Purposes of random numbers: streams of one seed. */
const RESAMPLE = 0x6c61;
/** From fewer groups hardly two draws differ. */
export const FEWEST_DRAWN = 5;

/** How often each group is drawn, draw by draw: the same for every formula, so that differences are fair. */
export function resamples(groupCount: number, { draws, seed }: BootstrapOptions): Uint16Array[] {
  const uniform = keyedUniform({ seed, scenario: RESAMPLE, realisation: 0 });
  return Array.from({ length: draws }, (_, b) => {
    const counts = new Uint16Array(groupCount);
    for (let g = 0; g < groupCount; g++) counts[Math.floor(uniform(g, b) * groupCount)]++;
    return counts;
  });
}

export interface TestRows {
  readonly samples: readonly FormulaSample[];
  readonly groups: readonly number[];
}

/** @param groups of the samples of the problem, numbered alike in both sets
 *  @param atBound coefficients that a bound holds: they have no interval
 *  @param counts from `resamples` */
export function bootstrapFormula(
  problem: FitProblem, optimum: readonly number[], atBound: readonly boolean[], groups: readonly number[],
  test: TestRows, counts: readonly Uint16Array[], level: number,
): BootstrapResult {
  const again = refitter(problem, optimum, groups);
  const few = new Set(groups).size < FEWEST_DRAWN;
  const weights = new Float64Array(groups.length);
  const whole = again.fit(weights.fill(1));
  const errors = whole.errors();
  const draws: number[][] = optimum.map(() => []);
  const drawErrors: number[][] = optimum.map(() => []);
  const drawnScores: { r2: number[]; mapePercent: number[] } = { r2: [], mapePercent: [] };
  for (const drawn of few ? [] : counts) {
    for (let i = 0; i < groups.length; i++) weights[i] = drawn[groups[i]];
    if (!weights.some((w) => w > 0)) continue;
    const fit = again.fit(weights);
    const own = fit.errors();
    fit.coefficients.forEach((c, j) => {
      draws[j].push(c);
      drawErrors[j].push(own?.[j] ?? NaN);
    });
    const rows = test.samples.flatMap((sample, i) => Array.from({ length: drawn[test.groups[i]] }, () => sample));
    const { r2, mapePercent } = scores(
      rows.map((s) => s[problem.target]), rows.map((s) => problem.formula.value(fit.coefficients, s)),
    );
    if (r2 !== null) drawnScores.r2.push(r2);
    if (mapePercent !== null) drawnScores.mapePercent.push(mapePercent);
  }
  const enough = (values: readonly number[]): boolean => values.length >= counts.length / 2 && values.length > 0;
  return {
    coefficients: optimum.map((c, j) => (
      errors === null || atBound[j] || !enough(draws[j])
        ? null : studentisedInterval(c, errors[j], draws[j], drawErrors[j], level)
    )),
    covariance: leftOutCovariance(again, optimum, atBound, groups) ?? whole.covariance(),
    test: {
      r2: enough(drawnScores.r2) ? percentileInterval(drawnScores.r2, level) : null,
      mapePercent: enough(drawnScores.mapePercent) ? percentileInterval(drawnScores.mapePercent, level) : null,
    },
    draws: few ? 0 : counts.length,
  };
}

/** With more groups than this the sandwich, which costs one pass, is as good. */
const MOST_LEFT_OUT = 200;

/** Covariance by leaving out each group in turn (jackknife): with few groups its intervals hold what they say, where
 *  those of the sandwich are too narrow. null with too many groups or too few, or where the data do not determine a
 *  coefficient. */
function leftOutCovariance(
  again: Refitter, optimum: readonly number[], atBound: readonly boolean[], groups: readonly number[],
): number[][] | null {
  const names = [...new Set(groups)];
  const count = names.length;
  if (count < 3 || count > MOST_LEFT_OUT || !again.determined) return null;
  const fits = names.map((name) => again.fit(groups.map((g) => Number(g !== name))).coefficients);
  const mean = optimum.map((_, j) => fits.reduce((sum, c) => sum + c[j], 0) / count);
  return optimum.map((_, i) => optimum.map((__, j) => (atBound[i] || atBound[j] ? 0 : ((count - 1) / count) *
    fits.reduce((sum, c) => sum + (c[i] - mean[i]) * (c[j] - mean[j]), 0))));
}

/** Error of a prediction by the delta method: √(gᵀ V g) with the gradient of the formula at the sample. */
export function predictionError(
  problem: Pick<FitProblem, 'formula'>, c: readonly number[], covariance: readonly (readonly number[])[],
  sample: FormulaSample,
): number {
  const g = new Float64Array(c.length);
  problem.formula.gradient(c, sample, g);
  const square = covariance.reduce((sum, line, i) =>
    sum + g[i] * line.reduce((inner, v, j) => inner + v * g[j], 0), 0);
  return Math.sqrt(Math.max(0, square));
}

