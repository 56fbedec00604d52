import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dominates, hypervolume, paretoFront, searchFront, simplexWeights } from '../../src/numeric/pareto.js';
import { finish } from '../../src/numeric/steps.js';

const points = fc.integer({ min: 1, max: 4 }).chain((m) =>
  fc.array(fc.array(fc.integer({ min: 0, max: 6 }), { minLength: m, maxLength: m }), { minLength: 1, maxLength: 9 }));
const box = (n: number) => ({ lower: Array.from({ length: n }, () => 0), upper: Array.from({ length: n }, () => 1) });

/** Unit cells of the grid that any point dominates. */
function countCells(front: readonly (readonly number[])[], reference: number): number {
  const m = front[0].length;
  let count = 0;
  for (let cell = 0; cell < reference ** m; cell++) {
    const corner = Array.from({ length: m }, (_, i) => Math.floor(cell / reference ** i) % reference);
    if (front.some((point) => point.every((x, i) => x <= corner[i]))) count++;
  }
  return count;
}

describe('fronts', () => {
  it('[law] nothing on the front is dominated, everything else is or stands there twice', () => {
    fc.assert(fc.property(points, (all) => {
      const front = paretoFront(all);
      all.forEach((point, i) => {
        const beaten = all.some((other) => dominates(other, point));
        const twice = all.slice(0, i).some((other) => other.join() === point.join());
        expect(front.includes(i)).toBe(!beaten && !twice);
      });
    }));
  });

  it('[oracle] the dominated volume is that of the cells counted one by one', () => {
    fc.assert(fc.property(points, (all) => {
      expect(hypervolume(all, all[0].map(() => 6))).toBe(countCells(all, 6));
    }));
  });

  it('[exact] weights: all of them, each once, sum 1', () => {
    const weights = simplexWeights(3, 4);
    expect(weights).toHaveLength(15);
    expect(new Set(weights.map(String)).size).toBe(15);
    for (const w of weights) expect(w.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
    expect(simplexWeights(1, 7)).toEqual([[1]]);
  });

  it('[exact] ZDT1 (Zitzler, Deb, Thiele 2000) in 4 dimensions: its volume below (1.1, 1.1) is .8617 for all points, ' +
    'a little less for 13 of them', () => {
    const front = finish(searchFront({
      ...box(4),
      evaluate(x) {
        const g = 1 + (9 / 3) * x.slice(1).reduce((a, b) => a + b, 0);
        return { violation: 0, values: [x[0], g * (1 - Math.sqrt(x[0] / g))] };
      },
    }, 12, [], { maxEvaluations: 2000, restarts: 0 }));
    // On the front g = 1; ∫₀¹ (1.1 − (1 − √x)) dx + .1 · 1.1
    const whole = 0.1 + 2 / 3 + 0.11;
    const volume = hypervolume(front.map(({ values }) => values), [1.1, 1.1]);
    expect(volume).toBeLessThan(whole);
    expect(volume).toBeGreaterThan(0.94 * whole);
    for (const { values: [a, b] } of front) expect(Math.abs(b - (1 - Math.sqrt(a)))).toBeLessThan(0.01);
  });

  it('[exact] DTLZ2 (Deb et al. 2002) with three objectives: the front is the unit sphere', () => {
    const front = finish(searchFront({
      ...box(4),
      evaluate(x) {
        const g = 1 + x.slice(2).reduce((sum, value) => sum + (value - 0.5) ** 2, 0);
        const [a, b] = [(Math.PI / 2) * x[0], (Math.PI / 2) * x[1]];
        const values = [g * Math.cos(a) * Math.cos(b), g * Math.cos(a) * Math.sin(b), g * Math.sin(a)];
        return { violation: 0, values };
      },
    }, 4, [], { maxEvaluations: 1500, restarts: 0 }));
    expect(front.length).toBeGreaterThan(10);
    for (const { values } of front) {
      expect(values.reduce((sum, value) => sum + value * value, 0)).toBeCloseTo(1, 2);
    }
    const whole = 1.1 ** 3 - Math.PI / 6;
    const volume = hypervolume(front.map(({ values }) => values), [1.1, 1.1, 1.1]);
    expect(volume).toBeLessThan(whole);
    expect(volume).toBeGreaterThan(0.61 * whole);
  });

  it('[exact] constraints cut the front, and one that never holds leaves none', () => {
    const search = (violation: (a: number) => number) => finish(searchFront({
      ...box(2),
      evaluate: (x) => ({ violation: violation(x[0]), values: [x[0] + x[1], 1 - x[0] + x[1]] }),
    }, 5, [], { maxEvaluations: 1500, restarts: 0 }));
    const cut = search((a) => Math.max(0, 0.4 - a));
    expect(cut.length).toBeGreaterThan(3);
    expect(Math.min(...cut.map(({ values }) => values[0]))).toBeCloseTo(0.4, 2);
    expect(search(() => 1)).toEqual([]);
  });

});
