// Quantiles of χ², and intervals from bootstrap draws.
import { describe, expect, it } from 'vitest';
import { normalQuantile } from '../../src/numeric/normal-quantile.js';
import {
  drawQuantile, percentileInterval, studentisedInterval,
} from '../../src/numeric/bootstrap-interval.js';
import { chiSquareQuantile } from '../../src/numeric/distributions.js';
import { gammaProbability } from '../../src/numeric/special.js';

describe('χ²', () => {
  it('[published] quantiles of NIST’s table (Engineering Statistics Handbook 1.3.6.7.4)', () => {
    for (const [degrees, probability, value] of [
      [1, 0.95, 3.841], [2, 0.95, 5.991], [10, 0.95, 18.307], [10, 0.05, 3.940], [30, 0.99, 50.892],
      [100, 0.975, 129.561],
      [100, 0.025, 74.222], [5, 0.01, 0.554],
    ]) expect(Math.abs(chiSquareQuantile(probability, degrees) - value)).toBeLessThan(6e-4);
  });

  it('[exact] closed forms: P(1, x) = 1 − e^−x, P(2, x) = 1 − (1 + x)e^−x', () => {
    for (const x of [1e-8, 0.3, 1.9, 2.1, 7, 40]) {
      expect(gammaProbability(1, x) / -Math.expm1(-x)).toBeCloseTo(1, 10);
      expect(Math.abs(gammaProbability(2, x) - (1 - (1 + x) * Math.exp(-x)))).toBeLessThan(1e-11);
    }
    expect([gammaProbability(3, 0), gammaProbability(3, -1)]).toEqual([0, 0]);
  });
});

describe('bootstrap intervals', () => {
  const draws = Array.from({ length: 999 }, (_, i) => ((i * 377) % 999) + 1);
  it('[exact] 999 draws 1 … 999: the 25th and the 975th', () => {
    expect(percentileInterval(draws, 0.95)).toEqual({ low: expect.closeTo(25, 10), high: expect.closeTo(975, 10) });
    expect(drawQuantile([3], 0.5)).toBe(3);
  });

  it('[exact] studentised: equal errors mirror the draws about the estimate, each scaled by its error', () => {
    const interval = studentisedInterval(400, 2, draws, draws.map(() => 2), 0.95);
    expect(interval).toEqual({ low: expect.closeTo(-175, 9), high: expect.closeTo(775, 9) });
    expect(studentisedInterval(400, 2, draws, draws.map(() => 4), 0.95).high)
      .toBeCloseTo(400 + (400 - 25) / 2, 9);
  });

  it('[published] normal quantiles: 1.644854, 1.959964, 2.575829 (Abramowitz, Stegun 26.2)', () => {
    [[0.95, 1.644854], [0.975, 1.959964], [0.995, 2.575829], [0.5, 0], [0.025, -1.959964]].forEach(([p, z]) =>
      expect(normalQuantile(p)).toBeCloseTo(z, 6));
  });
});
