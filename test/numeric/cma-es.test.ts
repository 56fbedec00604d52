import { describe, expect, it } from 'vitest';
import { evolutionStrategy, type EvolutionOptions } from '../../src/numeric/cma-es.js';
import { randomNumbers } from '../../src/numeric/random.js';
import { finish } from '../../src/numeric/steps.js';

type Point = Float64Array;
const box = (n: number, from: number, to: number) => ({
  lower: Array.from({ length: n }, () => from), upper: Array.from({ length: n }, () => to),
});
const minimum = (
  f: (x: Point) => number, bounds: { lower: number[]; upper: number[] }, options: Partial<EvolutionOptions> = {},
  violation: (x: Point) => number = () => 0,
) => finish(evolutionStrategy(
  { ...bounds, evaluate: (x) => ({ violation: violation(x), value: f(x) }) }, null, options,
));

const key = (seed: number): EvolutionOptions['key'] => ({ seed, scenario: 0, realisation: 0 });

/** Dixon, Szegö 1978. */
const branin = ([x, y]: Point): number =>
  (y - (5.1 / (4 * Math.PI ** 2)) * x * x + (5 / Math.PI) * x - 6) ** 2 +
  10 * (1 - 1 / (8 * Math.PI)) * Math.cos(x) + 10;
const hartmann = (a: readonly (readonly number[])[], p: readonly (readonly number[])[]) => (x: Point): number =>
  -[1, 1.2, 3, 3.2].reduce((sum, c, i) =>
    sum + c * Math.exp(-a[i].reduce((s, w, j) => s + w * (x[j] - 1e-4 * p[i][j]) ** 2, 0)), 0);
const hartmann3 = hartmann(
  [[3, 10, 30], [0.1, 10, 35], [3, 10, 30], [0.1, 10, 35]],
  [[3689, 1170, 2673], [4699, 4387, 7470], [1091, 8732, 5547], [381, 5743, 8828]],
);
const hartmann6 = hartmann(
  [[10, 3, 17, 3.5, 1.7, 8], [0.05, 10, 17, 0.1, 8, 14], [3, 3.5, 1.7, 10, 17, 8], [17, 8, 0.05, 10, 0.1, 14]],
  [
    [1312, 1696, 5569, 124, 8283, 5886], [2329, 4135, 8307, 3736, 1004, 9991],
    [2348, 1451, 3522, 2883, 3047, 6650], [4047, 8828, 8732, 5743, 1091, 381],
  ],
);

