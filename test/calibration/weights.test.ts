import { describe, expect, it } from 'vitest';
import type { Statistic } from '../../src/calibration/curves.js';
import { basis } from '../../src/calibration/weights.js';
import { product } from '../../src/numeric/dense.js';

describe('weights of a fit', () => {
  it('[exact] a decrement of its own size counts 1/3 %, whatever the lag, a share 1/5 %', () => {
    const at = (field: 'x' | 'y', steps: number): Statistic =>
      ({ field, direction: steps === 0 ? null : 'z', steps, lag: steps === 0 ? null : [steps, 0, 0] });
    const statistics = [at('x', 0), at('x', 1), at('x', 5), at('y', 0), at('y', 2)];
    const values = [0.4, 0.35, 0.17, 0.8, 0.71];
    const rows = product(basis(statistics, values), values.map((value) => [value]));
    [20, 1 / 0.03, 1 / 0.03, 20, 1 / 0.03].forEach((expected, i) => expect(rows[i][0]).toBeCloseTo(expected, 9));
    expect(product(basis(statistics, values, 0.003), values.map((value) => [value]))[3][0]).toBeCloseTo(1 / 0.003, 9);
  });
});
