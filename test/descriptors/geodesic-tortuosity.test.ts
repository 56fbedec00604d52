import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { STATUS_OVERFLOW } from '../../assembly/layout.js';
import { SpecError } from '../../src/core/errors.js';
import { AXES, voxelCount, type Axis, type Shape, type VoxelSize } from '../../src/core/grid.js';
import type { LabelVolume } from '../../src/core/volume.js';
import {
  geodesicTortuosities, geodesicTortuosity, geodesicTortuosityPlan,
} from '../../src/descriptors/geodesic-tortuosity.js';
import { peakBytes } from '../../src/runtime/plan.js';
import type { Arguments, KernelName } from '../../src/runtime/call.js';
import type { Session } from '../../src/runtime/session.js';
import { randomLabels } from '../random.js';
import { geodesicDistancesReference } from '../reference/geodesic.js';
import { forEachThreadCount, testSession } from '../session.js';

const { SQRT2 } = Math;
const SQRT3 = Math.sqrt(3);

function volumeOf(
  shape: Shape, inside: (z: number, y: number, x: number) => boolean, voxelSizeUm: VoxelSize = null,
): LabelVolume {
  const labels = new Uint8Array(voxelCount(shape));
  let i = 0;
  for (let z = 0; z < shape[0]; z++) {
    for (let y = 0; y < shape[1]; y++) for (let x = 0; x < shape[2]; x++) labels[i++] = inside(z, y, x) ? 1 : 2;
  }
  return { labels, shape, voxelSizeUm };
}

/** Length of the shortest free path over (a, b, c) voxels in the 26-neighbourhood. */
function octile(...offset: number[]): number {
  const [c, b, a] = offset.map(Math.abs).sort((p, q) => p - q);
  return SQRT3 * c + SQRT2 * (b - c) + (a - b);
}

