// Elementary functions of any argument with the same bits on every engine: only + − × ÷ and square roots, which
// IEEE 754 rounds alike, while `Math.exp` and its kin differ between engines in the last bits. Reduction in two parts
// as in fdlibm, series with exact coefficients behind it. Errors were measured against 300-bit arithmetic and are
// stated in units in the last place (ulp); tests hold them. `portable.ts` has an older exponential and logarithm, whose
// bits drawn structures depend on.

const { abs, max, min, sqrt, round } = Math;

/** ln 2 in two parts; the first ends in 21 zero bits, so that products with whole numbers below 2²¹ are exact. */
const LN2_HIGH = 6.93147180369123816490e-1;
const LN2_LOW = 1.90821492927058770002e-10;
const LN2 = 0.6931471805599453;

/** 2^k for k = −1074 … 1023, at k + 1074. */
const POWERS = (() => {
  const powers = new Float64Array(2098);
  powers[1074] = 1;
  for (let k = 1; k <= 1023; k++) powers[1074 + k] = 2 * powers[1073 + k];
  for (let k = 1; k <= 1074; k++) powers[1074 - k] = powers[1075 - k] / 2;
  return powers;
})();

/** y · 2^k, in two exact factors where one does not suffice. */
function scaled(y: number, k: number): number {
  if (k >= -1022 && k <= 1023) return y * POWERS[k + 1074];
  return k > 0 ? y * POWERS[2097] * POWERS[k + 51] : y * POWERS[k + 1128] * POWERS[1020];
}

/** c with e^r = 1 + r + r·c/(2 − c), from r·coth(r/2) = 2 + r²/6 − r⁴/360 + … (Bernoulli numbers); |r| ≤ ln 2 / 2. */
function exponentialCore(r: number): number {
  const t = r * r;
  return r - t * (1 / 6 - t * (1 / 360 - t * (1 / 15120 - t * (1 / 604800 - t * (1 / 23950080 -
    t * (691 / 653837184000))))));
}

/** e^x; within 1 ulp, 0 below −745.2 and infinite above 709.8. */
export function exp(x: number): number {
  if (!(x > -745.2)) return x <= -745.2 ? 0 : NaN;
  if (x > 709.8) return Infinity;
  const k = round(x / LN2);
  const high = x - k * LN2_HIGH;
  const low = k * LN2_LOW;
  const r = high - low;
  const c = exponentialCore(r);
  return scaled(1 - (low - (r * c) / (2 - c) - high), k);
}

/** e^x − 1 without cancellation; within 3 ulp. */
export function expm1(x: number): number {
  if (abs(x) > 0.34) return exp(x) - 1;
  const c = exponentialCore(x);
  return x + (x * c) / (2 - c);
}

const WORDS = new Uint32Array(2);
const NUMBER = new Float64Array(WORDS.buffer);

/** Σ 2zᵏ/(2k+1) from k = 1, for z = s² of s = f/(2 + f): ln(1 + f) = 2s + s·that. */
function logarithmCore(z: number): number {
  return z * (2 / 3 + z * (2 / 5 + z * (2 / 7 + z * (2 / 9 + z * (2 / 11 + z * (2 / 13 + z * (2 / 15 +
    z * (2 / 17 + z * (2 / 19 + z * (2 / 21))))))))));
}

/** ln x; within 1 ulp, −∞ at 0 and not a number below. */
export function log(x: number): number {
  if (!(x > 0)) return x === 0 ? -Infinity : NaN;
  if (x === Infinity) return Infinity;
  let k = 0;
  let m = x;
  if (m < 2.3e-308) {
    m *= 18014398509481984;
    k = -54;
  }
  NUMBER[0] = m;
  k += (WORDS[1] >>> 20) - 1023;
  WORDS[1] = (WORDS[1] & 0xfffff) | 0x3ff00000;
  m = NUMBER[0];
  if (m > 1.4142135623730951) {
    m /= 2;
    k++;
  }
  const f = m - 1;
  const s = f / (2 + f);
  const half = 0.5 * f * f;
  return k * LN2_HIGH - (half - (s * (half + logarithmCore(s * s)) + k * LN2_LOW) - f);
}

