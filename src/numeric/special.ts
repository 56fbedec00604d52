// Special functions in f64.
import { exp, log, pow } from './elementary.js';

/** ln Γ(x), x > 0 (Stirling after recurrence to x ≥ 10). */
export function logGamma(x: number): number {
  let shift = 0;
  let t = x;
  for (; t < 10; t++) shift += log(t);
  const r = 1 / (t * t);
  const series = (1 / 12 - r * (1 / 360 - r * (1 / 1260 - r / 1680))) / t;
  return (t - 0.5) * log(t) - t + log(2 * Math.PI) / 2 + series - shift;
}

/** Regularised incomplete gamma function P(a, x): power series, Lentz's continued fraction beyond x = a + 1. */
export function gammaProbability(a: number, x: number): number {
  if (!(x > 0)) return 0;
  const front = exp(a * log(x) - x - logGamma(a));
  if (x < a + 1) {
    let term = 1 / a;
    let sum = term;
    for (let k = a + 1; term > 1e-17 * sum; k++) {
      term *= x / k;
      sum += term;
    }
    return front * sum;
  }
  let [b, d] = [x + 1 - a, 1 / (x + 1 - a)];
  let [c, f] = [Infinity, d];
  for (let k = 1; k < 10_000; k++) {
    const step = -k * (k - a);
    b += 2;
    d = 1 / (step * d + b);
    c = b + step / c;
    f *= c * d;
    if (Math.abs(c * d - 1) < 1e-15) break;
  }
  return 1 - front * f;
}

/** Regularised incomplete beta function I_x(a, b), by Lentz's continued fraction. */
export function betaProbability(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - betaProbability(1 - x, b, a);
  const front = exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * log(x) + b * log(1 - x)) / a;
  let [c, d] = [1, 1 / (1 - ((a + b) * x) / (a + 1))];
  let f = d;
  for (let m = 1; m < 500; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    for (const e of [even, odd]) {
      d = 1 / (1 + e * d);
      c = 1 + e / c;
      f *= c * d;
    }
    if (Math.abs(c * d - 1) < 1e-15) break;
  }
  return front * f;
}

/** ln Γ(x) for x = ½, 1, 1½, … by recurrence. */
export function logGammaHalves(x: number): number {
  let value = x % 1 === 0 ? 0 : log(Math.PI) / 2;
  for (let t = x % 1 === 0 ? 1 : 0.5; t < x; t++) value += log(t);
  return value;
}

/** e^(−z) I_ν(z) / z^ν for ν = −½, 0, ½, …: power series, and Hankel's expansion for large z. */
export function besselRatio(nu: number, z: number): number {
  if (z > Math.max(40, 2 * nu * nu)) {
    let term = 1;
    let sum = 1;
    for (let k = 1; k < 30; k++) {
      term *= -(4 * nu * nu - (2 * k - 1) ** 2) / (8 * k * z);
      sum += term;
      if (Math.abs(term) < 1e-16) break;
    }
    return (sum / Math.sqrt(2 * Math.PI * z)) * pow(z, -nu);
  }
  let term = exp(-z - nu * Math.LN2 - logGammaHalves(nu + 1));
  let sum = term;
  for (let k = 1; term > 1e-17 * sum; k++) {
    term *= (z * z) / 4 / (k * (k + nu));
    sum += term;
  }
  return sum;
}
