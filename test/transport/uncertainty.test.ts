import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { voxelCount, type Shape } from '../../src/core/grid.js';
import { labelFractions, type LabelVolume } from '../../src/core/volume.js';
import { generate } from '../../src/structure/generate.js';
import { conduct, type Uncertainty } from '../../src/transport/conduct.js';
import { conductivityTensor } from '../../src/transport/tensor.js';
import { limitOf, limitOfWhole, orderOf } from '../../src/transport/uncertainty/extrapolation.js';
import { everySecond } from '../../src/transport/uncertainty/solving.js';
import { errorBar, noErrorBar } from '../../src/transport/uncertainty/text.js';
import { forEachThreadCount, testSession } from '../session.js';
import { randomLabels } from '../random.js';
import { SPHERE_ARRAYS } from './sphere-arrays.js';

const opened = testSession();

/** Flat layers of two labels, whose normal has whole waves per box. */
function slantedLayers(shape: Shape, waves: readonly [number, number, number], fraction: number): LabelVolume {
  const labels = Uint8Array.from({ length: voxelCount(shape) }, (_, i) => {
    const place = [Math.floor(i / (shape[1] * shape[2])), Math.floor(i / shape[2]) % shape[1], i % shape[2]];
    const phase = place.reduce((sum, p, k) => sum + ((p + 0.5) / shape[k]) * waves[k], 0.137);
    return phase - Math.floor(phase) < fraction ? 1 : 2;
  });
  return { labels, shape, voxelSizeUm: null };
}

/** Whether the limit for small voxels lies in the voxels' part of the interval. */
const holds = ({ resolution, parts }: Uncertainty, limit: number): boolean =>
  Math.abs(resolution!.limit - limit) <= parts.voxels!;

/** A window that is large enough for an error bar. */
const bm01 = async (edge: number): Promise<LabelVolume> => generate(await opened, {
  model: 'chi2', parameters: { alpha: 0.2, lambda: 1.2, anisotropyFactor: 1 }, size: [edge, edge, edge], seed: 5,
});

