// Functions with the same bits on every engine: only + − × ÷ and square roots, which IEEE 754 rounds alike.
// `Math.log`, `exp` and `cbrt` differ between engines in the last bits, and what is drawn must not.

const LN2 = 0.6931471805599453;

/** x^(1/3) for x > 0, by Newton's iteration. */
export function portableCubeRoot(x: number): number {
  let r = x > 1 ? x : 1;
  for (let k = 0; k < 200; k++) r = (2 * r + x / (r * r)) / 3;
  return r;
}

/** ln x for x in (0, 1]: ln x = 2 artanh((x−1)/(x+1)) after doubling; within 2 ulp of −ln x + 1. */
export function portableLogarithm(x: number): number {
  let halvings = 0;
  while (x < 0.7) {
    x *= 2;
    halvings++;
  }
  const t = (x - 1) / (x + 1);
  let sum = 0;
  let power = t;
  for (let k = 1; k < 60; k += 2, power *= t * t) sum += power / k;
  return 2 * sum - halvings * LN2;
}

/** Factor that makes two numbers from −1 to 1 two independent standard normal ones (Marsaglia's polar method: no angle,
 *  so that ln and sqrt are enough); null where they lie outside of the unit disc, or at its centre. */
export function polarFactor(u: number, v: number): number | null {
  const square = u * u + v * v;
  return square >= 1 || square === 0 ? null : Math.sqrt((-2 * portableLogarithm(square)) / square);
}

/** Terms of the series of e^r that count for |r| ≤ ln 2 / 2. */
const TERMS = 18;

/** e^x for |x| ≤ 700: e^r · 2^k with |r| ≤ ln 2 / 2; relative error below 1e-15 · (1 + |x|). */
export function portableExponential(x: number): number {
  const k = Math.round(x / LN2);
  const r = x - k * LN2;
  let sum = 1;
  for (let n = TERMS; n > 0; n--) sum = 1 + (r / n) * sum;
  // Powers of two are exact.
  let scale = 1;
  for (let n = 0; n < Math.abs(k); n++) scale *= 2;
  return k < 0 ? sum / scale : sum * scale;
}
