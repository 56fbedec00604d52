// Voxels whose edges are far apart: coarse levels follow the axes along which they conduct best (decisions/0180). One
// plane is a layer by itself (decisions/0181).
import { describe, expect, it } from 'vitest';
import { hardStructure, type HardKind } from '../../bench/hard.js';
import { voxelCount, type Shape } from '../../src/core/grid.js';
import { levelSteps } from '../../src/kernels/levels.js';
import { conduct } from '../../src/transport/conduct.js';
import { uniform } from '../random.js';
import { effectiveConductivity } from '../reference/effective.js';
import { forEachThreadCount, testSession } from '../session.js';

type Triple = readonly [number, number, number];

describe('levels of unequal axes', () => {
  it('[exact] halve the strong axes until all conduct alike', () => {
    const steps = (shape: Shape, weights: Triple): string[] =>
      levelSteps(shape, weights).map(({ shape: at, halved }) => (
        `${at.join(' ')}: ${halved.map((half, k) => (half ? 'zyx'[k] : '')).join('')}`));
    // A face across a halved axis is half the sum of those that it joins, across another all of it: 1 : 1/16 becomes
    // 1 : 1/4, then 1 : 1.
    expect(steps([64, 64, 64], [1, 1, 1 / 16])).toEqual([
      '64 64 64: zy', '32 32 64: zy', '16 16 64: zyx', '8 8 32: zyx', '4 4 16: zyx', '2 2 8: zyx', '1 1 4: zyx',
    ]);
    expect(steps([9, 5, 33], [1 / 4, 1, 1 / 4])).toEqual([
      '9 5 33: y', '9 3 33: zyx', '5 2 17: zyx', '3 1 9: zyx', '2 1 5: zyx', '1 1 3: zyx',
    ]);
    // An axis of one voxel has no faces.
    expect(steps([16, 1, 16], [1, 400, 1])).toEqual(['16 1 16: zyx', '8 1 8: zyx', '4 1 4: zyx']);
    // The coarsest level is small, and equal.
    expect(steps([4, 4, 4], [1, 1 / 400, 1])).toEqual(['4 4 4: zx', '2 4 2: zx', '1 4 1: zyx']);
  });
});

const EDGES: readonly Triple[] = [[1, 1, 20], [30, 1, 1], [1, 7, 1], [1, 20, 20], [6, 1, 6], [5, 5, 1], [1, 4, 30]];
const SHAPES: readonly Shape[] = [[9, 8, 17], [2, 33, 7], [16, 5, 15], [24, 1, 31], [7, 17, 9], [3, 3, 33], [32, 9, 2]];

describe('conductivity of unequal voxels', () => {
  it('[oracle] lies in the interval of a direct solve: every axis, odd and even sizes, both boundaries', async () => {
    const session = await testSession();
    const random = uniform(180);
    for (const [k, shape] of SHAPES.entries()) {
      for (const [j, edges] of EDGES.entries()) {
        const labels = Uint8Array.from({ length: voxelCount(shape) }, () => 1 + Math.floor(3 * random() ** 1.4));
        const sigma = { 1: 1, 2: 10 ** (-3 * random()), 3: random() < 0.5 ? 0 : 0.3 };
        const axis = [0, 1, 2].find((a) => shape[(a + j) % 3] > 1);
        const along = ((axis ?? 0) + j) % 3 as 0 | 1 | 2;
        for (const coarsening of ['blocks', 'parts', 'periodic'] as const) {
          const periodic = coarsening === 'periodic';
          const result = await conduct(session, { labels, shape, voxelSizeUm: edges }, {
            conductivity: sigma, axis: 'zyx'[along] as 'z', coarsening: periodic ? 'auto' : coarsening,
            boundary: periodic ? 'periodic' : 'dirichlet', tolerance: 1e-5, maxIterations: 400,
          });
          const exact = effectiveConductivity(labels, shape, sigma, { axis: along, edges, periodic });
          const what = `${shape.join('×')} of ${edges.join(':')} along ${'zyx'[along]}, ${coarsening}, ${k} ${j}`;
          expect(result.converged, what).toBe(true);
          if (exact < 1e-13) continue;
          expect(result.bracket[0], what).toBeLessThanOrEqual(exact * (1 + 1e-9));
          expect(result.bracket[1], what).toBeGreaterThanOrEqual(exact * (1 - 1e-9));
        }
      }
    }
  });

  it('[pinned] takes at most 15 iterations to M within 1e-4, where cubic blocks take 20 to 90', async () => {
    const session = await testSession();
    const volume = hardStructure('blobs', 48, 0.4);
    for (const voxelSizeUm of EDGES) {
      for (const coarsening of ['auto', 'parts'] as const) {
        const { iterations, converged } =
          await conduct(session, { ...volume, voxelSizeUm }, { phase: 1, coarsening });
        expect({ converged, few: iterations <= (coarsening === 'auto' ? 15 : 10) }, `${voxelSizeUm.join(':')} ` +
          `${coarsening} ${iterations}`).toEqual({ converged: true, few: true });
      }
    }
    // Layers that are whole need no parts.
    const dense = { ...hardStructure('blobs', 48, 0.85), voxelSizeUm: [1, 1, 20] as const };
    const { iterations, coarsening } = await conduct(session, dense, { phase: 1 });
    expect({ coarsening, few: iterations <= 6 }, `${iterations}`).toEqual({ coarsening: 'blocks', few: true });
  });

  it('[law] has the same bits for every number of threads', async () => {
    const volume = hardStructure('blobs', 56, 0.45);
    for (const voxelSizeUm of [[1, 1, 9], [9, 1, 1], [1, 9, 9], [9, 9, 1]] as const) {
      for (const coarsening of ['blocks', 'parts'] as const) {
        const results = await forEachThreadCount(
          (session) => conduct(session, { ...volume, voxelSizeUm }, { phase: 1, coarsening, history: true }),
        );
        for (const { history } of results) expect(history).toEqual(results[0].history);
      }
    }
  });
});

describe('one plane of voxels', () => {
  it('[pinned] takes parts where its blocks are split: at most 8 iterations, where blocks take 11 to 31', async () => {
    const session = await testSession();
    const planes: [HardKind, number][] =
      [['blobs', 0.6], ['coarse blobs', 0.6], ['voxels', 0.65], ['blocks of 5', 0.65]];
    for (const [kind, share] of planes) {
      const options = { phase: 1, axis: 'y', tolerance: 1e-4 } as const;
      const volume = hardStructure(kind, [1, 300, 300], share);
      const { coarsening, iterations } = await conduct(session, volume, options);
      expect({ coarsening, few: iterations <= 8 }, `${kind} ${iterations}`).toEqual({ coarsening: 'parts', few: true });
    }
    const dense = await conduct(session, hardStructure('blobs', [1, 300, 300], 0.9), { phase: 1, axis: 'y' });
    expect({ coarsening: dense.coarsening, few: dense.iterations <= 6 }).toEqual({ coarsening: 'blocks', few: true });
  });
});
