// Gaussian-process regression (Rasmussen, Williams 2006): a length per input (ARD), known and fitted noise, a trend
// whose coefficients have a flat prior, hyperparameters by restricted marginal likelihood with exact gradients.
//
// With K the covariance of the observations and H the trend's columns, everything follows from
// P = K⁻¹ − K⁻¹H(HᵀK⁻¹H)⁻¹HᵀK⁻¹: the likelihood's gradient is ½ tr((P − P·y·yᵀ·P)·∂K), the residual of observation i
// left out is (P·y)ᵢ/Pᵢᵢ with variance 1/Pᵢᵢ (Dubrule 1983). Only + − × ÷, square roots and `elementary.ts`: the same
// bits in every engine.
import { checkArguments, type Names } from '../core/arguments.js';
import { SpecError } from '../core/errors.js';
import { factorCholesky, invertCholesky, logDeterminant, solveCholesky } from './cholesky.js';
import { exp, log } from './elementary.js';
import { boxSteps, type BoxResult } from './lbfgsb.js';
import { finish, type Steps } from './steps.js';

/** Options of `fitGaussianProcess`: what is assumed of the function and of its noise. */
export interface GaussianProcessOptions {
  /** `matern`: ν = 5/2, twice differentiable; `gaussian`: exp(−r²/2), infinitely smooth. */
  readonly kernel: 'matern' | 'gaussian';
  /** What the process returns to far from all observations. */
  readonly trend: 'constant' | 'linear';
  /** Known variance of the noise of every observation, such as that of a mean over realisations; null: none. */
  readonly noiseVariance: ArrayLike<number> | null;
  /** Whether a variance of noise common to all observations is fitted, beside the known one. */
  readonly fitNoise: boolean;
  /** More observations than this are thinned evenly: work grows with the cube, memory with the square. */
  readonly mostObservations: number;
  /** The same for the fit of the hyperparameters alone. */
  readonly mostFitted: number;
}

/** Options of `fitGaussianProcess` that are not given. */
export const GAUSSIAN_PROCESS_DEFAULTS: GaussianProcessOptions = {
  kernel: 'matern', trend: 'constant', noiseVariance: null, fitNoise: true, mostObservations: 1000, mostFitted: 250,
};

/** Of the process itself, without the noise of an observation. */
export interface Prediction {
  /** In the unit of the observations. */
  readonly mean: number;
  /** In that unit squared. */
  readonly variance: number;
}

/** A Gaussian process conditioned on observations. */
export interface GaussianProcess {
  /** Length over which the process changes, of every input in its own unit. */
  readonly lengths: readonly number[];
  /** Variance of the process about its trend. */
  readonly variance: number;
  /** Fitted variance of the noise that all observations have in common; 0 when none is fitted. */
  readonly noiseVariance: number;
  /** ln of the restricted likelihood, of values scaled to variance 1; comparable between fits to the same values. */
  readonly logLikelihood: number;
  /** Whether the search for the hyperparameters came to rest. */
  readonly converged: boolean;
  /** Indices of the observations that are conditioned on. */
  readonly used: readonly number[];
  /** Mean at a point; writes its derivatives where an array for them is given. */
  mean(point: ArrayLike<number>, gradient?: Float64Array): number;
  /** Mean and variance at a point. */
  predict(point: ArrayLike<number>): Prediction;
  /** What all others say of each used observation: the mean, and the variance of the observation with its noise. */
  leaveOneOut(): readonly Prediction[];
}

const OPTION_NAMES: Names<GaussianProcessOptions> = {
  kernel: true, trend: true, noiseVariance: true, fitNoise: true, mostObservations: true, mostFitted: true,
};

/** Limits of the hyperparameters of inputs scaled to [0, 1] and values of variance 1, as logarithms. */
const LENGTHS = [log(0.02), log(50)] as const;
const VARIANCES = [log(1e-4), log(1e4)] as const;
const NOISES = [log(1e-8), log(4)] as const;
/** Where the search begins: length, noise. The best end is taken. */
const STARTS = [[0.5, 0.1], [1.5, 0.01], [5, 0.3]] as const;
/** On the diagonal, as a share of the variance: keeps repeated points regular. */
const JITTER = 1e-9;
const ROOT5 = Math.sqrt(5);

interface Kernel {
  /** Correlation at the squared scaled distance r². */
  readonly value: (square: number) => number;
  /** −2 dρ/d(r²): the factor of d²/l² in dρ/d ln l, and of −(x − x')/l² in the gradient. */
  readonly slope: (square: number) => number;
}

