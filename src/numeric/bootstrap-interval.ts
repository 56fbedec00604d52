// Intervals from bootstrap draws (Efron, Tibshirani 1993; Davison, Hinkley 1997).
import type { Interval } from './intervals.js';

/** Quantile of sorted values, between neighbours by share: place (n + 1)·p, as bootstrap draws take it. */
export function drawQuantile(sorted: ArrayLike<number>, probability: number): number {
  const place = Math.min(Math.max((sorted.length + 1) * probability - 1, 0), sorted.length - 1);
  const below = Math.floor(place);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
}

const sortedOf = (values: ArrayLike<number>): Float64Array => Float64Array.from(values).sort();

/** Between the quantiles of the draws themselves. */
export function percentileInterval(draws: ArrayLike<number>, level: number): Interval {
  const sorted = sortedOf(draws);
  return { low: drawQuantile(sorted, (1 - level) / 2), high: drawQuantile(sorted, (1 + level) / 2) };
}

/** Studentised: quantiles of (draw − estimate)/error of the draw, on the error of the estimate. Each draw brings its
 *  own error, which is what few clusters need (Cameron, Gelbach, Miller 2008). */
export function studentisedInterval(
  estimate: number, error: number, draws: ArrayLike<number>, errors: ArrayLike<number>, level: number,
): Interval {
  const t = sortedOf(Array.from(draws, (v, b) => (v - estimate) / errors[b]).filter(Number.isFinite));
  return {
    low: estimate - error * drawQuantile(t, (1 + level) / 2), high: estimate - error * drawQuantile(t, (1 - level) / 2),
  };
}
