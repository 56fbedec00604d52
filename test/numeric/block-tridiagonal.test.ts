import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  blockTridiagonal, factorBlockTridiagonal, solveBlockTridiagonal, type BlockTridiagonal,
} from '../../src/numeric/block-tridiagonal.js';
import { bandedIndex, bandedMatrix, factorBanded, solveBanded } from '../../src/numeric/banded.js';
import { solveLinear } from '../../src/numeric/dense.js';
import { SingularMatrixError } from '../../src/numeric/singular.js';
import { backwardError, floatingChain, randomMatrix, rowUnits, seeds, type Dense } from './systems.js';

function blocksOf(dense: Dense, blocks: number, size: number): BlockTridiagonal {
  const matrix = blockTridiagonal(blocks, size);
  // The first L and the last U must not be read.
  matrix.lower.fill(NaN);
  matrix.upper.fill(NaN);
  const parts = { '-1': matrix.lower, 0: matrix.diagonal, 1: matrix.upper } as const;
  dense.forEach((row, i) => row.forEach((value, j) => {
    const [block, other] = [Math.floor(i / size), Math.floor(j / size)];
    const part = parts[(other - block) as -1 | 0 | 1];
    if (part !== undefined) part[i * size + (j % size)] = value;
  }));
  return matrix;
}
const solve = (matrix: BlockTridiagonal, b: ArrayLike<number>): Float64Array =>
  solveBlockTridiagonal(factorBlockTridiagonal(matrix), b);

/** Blocks beside the diagonal, the diagonal stronger by `dominance`. */
function randomBlocks(blocks: number, size: number, seed: number, dominance: number): Dense {
  const dense = randomMatrix(blocks * size, seed, (i, j) => Math.abs(Math.floor(i / size) - Math.floor(j / size)) <= 1);
  dense.forEach((row, i) => { row[i] += Math.sign(row[i] || 1) * dominance * size; });
  return dense;
}

const shapes = fc.record({ blocks: fc.integer({ min: 1, max: 8 }), size: fc.integer({ min: 1, max: 5 }), seed: seeds });

