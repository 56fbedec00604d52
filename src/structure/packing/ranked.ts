// Voxels in the order of a number from 0 to 1, ties by their index: one sorted array of doubles.

/** Steps of the number that are told apart. */
const STEPS = 2 ** 20;
const WORD = 2 ** 32;

/** Collects voxels, any of them several times. */
export class Ranked {
  private keys = new Float64Array(2 ** 16);
  private count = 0;

  get length(): number {
    return this.count;
  }

  /** @param rank from 0 to 1; beyond counts as the end */
  add(at: number, rank: number): void {
    if (this.count === this.keys.length) {
      const grown = new Float64Array(2 * this.count);
      grown.set(this.keys);
      this.keys = grown;
    }
    // Whole numbers below 2⁵².
    this.keys[this.count++] = Math.max(0, Math.min(STEPS - 1, Math.floor(rank * STEPS))) * WORD + at;
  }

  clear(): void {
    this.count = 0;
  }

  /** Calls `take` with voxels and their ranks, as the upper ends of steps, until it says false. */
  inOrder(take: (at: number, rank: number) => boolean): void {
    for (const key of this.keys.subarray(0, this.count).sort()) {
      if (!take(key % WORD, (Math.floor(key / WORD) + 1) / STEPS)) return;
    }
  }
}
