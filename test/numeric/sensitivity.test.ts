// Elementary effects and Sobol' indices on functions whose answers are known.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  elementaryEffects, morrisStep, morrisTrajectories, type Trajectory,
} from '../../src/numeric/morris.js';
import { percentileInterval, quantileOf, resampled } from '../../src/numeric/resampling.js';
import { sobolIndices, type SobolOutputs } from '../../src/numeric/sobol-indices.js';
import { sobolSequence } from '../../src/numeric/sobol.js';
import { normals, uniform } from '../random.js';
import { gFunction, gFunctionIndices, ishigami, ishigamiIndices, morrisFunction } from './functions.js';

/** Effects of every coordinate along trajectories. */
function effectsOf(trajectories: readonly Trajectory[], f: (u: Float64Array) => number): number[][] {
  const effects: number[][] = trajectories[0].moves.map(() => []);
  for (const { points, moves } of trajectories) {
    moves.forEach((j, k) => effects[j].push((f(points[k + 1]) - f(points[k])) / (points[k + 1][j] - points[k][j])));
  }
  return effects;
}

describe('Morris', () => {
  it('[law] each coordinate moves once by the step, on the levels, within the cube', () => {
    fc.assert(fc.property(
      fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 0, max: 30 }), fc.integer({ min: 0, max: 2 ** 40 }),
      (dimensions, trajectories, halfLevels, more, seed) => {
        const levels = 2 * halfLevels;
        const found = morrisTrajectories({ dimensions, trajectories, levels, candidates: trajectories + more, seed });
        expect(found.length).toBe(trajectories);
        for (const { points, moves } of found) {
          expect([...moves].sort((a, b) => a - b)).toEqual(Array.from({ length: dimensions }, (_, j) => j));
          moves.forEach((j, k) => points[k].forEach((before, i) => {
            const after = points[k + 1][i];
            if (i === j) expect(Math.abs(after - before)).toBeCloseTo(morrisStep(levels), 12);
            else expect(after).toBe(before);
          }));
          for (const point of points) {
            for (const u of point) expect(u * (levels - 1)).toBeCloseTo(Math.round(u * (levels - 1)), 12);
            expect(Math.min(...point)).toBeGreaterThanOrEqual(0);
            expect(Math.max(...point)).toBeLessThanOrEqual(1);
          }
        }
      },
    ));
  });

  it('[exact] of a linear function: μ is the coefficient, μ* its magnitude, σ is 0', () => {
    const coefficients = [3, -2, 0.5, 0];
    const effects = effectsOf(morrisTrajectories({ dimensions: 4, trajectories: 10, seed: 5 }), (u) =>
      u.reduce((sum, x, j) => sum + coefficients[j] * x, 1));
    coefficients.forEach((c, j) => {
      const { mu, muStar, sigma, intervals, count } = elementaryEffects(effects[j])!;
      expect(mu).toBeCloseTo(c, 12);
      expect(muStar).toBeCloseTo(Math.abs(c), 12);
      expect(sigma).toBeCloseTo(0, 12);
      expect(intervals!.mu.high - intervals!.mu.low).toBeCloseTo(0, 12);
      expect(count).toBe(10);
    });
  });

  it('[exact] of a product of two factors, over all places: μ is ½, σ that of the other factor’s levels', () => {
    // d(xy)/dx = y, which the four levels 0, ⅓, ⅔, 1 give equally often: mean ½, variance 5/36.
    const trajectories = morrisTrajectories({ dimensions: 2, trajectories: 2000, candidates: 0, seed: 3 });
    for (const effects of effectsOf(trajectories, ([x, y]) => x * y)) {
      const { mu, sigma, intervals } = elementaryEffects(effects)!;
      expect(Math.abs(mu - 0.5)).toBeLessThan(0.03);
      expect(Math.abs(sigma - Math.sqrt(5 / 36))).toBeLessThan(0.02);
      expect(intervals!.mu.low).toBeLessThan(mu);
      expect(intervals!.mu.high - intervals!.mu.low).toBeCloseTo((2 * 1.96 * sigma) / Math.sqrt(2000), 2);
    }
  });

  it('[published] tells the groups of Morris’ function of 20 factors apart', () => {
    // Morris 1991, fig. 1: 8, 9 and 10 matter linearly; 1 to 7 with curvature or interactions; the rest hardly does.
    const trajectories = morrisTrajectories({ dimensions: 20, trajectories: 10, candidates: 40, seed: 11 });
    const found = effectsOf(trajectories, morrisFunction).map((effects) => elementaryEffects(effects)!);
    const linear = found.slice(7, 10);
    const complex = found.slice(0, 7);
    const rest = found.slice(10);
    for (const { mu, sigma } of linear) {
      expect(mu).toBeCloseTo(40, 9);
      expect(sigma).toBeCloseTo(0, 9);
    }
    for (const { sigma, muStar } of complex) {
      expect(sigma).toBeGreaterThan(10);
      expect(muStar).toBeGreaterThan(15);
    }
    for (const { muStar } of rest) expect(muStar).toBe(0);
  });

  it('[law] chosen trajectories lie farther apart than random ones', () => {
    const spread = (trajectories: readonly Trajectory[]): number => {
      let sum = 0;
      trajectories.forEach((a, i) => trajectories.slice(0, i).forEach((b) => a.points.forEach((p) =>
        b.points.forEach((q) => { sum += Math.hypot(...p.map((x, j) => x - q[j])); }))));
      return sum;
    };
    for (let seed = 0; seed < 5; seed++) {
      const options = { dimensions: 6, trajectories: 8, seed };
      expect(spread(morrisTrajectories({ ...options, candidates: 60 })))
        .toBeGreaterThan(spread(morrisTrajectories({ ...options, candidates: 0 })));
    }
  });

  it('refuses odd levels and too few candidates', () => {
    const options = { dimensions: 2, trajectories: 4, seed: 1 };
    expect(() => morrisTrajectories({ ...options, levels: 3 })).toThrow('levels must be an even number');
    expect(() => morrisTrajectories({ ...options, candidates: 3 })).toThrow('at least as many candidates');
    expect(elementaryEffects([1])).toBeNull();
    expect(elementaryEffects([1, 2, 3])!.intervals).toBeNull();
  });
});

