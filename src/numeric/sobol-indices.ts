// Sobol' indices: which share of the variance of an output is due to each factor, alone and with others, from two
// independent samples A, B and mixtures of both (Saltelli, Comput. Phys. Commun. 145 (2002) 280; Saltelli, Annoni,
// Azzini, Campolongo, Ratto, Tarantola, Comput. Phys. Commun. 181 (2010) 259).
import { checkArguments, has } from '../core/arguments.js';
import { SpecError } from '../core/errors.js';
import type { Interval } from './intervals.js';
import { percentileInterval, resampled } from './resampling.js';

/** Outputs of the samples, one of each row; NaN or Infinity where there is none. */
export interface SobolOutputs {
  /** Of sample A. */
  readonly a: ArrayLike<number>;
  /** Of sample B. */
  readonly b: ArrayLike<number>;
  /** A with coordinate i of B, factor by factor. */
  readonly ab: readonly ArrayLike<number>[];
  /** B with coordinate i of A: only second orders need them. */
  readonly ba?: readonly ArrayLike<number>[];
}

/** A Sobol' index, a share of the variance, with its interval. */
export interface SobolIndex {
  /** Estimate; may lie outside of 0 … 1 by its error. */
  readonly value: number;
  /** Percentiles of a bootstrap over rows, 95 %. */
  readonly interval: Interval;
}

/** What a factor does alone, and with others. */
export interface FactorIndices {
  /** Share of the variance that vanishes, on average, once the factor is known [Saltelli et al. 2010, table 2 b]. */
  readonly first: SobolIndex;
  /** Share that remains, on average, while all others are known (Jansen, Comput. Phys. Commun. 117 (1999) 35). */
  readonly total: SobolIndex;
}

/** Sobol' indices of an output. */
export interface SobolIndices {
  /** In the order of the mixtures `ab`. */
  readonly factors: readonly FactorIndices[];
  /** Of factors i < j, what both do beyond what each does alone; null without `ba`. */
  readonly second: readonly { readonly i: number; readonly j: number; readonly index: SobolIndex }[] | null;
  /** Of the output, over both samples. */
  readonly mean: number;
  /** Of the output, over both samples. */
  readonly variance: number;
  /** Rows of which every output is there. */
  readonly rows: number;
  /** Rows that lack one. */
  readonly leftOut: number;
  /** How far the indices may be trusted. */
  readonly convergence: SobolConvergence;
}

/** How far the indices may be trusted (Sarrazin, Pianosi, Wagener, Environ. Model. Softw. 79 (2016) 135). */
export interface SobolConvergence {
  /** Widest interval of a first index. */
  readonly first: number;
  /** Widest interval of a total index. */
  readonly total: number;
  /** Largest change of a total index from half of the rows to all of them. */
  readonly change: number;
  /** Whether no interval of a total index is wider than `limit`. */
  readonly reached: boolean;
  /** Width at which total indices count as converged. */
  readonly limit: number;
  /** Rows at which the widest interval would be as wide as `limit`, as widths shrink with their square root. */
  readonly rowsWanted: number;
}

/** 0.05 of the variance [Sarrazin et al. 2016]. */
export const SOBOL_DEFAULTS = { draws: 1000, seed: 1, limit: 0.05 } as const;

/** Options of `sobolIndices`. */
export interface SobolIndicesOptions {
  /** Resamplings of the bootstrap. Default: 1000. */
  readonly draws?: number;
  /** Key of the bootstrap. Default: 1. */
  readonly seed?: number;
  /** Width of intervals of total indices at which they count as converged. */
  readonly limit?: number;
}

/** Fewer rows give intervals that mean nothing. */
export const LEAST_SOBOL_ROWS = 8;

interface Sums {
  readonly first: Float64Array;
  readonly total: Float64Array;
  readonly second: Float64Array;
  readonly mean: number;
  readonly variance: number;
}

type Rows = { readonly length: number; readonly [index: number]: number };

