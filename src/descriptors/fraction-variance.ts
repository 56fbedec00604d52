// Variance of a volume fraction over windows, from the two-point function of one image [B, eq. 18]: how much of a
// material a window shows.
import { checkArguments } from '../core/arguments.js';
import { SpecError } from '../core/errors.js';
import { AXES, type Shape } from '../core/grid.js';
import { checkPhase, type LabelVolume, type Phase } from '../core/volume.js';
import type { RunOptions, Session } from '../runtime/session.js';
import { twoPointCoverage } from './two-point-coverage.js';

/** Σ over the lags z of the window of w(z)·C₀(z), w the share of pairs at lag z: the variance of the mean of a
 *  stationary field.
 *  @param covariance C₀ by lag in voxels */
export function varianceOfMean(
  shape: Shape, reach: Shape, covariance: (z: number, y: number, x: number) => number,
): number {
  checkArguments('varianceOfMean', {
    shape: [shape, 'shape'], reach: [reach, 'list'], covariance: [covariance, 'function'],
  });
  const [nz, ny, nx] = shape;
  const [rz, ry, rx] = reach.map((r, k) => Math.min(r, shape[k] - 1));
  let sum = 0;
  for (let z = 0; z <= rz; z++) {
    const wz = (z === 0 ? 1 : 2) * (1 - z / nz);
    for (let y = 0; y <= ry; y++) {
      const wy = wz * (y === 0 ? 1 : 2) * (1 - y / ny);
      for (let x = 0; x <= rx; x++) sum += wy * (x === 0 ? 1 : 2) * (1 - x / nx) * covariance(z, y, x);
    }
  }
  return sum / (nz * ny * nx);
}

/** Below this share of its value at 0 the correlation counts as gone, and later lags as noise. */
const GONE = 0.02;

/** Lags that are counted: at first, and at most. */
const [FIRST_LAGS, MOST_LAGS] = [48, 250];

/** Above this at half of the window, the window is too small. */
const STILL_CORRELATED = 0.2;

/** Lag at which a curve first falls below `floor`; where a small window leaves a rest of correlation, that of its least
 *  value. */
function reachOf(curve: Float64Array, floor: number): number {
  const end = curve.findIndex((c) => c < floor);
  return end < 0 ? curve.indexOf(curve.reduce((least, c) => Math.min(least, c), Infinity)) : end;
}

/** Variance of a fraction as one image says it. */
export interface FractionVariance {
  readonly volumeFraction: number;
  /** Variance of the fraction over windows of a shape no larger than the image [B, eq. 18]. */
  of(shape: Shape): number;
}

/** Fraction of a phase, and its covariance by lag along z, y, x: to where it is gone along all of them, or to half of
 *  the window. Most are gone after a few dozen lags, and pairs are counted lag by lag. */
async function covarianceCurves(
  session: Session, image: LabelVolume, phase: Phase, run: RunOptions,
): Promise<{ readonly p: number; readonly curves: readonly Float64Array[] }> {
  const longest = Math.min(MOST_LAGS, Math.max(...image.shape) >> 1);
  for (let maxLag = FIRST_LAGS; ; maxLag *= 2) {
    const { directions } =
      await twoPointCoverage(session, image, { phases: [phase], maxLag: Math.min(maxLag, longest) }, run);
    const { coverage: [p] } = directions[0].functions[0];
    const curves = AXES.map(
      (axis) => directions.find((direction) => direction.axis === axis)!.functions[0].coverage.map((c) => c - p * p),
    );
    const floor = GONE * (p * (1 - p));
    const isGone = (curve: Float64Array): boolean => curve.some((c) => c < floor);
    if (maxLag >= longest || curves.every((curve, k) => curve.length === image.shape[k] || isGone(curve))) {
      return { p, curves };
    }
  }
}

/** From the two-point coverage along the axes of one image or section; between axes the covariance is interpolated by
 *  direction cosines. Subtracting the image's own ε² from the coverage takes the variance of ε away from every lag: the
 *  variance of the image is solved for with that share put back, and then put back for other windows, too.
 *  @throws SpecError when the correlation does not vanish within half of the window */
export async function fractionVariance(
  session: Session, image: LabelVolume, phase: Phase, run: RunOptions = {},
): Promise<FractionVariance> {
  const where = 'volumeFractionInterval';
  checkPhase(where, image, phase);
  const { shape, voxelSizeUm } = image;
  const { p, curves } = await covarianceCurves(session, image, phase, run);
  if (p === 1) {
    throw new SpecError(`${where}: label ${phase} fills the image: its fraction has no interval; take a larger window`);
  }
  const edges = voxelSizeUm ?? [1, 1, 1];
  const variance = p * (1 - p);
  const reach = curves.map((curve) => reachOf(curve, GONE * variance));
  AXES.forEach((axis, k) => {
    if (shape[k] > 1 && curves[k][reach[k]] > STILL_CORRELATED * variance) {
      throw new SpecError(
        `${where}: label ${phase} is still correlated over half of the window along ${axis}; take a larger window`,
      );
    }
  });
  const ends = reach.map((r, k) => (shape[k] > 1 ? r * edges[k] : 0));
  const at = (k: number, distance: number): number => {
    const t = distance / edges[k];
    const i = Math.floor(t);
    const curve = curves[k];
    return i + 1 < Math.min(curve.length, reach[k] + 1) ? curve[i] + (t - i) * (curve[i + 1] - curve[i]) : 0;
  };
  const weight = (z: number, y: number, x: number): number => {
    const [dz, dy, dx] = [z * edges[0], y * edges[1], x * edges[2]];
    const square = dz * dz + dy * dy + dx * dx;
    if (square === 0) return variance;
    const r = Math.sqrt(square);
    return ((dz * dz * at(0, r)) + dy * dy * at(1, r) + dx * dx * at(2, r)) / square;
  };
  const steps = reach.map((r, k) => (shape[k] > 1 ? r : 0)) as unknown as Shape;
  /** By lag along each axis: its share of the reach, squared. */
  const [alongZ, alongY, alongX] = steps.map(
    (n, k) => Float64Array.from({ length: n + 1 }, (_, lag) => (ends[k] > 0 ? ((lag * edges[k]) / ends[k]) ** 2 : 0)),
  );
  const withinReach = (z: number, y: number, x: number): boolean =>
    (z === 0 && y === 0 && x === 0) || alongZ[z] + alongY[y] + alongX[x] < 1;
  const raw = (window: Shape): number =>
    varianceOfMean(window, steps, (z, y, x) => (withinReach(z, y, x) ? weight(z, y, x) : 0));
  const inside = (window: Shape): number => varianceOfMean(window, steps, (z, y, x) => Number(withinReach(z, y, x)));
  const whole = raw(shape) / Math.max(0.1, 1 - inside(shape));
  const same = (window: Shape): boolean => window.every((n, k) => n === shape[k]);
  return { volumeFraction: p, of: (window) => (same(window) ? whole : raw(window) + whole * inside(window)) };
}