describe('block-tridiagonal systems', () => {
  it('[oracle] the solution of dense LU and of the banded solver, for any number and size of blocks', () => {
    fc.assert(fc.property(shapes, ({ blocks, size, seed }) => {
      const n = blocks * size;
      const dense = randomBlocks(blocks, size, seed, 3);
      const b = Array.from({ length: n }, (_, i) => Math.cos(3 * i));
      const x = solve(blocksOf(dense, blocks, size), b);
      const expected = solveLinear(dense, b)!;
      const half = Math.min(n - 1, 2 * size - 1);
      const band = bandedMatrix(n, half, half);
      dense.forEach((row, i) => row.forEach((value, j) => {
        if (Math.abs(i - j) <= half) band.values[bandedIndex(band, i, j)] = value;
      }));
      const banded = solveBanded(factorBanded(band), b);
      x.forEach((v, i) => {
        expect(v).toBeCloseTo(expected[i], 12);
        expect(banded[i]).toBeCloseTo(expected[i], 12);
      });
    }));
  });

  it('[law] backward stable where the blocks of the diagonal have none: rows are exchanged within blocks', () => {
    fc.assert(fc.property(seeds, (seed) => {
      const dense = randomBlocks(6, 4, seed, 0).map((row, i) => row.map((v, j) => {
        const same = Math.floor(i / 4) === Math.floor(j / 4);
        // The diagonal of a block moves two places to the side.
        return same ? (j % 4 === (i + 2) % 4 ? 8 + v : i === j ? 0 : v) : v;
      }));
      const b = Array.from({ length: 24 }, (_, i) => Math.sin(i));
      expect(backwardError(dense, solve(blocksOf(dense, 6, 4), b), b)).toBeLessThan(1e-14);
    }));
  });

  it('[law] units of rows change no bit of the solution', () => {
    fc.assert(fc.property(shapes, ({ blocks, size, seed }) => {
      const dense = randomBlocks(blocks, size, seed, 2);
      const units = rowUnits(blocks * size, seed + 1);
      const b = Array.from({ length: blocks * size }, (_, i) => Math.sin(i + 1));
      const scaled = blocksOf(dense.map((row, i) => row.map((v) => v * units[i])), blocks, size);
      expect(solve(scaled, b.map((v, i) => v * units[i]))).toEqual(solve(blocksOf(dense, blocks, size), b));
    }));
  });

  it('[exact] two potentials along an electrode that exchange current: φ_s − φ_e decays as cosh', () => {
    // κ φ_e″ = −y (φ_s − φ_e), σ φ_s″ = y (φ_s − φ_e) at κ = σ = 1, no flux of φ_s at 0, none of φ_e at n, currents 1
    // in and out: the difference solves d″ = 2 y d on the grid with d′ = 1 at both ends, and the sum is linear.
    const [n, y] = [60, 0.02];
    const matrix = blockTridiagonal(n, 2);
    const b = new Float64Array(2 * n);
    for (let i = 0; i < n; i++) {
      for (const side of [0, 1] as const) {
        const row = 2 * i + side;
        const neighbours = Number(i > 0) + Number(i < n - 1);
        matrix.diagonal[2 * row + side] = neighbours + y;
        matrix.diagonal[2 * row + 1 - side] = -y;
        matrix.lower[2 * row + side] = -1;
        matrix.upper[2 * row + side] = -1;
      }
    }
    b[0] = -1;
    b[2 * n - 1] = 1;
    // One potential is free: φ_e of the first point is held at 0 against a wall.
    matrix.diagonal[0] += 1e6;
    b[0] = -1;
    const x = solve(matrix, b);
    const d = Array.from({ length: n }, (_, i) => x[2 * i + 1] - x[2 * i]);
    // Discrete cosh: d_{i−1} + d_{i+1} = (2 + 2y) d_i, with q + 1/q = 2 + 2y; the middle of the electrode is its least.
    const q = 1 + y + Math.sqrt((1 + y) ** 2 - 1);
    const shape = (i: number): number => q ** (i - (n - 1) / 2) + q ** ((n - 1) / 2 - i);
    for (let i = 0; i < n; i++) expect(d[i] / shape(i) / (d[0] / shape(0))).toBeCloseTo(1, 5);
    const sum = Array.from({ length: n }, (_, i) => x[2 * i + 1] + x[2 * i]);
    for (let i = 1; i < n; i++) expect(sum[i] - sum[i - 1]).toBeCloseTo(1, 5);
  });

  it('[law] singular blocks are refused, with the block and the remedy', () => {
    fc.assert(fc.property(shapes, ({ blocks, size, seed }) => {
      const attempt = (): unknown =>
        factorBlockTridiagonal(blocksOf(floatingChain(blocks * size, seed), blocks, size));
      expect(attempt).toThrow(SingularMatrixError);
      const last = `block ${blocks - 1} of ${blocks}, counted from 0, is singular`;
      expect(attempt).toThrow(last);
      expect(attempt).toThrow(`does not determine its unknown ${size - 1} of ${size}.`);
    }), { examples: [[{ blocks: 7, size: 1, seed: 6 }]] });
    // Regular, but with nothing to begin with: the banded solver exchanges rows between blocks.
    const exchange = [[0, 1], [1, 0]];
    expect(() => factorBlockTridiagonal(blocksOf(exchange, 2, 1))).toThrow(/is one for factorBanded/);
    const band = { size: 2, lower: 1, upper: 1, values: Float64Array.of(NaN, 0, 1, 1, 0, NaN) };
    expect([...solveBanded(factorBanded(band), [5, 7])]).toEqual([7, 5]);
  });

  it('tells wrong sizes', () => {
    expect(() => factorBlockTridiagonal({ ...blockTridiagonal(3, 2), upper: new Float64Array(8) }))
      .toThrow('upper needs 3 blocks of 2², 12 values, got 8');
    expect(() => factorBlockTridiagonal({ ...blockTridiagonal(1, 1), blocks: 0.5 })).toThrow(/whole numbers ≥ 1/);
    expect(() => solve(blocksOf([[1]], 1, 1), [])).toThrow('the right side needs 1 values, got 0');
  });
});
