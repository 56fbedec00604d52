// Standard normal numbers with an address each, one by one: Marsaglia's polar method on the counters (pair, attempt).
import { philox, streamKey } from '../../src/numeric/philox.js';
import { polarFactor } from '../../src/numeric/portable.js';

const WORD = 2 ** 32;

/** The first `count` of them. */
export function slowNormals(seed: number, count: number): number[] {
  const [key0, key1] = streamKey({ seed, scenario: 0, realisation: 0 });
  const block = new Uint32Array(4);
  const values: number[] = [];
  for (let pair = 0; values.length < count; pair++) {
    draw: for (let attempt = 0; ; attempt++) {
      philox(block, pair, attempt, 0, 0, key0, key1);
      for (const word of [0, 2]) {
        const [u, v] = [(2 * (block[word] + 0.5)) / WORD - 1, (2 * (block[word + 1] + 0.5)) / WORD - 1];
        const factor = polarFactor(u, v);
        if (factor === null) continue;
        values.push(u * factor, v * factor);
        break draw;
      }
    }
  }
  return values.slice(0, count);
}
