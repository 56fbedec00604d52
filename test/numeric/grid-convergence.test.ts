// Orders and limits of values on ever finer grids; lines through points with errors.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gridConvergence } from '../../src/numeric/grid-convergence.js';
import { weightedLine } from '../../src/numeric/weighted-line.js';

const grids = (limit: number, c: number, order: number, ratio: number, count = 3): number[] =>
  Array.from({ length: count }, (_, k) => limit + c * ratio ** (-order * k));

describe('gridConvergence', () => {
  it('[exact] values with one power of the edge give that order and that limit', () => {
    fc.assert(fc.property(
      fc.double({ min: -10, max: 10, noNaN: true }), fc.double({ min: 0.1, max: 5, noNaN: true }), fc.boolean(),
      fc.constantFrom(2, 3), fc.constantFrom(1, 2),
      (limit, c, below, ratio, formal) => {
        const found = gridConvergence(grids(limit, below ? -c : c, formal, ratio), ratio, formal);
        expect(found.kind).toBe('asymptotic');
        expect(found.order).toBeCloseTo(formal, 6);
        expect(found.limit).toBeCloseTo(limit, 9);
        // 1.25 × the distance of the finest value from the limit.
        expect(found.plusMinus).toBeCloseTo(1.25 * c * ratio ** (-2 * formal), 9);
      },
    ));
  });

  it('[exact] another order is used where it is seen, from ½ to the formal one, with three times the distance', () => {
    const slow = gridConvergence(grids(1, 0.4, 0.7, 2), 2, 1);
    expect([slow.kind, slow.usedOrder]).toEqual(['monotone', slow.order]);
    expect(slow.order).toBeCloseTo(0.7, 9);
    expect(slow.limit).toBeCloseTo(1, 9);
    expect(slow.plusMinus).toBeCloseTo(3 * 0.4 * 2 ** -1.4, 9);
    expect(gridConvergence(grids(1, 0.4, 3, 2), 2, 1).usedOrder).toBe(1);
    const growing = gridConvergence([1, 1.1, 1.3], 2, 1);
    expect(growing.order).toBeCloseTo(-1, 9);
    expect(growing.usedOrder).toBe(0.5);
  });

  it('[exact] nothing is extrapolated where differences change sign, or from equal values', () => {
    expect(gridConvergence([1, 1.3, 1.2], 2, 1)).toMatchObject({ kind: 'oscillating', limit: 1.2, order: null });
    expect(gridConvergence([1, 1.3, 1.2], 2, 1).plusMinus).toBeCloseTo(0.3, 12);
    expect(gridConvergence([2, 2, 2], 2, 1)).toMatchObject({ kind: 'equal', limit: 2, plusMinus: 0 });
    expect(gridConvergence([1, 1.2, 1.2], 2, 1).kind).toBe('oscillating');
  });

  it('[exact] two grids: the formal order, three times the distance', () => {
    expect(gridConvergence([1.2, 1.1], 2, 1)).toMatchObject({ kind: 'two grids', order: null, usedOrder: 1 });
    expect(gridConvergence([1.2, 1.1], 2, 1).limit).toBeCloseTo(1, 12);
    expect(gridConvergence([1.2, 1.1], 2, 1).plusMinus).toBeCloseTo(0.3, 12);
  });
});

describe('weightedLine', () => {
  it('[exact] a line, its variances, and none through one place', () => {
    const found = weightedLine([0, 1, 2, 3], [1, 3, 5, 7], [1, 1, 1, 1])!;
    expect([found.slope, found.intercept]).toEqual([2, 1]);
    // 1/Σ(x − x̄)² = 1/5; 1/4 + x̄²/5 = 0.7; −x̄/5.
    expect(found.slopeVariance).toBeCloseTo(0.2, 12);
    expect(found.interceptVariance).toBeCloseTo(0.7, 12);
    expect(found.covariance).toBeCloseTo(-0.3, 12);
    expect(weightedLine([2, 2], [1, 3], [1, 1])).toBeNull();
    // A point with a huge error does not count.
    expect(weightedLine([0, 1, 2], [0, 1, 50], [1, 1, 1e12])!.slope).toBeCloseTo(1, 6);
  });
});
