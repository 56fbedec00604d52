// Which structures train and which test, and where random starts lie: reproducible from a seed on every machine.
import { checkArguments } from '../core/arguments.js';
import { SpecError } from '../core/errors.js';

/** Uniform numbers in [0, 1) from a 32-bit seed; integer arithmetic only (splitmix32 of a Weyl sequence). */
export function uniformNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let z = state;
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return ((z ^ (z >>> 15)) >>> 0) / 2 ** 32;
  };
}

/** Rows that train, and rows that test. */
export interface Split {
  /** Indices, from 0. */
  readonly train: readonly number[];
  /** Indices, from 0. */
  readonly test: readonly number[];
}

/** Shuffles 0…count−1 (Fisher-Yates) and cuts; both parts sorted. The same for every phase of one table.
 *  @throws SpecError unless 0 < trainShare ≤ 1 and the seed is a whole number ≥ 0. */
export function splitRows(count: number, trainShare: number, seed: number): Split {
  checkArguments('splitRows', { count: [count, 'number'], trainShare: [trainShare, 'number'], seed: [seed, 'number'] });
  if (!(trainShare > 0 && trainShare <= 1)) {
    throw new SpecError(`fit: trainShare must lie in (0, 1], got ${trainShare}`);
  }
  if (!Number.isInteger(seed) || seed < 0) throw new SpecError(`fit: seed must be a whole number ≥ 0, got ${seed}`);
  const random = uniformNumbers(seed);
  const order = Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [order[i], order[j]] = [order[j], order[i]];
  }
  const cut = Math.round(count * trainShare);
  const sorted = (part: number[]) => part.sort((a, b) => a - b);
  return { train: sorted(order.slice(0, cut)), test: sorted(order.slice(cut)) };
}
