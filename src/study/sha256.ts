// SHA-256 (FIPS 180-4), synchronous and the same on every platform: the key of studies, seeds and images of a sweep.

function isPrime(n: number): boolean {
  for (let d = 2; d * d <= n; d++) if (n % d === 0) return false;
  return true;
}

/** First 32 bits after the point of the root of a prime; `root` must be exact. */
function fractionBits(root: (n: bigint) => bigint, prime: number, shift: bigint): number {
  return Number(root(BigInt(prime) << shift) & 0xffffffffn);
}

/** Largest integer r with r^k ≤ n. */
function integerRoot(n: bigint, k: bigint): bigint {
  let low = 0n;
  let high = 1n << 80n;
  while (low < high) {
    const middle = (low + high + 1n) >> 1n;
    if (middle ** k <= n) low = middle;
    else high = middle - 1n;
  }
  return low;
}

const PRIMES: number[] = [];
for (let n = 2; PRIMES.length < 64; n++) if (isPrime(n)) PRIMES.push(n);
/** Square roots of the first 8 primes and cube roots of the first 64. */
const INITIAL = PRIMES.slice(0, 8).map((p) => fractionBits((n) => integerRoot(n, 2n), p, 64n));
const ROUND = PRIMES.map((p) => fractionBits((n) => integerRoot(n, 3n), p, 96n));

const rotate = (x: number, n: number): number => (x >>> n) | (x << (32 - n));

/** Hex digest, 64 characters, of bytes, or of the UTF-8 bytes of a text. */
export function sha256(of: string | Uint8Array): string {
  const message = typeof of === 'string' ? new TextEncoder().encode(of) : of;
  const padded = new Uint8Array((((message.length + 8) >> 6) + 1) << 6);
  padded.set(message);
  padded[message.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(padded.length - 8, Math.floor(message.length / 2 ** 29));
  view.setUint32(padded.length - 4, message.length << 3);
  const state = Int32Array.from(INITIAL);
  const w = new Int32Array(64);
  for (let block = 0; block < padded.length; block += 64) {
    for (let i = 0; i < 16; i++) w[i] = view.getInt32(block + 4 * i);
    for (let i = 16; i < 64; i++) {
      const s0 = rotate(w[i - 15], 7) ^ rotate(w[i - 15], 18) ^ (w[i - 15] >>> 3);
      const s1 = rotate(w[i - 2], 17) ^ rotate(w[i - 2], 19) ^ (w[i - 2] >>> 10);
      w[i] = w[i - 16] + s0 + w[i - 7] + s1;
    }
    let [a, b, c, d, e, f, g, h] = state;
    for (let i = 0; i < 64; i++) {
      const t1 = (h + (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) + ((e & f) ^ (~e & g)) + ROUND[i] + w[i]) | 0;
      const t2 = ((rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      [a, b, c, d, e, f, g, h] = [(t1 + t2) | 0, a, b, c, (d + t1) | 0, e, f, g];
    }
    [a, b, c, d, e, f, g, h].forEach((value, i) => (state[i] += value));
  }
  return [...state].map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
}
