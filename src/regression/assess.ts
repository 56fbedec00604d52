// What fitted laws are worth: intervals of their coefficients and scores, errors on structures left out, which of them
// the data can tell apart, and how much of what they miss is noise.
import { checkArguments, has, type Names } from '../core/arguments.js';
import { SpecError } from '../core/errors.js';
import { exp, log } from '../numeric/elementary.js';
import { fitGaussianProcess } from '../numeric/gaussian-process.js';
import {
  ASSESSMENT_DEFAULTS, type AssessedLaw, type Assessment, type AssessmentOptions, type Comparison, type NoiseOfFormula,
} from './assessment.js';
import { bootstrapFormula, FEWEST_DRAWN, resamples } from './bootstrap.js';
import { crossValidate, dealFolds, groupRatio, type CrossValidated, type Scored } from './cross-validation.js';
import { domainOf, isOutside } from './domain.js';
import { formulaTitle } from './formulas.js';
import { groupRows, repeatsOf } from './groups.js';
import { lackOfFit } from './lack-of-fit.js';
import { formulaOf, type Law, type PhaseLaw } from './law.js';
import { residualAt, type FitProblem } from './optimum.js';
import { PUBLISHED } from './published.js';
import { refitter } from './refit.js';
import type { FormulaSample, RegressionSample, TableRow } from './sample.js';
import { akaikeWeights, criteria } from './selection.js';
import { varies } from './scores.js';
import { SPACES, type Space } from './space.js';

const FEWEST_GROUPS = 3;
/** Fewer groups than this say little about how they scatter. */
const ROUGH = 10;
/** Pairs of test and training structures beyond which none is looked for outside. */
const MOST_COMPARED = 2e7;
/** Rows up to which resamples and folds cost seconds. */
const FEW_ROWS = 5000;
const [DRAWS, FEWEST_DRAWS, REPEATS] = [999, 99, 10];

/** Groups of some rows, numbered without gaps. */
function dense(groups: readonly number[]): { readonly of: number[]; readonly count: number } {
  const numbers = new Map<number, number>();
  const of = groups.map((g) => {
    if (!numbers.has(g)) numbers.set(g, numbers.size);
    return numbers.get(g)!;
  });
  return { of, count: numbers.size };
}

/** Parameter vectors that more than one row has. */
function repeatedOf(vectors: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const v of vectors) counts.set(v, (counts.get(v) ?? 0) + 1);
  return [...counts.values()].filter((count) => count > 1).length;
}

/** Samples that the smallest training set of a repeat has. */
function fewestTrained(groups: { readonly of: readonly number[] }, fold: readonly number[]): number {
  const left = fold.map(() => 0);
  for (const g of groups.of) left[fold[g]]++;
  return groups.of.length - Math.max(...left);
}

/** ln of what turns a density of residuals into one of M. */
const logJacobian = (space: Space, samples: readonly FormulaSample[], target: string): number =>
  (space === 'absolute' ? 0 : -samples.reduce((sum, s) => sum + log(s[target]), 0));

/** Residuals and their derivatives, of all samples. */
function linearised(
  problem: FitProblem, coefficients: readonly number[],
): { readonly residuals: number[]; readonly jacobian: Float64Array[] } {
  const row = new Float64Array(coefficients.length);
  const jacobian: Float64Array[] = [];
  const residuals = problem.samples.map((sample) => {
    const residual = residualAt(problem, coefficients, sample, row);
    // Relative errors have the measured M below them, which holds the noise: what the formula says stands for it.
    if (problem.space === 'relative') residualAt({ ...problem, space: 'log' }, coefficients, sample, row);
    jacobian.push(row.slice());
    return residual;
  });
  return { residuals, jacobian };
}

