// Elementary functions in fixed point of 300 bits, by series on BigInt: the judge of those in f64.
const BITS = 300n;
const ONE = 1n << BITS;

/** A number in f64 as fixed point, exactly where |x| > 2^−240. */
export function fixed(x: number): bigint {
  if (x === 0) return 0n;
  const words = new DataView(new ArrayBuffer(8));
  words.setFloat64(0, x);
  const high = words.getUint32(0);
  const exponent = BigInt((high >>> 20) & 0x7ff);
  const fraction = (BigInt(high & 0xfffff) << 32n) | BigInt(words.getUint32(4));
  const mantissa = exponent === 0n ? fraction : fraction | (1n << 52n);
  const shift = (exponent === 0n ? 1n : exponent) - 1075n + BITS;
  const value = shift >= 0n ? mantissa << shift : mantissa >> -shift;
  return x < 0 ? -value : value;
}
// Division truncates towards 0, so that a series of negative terms ends; a shift would stay at −1.
const mul = (a: bigint, b: bigint): bigint => (a * b) / ONE;
const div = (a: bigint, b: bigint): bigint => (a << BITS) / b;
function root(a: bigint): bigint {
  const n = a << BITS;
  let r = 1n << BigInt(Math.ceil(n.toString(2).length / 2));
  for (;;) {
    const next = (r + n / r) >> 1n;
    if (next >= r) return r;
    r = next;
  }
}
function artanh(t: bigint): bigint {
  const square = mul(t, t);
  let [sum, power, k] = [0n, t, 1n];
  for (; power !== 0n; k += 2n, power = mul(power, square)) sum += power / k;
  return sum;
}
const LN2 = 2n * artanh(ONE / 3n);

export function bigExp(x: bigint): bigint {
  const k = x / LN2;
  const r = (x - k * LN2) / 256n;
  let [sum, term, n] = [ONE, ONE, 1n];
  for (; term !== 0n && n < 200n; n++) sum += term = mul(term, r) / n;
  for (let i = 0; i < 8; i++) sum = mul(sum, sum);
  return k >= 0n ? sum << k : sum >> -k;
}
export function bigLog(x: bigint): bigint {
  let [k, m] = [0n, x];
  for (; m > ONE + ONE / 2n; k++) m >>= 1n;
  for (; m < (3n * ONE) / 4n; k--) m <<= 1n;
  return k * LN2 + 2n * artanh(div(m - ONE, m + ONE));
}
export const bigSinh = (x: bigint): bigint => (bigExp(x) - bigExp(-x)) / 2n;
export const bigCosh = (x: bigint): bigint => (bigExp(x) + bigExp(-x)) / 2n;
export const bigTanh = (x: bigint): bigint => div(bigSinh(x), bigCosh(x));
export const bigAsinh = (x: bigint): bigint =>
  x < 0n ? -bigAsinh(-x) : bigLog(x + root(mul(x, x) + ONE));
export const bigExpm1 = (x: bigint): bigint => bigExp(x) - ONE;
export const bigLog1p = (x: bigint): bigint => bigLog(ONE + x);
/** sin and cos by halving the angle until their series is short. */
function halved(x: bigint): readonly [sine: bigint, cosine: bigint] {
  if (x > ONE / 4n || x < -ONE / 4n) {
    const [s, c] = halved(x / 2n);
    return [2n * mul(s, c), mul(c, c) - mul(s, s)];
  }
  let [sine, term, n] = [x, x, 1n];
  for (; term !== 0n; n += 2n) sine += term = -mul(mul(term, x), x) / ((n + 1n) * (n + 2n));
  return [sine, root(ONE - mul(sine, sine))];
}
export const bigSin = (x: bigint): bigint => halved(x)[0];
export const bigCos = (x: bigint): bigint => halved(x)[1];

/** The inverse by Newton's iteration from f64, whose 50 bits it makes 400. */
function inverse(f: (x: bigint) => bigint, slope: (x: bigint) => bigint, start: number, y: bigint): bigint {
  let x = fixed(start);
  for (let k = 0; k < 4; k++) x -= div(f(x) - y, slope(x));
  return x;
}
const small = (x: bigint): number => Number(x) / 2 ** 300;
export const bigAsin = (x: bigint): bigint => inverse(bigSin, bigCos, Math.asin(small(x)), x);
export const bigAcos = (x: bigint): bigint => inverse(bigCos, (a) => -bigSin(a), Math.acos(small(x)), x);
export const bigAtan = (x: bigint): bigint =>
  inverse((a) => div(bigSin(a), bigCos(a)), (a) => div(ONE, mul(bigCos(a), bigCos(a))), Math.atan(small(x)), x);
export const bigCbrt = (x: bigint): bigint =>
  inverse((a) => mul(mul(a, a), a), (a) => 3n * mul(a, a), Math.cbrt(small(x)), x);
export const bigLog2 = (x: bigint): bigint => div(bigLog(x), LN2);
export const bigRoot = root;

/** |value − truth| in units in the last place of the truth. */
export function ulps(value: number, truth: bigint): number {
  const size = Math.abs(value);
  const exponent = Math.max(Math.floor(Math.log2(size || 1e-300)), -1022);
  const unit = 2 ** (exponent - 52);
  const difference = fixed(value) - truth;
  return Math.abs(Number(difference < 0n ? -difference : difference) / 2 ** 300 / unit);
}
