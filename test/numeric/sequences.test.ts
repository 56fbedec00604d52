import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { latinHypercube } from '../../src/numeric/latin-hypercube.js';
import { MAX_SOBOL_DIMENSIONS, sobolSequence } from '../../src/numeric/sobol.js';
import { keyedPermutation, keyedUniform } from '../../src/numeric/uniform.js';

const seeds = fc.integer({ min: 0, max: 2 ** 32 });

/** Points in each of `cells` intervals of a coordinate. */
function occupancy(points: Iterable<Float64Array>, coordinate: number, cells: number): number[] {
  const counts = Array.from({ length: cells }, () => 0);
  for (const point of points) counts[Math.floor(point[coordinate] * cells)]++;
  return counts;
}

const nearest = (points: readonly Float64Array[]): number => Math.min(...points.flatMap((a, i) =>
  points.slice(0, i).map((b) => Math.hypot(...a.map((x, j) => x - b[j])))));

describe('Sobol\' sequences', () => {
  it('[published] the ten points of three coordinates that Joe and Kuo print with their direction numbers', () => {
    // web.maths.unsw.edu.au/~fkuo/sobol: output of sobol.cc for "10 3 new-joe-kuo-6.21201".
    expect([...sobolSequence({ dimensions: 3, count: 10 })].map((point) => [...point])).toEqual([
      [0, 0, 0], [0.5, 0.5, 0.5], [0.75, 0.25, 0.25], [0.25, 0.75, 0.75], [0.375, 0.375, 0.625],
      [0.875, 0.875, 0.125], [0.625, 0.125, 0.875], [0.125, 0.625, 0.375], [0.1875, 0.3125, 0.9375],
      [0.6875, 0.8125, 0.4375],
    ]);
  });

  it('[law] 2^m points, plain or scrambled, have one in each of 2^m intervals of every coordinate', () => {
    fc.assert(fc.property(
      fc.integer({ min: 0, max: 7 }), fc.option(seeds), fc.integer({ min: 0, max: 50 }), (m, seed, blocks) => {
        const count = 2 ** m;
        const points = [...sobolSequence({ dimensions: MAX_SOBOL_DIMENSIONS, count, seed, skip: blocks * count })];
        for (let j = 0; j < MAX_SOBOL_DIMENSIONS; j++) {
          expect(occupancy(points, j, count).every((n) => n === 1)).toBe(true);
        }
      },
    ), { numRuns: 20 });
  });

  it('[law] a scrambled point is uniform over the seeds: a product of coordinates has the mean of random ones', () => {
    // Var of x·y is 1/9 − 1/16; 4000 seeds give a standard error of 0.0035.
    let sum = 0;
    for (let seed = 0; seed < 4000; seed++) {
      const [x, , y] = sobolSequence({ dimensions: 3, count: 6, seed }).at(5);
      sum += x * y;
    }
    expect(Math.abs(sum / 4000 - 0.25)).toBeLessThan(4 * 0.0035);
  });

  it('[rate] the error of a mean falls with 1/n rather than 1/√n', () => {
    const error = (count: number): number => {
      let squares = 0;
      for (let seed = 1; seed <= 20; seed++) {
        let sum = 0;
        for (const point of sobolSequence({ dimensions: 6, count, seed })) {
          sum += point.reduce((product, x) => product * (1 + (x - 0.5) / 2), 1);
        }
        squares += (sum / count - 1) ** 2;
      }
      return Math.sqrt(squares / 20);
    };
    // 1/√n would make it 8 times smaller.
    expect(error(64) / error(4096)).toBeGreaterThan(32);
  });

  it('says how many coordinates and points there are', () => {
    expect(() => sobolSequence({ dimensions: 129, count: 1 }))
      .toThrow(/direction numbers for 128 coordinates, got 129/);
    expect(() => sobolSequence({ dimensions: 1, count: 2 ** 32, skip: 1 })).toThrow(/at most 2³² together/);
    expect(() => sobolSequence({ dimensions: 0, count: 1 })).toThrow(/at least 1, got 0/);
    expect(() => sobolSequence({ dimensions: 1, count: 1, seed: -1 })).toThrow(/seed is a whole number from 0/);
  });
});

describe('Latin hypercubes', () => {
  it('[law] every coordinate has one point in each of n intervals, with and without exchanges', () => {
    fc.assert(fc.property(
      fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 6 }), seeds, fc.constantFrom(0, 100),
      fc.constantFrom('middle' as const, 'random' as const), (count, dimensions, seed, exchanges, within) => {
        const points = latinHypercube({ dimensions, count, seed, exchanges, within });
        for (let j = 0; j < dimensions; j++) {
          expect(occupancy(points, j, count).every((n) => n === 1)).toBe(true);
        }
      },
    ));
  });

  it('[law] exchanges part the nearest points, and a seed gives the same points again', () => {
    const parted = [1, 2, 3, 4, 5].filter((seed) => {
      const options = { dimensions: 4, count: 40, seed } as const;
      const plain = latinHypercube(options);
      expect(latinHypercube(options)).toEqual(plain);
      expect(latinHypercube({ ...options, seed: seed + 1 })).not.toEqual(plain);
      return nearest(latinHypercube({ ...options, exchanges: 4000 })) > 1.5 * nearest(plain);
    });
    expect(parted).toHaveLength(5);
  });

  it('refuses exchanges among more points than it compares', () => {
    expect(() => latinHypercube({ dimensions: 2, count: 4097, seed: 1, exchanges: 1 })).toThrow(/at most 4096 points/);
  });
});

describe('keyed numbers', () => {
  it('[law] a number depends on its place alone; permutations hold every number once', () => {
    const key = { seed: 7, scenario: 0, realisation: 0 };
    const [a, b] = [keyedUniform(key), keyedUniform(key)];
    const forwards = Array.from({ length: 50 }, (_, i) => a(i, 3));
    const backwards = Array.from({ length: 50 }, (_, i) => b(49 - i, 3)).reverse();
    expect(forwards).toEqual(backwards);
    expect(forwards.every((x) => x >= 0 && x < 1)).toBe(true);
    expect([...keyedPermutation(a, 100, 5)].sort((x, y) => x - y)).toEqual(Array.from({ length: 100 }, (_, i) => i));
    expect(keyedPermutation(a, 100, 5)).not.toEqual(keyedPermutation(a, 100, 6));
  });
});
