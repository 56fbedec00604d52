// A measured correlation function: monotone cubic interpolation (Fritsch & Butland 1984 slopes) between the given lags,
// 0 beyond.
import { SpecError } from '../../core/errors.js';
import { RADIAL_INTERVALS } from '../../kernels/octant.js';
import type { CovarianceFamily } from './family.js';

const MAX_POINTS = 4096;
/** |ρ| at the last lag, beyond which the field is taken as uncorrelated. */
const MAX_TAIL = 0.05;

function check(lag: readonly number[], rho: readonly number[]): void {
  const where = 'covariance table';
  if (
    !Array.isArray(lag) || !Array.isArray(rho) || lag.length !== rho.length || lag.length < 3 || lag.length > MAX_POINTS
  ) {
    throw new SpecError(`${where}: lag and rho must be lists of 3 to ${MAX_POINTS} numbers, one ρ for each lag`);
  }
  if ([...lag, ...rho].some((value) => typeof value !== 'number' || !Number.isFinite(value))) {
    throw new SpecError(`${where}: lag and rho must be finite numbers`);
  }
  if (lag[0] !== 0 || rho[0] !== 1) {
    throw new SpecError(`${where}: must begin with lag 0 and ρ = 1, got lag ${lag[0]}, ρ = ${rho[0]}`);
  }
  const back = lag.findIndex((value, i) => i > 0 && value <= lag[i - 1]);
  if (back > 0) throw new SpecError(`${where}: lags must increase, got ${lag[back - 1]} before ${lag[back]}`);
  const large = rho.find((value) => Math.abs(value) > 1);
  if (large !== undefined) throw new SpecError(`${where}: ρ must be from −1 to 1, got ${large}`);
  const tail = rho[rho.length - 1];
  if (Math.abs(tail) > MAX_TAIL) {
    throw new SpecError(
      `${where}: ρ is ${tail} at the last lag, beyond which it is taken as 0; extend the table until |ρ| ≤ ${MAX_TAIL}`,
    );
  }
}

/** Slopes at the points: weighted harmonic means, 0 at extrema, three-point formulas at the ends. */
function slopes(x: readonly number[], y: readonly number[]): number[] {
  const last = x.length - 1;
  const h = x.slice(1).map((value, i) => value - x[i]);
  const d = h.map((step, i) => (y[i + 1] - y[i]) / step);
  const end = (h0: number, h1: number, d0: number, d1: number): number => {
    const slope = ((2 * h0 + h1) * d0 - h0 * d1) / (h0 + h1);
    if (slope * d0 <= 0) return 0;
    return d0 * d1 < 0 && Math.abs(slope) > 3 * Math.abs(d0) ? 3 * d0 : slope;
  };
  return x.map((_, i) => {
    if (i === 0) return end(h[0], h[1], d[0], d[1]);
    if (i === last) return end(h[last - 1], h[last - 2], d[last - 1], d[last - 2]);
    if (d[i - 1] * d[i] <= 0) return 0;
    const [a, b] = [2 * h[i] + h[i - 1], h[i] + 2 * h[i - 1]];
    return (a + b) / (a / d[i - 1] + b / d[i]);
  });
}

/** @param lag values of u = αh: voxels when α is 1. @throws SpecError */
export function table(lag: readonly number[], rho: readonly number[]): CovarianceFamily {
  check(lag, rho);
  const slope = slopes(lag, rho);
  const range = lag[lag.length - 1];
  /** Index of the interval, its length, and where in it. */
  const place = (u: number): readonly [number, number, number] => {
    let [low, high] = [0, lag.length - 1];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (lag[middle] <= u) low = middle;
      else high = middle;
    }
    const h = lag[high] - lag[low];
    return [low, h, (u - lag[low]) / h];
  };
  const value = (u: number): number => {
    if (u > range) return 0;
    const [i, h, t] = place(u);
    const s = 1 - t;
    return s * s * ((1 + 2 * t) * rho[i] + t * h * slope[i]) +
      t * t * ((3 - 2 * t) * rho[i + 1] - s * h * slope[i + 1]);
  };
  const derivative = (u: number): number => {
    if (u > range) return 0;
    const [i, h, t] = place(u);
    const s = 1 - t;
    return (6 * s * t * (rho[i + 1] - rho[i])) / h + s * (1 - 3 * t) * slope[i] + t * (3 * t - 2) * slope[i + 1];
  };
  return {
    name: 'table',
    correlation: { value, slope: derivative },
    range,
    curvature: null,
    get radial() {
      return {
        end: range,
        values: Float64Array.from({ length: RADIAL_INTERVALS + 1 }, (_, i) => value((i / RADIAL_INTERVALS) * range)),
      };
    },
  };
}
