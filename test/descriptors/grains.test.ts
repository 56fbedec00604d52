import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { POLL_VOXELS } from '../../assembly/layout.js';
import { SpecError } from '../../src/core/errors.js';
import { voxelCount, type Shape, type VoxelSize } from '../../src/core/grid.js';
import type { LabelVolume } from '../../src/core/volume.js';
import { segmentGrains } from '../../src/descriptors/grains.js';
import { randomLabels } from '../random.js';
import { floodTwin, neighboursOf, squaredDepths } from '../reference/grains.js';
import { forEachThreadCount, testSession } from '../session.js';

/** Label 1 where `inside` is, 2 elsewhere. */
function drawn(shape: Shape, inside: (z: number, y: number, x: number) => boolean): LabelVolume {
  const [, ny, nx] = shape;
  const labels = Uint8Array.from({ length: voxelCount(shape) }, (_, i) => (
    inside(Math.floor(i / (ny * nx)), Math.floor(i / nx) % ny, i % nx) ? 1 : 2));
  return { labels, shape, voxelSizeUm: null };
}

const ball = (centre: readonly number[], radius: number) => (z: number, y: number, x: number): boolean =>
  (z - centre[0]) ** 2 + (y - centre[1]) ** 2 + (x - centre[2]) ** 2 < radius ** 2;

/** Random windows of correlated voxels: thin ones, full rows, any voxel size. */
const windows = fc.record({
  shape: fc.tuple(
    fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 21 }),
  ) as fc.Arbitrary<Shape>,
  share: fc.double({ min: 0.3, max: 0.97, noNaN: true }),
  smooth: fc.integer({ min: 0, max: 8 }),
  seed: fc.integer({ min: 1, max: 1e9 }),
  size: fc.constantFrom<VoxelSize>(null, [0.2, 0.2, 0.2], [0.5, 0.2, 0.3], [1, Math.SQRT2, Math.PI]),
  dynamics: fc.constantFrom(0, 0.3, 1, 2.5),
  ratio: fc.constantFrom(1, 0.9, 0.6),
  neighbourhood: fc.constantFrom<6 | 26>(6, 26),
});
type Window = typeof windows extends fc.Arbitrary<infer T> ? T : never;

function volumeOf({ shape, share, smooth, seed, size }: Window): LabelVolume {
  const labels = randomLabels(shape, { 1: share, 2: 1 - share }, seed, smooth);
  labels[seed % labels.length] = 1;
  return { labels, shape, voxelSizeUm: size };
}