function noiseOf(
  problem: FitProblem, coefficients: readonly number[], repeats: readonly number[] | null, level: number,
): NoiseOfFormula | null {
  if (repeats === null) return null;
  const own = linearised(problem, coefficients);
  const size = problem.samples.reduce((sum, s) => sum + SPACES[problem.space].size(s[problem.target]) ** 2, 0);
  const found = lackOfFit(own.residuals, own.jacobian, repeats, level, size);
  // R² is of M itself, whatever was fitted.
  const plain = linearised({ ...problem, space: 'absolute' }, coefficients);
  const inM = lackOfFit(plain.residuals, plain.jacobian, repeats, level);
  const measured = problem.samples.map((s) => s[problem.target]);
  if (found === null || inM === null || !varies(measured)) return null;
  const mean = measured.reduce((sum, v) => sum + v, 0) / measured.length;
  const variance = measured.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (measured.length - 1);
  const ceiling = (noise: number): number => 1 - (noise * noise) / variance;
  return {
    ...found, ceiling: ceiling(inM.noise),
    ceilingInterval: { low: ceiling(inM.noiseInterval.high), high: ceiling(inM.noiseInterval.low) },
  };
}

/** @param groups of the rows of the law  @param repeats parameter vectors of them; null when the table says none */
function assess(
  law: AssessedLaw, grouping: { readonly title: string; readonly of: readonly number[] },
  repeats: readonly number[] | null, given: AssessmentOptions,
): Assessment {
  const { target, space, rows } = law;
  const options = {
    ...given, repeats: given.repeats ?? (rows.length > FEW_ROWS ? 1 : REPEATS),
    draws: given.draws ?? Math.max(FEWEST_DRAWS, Math.floor((DRAWS * FEW_ROWS) / Math.max(rows.length, FEW_ROWS))),
  };
  const { level } = options;
  const all = dense(rows.map(({ row }) => grouping.of[row]));
  const samples = rows.map(({ sample }) => sample);
  const measured = samples.map((s) => s[target]);
  const indices = (set: 'train' | 'test'): number[] => rows.flatMap((row, i) => (row.set === set ? [i] : []));
  const [train, test] = [indices('train'), indices('test')];
  const counts = resamples(all.count, options);
  const folds = dealFolds(all.count, { ...options, folds: Math.min(options.folds, all.count) });
  const crossed = all.count >= FEWEST_GROUPS;
  const pick = <T>(values: readonly T[], which: readonly number[]): T[] => which.map((i) => values[i]);
  const vectors = repeats === null ? null : rows.map(({ row }) => repeats[row]);

  const validated = new Map<string, CrossValidated>();
  const formulas = law.fits.map(({ name, formula, coefficients }) => {
    const own = { formula, target, space };
    const problem: FitProblem = { ...own, samples: pick(samples, train) };
    const c = coefficients.map(({ value }) => value);
    const held = coefficients.map(({ atBound }) => atBound);
    const whole: FitProblem = { ...own, samples };
    const onAll = refitter(whole, c, all.of);
    const centre = onAll.fit(measured.map(() => 1)).coefficients;
    if (crossed) {
      validated.set(name, crossValidate(measured, all.of, all.count, folds, level, (trains, wanted) => {
        const fit = onAll.fit(trains.map(Number));
        return wanted.map((i) => formula.value(fit.coefficients, samples[i]));
      }));
    }
    const sum = problem.samples.reduce((s, sample) =>
      s + SPACES[space].residual(formula.value(c, sample), sample[target]) ** 2, 0);
    const domain = domainOf(formula.columns, problem.samples);
    return {
      formula: name, title: formulaTitle(name), coefficients: coefficients.map((e) => e.name),
      bootstrap: bootstrapFormula(problem, c, held, pick(all.of, train),
        { samples: pick(samples, test), groups: pick(all.of, test) }, counts, level),
      crossValidated: validated.get(name) ?? null,
      criteria: criteria(sum, train.length, held.filter((b) => !b).length,
        logJacobian(space, problem.samples, target)),
      noise: noiseOf(whole, centre, vectors, level),
      testOutside: test.length * train.length > MOST_COMPARED
        ? null : test.filter((i) => isOutside(domain.reach(samples[i]))).length,
    };
  });
  let tooFew = false;
  const weights = akaikeWeights(formulas.map((f) => f.criteria.aicc));
  if (crossed) {
    for (const { name, evaluate } of law.fixed) {
      validated.set(name, crossValidate(measured, all.of, all.count, folds.slice(0, 1), level,
        (_, wanted) => wanted.map((i) => evaluate(samples[i]))));
    }
    const columns = options.surrogate ? surrogateColumns(law, samples) : [];
    tooFew = columns.length > 0 && fewestTrained(all, folds[0]) < columns.length + 4;
    if (columns.length > 0 && !tooFew) {
      validated.set(SURROGATE.name, crossValidate(measured, all.of, all.count, folds.slice(0, 1), level,
        (trains, wanted) => surrogatePredictions(columns, samples, measured, space, trains, wanted)));
    }
  }
  const noises = formulas.map(({ noise }) => noise).filter((noise) => noise !== null);
  const repeated = vectors === null ? null : repeatedOf(vectors);
  return {
    phase: law.phase, target, space, level,
    groups: { title: grouping.title, count: all.count, rows: rows.length },
    folds: Math.min(options.folds, all.count), repeats: options.repeats,
    formulas: formulas.map(({ crossValidated, ...rest }, i) => ({
      ...rest, weight: weights[i],
      crossValidated: crossValidated && { r2: crossValidated.r2, mapePercent: crossValidated.mapePercent },
    })),
    comparisons: crossed ? compare(law, validated, measured, all, level) : [],
    repeated,
    notes: [
      ...(crossed ? [] : [
        `no cross-validation and no comparison: ${all.count} ${grouping.title}, ${FEWEST_GROUPS} at least are ` +
          'needed; say which rows stand by themselves with --groups',
      ]),
      ...(all.count >= FEWEST_GROUPS && all.count < ROUGH ? [
        `only ${all.count} ${grouping.title}: intervals are rough${
          all.count < FEWEST_DRAWN ? `, and there are none by resampling from fewer than ${FEWEST_DRAWN}` : ''}`,
      ] : []),
      ...(tooFew ? ['no Gaussian process: too few structures for the columns of the formulas'] : []),
      ...(noises.length > 0 || (repeated ?? 0) > 0 ? [] : [
        'how much of the error is noise of the window is not known, since no parameters were drawn more than once: ' +
          'repeat structures, e.g. "realisations: {interpolated: 5}" in the study, or name the columns that rows ' +
          'drawn alike share with --repeats',
      ]),
    ],
  };
}