describe('geodesicTortuosity', async () => {
  const session = await testSession();

  it.each(AXES)('[exact] free space along %s: 1, spread 0, all reach, from either face, ' +
      'any voxel size', async (axis) => {
    for (const voxelSizeUm of [null, [0.2, 0.2, 0.2], [0.3, 0.1, 0.7]] as const) {
      for (const from of ['low', 'high'] as const) {
        const result =
          await geodesicTortuosity(session, volumeOf([7, 9, 11], () => true, voxelSizeUm), { phase: 1, axis, from });
        expect(result)
          .toMatchObject({ mean: 1, std: 0, reachableFraction: 1, startVoxels: 693 / { z: 7, y: 9, x: 11 }[axis] });
        expect(result.histogram.counts[0]).toBe(result.startVoxels);
      }
    }
  });

  it('[exact] a bent channel one voxel wide', async () => {
    // Up column x = 0, along z = 5 from x = 1 to 6, up column x = 7: two diagonal steps at the corners.
    const channel = volumeOf(
      [12, 3, 9], (z, y, x) => y === 1 && ((z < 5 && x === 0) || (z === 5 && x > 0 && x < 7) || (z > 5 && x === 7)),
    );
    const { mean } = await geodesicTortuosity(session, channel, { phase: 1 });
    expect(mean).toBeCloseTo((4 + 5 + 5 + 2 * SQRT2) / 11, 6);
    expect((await geodesicTortuosity(session, channel, { phase: 1, neighbourhood: 6 })).mean).toBeNull();
  });

  it.each([[1, SQRT2], [2, SQRT2]])('[exact] a slab tilted by 45° in plane %i: √2', async (plane, expected) => {
    // A sheet two voxels thick along the diagonal: every path climbs one diagonal step a slice.
    const n = 24;
    const slab = volumeOf([n, n + 4, n + 4], (z, y, x) => (plane === 1 ? y : x) === z);
    expect((await geodesicTortuosity(session, slab, { phase: 1 })).mean).toBeCloseTo(expected, 6);
  });

  it('[exact] a wall with one hole: octile distances to the hole, then straight on', async () => {
    const [n, wall, hy, hx] = [20, 8, 3, 30];
    const pierced = volumeOf([n, 25, 40], (z, y, x) => z !== wall || (y === hy && x === hx));
    const lengths: number[] = [];
    for (let y = 0; y < 25; y++) {
      for (let x = 0; x < 40; x++) lengths.push((octile(wall, y - hy, x - hx) + n - 1 - wall) / (n - 1));
    }
    const mean = lengths.reduce((sum, length) => sum + length) / 1000;
    const std = Math.sqrt(lengths.reduce((sum, length) => sum + (length - mean) ** 2, 0) / 1000);
    const result = await geodesicTortuosity(session, pierced, { phase: 1 });
    expect(result.mean).toBeCloseTo(mean, 6);
    expect(result.std).toBeCloseTo(std, 6);
    expect(result.histogram.counts.reduce((sum, count) => sum + count)).toBe(1000);
    expect(result.histogram.edges.at(-1)).toBeCloseTo(Math.max(...lengths), 6);
  });

  it('[exact] physical steps in voxels of 0.2×0.1×0.3 µm: a diagonal channel', async () => {
    const stairs = volumeOf([10, 10, 12], (z, y, x) => y === z && x === z, [0.2, 0.1, 0.3]);
    const expected = Math.sqrt(0.04 + 0.01 + 0.09) / 0.2;
    expect((await geodesicTortuosity(session, stairs, { phase: 1 })).mean).toBeCloseTo(expected, 6);
  });

  it('[published] the metric exceeds free-space lengths by 8.80 % in the mean and 12.81 % at most', async () => {
    // Distances from one voxel, over all directions of a half ball: measured through windows that end at each plane.
    const r = 45;
    const shape: Shape = [r + 1, 2 * r + 1, 2 * r + 1];
    const source = volumeOf(shape, (z, y, x) => z > 0 || (y === r && x === r));
    let [sum, count, largest] = [0, 0, 0];
    const field = geodesicDistancesReference(source, { phase: 1, axis: 'z', target: 0, neighbourhood: 26 });
    for (let z = 0, i = 0; z < shape[0]; z++) {
      for (let y = -r; y <= r; y++) {
        for (let x = -r; x <= r; x++, i++) {
          const length = Math.hypot(z, y, x);
          if (length < 25 || length > r || z === 0) continue;
          sum += field[i] / length;
          largest = Math.max(largest, field[i] / length);
          count++;
        }
      }
    }
    expect(sum / count - 1).toBeCloseTo(0.088, 3);
    expect(largest - 1).toBeCloseTo(0.1281, 3);
    expect(largest).toBeLessThan(1.1282);
    // The product reads the same field on its start plane.
    const { mean } = await geodesicTortuosity(session, source, { phase: 1, from: 'high' });
    const plane = field.slice(-shape[1] * shape[2]);
    expect(mean).toBe(plane.reduce((all, distance) => all + distance / r, 0) / plane.length);
  });

  it('[exact] no path is null and counted, never an error', async () => {
    const blocked = volumeOf([6, 5, 4], (z) => z !== 3);
    expect(await geodesicTortuosity(session, blocked, { phase: 1 })).toEqual({
      mean: null, std: null, reachableFraction: 0, startVoxels: 20, histogram: { edges: [], counts: [] },
    });
    const half = volumeOf([6, 5, 4], (z, _, x) => x < 2 && (x === 0 || z < 3));
    expect(await geodesicTortuosity(session, half, { phase: 1 }))
      .toMatchObject({ reachableFraction: 1, startVoxels: 10 });
    expect(await geodesicTortuosity(session, half, { phase: 1, neighbourhood: 6, axis: 'x' }))
      .toMatchObject({ mean: null, reachableFraction: 0, startVoxels: 30 });
    const off = volumeOf([6, 5, 4], (z) => z > 2);
    expect(await geodesicTortuosity(session, off, { phase: 1 }))
      .toMatchObject({ mean: null, reachableFraction: 0, startVoxels: 0 });
  });

  it('refuses an axis along which the image is one voxel thick: nothing is crossed there', async () => {
    const section = volumeOf([1, 8, 9], (_, y, x) => (y + x) % 3 === 0);
    await expect(geodesicTortuosity(session, section, { phase: 1 })).rejects.toThrow(
      'geodesicTortuosity: expected at least 2 voxels along z, found 1; choose another axis or a thicker window',
    );
  });

  it('[law] at least 1; 6 ≥ 18 ≥ 26 neighbours; more phase never lengthens; ' +
      'mirrored and turned images agree to the bit', async () => {
    const edge = fc.integer({ min: 2, max: 16 });
    await fc.assert(
      fc.asyncProperty(
        fc.tuple(edge, edge, edge), fc.integer({ min: 0, max: 1e6 }), fc.constantFrom(...AXES),
        async (shape, seed, axis) => {
          const labels = randomLabels(shape, { 1: 0.6, 2: 0.25, 3: 0.15 }, seed, 1);
          const volume = { labels, shape, voxelSizeUm: null };
          const wider = { ...volume, labels: labels.map((label) => (label === 3 ? 1 : label)) };
          if (!labels.includes(1)) return;
          const result = await geodesicTortuosity(session, volume, { phase: 1, axis });
          if (result.mean !== null) expect(result.mean).toBeGreaterThanOrEqual(1);
          const fewer = [];
          for (const neighbourhood of [6, 18] as const) {
            fewer.push(await geodesicTortuosity(session, volume, { phase: 1, axis, neighbourhood }));
          }
          const steps = [...fewer, result];
          for (const k of [1, 2]) {
            expect(steps[k].reachableFraction).toBeGreaterThanOrEqual(steps[k - 1].reachableFraction);
            if (steps[k].mean !== null && steps[k].reachableFraction === steps[k - 1].reachableFraction) {
              expect(steps[k].mean!).toBeLessThanOrEqual(steps[k - 1].mean ?? Infinity);
            }
          }
          const more = await geodesicTortuosity(session, wider, { phase: 1, axis });
          expect(more.reachableFraction * more.startVoxels)
            .toBeGreaterThanOrEqual(result.reachableFraction * result.startVoxels - 1e-9);
          // Upside down, paths start at the other face; with axes swapped, along the other axis.
          const turned = { ...volume, labels: labels.slice().reverse() };
          const high = await geodesicTortuosity(session, turned, { phase: 1, axis, from: 'high' });
          expect({ ...high, mean: high.mean?.toFixed(12), std: high.std?.toFixed(9) })
            .toEqual({ ...result, mean: result.mean?.toFixed(12), std: result.std?.toFixed(9) });
          const swapped = swapZX(volume);
          const other = ({ z: 'x', y: 'y', x: 'z' } as const)[axis];
          const along = await geodesicTortuosity(session, swapped, { phase: 1, axis: other });
          expect({ ...along, mean: along.mean?.toFixed(12), std: along.std?.toFixed(9) })
            .toEqual({ ...result, mean: result.mean?.toFixed(12), std: result.std?.toFixed(9) });
        },
      ),
      { numRuns: 40 },
    );
  });

  it('[law] several phases and axes in one operation equal single calls, for 1, 2, 3 and 7 threads', async () => {
    const shape: Shape = [20, 24, 28];
    const volume = { labels: randomLabels(shape, { 1: 0.4, 2: 0.5, 3: 0.1 }, 3, 2), shape, voxelSizeUm: null };
    const tasks = [1, 2, 3].flatMap((phase) => AXES.map((axis: Axis) => ({ phase, axis })));
    const single = [];
    for (const task of tasks) single.push(await geodesicTortuosity(session, volume, task));
    for (const result of await forEachThreadCount((threads) => geodesicTortuosities(threads, volume, tasks))) {
      expect(result).toEqual(single);
    }
  });

  it('[law] a front that overflows is tried again with a longer lease, the finished tasks are kept', async () => {
    const volume = volumeOf([6, 7, 8], () => true);
    const calls: string[] = [];
    const failing: Session = Object.create(session, {
      run: {
        value: (
          operation: string, plan: never, voxels: number, run: object, body: (frame: object) => Promise<unknown>,
        ) =>
          session.run(operation, plan, voxels, run, (frame) =>
            body(Object.create(frame, {
              call: {
                value: async (kernel: KernelName, args: Arguments<KernelName>) => {
                  calls.push(kernel);
                  const status = await frame.call(kernel, args);
                  return kernel === 'geodesicDistances' && calls.length === 4 ? STATUS_OVERFLOW : status;
                },
              },
            })),
          ),
      },
    });
    const results = await geodesicTortuosities(failing, volume, [{ phase: 1 }, { phase: 1, axis: 'x' }]);
    expect(results.map((result) => result.mean)).toEqual([1, 1]);
    expect(calls.filter((kernel) => kernel === 'geodesicDistances')).toHaveLength(3);
  });

  it('the plan is 4.4 bytes a voxel of field and 1 of labels, whatever the axes', () => {
    const shape: Shape = [401, 401, 401];
    expect(peakBytes(geodesicTortuosityPlan(shape)) / voxelCount(shape)).toBeLessThan(5.6);
    expect(peakBytes(geodesicTortuosityPlan(shape, ['z'])))
      .toBeLessThanOrEqual(peakBytes(geodesicTortuosityPlan(shape)));
  });

  it('bad input is one clear line', async () => {
    const volume = volumeOf([4, 4, 4], (_, y) => y < 2);
    const bad = (options: object, size: VoxelSize = null) =>
      geodesicTortuosity(session, { ...volume, voxelSizeUm: size }, { phase: 1, ...options });
    await expect(bad({ phase: 9 })).rejects.toThrow(/label 9 does not occur.*1, 2/);
    await expect(bad({ axis: 'w' })).rejects.toThrow(/axis must be x, y or z, got "w"/);
    await expect(bad({ from: 'top' })).rejects.toThrow(/from must be "low" or "high", got "top"/);
    await expect(bad({ neighbourhood: 8 })).rejects.toThrow(/6, 18 or 26, got 8/);
    await expect(bad({ histogramBins: 0 })).rejects.toThrow(/histogramBins.*got 0/);
    await expect(bad({}, [1, 1, 0.001])).rejects.toThrow(/factor of 100/);
    await expect(bad({ phase: 9 })).rejects.toThrow(SpecError);
  });
});

function swapZX({ labels, shape: [nz, ny, nx], voxelSizeUm }: LabelVolume): LabelVolume {
  const swapped = new Uint8Array(labels.length);
  for (let z = 0; z < nz; z++) {
    for (let y = 0; y < ny; y++) {
      for (let x = 0; x < nx; x++) swapped[(x * ny + y) * nz + z] = labels[(z * ny + y) * nx + x];
    }
  }
  return { labels: swapped, shape: [nx, ny, nz], voxelSizeUm };
}