const KERNELS: Readonly<Record<GaussianProcessOptions['kernel'], Kernel>> = {
  matern: {
    value(square) {
      const r = ROOT5 * Math.sqrt(square);
      return (1 + r + (5 / 3) * square) * exp(-r);
    },
    slope(square) {
      const r = ROOT5 * Math.sqrt(square);
      return (5 / 3) * (1 + r) * exp(-r);
    },
  },
  gaussian: { value: (square) => exp(-square / 2), slope: (square) => exp(-square / 2) },
};

/** count of `total`, evenly. */
const thinned = (total: number, count: number): number[] =>
  (total <= count
    ? Array.from({ length: total }, (_, i) => i)
    : Array.from({ length: count }, (_, i) => Math.floor(((i + 0.5) * total) / count)));

/** Scaled observations: points in [0, 1], values of mean 0 and variance 1, noise in their unit. */
interface Observations {
  readonly points: readonly Float64Array[];
  readonly values: Float64Array;
  readonly noise: Float64Array;
}

const part = ({ points, values, noise }: Observations, indices: readonly number[]): Observations => ({
  points: indices.map((i) => points[i]), values: Float64Array.from(indices, (i) => values[i]),
  noise: Float64Array.from(indices, (i) => noise[i]),
});

const squareBetween = (a: Float64Array, b: Float64Array, inverse: Float64Array): number => {
  let sum = 0;
  for (let j = 0; j < a.length; j++) {
    const d = (a[j] - b[j]) * inverse[j];
    sum += d * d;
  }
  return sum;
};

/** Everything that follows from hyperparameters and observations. */
interface Conditioned {
  /** 1/length by input. */
  readonly inverse: Float64Array;
  readonly variance: number;
  readonly inverseK: Float64Array;
  /** P, and P·y. */
  readonly p: Float64Array;
  readonly py: Float64Array;
  /** K⁻¹H by columns, the Cholesky factor of HᵀK⁻¹H, and the trend's coefficients. */
  readonly weighted: readonly Float64Array[];
  readonly trendFactor: Float64Array;
  readonly coefficients: Float64Array;
  readonly negativeLogLikelihood: number;
}

const trendAt = (trend: GaussianProcessOptions['trend'], point: ArrayLike<number>): number[] =>
  (trend === 'constant' ? [1] : [1, ...Array.from(point, (x) => x - 0.5)]);

/** null where the covariance is not positive to working precision. */
function condition(
  data: Observations, kernel: Kernel, trend: GaussianProcessOptions['trend'], t: Float64Array,
): Conditioned | null {
  const { points, values, noise } = data;
  const n = points.length;
  const d = points[0].length;
  const inverse = Float64Array.from({ length: d }, (_, j) => exp(-t[j]));
  const variance = exp(t[d]);
  const common = t.length > d + 1 ? exp(t[d + 1]) : 0;
  const k = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) k[i * n + j] = variance * kernel.value(squareBetween(points[i], points[j], inverse));
    k[i * n + i] = variance * (1 + JITTER) + common + noise[i];
  }
  if (!factorCholesky(n, k)) return null;
  const inverseK = invertCholesky(n, k);
  const columns = points.map((point) => trendAt(trend, point));
  const m = columns[0].length;
  const weighted = Array.from({ length: m }, (_, c) => {
    const column = Float64Array.from(columns, (row) => row[c]);
    solveCholesky(n, k, column);
    return column;
  });
  const trendFactor = new Float64Array(m * m);
  for (let a = 0; a < m; a++) {
    for (let b = 0; b <= a; b++) {
      for (let i = 0; i < n; i++) trendFactor[a * m + b] += columns[i][a] * weighted[b][i];
    }
  }
  if (!factorCholesky(m, trendFactor)) return null;
  const coefficients = Float64Array.from(weighted, (column) => column.reduce((sum, w, i) => sum + w * values[i], 0));
  solveCholesky(m, trendFactor, coefficients);
  const p = inverseK.slice();
  const share = new Float64Array(m);
  for (let i = 0; i < n; i++) {
    for (let c = 0; c < m; c++) share[c] = weighted[c][i];
    solveCholesky(m, trendFactor, share);
    for (let c = 0; c < m; c++) {
      const column = weighted[c];
      for (let j = 0; j < n; j++) p[i * n + j] -= share[c] * column[j];
    }
  }
  const py = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    let sum = 0;
    for (let j = 0; j < n; j++) sum += p[i * n + j] * values[j];
    py[i] = sum;
  }
  const fit = py.reduce((sum, a, i) => sum + a * values[i], 0);
  return {
    inverse, variance, inverseK, p, py, weighted, trendFactor, coefficients,
    negativeLogLikelihood: 0.5 * (
      fit + logDeterminant(n, k) + logDeterminant(m, trendFactor) + (n - m) * log(2 * Math.PI)
    ),
  };
}

