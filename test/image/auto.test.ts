import { describe, expect, it } from 'vitest';
import { ARENA_START } from '../../assembly/layout.js';
import { CapacityError } from '../../src/core/errors.js';
import { AUTO_DEFAULTS } from '../../src/image/auto.js';
import { noiseOf } from '../../src/image/blur-start.js';
import { filterGreys } from '../../src/image/filter.js';
import type { GreyVolume } from '../../src/image/grey.js';
import { segmentGreys, segmentPlan } from '../../src/image/segment.js';
import type { Shape } from '../../src/core/grid.js';
import { peakBytes } from '../../src/runtime/plan.js';
import { generate } from '../../src/structure/generate.js';
import { specFromSet } from '../../src/structure/parameter-sets.js';
import { mFactor } from '../../src/transport/m-factor.js';
import { normals, uniform } from '../random.js';
import { forEachThreadCount, testSession } from '../session.js';

const session = await testSession({ threads: 2 });
const LEVELS = [0, 110, 210, 40];

/** A tomogram of labels: grey levels, blur, noise, 8 bits. */
async function tomogram(labels: Uint8Array, shape: Shape, blur: number, noise: number): Promise<GreyVolume> {
  const sharp: GreyVolume = { data: Float32Array.from(labels, (label) => LEVELS[label]), shape, voxelSizeUm: null };
  const { data } = blur > 0 ? (await filterGreys(session, sharp, { kind: 'gaussian', sigma: blur })).volume : sharp;
  const normal = normals(11);
  const grey = Uint8Array.from(data, (value) => Math.max(0, Math.min(255, Math.round(value + noise * normal()))));
  return { data: grey, shape, voxelSizeUm: null };
}

const cathode = await generate(session, specFromSet('bm01', { size: [48, 48, 48], seed: 2 }));
const rightShare = (labels: Uint8Array): number =>
  labels.reduce((sum, label, i) => sum + Number(label === cathode.labels[i]), 0) / labels.length;

