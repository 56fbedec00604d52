// How well predictions meet simulated values.
import { checkArguments } from '../core/arguments.js';

/** How well predictions meet simulated values. */
export interface Scores {
  /** Values. */
  readonly count: number;
  /** 1 − Σ(y−ŷ)²/Σ(y−ȳ)²; null below two values or when they do not vary. Negative when worse than the mean. */
  readonly r2: number | null;
  /** Mean of |y−ŷ|/|y| in percent; null without values, and when one is 0. */
  readonly mapePercent: number | null;
}

/** Whether values differ by more than rounding. */
export function varies(values: readonly number[]): boolean {
  const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
  return values.some((v) => Math.abs(v - mean) > 1e-12 * Math.abs(mean));
}

/** Scores of predictions against simulated values, pair by pair. */
export function scores(simulated: readonly number[], predicted: readonly number[]): Scores {
  checkArguments('scores', { simulated: [simulated, 'list'], predicted: [predicted, 'list'] });
  const count = simulated.length;
  if (count === 0) return { count, r2: null, mapePercent: null };
  const mean = simulated.reduce((sum, y) => sum + y, 0) / count;
  let residual = 0;
  let total = 0;
  let relative = 0;
  simulated.forEach((y, i) => {
    residual += (y - predicted[i]) ** 2;
    total += (y - mean) ** 2;
    relative += Math.abs((y - predicted[i]) / y);
  });
  return {
    count, r2: count > 1 && varies(simulated) ? 1 - residual / total : null,
    mapePercent: simulated.includes(0) ? null : (100 * relative) / count,
  };
}
