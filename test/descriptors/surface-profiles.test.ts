import { describe, expect, it } from 'vitest';
import { POLL_VOXELS } from '../../assembly/layout.js';
import { voxelCount, type Axis, type Shape, type VoxelSize } from '../../src/core/grid.js';
import type { LabelVolume } from '../../src/core/volume.js';
import { surfaceAreas } from '../../src/descriptors/surface-area.js';
import { surfaceProfiles } from '../../src/descriptors/surface-profiles.js';
import { randomLabels } from '../random.js';
import { forEachThreadCount, testSession } from '../session.js';

const session = await testSession();

/** Two planes across an axis as a window of their own. */
function slab({ labels, shape, voxelSizeUm }: LabelVolume, axis: Axis, low: number): LabelVolume {
  const k = 'zyx'.indexOf(axis);
  const step = k === 0 ? shape[1] * shape[2] : k === 1 ? shape[2] : 1;
  const inside = labels.filter((_, i) => [low, low + 1].includes(Math.floor(i / step) % shape[k]));
  const [z, y, x] = shape.map((n, i) => (i === k ? 2 : n));
  return { labels: inside, shape: [z, y, x], voxelSizeUm };
}

describe('surfaceProfiles', () => {
  it.each([
    [[5, 7, 9], null], [[4, 6, 65], [0.2, 0.2, 0.2]], [[66, 5, 4], [0.4, 0.2, 0.1]], [[3, 64, 130], [0.1, 0.3, 0.2]],
    [[1, 3, 70], null],
  ] as [Shape, VoxelSize][])('[oracle] every value of %j at %j is that of its two ' +
      'planes alone', async (shape, voxelSizeUm) => {
    const volume = { labels: randomLabels(shape, { 1: 2, 2: 2, 4: 1 }, 3, 1), shape, voxelSizeUm };
    for (const { phase, axis, position, specificSurfaceArea } of await surfaceProfiles(session, volume)) {
      const k = 'zyx'.indexOf(axis);
      expect(specificSurfaceArea).toHaveLength(shape[k] - 1);
      for (let low = 0; low + 1 < shape[k]; low += 1 + Math.floor(shape[k] / 5)) {
        const { phases } = await surfaceAreas(session, slab(volume, axis, low));
        expect(specificSurfaceArea[low])
          .toBeCloseTo(phases.find((one) => one.phase === phase)?.specificSurfaceArea ?? 0, 10);
        expect(position[low]).toBeCloseTo((low + 1) * (voxelSizeUm?.[k] ?? 1), 12);
      }
    }
  });

  it('[exact] one wall across z stands in one value, and the mean is S of the window', async () => {
    const shape: Shape = [20, 30, 30];
    const volume = {
      labels: new Uint8Array(voxelCount(shape)).map((_, i) => (i < 8 * 900 ? 1 : 2)), shape, voxelSizeUm: null,
    };
    const [along] = await surfaceProfiles(session, volume, { phases: [1], axes: ['z'] });
    const { phases } = await surfaceAreas(session, volume);
    along.specificSurfaceArea.forEach((s, z) => expect(s > 0).toBe(z === 7));
    expect(along.specificSurfaceArea.reduce((a, b) => a + b) / 19).toBeCloseTo(phases[0].specificSurfaceArea, 12);
  });

  it('[law] same bits for 1, 2, 3 and 7 threads; looks at the cancel word often enough', async () => {
    const shape: Shape = [21, 37, 130];
    const labels = randomLabels(shape, { 1: 2, 2: 1, 3: 1 }, 3, 1);
    const results = await forEachThreadCount(async (one) => {
      const found = await surfaceProfiles(one, { labels, shape, voxelSizeUm: null });
      expect(Math.max(...one.statistics!.largestStep)).toBeLessThanOrEqual(POLL_VOXELS);
      return found.map(({ specificSurfaceArea }) => Array.from(specificSurfaceArea));
    });
    for (const result of results) expect(result).toEqual(results[0]);
  });
});