describe('the error bar of M', () => {
  it('[exact] slanted layers, one and two phases that conduct: the limit lies in the voxels’ part', async () => {
    for (const [waves, shape] of [[[1, 2, 0], [38, 46, 58]], [[2, -1, 1], [62, 34, 46]]] as const) {
      for (const other of [0, 0.05]) {
        const f = 0.45;
        const slopes = waves.map((k, i) => (k / shape[i]) ** 2);
        const along = slopes[0] / (slopes[0] + slopes[1] + slopes[2]);
        const harmonic = other === 0 ? 0 : 1 / (f + (1 - f) / other);
        const limit = (f + (1 - f) * other) * (1 - along) + harmonic * along;
        const { mFactor, uncertainty } = await conduct(await opened, slantedLayers(shape, waves, f), {
          phase: 1, conductivity: { 1: 1, 2: other }, boundary: 'periodic', uncertainty: true,
        });
        expect([waves, other, holds(uncertainty!, limit)]).toEqual([waves, other, true]);
        expect(Math.abs(uncertainty!.resolution!.limit - limit)).toBeLessThan(0.3 * Math.abs(mFactor! - limit));
      }
    }
  });

  it('[published] spheres on lattices: it has the limit, and no window, as there is no other one', async () => {
    let held = 0;
    for (const [arrangement, volumeFraction, exact] of SPHERE_ARRAYS) {
      const size = [48, 48, 48] as const;
      const volume = await generate(await opened, { model: 'spheres', arrangement, volumeFraction, size });
      const { uncertainty } = await conduct(await opened, volume, { phase: 1, uncertainty: true });
      const { parts, value, plusMinus, interval, subwindows } = uncertainty!;
      expect([parts.window, subwindows, uncertainty!.reasons]).toEqual([0, null, []]);
      expect(plusMinus).toBeCloseTo(Math.hypot(parts.voxels!, parts.solver), 12);
      expect(interval).toEqual([value! - plusMinus!, value! + plusMinus!]);
      // One sphere whose centre is a corner of voxels is a sample of one: 95 % of them are held, all within twice that.
      if (Math.abs(value! - exact) <= plusMinus!) held++;
      expect(Math.abs(value! - exact)).toBeLessThan(2 * plusMinus!);
    }
    expect(held).toBeGreaterThanOrEqual(10);
  });

  it('[oracle] the window’s parts are thirds of every second voxel, solved one by one', async () => {
    const session = await opened;
    const volume = await bm01(36);
    const half: number[] = [];
    for (let i = 0; i < volume.labels.length; i++) {
      const place = [Math.floor(i / 1296), Math.floor(i / 36) % 36, i % 36];
      if (place.every((n) => n % 2 === 0)) half.push(volume.labels[i]);
    }
    const shape: Shape = [18, 18, 18];
    const whole = (await conduct(session, { labels: Uint8Array.from(half), shape, voxelSizeUm: null }, { phase: 2 }))
      .mFactor!;
    const found: number[] = [];
    for (let part = 0; part < 27; part++) {
      const at = [Math.floor(part / 9), Math.floor(part / 3) % 3, part % 3].map((k) => 6 * k);
      const labels = Uint8Array.from({ length: 216 }, (_, i) => {
        const [z, y, x] = [Math.floor(i / 36) + at[0], (Math.floor(i / 6) % 6) + at[1], (i % 6) + at[2]];
        return half[(z * 18 + y) * 18 + x];
      });
      const own: LabelVolume = { labels, shape: [6, 6, 6], voxelSizeUm: null };
      found.push(labelFractions(labels).has(2) ? (await conduct(session, own, { phase: 2 })).mFactor! / whole : 0);
    }
    const mean = found.reduce((sum, m) => sum + m, 0) / 27;
    const deviation = Math.sqrt(found.reduce((sum, m) => sum + (m - mean) ** 2, 0) / 26);
    const { subwindows } = (await conduct(session, volume, { phase: 2, uncertainty: true })).uncertainty!;
    expect(subwindows).toMatchObject({ parts: [3, 3, 3], count: 27, conducting: found.filter((m) => m > 0).length });
    expect(subwindows!.mean / mean).toBeCloseTo(1, 2);
    expect(subwindows!.deviation / deviation).toBeCloseTo(1, 2);
    // Independent parts would be 27; touching ones are fewer.
    expect(1 / subwindows!.varianceRatio).toBeGreaterThan(5);
    expect(1 / subwindows!.varianceRatio).toBeLessThan(27);
  });

  it('[law] the same bits on any number of threads; M itself is what it is without', async () => {
    const volume = await bm01(40);
    const bars = await forEachThreadCount(async (session) =>
      (await conduct(session, volume, { phase: 2, uncertainty: true })).uncertainty);
    for (const bar of bars) expect(bar).toEqual(bars[0]);
    expect(bars[0]!.value).toBeGreaterThan(0);
    const without = await conduct(await opened, volume, { phase: 2 });
    const asked = await conduct(await opened, volume, { phase: 2, uncertainty: true });
    expect(without.uncertainty).toBeUndefined();
    expect(asked.mFactor).toBe(without.mFactor);
  });

  it('[law] conductivities of any unit, axes of a tensor, smooth interfaces: one material', async () => {
    const volume = await bm01(40);
    const bar = async (options: Parameters<typeof conduct>[2]): Promise<Uncertainty> =>
      (await conduct(await opened, volume, { ...options, uncertainty: true })).uncertainty!;
    const one = await bar({ conductivity: { 2: 1, 3: 0.01 } });
    const other = await bar({ conductivity: { 2: 1024, 3: 10.24 } });
    expect(other.value! / one.value!).toBeCloseTo(1, 5);
    expect(other.plusMinus! / one.plusMinus!).toBeCloseTo(1, 4);
    const along = await bar({ phase: 2, axis: 'x' });
    const { axes } = await conductivityTensor(await opened, volume, { phase: 2, uncertainty: true, tolerance: 1e-4 });
    expect(axes.x.uncertainty!.value! / along.value!).toBeCloseTo(1, 5);
    // The same solves in another order.
    const smooth = await bar({ phase: 2, axis: 'x', interface: 'smooth' });
    expect(smooth.value! / along.value!).toBeCloseTo(1, 3);
  });

  it.each([
    ['a small window', [12, 12, 12], /room for \d parts of 10 voxels|parts .* conduct|correlated|independent/],
    ['a thin one', [6, 40, 40], /fewer than 8 voxels along z/],
  ] as const)('[law] %s has none, and says why', async (_name, shape, reason) => {
    const labels = randomLabels(shape, { 1: 0.7, 2: 0.3 }, 2, 2);
    const { uncertainty, warnings } = await conduct(await opened, { labels, shape, voxelSizeUm: null }, {
      phase: 1, uncertainty: true, warnings: true,
    });
    const { value, plusMinus, interval, reasons } = uncertainty!;
    expect([value, plusMinus, interval]).toEqual([null, null, null]);
    expect(reasons.join('\n')).toMatch(reason);
    for (const text of reasons) expect(warnings).toContain(`no error bar of M along z: ${text}`);
  });

  it('[law] a window of two correlation lengths: none, and says why', async () => {
    const parameters = { alpha: 0.05, lambda: 0.6, anisotropyFactor: 1 };
    const volume = await generate(await opened, { model: 'chi2', parameters, size: [36, 36, 36], seed: 3 });
    const { uncertainty } = await conduct(await opened, volume, { phase: 2, uncertainty: true });
    expect([uncertainty!.value, uncertainty!.parts.window]).toEqual([null, null]);
    expect(uncertainty!.reasons[0]).toMatch(/(correlated over half of|is worth .* of) .*; take a larger window$/);
  });

  it('[law] nothing that conducts, and voxels that are too coarse: none, and says why', async () => {
    const shape: Shape = [40, 40, 40];
    // Plates across z, and threads one voxel thick along it, which every second voxel misses.
    const blocked = Uint8Array.from({ length: 64000 }, (_, i) => (Math.floor(i / 1600) % 4 < 2 ? 1 : 2));
    const threads = Uint8Array.from({ length: 64000 }, (_, i) => (i % 2 === 1 && Math.floor(i / 40) % 2 === 1 ? 1 : 2));
    const bars = [];
    for (const labels of [blocked, threads]) {
      bars.push(await conduct(await opened, { labels, shape, voxelSizeUm: null }, { phase: 1, uncertainty: true }));
    }
    expect(bars.map(({ uncertainty }) => uncertainty!.value)).toEqual([null, null]);
    expect(noErrorBar(bars[0])[0]).toMatch(/^no error bar of M along z: nothing conducts from face to face along z$/);
    expect(noErrorBar(bars[1])[0]).toMatch(/every second voxel does not conduct .*; take finer voxels$/);
  });
});

