// The least sum of squares of a formula, found twice: by L-BFGS-B and by Levenberg-Marquardt, from several starts.
import { checkArguments, has } from '../core/arguments.js';
import { SpecError } from '../core/errors.js';
import { backSubstitute, householder } from '../numeric/dense.js';
import { exp, log } from '../numeric/elementary.js';
import { minimizeInBox, type BoxProblem } from '../numeric/lbfgsb.js';
import { leastSquaresInBox, type ResidualProblem } from '../numeric/levenberg.js';
import { conditioned } from './coordinates.js';
import type { Formula } from './formulas.js';
import type { FormulaSample } from './sample.js';
import { SPACES, type Space } from './space.js';
import { uniformNumbers } from './split.js';

export interface FitProblem {
  readonly formula: Formula;
  readonly samples: readonly FormulaSample[];
  readonly target: string;
  readonly space: Space;
}

interface Starting {
  readonly randomStarts: number;
  readonly seed: number;
}

interface Run {
  readonly c: readonly number[];
  readonly sum: number;
  readonly iterations: number;
  readonly converged: boolean;
}

interface Found {
  readonly best: Run & { readonly reached: number };
  readonly second: Run & { readonly reached: number };
  readonly starts: number;
  /** Sums of squares below this are rounding. */
  readonly noise: number;
}

/** Residual of one sample; its derivative by the coefficients into `derivative`. */
export function residualAt(
  { formula, target, space }: FitProblem, c: ArrayLike<number>, sample: FormulaSample, derivative: Float64Array,
): number {
  const measure = SPACES[space];
  const value = formula.gradient(c, sample, derivative);
  const slope = measure.slope(value, sample[target]);
  if (slope !== 1) for (let j = 0; j < derivative.length; j++) derivative[j] *= slope;
  return measure.residual(value, sample[target]);
}

/** Least squares of log M, where every power law is linear: a start close to the optimum. null when columns are
 *  dependent. */
