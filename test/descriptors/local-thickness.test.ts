import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { POLL_VOXELS } from '../../assembly/layout.js';
import { voxelCount, type Shape, type VoxelSize } from '../../src/core/grid.js';
import { constrictivity } from '../../src/descriptors/constrictivity.js';
import { localThickness, openingSizes } from '../../src/descriptors/local-thickness.js';
import { inclusionTable } from '../../src/kernels/thickness.js';
import { randomLabels } from '../random.js';
import { thicknessTwin } from '../reference/thickness.js';
import { forEachThreadCount, testSession } from '../session.js';

describe('localThickness', async () => {
  const session = await testSession();

  it.each<[Shape, number, VoxelSize]>([
    [[9, 11, 20], 3, null], [[12, 7, 17], 6, [0.2, 0.2, 0.2]], [[1, 14, 33], 4, null], [[8, 1, 16], 3, null],
    [[5, 4, 3], 1, null],
    [[9, 10, 18], 4, [0.5, 0.2, 0.3]], [[7, 12, 17], 5, [1, Math.SQRT2, Math.PI]], [[6, 6, 20], 30, [1, 1, 2]],
  ])('[oracle] every ball over every voxel, %j smoothed %d times, voxels %j', async (shape, smooth, size) => {
    const labels = randomLabels(shape, { 1: 0.75, 2: 0.25 }, 5, smooth);
    labels[0] = 2;
    labels[1] = 1;
    const map = await localThickness(session, { labels, shape, voxelSizeUm: size }, { phase: 1 });
    const unit = size === null ? 1 : Math.min(...size);
    const twin = thicknessTwin(shape, Array.from(labels, (label) => label === 1), size);
    expect(Array.from(map)).toEqual(twin.map((squared) => Math.fround(Math.sqrt(squared) * unit)));
    // Mean and percentiles of the same values.
    const values = twin.filter((v) => v > 0).sort((a, b) => b - a).map((v) => 2 * Math.sqrt(v) * unit);
    const at = (share: number): number => values[Math.ceil(share * values.length - 1e-9) - 1];
    const sizes = await openingSizes(session, { labels, shape, voxelSizeUm: size }, { phase: 1 });
    expect(sizes).toEqual({
      mean: expect.closeTo(values.reduce((a, b) => a + b) / values.length, 9), d10: at(0.9), d50: at(0.5), d90: at(0.1),
      largest: values[0],
    });
  });

  it('[oracle] inclusions of balls of neighbours, all lattice points', () => {
    const size = 90;
    const table = inclusionTable(size);
    for (let squared = 1; squared < size; squared++) {
      [[1, 0, 0], [1, 1, 0], [1, 1, 1]].forEach((step, kind) => {
        let farthest = 0;
        for (let z = -10; z <= 10; z++) for (let y = -10; y <= 10; y++) for (let x = -10; x <= 10; x++) {
          if (z * z + y * y + x * x < squared) {
            farthest = Math.max(farthest, (z - step[0]) ** 2 + (y - step[1]) ** 2 + (x - step[2]) ** 2);
          }
        }
        expect(table[kind * size + squared]).toBe(farthest + 1);
      });
    }
  });

  it('[exact] slabs, full windows, single voxels', async () => {
    const shape: Shape = [30, 6, 7];
    const slab = (thickness: number): Uint8Array => Uint8Array.from(
      { length: voxelCount(shape) }, (_, i) => (Math.floor(i / 42) < 8 || Math.floor(i / 42) >= 8 + thickness ? 2 : 1),
    );
    // Seven layers: the middle one is four from the outside; eight layers: two middle ones, four as well.
    for (const [thickness, radius] of [[1, 1], [2, 1], [7, 4], [8, 4], [13, 7]] as const) {
      const labels = slab(thickness);
      const map = await localThickness(session, { labels, shape, voxelSizeUm: [0.5, 0.5, 0.5] }, { phase: 1 });
      map.forEach((value, i) => expect(value).toBe(labels[i] === 1 ? radius / 2 : 0));
      const stretched = await openingSizes(session, { labels, shape, voxelSizeUm: [0.5, 3, 2] }, { phase: 1 });
      expect(stretched).toEqual({ mean: radius, d10: radius, d50: radius, d90: radius, largest: radius });
    }
    const full = { labels: new Uint8Array(8).fill(3), shape: [2, 2, 2] as const, voxelSizeUm: null };
    expect(await localThickness(session, full, { phase: 3 })).toEqual(new Float32Array(8).fill(Infinity));
    expect(await openingSizes(session, full, { phase: 3 }))
      .toEqual({ mean: null, d10: null, d50: null, d90: null, largest: null });
  });

  // Squares in 16 bits with the highest one set, and too long for 16 bits.
  it.each([450, 700])('[exact] the slab rule holds for %i voxels, too', async (length) => {
    const shape: Shape = [2, 3, length];
    const labels = new Uint8Array(voxelCount(shape)).fill(1);
    for (let row = 0; row < 6; row++) labels[row * length] = labels[row * length + length - 1] = 2;
    const { d10, d90, largest } = await openingSizes(session, { labels, shape, voxelSizeUm: null }, { phase: 1 });
    expect([d10, d90, largest]).toEqual([length - 2, length - 2, length - 2]);
  });

  it('[law] at least every opening: T ≥ r wherever a ball of radius r covers; ' +
      'the median meets the bulge of β', async () => {
    await fc.assert(fc.asyncProperty(fc.integer({ min: 1, max: 1e6 }), async (seed) => {
      const shape: Shape = [14, 15, 16];
      const volume = { labels: randomLabels(shape, { 1: 0.6, 2: 0.4 }, seed, 8), shape, voxelSizeUm: null };
      const map = await localThickness(session, volume, { phase: 1 });
      const { curves, bulgeRadius } = await constrictivity(session, volume, { phase: 1, curves: true });
      curves!.radius.forEach((r, k) => {
        const covered = map.filter((t) => t >= r - 1e-6).length / voxelCount(shape);
        expect(covered).toBeGreaterThanOrEqual(curves!.cpsd[k]);
      });
      const { d50 } = await openingSizes(session, volume, { phase: 1 });
      expect(d50! / 2).toBeGreaterThanOrEqual(bulgeRadius! - 1e-6);
    }), { numRuns: 12, seed: 2 });
  });

  it('[law] same bits for 1, 2, 3 and 7 threads; polls', async () => {
    const shape: Shape = [11, 13, 37];
    for (const voxelSizeUm of [null, [0.3, 0.2, 0.2]] as const) {
      const volume = { labels: randomLabels(shape, { 1: 0.7, 2: 0.3 }, 6, 6), shape, voxelSizeUm };
      const [one, ...others] = await forEachThreadCount(async (threads) => ({
        map: await localThickness(threads, volume, { phase: 1 }),
        sizes: await openingSizes(threads, volume, { phase: 1 }),
      }));
      for (const other of others) expect(other).toEqual(one);
    }
    const wide: Shape = [3, 1100, 1100];
    const labels = new Uint8Array(voxelCount(wide)).fill(4);
    for (let i = 0; i < labels.length; i += 7) labels[i] = 1;
    await openingSizes(session, { labels, shape: wide, voxelSizeUm: null }, { phase: 4 });
    for (const step of session.statistics!.largestStep) expect(step).toBeLessThanOrEqual(POLL_VOXELS);
  });
});