describe('segmentation with blur and noise in the model', () => {
  it('[law] finds what a blurred, noisy image was made of, and labels that give its M; Otsu does not', async () => {
    const image = await tomogram(cathode.labels, cathode.shape, 0.6, 8);
    const { volume, found, warnings } = await segmentGreys(session, image, { method: 'auto' }, { labels: [3, 1, 2] });
    expect(warnings).toEqual([]);
    expect(found?.means.map((mean, k) => Math.abs(mean - [40, 110, 210][k]) < 1.5)).toEqual([true, true, true]);
    expect(found?.blur).toBeCloseTo(0.6, 1);
    expect(found?.noise).toBeCloseTo(8, 0);
    expect(rightShare(volume.labels)).toBeGreaterThan(0.99);
    const truth = await mFactor(session, cathode, { phase: 1 });
    expect((await mFactor(session, volume, { phase: 1 })).mFactor / truth.mFactor).toBeCloseTo(1, 1);
    const { volume: smooth } = await filterGreys(session, image, { kind: 'median', size: 3 });
    const otsu = await segmentGreys(session, smooth, { method: 'otsu', classes: 3 }, { labels: [3, 1, 2] });
    const wrong = (await mFactor(session, otsu.volume, { phase: 1 })).mFactor / truth.mFactor - 1;
    expect(Math.abs(wrong)).toBeGreaterThan(0.1);
  });

  it('[exact] an image without blur and noise is its own segmentation, also in 2D and for two classes', async () => {
    const plane = cathode.labels.slice(0, 48 * 48);
    const section = await tomogram(plane, [1, 48, 48], 0, 0);
    const three = await segmentGreys(session, section, { method: 'auto', classes: 3 }, { labels: [3, 1, 2] });
    expect(three.volume.labels).toEqual(plane);
    const solid = cathode.labels.map((label) => (label === 3 ? 3 : 1));
    const two = await segmentGreys(
      session, await tomogram(solid, cathode.shape, 0, 0), { method: 'auto', classes: 2 }, { labels: [3, 1] },
    );
    expect(two.volume.labels).toEqual(solid);
    expect(two.found?.means.map((mean) => Math.round(mean))).toEqual([40, 110]);
  });

  it('[law] the same bits on any number of threads', async () => {
    const shape: Shape = [24, 37, 29];
    const part = (await generate(session, specFromSet('bm03', { size: shape, seed: 5 }))).labels;
    const image = await tomogram(part, shape, 0.8, 25);
    const results: unknown[] = [];
    await forEachThreadCount(async (each) => {
      const { volume, found } = await segmentGreys(each, image, { method: 'auto' });
      results.push([volume.labels, found]);
    });
    for (const result of results) expect(result).toEqual(results[0]);
  });

  it('[law] noise of half a step: fractions within 0.01, M within 5 %, and a warning', async () => {
    const image = await tomogram(cathode.labels, cathode.shape, 0.4, 35);
    const { volume, warnings } = await segmentGreys(session, image, { method: 'auto' }, { labels: [3, 1, 2] });
    expect(warnings.join()).toMatch(/smallest step between classes/);
    for (const phase of [1, 2]) {
      const share = (labels: Uint8Array): number => labels.filter((label) => label === phase).length / labels.length;
      expect(Math.abs(share(volume.labels) - share(cathode.labels))).toBeLessThan(0.01);
      const [is, was] = [volume, cathode].map(async (each) => (await mFactor(session, each, { phase })).mFactor);
      expect(Math.abs((await is) / (await was) - 1)).toBeLessThan(0.05);
    }
  });

  it('[law] an image without noise, whose first guess of the means is far off, is found nevertheless', async () => {
    const fine = await generate(session, specFromSet('bm03', { size: [48, 48, 48], seed: 1 }));
    const image = await tomogram(fine.labels, fine.shape, 0.6, 0);
    const { volume, found } = await segmentGreys(session, image, { method: 'auto' }, { labels: [3, 1, 2] });
    expect(found?.means.map((mean) => Math.round(mean / 10))).toEqual([4, 11, 21]);
    const right = volume.labels.reduce((sum, label, i) => sum + Number(label === fine.labels[i]), 0);
    expect(right / fine.labels.length).toBeGreaterThan(0.99);
  });

  it('[exact] noise without structure, on a slope', () => {
    const shape: Shape = [12, 40, 50];
    const normal = normals(3);
    const data = Float32Array.from({ length: 12 * 40 * 50 }, (_, i) => 100 + 0.5 * (i % 50) + 7 * normal());
    expect(noiseOf(data, shape) / 7).toBeCloseTo(1, 1);
    expect(noiseOf(Float32Array.from({ length: 60 }, (_, i) => 3 * i), [1, 6, 10])).toBe(0);
  });

  it('says what it cannot do', async () => {
    const flat: GreyVolume = { data: new Uint8Array(64).fill(7), shape: [4, 4, 4], voxelSizeUm: null };
    await expect(segmentGreys(session, flat, { method: 'auto' })).rejects.toThrow(/all grey values are 7/);
    const few: GreyVolume = { ...flat, data: new Uint8Array(64).map((_, i) => i & 1) };
    await expect(segmentGreys(session, few, { method: 'auto', classes: 3 }))
      .rejects.toThrow(/auto needs at least 3 grey values/);
    await expect(segmentGreys(session, few, { method: 'auto', classes: 9 })).rejects.toThrow(/2 to 8 classes, got 9/);
    const random = uniform(1);
    const values = new Uint8Array(8000).map(() => 200 * random());
    const noise: GreyVolume = { data: values, shape: [20, 20, 20], voxelSizeUm: null };
    expect((await segmentGreys(session, noise, { method: 'auto', classes: 2 })).warnings.join()).toMatch(/noise/);
  });

  it('[law] the plan is what it takes', async () => {
    const { shape } = cathode;
    const image = await tomogram(cathode.labels, shape, 0.5, 5);
    const segmentation = { method: 'auto', classes: AUTO_DEFAULTS.classes } as const;
    const needed = peakBytes(segmentPlan(shape, 1, 2, segmentation));
    const tight = await testSession({ threads: 2, memoryBytes: ARENA_START + needed });
    await expect(segmentGreys(tight, image, segmentation)).resolves.toBeDefined();
    const tighter = await testSession({ threads: 2, memoryBytes: ARENA_START + needed - 1 });
    await expect(segmentGreys(tighter, image, segmentation)).rejects.toThrow(CapacityError);
  });
});
