// Errors on structures that a fit has not seen: k folds of whole groups, dealt anew several times. Neighbours of a
// structure, which differ from it by a small step or a seed only, are left out with it.
import { studentQuantile } from '../numeric/distributions.js';
import { exp } from '../numeric/elementary.js';
import type { Interval } from '../numeric/intervals.js';
import { varies } from './scores.js';
import { keyedPermutation, keyedUniform } from '../numeric/uniform.js';

export interface FoldOptions {
  readonly folds: number;
  /** How often the folds are dealt anew. */
  readonly repeats: number;
  readonly seed: number;
}

/** A value with its interval; null where there are too few groups for one. */
export interface Scored {
  /** In the unit of what is scored. */
  readonly value: number;
  readonly interval: Interval | null;
}

/** Errors of a formula on structures that its fits had not seen. */
export interface CrossValidated {
  /** Mean over the repeats of the squared error of each sample. */
  readonly squares: readonly number[];
  /** Mean over the repeats of the relative error of each sample. */
  readonly relatives: readonly number[];
  /** Mean of the predictions of each sample by fits that had not seen it. */
  readonly predictions: readonly number[];
  readonly r2: Scored | null;
  /** null when a value is 0. */
  readonly mapePercent: Scored | null;
}

const DEAL = 0x6376;

/** Fold of each group, repeat by repeat. */
export function dealFolds(groupCount: number, { folds, repeats, seed }: FoldOptions): number[][] {
  const uniform = keyedUniform({ seed, scenario: DEAL, realisation: 0 });
  return Array.from({ length: repeats }, (_, r) => {
    const fold = Array.from({ length: groupCount }, () => 0);
    keyedPermutation(uniform, groupCount, r).forEach((group, place) => { fold[group] = place % folds; });
    return fold;
  });
}

/** Sums of a value over the samples of each group. */
function groupSums(values: readonly number[], groups: readonly number[], count: number): number[] {
  const sums = Array.from({ length: count }, () => 0);
  values.forEach((v, i) => { sums[groups[i]] += v; });
  return sums;
}

/** Σ top / Σ bottom, whose terms are independent by group: linearised, Student's t with groups − 1 degrees of freedom.
 *  `ratio`: a positive one, on its logarithm; `difference`: any, as it is. */
export function groupRatio(
  top: readonly number[], bottom: readonly number[], groups: readonly number[], count: number, level: number,
  kind: 'ratio' | 'difference',
): Scored {
  const [a, b] = [groupSums(top, groups, count), groupSums(bottom, groups, count)];
  const total = b.reduce((sum, v) => sum + v, 0);
  const value = a.reduce((sum, v) => sum + v, 0) / total;
  if (count < 2) return { value, interval: null };
  const square = a.reduce((sum, v, g) => sum + (v - value * b[g]) ** 2, 0);
  const error = Math.sqrt((count / (count - 1)) * square) / total;
  const t = studentQuantile(level, count - 1);
  if (kind === 'difference') return { value, interval: { low: value - t * error, high: value + t * error } };
  if (!(value > 0)) return { value, interval: { low: value, high: value } };
  const factor = exp((t * error) / value);
  return { value, interval: { low: value / factor, high: value * factor } };
}

/** @param predict predictions of the samples in `wanted` by a fit to the others
 *  @param folds from `dealFolds` */
export function crossValidate(
  measured: readonly number[], groups: readonly number[], groupCount: number, folds: readonly (readonly number[])[],
  level: number, predict: (trains: readonly boolean[], wanted: readonly number[]) => readonly number[],
): CrossValidated {
  const zero = (): number[] => measured.map(() => 0);
  const [squares, relatives, predictions] = [zero(), zero(), zero()];
  for (const fold of folds) {
    for (let k = 0; k <= Math.max(...fold); k++) {
      const trains = groups.map((g) => fold[g] !== k);
      const wanted = trains.flatMap((yes, i) => (yes ? [] : [i]));
      if (wanted.length === 0) continue;
      predict(trains, wanted).forEach((value, place) => {
        const i = wanted[place];
        const error = value - measured[i];
        squares[i] += (error * error) / folds.length;
        relatives[i] += Math.abs(error / measured[i]) / folds.length;
        predictions[i] += value / folds.length;
      });
    }
  }
  const mean = measured.reduce((sum, v) => sum + v, 0) / measured.length;
  const variation = measured.map((v) => (v - mean) ** 2);
  const ones = measured.map(() => 1);
  const unexplained = varies(measured)
    ? groupRatio(squares, variation, groups, groupCount, level, 'ratio') : null;
  const relative = measured.includes(0) ? null : groupRatio(relatives, ones, groups, groupCount, level, 'ratio');
  return {
    squares, relatives, predictions,
    r2: unexplained && {
      value: 1 - unexplained.value,
      interval: unexplained.interval && { low: 1 - unexplained.interval.high, high: 1 - unexplained.interval.low },
    },
    mapePercent: relative && {
      value: 100 * relative.value,
      interval: relative.interval && { low: 100 * relative.interval.low, high: 100 * relative.interval.high },
    },
  };
}
