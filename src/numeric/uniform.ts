// Uniform random numbers by key and place: the n-th of a stream, whatever was asked before.
import { SpecError } from '../core/errors.js';
import { quoted } from '../core/quote.js';
import { philox, type StreamKey, streamKey } from './philox.js';

/** Two random words as a number in [0, 1) of 53 bits. */
export const fraction = (high: number, low: number): number => ((high >>> 5) * 2 ** 26 + (low >>> 6)) / 2 ** 53;

/** Uniform numbers in [0, 1) at places of a stream: whole numbers below 2³² each, 0 where none is given. 53 bits. */
export function keyedUniform(key: StreamKey): (a: number, b?: number, c?: number) => number {
  const bits = keyedBits(key);
  return (a, b = 0, c = 0) => {
    const block = bits(a, b, c);
    return fraction(block[0], block[1]);
  };
}

/** Blocks of four random words at places of a stream. A block is overwritten by the next. */
export function keyedBits(key: StreamKey): (a: number, b?: number, c?: number) => Uint32Array {
  const [key0, key1] = streamKey(key);
  const block = new Uint32Array(4);
  return (a, b = 0, c = 0) => {
    philox(block, a, b, c, 0, key0, key1);
    return block;
  };
}

/** 0 … count − 1 in random order (Fisher-Yates), the permutation `which` of a stream. */
export function keyedPermutation(uniform: ReturnType<typeof keyedUniform>, count: number, which: number): Uint32Array {
  const order = Uint32Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor(uniform(i, which) * (i + 1));
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}

/** @throws SpecError for what is no seed */
export function checkSeed(where: string, seed: unknown): void {
  if (Number.isSafeInteger(seed) && (seed as number) >= 0) return;
  throw new SpecError(`${where}: seed is a whole number from 0 to 2⁵³ − 1, got ${quoted(seed)}`);
}
