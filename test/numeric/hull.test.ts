// Membership in a convex hull by linear programming.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { convexHull } from '../../src/numeric/hull.js';

type Point = readonly [number, number];
const cross = (o: Point, a: Point, b: Point): number => (a[0] - o[0]) * (b[1] - o[1]) - (a[1] - o[1]) * (b[0] - o[0]);

/** Corners of the hull in the plane, counter-clockwise (Andrew's monotone chain). */
function corners(points: readonly Point[]): Point[] {
  const sorted = [...points].sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  const half = (list: readonly Point[]): Point[] => {
    const chain: Point[] = [];
    for (const p of list) {
      while (chain.length > 1 && cross(chain[chain.length - 2], chain[chain.length - 1], p) <= 0) chain.pop();
      chain.push(p);
    }
    return chain.slice(0, -1);
  };
  return [...half(sorted), ...half(sorted.reverse())];
}

describe('convex hull', () => {
  it('[oracle] in the plane: the gauge is the least factor at which the polygon about the mean holds the point', () => {
    const coordinate = fc.integer({ min: -20, max: 20 });
    const point = fc.tuple(coordinate, coordinate);
    fc.assert(fc.property(fc.array(point, { minLength: 3, maxLength: 25 }), point, (points, q) => {
      const polygon = corners(points);
      fc.pre(polygon.length > 2);
      const mean: Point = [0, 1].map((k) => points.reduce((s, p) => s + p[k], 0) / points.length) as unknown as Point;
      // Each edge is a half plane; the ray from the mean leaves the first one that it meets.
      const brute = Math.max(...polygon.map((a, i) => {
        const b = polygon[(i + 1) % polygon.length];
        return 1 - cross(a, b, q) / cross(a, b, mean);
      }));
      expect(convexHull(points).gauge(q)).toBeCloseTo(brute, 7);
    }), { numRuns: 300 });
  });

  it('[law] in any dimension: mixtures lie inside, and so much outside as they are moved beyond a point', () => {
    const size = fc.integer({ min: 1, max: 5 });
    fc.assert(fc.property(size, fc.integer({ min: 8, max: 40 }), fc.integer({ min: 1, max: 1e6 }), (d, n, seed) => {
      let s = seed;
      const random = (): number => ((s = (s * 48271) % 2147483647) / 2147483647);
      const points = Array.from({ length: n }, () => Array.from({ length: d }, random));
      const hull = convexHull(points);
      const weights = points.map(() => random());
      const sum = weights.reduce((a, b) => a + b, 0);
      const mixture = points[0].map((_, k) => points.reduce((t, p, i) => t + (weights[i] / sum) * p[k], 0));
      expect(hull.gauge(mixture)).toBeLessThanOrEqual(1 + 1e-9);
      for (const p of points) expect(hull.gauge(p)).toBeLessThanOrEqual(1 + 1e-9);
      const mean = points[0].map((_, k) => points.reduce((t, p) => t + p[k], 0) / n);
      // The gauge is homogeneous: twice as far out is twice the gauge.
      const out = mean.map((m, k) => m + 2 * (points[1][k] - m));
      expect(hull.gauge(out)).toBeCloseTo(2 * hull.gauge(points[1]), 7);
    }), { numRuns: 200 });
  });

  it('[exact] cubes and planes: 1 at the faces, Infinity off the plane of the data, 0 at the mean', () => {
    const cube = [0, 1, 2, 3, 4, 5, 6, 7].map((i) => [i & 1, (i >> 1) & 1, (i >> 2) & 1]);
    const hull = convexHull(cube);
    for (const [q, gauge] of [
      [[1, 0.5, 0.5], 1], [[0.75, 0.5, 0.5], 0.5], [[2, 0.5, 0.5], 3], [[0.5, 0.5, 0.5], 0],
    ] as const) {
      expect(hull.gauge(q)).toBeCloseTo(gauge, 10);
    }
    const flat = convexHull(cube.map(([x, y]) => [x, y, x + y]));
    expect(flat.gauge([0.5, 0.5, 1.2])).toBe(Infinity);
    expect(flat.gauge([1, 0.5, 1.5])).toBeCloseTo(1, 8);
    const constant = convexHull(cube.map(([x, y]) => [x, 0.3, y]));
    expect([constant.dimensions, constant.gauge([1, 0.3, 1]), constant.gauge([1, 0.31, 1])])
      .toEqual([2, expect.closeTo(1, 10), Infinity]);
    expect(hull.gauge([NaN, 0, 0])).toBe(Infinity);
  });
});
