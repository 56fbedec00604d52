// Butler-Volmer, solved for the overpotential: s = j/i0 = e^(αfη) − e^(−(1−α)fη). In this form the equation of the
// interface bends like a logarithm, which Newton's method and linearly implicit steps follow from far away.
import { asinh, exp } from '../../numeric/elementary.js';

/** η in V at s = j/i0. @param slope f = F/RT in 1/V @param alpha α */
export function overpotential(s: number, alpha: number, slope: number): number {
  if (alpha === 0.5) return (2 / slope) * asinh(s / 2);
  // Newton from the symmetric value in y = fη; convex or concave on either side, so it ends.
  let y = 2 * asinh(s / 2);
  for (let k = 0; k < 60; k++) {
    const [forward, backward] = [exp(alpha * y), exp((alpha - 1) * y)];
    const step = (forward - backward - s) / (alpha * forward + (1 - alpha) * backward);
    y -= Math.max(-2, Math.min(2, step));
    if (Math.abs(step) <= 1e-15 * (1 + Math.abs(y))) break;
  }
  return y / slope;
}

/** dη/ds in V at the same. */
export function overpotentialSlope(s: number, eta: number, alpha: number, slope: number): number {
  if (alpha === 0.5) return 1 / (slope * Math.sqrt(1 + (s * s) / 4));
  return 1 / (slope * (alpha * exp(alpha * slope * eta) + (1 - alpha) * exp((alpha - 1) * slope * eta)));
}