describe('segmentGrains', async () => {
  const session = await testSession();

  it('[oracle] a flood voxel by voxel gives the same grains', async () => {
    await fc.assert(fc.asyncProperty(windows, async (window) => {
      const volume = volumeOf(window);
      const { dynamics, ratio, neighbourhood, size } = window;
      const rule = { dynamics, ratio, neighbourhood };
      const found = await segmentGrains(session, volume, { phase: 1, ...rule });
      const depths = squaredDepths(Array.from(volume.labels, (label) => label === 1), volume.shape, size);
      const twin = floodTwin(depths, volume.shape, rule);
      expect({ numbers: Array.from(found.numbers), count: found.count, basins: found.basins }).toEqual(twin);
      const unit = size === null ? 1 : Math.min(...size);
      const deepest = new Float64Array(twin.count);
      twin.numbers.forEach((n, i) => n > 0 && (deepest[n - 1] = Math.max(deepest[n - 1], depths[i])));
      expect(Array.from(found.inscribedRadius)).toEqual(
        Array.from(deepest, (squared) => (squared > 1e38 ? Infinity : Math.fround(Math.sqrt(squared) * unit))),
      );
    }), { numRuns: 60 });
  });

  it.each([24, 24.5])('[published] two spheres of radius 20 at distance 30, the first at %d: ' +
      'saddle 13.229, dynamics 6.771, equal halves of 64 140.9', async (at) => {
    const [one, two] = [ball([at, at, at], 20), ball([at, at, at + 30], 20)];
    const volume = drawn([50, 50, 80], (z, y, x) => one(z, y, x) || two(z, y, x));
    const grains = async (options: object) => segmentGrains(session, volume, { phase: 1, ...options });
    // Distances between voxel centres are exact to a voxel, and here to a fifth of one where a voxel lies half way.
    const error = at === 24 ? 0.2 : 1;
    for (const neighbourhood of [6, 26]) {
      for (const options of [{}, { dynamics: 6.771 - error }, { ratio: (13.229 + error) / 20 }]) {
        const { numbers, count, inscribedRadius } = await grains({ neighbourhood, ...options });
        expect(count).toBe(2);
        const sizes = [1, 2].map((k) => numbers.filter((n) => n === k).length);
        // The plane of voxels half way belongs to the first: a disc of 549.8.
        expect(Math.abs(sizes[0] - sizes[1] - (at === 24 ? 549.8 : 0))).toBeLessThan(at === 24 ? 10 : 1);
        expect(Math.abs(sizes[0] + sizes[1] - 64140.9)).toBeLessThan(0.005 * 64140.9);
        // Voxels around a centre lie √¾ from it.
        for (const r of inscribedRadius) expect(Math.abs(r - 20)).toBeLessThan(0.87);
      }
      for (const options of [{ dynamics: 6.771 + error }, { ratio: (13.229 - error) / 20 }]) {
        expect((await grains({ neighbourhood, ...options })).count).toBe(1);
      }
    }
  });

  it('[exact] one voxel, a slab, a full window, boxes that touch at a corner', async () => {
    const rule = { phase: 1, dynamics: 1 };
    const single = await segmentGrains(session, drawn([3, 4, 5], (z, y, x) => z === 1 && y === 2 && x === 4), rule);
    expect([single.count, single.basins, single.numbers.indexOf(1), single.inscribedRadius[0]]).toEqual([1, 1, 34, 1]);
    const slab = await segmentGrains(session, drawn([9, 10, 11], (z) => z > 1 && z < 7), { ...rule, dynamics: 0.01 });
    expect([slab.count, slab.inscribedRadius[0]]).toEqual([1, 3]);
    const full = await segmentGrains(session, drawn([4, 5, 6], () => true), rule);
    expect([full.count, full.inscribedRadius[0]]).toEqual([1, Infinity]);
    expect(full.numbers).toEqual(new Uint32Array(120).fill(1));
    const boxes = drawn([12, 12, 12], (z, y, x) => (
      [z, y, x].every((at) => at > 0 && at < 6) || [z, y, x].every((at) => at > 5 && at < 11)));
    for (const [neighbourhood, dynamics, count] of [[26, 0.5, 2], [26, 2.1, 1], [6, 2.1, 2]] as const) {
      expect((await segmentGrains(session, boxes, { phase: 1, neighbourhood, dynamics })).count).toBe(count);
    }
  });

  it('[law] grains are a partition of the phase, hang together, and are numbered in raster order', async () => {
    await fc.assert(fc.asyncProperty(windows, async (window) => {
      const { labels, shape } = volumeOf(window);
      const { dynamics, ratio, neighbourhood, size: voxelSizeUm } = window;
      const options = { phase: 1, dynamics, ratio, neighbourhood };
      const { numbers, count } = await segmentGrains(session, { labels, shape, voxelSizeUm }, options);
      const seen = new Set<number>();
      let next = 1;
      labels.forEach((label, i) => {
        expect(numbers[i] > 0).toBe(label === 1);
        if (numbers[i] === 0 || seen.has(i)) return;
        // Every grain is met first at its first voxel, and reached whole from there.
        expect(numbers[i]).toBe(next++);
        const front = [i];
        seen.add(i);
        for (const at of front) {
          for (const k of neighboursOf(at, shape, neighbourhood)) {
            if (numbers[k] !== numbers[i] || seen.has(k)) continue;
            seen.add(k);
            front.push(k);
          }
        }
      });
      expect(next - 1).toBe(count);
    }), { numRuns: 60 });
  });

  it('[law] more dynamics or a smaller ratio only join grains', async () => {
    await fc.assert(fc.asyncProperty(windows, fc.double({ min: 0, max: 3, noNaN: true }), fc.boolean(), async (
      window, more, byRatio,
    ) => {
      const volume = volumeOf(window);
      const { dynamics, ratio, neighbourhood } = window;
      const fine = await segmentGrains(session, volume, { phase: 1, dynamics, ratio, neighbourhood });
      const coarse = await segmentGrains(session, volume, {
        phase: 1, neighbourhood, dynamics: byRatio ? dynamics : dynamics + more,
        ratio: byRatio ? ratio / (1 + more) : ratio,
      });
      const home = new Map<number, number>();
      fine.numbers.forEach((n, i) => {
        if (!home.has(n)) home.set(n, coarse.numbers[i]);
        expect(coarse.numbers[i]).toBe(home.get(n));
      });
      expect(coarse.basins).toBe(fine.basins);
    }), { numRuns: 40 });
  });

  it('[law] a structure that lies elsewhere in a larger window has the same grains', async () => {
    await fc.assert(fc.asyncProperty(windows, fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 6, maxLength: 6 }),
      async (window, room) => {
        const { labels, shape } = volumeOf(window);
        const { dynamics, ratio, neighbourhood, size: voxelSizeUm } = window;
        const options = { phase: 1, dynamics, ratio, neighbourhood };
        const [nz, ny, nx] = shape;
        const within = (before: readonly number[], after: readonly number[]): LabelVolume => {
          const whole = drawn([nz + before[0] + after[0], ny + before[1] + after[1], nx + before[2] + after[2]],
            (z, y, x) => {
              const at = [z - before[0], y - before[1], x - before[2]];
              return at.every((k, axis) => k >= 0 && k < shape[axis]) &&
                labels[(at[0] * ny + at[1]) * nx + at[2]] === 1;
            });
          return { ...whole, voxelSizeUm };
        };
        const ofPhase = async (volume: LabelVolume): Promise<number[]> =>
          Array.from((await segmentGrains(session, volume, options)).numbers).filter((n) => n > 0);
        const here = await ofPhase(within([1, 1, 1], [1, 1, 1]));
        expect(await ofPhase(within(room.slice(0, 3), room.slice(3)))).toEqual(here);
      }), { numRuns: 40 });
  });

  it('[law] same bits for 1, 2, 3 and 7 threads; polls', async () => {
    for (const [neighbourhood, voxelSizeUm] of [[26, null], [6, null], [26, [0.3, 0.2, 0.2]]] as const) {
      const shape: Shape = [17, 19, 53];
      const volume = { labels: randomLabels(shape, { 1: 0.8, 2: 0.2 }, 31, 4), shape, voxelSizeUm };
      const [one, ...others] = await forEachThreadCount((threads) =>
        segmentGrains(threads, volume, { phase: 1, dynamics: 0.4, neighbourhood }));
      expect(one.count).toBeGreaterThan(20);
      for (const other of others) expect(other).toEqual(one);
    }
    const wide: Shape = [3, 900, 1100];
    const labels = new Uint8Array(voxelCount(wide)).fill(4);
    for (let i = 0; i < labels.length; i += 7) labels[i] = 1;
    await segmentGrains(session, { labels, shape: wide, voxelSizeUm: null }, { phase: 4 });
    for (const step of session.statistics!.largestStep) expect(step).toBeLessThanOrEqual(POLL_VOXELS);
  });

  it('[exact] what cannot be segmented is said before any work', async () => {
    const volume = drawn([4, 4, 4], (z) => z > 1);
    const message = async (options: object): Promise<string> =>
      segmentGrains(session, volume, { phase: 1, ...options }).then(() => '', (error: unknown) => {
        expect(error).toBeInstanceOf(SpecError);
        return (error as Error).message;
      });
    expect(await message({ phase: 3 })).toBe('segmentGrains: label 3 does not occur in the image; it has 1, 2');
    expect(await message({ dynamics: -1 }))
      .toBe('segmentGrains: dynamics must be a finite number of voxels ≥ 0, got -1');
    expect(await message({ dynamics: Infinity }))
      .toBe('segmentGrains: dynamics must be a finite number of voxels ≥ 0, got Infinity');
    expect(await message({ ratio: 0 })).toBe('segmentGrains: ratio must be above 0 and at most 1, got 0');
    expect(await message({ ratio: 1.5 })).toBe('segmentGrains: ratio must be above 0 and at most 1, got 1.5');
    expect(await message({ neighbourhood: 18 })).toBe('segmentGrains: neighbourhood must be 6 or 26, got 18');
  });
});
