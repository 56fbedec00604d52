// Random numbers on the host from a key, the same bits in every engine.
import type { StreamKey } from './philox.js';
import { polarFactor } from './portable.js';
import { fraction, keyedBits } from './uniform.js';

export interface RandomNumbers {
  /** Uniform in [0, 1), 53 bits. */
  uniform(): number;
  /** Standard normal. */
  normal(): number;
}

/** One stream of numbers; other keys give other streams. */
export function randomNumbers(key: StreamKey): RandomNumbers {
  const bits = keyedBits(key);
  let block: Uint32Array;
  let counter = 0;
  let unused = 0;
  let kept: number | null = null;
  const uniform = (): number => {
    if (unused === 0) {
      block = bits(counter >>> 0, Math.floor(counter / 2 ** 32));
      counter++;
      unused = 2;
    }
    unused--;
    return fraction(block[2 * unused], block[2 * unused + 1]);
  };
  return {
    uniform,
    normal() {
      if (kept !== null) {
        const value = kept;
        kept = null;
        return value;
      }
      for (;;) {
        const [u, v] = [2 * uniform() - 1, 2 * uniform() - 1];
        const factor = polarFactor(u, v);
        if (factor === null) continue;
        kept = v * factor;
        return u * factor;
      }
    },
  };
}
