import { describe, expect, it } from 'vitest';
import { metricDirections, stretchedDirections } from '../../src/kernels/direction-weights.js';
import { DIRECTIONS } from '../../src/core/directions.js';
import type { Shape, VoxelSize } from '../../src/core/grid.js';
import type { LabelVolume } from '../../src/core/volume.js';
import { surfaceAreas } from '../../src/descriptors/surface-area.js';
import { randomLabels } from '../random.js';
import { transitionsTwin } from '../reference/measures.js';
import { testSession } from '../session.js';

/** Label 1 where inside(z, y, x) at the voxel centre, else 2. */
function carve(
  shape: Shape, voxelSizeUm: VoxelSize, inside: (z: number, y: number, x: number) => boolean,
): LabelVolume {
  const [nz, ny, nx] = shape;
  const labels = new Uint8Array(nz * ny * nx).fill(2);
  for (let z = 0, i = 0; z < nz; z++) {
    for (let y = 0; y < ny; y++) for (let x = 0; x < nx; x++, i++) if (inside(z, y, x)) labels[i] = 1;
  }
  return { labels, shape, voxelSizeUm };
}

async function areaOf(volume: LabelVolume): Promise<number> {
  const session = await testSession();
  return (await surfaceAreas(session, volume)).phases[0].specificSurfaceArea;
}

describe('direction weights', () => {
  it('[published] isotropic Voronoi areas equal the tabulated weights to 1e-9 (Lang, Ohser, Hilfer 2001)', () => {
    stretchedDirections([0.3, 0.3, 0.3]).forEach(({ length, weight }, d) => {
      expect(Math.abs(weight - DIRECTIONS[d].weight)).toBeLessThan(1e-9);
      expect(length).toBeCloseTo(0.3 * DIRECTIONS[d].length, 12);
    });
  });

  it('[law] weights of any voxel sum to 1 and follow a permutation of the axes', () => {
    for (const size of [[1, 1, 2], [5, 1, 1], [0.2, 1, 30], [1, 100, 1]] as const) {
      const weights = metricDirections(size).map(({ weight }) => weight);
      expect(weights.reduce((a, b) => a + b)).toBeCloseTo(1, 10);
      expect(Math.min(...weights)).toBeGreaterThan(0);
    }
    const a = metricDirections([1, 2, 3]);
    const b = metricDirections([3, 2, 1]);
    DIRECTIONS.forEach(({ offset: [dz, dy, dx] }, d) => {
      const mirrored = DIRECTIONS.findIndex(({ offset: o }) =>
        (o[0] === dx && o[1] === dy && o[2] === dz) || (o[0] === -dx && o[1] === -dy && o[2] === -dz));
      expect(a[d].weight).toBeCloseTo(b[mirrored].weight, 12);
    });
  });
});