const SURROGATE = { name: 'gaussian-process', title: 'Gaussian process' };

/** Columns of all formulas, those that vary, each once: a phase's quantity may come with and without its label. */
function surrogateColumns({ fits }: AssessedLaw, samples: readonly FormulaSample[]): string[] {
  const named = [...new Set(fits.flatMap(({ formula }) => formula.columns))];
  const same = (a: string, b: string): boolean => samples.every((s) => s[a] === s[b]);
  return named.filter((column, k) => samples.some((s) => s[column] !== samples[0][column]) &&
    !named.slice(0, k).some((before) => same(before, column)));
}

/** By a Gaussian process with linear trend and fitted noise; of logarithms where the formulas are fitted to relative
 *  errors. */
function surrogatePredictions(
  columns: readonly string[], samples: readonly FormulaSample[], measured: readonly number[], space: Space,
  trains: readonly boolean[], wanted: readonly number[],
): number[] {
  const logs = space !== 'absolute';
  const at = (i: number): number[] => columns.map((column) => samples[i][column]);
  const seen = trains.flatMap((yes, i) => (yes ? [i] : []));
  const process = fitGaussianProcess(
    seen.map(at), seen.map((i) => (logs ? log(measured[i]) : measured[i])), { trend: 'linear', mostFitted: 150 },
  );
  return wanted.map((i) => (logs ? exp(process.mean(at(i))) : process.mean(at(i))));
}

