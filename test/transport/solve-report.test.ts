import { describe, expect, it } from 'vitest';
import { solveReport } from '../../src/transport/solve-report.js';
import { mFactor } from '../../src/transport/m-factor.js';
import { randomLabels } from '../random.js';
import { testSession } from '../session.js';

describe('solveReport', () => {
  it('[law] says the result, its checks, and one line per iteration', async () => {
    const session = await testSession();
    const shape = [24, 25, 26] as const;
    const volume = { labels: randomLabels(shape, { 1: 0.5, 2: 0.5 }, 3, 4), shape, voxelSizeUm: null };
    const result = await mFactor(session, volume, { phase: 1, history: true });
    const text = solveReport(result);
    expect(text)
      .toMatch(/^M = 0\.\d+ along z, between 0\.\d+ and 0\.\d+ by its own estimate\nconverged after \d+ iterations/);
    expect(text).toMatch(/% apart\n.*tortuosity factor \d.*\nbounds: .*; within/);
    const table = text.split('\n\n')[1].split('\n');
    expect(table).toHaveLength(1 + result.iterations);
    expect(table.at(-1)).toMatch(new RegExp(`^ *${result.iterations} +0\\.`));
    expect(solveReport(await mFactor(session, volume, { phase: 1 }))).toBe(text.split('\n\n')[0]);
    const { tortuosityFactor, bruggemanExponent, volumeFraction, mFactor: m } = result;
    expect(volumeFraction / tortuosityFactor!).toBeCloseTo(m, 14);
    expect(volumeFraction ** bruggemanExponent!).toBeCloseTo(m, 14);
  });

  it('[exact] admits what did not work: no percolation, no convergence, bounds not obeyed', async () => {
    const session = await testSession();
    const shape = [20, 21, 22] as const;
    const volume = { labels: randomLabels(shape, { 1: 0.5, 2: 0.5 }, 3, 4), shape, voxelSizeUm: null };
    const poor = await mFactor(session, volume, { phase: 1, tolerance: 1e-9, maxIterations: 2 });
    expect(solveReport(poor)).toContain('NOT CONVERGED after 2 iterations');
    expect(solveReport({ ...poor, bounds: { ...poor.bounds, obeyed: 'none' } })).toContain('OUTSIDE');
    const blocked = { ...volume, labels: volume.labels.map((label, i) => (i < 21 * 22 ? 2 : label)) };
    expect(solveReport(await mFactor(session, blocked, { phase: 1, history: true })))
      .toMatch(/^M = 0 along z.*\nconverged after 0 iterations; 0 unknowns\n.*out 0\n.*tortuosity factor -, .*\n.*$/);
  });
});
