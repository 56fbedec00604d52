import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bisectDecreasing, bisectIncreasing } from '../../src/numeric/bisect.js';
import { backSubstitute, householder, product, solveLinear, transposed } from '../../src/numeric/dense.js';
import { symmetricEigen } from '../../src/numeric/eigen.js';
import { gaussLegendre, integrate } from '../../src/numeric/quadrature.js';
import { backwardError, randomMatrix, seeds } from './systems.js';

const hilbert = (n: number): number[][] =>
  Array.from({ length: n }, (_, i) => Array.from({ length: n }, (__, j) => 1 / (i + j + 1)));
const choose = (n: number, k: number): number => (k === 0 ? 1 : (choose(n - 1, k - 1) * n) / k);

describe('dense systems', () => {
  it('[exact] the inverse of a Hilbert matrix is of whole numbers; its digits go as its condition', () => {
    for (const n of [3, 5, 7]) {
      const inverse = (i: number, j: number): number =>
        (-1) ** (i + j) * (i + j + 1) * choose(n + i, n - j - 1) * choose(n + j, n - i - 1) * choose(i + j, i) ** 2;
      const { values } = symmetricEigen(hilbert(n));
      const condition = values[n - 1] / values[0];
      for (let j = 0; j < n; j++) {
        const x = solveLinear(hilbert(n), Array.from({ length: n }, (_, i) => Number(i === j)))!;
        x.forEach((v, i) => expect(Math.abs(v / inverse(i, j) - 1)).toBeLessThan(condition * Number.EPSILON));
      }
    }
  });

  it('[published] conditions of Hilbert matrices (Todd 1954): 5.24e2, 1.551e4, 4.766e5', () => {
    const condition = (n: number): number => {
      const { values } = symmetricEigen(hilbert(n));
      return values[n - 1] / values[0];
    };
    expect(condition(3)).toBeCloseTo(524.0567775860644, 6);
    expect(condition(4) / 15513.738738928929).toBeCloseTo(1, 9);
    expect(condition(5) / 476607.25024172297).toBeCloseTo(1, 9);
  });

  it('[law] solves are backward stable; null where there is no solution', () => {
    fc.assert(fc.property(seeds, fc.integer({ min: 1, max: 12 }), (seed, n) => {
      const a = randomMatrix(n, seed, () => true);
      const b = Array.from({ length: n }, (_, i) => Math.cos(i));
      expect(backwardError(a, solveLinear(a, b)!, b)).toBeLessThan(1e-14);
    }));
    expect(solveLinear([[1, 2], [2, 4]], [1, 1])).toBeNull();
    expect(solveLinear([[0, 1], [1, 0]], [5, 7])).toEqual([7, 5]);
  });

  it('[law] QR: RᵀR = AᵀA, and the least-squares solution leaves what is across all columns', () => {
    fc.assert(fc.property(seeds, fc.integer({ min: 1, max: 5 }), (seed, n) => {
      const a = randomMatrix(8, seed, () => true).map((row) => row.slice(0, n));
      const b = Array.from({ length: 8 }, (_, i) => Math.sin(i));
      const { r, qtb } = householder(a.map((row) => Float64Array.from(row)), Float64Array.from(b));
      const [left, right] = [product(transposed(r), r), product(transposed(a), a)];
      left.forEach((row, i) => row.forEach((v, j) => expect(v).toBeCloseTo(right[i][j], 12)));
      const x = backSubstitute(r, qtb)!;
      const residual = a.map((row, i) => b[i] - row.reduce((sum, v, j) => sum + v * x[j], 0));
      for (let j = 0; j < n; j++) expect(a.reduce((sum, row, i) => sum + row[j] * residual[i], 0)).toBeCloseTo(0, 10);
    }));
  });
});

describe('eigenvalues', () => {
  it('[exact] the tridiagonal Toeplitz matrix: a + 2b cos(kπ/(n+1)), vectors sin(jkπ/(n+1))', () => {
    for (const [n, a, b] of [[1, 3, 1], [6, 2, -1], [15, -1, 0.4]]) {
      const matrix = Array.from({ length: n }, (_, i) =>
        Array.from({ length: n }, (__, j) => (i === j ? a : Math.abs(i - j) === 1 ? b : 0)));
      const { values, vectors } = symmetricEigen(matrix);
      const exact = Array.from({ length: n }, (_, k) => a + 2 * b * Math.cos(((k + 1) * Math.PI) / (n + 1)));
      const order = exact.map((_, k) => k).sort((k, l) => exact[k] - exact[l]);
      order.forEach((k, i) => {
        expect(values[i]).toBeCloseTo(exact[k], 13);
        const sine = Array.from({ length: n }, (_, j) => Math.sin(((j + 1) * (k + 1) * Math.PI) / (n + 1)));
        const along = sine.reduce((sum, s, j) => sum + s * vectors[i][j], 0);
        expect(along ** 2 / sine.reduce((sum, s) => sum + s * s, 0)).toBeCloseTo(1, 12);
      });
    }
  });
});

describe('quadrature and bisection', () => {
  it('[exact] n points integrate polynomials to degree 2n − 1', () => {
    for (const n of [1, 2, 5, 20]) {
      for (let degree = 0; degree < 2 * n; degree++) {
        const sum = gaussLegendre(n).reduce((total, [x, w]) => total + w * x ** degree, 0);
        expect(sum).toBeCloseTo(degree % 2 === 0 ? 2 / (degree + 1) : 0, 13);
      }
    }
    expect(integrate(Math.sin, 0, Math.PI, 2)).toBeCloseTo(2, 14);
  });

  it('[law] ends where a monotone function reaches its target, or at the end of the bracket', () => {
    fc.assert(fc.property(fc.double({ min: -3, max: 3, noNaN: true }), (root) => {
      expect(bisectIncreasing((x) => x ** 3, root ** 3, -4, 4)).toBeCloseTo(root, 12);
      expect(bisectDecreasing((x) => -x, -root, -4, 4)).toBeCloseTo(root, 12);
    }));
    expect(bisectIncreasing((x) => x, 9, 0, 1)).toBe(1);
    expect(bisectIncreasing((x) => x, -9, 0, 1)).toBeCloseTo(0, 12);
  });
});
