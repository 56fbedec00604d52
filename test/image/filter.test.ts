import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { POLL_VOXELS } from '../../assembly/layout.js';
import { voxelCount, type Shape } from '../../src/core/grid.js';
import { filterGreys, filterPlan, gaussianReach, type Filter } from '../../src/image/filter.js';
import { flattenGreys } from '../../src/image/flatten.js';
import type { GreyData, GreyVolume } from '../../src/image/grey.js';
import { cropGreys } from '../../src/image/crop.js';
import { peakBytes } from '../../src/runtime/plan.js';
import { uniform } from '../random.js';
import { boxTwin, diffusionTwin, gaussianTwin, mapVoxels, medianTwin } from '../reference/image.js';
import { forEachThreadCount, testSession } from '../session.js';

const session = await testSession({ threads: 3 });

const TYPES = { uint8: Uint8Array, uint16: Uint16Array, float32: Float32Array } as const;
type TypeName = keyof typeof TYPES;
const TYPE_NAMES = Object.keys(TYPES) as TypeName[];

function noise(shape: Shape, type: TypeName, seed: number): GreyVolume {
  const random = uniform(seed);
  const next = {
    uint8: () => Math.floor(256 * random()), uint16: () => Math.floor(65536 * random()),
    float32: () => Math.fround(200 * random() - 100),
  }[type];
  const data = new TYPES[type](voxelCount(shape));
  for (let i = 0; i < data.length; i++) data[i] = next();
  return { data, shape, voxelSizeUm: null };
}

const filtered = async (volume: GreyVolume, filter: Filter): Promise<GreyData> =>
  (await filterGreys(session, volume, filter)).volume.data;
const rounded = (data: GreyData, values: number[]): number[] =>
  (data instanceof Float32Array ? values : values.map((v) => Math.floor(v + 0.5)));
function expectClose(found: GreyData, expected: number[], tolerance: number): void {
  let worst = 0;
  found.forEach((value, i) => (worst = Math.max(worst, Math.abs(value - expected[i]))));
  expect(worst).toBeLessThanOrEqual(tolerance);
}

// Rows around the width of a vector, flat windows along every axis.
const SHAPES: Shape[] = [[5, 6, 7], [3, 4, 16], [2, 3, 37], [1, 9, 18], [6, 1, 20], [7, 8, 1], [1, 1, 5], [1, 1, 1]];

