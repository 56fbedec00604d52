// Counter-based random numbers on the host: Philox4x32-10 (Salmon et al. 2011), the generator of the core
// (assembly/core/random.ts), word for word.
import { STREAM_KEY0, STREAM_KEY1 } from '../../assembly/layout.js';

const M0 = 0xd2511f53;
const M1 = 0xcd9e8d57;
const W0 = 0x9e3779b9;
const W1 = 0xbb67ae85;

/** High word of a × b, both 32 bits. */
function high(a: number, b: number): number {
  const a0 = a & 0xffff;
  const a1 = a >>> 16;
  const b0 = b & 0xffff;
  const b1 = b >>> 16;
  const low = a0 * b0;
  const middle = a1 * b0 + (low >>> 16);
  // Below 2⁵³: sums of products of 16 bits.
  const cross = (middle & 0xffff) + a0 * b1;
  return (a1 * b1 + Math.floor(middle / 65536) + Math.floor(cross / 65536)) >>> 0;
}

/** Ten rounds on one counter of four words, in place of a block of four words. */
export function philox(
  block: Uint32Array, c0: number, c1: number, c2: number, c3: number, key0: number, key1: number,
): void {
  for (let round = 0; round < 10; round++) {
    const high0 = high(c0, M0);
    const low0 = Math.imul(c0, M0);
    const high1 = high(c2, M1);
    const low1 = Math.imul(c2, M1);
    c0 = (high1 ^ c1 ^ key0) >>> 0;
    c1 = low1 >>> 0;
    c2 = (high0 ^ c3 ^ key1) >>> 0;
    c3 = low0 >>> 0;
    key0 = (key0 + W0) >>> 0;
    key1 = (key1 + W1) >>> 0;
  }
  block[0] = c0;
  block[1] = c1;
  block[2] = c2;
  block[3] = c3;
}

export interface StreamKey {
  /** Whole number from 0 to 2⁵³−1. */
  readonly seed: number;
  /** Whole numbers below 2³². */
  readonly scenario: number;
  readonly realisation: number;
}

/** Key of a structure: the Philox block of (seed low, seed high, scenario, realisation), as in the core
 *  (decision 0012). */
export function streamKey({ seed, scenario, realisation }: StreamKey): readonly [number, number] {
  const block = new Uint32Array(4);
  philox(block, seed % 2 ** 32, Math.floor(seed / 2 ** 32), scenario, realisation, STREAM_KEY0, STREAM_KEY1);
  return [block[0], block[1]];
}
