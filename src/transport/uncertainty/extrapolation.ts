// M in the limit of ever smaller voxels, from solves of one image and of its every second voxel (decision 0192).
import { log2 } from '../../numeric/elementary.js';

/** σ_eff over the reference conductivity of one box of voxels. */
export interface BoxSolves {
  /** On whole voxels. */
  readonly plain: number;
  /** Of every second voxel, from the first and from the second on. */
  readonly plainHalves: readonly [number, number];
  /** The same with smooth interfaces; null: several phases conduct. */
  readonly smooth: number | null;
  readonly smoothHalves: readonly [number, number] | null;
}

/** A limit and the half width of its interval at 95 %, in the unit of the solves. */
export interface Limit {
  readonly limit: number;
  readonly halfWidth: number;
}

/** How far the limit lies from the smooth solve, per difference of the two extrapolations below, and what half widths
 *  are made of: fitted on structures of known limit, tested on others (decision 0192). */
const ONE_PHASE = {
  weight: 0.21, disagreement: 0.29, gap: 0.085, plainHalves: 0.4, smoothHalves: 0.37, least: 0.002,
} as const;
/** The same without smooth solves, where the limit lies 1 + 0.25 times the last difference above the plain solve. */
const SEVERAL = { weight: 1.25, difference: 0.6, plainHalves: 1, least: 0.002 } as const;

const meanOf = ([a, b]: readonly [number, number]): number => (a + b) / 2;
const apart = ([a, b]: readonly [number, number]): number => Math.abs(a - b);
const root = (...terms: readonly number[]): number => Math.sqrt(terms.reduce((sum, term) => sum + term * term, 0));

/** The limit of a box. Plain solves approach it from below, in proportion to the voxel where voxels resolve the
 *  structure: then their last difference is half of the gap between a coarse smooth solve, if that is right, and the
 *  coarse plain one. Where it is not, the limit lies away from the smooth solve. The two halves differ by as much as
 *  there is chance in the differences. */
export function limitOf({ plain, plainHalves, smooth, smoothHalves }: BoxSolves): Limit {
  const difference = plain - meanOf(plainHalves);
  if (smooth === null || smoothHalves === null) {
    const limit = plain + SEVERAL.weight * difference;
    const parts = SEVERAL;
    return {
      limit,
      halfWidth: root(parts.difference * difference, parts.plainHalves * apart(plainHalves), parts.least * limit),
    };
  }
  const disagreement = 2 * difference - (meanOf(smoothHalves) - meanOf(plainHalves));
  const limit = smooth + ONE_PHASE.weight * disagreement;
  const parts = ONE_PHASE;
  return {
    limit,
    halfWidth: root(
      parts.disagreement * disagreement, parts.gap * (smooth - plain), parts.plainHalves * apart(plainHalves),
      parts.smoothHalves * apart(smoothHalves), parts.least * limit,
    ),
  };
}

/** Share of the difference between two boxes' plain extrapolations by which their limits differ, and that of it which
 *  stays uncertain. */
const ELSEWHERE = { weight: 1, doubt: 0.5 } as const;

/** The limit of a whole window from that of a box in it. Whole and box: plain solve, and that of every second voxel. */
export function limitOfWhole(
  { limit, halfWidth }: Limit, box: { plain: number; half: number }, whole: { plain: number; half: number },
): Limit {
  const other = (whole.plain - whole.half) / whole.plain - (box.plain - box.half) / box.plain;
  return {
    limit: whole.plain * (limit / box.plain + ELSEWHERE.weight * other),
    halfWidth: whole.plain * root(halfWidth / box.plain, ELSEWHERE.doubt * other),
  };
}

/** p in error ∝ (voxel)^p of the plain solves, if the limit is right; null where it is not seen. */
export function orderOf({ limit }: Limit, plain: number, half: number): number | null {
  const order = log2((limit - half) / (limit - plain));
  return Number.isFinite(order) && order > 0 ? order : null;
}