/** ln(1 + x) without cancellation, x > −1; within 2 ulp. */
export function log1p(x: number): number {
  const sum = 1 + x;
  if (x < -0.29 || x > 0.41) return log(sum) + (x > 0 ? x - (sum - 1) : 0) / sum;
  const s = x / (2 + x);
  const half = 0.5 * x * x;
  return x - (half - s * (half + logarithmCore(s * s)));
}

/** sinh x; within 3 ulp. */
export function sinh(x: number): number {
  const a = abs(x);
  if (a > 709) return x < 0 ? -0.5 * exp(a / 2) * exp(a / 2) : 0.5 * exp(a / 2) * exp(a / 2);
  const e = expm1(a);
  const value = 0.5 * (e + e / (e + 1));
  return x < 0 ? -value : value;
}

/** cosh x; within 2 ulp. */
export function cosh(x: number): number {
  const a = abs(x);
  if (a > 709) return 0.5 * exp(a / 2) * exp(a / 2);
  const e = exp(a);
  return 0.5 * (e + 1 / e);
}

/** tanh x; within 3 ulp. */
export function tanh(x: number): number {
  const a = abs(x);
  if (a > 22) return x < 0 ? -1 : 1;
  const e = expm1(2 * a);
  const value = e / (e + 2);
  return x < 0 ? -value : value;
}

/** The inverse of sinh; within 3 ulp. */
export function asinh(x: number): number {
  const a = abs(x);
  const value = a > 1e150 ? log(a) + LN2 : log1p(a + (a * a) / (1 + sqrt(1 + a * a)));
  return x < 0 ? -value : value;
}

/** x^y; within 2 + |y ln x| ulp, not a number for x < 0 and y that is not whole. Whole y up to 64 by repeated
 *  squaring. */
export function pow(x: number, y: number): number {
  if (Number.isInteger(y) && abs(y) <= 64) {
    let [result, square, n] = [1, x, abs(y)];
    for (; n > 0; n = n >> 1, square *= square) if (n & 1) result *= square;
    return y < 0 ? 1 / result : result;
  }
  if (y === 0.5) return sqrt(x);
  if (x === 0) return y > 0 ? 0 : Infinity;
  if (x < 0 && Number.isInteger(y)) return y % 2 === 0 ? pow(-x, y) : -pow(-x, y);
  return exp(y * log(x));
}

/** π/2 in three parts; the first two end in zero bits, so that products with whole numbers below 2²⁰ are exact. */
const HALF_PI = [1.57079632673412561417, 6.07710050630396597660e-11, 2.02226624879595063154e-21] as const;

/** sin and cos of the part of x beyond the nearest multiple of π/2, and which multiple: |x| ≤ 10⁵. */
function quadrant(x: number): readonly [sine: number, cosine: number, quarter: number] {
  const k = round(x / (Math.PI / 2));
  const high = x - k * HALF_PI[0];
  const middle = k * HALF_PI[1];
  const r = high - middle;
  const low = high - r - middle - k * HALF_PI[2];
  const z = r * r;
  const sine = r + (low + r * z * (-1 / 6 + z * (1 / 120 - z * (1 / 5040 - z * (1 / 362880 - z * (1 / 39916800 -
    z * (1 / 6227020800 - z / 1307674368000)))))));
  const cosine = 1 - (z / 2 - (z * z * (1 / 24 - z * (1 / 720 - z * (1 / 40320 - z * (1 / 3628800 -
    z * (1 / 479001600 - z * (1 / 87178291200 - z / 20922789888000)))))) - r * low));
  return [sine, cosine, ((k % 4) + 4) % 4];
}

/** sin x for |x| ≤ 10⁵; within 1 ulp of 1, and 2 ulp relative away from multiples of π. */
export function sin(x: number): number {
  const [sine, cosine, quarter] = quadrant(x);
  return [sine, cosine, -sine, -cosine][quarter];
}

/** cos x for |x| ≤ 10⁵; as `sin`. */
export function cos(x: number): number {
  const [sine, cosine, quarter] = quadrant(x);
  return [cosine, -sine, -cosine, sine][quarter];
}

/** arctan of ½, 1, 3/2 and ∞ in two parts. */
const ARCS = [
  [4.63647609000806093515e-1, 2.26987774529616870924e-17], [7.85398163397448278999e-1, 3.06161699786838301793e-17],
  [9.82793723247329054082e-1, 1.39033110312309984516e-17], [1.57079632679489655800, 6.12323399573676603587e-17],
] as const;
/** What π has beyond its f64. */
const PI_LOW = 1.2246467991473532e-16;

