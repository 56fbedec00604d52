import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { minimizeInBox, type BoxProblem } from '../../src/numeric/lbfgsb.js';
import { solveLinear } from '../../src/numeric/dense.js';
import { uniform } from '../random.js';

const rosenbrock = (lower: number[], upper: number[]): BoxProblem => ({
  lower,
  upper,
  evaluate(x, g) {
    g.fill(0);
    let f = 0;
    for (let i = 0; i + 1 < x.length; i++) {
      const a = x[i + 1] - x[i] * x[i];
      f += 100 * a * a + (1 - x[i]) ** 2;
      g[i] += -400 * x[i] * a - 2 * (1 - x[i]);
      g[i + 1] += 200 * a;
    }
    return f;
  },
});
const box = (n: number, from: number, to: number) =>
  [Array.from({ length: n }, () => from), Array.from({ length: n }, () => to)] as const;

/** A random convex quadratic ½xᵀAx − bᵀx with condition up to ~10³. */
function quadratic(n: number, seed: number): { a: number[][]; b: number[] } {
  const random = uniform(seed);
  const root = Array.from({ length: n }, (_, i) => Array.from({ length: n }, () => (random() - 0.5) * 10 ** (i / n)));
  const a = root.map((r, i) => root.map((s, j) => r.reduce((sum, v, k) => sum + v * s[k], 0) + (i === j ? 0.1 : 0)));
  return { a, b: Array.from({ length: n }, () => random() * 4 - 2) };
}
const problemOf = ({ a, b }: { a: number[][]; b: number[] }, lower: number[], upper: number[]): BoxProblem => ({
  lower,
  upper,
  evaluate(x, g) {
    let f = 0;
    for (let i = 0; i < x.length; i++) {
      const ax = a[i].reduce((sum, v, j) => sum + v * x[j], 0);
      g[i] = ax - b[i];
      f += x[i] * (ax / 2 - b[i]);
    }
    return f;
  },
});

describe('L-BFGS-B', () => {
  it('[exact] unbounded Rosenbrock in 2 and 10 dimensions ends at (1, …, 1)', () => {
    for (const n of [2, 10]) {
      const [lower, upper] = box(n, -Infinity, Infinity);
      const result =
        minimizeInBox(rosenbrock([...lower], [...upper]), Array.from({ length: n }, (_, i) => (i % 2 ? 1 : -1.2)));
      expect(result.converged).toBe(true);
      for (const x of result.x) expect(x).toBeCloseTo(1, 8);
      expect(result.iterations).toBeLessThan(120);
    }
  });

  it('[exact] Rosenbrock with x ≤ 0.5: the edge (0.5, 0.25); with y ≥ 1.5: on the edge where ∂f/∂x = 0', () => {
    const left = minimizeInBox(rosenbrock([-2, -2], [0.5, 2]), [-1.2, 1]);
    expect(left.x[0]).toBe(0.5);
    expect(left.x[1]).toBeCloseTo(0.25, 9);
    const up = minimizeInBox(rosenbrock([0, 1.5], [2, 2]), [1.9, 1.9]);
    expect(up.x[1]).toBe(1.5);
    // 400x³ − 598x − 2 = 0, its positive root.
    expect(400 * up.x[0] ** 3 - 598 * up.x[0] - 2).toBeCloseTo(0, 6);
  });

  it('[exact] a quadratic in the open is solved to the linear system', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 8 }), fc.nat(100000), (n, seed) => {
      const q = quadratic(n, seed);
      const [lower, upper] = box(n, -Infinity, Infinity);
      const { x, converged } = minimizeInBox(
        problemOf(q, [...lower], [...upper]), Array.from({ length: n }, () => 0), { gradientTolerance: 1e-6 },
      );
      expect(converged).toBe(true);
      const exact = solveLinear(q.a, q.b)!;
      // Smallest eigenvalue ≥ 0.1: an error of the gradient of 1e-6 is at most 1e-5 in x, √n of them together.
      exact.forEach((v, i) => expect(Math.abs(x[i] - v)).toBeLessThan(3e-5));
    }), { numRuns: 60, seed: 1 });
  });

  it('[law] a quadratic in a box ends feasible and fulfils the optimality conditions', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 8 }), fc.nat(100000), (n, seed) => {
      const q = quadratic(n, seed);
      const random = uniform(seed + 7);
      const lower = Array.from({ length: n }, () => -random());
      const upper = Array.from({ length: n }, () => random());
      const { x, converged } = minimizeInBox(
        problemOf(q, lower, upper), Array.from({ length: n }, () => random() * 6 - 3), { gradientTolerance: 1e-9 },
      );
      expect(converged).toBe(true);
      const g = q.a.map((row, i) => row.reduce((sum, v, j) => sum + v * x[j], 0) - q.b[i]);
      for (let i = 0; i < n; i++) {
        expect(x[i]).toBeGreaterThanOrEqual(lower[i]);
        expect(x[i]).toBeLessThanOrEqual(upper[i]);
        if (x[i] === lower[i]) expect(g[i]).toBeGreaterThanOrEqual(-1e-8);
        else if (x[i] === upper[i]) expect(g[i]).toBeLessThanOrEqual(1e-8);
        else expect(Math.abs(g[i])).toBeLessThan(1e-8);
      }
    }), { numRuns: 100, seed: 2 });
  });
});
