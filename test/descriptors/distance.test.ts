import { describe, expect, it } from 'vitest';
import { POLL_VOXELS } from '../../assembly/layout.js';
import { voxelCount, type Shape, type VoxelSize } from '../../src/core/grid.js';
import { distance } from '../../src/descriptors/distance.js';
import { randomLabels } from '../random.js';
import { squaredTwin } from '../reference/thickness.js';
import { forEachThreadCount, testSession } from '../session.js';

describe('distance', async () => {
  const session = await testSession();

  it.each<[Shape, VoxelSize]>([
    [[7, 9, 20], null], [[6, 8, 17], [0.3, 0.3, 0.3]], [[7, 9, 20], [0.5, 0.2, 0.3]],
    [[1, 9, 33], [1, Math.SQRT2, Math.PI]],
    [[8, 1, 5], [0.1, 1, 7]], [[9, 7, 1], [3, 1, 2]], [[5, 6, 18], [0.2, 0.2, 1.7]],
  ])('[oracle] every pair of voxels, both borders, %j voxels %j', async (shape, size) => {
    for (const [seed, share] of [[1, 0.5], [2, 0.97]] as const) {
      const labels = randomLabels(shape, { 1: share, 2: 1 - share }, seed, 2);
      labels[labels.length - 1] = 2;
      labels[0] = 1;
      const unit = size === null ? 1 : Math.min(...size);
      for (const border of ['open', 'closed'] as const) {
        const found = await distance(session, { labels, shape, voxelSizeUm: size }, { phase: 1, border });
        const twin = squaredTwin(shape, Array.from(labels, (label) => label !== 1), size, border === 'closed');
        expect(Array.from(found)).toEqual(twin.map((squared) => Math.fround(Math.sqrt(squared) * unit)));
      }
    }
  });

  it('[exact] one source far away, beyond 255 voxels, on stretched voxels; a full window has no distance', async () => {
    const shape: Shape = [3, 40, 620];
    const labels = new Uint8Array(voxelCount(shape)).fill(1);
    labels[0] = 2;
    const found = await distance(session, { labels, shape, voxelSizeUm: [2, 0.5, 0.25] }, { phase: 1 });
    for (const [z, y, x] of [[2, 39, 619], [0, 0, 400], [1, 20, 3], [2, 0, 0]]) {
      expect(found[(z * 40 + y) * 620 + x]).toBe(Math.fround(Math.sqrt(4 * z * z + 0.25 * y * y + 0.0625 * x * x)));
    }
    const full = { labels: new Uint8Array(60).fill(1), shape: [3, 4, 5] as const, voxelSizeUm: [1, 2, 3] as const };
    expect(await distance(session, full, { phase: 1 })).toEqual(new Float32Array(60).fill(Infinity));
    expect(await distance(session, { ...full, voxelSizeUm: null }, { phase: 1 }))
      .toEqual(new Float32Array(60).fill(Infinity));
    expect((await distance(session, full, { phase: 1, border: 'closed' }))[0]).toBe(1);
  });

  it('[law] same bits for 1, 2, 3 and 7 threads; polls', async () => {
    const shape: Shape = [5, 13, 37];
    const volume = {
      labels: randomLabels(shape, { 1: 0.8, 2: 0.2 }, 6, 2), shape, voxelSizeUm: [0.3, 0.2, 0.25] as const,
    };
    const [one, ...others] = await forEachThreadCount((threads) => distance(threads, volume, { phase: 1 }));
    for (const other of others) expect(other).toEqual(one);
    const wide: Shape = [3, 1100, 1100];
    const labels = new Uint8Array(voxelCount(wide)).fill(4);
    for (let i = 0; i < labels.length; i += 7) labels[i] = 1;
    await distance(session, { labels, shape: wide, voxelSizeUm: [1, 1, 2] }, { phase: 4 });
    for (const step of session.statistics!.largestStep) expect(step).toBeLessThanOrEqual(POLL_VOXELS);
  });
});
