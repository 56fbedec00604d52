// What images say about the fields of a model: coverages of X, and of Y where both ends are outside of X, by lag.
//
// SE hides Y, but X and Y are independent: among the pairs of voxels that are both outside of SE, the share that is AM
// at both ends has the expectation P(Y ≥ λ_Y at both ends) whatever X is. So the six C_ab(h) say no more than one curve
// of X and one of Y, and the two can be fitted apart.
import { AXES, type Axis, type Shape } from '../core/grid.js';
import { labelCounts, type LabelVolume, type Phase } from '../core/volume.js';
import { twoPointCoverage } from '../descriptors/two-point-coverage.js';
import type { RunOptions, Session } from '../runtime/session.js';
import type { LagVector } from '../structure/two-point.js';

/** Fields of a model: X decides the first phase, Y what the second one is outside of it. */
export type FieldName = 'x' | 'y';

/** Label of each phase: where X ≥ λ_X, else where Y ≥ λ_Y, else. A model of one field has no second. */
export interface Roles {
  readonly x: Phase;
  readonly y: Phase | null;
  readonly rest: Phase;
}

/** @param labels in the order of the phases of a model */
export function rolesOfLabels(labels: readonly Phase[]): Roles {
  return { x: labels[0], y: labels.length > 2 ? labels[1] : null, rest: labels[labels.length - 1] };
}

/** Exact numbers of voxel pairs along one axis, by lag in voxels. */
interface AxisCounts {
  readonly axis: Axis;
  readonly pairs: Float64Array;
  /** X at both ends. */
  readonly x: Float64Array;
  /** X at neither end. */
  readonly outside: Float64Array;
  /** Y at both ends. */
  readonly y: Float64Array;
}

/** Counts of one image. */
export interface ImageCounts {
  readonly shape: Shape;
  readonly voxels: number;
  readonly x: number;
  readonly y: number;
  readonly axes: readonly AxisCounts[];
}

/** Counts of pairs along the axes with more than one voxel. */
export async function countImage(
  session: Session, image: LabelVolume, roles: Roles, maxLag: number, run: RunOptions = {},
): Promise<ImageCounts> {
  const { directions } = await twoPointCoverage(session, image, { maxLag }, run);
  const zero = (length: number): Float64Array => new Float64Array(length);
  const axes = directions.flatMap(({ axis, pairs, functions }): AxisCounts[] => {
    if (axis === null || pairs.length < 2) return [];
    const both = (a: Phase, b: Phase): Float64Array => {
      const found = functions.find(({ phases: [c, d] }) => c === Math.min(a, b) && d === Math.max(a, b));
      if (found === undefined) return zero(pairs.length);
      return a === b ? found.counts : found.counts.map((n, h) => n + found.reversed[h]);
    };
    const { x, y, rest } = roles;
    const restBoth = both(rest, rest);
    const outside = y === null ? restBoth : restBoth.map((n, h) => n + both(y, y)[h] + both(y, rest)[h]);
    return [{ axis, pairs, x: both(x, x), outside, y: y === null ? zero(pairs.length) : both(y, y) }];
  });
  const counts = labelCounts(image.labels);
  const count = (phase: Phase | null): number => (phase === null ? 0 : counts[phase]);
  return { shape: image.shape, voxels: image.labels.length, x: count(roles.x), y: count(roles.y), axes };
}

/** One summary statistic: a coverage at a lag, or the share of a field itself (`lag` null). */
export interface Statistic {
  readonly field: FieldName;
  /** Along z, or across it (y and x together). */
  readonly direction: 'z' | 'across' | null;
  /** Steps of the lag along the axes of the image. */
  readonly steps: number;
  /** In units of the reference voxel. */
  readonly lag: LagVector | null;
}

const isZ = (axis: Axis): boolean => axis === AXES[0];

/** Values of the statistics, all images pooled. Shares that have no pairs (a phase fills the image) are NaN. */
export function valuesOf(counts: readonly ImageCounts[], statistics: readonly Statistic[]): Float64Array {
  return Float64Array.from(statistics, ({ field, direction, steps }) => {
    let [both, all] = [0, 0];
    for (const image of counts) {
      if (direction === null) {
        both += image[field];
        all += field === 'x' ? image.voxels : image.voxels - image.x;
      } else {
        for (const axis of image.axes) {
          if (isZ(axis.axis) !== (direction === 'z') || steps >= axis.pairs.length) continue;
          both += axis[field][steps];
          all += field === 'x' ? axis.pairs[steps] : axis.outside[steps];
        }
      }
    }
    return both / all;
  });
}
