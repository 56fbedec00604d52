// Intervals of confidence: of a probability from counts, of a mean, of a median.
import { bisectDecreasing, bisectIncreasing } from './bisect.js';
import { studentQuantile } from './distributions.js';
import { betaProbability } from './special.js';

/** An interval of a value, in its unit. */
export interface Interval {
  /** Lower end. */
  readonly low: number;
  /** Upper end. */
  readonly high: number;
}

/** Interval of a probability that gave `successes` in `trials`: Clopper and Pearson (1934), which holds the true one in
 *  at least `level` of all cases, whatever it is. [0, 1] without trials. */
export function binomialInterval(successes: number, trials: number, level = 0.95): Interval {
  const tail = (1 - level) / 2;
  // P(at least k of n) = I_p(k, n − k + 1).
  const atLeast = (k: number) => (p: number): number => betaProbability(p, k, trials - k + 1);
  return {
    low: successes === 0 ? 0 : bisectIncreasing(atLeast(successes), tail, 0, 1),
    high: successes === trials
      ? 1
      : bisectDecreasing((p) => 1 - atLeast(successes + 1)(p), tail, 0, 1),
  };
}

export interface Mean {
  readonly mean: number;
  /** Half width of Student's t interval; null from one value, or none. */
  readonly error: number | null;
}

/** Mean, and half of its interval by Student's t. NaN of no values. */
export function meanInterval(values: readonly number[], level = 0.95): Mean {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  return { mean, error: n < 2 ? null : (studentQuantile(level, n - 1) * deviation(values)) / Math.sqrt(n) };
}

/** Standard deviation, over n − 1. */
export function deviation(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1));
}

/** Median of sorted values; the mean of both in the middle of an even number. */
export function medianOf(sorted: ArrayLike<number>): number {
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