describe('surfaceAreas', () => {
  // A plane with normal n crosses direction d in |n·u_d| of unit lengths: the estimate is 2 Σ w_d |n·u_d| of the truth.
  it.each([
    ['{100}', [1, 0, 0], -0.0734], ['{110}', [1, 1, 0], -0.0674], ['{111}', [1, 1, 1], -0.0389],
  ] as const)('[exact] biases a flat %s wall as derived in closed form', async (_, normal, published) => {
    const norm = Math.sqrt(normal.reduce<number>((sum, n) => sum + n * n, 0));
    const bias = 2 * DIRECTIONS.reduce((sum, { offset, length, weight }) =>
      sum + (weight * Math.abs(offset.reduce<number>((s, o, k) => s + o * normal[k], 0))) / (norm * length), 0) - 1;
    expect(bias).toBeCloseTo(published, 4);
    // Every direction meets parallel walls of period P (a multiple of 3) equally often in the mean over long windows.
    const edge = 193;
    const period = 12;
    const volume = carve([edge, edge, edge], null, (z, y, x) =>
      (z * normal[0] + y * normal[1] + x * normal[2]) % period < period / 2);
    const exact = (2 * norm) / period;
    // Walls at the window's edge are counted to within one pair in edge - 1: a tolerance of 1/edge.
    expect(Math.abs((await areaOf(volume)) / exact - 1 - bias)).toBeLessThan(0.006);
  });

  it('[rate] balls approach 4πR² as the voxels shrink', async () => {
    const errors: number[] = [];
    for (const edge of [24, 48, 96]) {
      const radius = 0.35;
      const h = 1 / edge;
      const centre = [0.503, 0.497, 0.511];
      const volume = carve([edge, edge, edge], [h, h, h], (z, y, x) =>
        [z, y, x].reduce((sum, i, k) => sum + ((i + 0.5) * h - centre[k]) ** 2, 0) < radius * radius);
      errors.push(Math.abs((await areaOf(volume)) / (4 * Math.PI * radius * radius) - 1));
    }
    // Pairs per direction are (edge - 1)^k of edge^k voxels: an error of first order in the voxel for a single ball.
    expect(errors[0]).toBeLessThan(0.12);
    expect(errors[1]).toBeLessThan(0.6 * errors[0]);
    expect(errors[2]).toBeLessThan(0.6 * errors[1]);
  });

  it('[exact] a ball on anisotropic voxels has the area of the ball', async () => {
    const shape: Shape = [60, 120, 90];
    const size = [2, 1, 4 / 3] as const;
    const volume = carve(shape, size, (z, y, x) =>
      ((z + 0.5) * 2 - 60) ** 2 + (y + 0.5 - 60) ** 2 + (((x + 0.5) * 4) / 3 - 60) ** 2 < 40 * 40);
    const exact = (4 * Math.PI * 1600) / 120 ** 3;
    expect(Math.abs((await areaOf(volume)) / exact - 1)).toBeLessThan(0.03);
  });

  it('[oracle] equals the estimator on the twin counts, and S_a is the sum of its interfaces', async () => {
    const session = await testSession();
    const shape: Shape = [9, 12, 19];
    const size = [0.2, 0.2, 0.2] as const;
    const labels = randomLabels(shape, { 3: 0.3, 40: 0.4, 200: 0.3 }, 9, 1);
    const result = await surfaceAreas(session, { labels, shape, voxelSizeUm: size });
    expect(result.phases.map(({ phase }) => phase)).toEqual([3, 40, 200]);
    for (const { phases: [a, b], area } of result.interfaces) {
      const counts = transitionsTwin(labels, shape, a, b, [3, 40, 200]);
      const expected = 2 * DIRECTIONS.reduce((sum, { offset, length, weight }, d) => {
        const pairs = offset.reduce((product, step, k) => product * (shape[k] - Math.abs(step)), 1);
        return sum + (weight * counts[d]) / (pairs * 0.2 * length);
      }, 0);
      expect(area).toBeCloseTo(expected, 10);
    }
    const s = new Map(result.phases.map(({ phase, specificSurfaceArea }) => [phase, specificSurfaceArea]));
    for (const { phases: [a, b], area } of result.interfaces) {
      const c = [3, 40, 200].find((phase) => phase !== a && phase !== b)!;
      expect(area).toBeCloseTo((s.get(a)! + s.get(b)! - s.get(c)!) / 2, 10);
    }
    const one = await surfaceAreas(session, { labels, shape, voxelSizeUm: size }, { phases: [40] });
    expect(one.phases[0].specificSurfaceArea).toBeCloseTo(s.get(40)!, 10);
    expect(one.interfaces).toEqual([]);
  });

  it('[exact] a single phase has no surface; flat windows use the directions that they have', async () => {
    const session = await testSession();
    const full =
      await surfaceAreas(session, { labels: new Uint8Array(60).fill(5), shape: [3, 4, 5], voxelSizeUm: null });
    expect(full).toEqual({ phases: [{ phase: 5, specificSurfaceArea: 0 }], interfaces: [] });
    // Alternating voxels along a line: every pair is a transition, 2 crossings' worth of area per voxel edge.
    const line =
      await surfaceAreas(session, { labels: Uint8Array.from([1, 2, 1, 2]), shape: [1, 1, 4], voxelSizeUm: null });
    expect(line.phases[0].specificSurfaceArea).toBeCloseTo(2, 12);
    const point = await surfaceAreas(session, { labels: Uint8Array.of(1), shape: [1, 1, 1], voxelSizeUm: null });
    expect(point.phases[0].specificSurfaceArea).toBe(0);
  });

  it('refuses phases that do not occur and more labels than one pass tells apart', async () => {
    const session = await testSession();
    const labels = Uint8Array.from({ length: 100 }, (_, i) => i % 9);
    const volume: LabelVolume = { labels, shape: [4, 5, 5], voxelSizeUm: null };
    await expect(surfaceAreas(session, volume, { phases: [77] })).rejects.toThrow(/label 77 does not occur.*0, 1, 2/);
    await expect(surfaceAreas(session, volume)).rejects.toThrow(/tells 8 labels apart, the image has 9.*name up to 7/);
  });
});