export function logLinearStart(
  formula: Formula, samples: readonly FormulaSample[], target = 'mFactor',
): number[] | null {
  checkArguments('logLinearStart', { formula: [formula, has<Formula>('columns')], samples: [samples, 'records'] });
  const a = samples.map(
    (s) => Float64Array.from([...(formula.prefactor ? [1] : []), ...formula.columns.map((c) => log(s[c]))]),
  );
  const { r, qtb } = householder(a, Float64Array.from(samples, (s) => log(s[target])));
  const x = backSubstitute(r, qtb);
  if (x && formula.prefactor) x[0] = exp(x[0]);
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

/** The earliest start that reaches the best sum, so that rounding does not choose. */
function bestOf(runs: readonly Run[], noise: number): Run & { readonly reached: number } {
  const least = Math.min(...runs.map((run) => (Number.isFinite(run.sum) ? run.sum : Infinity)));
  const reached = runs.filter((run) => run.sum <= least * (1 + SAME) + noise);
  return { ...(reached[0] ?? runs[0]), reached: reached.length };
}

const sumOfSquares = ({ formula, samples, target, space }: FitProblem, c: ArrayLike<number>): number =>
  samples.reduce((sum, s) => sum + SPACES[space].residual(formula.value(c, s), s[target]) ** 2, 0);

const sizeOf = ({ samples, target, space }: FitProblem): number =>
  samples.reduce((sum, s) => sum + SPACES[space].size(s[target]) ** 2, 0);

/** Sums of squares relative to that of the data below this are rounding. */
const ROUNDING = 1e-24;

function residualProblem(problem: FitProblem, scale: number): ResidualProblem {
  const { formula, samples } = problem;
  return {
    rows: samples.length, scale,
    lower: formula.bounds.map((b) => b[0]),
    upper: formula.bounds.map((b) => b[1]),
    residual: (c, row, derivative) => residualAt(problem, c, samples[row], derivative),
  };
}

function levenbergFrom(problem: FitProblem, scale: number, start: readonly number[]): Run {
  const run = leastSquaresInBox(residualProblem(problem, scale), start);
  return { c: Array.from(run.x), sum: run.sumOfSquares, iterations: run.iterations, converged: run.converged };
}

/** Power laws: L-BFGS-B in well-conditioned coordinates, then Levenberg-Marquardt on the raw coefficients. */
export function optimalPowerLaw(problem: FitProblem, { randomStarts, seed }: Starting): Found {
  const { formula, samples, target, space } = problem;
  const random = uniformNumbers(seed);
  const logLinear = logLinearStart(formula, samples, target);
  const starts = [
    ...(logLinear ? [logLinear] : []),
    ...Array.from(
      { length: Math.max(randomStarts, logLinear ? 0 : 1) },
      () => randomStart(formula, samples, target, random),
    ),
  ];
  const scale = sizeOf(problem);
  const noise = scale * ROUNDING;
  const box = conditioned(formula, samples, target, space);
  const best = bestOf(starts.map((start) => {
    const run = minimizeInBox(box, box.fromCoefficients(start), { gradientTolerance: 1e-13 });
    const c = box.toCoefficients(run.x);
    return { c, sum: sumOfSquares(problem, c), iterations: run.iterations, converged: run.converged };
  }), noise);
  const second = bestOf(starts.map((start) => levenbergFrom(problem, scale, start)), noise);
  return { best, second, starts: starts.length, noise };
}

/** A start of a formula given as text: what it says, moved by up to a half; the rest anywhere in its range. */
function textStart({ starts, startRange, bounds }: Formula, random: () => number): number[] {
  return starts!.given.map((given, j) => {
    const [from, to] = startRange[j];
    const value = given === null ? from + (to - from) * random() : given * (0.5 + random());
    return Math.min(Math.max(value, bounds[j][0]), bounds[j][1]);
  });
}

/** Formulas given as text: Levenberg-Marquardt with the exact Jacobian, from every start also by way of the optimum of
 *  the logarithms, which is far wider for products of powers; then L-BFGS-B from the same starts.
 *  @throws SpecError when the formula has no value at any start. */
export function optimalText(problem: FitProblem, { randomStarts, seed }: Starting): Found {
  const { formula, samples, target, space } = problem;
  const random = uniformNumbers(seed);
  const starts =
    [[...formula.starts!.first], ...Array.from({ length: randomStarts }, () => textStart(formula, random))];
  const usable = starts.filter((c) => Number.isFinite(sumOfSquares(problem, c)));
  if (usable.length === 0) {
    const c = starts[0];
    const row = samples.findIndex((s) => !Number.isFinite(SPACES[space].residual(formula.value(c, s), s[target])));
    const used = formula.columns.map((column) => `${column} = ${samples[row][column]}`);
    throw new SpecError(
      `fit: ${formula.name} has no value at any of ${starts.length} starts, e.g. with ` +
        `${[...formula.coefficientNames.map((name, j) => `${name} = ${c[j]}`), ...used].join(', ')}; say where ` +
        `coefficients may lie: "where ${formula.coefficientNames[0]} = 1 in [0, 5]"`,
    );
  }
  const scale = sizeOf(problem);
  const noise = scale * ROUNDING;
  const positive = space !== 'log' && samples.every((s) => s[target] > 0);
  const runs = usable.flatMap((start) => {
    const logs = { ...problem, space: 'log' as const };
    const way = positive && Number.isFinite(sumOfSquares(logs, start))
      ? [levenbergFrom(problem, scale, levenbergFrom(logs, samples.length, start).c)] : [];
    return bestOf([levenbergFrom(problem, scale, start), ...way], noise);
  });
  const best = bestOf(runs, noise);
  const box = scaledBox(problem, best.c, scale);
  const second = bestOf(usable.map((start) => {
    const run = minimizeInBox(box.problem, start.map((v, j) => v / box.unit[j]), { gradientTolerance: 1e-13 });
    const c = Array.from(run.x, (u, j) => u * box.unit[j]);
    return { c, sum: sumOfSquares(problem, c), iterations: run.iterations, converged: run.converged };
  }), noise);
  return { best, second, starts: usable.length, noise };
}

/** ½ Σ residual² / scale, coefficients in units that change the residuals alike at the optimum. */
function scaledBox(
  problem: FitProblem, c: readonly number[], scale: number,
): { readonly problem: BoxProblem; readonly unit: readonly number[] } {
  const { formula, samples } = problem;
  const row = new Float64Array(c.length);
  const squares = c.map(() => 0);
  for (const sample of samples) {
    residualAt(problem, c, sample, row);
    for (let j = 0; j < row.length; j++) squares[j] += row[j] * row[j];
  }
  const unit = squares.map((s) => (s > 0 && Number.isFinite(s) ? Math.sqrt(scale / s) : 1));
  const raw = new Float64Array(c.length);
  return {
    unit,
    problem: {
      lower: formula.bounds.map((b, j) => b[0] / unit[j]),
      upper: formula.bounds.map((b, j) => b[1] / unit[j]),
      evaluate(u, gradient) {
        for (let j = 0; j < raw.length; j++) raw[j] = u[j] * unit[j];
        gradient.fill(0);
        let sum = 0;
        for (const sample of samples) {
          const residual = residualAt(problem, raw, sample, row);
          sum += residual * residual;
          for (let j = 0; j < row.length; j++) gradient[j] += (residual * row[j] * unit[j]) / scale;
        }
        return sum / (2 * scale);
      },
    },
  };
}
