// Distributions of statistics: normal, F, Student's t and Hotelling's T².
import { bisectIncreasing } from './bisect.js';
import { exp } from './elementary.js';
import { betaProbability, gammaProbability } from './special.js';

/** Standard normal density. */
export function normalDensity(x: number): number {
  return exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
}

/** Beyond −x the probability differs from 1 by less than half of the last bit. */
const CERTAIN = 8.3;

/** P(Z ≥ x): power series for small |x|, continued fraction beyond. */
export function normalSurvival(x: number): number {
  if (x < 0) return x < -CERTAIN ? 1 : 1 - normalSurvival(-x);
  if (x < 3) {
    let term = x;
    let sum = x;
    for (let k = 1; Math.abs(term) > 1e-17 * Math.abs(sum); k++) {
      term *= (x * x) / (2 * k + 1);
      sum += term;
    }
    return 0.5 - normalDensity(x) * sum;
  }
  // The bits are those of any more terms: 205/x were enough for 40 000 numbers x in each of 18 ranges.
  let f = x;
  for (let k = 6 + Math.ceil(240 / x); k >= 1; k--) f = x + k / f;
  return normalDensity(x) / f;
}

/** P(F ≤ f) of the F distribution. */
export function fProbability(f: number, d1: number, d2: number): number {
  return betaProbability((d1 * f) / (d1 * f + d2), d1 / 2, d2 / 2);
}

/** P(F > f), exact where it is small. */
export function fTail(f: number, d1: number, d2: number): number {
  return betaProbability(d2 / (d1 * f + d2), d2 / 2, d1 / 2);
}

/** Quantile of the F distribution. */
export function fQuantile(probability: number, d1: number, d2: number): number {
  return bisectIncreasing((f) => fProbability(f, d1, d2), probability, 0, 1e4);
}

/** Quantile of χ². */
export function chiSquareQuantile(probability: number, degrees: number): number {
  const far = degrees + 40 * Math.sqrt(degrees) + 100;
  return bisectIncreasing((x) => gammaProbability(degrees / 2, x / 2), probability, 0, far);
}

/** Two-sided quantile of Student's t: P(|t| ≤ q) = probability. */
export function studentQuantile(probability: number, degrees: number): number {
  return Math.sqrt(fQuantile(probability, 1, degrees));
}

/** Limit of Hotelling's T² for a share of `level` in `dimensions`, when the covariance comes from `draws` samples. */
export function hotellingLimit(level: number, dimensions: number, draws: number): number {
  return ((dimensions * (draws - 1)) / (draws - dimensions)) * fQuantile(level, dimensions, draws - dimensions);
}
