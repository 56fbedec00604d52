import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bandedIndex, bandedMatrix, factorBanded, solveBanded, type BandedMatrix } from '../../src/numeric/banded.js';
import { solveLinear } from '../../src/numeric/dense.js';
import { SingularMatrixError } from '../../src/numeric/singular.js';
import { backwardError, floatingChain, randomMatrix, rowUnits, seeds, times, type Dense } from './systems.js';

function bandOf(dense: Dense, lower: number, upper: number): BandedMatrix {
  const matrix = bandedMatrix(dense.length, lower, upper);
  // Places outside of the matrix must not be read.
  matrix.values.fill(NaN);
  dense.forEach((row, i) => row.forEach((value, j) => {
    if (i - j <= lower && j - i <= upper) matrix.values[bandedIndex(matrix, i, j)] = value;
  }));
  return matrix;
}
const solve = (matrix: BandedMatrix, b: ArrayLike<number>): Float64Array => solveBanded(factorBanded(matrix), b);

const bands = fc.record({
  size: fc.integer({ min: 1, max: 24 }), lower: fc.integer({ min: 0, max: 4 }), upper: fc.integer({ min: 0, max: 4 }),
  seed: seeds,
});
/** A banded matrix without a diagonal needs exchanges of rows in every step. */
const inBand = (lower: number, upper: number, diagonal: boolean) => (i: number, j: number): boolean =>
  i - j <= lower && j - i <= upper && (diagonal || i !== j);

describe('banded systems', () => {
  it('[oracle] the solution of dense LU, for any band', () => {
    fc.assert(fc.property(bands, ({ size, lower, upper, seed }) => {
      const dense = randomMatrix(size, seed, inBand(lower, upper, true));
      const exact = Array.from({ length: size }, (_, i) => (i % 5) - 1.5);
      const b = times(dense, exact);
      const expected = solveLinear(dense, b);
      // A lower triangle of random numbers can be singular to working precision.
      fc.pre(expected !== null && expected.every((v, i) => Math.abs(v - exact[i]) < 1e-8));
      solve(bandOf(dense, lower, upper), b).forEach((v, i) => expect(v).toBeCloseTo(exact[i], 7));
    }));
  });

  it('[law] backward stable with zeros on the diagonal: rows are exchanged', () => {
    const widths = fc.integer({ min: 1, max: 3 });
    fc.assert(fc.property(seeds, widths, widths, (seed, lower, upper) => {
      const dense = randomMatrix(20, seed, inBand(lower, upper, false));
      const b = times(dense, Array.from({ length: 20 }, (_, i) => Math.cos(i)));
      expect(backwardError(dense, solve(bandOf(dense, lower, upper), b), b)).toBeLessThan(1e-14);
    }));
  });

  it('[law] units of rows change no bit of the solution', () => {
    fc.assert(fc.property(seeds, (seed) => {
      const dense = randomMatrix(15, seed, inBand(2, 1, true));
      const units = rowUnits(15, seed + 1);
      const b = Array.from({ length: 15 }, (_, i) => Math.sin(i + 1));
      const scaled = bandOf(dense.map((row, i) => row.map((v) => v * units[i])), 2, 1);
      expect(solve(scaled, b.map((v, i) => v * units[i]))).toEqual(solve(bandOf(dense, 2, 1), b));
    }));
  });

  it('[exact] −u″ = 1 between walls: uᵢ = i (n + 1 − i)/2', () => {
    const n = 200;
    const matrix = bandedMatrix(n, 1, 1);
    for (let i = 0; i < n; i++) {
      matrix.values[bandedIndex(matrix, i, i)] = 2;
      if (i > 0) matrix.values[bandedIndex(matrix, i, i - 1)] = -1;
      if (i < n - 1) matrix.values[bandedIndex(matrix, i, i + 1)] = -1;
    }
    const factors = factorBanded(matrix);
    const x = solveBanded(factors, new Float64Array(n).fill(1));
    x.forEach((v, k) => expect(v / (((k + 1) * (n - k)) / 2)).toBeCloseTo(1, 12));
    // The factors stay good for other right sides, and the matrix as it was.
    expect([...solveBanded(factors, new Float64Array(n))]).toEqual(Array.from({ length: n }, () => 0));
    expect(matrix.values[bandedIndex(matrix, 0, 0)]).toBe(2);
  });

  it('[exact] bidiagonal with exchanges in every step', () => {
    // 2^-30 above 1: without exchanges the last digits are lost.
    const dense = Array.from({ length: 30 }, (_, i) => Array.from({ length: 30 }, (__, j) =>
      (i === j ? 2 ** -30 : j === i - 1 ? 1 : j === i + 1 ? 1 : 0)));
    const exact = Array.from({ length: 30 }, (_, i) => i + 1);
    solve(bandOf(dense, 1, 1), times(dense, exact)).forEach((v, i) => expect(v).toBeCloseTo(exact[i], 5));
  });

  it('[law] singular systems are refused with the unknown that is not determined', () => {
    fc.assert(fc.property(seeds, fc.integer({ min: 2, max: 12 }), (seed, size) => {
      const attempt = (): unknown => factorBanded(bandOf(floatingChain(size, seed), 1, 1));
      expect(attempt).toThrow(SingularMatrixError);
      expect(attempt).toThrow(
        `factorBanded: the matrix is singular: its equations do not determine unknown ${size - 1} of ${size}`,
      );
    }));
    expect(() => factorBanded(bandedMatrix(3, 1, 1))).toThrow(/unknown 0 of 3/);
    expect(() => factorBanded(bandOf([[1, 0], [0, NaN]], 0, 0))).toThrow(/unknown 1 of 2/);
  });

  it('[exact] small is not singular: units of 10⁻²⁰⁰, and a column that is small beside the others', () => {
    expect([...solve(bandOf([[1e-200, 0], [0, 4e-320]], 0, 0), [3e-200, 4e-320])]).toEqual([3, 1]);
    expect([...solve(bandOf([[1, 1], [1, 1 + 2 ** -40]], 1, 1), [2, 2 + 2 ** -40])]).toEqual([1, 1]);
    expect([...solve(bandOf([[2 ** 60, 2 ** -60], [2 ** 60, 0]], 1, 1), [2 ** 60 + 2 ** -60, 2 ** 60])][0]).toBe(1);
  });

  it('tells wrong sizes', () => {
    const wrong = (changes: Partial<BandedMatrix>): unknown => factorBanded({ ...bandedMatrix(4, 1, 1), ...changes });
    expect(() => wrong({ lower: 2 })).toThrow('4 rows of 4 places are 16 values, got 12');
    expect(() => wrong({ size: 0, values: new Float64Array(0) })).toThrow(/size must be a whole number ≥ 1/);
    expect(() => solve(bandOf([[1]], 0, 0), [1, 2])).toThrow('the right side needs 1 values, got 2');
  });
});
