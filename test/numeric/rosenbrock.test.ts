import { describe, expect, it } from 'vitest';
import {
  denseState, Rosenbrock, RODAS5P, type RosenbrockMethod, type StiffSystem,
} from '../../src/numeric/rosenbrock.js';
import { solveLinear } from '../../src/numeric/dense.js';
import { RODAS4P } from './rodas4p.js';

/** A system with a dense Jacobian. */
function dense(
  mass: readonly number[], r: (y: Float64Array) => readonly number[],
  jacobian: (y: Float64Array) => readonly number[][],
): StiffSystem {
  let [j, matrix]: [readonly number[][], number[][]] = [[], []];
  return {
    size: mass.length,
    mass: Float64Array.from(mass),
    derivative: (y, out) => out.set(r(y)),
    linearise: (y) => { j = jacobian(y); },
    factor: (s) => { matrix = j.map((row, i) => row.map((value, k) => (i === k ? s * mass[i] : 0) - value)); },
    solve: (b) => b.set(solveLinear(matrix, [...b])!),
  };
}

/** ẏ = −y z, 0 = z − y²: y = 1/√(1 + 2t). */
const algebraic = dense([1, 0], ([y, z]) => [-y * z, z - y * y], ([y, z]) => [[-z, -y], [-2 * y, 1]]);

function integrate(method: RosenbrockMethod, steps: number, theta: number): number {
  const solver = new Rosenbrock(algebraic, method);
  let y: Float64Array = Float64Array.of(1, 1);
  let worst = 0;
  for (let k = 0; k < steps; k++) {
    const step = solver.step(y, k / steps, 1 / steps);
    const at = denseState(step, theta);
    const truth = 1 / Math.sqrt(1 + (2 * (k + theta)) / steps);
    worst = Math.max(worst, Math.abs(at[0] - truth), Math.abs(at[1] - truth * truth));
    y = step.y1;
  }
  return worst;
}

describe('Rosenbrock methods', () => {
  it.each([[RODAS5P, 5, 4], [RODAS4P, 4, 3]] as const)(
    '[rate] $name: its order at the ends of steps and between, with an algebraic row', (method, order, between) => {
      expect(Math.log2(integrate(method, 8, 1) / integrate(method, 16, 1))).toBeGreaterThan(order - 0.4);
      expect(Math.log2(integrate(method, 16, 0.5) / integrate(method, 32, 0.5))).toBeGreaterThan(between - 0.3);
      expect(integrate(method, 16, 1)).toBeLessThan(1e-6);
    });

  it('[law] linear invariants hold to rounding, stiff or not', () => {
    // A ⇄ B → C, fast and slow.
    const rates = ([a, b]: Float64Array): number[] => [
      -1e6 * a + 1e4 * b * b, 1e6 * a - 1e4 * b * b - b, b,
    ];
    const system = dense([1, 1, 1], rates, ([, b]) => [[-1e6, 2e4 * b, 0], [1e6, -2e4 * b - 1, 0], [0, 1, 0]]);
    const solver = new Rosenbrock(system, RODAS5P);
    let y: Float64Array = Float64Array.of(1, 0, 0);
    for (let k = 0; k < 40; k++) y = solver.step(y, 0, 0.01 * (k + 1)).y1;
    expect(y[0] + y[1] + y[2]).toBeCloseTo(1, 10);
    expect(y[2]).toBeGreaterThan(0.9);
  });

  it('[exact] a stiff decay is gone in one long step', () => {
    const system = dense([1], ([y]) => [-1e9 * y], () => [[-1e9]]);
    for (const method of [RODAS5P, RODAS4P]) {
      expect(Math.abs(new Rosenbrock(system, method).step(Float64Array.of(1), 0, 1).y1[0])).toBeLessThan(1e-7);
    }
  });
});
