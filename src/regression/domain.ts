// Where a law may be believed: in the convex hull of the structures it was fitted to. Outside it extrapolates.
import { checkArguments } from '../core/arguments.js';
import { SpecError } from '../core/errors.js';
import { convexHull, type Hull } from '../numeric/hull.js';
import { solveLinear } from '../numeric/dense.js';
import type { FormulaSample } from './sample.js';

/** Where a law may be believed, by the structures that it was fitted to. */
export interface Domain {
  /** Columns that a place in it has. */
  readonly columns: readonly string[];
  /** `leverage` where points are too few for a hull that means anything: how far a row is from the mean, in the spread
   *  and correlation of the data, against the farthest row of these. */
  readonly method: 'hull' | 'leverage';
  /** At most 1 inside; 1.3: 1.3 times as far from the mean as the data reach in that direction. Infinity off the
   *  plane in which all data lie. */
  reach(sample: FormulaSample): number;
}

/** Fewer points than this for each dimension: hardly any new point lies in their hull. */
const POINTS_PER_DIMENSION = 10;
/** Rounding of coordinates is no extrapolation. */
const ROUNDING = 1e-6;

export const isOutside = (reach: number): boolean => !(reach <= 1 + ROUNDING);

/** The domain of structures that a law was fitted to.
 *  @param samples that a law was fitted to, one at least */
export function domainOf(columns: readonly string[], samples: readonly FormulaSample[]): Domain {
  checkArguments('domainOf', { columns: [columns, 'texts'], samples: [samples, 'records'] });
  if (samples.length === 0) throw new SpecError('domainOf: expected one sample at least, found none');
  const points = samples.map((s) => columns.map((column) => s[column]));
  const hull: Hull = convexHull(points);
  const at = (sample: FormulaSample): number[] => columns.map((column) => sample[column]);
  if (samples.length >= POINTS_PER_DIMENSION * Math.max(1, hull.dimensions)) {
    return { columns, method: 'hull', reach: (sample) => hull.gauge(at(sample)) };
  }
  const distance = mahalanobis(points);
  const farthest = distance === null ? null : Math.max(...points.map(distance));
  return {
    columns, method: 'leverage',
    reach: (sample) =>
      (distance === null || !(farthest! > 0) ? hull.gauge(at(sample)) : distance(at(sample)) / farthest!),
  };
}

/** Distance from the mean in the metric of the inverse covariance; null when the points lie in a plane. */
function mahalanobis(points: readonly (readonly number[])[]): ((point: readonly number[]) => number) | null {
  const mean = points[0].map((_, k) => points.reduce((sum, p) => sum + p[k], 0) / points.length);
  const spread = mean.map((m, k) => Math.sqrt(points.reduce((sum, p) => sum + (p[k] - m) ** 2, 0) / points.length));
  if (spread.some((s, k) => !(s > 1e-12 * Math.abs(mean[k])))) return null;
  const scaled = (point: readonly number[]): number[] => point.map((v, k) => (v - mean[k]) / spread[k]);
  const z = points.map(scaled);
  const correlation = mean.map((_, i) => mean.map((__, j) => z.reduce((sum, p) => sum + p[i] * p[j], 0) / z.length));
  if (solveLinear(correlation, mean.map(() => 1)) === null) return null;
  return (point) => {
    const q = scaled(point);
    return Math.sqrt(Math.max(0, solveLinear(correlation, q)!.reduce((sum, v, k) => sum + v * q[k], 0)));
  };
}
