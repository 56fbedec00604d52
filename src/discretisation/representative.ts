// How large a window, and how many of them, a wanted precision takes: the decay of the variance with the window
// (Lantuéjoul, J. Microsc. 161 (1991) 387; Kanit, Forest, Galliet, Mounoury, Jeulin, Int. J. Solids Struct. 40 (2003)
// 3647), and the bias of small windows.
import { checkArguments, has } from '../core/arguments.js';
import { SpecError } from '../core/errors.js';
import { bisectDecreasing } from '../numeric/bisect.js';
import { exp, log, pow } from '../numeric/elementary.js';
import { deviation, meanInterval, type Interval } from '../numeric/intervals.js';
import { percentileInterval, resampled } from '../numeric/resampling.js';
import { weightedLine } from '../numeric/weighted-line.js';

/** Values of windows of one size. */
export interface WindowSample {
  /** Edge, in any unit that all windows share. */
  readonly edge: number;
  /** One of each window. */
  readonly values: readonly number[];
}

/** Windows of one size. */
export interface WindowStatistics {
  /** In the unit of the samples. */
  readonly edge: number;
  /** Windows. */
  readonly count: number;
  /** Over the windows. */
  readonly mean: number;
  /** Of the mean, Student's t at 95 %. */
  readonly interval: Interval | null;
  /** Standard deviation over the windows; null of a single one. */
  readonly deviation: number | null;
}

/** Var(L) = coefficient / L^exponent. */
export interface VarianceLaw {
  /** From the sizes alone. */
  readonly fitted: number;
  /** Of `fitted`, 95 % by bootstrap over the windows of each size. */
  readonly interval: Interval;
  /** What predictions use: the dimension, where the interval holds it, else `fitted`. */
  readonly exponent: number;
  /** Variance at an edge of 1, in the unit of the samples. */
  readonly coefficient: number;
  /** Of the coefficient at that exponent, 95 % by the same bootstrap. */
  readonly coefficientInterval: Interval;
}

/** mean(L) = value + bias / L. */
export interface BiasLaw {
  /** Mean of an infinite window. */
  readonly value: number;
  readonly interval: Interval;
  /** Coefficient, of which the interval at 95 % holds 0 where no bias is seen. */
  readonly bias: number;
  readonly biasInterval: Interval;
  readonly seen: boolean;
}

/** Scatter and bias of windows by their size, and what follows for larger ones. */
export interface Representativity {
  /** Mean and scatter of each size. */
  readonly statistics: readonly WindowStatistics[];
  /** How the variance decays with the window. */
  readonly variance: VarianceLaw;
  /** How the mean depends on the window. */
  readonly bias: BiasLaw;
  /** Volume (area) of windows that differ by as much as their mean: relative variance × volume; null: mean 0. */
  readonly referenceVolume: number | null;
}

/** Normal quantile of intervals at 95 %. */
const Z = 1.96;
const [DRAWS, SEED] = [400, 1];
/** Windows of a size of which a variance is worth something. */
export const LEAST_WINDOWS = 4;

const logs = (values: readonly number[]): number[] => values.map(log);

/** Exponent from variances of samples, each with a relative error of √(2 / (n − 1)). null: no line. */
function exponentOf(edges: readonly number[], variances: readonly number[], counts: readonly number[]): number | null {
  if (!variances.every((variance) => variance > 0)) return null;
  const line = weightedLine(logs(edges), logs(variances), counts.map((n) => 2 / (n - 1)));
  return line === null ? null : -line.slope;
}

/** Mean of Var · L^exponent, weighed by the windows. */
function coefficientOf(
  edges: readonly number[], variances: readonly number[], counts: readonly number[], exponent: number,
): number {
  const all = counts.reduce((sum, n) => sum + n - 1, 0);
  return variances.reduce((sum, variance, k) => sum + (counts[k] - 1) * variance * pow(edges[k], exponent), 0) / all;
}

/** Fits the decay of the variance with the window, and the bias of small windows.
 *  @param samples of at least two sizes with at least 4 windows each
 *  @param dimensions 3, of sections 2: the exponent that windows much longer than the correlation have
 *  @throws SpecError for fewer, or values that do not vary */
