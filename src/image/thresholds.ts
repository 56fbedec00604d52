// Thresholds from a histogram. A threshold is the lowest value of the class above it; classes go from dark to bright.
import { checkArguments } from '../core/arguments.js';
import { SpecError } from '../core/errors.js';
import type { Bins } from './histogram.js';

/** Occurring bins, ascending, with their counts. */
interface Levels {
  readonly bin: readonly number[];
  readonly count: readonly number[];
}

function levelsOf(counts: Uint32Array): Levels {
  const bin: number[] = [];
  const count: number[] = [];
  for (let b = 0; b < counts.length; b++) {
    if (counts[b] === 0) continue;
    bin.push(b);
    count.push(counts[b]);
  }
  return { bin, count };
}

/** Threshold between two occurring bins: all from low + 1 to high divide alike, the middle one is the safest. */
function between({ base, scale }: Bins, low: number, high: number): number {
  return base + Math.ceil((low + 1 + high) / 2) / scale;
}

/** Thresholds by Otsu's method. */
export interface OtsuResult {
  /** Grey values, one fewer than classes, ascending. */
  readonly thresholds: readonly number[];
  /** Share of the variance of the grey values that the classes explain, 0…1. */
  readonly explained: number;
}

/** Thresholds with the greatest variance between the classes [Otsu 1979, IEEE SMC 9:62], for any number of classes.
 *
 *  Exact: maximising Σ S²/n over all divisions of the histogram, by dynamic programming. The best last division of a
 *  prefix moves up with the prefix, so that it is found by divide and conquer: 3 classes of 65536 levels take 2 · 16 ·
 *  65536 evaluations instead of 2³². Of equal divisions the one with the lowest thresholds.
 *  @throws SpecError when the image has fewer values than classes. */
export function otsuThresholds(histogram: Bins, classes: number): OtsuResult {
  checkArguments('otsuThresholds', { histogram: [histogram, 'record'], classes: [classes, 'number'] });
  if (!Number.isInteger(classes) || classes < 2 || classes > 16) {
    throw new SpecError(`otsu: classes are 2 to 16, got ${classes}`);
  }
  const { bin, count } = levelsOf(histogram.counts);
  const n = bin.length;
  if (n < classes) {
    throw new SpecError(
      `otsu: ${classes} classes need at least ${classes} grey values, the image has ${n}; is it empty, ` +
        'or segmented already?',
    );
  }
  const voxels = count.reduce((sum, c) => sum + c, 0);
  const mean = bin.reduce((sum, b, i) => sum + b * count[i], 0) / voxels;
  // Prefix sums of counts and of centred values: near 0, where S²/n does not cancel.
  const counts = new Float64Array(n + 1);
  const sums = new Float64Array(n + 1);
  for (let i = 0; i < n; i++) {
    counts[i + 1] = counts[i] + count[i];
    sums[i + 1] = sums[i] + (bin[i] - mean) * count[i];
  }
  const gain = (from: number, to: number): number => {
    const sum = sums[to] - sums[from];
    return (sum * sum) / (counts[to] - counts[from]);
  };
  // best[i]: greatest Σ S²/n of the first i levels in k classes.
  let best = Float64Array.from({ length: n + 1 }, (_, i) => (i === 0 ? -Infinity : gain(0, i)));
  const cuts: Int32Array[] = [];
  for (let k = 2; k <= classes; k++) {
    const next = new Float64Array(n + 1).fill(-Infinity);
    const cut = new Int32Array(n + 1);
    const solve = (low: number, high: number, cutLow: number, cutHigh: number): void => {
      if (low > high) return;
      const middle = (low + high) >> 1;
      for (let c = Math.max(cutLow, k - 1); c <= Math.min(cutHigh, middle - 1); c++) {
        const value = best[c] + gain(c, middle);
        if (value > next[middle]) {
          next[middle] = value;
          cut[middle] = c;
        }
      }
      solve(low, middle - 1, cutLow, cut[middle]);
      solve(middle + 1, high, cut[middle], cutHigh);
    };
    solve(k, n, k - 1, n - 1);
    best = next;
    cuts.push(cut);
  }
  const thresholds: number[] = [];
  for (let k = cuts.length - 1, end = n; k >= 0; k--) {
    end = cuts[k][end];
    thresholds.unshift(between(histogram, bin[end - 1], bin[end]));
  }
  const total = bin.reduce((sum, b, i) => sum + (b - mean) * (b - mean) * count[i], 0);
  return { thresholds, explained: total > 0 ? best[n] / total : 1 };
}

/** Sums of rounded fractions within this of 1 are taken for 1. */
const ROUNDED = 0.01;

/** The sum of volume fractions, by which they are divided.
 *  @throws SpecError when they are no fractions, or when their sum is farther than 0.01 from 1 */
export function checkFractions(fractions: readonly number[]): number {
  const sum = fractions.reduce((a, b) => a + b, 0);
  if (fractions.length >= 2 && fractions.every((f) => f > 0) && Math.abs(sum - 1) <= ROUNDED) return sum;
  throw new SpecError(
    'fractions: two or more volume fractions above 0 from dark to bright that add up to 1 within 0.01, ' +
      `got ${fractions.join(', ')} (sum ${Number(sum.toPrecision(6))})`,
  );
}

/** That fractions were divided by their sum. */
export function fractionNotes(fractions: readonly number[]): string[] {
  const sum = checkFractions(fractions);
  return Math.abs(sum - 1) <= 1e-6
    ? [] : [`the fractions add up to ${Number(sum.toPrecision(6))}, and were divided by it`];
}

/** Thresholds with which the classes, from dark to bright, have volume fractions as near as possible to the given ones.
 *  A class boundary lies between two grey values: the cumulative fraction nearest the target is taken, of two equally
 *  near the lower. So grey values with many voxels (8 bits, few bins) limit how well fractions are met.
 *  @throws SpecError when they are no fractions, or when the image has too few grey values for the classes. */
export function fractionThresholds(histogram: Bins, fractions: readonly number[]): number[] {
  checkArguments('fractionThresholds', { histogram: [histogram, 'record'], fractions: [fractions, 'list'] });
  const sum = checkFractions(fractions);
  const { bin, count } = levelsOf(histogram.counts);
  const voxels = count.reduce((a, b) => a + b, 0);
  const thresholds: number[] = [];
  let [i, below, target] = [0, 0, 0];
  for (const fraction of fractions.slice(0, -1)) {
    target += (fraction / sum) * voxels;
    while (i < bin.length && Math.abs(below + count[i] - target) < Math.abs(below - target)) below += count[i++];
    const before = thresholds.at(-1);
    const found = i > 0 && i < bin.length ? between(histogram, bin[i - 1], bin[i]) : null;
    if (found === null || found === before) {
      throw new SpecError(
        `fractions: ${fractions.join(', ')} cannot be met: the image has ${bin.length} grey values, ` +
          'and a single one holds ' +
          `more than class ${thresholds.length + (found === null && i === 0 ? 1 : 2)} may have; ` +
            'smooth the image first (--filter gaussian:1) or take other fractions',
      );
    }
    thresholds.push(found);
  }
  return thresholds;
}
