// Gauss-Legendre quadrature in f64.
import { cos } from './elementary.js';

/** Nodes and weights of Gauss-Legendre quadrature on [−1, 1]. */
export function gaussLegendre(points: number): readonly (readonly [x: number, w: number])[] {
  return Array.from({ length: points }, (_, i) => {
    let x = cos((Math.PI * (i + 0.75)) / (points + 0.5));
    let slope = 1;
    for (let iteration = 0; iteration < 50; iteration++) {
      let [previous, value] = [1, x];
      for (let k = 2; k <= points; k++) [previous, value] = [value, ((2 * k - 1) * x * value - (k - 1) * previous) / k];
      slope = (points * (x * value - previous)) / (x * x - 1);
      const step = value / slope;
      x -= step;
      if (Math.abs(step) < 1e-15) break;
    }
    return [x, 2 / ((1 - x * x) * slope * slope)] as const;
  });
}

export const GAUSS_LEGENDRE_20 = gaussLegendre(20);

/** ∫ f over [low, high] in `panels` equal panels of 20 points. */
export function integrate(f: (x: number) => number, low: number, high: number, panels = 1): number {
  const half = (high - low) / panels / 2;
  let sum = 0;
  for (let panel = 0; panel < panels; panel++) {
    const middle = low + (2 * panel + 1) * half;
    for (const [x, w] of GAUSS_LEGENDRE_20) sum += w * f(middle + half * x);
  }
  return sum * half;
}