export function representativity(samples: readonly WindowSample[], dimensions: number): Representativity {
  const where = 'representativity';
  checkArguments(where, { samples: [samples, 'records'], dimensions: [dimensions, 'count'] });
  const edges = samples.map(({ edge }) => edge);
  if (samples.length < 2 || new Set(edges).size < samples.length) {
    throw new SpecError(
      `${where}: windows of at least two different sizes are needed, got ${edges.join(', ') || 'none'}`,
    );
  }
  const few = samples.find(({ values }) => values.length < LEAST_WINDOWS);
  if (few !== undefined) {
    throw new SpecError(
      `${where}: at least ${LEAST_WINDOWS} windows of each size are needed, there are ${few.values.length} of ` +
        `${few.edge}`,
    );
  }
  const counts = samples.map(({ values }) => values.length);
  const variancesOf = (all: readonly (readonly number[])[]): number[] => all.map((values) => deviation(values) ** 2);
  const variances = variancesOf(samples.map(({ values }) => values));
  const fitted = exponentOf(edges, variances, counts);
  if (fitted === null) {
    const still = samples[variances.findIndex((variance) => !(variance > 0))];
    throw new SpecError(`${where}: the value does not vary between windows of ${still.edge}: it is ${still.values[0]}`);
  }
  // Windows of each size are drawn again; a size that is drawn without variance says nothing.
  const perSize = samples.map(({ values }, k) => resampled(values.length, DRAWS, SEED + k, (rows) =>
    deviation(Array.from(rows, (row) => values[row])) ** 2));
  const drawn = Array.from({ length: DRAWS }, (_, draw) => perSize.map((size) => size[draw]))
    .filter((one) => one.every((variance) => variance > 0));
  const interval = percentileInterval(drawn.map((one) => exponentOf(edges, one, counts)!));
  const exponent = interval.low <= dimensions && dimensions <= interval.high ? dimensions : fitted;
  const coefficient = coefficientOf(edges, variances, counts, exponent);
  const coefficients = drawn.map((one) => coefficientOf(edges, one, counts, exponent));
  const means = samples.map(({ values }) => values.reduce((sum, value) => sum + value, 0) / values.length);
  const bias = biasOf(edges, means, counts.map((n, k) => coefficient / pow(edges[k], exponent) / n));
  return {
    statistics: samples.map(({ edge, values }, k) => {
      const { mean, error } = meanInterval(values);
      return {
        edge, count: values.length, mean, deviation: Math.sqrt(variances[k]),
        interval: error === null ? null : { low: mean - error, high: mean + error },
      };
    }),
    variance: { fitted, interval, exponent, coefficient, coefficientInterval: percentileInterval(coefficients) },
    bias,
    referenceVolume: bias.value === 0 ? null : coefficient / bias.value ** 2,
  };
}

function biasOf(edges: readonly number[], means: readonly number[], variances: readonly number[]): BiasLaw {
  const line = weightedLine(edges.map((edge) => 1 / edge), means, variances)!;
  const error = Z * Math.sqrt(line.slopeVariance);
  const seen = Math.abs(line.slope) > error;
  // A bias that is not seen would only add its error.
  const weights = variances.map((variance) => 1 / variance);
  const all = weights.reduce((sum, weight) => sum + weight, 0);
  const mean = means.reduce((sum, value, k) => sum + weights[k] * value, 0) / all;
  const value = seen ? line.intercept : mean;
  const half = Z * Math.sqrt(seen ? line.interceptVariance : 1 / all);
  return {
    value, interval: { low: value - half, high: value + half }, bias: line.slope,
    biasInterval: { low: line.slope - error, high: line.slope + error }, seen,
  };
}

/** Windows of one size that have a precision. */
export interface WindowChoice {
  /** In the unit of the samples. */
  readonly edge: number;
  /** Of one window, over the mean. */
  readonly relativeDeviation: number;
  /** Of windows of this size, over the mean; 0 where none is seen. */
  readonly relativeBias: number;
  /** Windows that are needed for the precision; null: their bias alone is more. */
  readonly windows: number | null;
  /** The same at the ends of the interval of the variance; null: the bias alone is more. */
  readonly interval: Interval | null;
}

/** Windows of an edge that give the mean to `precision` of itself at 95 %: 1.96² variance / N + bias² ≤ (precision ·
 *  mean)². */
export function windowsFor(
  laws: Pick<Representativity, 'variance' | 'bias'>, edge: number, precision: number,
): WindowChoice {
  checkArguments('windowsFor', {
    laws: [laws, has<Representativity>('variance', 'bias')], edge: [edge, 'number'], precision: [precision, 'number'],
  });
  const { variance, bias } = laws;
  const mean = Math.abs(bias.value);
  const deviation = Math.sqrt(variance.coefficient / pow(edge, variance.exponent));
  const shift = bias.seen ? Math.abs(bias.bias) / edge : 0;
  const rest = (precision * mean) ** 2 - shift ** 2;
  const { low, high } = variance.coefficientInterval;
  const counted = (coefficient: number): number =>
    Math.max(1, Math.ceil((Z * Z * coefficient) / pow(edge, variance.exponent) / rest));
  return {
    edge, relativeDeviation: deviation / mean, relativeBias: (bias.seen ? bias.bias / edge : 0) / bias.value,
    windows: rest > 0 ? counted(variance.coefficient) : null,
    interval: rest > 0 ? { low: counted(low), high: counted(high) } : null,
  };
}

/** Edge from which on a single window has the precision. */
export function singleWindow(
  { variance, bias }: Pick<Representativity, 'variance' | 'bias'>, precision: number,
): number | null {
  const mean = Math.abs(bias.value);
  if (!(mean > 0)) return null;
  const error = (edge: number): number =>
    Math.sqrt(
      (Z * Z * variance.coefficient) / pow(edge, variance.exponent) + (bias.seen ? (bias.bias / edge) ** 2 : 0),
    );
  let high = 1;
  // Beyond this no window is one that anybody has.
  while (error(high) > precision * mean && high < 2 ** 40) high *= 2;
  if (high >= 2 ** 40) return null;
  return exp(bisectDecreasing((t) => error(exp(t)), precision * mean, -40, log(high)));
}
