import { describe, expect, it } from 'vitest';
import { POLL_VOXELS } from '../../assembly/layout.js';
import { SpecError } from '../../src/core/errors.js';
import type { Shape } from '../../src/core/grid.js';
import { NEVER, squaredDistance } from '../../src/descriptors/distance.js';
import { distance32, wideLeases } from '../../src/kernels/distance.js';
import { randomLabels, uniform } from '../random.js';
import { squaredDistanceTwin } from '../reference/distance.js';
import { forEachThreadCount, testSession } from '../session.js';

const session = await testSession();
const volumeOf = (labels: Uint8Array, shape: Shape) => ({ labels, shape, voxelSizeUm: null });

/** Number of voxels that differ: printing two large arrays would take minutes. */
const differing = (a: Uint32Array, b: Uint32Array): number => a.reduce((n, value, i) => n + Number(value !== b[i]), 0);

/** The 32-bit path, whatever the radii. */
async function wide(labels: Uint8Array, shape: Shape, border: 'open' | 'closed'): Promise<Uint32Array> {
  const leases = wideLeases(shape, session.threads);
  const plan = { leases: [{ name: 'labels', bytes: labels.length }, ...leases] };
  return session.run('wide', plan, 0, {}, async (frame) => {
    const input = frame.lease('labels', labels.length);
    await frame.write(input, labels);
    const [squared, scratch] = leases.map(({ name, bytes }) => frame.lease(name, bytes));
    await distance32(frame, input, shape, 1, border, squared, scratch);
    return frame.read(squared, Uint32Array, labels.length);
  });
}

const SHAPES: readonly Shape[] = [
  [1, 1, 1], [1, 1, 40], [9, 1, 1], [1, 17, 3], [5, 6, 7], [11, 13, 16], [12, 10, 33], [4, 3, 70],
];

describe('squared distance', () => {
  for (const border of ['open', 'closed'] as const) {
    it.each(SHAPES)(`[oracle] equals brute force, ${border} border, %i×%i×%i`, async (...shape) => {
      for (const [seed, share] of [[1, 0.5], [2, 0.95], [3, 0.995]]) {
        const labels = randomLabels(shape, { 1: share, 2: 1 - share }, seed);
        labels[Math.floor(labels.length / 2)] = 1;
        const twin = squaredDistanceTwin(Array.from(labels, (l) => l === 1), shape, border === 'closed');
        const expected = twin.map((d) => (d === Infinity ? NEVER : d));
        expect(Array.from(await wide(labels, shape, border))).toEqual(expected);
        expect(Array.from(await squaredDistance(session, volumeOf(labels, shape), { phase: 1, border })))
          .toEqual(expected);
      }
    });
  }

  it.each([
    [[20, 30, 300], 1], [[300, 9, 20], 2], [[9, 280, 20], 3], [[60, 61, 62], 4],
  ] as const)('[oracle] 8, 16 and 32 bits agree with few obstacles in %j', async (shape, seed) => {
    for (const border of ['open', 'closed'] as const) {
      const labels = new Uint8Array(shape[0] * shape[1] * shape[2]).fill(1);
      const random = uniform(seed);
      // Obstacles in one corner region only, so that all radii up to the longest edge occur.
      for (let k = 0; k < 3; k++) {
        const [z, y, x] = shape.map((n) => Math.floor((random() * n) / 8));
        labels[(z * shape[1] + y) * shape[2] + x] = 2;
      }
      const fast = await squaredDistance(session, volumeOf(labels, shape), { phase: 1, border });
      expect(differing(fast, await wide(labels, shape, border))).toBe(0);
    }
  });

  it('[oracle] 8, 16 and 32 bits agree where distances are about 16, the limit of bytes', async () => {
    const shape = [44, 45, 46] as const;
    for (let seed = 1; seed <= 8; seed++) {
      const labels = new Uint8Array(shape[0] * shape[1] * shape[2]).fill(1);
      const random = uniform(seed);
      for (let k = 0; k < 6; k++) labels[Math.floor(random() * labels.length)] = 2;
      const fast = await squaredDistance(session, volumeOf(labels, shape), { phase: 1 });
      expect(differing(fast, await wide(labels, shape, 'open')), `seed ${seed}`).toBe(0);
    }
  });

  it('[exact] is k² at k voxels from a plane, beyond 255 voxels too, along every axis', async () => {
    for (const [axis, shape] of ([[400, 2, 3], [3, 400, 2], [2, 3, 400]] as const).entries()) {
      const labels = new Uint8Array(2400);
      const position = (i: number): number => {
        const index = [Math.floor(i / (shape[1] * shape[2])), Math.floor(i / shape[2]) % shape[1], i % shape[2]];
        return index[axis];
      };
      for (let i = 0; i < labels.length; i++) labels[i] = position(i) === 10 ? 2 : 1;
      const squared = await squaredDistance(session, volumeOf(labels, shape), { phase: 1 });
      expect(Array.from(squared)).toEqual(Array.from(labels, (_, i) => (position(i) - 10) ** 2));
    }
  });

  it('[law] gives the same bits on 1, 2, 3 and 7 threads', async () => {
    const shape = [19, 23, 37] as const;
    const labels = randomLabels(shape, { 1: 0.98, 2: 0.02 }, 9);
    const results = await forEachThreadCount((s) => squaredDistance(s, volumeOf(labels, shape), { phase: 1 }));
    for (const result of results) expect(differing(result, results[0])).toBe(0);
  });

  it('[law] looks at the cancel word within 2^20 voxels of work and stops', async () => {
    const shape = [9, 400, 401] as const;
    const labels = randomLabels(shape, { 1: 0.7, 2: 0.3 }, 5);
    await squaredDistance(session, volumeOf(labels, shape), { phase: 1 });
    expect(Math.max(...session.statistics!.largestStep)).toBeLessThanOrEqual(POLL_VOXELS);
    const stop = new AbortController();
    stop.abort();
    const job = squaredDistance(session, volumeOf(labels, shape), { phase: 1 }, { signal: stop.signal });
    await expect(job).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('refuses a phase that is not there, a misspelt border, an endless window', async () => {
    const volume = volumeOf(new Uint8Array(8).fill(1), [2, 2, 2]);
    await expect(squaredDistance(session, volume, { phase: 2 })).rejects.toThrow(/label 2 does not occur.*it has 1/);
    await expect(squaredDistance(session, volume, { phase: 1, border: 'shut' as 'open' })).rejects.toThrow(SpecError);
    const long = volumeOf(new Uint8Array(20000).fill(1), [1, 1, 20000]);
    await expect(squaredDistance(session, long, { phase: 1 })).rejects.toThrow(/diagonal above/);
  });
});
