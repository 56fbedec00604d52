// Bootstrap: what a statistic does when the rows that it is made of are drawn again (Efron 1979).
import type { Interval } from './intervals.js';
import { keyedUniform } from './uniform.js';

/** A statistic of rows that are drawn with replacement, `draws` times. The same bits everywhere if the statistic has
 *  them. */
export function resampled<T>(
  rows: number, draws: number, seed: number, statistic: (rows: Uint32Array) => T,
): T[] {
  const uniform = keyedUniform({ seed, scenario: 0, realisation: 0 });
  const chosen = new Uint32Array(rows);
  return Array.from({ length: draws }, (_, draw) => {
    for (let i = 0; i < rows; i++) chosen[i] = Math.floor(uniform(i, draw) * rows);
    return statistic(chosen);
  });
}

/** Quantile of sorted values, linear between them (Hyndman and Fan 1996, type 7). */
export function quantileOf(sorted: ArrayLike<number>, probability: number): number {
  const place = probability * (sorted.length - 1);
  const below = Math.floor(place);
  return below + 1 >= sorted.length
    ? sorted[sorted.length - 1] : sorted[below] + (place - below) * (sorted[below + 1] - sorted[below]);
}

/** Between the percentiles that leave `1 − level` outside, half at either end. */
export function percentileInterval(values: readonly number[], level = 0.95): Interval {
  const sorted = Float64Array.from(values).sort();
  return { low: quantileOf(sorted, (1 - level) / 2), high: quantileOf(sorted, (1 + level) / 2) };
}