/** All indices from some of the rows. Outputs are centred first: the estimators' errors grow with the mean. */
function indicesOf({ a, b, ab, ba }: SobolOutputs, rows: Rows): Sums {
  const n = rows.length;
  let mean = 0;
  for (let r = 0; r < n; r++) mean += a[rows[r]] + b[rows[r]];
  mean /= 2 * n;
  let [variance, product] = [0, 0];
  for (let r = 0; r < n; r++) {
    const [fa, fb] = [a[rows[r]] - mean, b[rows[r]] - mean];
    variance += fa * fa + fb * fb;
    product += fa * fb;
  }
  variance /= 2 * n - 1;
  product /= n;
  const k = ab.length;
  const [first, total] = [new Float64Array(k), new Float64Array(k)];
  for (let i = 0; i < k; i++) {
    let [covariance, squares] = [0, 0];
    for (let r = 0; r < n; r++) {
      const difference = ab[i][rows[r]] - a[rows[r]];
      covariance += (b[rows[r]] - mean) * difference;
      squares += difference * difference;
    }
    first[i] = covariance / n / variance;
    total[i] = squares / (2 * n) / variance;
  }
  const second = new Float64Array(ba === undefined ? 0 : (k * (k - 1)) / 2);
  for (let i = 0, at = 0; i < k && ba !== undefined; i++) {
    for (let j = i + 1; j < k; j++, at++) {
      let both = 0;
      for (let r = 0; r < n; r++) both += (ba[i][rows[r]] - mean) * (ab[j][rows[r]] - mean);
      second[at] = (both / n - product) / variance - first[i] - first[j];
    }
  }
  return { first, total, second, mean, variance };
}

/** First, total and, where mixtures `ba` are there, second indices of an output, with intervals.
 *  @throws SpecError for samples of different lengths, fewer than 8 whole rows, or an output that does not vary */
export function sobolIndices(outputs: SobolOutputs, options: SobolIndicesOptions = {}): SobolIndices {
  const where = 'sobolIndices';
  checkArguments(where, {
    outputs: [outputs, has<SobolOutputs>('a', 'b', 'ab')], options: [options, { draws: true, seed: true, limit: true }],
  });
  const { draws, seed, limit } = { ...SOBOL_DEFAULTS, ...options };
  const { a, b, ab, ba } = outputs;
  const samples = [a, b, ...ab, ...(ba ?? [])];
  if (ab.length === 0 || samples.some((one) => one.length !== a.length) || (ba ?? ab).length !== ab.length) {
    throw new SpecError(`${where}: expected samples of one length, as many mixtures as factors, got ` +
      `${samples.map((one) => one.length).join(', ')}`);
  }
  const rows = Array.from({ length: a.length }, (_, row) => row)
    .filter((row) => samples.every((one) => Number.isFinite(one[row])));
  if (rows.length < LEAST_SOBOL_ROWS) {
    throw new SpecError(
      `${where}: at least ${LEAST_SOBOL_ROWS} rows with all outputs are needed, ${rows.length} of ${a.length} ` +
        'have them',
    );
  }
  const found = indicesOf(outputs, rows);
  if (!(found.variance > 0)) throw new SpecError(`${where}: the output does not vary, it is ${found.mean} everywhere`);
  const half = indicesOf(outputs, rows.slice(0, rows.length >> 1));
  const drawn = resampled(rows.length, draws, seed, (chosen) => indicesOf(outputs, chosen.map((place) => rows[place])))
    // Rows that are all alike have no variance to share.
    .filter(({ variance }) => variance > 0);
  const index = (of: (sums: Sums) => number): SobolIndex =>
    ({ value: of(found), interval: percentileInterval(drawn.map(of)) });
  const factors = ab.map((_, i) => ({ first: index(({ first }) => first[i]), total: index(({ total }) => total[i]) }));
  const pairs = ab.flatMap((_, i) => ab.slice(i + 1).map((__, j) => ({ i, j: i + 1 + j })));
  const widest = (which: keyof FactorIndices): number =>
    Math.max(...factors.map((factor) => factor[which].interval.high - factor[which].interval.low));
  const total = widest('total');
  return {
    factors,
    second: ba === undefined ? null : pairs.map((pair, at) => ({ ...pair, index: index(({ second }) => second[at]) })),
    mean: found.mean, variance: found.variance, rows: rows.length, leftOut: a.length - rows.length,
    convergence: {
      first: widest('first'), total, reached: total <= limit, limit,
      change: Math.max(...factors.map((factor, i) => Math.abs(factor.total.value - half.total[i]))),
      rowsWanted: Math.ceil(rows.length * (total / limit) ** 2),
    },
  };
}