describe('the limit of small voxels', () => {
  it('[exact] errors in proportion to the voxel: the limit, and an order of 1', () => {
    const between = (min: number, max: number): fc.Arbitrary<number> => fc.double({ min, max, noNaN: true });
    fc.assert(fc.property(
      between(0.01, 1), between(0.001, 0.3),
      (limit, share) => {
        const [plain, half] = [limit * (1 - share), limit * (1 - 2 * share)];
        const one = limitOf({ plain, plainHalves: [half, half], smooth: limit, smoothHalves: [limit, limit] });
        expect(one.limit).toBeCloseTo(limit, 12);
        expect(orderOf(one, plain, half)).toBeCloseTo(1, 8);
        const several = limitOf({ plain, plainHalves: [half, half], smooth: null, smoothHalves: null });
        expect(Math.abs(several.limit - limit)).toBeLessThanOrEqual(several.halfWidth);
        // A window like its box, and one that is twice as good.
        const box = { plain, half };
        const same = limitOfWhole(one, box, box);
        expect(same.limit).toBeCloseTo(one.limit, 12);
        expect(same.halfWidth).toBeCloseTo(one.halfWidth, 12);
        expect(limitOfWhole(one, box, { plain: 2 * plain, half: 2 * half }).limit).toBeCloseTo(2 * limit, 12);
      },
    ));
  });

  it('[oracle] every second voxel, from the first or the second on', () => {
    fc.assert(fc.property(
      fc.tuple(fc.integer({ min: 1, max: 7 }), fc.integer({ min: 1, max: 7 }), fc.integer({ min: 1, max: 7 })),
      fc.constantFrom(0, 1),
      ([nz, ny, nx], first) => {
        const data = Float32Array.from({ length: nz * ny * nx }, (_, i) => i);
        const along = (n: number): number[] =>
          (n === 1 ? [0] : Array.from({ length: n }, (_, i) => i).filter((i) => i % 2 === first));
        const row = (z: number, y: number): number[] => along(nx).map((x) => (z * ny + y) * nx + x);
        const expected = along(nz).flatMap((z) => along(ny).flatMap((y) => row(z, y)));
        const half = everySecond(data, [nz, ny, nx], first as 0 | 1);
        expect([...half.data]).toEqual(expected);
        expect(half.shape).toEqual([along(nz).length, along(ny).length, along(nx).length]);
      },
    ));
  });
});

describe('an error bar in digits', () => {
  const of = (value: number, plusMinus: number): Uncertainty => ({
    value, plusMinus, interval: [0, 1], level: 0.95, parts: { voxels: 0.00221, window: 0.0074, solver: 1.2e-5 },
    resolution: null, subwindows: null, reasons: [],
  });

  it('[exact] one digit of the half width, two after a 1; as many decimals of the value', () => {
    expect(errorBar(of(0.17123, 0.0077))).toEqual({
      value: '0.171 ± 0.008', parts: 'voxels 0.002, window 0.007, solver 0.00001',
    });
    expect(errorBar(of(0.2, 0.104))!.value).toBe('0.20 ± 0.10');
    expect(errorBar(of(0.2, 0.0096))!.value).toBe('0.200 ± 0.010');
    expect(errorBar(of(0.2, 0.04), 1000)!.value).toBe('200 ± 40');
  });
});
