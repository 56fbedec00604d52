import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { POLL_VOXELS } from '../../assembly/layout.js';
import { voxelCount, type Shape } from '../../src/core/grid.js';
import type { LabelVolume } from '../../src/core/volume.js';
import { cleanLabels, cleanPlan } from '../../src/image/clean.js';
import { ballPlan, closePhase, openPhase } from '../../src/image/morphology.js';
import { rescaledShape, rescaleGreys, rescaleLabels } from '../../src/image/rescale.js';
import { peakBytes } from '../../src/runtime/plan.js';
import { randomLabels, uniform } from '../random.js';
import {
  ballOpening, cleanTwin, componentsOf, regrowTwin, rescaleGreysTwin, rescaleLabelsTwin,
} from '../reference/image.js';
import { forEachThreadCount, testSession } from '../session.js';

const session = await testSession({ threads: 3 });
const volumeOf = (labels: Uint8Array, shape: Shape): LabelVolume => ({ labels, shape, voxelSizeUm: null });
const SHAPES: Shape[] = [[6, 7, 20], [9, 8, 17], [1, 12, 33], [10, 1, 40], [11, 13, 1]];
const SMALL_SHAPE =
  fc.tuple(fc.integer({ min: 1, max: 7 }), fc.integer({ min: 1, max: 7 }), fc.integer({ min: 1, max: 9 }));
const FACTOR = fc.double({ min: 0.2, max: 2.5, noNaN: true });

describe('clean', () => {
  it.each(SHAPES)('[oracle] small components take the label of most faces around them, %i×%i×%i', async (...shape) => {
    for (const [seed, smooth] of [[1, 0], [2, 1], [3, 3]]) {
      const labels = randomLabels(shape, { 1: 0.45, 2: 0.4, 3: 0.1, 200: 0.05 }, seed, smooth);
      for (const minVoxels of [1, 2, 8, 30]) {
        for (const phases of [null, [2]]) {
          const expected = cleanTwin(labels, shape, minVoxels, phases);
          const job = cleanLabels(session, volumeOf(labels, shape), { minVoxels, phases });
          if (expected === null) await expect(job).rejects.toThrow(/every component is smaller/);
          else expect(Array.from((await job).volume.labels)).toEqual(expected);
        }
      }
    }
  });

  it('[exact] specks inside specks, and a speck between two phases', async () => {
    // A 3³ block of 2 in a sea of 1, with a 3 in its middle: with 30 voxels as the least all of it becomes sea.
    const shape: Shape = [9, 9, 9];
    const labels = new Uint8Array(729).fill(1);
    for (let z = 3; z < 6; z++) for (let y = 3; y < 6; y++) for (let x = 3; x < 6; x++) labels[(z * 9 + y) * 9 + x] = 2;
    labels[(4 * 9 + 4) * 9 + 4] = 3;
    const sea = await cleanLabels(session, volumeOf(labels, shape), { minVoxels: 30 });
    expect([new Set(sea.volume.labels), sea.components, sea.voxels]).toEqual([new Set([1]), 2, 27]);
    const block = await cleanLabels(session, volumeOf(labels, shape), { minVoxels: 5 });
    expect([block.volume.labels[(4 * 9 + 4) * 9 + 4], block.components, block.voxels]).toEqual([2, 1, 1]);
    await expect(cleanLabels(session, volumeOf(labels, shape), { minVoxels: 1000 })).rejects.toThrow(
      /every component is smaller than 1000 voxels/,
    );
    await expect(cleanLabels(session, volumeOf(labels, shape), { minVoxels: 0 })).rejects.toThrow(/≥ 1, got 0/);
  });

  it('[law] nothing small is left, what is large stays, and cleaning twice changes nothing', async () => {
    await fc.assert(fc.asyncProperty(
      SMALL_SHAPE, fc.integer({ min: 1, max: 1e6 }), fc.integer({ min: 2, max: 20 }),
      async (shape, seed, minVoxels) => {
        const labels = randomLabels(shape, { 1: 0.5, 2: 0.3, 3: 0.2 }, seed, 2);
        const large = componentsOf(labels, shape).filter((component) => component.length >= minVoxels);
        fc.pre(large.length > 0);
        const { volume } = await cleanLabels(session, volumeOf(labels, shape), { minVoxels });
        for (const component of large) for (const i of component) expect(volume.labels[i]).toBe(labels[i]);
        for (const component of componentsOf(volume.labels, shape)) {
          expect(component.length).toBeGreaterThanOrEqual(minVoxels);
        }
        const again = await cleanLabels(session, volume, { minVoxels });
        expect([again.volume.labels, again.voxels]).toEqual([volume.labels, 0]);
      },
    ), { numRuns: 40 });
  });
});

