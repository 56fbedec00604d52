// The promise of every solve: it converges, its interval holds the value of a direct solve of the same equations, and
// going on never makes it worse.
import { describe, expect, it } from 'vitest';
import { voxelCount, type Shape } from '../../src/core/grid.js';
import { conduct, type ConductOptions, type ConductResult } from '../../src/transport/conduct.js';
import type { Session } from '../../src/runtime/session.js';
import { uniform } from '../random.js';
import { effectiveConductivity } from '../reference/effective.js';
import { testSession } from '../session.js';
import { oneOf, randomWindow, type RandomWindow } from '../windows.js';

const TOLERANCES = [1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7];
const VOXELS = 1600;

function solve(session: Session, window: RandomWindow, options: Partial<ConductOptions>): Promise<ConductResult> {
  const { labels, shape, edges, sigma, axis, boundary, coarsening } = window;
  return conduct(session, { labels, shape, voxelSizeUm: edges }, {
    conductivity: sigma, axis: 'zyx'[axis] as 'z', boundary, coarsening, maxIterations: 1000, ...options,
  });
}

function exactly({ labels, shape, sigma, axis, edges, boundary }: RandomWindow): number {
  return effectiveConductivity(labels, shape, sigma, { axis, edges, periodic: boundary === 'periodic' });
}

const named = ({ kind, shape, axis, boundary, coarsening }: RandomWindow): string =>
  `${kind} ${shape.join('×')} along ${'zyx'[axis]}, ${boundary}, ${coarsening}`;

/** Ratio of the greatest conductivity to the least. */
function contrastOf({ sigma }: RandomWindow): number {
  const open = Object.values(sigma).filter((value) => value > 0);
  return Math.max(...open) / Math.min(...open);
}

/** Voxels of two labels in turns. */
function inTurns(shape: Shape): Uint8Array {
  const [, ny, nx] = shape;
  return Uint8Array.from({ length: voxelCount(shape) }, (_, i) => (
    (Math.floor(i / (ny * nx)) + Math.floor(i / nx) % ny + i % nx) % 2));
}

describe('the interval of σ_eff', () => {
  it('[oracle] holds the value of a direct solve in 300 random windows, which all converge', async () => {
    const session = await testSession();
    const random = uniform(158);
    for (let k = 0; k < 300; k++) {
      const window = randomWindow(random, VOXELS);
      const tolerance = oneOf(random, TOLERANCES);
      const result = await solve(session, window, { tolerance });
      const exact = exactly(window);
      const what = `window ${k}, ${named(window)}, to ${tolerance}`;
      expect(result.converged, what).toBe(true);
      if (exact < 1e-13 * result.referenceConductivity) expect(result.effectiveConductivity, what).toBe(0);
      else {
        expect(result.bracket[0], what).toBeLessThanOrEqual(exact * (1 + 1e-9));
        expect(result.bracket[1], what).toBeGreaterThanOrEqual(exact * (1 - 1e-9));
        expect(result.errorEstimate, what).toBeLessThanOrEqual(tolerance);
      }
    }
  });

  // What holds an island between bodies that touch the faces is ten million times weaker than what holds those.
  it.each([[24, 1, 1], [33, 1, 1], [25, 2, 3], [40, 3, 3]].map((shape) => ({ shape: shape as unknown as Shape })))(
    '[oracle] $shape over parts: bodies at both faces, islands between them',
    async ({ shape }) => {
      const session = await testSession();
      const [, ny, nx] = shape;
      const gaps = [2, Math.floor(shape[0] / 2), shape[0] - 4];
      const labels = Uint8Array.from({ length: voxelCount(shape) }, (_, i) => (
        gaps.includes(Math.floor(i / (ny * nx))) ? 0 : 1));
      const sigma = { 0: 1e-7, 1: 1 };
      const exact = 1 / ((gaps.length / 1e-7 + shape[0] - gaps.length) / shape[0]);
      for (const tolerance of TOLERANCES.slice(0, 5)) {
        const { effectiveConductivity: value, bracket, converged, iterations } = await conduct(
          session, { labels, shape, voxelSizeUm: null }, { conductivity: sigma, coarsening: 'parts', tolerance },
        );
        expect({ converged, tolerance }).toEqual({ converged: true, tolerance });
        expect(value / exact - 1).toBeLessThanOrEqual(tolerance);
        expect(bracket[0]).toBeLessThanOrEqual(exact);
        expect(iterations).toBeLessThanOrEqual(12);
      }
    },
  );

  it('[law] a tighter tolerance gives no worse a value, beyond rounding', async () => {
    const session = await testSession();
    const random = uniform(159);
    for (let k = 0; k < 100; k++) {
      const window = randomWindow(random, VOXELS);
      let best = Infinity;
      for (const tolerance of TOLERANCES) {
        const { effectiveConductivity: value, converged } = await solve(session, window, { tolerance });
        const what = `window ${k}, ${named(window)}, to ${tolerance}`;
        expect(converged, what).toBe(true);
        // Single precision of the potential within what conducts well is as much of the dissipation.
        expect(value, what).toBeLessThanOrEqual(best * (1 + Math.min(tolerance, 1e-9 + 1e-12 * contrastOf(window))));
        best = Math.min(best, value);
      }
    }
  });

  it('[law] more iterations give no worse a value, also where they do not lead to an end', async () => {
    const session = await testSession();
    const random = uniform(160);
    for (let k = 0; k < 60; k++) {
      const window = randomWindow(random, VOXELS);
      let best = Infinity;
      for (const maxIterations of [1, 2, 3, 5, 7, 10, 15, 30, 60, 100]) {
        const { effectiveConductivity: value } = await solve(session, window, { tolerance: 1e-11, maxIterations });
        expect(value, `window ${k}, ${named(window)}, ${maxIterations} iterations`).toBeLessThanOrEqual(best * 1.001);
        best = Math.min(best, value);
      }
    }
  });

  // Where opposite voxels are alike the better ones meet across the seam, and there alone.
  it.each([
    [9, 9, 9], [7, 9, 8], [17, 9, 9], [1, 9, 9], [3, 3, 3], [5, 1, 25],
  ].map((shape) => ({ shape: shape as unknown as Shape })))('[oracle] $shape in turns, repeating: seams between ' +
      'voxels of one colour', async ({ shape }) => {
    const session = await testSession();
    const labels = inTurns(shape);
    for (const weak of [1e-1, 1e-2, 1e-3, 1e-5, 1e-7]) {
      for (const axis of ([0, 1, 2] as const).filter((a) => shape[a] > 1)) {
        const sigma = { 0: 1, 1: weak };
        const volume = { labels, shape, voxelSizeUm: null };
        const options = { conductivity: sigma, boundary: 'periodic', axis: 'zyx'[axis] as 'z' } as const;
        const { converged, bracket, iterations } = await conduct(session, volume, options);
        const exact = effectiveConductivity(labels, shape, sigma, { axis, edges: [1, 1, 1], periodic: true });
        expect({ converged, weak, axis }).toEqual({ converged: true, weak, axis });
        expect(bracket[0]).toBeLessThanOrEqual(exact * (1 + 1e-9));
        expect(bracket[1]).toBeGreaterThanOrEqual(exact * (1 - 1e-9));
        expect(iterations).toBeLessThanOrEqual(40);
      }
    }
  });
});