function compare(
  law: AssessedLaw, validated: ReadonlyMap<string, CrossValidated>, measured: readonly number[],
  groups: { readonly of: readonly number[]; readonly count: number }, level: number,
): Comparison[] {
  const mean = measured.reduce((sum, v) => sum + v, 0) / measured.length;
  const variation = measured.map((v) => (v - mean) ** 2);
  const ones = measured.map(() => 0.01);
  const varied = varies(measured);
  const byR2 = law.space === 'absolute' && varied;
  const rank = (found: CrossValidated): number =>
    (byR2 ? found.squares : found.relatives).reduce((sum, v) => sum + v, 0);
  const ranked = [...validated].sort(([, a], [, b]) => rank(a) - rank(b));
  // Published predictors are judged, too, but the best is one that was fitted: a formula to use.
  const best = ranked.find(([name]) => law.fits.some((fit) => fit.name === name)) ?? ranked[0];
  if (best === undefined) return [];
  // All comparisons together hold with the level (Bonferroni): the best was chosen after looking at all.
  const each = 1 - (1 - level) / Math.max(1, ranked.length - 1);
  return ranked.map(([name, found]): Comparison => {
    const fit = law.fits.find((f) => f.name === name);
    const fixed = law.fixed.find((p) => p.name === name);
    const title = fit ? formulaTitle(name) : fixed?.title ?? SURROGATE.title;
    const kind = fit ? 'formula' : fixed ? 'published' : 'surrogate';
    const self = name === best[0];
    const less = (a: readonly number[], b: readonly number[], bottom: readonly number[]): Scored =>
      groupRatio(a.map((v, i) => v - b[i]), bottom, groups.of, groups.count, each, 'difference');
    const lossR2 = self || !varied ? null : less(found.squares, best[1].squares, variation);
    const lossMape = self || measured.includes(0) ? null : less(found.relatives, best[1].relatives, ones);
    const judged = (byR2 ? lossR2 : lossMape)?.interval ?? null;
    return {
      name, title, kind, scores: { r2: found.r2, mapePercent: found.mapePercent },
      lossR2, lossMape, toldApart: self || judged === null ? null : judged.low > 0 || judged.high < 0,
    };
  });
}

const OPTION_NAMES: Names<AssessmentOptions> = {
  level: true, draws: true, folds: true, repeats: true, seed: true, groups: true, repeatsBy: true, surrogate: true,
};

function checkOptions(options: AssessmentOptions): void {
  const { level, draws, folds, repeats } = options;
  if (!(level > 0 && level < 1)) throw new SpecError(`fit: level must lie between 0 and 1, got ${level}`);
  for (const [name, value, least, most] of [
    ['draws', draws ?? DRAWS, 0, 100_000], ['folds', folds, 2, 1000], ['repeats', repeats ?? REPEATS, 1, 1000],
  ] as const) {
    if (Number.isInteger(value) && value >= least && value <= most) continue;
    throw new SpecError(`fit: ${name} must be a whole number from ${least} to ${most}, got ${value}`);
  }
}

/** Assesses any fitted law of a table.
 *  @throws SpecError for columns that the table has not, and wrong options */
export function assessFits(
  table: readonly TableRow[], law: AssessedLaw, options: Partial<AssessmentOptions> = {},
): Assessment {
  checkArguments('assessFits', {
    table: [table, 'records'], law: [law, has<AssessedLaw>('fits', 'rows')], options: [options, OPTION_NAMES],
  });
  const complete = { ...ASSESSMENT_DEFAULTS, ...options };
  checkOptions(complete);
  return assess(law, groupRows(table, complete.groups), repeatsOf(table, complete.repeatsBy)?.of ?? null, complete);
}

function ofPhase(law: PhaseLaw, space: Space): AssessedLaw {
  const sample = law.rows[0]?.sample ?? {};
  return {
    phase: law.phase, target: 'mFactor', space,
    fits: law.formulas.map((fit) => ({
      name: fit.formula, formula: formulaOf(fit, sample), coefficients: fit.coefficients,
    })),
    fixed: law.published.map(({ name, title }) => ({
      name, title, evaluate: (s) => PUBLISHED.find((p) => p.name === name)!.evaluate(s as RegressionSample),
    })),
    rows: law.rows,
  };
}

/** Assesses a law of M, phase by phase.
 *  @param table that the law was fitted to  @throws SpecError as `assessFits` */
export function assessLaw(
  table: readonly TableRow[], law: Law, options: Partial<AssessmentOptions> = {},
): Assessment[] {
  checkArguments('assessLaw', {
    table: [table, 'records'], law: [law, has<Law>('phases')], options: [options, OPTION_NAMES],
  });
  const seed = options.seed ?? law.options.seed;
  return law.phases.map((phase) => assessFits(table, ofPhase(phase, law.options.space), { ...options, seed }));
}
