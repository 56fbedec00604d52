// What is believed of the columns of a design at any θ: closed forms where there are some, Gaussian processes trained
// by simulated structures elsewhere.
import { gaussianProcessSteps, type GaussianProcess } from '../numeric/gaussian-process.js';
import type { Steps } from '../numeric/steps.js';
import type { Column } from '../study/columns.js';
import type { ExactColumns } from './exact.js';
import { slopesAt, thetaAt, type DesignSpace } from './space.js';

/** One simulated structure: its place in the unit cube, and its numbers. */
export interface Observation {
  /** Place in the unit cube. */
  readonly u: readonly number[];
  /** By column. */
  readonly values: Readonly<Record<Column, number>>;
}

/** Mean of a column over structures of one θ, with what is not known of it. */
export interface Belief {
  /** In the unit of the column. */
  readonly mean: number;
  /** Standard deviation of the mean, 0 of a closed form. */
  readonly error: number;
}

/** What is believed of every column over the space of θ: closed forms where there are some, else Gaussian processes. */
export interface Surrogate {
  readonly columns: readonly Column[];
  /** Observations that a column was trained by; 0 of a closed form. */
  readonly trained: Readonly<Record<Column, number>>;
  /** Standard deviation of one structure about the mean of its θ: of realisations, or as the fit found it; null of a
   *  closed form. */
  readonly scatter: Readonly<Record<Column, number | null>>;
  /** Coefficient of determination of each observation predicted from all others; null of a closed form. */
  readonly leaveOneOutR2: Readonly<Record<Column, number | null>>;
  /** What is believed at a place in the unit cube. */
  at(u: ArrayLike<number>): Readonly<Record<Column, Belief>>;
  /** Mean of a column, and its derivatives in the unit cube. */
  gradient(column: Column, u: ArrayLike<number>): { readonly value: number; readonly gradient: Float64Array };
}

function leaveOneOutR2(process: GaussianProcess, values: readonly number[]): number {
  const predicted = process.leaveOneOut();
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  const total = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const rest = process.used.reduce((sum, i, k) => sum + (values[i] - predicted[k].mean) ** 2, 0);
  return total > 0 ? 1 - rest / total : 0;
}

/** Structures of one θ as one observation: their mean, with the variance of that mean as realisations tell it. */
interface Pooled {
  readonly points: readonly (readonly number[])[];
  readonly values: readonly number[];
  /** null: no θ was drawn twice. */
  readonly noiseVariance: readonly number[] | null;
  /** Variance of one structure about the mean of its θ, over all θ; null likewise. */
  readonly variance: number | null;
}

/** Realisations that the variance over all θ counts for, beside those of a θ itself. */
const PRIOR_REALISATIONS = 4;

function pooled(rows: readonly Observation[], column: Column): Pooled {
  const groups = new Map<string, { readonly u: readonly number[]; readonly values: number[] }>();
  for (const { u, values } of rows) {
    const key = u.join();
    const group = groups.get(key) ?? { u, values: [] };
    groups.set(key, group);
    group.values.push(values[column]);
  }
  const all = [...groups.values()].map(({ u, values }) => {
    const mean = values.reduce((a, b) => a + b, 0) / values.length;
    return { u, mean, count: values.length, square: values.reduce((sum, x) => sum + (x - mean) ** 2, 0) };
  });
  const degrees = all.reduce((sum, { count }) => sum + count - 1, 0);
  const variance = degrees === 0 ? null : all.reduce((sum, { square }) => sum + square, 0) / degrees;
  return {
    points: all.map(({ u }) => u), values: all.map(({ mean }) => mean), variance,
    noiseVariance: variance === null ? null : all.map(({ count, square }) =>
      (square + PRIOR_REALISATIONS * variance) / (count - 1 + PRIOR_REALISATIONS) / count),
  };
}

/** Fewest observations per free parameter for a linear trend. */
const FOR_TREND = 3;

export function* fitSurrogate(
  space: DesignSpace, exact: ExactColumns, columns: readonly Column[], observations: readonly Observation[],
): Steps<Surrogate> {
  const processes = new Map<Column, GaussianProcess>();
  const trained: Record<Column, number> = {};
  const r2: Record<Column, number | null> = {};
  const scatter: Record<Column, number | null> = {};
  for (const column of columns) {
    [trained[column], r2[column], scatter[column]] = [0, null, null];
    if (exact.columns.includes(column)) continue;
    const rows = observations.filter(({ values }) => Number.isFinite(values[column]));
    trained[column] = rows.length;
    // Nothing is known of what no structure has: a value that meets no limit.
    if (rows.length < 3) continue;
    const { points, values, noiseVariance, variance } = pooled(rows, column);
    if (points.length < 3) continue;
    const trend = points.length >= FOR_TREND * (space.free.length + 1) ? 'linear' : 'constant';
    // Realisations know the noise; what they do not know, such as lack of fit, is fitted as well.
    const process = yield* gaussianProcessSteps(points, values, { trend, noiseVariance });
    processes.set(column, process);
    r2[column] = leaveOneOutR2(process, values);
    scatter[column] = Math.sqrt(variance ?? process.noiseVariance);
  }
  return {
    columns, trained, leaveOneOutR2: r2, scatter,
    at(u) {
      const theta = thetaAt(space, u);
      return Object.fromEntries(columns.map((column): [Column, Belief] => {
        if (exact.columns.includes(column)) return [column, { mean: exact.value(column, theta), error: 0 }];
        const found = processes.get(column)?.predict(u);
        return [column, found === undefined
          ? { mean: NaN, error: NaN } : { mean: found.mean, error: Math.sqrt(found.variance) }];
      }));
    },
    gradient(column, u) {
      const gradient = new Float64Array(space.free.length);
      if (!exact.columns.includes(column)) {
        return { value: processes.get(column)?.mean(u, gradient) ?? NaN, gradient };
      }
      const theta = thetaAt(space, u);
      const { value, derivatives } = exact.withDerivatives(column, theta);
      slopesAt(space, theta).forEach((slope, j) => {
        gradient[j] = slope * (derivatives[space.free[j].name] ?? 0);
      });
      return { value, gradient };
    },
  };
}