describe('CMA-ES', () => {
  it('[exact] sphere and an ellipsoid of condition 10⁶ in 2 and 6 dimensions end at the centre', () => {
    for (const n of [2, 6]) {
      for (const condition of [1, 1e6]) {
        const f = (x: Point): number =>
          x.reduce((sum, value, i) => sum + condition ** (i / (n - 1)) * (value - 0.3) ** 2, 0);
        const { x, evaluations } = minimum(f, box(n, -2, 5), { restarts: 0, tolerance: 1e-9 });
        for (const value of x) expect(Math.abs(value - 0.3)).toBeLessThan(1e-6);
        // The strategy's own papers: some 10³·n evaluations for a condition of 10⁶.
        expect(evaluations).toBeLessThan(condition === 1 ? 400 * n : 1500 * n);
      }
    }
  });

  it('[exact] Rosenbrock in 4 dimensions ends at (1, …, 1)', () => {
    const f = (x: Point): number =>
      x.slice(1).reduce((sum, next, i) => sum + 100 * (next - x[i] ** 2) ** 2 + (1 - x[i]) ** 2, 0);
    const { x } = minimum(f, box(4, -3, 3), { tolerance: 1e-11 });
    for (const value of x) expect(value).toBeCloseTo(1, 4);
  });

  it('[published] Branin .397887, Hartmann-3 −3.86278, Hartmann-6 −3.32237, from two seeds', () => {
    for (const seed of [1, 2]) {
      expect(minimum(branin, { lower: [-5, 0], upper: [10, 15] }, { key: key(seed) }).value).toBeCloseTo(0.397887, 5);
      expect(minimum(hartmann3, box(3, 0, 1), { key: key(seed) }).value).toBeCloseTo(-3.86278, 4);
      expect(minimum(hartmann6, box(6, 0, 1), { key: key(seed), restarts: 5 }).value).toBeCloseTo(-3.32237, 4);
    }
  });

  it('[exact] an optimum on the bounds is found there', () => {
    const { x } = minimum(([a, b]) => (a - 3) ** 2 + (b + 2) ** 2, box(2, -1, 1));
    expect(x[0]).toBeCloseTo(1, 6);
    expect(x[1]).toBeCloseTo(-1, 6);
  });

  it('[published] Gramacy 2016: x₁ + x₂ under two constraints, .5997880', () => {
    const c1 = (x: Point): number =>
      1.5 - x[0] - 2 * x[1] - 0.5 * Math.sin(2 * Math.PI * (x[0] * x[0] - 2 * x[1]));
    const c2 = (x: Point): number => x[0] * x[0] + x[1] * x[1] - 1.5;
    const violation = (x: Point): number => Math.max(0, c1(x)) + Math.max(0, c2(x));
    const found = minimum((x) => x[0] + x[1], box(2, 0, 1), { restarts: 6 }, violation);
    expect(found.violation).toBe(0);
    expect(found.value).toBeCloseTo(0.599788, 4);
  });

  it('[published] Gardner 2014: cos 2x₁ cos x₂ + sin x₁ under one constraint, near −2', () => {
    const f = ([a, b]: Point): number => Math.cos(2 * a) * Math.cos(b) + Math.sin(a);
    const violation = ([a, b]: Point): number =>
      Math.max(0, Math.cos(a) * Math.cos(b) - Math.sin(a) * Math.sin(b) - 0.5);
    const found = minimum(f, box(2, 0, 6), { restarts: 4 }, violation);
    expect(found.violation).toBe(0);
    // 3π/2, 0 has f = −2 and cos(x₁ + x₂) = 0.
    expect(found.value).toBeCloseTo(-2, 3);
  });

  it('[exact] where no point is allowed, the least violation is found', () => {
    const found = minimum((x) => x[0], box(2, 0, 1), {}, (x) => 1 + (x[0] - 0.25) ** 2 + (x[1] - 0.75) ** 2);
    expect(found.x[0]).toBeCloseTo(0.25, 4);
    expect(found.x[1]).toBeCloseTo(0.75, 4);
  });

  it('[law] the same key, the same bits; histories only improve; points without a value are passed over', () => {
    const f = (x: Point): number => (x[0] > 0.5 ? NaN : branin(Float64Array.of(15 * x[0] - 5, 15 * x[1])));
    const [a, b] = [minimum(f, box(2, 0, 1)), minimum(f, box(2, 0, 1))];
    expect(a).toEqual(b);
    expect(a.value).toBeCloseTo(0.397887, 4);
    a.history.slice(1).forEach(({ value }, i) => expect(value).toBeLessThanOrEqual(a.history[i].value));
    expect(minimum(f, box(2, 0, 1), { maxEvaluations: 100 }).evaluations).toBeLessThanOrEqual(100);
  });
});

describe('random numbers of the host', () => {
  it('[law] normal numbers have the moments 0, 1, 0, 3; uniform ones fill [0, 1)', () => {
    const random = randomNumbers(key(5));
    const n = 40_000;
    const moments = [0, 0, 0, 0];
    let least = 1;
    let mean = 0;
    for (let i = 0; i < n; i++) {
      const z = random.normal();
      for (let k = 0; k < 4; k++) moments[k] += z ** (k + 1) / n;
      const u = random.uniform();
      mean += u / n;
      least = Math.min(least, u, 1 - u);
    }
    // Five standard errors.
    [1, Math.SQRT2, Math.sqrt(15), Math.sqrt(96)].forEach((deviation, k) =>
      expect(Math.abs(moments[k] - [0, 1, 0, 3][k])).toBeLessThan((5 * deviation) / Math.sqrt(n)));
    expect(Math.abs(mean - 0.5)).toBeLessThan(5 / Math.sqrt(12 * n));
    expect(least).toBeLessThan(1e-3);
  });
});