/** Outputs on a Sobol' sequence of 2 k coordinates. */
function outputsOf(dimensions: number, count: number, f: (u: Float64Array) => number, seed = 1): SobolOutputs {
  const points = [...sobolSequence({ dimensions: 2 * dimensions, count, seed })];
  const a = points.map((p) => p.slice(0, dimensions));
  const b = points.map((p) => p.slice(dimensions));
  const mixed = (of: Float64Array[], other: Float64Array[]) => Array.from({ length: dimensions }, (_, i) =>
    of.map((point, row) => f(point.map((x, j) => (j === i ? other[row][j] : x)))));
  return { a: a.map((u) => f(u)), b: b.map((u) => f(u)), ab: mixed(a, b), ba: mixed(b, a) };
}

describe('Sobol’ indices', () => {
  it('[exact] of Ishigami’s function: first, second and total, and the intervals hold them', () => {
    const exact = ishigamiIndices();
    expect(exact.first[0]).toBeCloseTo(0.3139, 4);
    expect(exact.total[2]).toBeCloseTo(0.2437, 4);
    const found = sobolIndices(outputsOf(3, 4096, (u) => ishigami(u)), { draws: 100 });
    expect(found.variance / exact.variance).toBeCloseTo(1, 2);
    found.factors.forEach(({ first, total }, i) => {
      expect(Math.abs(first.value - exact.first[i])).toBeLessThan(0.01);
      expect(Math.abs(total.value - exact.total[i])).toBeLessThan(0.01);
      expect(first.interval.low - 0.01).toBeLessThan(exact.first[i]);
      expect(first.interval.high + 0.01).toBeGreaterThan(exact.first[i]);
    });
    found.second!.forEach(({ index }, at) => expect(Math.abs(index.value - exact.second[at])).toBeLessThan(0.02));
    expect(found.second!.map(({ i, j }) => [i, j])).toEqual([[0, 1], [0, 2], [1, 2]]);
    expect(found.convergence).toMatchObject({ limit: 0.05 });
  });

  it('[exact] of the g-function of six factors', () => {
    const a = [0, 0.5, 3, 9, 99, 99];
    const exact = gFunctionIndices(a);
    const { factors } = sobolIndices(outputsOf(6, 4096, (u) => gFunction(u, a)), { draws: 20 });
    factors.forEach(({ first, total }, i) => {
      expect(Math.abs(first.value - exact.first[i])).toBeLessThan(0.01);
      expect(Math.abs(total.value - exact.total[i])).toBeLessThan(0.01);
    });
  });

  it('[law] intervals of independent samples hold the truth in nine of ten cases and more', () => {
    const exact = ishigamiIndices();
    let [held, all] = [0, 0];
    for (let k = 0; k < 40; k++) {
      const random = uniform(100 + k);
      const points = Array.from({ length: 128 }, () => Float64Array.from({ length: 6 }, random));
      const [a, b] = [points.map((p) => p.slice(0, 3)), points.map((p) => p.slice(3))];
      const ab = [0, 1, 2].map((i) => a.map((u, row) => ishigami(u.map((x, j) => (j === i ? b[row][j] : x)))));
      const outputs = { a: a.map((u) => ishigami(u)), b: b.map((u) => ishigami(u)), ab };
      const { factors } = sobolIndices(outputs, { draws: 200 });
      factors.forEach(({ total: { interval } }, i) => {
        all++;
        if (interval.low <= exact.total[i] && exact.total[i] <= interval.high) held++;
      });
    }
    expect(held / all).toBeGreaterThan(0.88);
    expect(held / all).toBeLessThan(0.99);
  });

  it('[exact] the noise of realisations is a factor: its total is its share of the variance', () => {
    // y = 2 u₁ + u₂ + noise of deviation ½: variances 4/12, 1/12 and 1/4 of 2/3.
    const rows = 8000;
    const [random, noise] = [uniform(5), normals(6)];
    const f = (u1: number, u2: number, e: number): number => 2 * u1 + u2 + e / 2;
    const draws = Array.from({ length: rows }, () => [random(), random(), noise(), random(), random(), noise()]);
    const { factors } = sobolIndices({
      a: draws.map(([x, y, e]) => f(x, y, e)), b: draws.map(([, , , x, y, e]) => f(x, y, e)),
      ab: [
        draws.map(([, y, e, x]) => f(x, y, e)), draws.map(([x, , e, , y]) => f(x, y, e)),
        draws.map(([x, y, , , , e]) => f(x, y, e)),
      ],
    }, { draws: 20 });
    [0.5, 0.125, 0.375].forEach((share, i) => {
      expect(Math.abs(factors[i].first.value - share)).toBeLessThan(0.03);
      expect(Math.abs(factors[i].total.value - share)).toBeLessThan(0.02);
    });
  });

  it('[rate] widths shrink with the root of the rows, and the rows that are wanted follow', () => {
    const widthOf = (count: number) =>
      sobolIndices(outputsOf(3, count, (u) => ishigami(u)), { draws: 300 }).convergence;
    const [few, many] = [widthOf(128), widthOf(2048)];
    expect(few.total / many.total).toBeGreaterThan(3);
    expect(few.total / many.total).toBeLessThan(5);
    expect(few.reached).toBe(false);
    expect(few.rowsWanted).toBeCloseTo(128 * (few.total / 0.05) ** 2, -1);
    expect(many.change).toBeLessThan(few.change);
  });

  it('rows without a value are left out and counted; what cannot be is said', () => {
    const outputs = outputsOf(3, 64, (u) => ishigami(u));
    const holes = { ...outputs, a: Array.from(outputs.a, (y, row) => (row < 10 ? NaN : y)) };
    const whole = { a: [...outputs.a as number[]].slice(10), b: [...outputs.b as number[]].slice(10) };
    const cut = outputs.ab.map((one) => [...one as number[]].slice(10));
    const found = sobolIndices({ ...holes, ba: undefined });
    expect([found.rows, found.leftOut]).toEqual([54, 10]);
    expect(found.factors.map(({ total }) => total.value))
      .toEqual(sobolIndices({ ...whole, ab: cut }).factors.map(({ total }) => total.value));
    expect(() => sobolIndices({ a: [1, 2], b: [1], ab: [[1, 2]] })).toThrow('samples of one length');
    expect(() => sobolIndices({ a: [1, 2], b: [1, 2], ab: [[1, 2]] })).toThrow('2 of 2 have them');
    const flat = Array.from({ length: 9 }, () => 4);
    expect(() => sobolIndices({ a: flat, b: flat, ab: [flat] })).toThrow('does not vary, it is 4');
  });
});

describe('resampling', () => {
  it('[exact] quantiles of type 7', () => {
    const found = [0, 0.25, 0.5, 0.9, 1].map((p) => quantileOf([1, 2, 4, 8], p));
    expect(found).toEqual([1, 1.75, 3, 4 + 4 * (0.9 * 3 - 2), 8]);
    expect(quantileOf([7], 0.3)).toBe(7);
    expect(percentileInterval([5, 1, 3], 0.5)).toEqual({ low: 2, high: 4 });
  });

  it('[law] the mean of resamplings has the variance of a mean', () => {
    const means = resampled(50, 1000, 3, (rows) => rows.reduce((sum, row) => sum + row, 0) / 50);
    const centre = means.reduce((sum, m) => sum + m, 0) / means.length;
    const variance = means.reduce((sum, m) => sum + (m - centre) ** 2, 0) / means.length;
    expect(centre).toBeCloseTo(24.5, 0);
    expect(Math.abs(variance / ((50 ** 2 - 1) / 12 / 50) - 1)).toBeLessThan(0.13);
  });
});
