import { describe, expect, it } from 'vitest';
import { POLL_VOXELS } from '../../assembly/layout.js';
import { AXES, type Shape } from '../../src/core/grid.js';
import type { LabelVolume } from '../../src/core/volume.js';
import { componentLabels, components } from '../../src/descriptors/components.js';
import { NEIGHBOURHOODS } from '../../src/core/grid.js';
import { randomLabels } from '../random.js';
import { componentsTwin, facesTwin } from '../reference/components.js';
import { forEachThreadCount, testSession } from '../session.js';

const volumeOf = (labels: Uint8Array, shape: Shape): LabelVolume => ({ labels, shape, voxelSizeUm: null });

// Densities below and above percolation; rows around the 64-bit word; flat windows.
const CASES: [Shape, number, number][] = [
  [[9, 10, 11], 0.3, 0], [[9, 10, 11], 0.1, 0], [[6, 7, 64], 0.3, 0], [[5, 6, 65], 0.5, 0], [[4, 5, 130], 0.2, 1],
  [[1, 20, 30], 0.5, 0], [[20, 1, 30], 0.5, 0], [[20, 30, 1], 0.5, 0], [[1, 1, 200], 0.5, 0], [[12, 13, 14], 0.95, 0],
];

describe('components', () => {
  it.each(CASES)('[oracle] equals flood fill at %j, density %d', async (shape, density, smooth) => {
    const session = await testSession({ threads: 3 });
    const labels = randomLabels(shape, { 4: density, 9: 1 - density }, 21, smooth);
    for (const neighbourhood of NEIGHBOURHOODS) {
      const twin = componentsTwin(labels, shape, 4, neighbourhood);
      const result = await componentLabels(session, volumeOf(labels, shape), { phase: 4, neighbourhood });
      expect(result.numbers).toEqual(twin);
      const sizes = new Uint32Array(result.count);
      for (const number of twin) if (number > 0) sizes[number - 1]++;
      expect(result.sizes).toEqual(sizes);
      const voxels = sizes.reduce((a, b) => a + b, 0);
      expect(result.voxels).toBe(voxels);
      expect(result.largestFraction).toBe(Math.max(...sizes) / voxels);
      const faces = [...facesTwin(twin, shape)];
      const share = (chosen: (touched: boolean[]) => boolean): number =>
        faces.reduce((sum, [number, touched]) => (chosen(touched) ? sum + sizes[number - 1] : sum), 0) / voxels;
      AXES.forEach((axis, k) => {
        if (shape[k] === 1) {
          for (const key of ['connectedFraction', 'percolatingFraction', 'percolates'] as const) {
            expect(result[key][axis]).toBeNull();
          }
          return;
        }
        expect(result.connectedFraction[axis])
          .toEqual({ low: share((t) => t[2 * k]), high: share((t) => t[2 * k + 1]) });
        expect(result.percolatingFraction[axis]).toBe(share((t) => t[2 * k] && t[2 * k + 1]));
        expect(result.percolates[axis]).toBe(faces.some(([, t]) => t[2 * k] && t[2 * k + 1]));
      });
    }
  });

  it('[exact] separates voxels that touch by face, edge and corner', async () => {
    const session = await testSession();
    const chain = (steps: [number, number, number][]): LabelVolume => {
      const labels = new Uint8Array(64);
      for (const [z, y, x] of steps) labels[(z * 4 + y) * 4 + x] = 1;
      return volumeOf(labels, [4, 4, 4]);
    };
    const count = async (volume: LabelVolume, neighbourhood: 6 | 18 | 26): Promise<number> =>
      (await components(session, volume, { phase: 1, neighbourhood })).count;
    const corner = chain([[0, 0, 0], [1, 1, 1], [2, 2, 2], [3, 3, 3]]);
    const edge = chain([[0, 0, 0], [1, 1, 0], [2, 1, 1], [2, 2, 2]]);
    expect([await count(corner, 6), await count(corner, 18), await count(corner, 26)]).toEqual([4, 4, 1]);
    expect([await count(edge, 6), await count(edge, 18), await count(edge, 26)]).toEqual([4, 1, 1]);
    const diagonal = await components(session, corner, { phase: 1, neighbourhood: 26 });
    expect(diagonal.percolates).toEqual({ z: true, y: true, x: true });
  });

  it('[law] numbers the same for 1, 2, 3 and 7 threads', async () => {
    const shape: Shape = [13, 20, 70];
    const labels = randomLabels(shape, { 1: 0.3, 2: 0.7 }, 22);
    const results = await forEachThreadCount((session) =>
      componentLabels(session, volumeOf(labels, shape), { phase: 1, neighbourhood: 6 }));
    for (const result of results) expect(result).toEqual(results[0]);
  });

  it('[law] wider neighbourhoods merge, and the name of the phase does not matter', async () => {
    const session = await testSession();
    const shape: Shape = [16, 17, 18];
    const labels = randomLabels(shape, { 1: 0.25, 2: 0.75 }, 23);
    const counts = await Promise.all(NEIGHBOURHOODS.map(async (neighbourhood) =>
      (await components(session, volumeOf(labels, shape), { phase: 1, neighbourhood })).count));
    expect(counts[0]).toBeGreaterThan(counts[1]);
    expect(counts[1]).toBeGreaterThanOrEqual(counts[2]);
    const renamed = labels.map((label) => (label === 1 ? 200 : 0));
    const { phase: _, ...a } = await components(session, volumeOf(labels, shape), { phase: 1 });
    const { phase: __, ...b } = await components(session, volumeOf(renamed, shape), { phase: 200 });
    expect(b).toEqual(a);
  });

  // Thresholds of science: 0.3116 (6), 0.1372 (18), 0.0976 (26); at 64³ the margins are many widths of the transition.
  it.each([[6, 0.26, 0.36], [18, 0.11, 0.165], [26, 0.077, 0.12]] as const)(
    '[published] site percolation with %i neighbours spans 64³ above p_c only', async (neighbourhood, below, above) => {
      const session = await testSession();
      const shape: Shape = [64, 64, 64];
      for (const [p, spans] of [[below, false], [above, true]] as const) {
        const labels = randomLabels(shape, { 1: p, 2: 1 - p }, 24);
        const { percolates } = await components(session, volumeOf(labels, shape), { phase: 1, neighbourhood });
        expect(percolates).toEqual({ z: spans, y: spans, x: spans });
      }
    });

  it('[law] looks at the cancel word within 2^20 voxels of work, and stops', async () => {
    const session = await testSession({ threads: 1 });
    const shape: Shape = [2, 1100, 1000];
    const labels = Uint8Array.from({ length: 2_200_000 }, (_, i) => (i % 3 === 0 ? 1 : 2));
    await components(session, volumeOf(labels, shape), { phase: 1, neighbourhood: 26 });
    expect(session.statistics!.work[0]).toBe(labels.length);
    expect(session.statistics!.largestStep[0]).toBeLessThanOrEqual(POLL_VOXELS);
    const controller = new AbortController();
    const job = components(session, volumeOf(labels, shape), { phase: 1 }, { signal: controller.signal });
    controller.abort();
    await expect(job).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('refuses absent phases, other neighbourhoods and rows beyond 65535 voxels', async () => {
    const session = await testSession();
    const volume = volumeOf(Uint8Array.of(1, 2, 1, 2), [1, 2, 2]);
    await expect(components(session, volume, { phase: 3 })).rejects.toThrow(/label 3 does not occur/);
    await expect(components(session, volume, { phase: 1, neighbourhood: 8 as 6 })).rejects.toThrow(
      /6, 18 or 26, got 8/,
    );
    const long = volumeOf(new Uint8Array(65536), [1, 1, 65536]);
    await expect(components(session, long, { phase: 0 })).rejects.toThrow(/at most 65535 voxels along x/);
  });
});