describe('opening and closing', () => {
  it.each(SHAPES)('[oracle] opening by digital balls, removed voxels grow over from other ' +
      'phases, %i×%i×%i', async (...shape) => {
    for (const [seed, smooth] of [[4, 2], [5, 6]]) {
      const labels = randomLabels(shape, { 0: 0.1, 1: 0.25, 2: 0.65 }, seed, smooth);
      const set = Array.from(labels, (label) => label === 2);
      for (const radius of [1, Math.SQRT2, 2, 3]) {
        const kept = ballOpening(set, shape, radius);
        const { volume, voxels } = await openPhase(session, volumeOf(labels, shape), { radius, phase: 2 });
        expect(Array.from(volume.labels)).toEqual(regrowTwin(labels, kept, shape, 2));
        expect(voxels).toBe(set.filter((inside, i) => inside && !kept[i]).length);
      }
    }
  });

  it.each(SHAPES)('[oracle] closing is the opening of everything else, %i×%i×%i', async (...shape) => {
    const labels = randomLabels(shape, { 0: 0.3, 1: 0.4, 2: 0.3 }, 6, 3);
    for (const radius of [1, 1.5, 2.9]) {
      const open = ballOpening(Array.from(labels, (label) => label !== 2), shape, radius);
      const { volume } = await closePhase(session, volumeOf(labels, shape), { radius, phase: 2 });
      expect(Array.from(volume.labels)).toEqual(Array.from(labels, (label, i) => (open[i] ? label : 2)));
    }
  });

  it('[exact] a slit of two voxels closes with a ball of 1, a bridge of two opens; a slab of three stays', async () => {
    const shape: Shape = [20, 20, 30];
    const slab = (width: number): Uint8Array =>
      Uint8Array.from({ length: voxelCount(shape) }, (_, i) => (i % 30 >= 10 && i % 30 < 10 + width ? 1 : 2));
    for (const [width, radius, closes] of [[2, 1, true], [3, 1, false], [4, 2, true], [5, 2, false]] as const) {
      const closed = await closePhase(session, volumeOf(slab(width), shape), { radius });
      expect([closed.phase, closed.voxels]).toEqual([2, closes ? width * 400 : 0]);
      const opened = await openPhase(session, volumeOf(slab(width), shape), { radius, phase: 1 });
      expect(opened.voxels).toBe(closes ? width * 400 : 0);
    }
  });

  it('[law] idempotent, anti-extensive and extensive, dual for two phases', async () => {
    await fc.assert(fc.asyncProperty(
      SMALL_SHAPE, fc.integer({ min: 1, max: 1e6 }), fc.constantFrom(1, 1.5, 2),
      async (shape, seed, radius) => {
        const labels = randomLabels(shape, { 1: 0.5, 2: 0.5 }, seed, 3);
        fc.pre(labels.includes(1) && labels.includes(2));
        const volume = volumeOf(labels, shape);
        const opened = (await openPhase(session, volume, { radius, phase: 1 })).volume;
        const closed = (await closePhase(session, volume, { radius, phase: 2 })).volume;
        expect(closed.labels).toEqual(opened.labels);
        labels.forEach((label, i) => expect(label === 2 && opened.labels[i] !== 2).toBe(false));
        if (opened.labels.includes(1)) {
          expect((await openPhase(session, opened, { radius, phase: 1 })).volume.labels).toEqual(opened.labels);
        }
      },
    ), { numRuns: 30 });
  });

  it('[exact] three phases need a name, radii have limits', async () => {
    const volume = volumeOf(Uint8Array.of(1, 2, 3, 3), [1, 2, 2]);
    await expect(closePhase(session, volume, { radius: 1 })).rejects.toThrow(/labels 1, 2, 3: say which phase/);
    await expect(openPhase(session, volume, { radius: 0.5, phase: 1 })).rejects.toThrow(/1 to 254 voxels, got 0.5/);
    await expect(openPhase(session, volume, { radius: 1, phase: 9 })).rejects.toThrow(/label 9 does not occur/);
  });
});