describe('filters', () => {
  it.each(TYPE_NAMES)('[oracle] median of sorted neighbours, 3³ and 5³, %s', async (type) => {
    for (const [seed, shape] of SHAPES.entries()) {
      const volume = noise(shape, type, seed + 1);
      for (const size of [3, 5] as const) {
        expect(Array.from(await filtered(volume, { kind: 'median', size })))
          .toEqual(medianTwin(volume.data, shape, size));
      }
    }
  });

  it('[exact] the median of floats knows −0, infinities and the smallest numbers', async () => {
    const values = [-Infinity, -3e38, -1, -1e-45, 0, 1e-45, 1, 3e38, Infinity, 2, -2, 0.5];
    const volume = { data: Float32Array.from(values), shape: [1, 1, 12], voxelSizeUm: null } as const;
    expect(Array.from(await filtered(volume, { kind: 'median', size: 3 })))
      .toEqual(medianTwin(volume.data, volume.shape, 3));
  });

  it.each(TYPE_NAMES)('[oracle] box means, exact for whole values up to 5³, %s', async (type) => {
    for (const [seed, shape] of SHAPES.entries()) {
      const volume = noise(shape, type, seed + 1);
      for (const size of [3, 5]) {
        const expected = rounded(volume.data, boxTwin(volume.data, shape, size));
        expectClose(await filtered(volume, { kind: 'box', size }), expected, type === 'float32' ? 1e-4 : 0);
      }
    }
  });

  it.each(TYPE_NAMES)('[oracle] Gaussian of the whole cube of weights, %s', async (type) => {
    for (const [seed, shape] of SHAPES.entries()) {
      const volume = noise(shape, type, seed + 1);
      for (const sigma of [0.4, 1, 1.7]) {
        const expected = gaussianTwin(volume.data, shape, sigma, gaussianReach(sigma));
        expectClose(await filtered(volume, { kind: 'gaussian', sigma }), expected, type === 'float32' ? 1e-4 : 0.51);
      }
    }
  });

  it('[exact] a Gaussian adds variances: σ = 3, then 4, is σ = 5, ' +
      'and keeps the sum of a point in the middle', async () => {
    const shape: Shape = [1, 1, 101];
    const point = { data: new Float32Array(101), shape, voxelSizeUm: null };
    point.data[50] = 1e4;
    const once = (await filterGreys(session, point, { kind: 'gaussian', sigma: 5 })).volume.data;
    const three = (await filterGreys(session, point, { kind: 'gaussian', sigma: 3 })).volume;
    expectClose((await filterGreys(session, three, { kind: 'gaussian', sigma: 4 })).volume.data, Array.from(once), 0.5);
    expect(Array.from(once).reduce((a, b) => a + b, 0)).toBeCloseTo(1e4, 1);
  });

  it.each(TYPE_NAMES)('[oracle] Perona-Malik diffusion, %s', async (type) => {
    for (const [seed, shape] of SHAPES.entries()) {
      const volume = noise(shape, type, seed + 1);
      for (const iterations of [1, 4]) {
        const expected = diffusionTwin(volume.data, shape, iterations, 30, 1 / 7);
        expectClose(
          await filtered(volume, { kind: 'anisotropic', iterations, kappa: 30 }), expected,
          type === 'uint16' ? 0.52 : type === 'uint8' ? 0.501 : 1e-4,
        );
      }
    }
  });

  it('[law] diffusion keeps the sum and makes no new extremes; steps far above κ stay, ' +
      'noise below it goes', async () => {
    const shape: Shape = [6, 9, 22];
    const random = uniform(4);
    const data = Float32Array.from(mapVoxels(shape, (_, __, x) => (x < 11 ? 100 : 900) + 10 * random()));
    const volume = { data, shape, voxelSizeUm: null };
    const { volume: smooth, filter } = await filterGreys(session, volume, { kind: 'anisotropic', iterations: 30 });
    expect(filter).toMatchObject({ kind: 'anisotropic', iterations: 30 });
    const kappa = (filter as { kappa: number }).kappa;
    expect(kappa).toBeGreaterThan(4);
    expect(kappa).toBeLessThan(10);
    const sum = (values: GreyData): number => Array.from(values).reduce((a, b) => a + b, 0);
    expect(sum(smooth.data) / sum(data)).toBeCloseTo(1, 6);
    expect(Math.min(...smooth.data)).toBeGreaterThanOrEqual(Math.min(...data));
    expect(Math.max(...smooth.data)).toBeLessThanOrEqual(Math.max(...data));
    const spread = (values: GreyData, low: number, high: number): number => {
      const part = mapVoxels(shape, (z, y, x) => (x >= low && x < high ? values[(z * 9 + y) * 22 + x] : NaN))
        .filter((v) => !Number.isNaN(v));
      return Math.max(...part) - Math.min(...part);
    };
    expect(spread(smooth.data, 0, 11)).toBeLessThan(0.5 * spread(data, 0, 11));
    expect(
      Math.min(...smooth.data.filter((_, i) => i % 22 >= 11)) - Math.max(...smooth.data.filter((_, i) => i % 22 < 11)),
    ).toBeGreaterThan(780);
  });

  it('[law] filters lie between least and greatest neighbour and commute with turning the image round', async () => {
    const filters: Filter[] = [
      { kind: 'box', size: 3 }, { kind: 'median', size: 3 }, { kind: 'gaussian', sigma: 0.8 },
      { kind: 'anisotropic', iterations: 2, kappa: 40 },
    ];
    await fc.assert(fc.asyncProperty(
      fc.tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 20 })),
      fc.integer({ min: 1, max: 1e6 }),
      fc.constantFrom(...filters), fc.constantFrom(...TYPE_NAMES),
      async (shape, seed, filter, type) => {
        const volume = noise(shape, type, seed);
        const result = await filtered(volume, filter);
        const [low, high] = [Math.min(...volume.data), Math.max(...volume.data)];
        const slack = type === 'float32' ? 1e-3 : 0;
        for (const value of result) expect(value >= low - slack && value <= high + slack).toBe(true);
        const turned = await filtered({ ...volume, data: volume.data.slice().reverse() }, filter);
        // Diffusion adds its six flows in a fixed order: turned round they differ in the last bit.
        const exact = filter.kind !== 'anisotropic';
        turned.reverse().forEach((value, i) => expect(Math.abs(value - result[i])).toBeLessThanOrEqual(
          exact ? 0 : type === 'float32' ? 1e-4 : 1,
        ));
      },
    ), { numRuns: 25 });
  });

  it('[law] the same bits on 1, 2, 3 and 7 threads', async () => {
    const filters: Filter[] = [
      { kind: 'box', size: 5 }, { kind: 'median', size: 5 }, { kind: 'gaussian', sigma: 1.3 },
      { kind: 'anisotropic', iterations: 3 },
    ];
    const volumes = TYPE_NAMES.map((type) => noise([9, 11, 21], type, 3));
    const results = await forEachThreadCount(async (own) => {
      const found: GreyData[] = [];
      for (const volume of volumes) {
        for (const filter of filters) found.push((await filterGreys(own, volume, filter)).volume.data);
        found.push((await flattenGreys(own, volume, { axes: ['z', 'y', 'x'], degree: 2 })).volume.data);
      }
      return found;
    });
    for (const result of results) expect(result).toEqual(results[0]);
  });

  it('[law] every filter looks at the cancel word within 2^20 voxels and stops', async () => {
    const own = await testSession({ threads: 1 });
    const volume = noise([1, 1100, 1000], 'uint8', 1);
    const filters: Filter[] = [
      { kind: 'box', size: 3 }, { kind: 'median', size: 3 }, { kind: 'gaussian', sigma: 1 },
      { kind: 'anisotropic', iterations: 2, kappa: 9 },
    ];
    for (const filter of filters) {
      await filterGreys(own, volume, filter);
      expect(own.statistics!.largestStep[0]).toBeLessThanOrEqual(POLL_VOXELS);
      const controller = new AbortController();
      const job = filterGreys(own, volume, filter, { signal: controller.signal });
      controller.abort();
      await expect(job).rejects.toMatchObject({ name: 'AbortError' });
    }
  });

  it('[exact] 401³ of 16 bits fits 1 GiB with any filter but the widest', () => {
    const shape: Shape = [401, 401, 401];
    for (
      const filter of [
        { kind: 'box', size: 5 }, { kind: 'median', size: 5 }, { kind: 'gaussian', sigma: 3 }, { kind: 'anisotropic' },
      ] as const
    ) {
      expect(peakBytes(filterPlan(shape, 2, filter, 8))).toBeLessThan(2 ** 30);
    }
  });

  it('[exact] bad filters are named', async () => {
    const volume = noise([2, 2, 2], 'uint8', 1);
    const bad: [Filter, RegExp][] = [
      [{ kind: 'box', size: 4 }, /odd number of voxels from 3 to 31, got 4/],
      [{ kind: 'median', size: 7 as 3 }, /3 or 5 voxels, got 7/],
      [{ kind: 'gaussian', sigma: 0 }, /above 0 and at most 16/],
      [{ kind: 'anisotropic', iterations: 0 }, /1 to 1000, got 0/],
      [{ kind: 'anisotropic', kappa: -1 }, /above 0, got -1/], [{ kind: 'mean' as 'box', size: 3 }, /got "mean"/],
    ];
    for (const [filter, message] of bad) await expect(filterGreys(session, volume, filter)).rejects.toThrow(message);
    const flat = { ...volume, data: new Uint8Array(8) };
    await expect(filterGreys(session, flat, { kind: 'anisotropic' })).rejects.toThrow(/all grey values are 0/);
  });
});

