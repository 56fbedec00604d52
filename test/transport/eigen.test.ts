import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { principalValues, type Matrix3 } from '../../src/transport/eigen.js';

const entry = fc.double({ min: -10, max: 10, noNaN: true });

describe('principal values', () => {
  it('[law] M·v = λ·v, directions orthonormal, values in order, trace kept', () => {
    fc.assert(fc.property(entry, entry, entry, entry, entry, entry, (a, b, c, d, e, f) => {
      const m: Matrix3 = [[a, d, e], [d, b, f], [e, f, c]];
      const found = principalValues(m);
      found.forEach(({ value, direction }, k) => {
        for (let i = 0; i < 3; i++) {
          const product = m[i].reduce((sum, entry, j) => sum + entry * direction[j], 0);
          expect(product).toBeCloseTo(value * direction[i], 9);
        }
        found.forEach((other, l) => {
          const dot = direction.reduce((sum, component, i) => sum + component * other.direction[i], 0);
          expect(dot).toBeCloseTo(k === l ? 1 : 0, 12);
        });
      });
      expect(found[0].value).toBeGreaterThanOrEqual(found[1].value);
      expect(found[1].value).toBeGreaterThanOrEqual(found[2].value);
      expect(found[0].value + found[1].value + found[2].value).toBeCloseTo(a + b + c, 9);
    }));
  });

  it('[exact] diagonal and rotated by 45°; only the symmetric part counts', () => {
    expect(principalValues([[1, 0, 0], [0, 3, 0], [0, 0, 2]])).toEqual([
      { value: 3, direction: [0, 1, 0] }, { value: 2, direction: [0, 0, 1] }, { value: 1, direction: [1, 0, 0] },
    ]);
    const [first, second, third] = principalValues([[2, 1.5, 0], [0.5, 2, 0], [0, 0, 5]]);
    expect([first.value, second.value, third.value].map((v) => Math.round(v * 1e12) / 1e12)).toEqual([5, 3, 1]);
    expect(second.direction[0]).toBeCloseTo(Math.SQRT1_2, 12);
    expect(second.direction[1]).toBeCloseTo(Math.SQRT1_2, 12);
  });
});
