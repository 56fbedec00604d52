// Thresholds that lie on no valley of the histogram.
import { significant } from '../core/text.js';
import { exp } from '../numeric/elementary.js';

/** Counts of the values in [base + b/scale, base + (b + 1)/scale). */
interface Counts {
  readonly counts: Uint32Array;
  readonly base: number;
  readonly scale: number;
}

/** Share of the voxels on either side that are no part of the shape. */
const OUTLIERS = 0.001;
const BINS = 256;
/** Standard deviation of the Gaussian over the histogram, bins: 2 % of the range. */
const SMOOTHING = 5;
/** Height of a valley over the lower peak beside it. Measured (decision 0150): thresholds between peaks 0 to 0.75,
 *  where a class has no peak of its own 0.8 to 1.4. */
const NO_VALLEY = 0.8;

interface Shape {
  /** Smoothed share of the voxels per bin. */
  readonly density: Float64Array;
  readonly low: number;
  /** Grey values per bin. */
  readonly width: number;
}

/** The histogram in equal bins over all but the outliers; null where all voxels are of one value. */
function shapeOf({ counts, base, scale }: Counts): Shape | null {
  const total = counts.reduce((sum, n) => sum + n, 0);
  const quantile = (share: number): number => {
    let below = 0;
    const at = counts.findIndex((n) => (below += n) > share * total);
    return at < 0 ? counts.length - 1 : at;
  };
  const [first, last] = [quantile(OUTLIERS), quantile(1 - OUTLIERS)];
  if (first === last) return null;
  const width = (last - first + 1) / BINS;
  const bins = new Float64Array(BINS);
  for (let b = first; b <= last; b++) {
    // A value that spans several bins is shared out among them.
    const [from, to] = [(b - first) / width, (b + 1 - first) / width];
    for (let k = Math.floor(from); k < Math.min(to, BINS); k++) {
      bins[k] += (counts[b] * (Math.min(to, k + 1) - Math.max(from, k))) / (to - from);
    }
  }
  const weights = Float64Array.from({ length: 6 * SMOOTHING + 1 }, (_, i) => (
    exp(-0.5 * ((i - 3 * SMOOTHING) / SMOOTHING) ** 2)
  ));
  const density = bins.map((_, k) => {
    let [sum, weight] = [0, 0];
    weights.forEach((w, i) => {
      const at = k + i - 3 * SMOOTHING;
      if (at < 0 || at >= BINS) return;
      sum += w * bins[at];
      weight += w;
    });
    return sum / weight;
  });
  return { density, low: base + first / scale, width: width / scale };
}

/** For each threshold: height of the histogram there over the lower of the two peaks beside it, one on each side up to
 *  the next threshold. 0 in an empty gap, 1 where a class has no peak of its own; null beyond the values. */
export function valleyHeights(histogram: Counts, thresholds: readonly number[]): (number | null)[] {
  const shape = shapeOf(histogram);
  if (shape === null) return thresholds.map(() => null);
  const { density, low, width } = shape;
  const places = thresholds.map((threshold) => Math.round((threshold - low) / width));
  const peak = (from: number, to: number): number => density.slice(from, to).reduce((a, b) => Math.max(a, b), 0);
  return places.map((at, k) => {
    if (at <= 0 || at >= BINS) return null;
    const below = peak(Math.max(0, places[k - 1] ?? 0), at);
    const above = peak(at, places[k + 1] ?? BINS);
    const lower = Math.min(below, above);
    return lower > 0 ? density[at] / lower : null;
  });
}

/** @param thresholds ascending, between the classes */
export function valleyWarnings(histogram: Counts, thresholds: readonly number[]): string[] {
  return valleyHeights(histogram, thresholds).flatMap((height, k) => (height === null || height < NO_VALLEY ? [] : [
    `threshold ${significant(thresholds[k], 5)} lies on no valley of the histogram: a class beside it has no peak of ` +
      `its own, and its fraction hangs on the threshold; take --segment auto:${thresholds.length + 1}`,
  ]));
}
