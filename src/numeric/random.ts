// Random numbers on the host from a key, the same bits in every engine.
import { philox, streamKey, type StreamKey } from './philox.js';
import { polarFactor } from './portable.js';

export interface RandomNumbers {
  /** Uniform in [0, 1), 53 bits. */
  uniform(): number;
  /** Standard normal. */
  normal(): number;
}

/** One stream of numbers; other keys give other streams. */
export function randomNumbers(key: StreamKey): RandomNumbers {
  const [key0, key1] = streamKey(key);
  const block = new Uint32Array(4);
  let counter = 0;
  let unused = 0;
  let kept: number | null = null;
  const uniform = (): number => {
    if (unused === 0) {
      philox(block, counter >>> 0, Math.floor(counter / 2 ** 32), 0, 0, key0, key1);
      counter++;
      unused = 2;
    }
    unused--;
    return ((block[2 * unused] >>> 5) * 2 ** 26 + (block[2 * unused + 1] >>> 6)) / 2 ** 53;
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
