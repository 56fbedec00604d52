import { describe, expect, it } from 'vitest';
import { voxelCount, type Shape } from '../../src/core/grid.js';
import type { LabelVolume } from '../../src/core/volume.js';
import { conduct } from '../../src/transport/conduct.js';
import { referenceConduction } from '../reference/conduction.js';
import { forEachThreadCount, testSession } from '../session.js';

/** Layers across z: `period` planes, the lower half of them label 1. */
function layers(shape: Shape, period: number): LabelVolume {
  const plane = shape[1] * shape[2];
  const labels =
    Uint8Array.from({ length: voxelCount(shape) }, (_, i) => (Math.floor(i / plane) % period < period / 2 ? 1 : 2));
  return { labels, shape, voxelSizeUm: null };
}

/** Cubes of 4³ voxels of label 2, one voxel of label 1 between them. */
function cubes(edge: number): LabelVolume {
  const inside = (i: number): boolean => i % 5 > 0;
  const labels = Uint8Array.from({ length: edge ** 3 }, (_, i) => (
    inside(Math.floor(i / edge / edge)) && inside(Math.floor(i / edge) % edge) && inside(i % edge) ? 2 : 1));
  return { labels, shape: [edge, edge, edge], voxelSizeUm: null };
}

// Sizes whose coarse levels are odd early (60 → 15, 12 → 3) and never (64); layers as thick as an aggregate, and not.
const WINDOWS: [Shape, number][] = [
  [[64, 16, 16], 8], [[60, 20, 20], 6], [[12, 9, 15], 4], [[40, 40, 6], 10], [[39, 41, 6], 6],
];

describe('layers across the current', () => {
  it.each(WINDOWS)('[exact] %j, period %d: ratios to 10⁸ converge to within three times the ' +
      'tolerance', async (shape, period) => {
    const session = await testSession();
    for (const boundary of ['dirichlet', 'periodic'] as const) {
      for (const weak of [1e-1, 1e-2, 1e-4, 1e-6, 1e-8]) {
        const volume = layers(shape, period);
        const share = volume.labels.filter((label) => label === 1).length / volume.labels.length;
        const exact = 1 / (share + (1 - share) / weak);
        const result = await conduct(session, volume, { conductivity: { 1: 1, 2: weak }, boundary });
        expect(result.converged).toBe(true);
        expect(Math.abs(result.effectiveConductivity / exact - 1)).toBeLessThanOrEqual(3e-4);
        expect(result.effectiveConductivity).toBeGreaterThan(exact * (1 - 1e-6));
      }
    }
  });
});

describe('cubes of the better phase, a voxel apart', () => {
  it.each([1e4, 1e6, 1e8])('[oracle] %d times better than the matrix: as the cell of one cube', async (ratio) => {
    const cell = cubes(5);
    const expected = referenceConduction(cell.labels, [5, 5, 5], { 1: 1, 2: ratio }, { periodic: true }).effective;
    const results = await forEachThreadCount(
      (session) => conduct(session, cubes(20), { conductivity: { 1: 1, 2: ratio }, boundary: 'periodic' }),
    );
    for (const { converged, effectiveConductivity } of results) {
      expect({ converged, effectiveConductivity })
        .toEqual({ converged: true, effectiveConductivity: results[0].effectiveConductivity });
    }
    expect(Math.abs(results[0].effectiveConductivity / expected - 1)).toBeLessThan(2e-4);
  });

  it('[law] along a window with two faces: hardly an iteration more for a ratio of 10⁸ than for 10⁴', async () => {
    const session = await testSession();
    const iterations: number[] = [];
    for (const ratio of [1e4, 1e6, 1e8]) {
      const result = await conduct(session, cubes(40), { conductivity: { 1: 1, 2: ratio } });
      expect(result.converged).toBe(true);
      iterations.push(result.iterations);
    }
    expect(Math.max(...iterations)).toBeLessThanOrEqual(Math.min(...iterations) + 5);
  });
});

/** Pairs of label 2 along x, none touching another over a face: one for every 4 voxels. */
function pairs(shape: Shape): LabelVolume {
  const [, ny, nx] = shape;
  const labels = Uint8Array.from({ length: voxelCount(shape) }, (_, i) => {
    const [z, y, x] = [Math.floor(i / (ny * nx)), Math.floor(i / nx) % ny, i % nx];
    return (z + y + (x >> 1)) % 2 === 0 ? 1 : 2;
  });
  return { labels, shape, voxelSizeUm: null };
}

describe('more islands than there is room for', () => {
  it.each(
    ['z', 'y', 'x'] as const,
  )('[law] a repeated window conducts like one period of it, along %s', async (axis) => {
    const session = await testSession();
    for (const ratio of [60, 1e3]) {
      const options = { conductivity: { 1: 1, 2: ratio }, axis, boundary: 'periodic', tolerance: 1e-6 } as const;
      const many = await conduct(session, pairs([24, 24, 24]), options);
      const one = await conduct(session, pairs([2, 2, 4]), options);
      expect(many.converged && one.converged).toBe(true);
      expect(Math.abs(many.effectiveConductivity / one.effectiveConductivity - 1)).toBeLessThan(2e-6);
    }
  });
});