describe('flatten', () => {
  it('[exact] removes a linear and a parabolic trend along all axes and keeps the mean', async () => {
    const shape: Shape = [12, 9, 15];
    const base = noise(shape, 'float32', 7).data;
    // A pattern without trend: noise less its own fit, found by flattening once.
    const clean = (
      await flattenGreys(
        session, { data: base as Float32Array, shape, voxelSizeUm: null }, { axes: ['z', 'y', 'x'], degree: 2 },
      )
    ).volume.data;
    const tilted = Float32Array.from(mapVoxels(
      shape, (z, y, x) => clean[(z * 9 + y) * 15 + x] + 3 * (z - 5.5) - 2 * (y - 4) + 0.25 * ((x - 7) ** 2 - 224 / 12),
    ));
    const { volume, trend } =
      await flattenGreys(session, { data: tilted, shape, voxelSizeUm: null }, { axes: ['z', 'y', 'x'], degree: 2 });
    expectClose(volume.data, Array.from(clean), 1e-4);
    expect(trend.z[11] - trend.z[0]).toBeCloseTo(33, 3);
    const along = await flattenGreys(session, { data: tilted, shape, voxelSizeUm: null });
    expect(along.trend.x.every((t) => t === 0)).toBe(true);
    expectClose(along.volume.data, Array.from(tilted, (v, i) => v - 3 * (Math.floor(i / 135) - 5.5)), 1e-3);
  });

  it('[exact] 16-bit values are rounded and saturated; one slice has no trend', async () => {
    const data = Uint16Array.of(0, 10, 20, 30, 40, 50, 60, 65535);
    const flat = await flattenGreys(session, { data, shape: [1, 1, 8], voxelSizeUm: null }, { axes: ['z'] });
    expect(flat.volume.data).toEqual(data);
    const sloped = Uint16Array.from({ length: 100 }, (_, z) => 1000 + 7 * z);
    const level = await flattenGreys(session, { data: sloped, shape: [100, 1, 1], voxelSizeUm: null });
    expect(new Set(level.volume.data)).toEqual(new Set([1347]));
    await expect(
      flattenGreys(session, { data, shape: [1, 1, 8], voxelSizeUm: null }, { degree: 3 as 2 }),
    ).rejects.toThrow(/1 or 2, got 3/);
  });
});

describe('crop', () => {
  it('[exact] a part of the voxels, whatever their type; a bad window says what there is', () => {
    const shape: Shape = [3, 4, 5];
    const volume = { data: Uint16Array.from({ length: 60 }, (_, i) => i), shape, voxelSizeUm: null };
    const part = cropGreys(volume, [[1, 3], [null, 2], [3, null]]);
    expect(part.shape).toEqual([2, 2, 2]);
    expect(Array.from(part.data)).toEqual([23, 24, 28, 29, 43, 44, 48, 49]);
    expect(() => cropGreys(volume, [[0, 4], [null, null], [null, null]]))
      .toThrow(/along z the window must lie in 0:3, got 0:4/);
    expect(() => cropGreys(volume, [[null, null], [2, 2], [null, null]])).toThrow(/along y/);
  });
});
