// What fresh structures of one θ say, beside what was believed of it.
import { studentQuantile } from '../numeric/distributions.js';
import { hypot } from '../numeric/elementary.js';
import type { Column } from '../study/columns.js';
import type { Limit } from './limits.js';
import type { Belief } from './surrogate.js';

/** A column at the θ that was believed best: what was predicted, and what fresh structures have. */
export interface Confirmed {
  readonly column: Column;
  /** Mean and error by the surrogate. */
  readonly predicted: Belief;
  /** Half width of the interval of the prediction, at the level and with the quantile of `halfWidth`; null likewise. */
  readonly predictedHalfWidth: number | null;
  /** Structures that have a value. */
  readonly count: number;
  /** Over fresh structures; null where none has a value. */
  readonly mean: number | null;
  /** Of one structure about the mean; null with fewer than two values. */
  readonly deviation: number | null;
  /** Half width of the interval of the mean; null with fewer than two values. */
  readonly halfWidth: number | null;
  /** Whether prediction and mean differ by no more than the root of the sum of squares of both half widths; null where
   *  that cannot be told. */
  readonly agrees: boolean | null;
}

/** Rounding of means, relative. */
const ROUNDING = 1e-9;

/** Mean and interval of values of one θ. @param level of the interval, such as .95 */
export function confirmed(
  column: Column, predicted: Belief, values: readonly number[], level: number,
): Confirmed {
  const known = values.filter(Number.isFinite);
  const count = known.length;
  const unknown = {
    column, predicted, predictedHalfWidth: null, count, deviation: null, halfWidth: null, agrees: null,
  };
  if (count === 0) return { ...unknown, mean: null };
  const mean = known.reduce((a, b) => a + b, 0) / count;
  if (count < 2) return { ...unknown, mean };
  const variance = known.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (count - 1);
  const quantile = studentQuantile(level, count - 1);
  const off = Math.abs(predicted.mean - mean);
  const predictedHalfWidth = quantile * predicted.error;
  const halfWidth = quantile * Math.sqrt(variance / count);
  return {
    column, predicted, predictedHalfWidth, count, mean, deviation: Math.sqrt(variance), halfWidth,
    agrees: Number.isFinite(off)
      ? off <= hypot(predictedHalfWidth, halfWidth) + ROUNDING * Math.abs(mean) : null,
  };
}

/** Columns whose prediction does not agree with fresh structures. */
export const disagreeing = (columns: readonly Confirmed[]): Column[] =>
  columns.filter(({ agrees }) => agrees === false).map(({ column }) => column);

/** Whether a limit is kept: by the mean, within the error of the mean, or not. */
export type Verdict = 'kept' | 'within error' | 'missed';

/** How a limit fares: kept by the mean, missed by less than half the interval, or missed. */
export function verdictOn({ low, high }: Limit, { mean, halfWidth }: Confirmed): Verdict {
  if (mean === null) return 'missed';
  const missed = Math.max(low - mean, mean - high);
  return missed <= ROUNDING ? 'kept' : missed <= (halfWidth ?? 0) ? 'within error' : 'missed';
}