/** −ln L of the hyperparameters t (ln lengths, ln variance, ln noise), and its gradient. */
function likelihood(
  data: Observations, kernel: Kernel, trend: GaussianProcessOptions['trend'], t: Float64Array, gradient: Float64Array,
): number {
  gradient.fill(0);
  const found = condition(data, kernel, trend, t);
  if (found === null) return Infinity;
  const { points } = data;
  const n = points.length;
  const d = points[0].length;
  const { p, py, inverse, variance } = found;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      const weight = p[i * n + j] - py[i] * py[j];
      const square = squareBetween(points[i], points[j], inverse);
      gradient[d] += weight * variance * kernel.value(square);
      const slope = weight * variance * kernel.slope(square);
      for (let c = 0; c < d; c++) {
        const step = (points[i][c] - points[j][c]) * inverse[c];
        gradient[c] += slope * step * step;
      }
    }
    const own = (p[i * n + i] - py[i] * py[i]) / 2;
    gradient[d] += own * variance * (1 + JITTER);
    if (t.length > d + 1) gradient[d + 1] += own * exp(t[d + 1]);
  }
  return found.negativeLogLikelihood;
}

function checkObservations(
  points: readonly ArrayLike<number>[], values: ArrayLike<number>, { noiseVariance, trend }: GaussianProcessOptions,
): void {
  const where = 'fitGaussianProcess';
  const dimensions = points[0]?.length ?? 0;
  const least = (trend === 'constant' ? 1 : dimensions + 1) + 2;
  if (points.length < least || dimensions === 0) {
    throw new SpecError(
      `${where}: expected at least ${least} observations of one input or more for a ${trend} trend, found ` +
        `${points.length} of ${dimensions}`,
    );
  }
  if (values.length !== points.length || (noiseVariance !== null && noiseVariance.length !== points.length)) {
    throw new SpecError(
      `${where}: expected a value${noiseVariance === null ? '' : ' and a variance'} for each of ${points.length} ` +
        `points, found ${values.length}${noiseVariance === null ? '' : ` and ${noiseVariance.length}`}`,
    );
  }
  points.forEach((point, i) => {
    const numbers = [...Array.from(point), values[i], noiseVariance?.[i] ?? 0];
    if (point.length === dimensions && numbers.every(Number.isFinite) && !((noiseVariance?.[i] ?? 0) < 0)) return;
    throw new SpecError(
      `${where}: observation ${i} is not ${dimensions} finite numbers with a finite value and a variance ≥ 0; leave ` +
        'it out',
    );
  });
}

/** Fits a process to values at points.
 *  @param points inputs, one array each, any units
 *  @throws SpecError for too few observations, numbers that are not finite, lengths that differ */
export function fitGaussianProcess(
  points: readonly ArrayLike<number>[], values: ArrayLike<number>, options: Partial<GaussianProcessOptions> = {},
): GaussianProcess {
  return finish(gaussianProcessSteps(points, values, options));
}

