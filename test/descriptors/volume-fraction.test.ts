import { describe, expect, it } from 'vitest';
import { POLL_VOXELS } from '../../assembly/layout.js';
import { AXES, type Shape } from '../../src/core/grid.js';
import { phasesOf } from '../../src/core/volume.js';
import { volumeFractions } from '../../src/descriptors/volume-fraction.js';
import { randomLabels } from '../random.js';
import { planeCountsTwin } from '../reference/measures.js';
import { forEachThreadCount, testSession } from '../session.js';

// Flat windows, rows around the block of 16 voxels, more rows than one u8 column counter takes.
const SHAPES: Shape[] = [
  [5, 6, 7], [3, 700, 16], [4, 9, 33], [1, 40, 50], [9, 1, 17], [9, 8, 1], [1, 1, 1], [2, 3, 9000],
];

describe('volumeFractions', () => {
  it.each(SHAPES)('[oracle] counts every plane like the twin at %i×%i×%i', async (...shape) => {
    const session = await testSession({ threads: 3 });
    const labels = randomLabels(shape, { 0: 1, 3: 2, 128: 1, 255: 3, 9: 0.1, 70: 0.1 }, 3);
    const result = await volumeFractions(session, { labels, shape, voxelSizeUm: [0.5, 1, 2] });
    expect(result.phases.map(({ phase }) => phase)).toEqual(phasesOf({ labels, shape, voxelSizeUm: null }));
    for (const { phase, voxels, volumeFraction, profiles } of result.phases) {
      const twin = planeCountsTwin(labels, shape, phase);
      expect(voxels).toBe(twin.z.reduce((a, b) => a + b, 0));
      expect(volumeFraction).toBe(voxels / labels.length);
      expect(profiles.z).toEqual(Float64Array.from(twin.z, (n) => n / (shape[1] * shape[2])));
      expect(profiles.y).toEqual(Float64Array.from(twin.y, (n) => n / (shape[0] * shape[2])));
      expect(profiles.x).toEqual(Float64Array.from(twin.x, (n) => n / (shape[0] * shape[1])));
    }
    expect(result.positions.z[0]).toBe(0.25);
    expect(result.positions.x.at(-1)).toBe(2 * shape[2] - 1);
  });

  // One phase alone fills every u8 counter as far as it goes.
  it.each([[1, 700, 20], [2, 3, 9000]] as Shape[])('[exact] counts a full window at %i×%i×%i', async (...shape) => {
    const session = await testSession();
    const labels = new Uint8Array(shape[0] * shape[1] * shape[2]).fill(7);
    const [only] = (await volumeFractions(session, { labels, shape, voxelSizeUm: null })).phases;
    expect(only).toMatchObject({ phase: 7, voxels: labels.length, volumeFraction: 1 });
    for (const axis of AXES) expect(only.profiles[axis].every((share) => share === 1)).toBe(true);
  });

  it('[law] counts the same for 1, 2, 3 and 7 threads, and only the phases asked for', async () => {
    const shape: Shape = [6, 30, 37];
    const labels = randomLabels(shape, { 1: 0.4, 2: 0.4, 3: 0.2 }, 4);
    const results =
      await forEachThreadCount((session) => volumeFractions(session, { labels, shape, voxelSizeUm: null }));
    for (const result of results) expect(result).toEqual(results[0]);
    const session = await testSession();
    const some = await volumeFractions(session, { labels, shape, voxelSizeUm: null }, { phases: [3] });
    expect(some.phases).toEqual([results[0].phases[2]]);
    await expect(volumeFractions(session, { labels, shape, voxelSizeUm: null }, { phases: [4] })).rejects.toThrow(
      /label 4 does not occur/,
    );
  });

  it('[law] looks at the cancel word within 2^20 voxels of work', async () => {
    const session = await testSession({ threads: 1 });
    const labels = new Uint8Array(2_400_000).fill(2);
    await volumeFractions(session, { labels, shape: [1, 1200, 2000], voxelSizeUm: null });
    const { work, largestStep } = session.statistics!;
    expect(work[0]).toBe(labels.length);
    expect(largestStep[0]).toBeLessThanOrEqual(POLL_VOXELS);
  });
});