describe('rescale', () => {
  it('[oracle] majority and area means by whole-number overlaps, for any factor', async () => {
    await fc.assert(fc.asyncProperty(
      SMALL_SHAPE, fc.tuple(FACTOR, FACTOR, FACTOR), fc.integer({ min: 1, max: 1e6 }),
      async (shape, factor, seed) => {
        const labels = randomLabels(shape, { 0: 1, 3: 1, 255: 1 }, seed, 1);
        const to = rescaledShape(shape, factor);
        const half = await rescaleLabels(session, volumeOf(labels, shape), factor);
        expect(half.shape).toEqual(to);
        expect(Array.from(half.labels)).toEqual(rescaleLabelsTwin(labels, shape, to));
        const random = uniform(seed);
        for (
          const data of [
            Uint8Array.from(labels, () => 256 * random()), Uint16Array.from(labels, () => 65536 * random()),
            Float32Array.from(labels, random),
          ]
        ) {
          const expected = rescaleGreysTwin(data, shape, to);
          const found = (await rescaleGreys(session, { data, shape, voxelSizeUm: null }, factor)).data;
          if (data instanceof Float32Array) expected.forEach((v, i) => expect(found[i]).toBeCloseTo(v, 6));
          else expect(Array.from(found)).toEqual(expected.map((v) => Math.floor(v + 0.5)));
        }
      },
    ), { numRuns: 60 });
  });

  it('[exact] ties: the label with more voxels one voxel further out, then the lowest', async () => {
    const six = volumeOf(Uint8Array.of(2, 2, 2, 1, 1, 1), [1, 1, 6]);
    expect(Array.from((await rescaleLabels(session, six, [1, 1, 0.5])).labels)).toEqual([2, 1, 1]);
    const five = volumeOf(Uint8Array.of(2, 2, 2, 1, 2, 2), [1, 1, 6]);
    expect(Array.from((await rescaleLabels(session, five, [1, 1, 0.5])).labels)).toEqual([2, 2, 2]);
  });

  it('[law] the window keeps its size; twice as many voxels and back is the same image', async () => {
    const labels = randomLabels([5, 6, 7], { 1: 1, 2: 1, 3: 1 }, 8);
    const volume: LabelVolume = { labels, shape: [5, 6, 7], voxelSizeUm: [0.4, 0.2, 0.2] };
    const fine = await rescaleLabels(session, volume, 2);
    expect([fine.shape, fine.voxelSizeUm]).toEqual([[10, 12, 14], [0.2, 0.1, 0.1]]);
    expect(await rescaleLabels(session, fine, 0.5)).toEqual(volume);
    const isotropic = await rescaleLabels(session, volume, [2, 1, 1]);
    expect(isotropic.voxelSizeUm).toEqual([0.2, 0.2, 0.2]);
    expect((await rescaleLabels(session, { ...volume, labels: new Uint8Array(210).fill(9) }, 0.3)).labels)
      .toEqual(new Uint8Array(8).fill(9));
    await expect(rescaleLabels(session, volume, 0)).rejects.toThrow(/above 0, got 0, 0, 0/);
  });
});

describe('label steps', () => {
  it('[law] the same bits on 1, 2, 3 and 7 threads', async () => {
    const shape: Shape = [9, 11, 20];
    const volume = volumeOf(randomLabels(shape, { 1: 0.4, 2: 0.4, 3: 0.2 }, 12, 4), shape);
    const results = await forEachThreadCount(async (own) => [
      await cleanLabels(own, volume, { minVoxels: 12 }), await openPhase(own, volume, { radius: 2, phase: 2 }),
      await closePhase(own, volume, { radius: 2, phase: 1 }), await rescaleLabels(own, volume, 0.4),
      await rescaleGreys(own, { data: Float32Array.from(volume.labels), shape, voxelSizeUm: null }, 0.7),
    ]);
    for (const result of results) expect(result).toEqual(results[0]);
  });

  it('[law] they look at the cancel word within 2^20 voxels', async () => {
    const own = await testSession({ threads: 1 });
    const shape: Shape = [1, 1100, 1000];
    const volume = volumeOf(randomLabels(shape, { 1: 0.5, 2: 0.5 }, 1), shape);
    const jobs = [
      () => cleanLabels(own, volume, { minVoxels: 4 }), () => openPhase(own, volume, { radius: 1, phase: 1 }),
      () => closePhase(own, volume, { radius: 1 }), () => rescaleLabels(own, volume, 0.5),
      () => rescaleLabels(own, volume, [1, 0.001, 0.001]),
    ];
    for (const job of jobs) {
      await job();
      expect(own.statistics!.largestStep[0]).toBeLessThanOrEqual(POLL_VOXELS);
    }
  });

  it('[exact] 401³ is cleaned and opened within 0.5 GiB', () => {
    expect(peakBytes(cleanPlan([401, 401, 401], 1000))).toBeLessThan(2 ** 29);
    expect(peakBytes(ballPlan([401, 401, 401], 8))).toBeLessThan(2 ** 29);
  });
});
