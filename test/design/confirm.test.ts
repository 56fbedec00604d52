import { describe, expect, it } from 'vitest';
import { confirmed, disagreeing } from '../../src/design/confirm.js';

describe('confirmations', () => {
  it('[exact] prediction and mean have intervals of one level, and agree within both together', () => {
    // t of 3 degrees of freedom at 95 % is 3.18245; the values have mean .2 and deviation .02.
    const values = [0.18, 0.18, 0.22, 0.22].map((value) => 0.2 + (value - 0.2) * Math.sqrt(3 / 4));
    const at = (mean: number, error: number, level = 0.95) => confirmed('mFactor1', { mean, error }, values, level);
    const { predictedHalfWidth, halfWidth, agrees } = at(0.2, 0.03);
    expect(predictedHalfWidth!).toBeCloseTo(3.18245 * 0.03, 6);
    expect(halfWidth!).toBeCloseTo(3.18245 * 0.01, 6);
    expect(agrees).toBe(true);
    expect(at(0.2, 0.03, 0.5).predictedHalfWidth! / at(0.2, 0.03, 0.5).halfWidth!).toBeCloseTo(3, 9);
    const reach = Math.hypot(halfWidth!, predictedHalfWidth!);
    const [near, far] = [at(0.2 + 0.999 * reach, 0.03), at(0.2 - 1.001 * reach, 0.03)];
    expect([near.agrees, far.agrees]).toEqual([true, false]);
    expect(disagreeing([near, far])).toEqual(['mFactor1']);
  });

  it('[exact] one value has no interval, and none can be told to agree', () => {
    expect(confirmed('mFactor1', { mean: 0.2, error: 0.1 }, [0.3, NaN], 0.95)).toMatchObject({
      count: 1, mean: 0.3, halfWidth: null, predictedHalfWidth: null, agrees: null,
    });
    expect(disagreeing([confirmed('mFactor1', { mean: 0.2, error: 0.1 }, [], 0.95)])).toEqual([]);
  });
});