/** The same in steps: the work grows with the cube of the observations. */
export function* gaussianProcessSteps(
  points: readonly ArrayLike<number>[], values: ArrayLike<number>, options: Partial<GaussianProcessOptions> = {},
): Steps<GaussianProcess> {
  checkArguments('fitGaussianProcess', {
    points: [points, 'list'], values: [values, 'list'], options: [options, OPTION_NAMES],
  });
  const settings = { ...GAUSSIAN_PROCESS_DEFAULTS, ...options };
  checkObservations(points, values, settings);
  const { trend, noiseVariance } = settings;
  const kernel = KERNELS[settings.kernel];
  const used = thinned(points.length, settings.mostObservations);
  const d = points[0].length;
  const low = Float64Array.from({ length: d }, (_, j) => used.reduce((x, i) => Math.min(x, points[i][j]), Infinity));
  const range = Float64Array.from({ length: d }, (_, j) =>
    used.reduce((x, i) => Math.max(x, points[i][j]), -Infinity) - low[j] || 1);
  const centre = used.reduce((sum, i) => sum + values[i], 0) / used.length;
  const spread = Math.sqrt(used.reduce((sum, i) => sum + (values[i] - centre) ** 2, 0) / used.length) || 1;
  const scaledPoint = (point: ArrayLike<number>): Float64Array =>
    Float64Array.from({ length: d }, (_, j) => (point[j] - low[j]) / range[j]);
  const data: Observations = {
    points: used.map((i) => scaledPoint(points[i])),
    values: Float64Array.from(used, (i) => (values[i] - centre) / spread),
    noise: Float64Array.from(used, (i) => (noiseVariance?.[i] ?? 0) / (spread * spread)),
  };

  const limits = [...Array.from({ length: d }, () => LENGTHS), VARIANCES, ...(settings.fitNoise ? [NOISES] : [])];
  const fitted = part(data, thinned(used.length, settings.mostFitted));
  const problem = {
    lower: limits.map(([from]) => from), upper: limits.map(([, to]) => to),
    evaluate: (t: Float64Array, gradient: Float64Array) => likelihood(fitted, kernel, trend, t, gradient),
  };
  const ends: BoxResult[] = [];
  for (const [length, noise] of STARTS) {
    ends.push(yield* boxSteps(
      problem, [...Array.from({ length: d }, () => log(length)), 0, ...(settings.fitNoise ? [log(noise)] : [])],
      { gradientTolerance: 1e-4, maxIterations: 200 },
    ));
  }
  const best = ends.reduce((a, b) => (b.value < a.value ? b : a));
  const found = condition(data, kernel, trend, best.x);
  if (found === null) {
    throw new SpecError(
      'fitGaussianProcess: the covariance of the observations is singular; fit the noise, or leave out repeated points',
    );
  }

  const n = used.length;
  const { inverse, inverseK, variance, weighted, trendFactor, coefficients, p, py } = found;
  // K⁻¹(y − Hβ) is P·y.
  const meanAt = (point: Float64Array, covariances: Float64Array, gradient?: Float64Array): number => {
    let sum = 0;
    gradient?.fill(0);
    for (let i = 0; i < n; i++) {
      const square = squareBetween(point, data.points[i], inverse);
      covariances[i] = variance * kernel.value(square);
      sum += covariances[i] * py[i];
      if (gradient === undefined) continue;
      const slope = variance * kernel.slope(square) * py[i];
      for (let j = 0; j < d; j++) gradient[j] -= slope * (point[j] - data.points[i][j]) * inverse[j] * inverse[j];
    }
    trendAt(trend, point).forEach((h, c) => { sum += h * coefficients[c]; });
    if (gradient !== undefined) {
      for (let j = 0; j < d; j++) {
        if (trend === 'linear') gradient[j] += coefficients[j + 1];
        gradient[j] *= spread / range[j];
      }
    }
    return centre + spread * sum;
  };
  const covariances = new Float64Array(n);
  return {
    lengths: Array.from(inverse, (one, j) => range[j] / one),
    variance: variance * spread * spread,
    noiseVariance: settings.fitNoise ? exp(best.x[d + 1]) * spread * spread : 0,
    logLikelihood: -found.negativeLogLikelihood,
    converged: best.converged,
    used,
    mean: (point, gradient) => meanAt(scaledPoint(point), covariances, gradient),
    predict(point) {
      const scaled = scaledPoint(point);
      const mean = meanAt(scaled, covariances);
      let rest = variance;
      for (let i = 0; i < n; i++) {
        let sum = 0;
        for (let j = 0; j < n; j++) sum += inverseK[i * n + j] * covariances[j];
        rest -= covariances[i] * sum;
      }
      // What the trend's coefficients are not known to adds.
      const lack = Float64Array.from(trendAt(trend, scaled), (h, c) =>
        h - weighted[c].reduce((sum, w, i) => sum + w * covariances[i], 0));
      const solved = lack.slice();
      solveCholesky(lack.length, trendFactor, solved);
      lack.forEach((value, c) => { rest += value * solved[c]; });
      return { mean, variance: Math.max(0, rest) * spread * spread };
    },
    leaveOneOut: () => used.map((i, k) => ({
      mean: values[i] - (spread * py[k]) / p[k * n + k], variance: (spread * spread) / p[k * n + k],
    })),
  };
}
