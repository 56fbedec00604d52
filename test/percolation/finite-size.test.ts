// Thresholds from windows that are known, and the intervals.
import { describe, expect, it } from 'vitest';
import { binomialInterval, meanInterval } from '../../src/numeric/intervals.js';
import {
  NU, spanningCurve, thresholdOf, type Outcome, type WindowOutcomes,
} from '../../src/percolation/finite-size.js';
import { normals, uniform } from '../random.js';

/** Contents around half(L) = .3 + .2 L^(−1/ν) (1 + c/L), as wide as L^(−1/ν). */
function windows(sizes: readonly number[], correction: number, draw: () => number, runs = 400): WindowOutcomes[] {
  return sizes.map((size) => {
    const scale = size ** (-1 / NU);
    const half = 0.3 + 0.2 * scale * (1 + correction / size);
    return { size, outcomes: Array.from({ length: runs }, () => ({ from: half + 0.5 * scale * draw() })) };
  });
}

describe('thresholdOf', () => {
  it('[exact] windows that lie on the law give its coefficients', () => {
    // Symmetric, so that the median is the centre.
    let k = 0;
    const draw = (): number => ((k++ % 401) - 200) / 100;
    for (const correction of [0, 2]) {
      const found = thresholdOf(windows([8, 12, 16, 24, 32, 48], correction, draw, 401));
      expect(found.threshold).toBeCloseTo(0.3, 10);
      expect(found.slope).toBeCloseTo(0.2, 8);
      expect(found.correction).toBeCloseTo(correction, 6);
      expect(found.nuFromWidths!.nu).toBeCloseTo(NU, 8);
    }
    const two = thresholdOf(windows([16, 32], 0, draw, 401));
    expect(two.threshold).toBeCloseTo(0.3, 10);
    expect([two.chiSquared, two.nuFromWidths, two.correction]).toEqual([null, null, 0]);
  });

  it('[law] the error is that which repetition shows', () => {
    const draw = normals(5);
    const found = Array.from({ length: 60 }, (_, seed) =>
      thresholdOf(windows([8, 16, 32], 0, draw, 100), { draws: 100, seed }));
    const spread = Math.sqrt(found.reduce((sum, { threshold }) => sum + (threshold - 0.3) ** 2, 0) / found.length);
    const error = found.reduce((sum, one) => sum + one.error, 0) / found.length;
    // Errors grow where χ² happens to be above its degrees, so that they are rather too large.
    expect(error / spread).toBeGreaterThan(0.7);
    expect(error / spread).toBeLessThan(2);
  });

  it('[law] yes and no at some contents give the threshold of the contents themselves', () => {
    const random = uniform(8);
    const logistic = (): number => {
      const u = random();
      return Math.log(u / (1 - u)) / 4;
    };
    const exact = windows([8, 16, 32], 0, logistic, 4000);
    const asked = exact.map(({ size, outcomes }): WindowOutcomes => ({
      size, outcomes: outcomes.map((outcome, i): Outcome => {
        const content = 0.3 + (0.02 * (i % 11)) / 2;
        return { content, spans: (outcome as { from: number }).from <= content };
      }),
    }));
    const { threshold, error } = thresholdOf(asked, { draws: 40 });
    expect(Math.abs(threshold - 0.3)).toBeLessThan(5 * error);
    expect(error).toBeLessThan(0.01);
  });

  it('says why no threshold follows', () => {
    const some = windows([8, 16], 0, normals(1), 20);
    expect(() => thresholdOf(some.slice(1))).toThrow('at least two windows of different sizes, got 16');
    expect(() => thresholdOf([some[0], { size: 8, outcomes: some[1].outcomes }])).toThrow('got 8, 8');
    expect(() => thresholdOf([some[0], { size: 16, outcomes: some[1].outcomes.slice(5, 9) }])).toThrow('has 4');
    const never = { size: 16, outcomes: some[1].outcomes.map(() => ({ from: null })) };
    expect(() => thresholdOf([some[0], never])).toThrow('0 of 20 structures of size 16 are spanned');
    const yes = { size: 16, outcomes: some[1].outcomes.map(() => ({ content: 0.3, spans: true })) };
    expect(() => thresholdOf([some[0], yes])).toThrow('the contents lie on one side');
    const same = { size: 16, outcomes: some[1].outcomes.map(() => ({ from: 0.3 })) };
    expect(() => thresholdOf([some[0], same])).toThrow('no scatter');
  });

  it('[exact] a curve counts those that are spanned by then', () => {
    const outcomes = [{ from: 0.1 }, { from: 0.2 }, { from: null }, { from: 0.4 }];
    expect(spanningCurve(outcomes, [0.05, 0.2, 0.9]).map(({ probability }) => probability)).toEqual([0, 0.5, 0.75]);
  });
});

describe('intervals', () => {
  it('[exact] binomial: 1 − (α/2)^(1/n) of none, and the published 18.7 % to 81.3 % of 5 in 10', () => {
    expect(binomialInterval(0, 10).high).toBeCloseTo(1 - 0.025 ** 0.1, 10);
    expect(binomialInterval(10, 10).low).toBeCloseTo(0.025 ** 0.1, 10);
    const { low, high } = binomialInterval(5, 10);
    expect(low).toBeCloseTo(0.187086, 6);
    expect(high).toBeCloseTo(0.812914, 6);
    expect(binomialInterval(0, 0)).toEqual({ low: 0, high: 1 });
  });

  it('[exact] of a mean: t of 2 degrees is 4.302653', () => {
    const { mean, error } = meanInterval([1, 2, 3]);
    expect(mean).toBe(2);
    expect(error).toBeCloseTo(4.302653 / Math.sqrt(3), 5);
    expect(meanInterval([1]).error).toBeNull();
  });
});