/** 1 − arctan(x)/x for |x| ≤ 7/16, by fdlibm's polynomial (Sun Microsystems 1993), in its order of operations. */
function arcCore(x: number): number {
  const z = x * x;
  const w = z * z;
  const even = z * (3.33333333333329318027e-1 + w * (1.42857142725034663711e-1 + w * (9.09088713343650656196e-2 +
    w * (6.66107313738753120669e-2 + w * (4.97687799461593236017e-2 + w * 1.62858201153657823623e-2)))));
  const odd = w * (-1.99999999998764832476e-1 + w * (-1.11111104054623557880e-1 + w * (-7.69187620504482999495e-2 +
    w * (-5.83357013379057348645e-2 + w * -3.65315727442169155270e-2))));
  return even + odd;
}

/** arctan x, x ≥ 0: from the nearest of ARCS on. */
function arc(x: number): number {
  if (x < 0.4375) return x - x * arcCore(x);
  const k = x < 0.6875 ? 0 : x < 1.1875 ? 1 : x < 2.4375 ? 2 : 3;
  const t = [(2 * x - 1) / (2 + x), (x - 1) / (x + 1), (x - 1.5) / (1 + 1.5 * x), -1 / x][k];
  const [high, low] = ARCS[k];
  return high - (t * arcCore(t) - low - t);
}

/** The angle of the point (x, y), from −π to π; within 1.5 ulp. Zeros and infinities as in `Math.atan2`. */
export function atan2(y: number, x: number): number {
  if (y === 0) return x > 0 || Object.is(x, 0) ? y : x <= 0 ? (Object.is(y, -0) ? -Math.PI : Math.PI) : NaN;
  const both = abs(y) === Infinity && abs(x) === Infinity;
  const angle = both ? Math.PI / 4 : arc(abs(y / x));
  const turned = x >= 0 ? angle : Math.PI - (angle - PI_LOW);
  return y < 0 ? -turned : turned;
}

/** arcsin x, −1 ≤ x ≤ 1; within 3 ulp. */
export const asin = (x: number): number => atan2(x, sqrt((1 - x) * (1 + x)));

/** arccos x, −1 ≤ x ≤ 1; within 3 ulp. */
export const acos = (x: number): number => atan2(sqrt((1 - x) * (1 + x)), x);

/** √(Σ x²); within 2 ulp for two numbers. */
export function hypot(...values: readonly number[]): number {
  let most = 0;
  for (const value of values) most = abs(value) > most || Number.isNaN(value) ? abs(value) : most;
  if (!(most > 0 && most < Infinity)) return most;
  // A power of two near the largest: squares neither overflow nor vanish, and no digit is lost.
  const scale = POWERS[min(max(exponentOf(most), -1000), 1000) + 1074];
  let sum = 0;
  for (const value of values) sum += (value / scale) * (value / scale);
  return scale * sqrt(sum);
}

/** x^(1/3); within 1 ulp, exact for cubes. */
export function cbrt(x: number): number {
  if (x === 0 || !Number.isFinite(x)) return x;
  const a = abs(x);
  let r = exp(log(a) / 3);
  for (let k = 0; k < 2; k++) r -= (r * r * r - a) / (3 * r * r);
  return x < 0 ? -r : r;
}

/** The whole k with 2^k ≤ x < 2^(k+1), 0 < x < ∞. */
function exponentOf(x: number): number {
  NUMBER[0] = x;
  const k = (WORDS[1] >>> 20) - 1023;
  return k > -1023 ? k : exponentOf(x * 18014398509481984) - 54;
}

/** The logarithm to base 2; within 2 ulp, exact for powers of two. */
export function log2(x: number): number {
  if (!(x > 0 && x < Infinity)) return log(x);
  const k = exponentOf(x);
  const m = scaled(x, -k);
  return m > 1.4142135623730951 ? k + 1 + log(m / 2) / LN2 : k + log(m) / LN2;
}

/** The power of ten that the first digit of x stands for, x ≠ 0: floor of log₁₀ |x|, exact. */
export const decimalExponent = (x: number): number => Number(x.toExponential().split('e')[1]);
