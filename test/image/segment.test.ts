import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { POLL_VOXELS } from '../../assembly/layout.js';
import { toGreys, type GreyVolume } from '../../src/image/grey.js';
import { greyHistogram } from '../../src/image/histogram.js';
import { segmentGreys, segmentPlan } from '../../src/image/segment.js';
import { fractionThresholds, otsuThresholds } from '../../src/image/thresholds.js';
import { peakBytes } from '../../src/runtime/plan.js';
import { uniform } from '../random.js';
import { otsuTwin } from '../reference/image.js';
import { forEachThreadCount, testSession } from '../session.js';

const session = await testSession({ threads: 3 });

const bins = (counts: number[]) => ({ counts: Uint32Array.from(counts), base: 0, scale: 1 });
const line = (data: GreyVolume['data']): GreyVolume => ({ data, shape: [1, 1, data.length], voxelSizeUm: null });

/** Sum of the squared class sums over their sizes, of thresholds on whole values. */
function between(counts: readonly number[], thresholds: readonly number[]): number {
  const edges = [0, ...thresholds, counts.length];
  return edges.slice(1).reduce((total, edge, k) => {
    let [sum, count] = [0, 0];
    for (let v = edges[k]; v < edge; v++) {
      sum += v * counts[v];
      count += counts[v];
    }
    return total + (sum * sum) / count;
  }, 0);
}

describe('otsu', () => {
  it('[oracle] is as good as the best of all thresholds, for 2 to 5 classes', () => {
    fc.assert(fc.property(
      fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 50 })), { minLength: 6, maxLength: 16 }),
      fc.integer({ min: 2, max: 5 }),
      (counts, classes) => {
        fc.pre(counts.filter((n) => n > 0).length >= classes);
        const { thresholds } = otsuThresholds(bins(counts), classes);
        expect(thresholds).toHaveLength(classes - 1);
        expect(between(counts, thresholds) / otsuTwin(counts, classes).between).toBeCloseTo(1, 12);
      },
    ), { numRuns: 200 });
  });

  it('[exact] peaks far apart in 16 bits: thresholds in the middle of the gaps', () => {
    const counts = Array.from({ length: 65536 }, () => 0);
    for (const [value, count] of [[1000, 10], [20000, 30], [20100, 20], [60001, 40]]) counts[value] = count;
    expect(otsuThresholds(bins(counts), 2)).toMatchObject({ thresholds: [(20100 + 60001 + 1) / 2] });
    expect(otsuThresholds(bins(counts), 3).thresholds).toEqual([10501, 40051]);
    const all = otsuThresholds(bins(counts), 4);
    expect(all).toEqual({ thresholds: [10501, 20051, 40051], explained: 1 });
    expect(() => otsuThresholds(bins(counts), 5)).toThrow(/5 classes need at least 5 grey values, the image has 4/);
  });

  it('[law] a full 16-bit histogram in three classes: no single step of a threshold is better', () => {
    const random = uniform(9);
    const counts = Array.from({ length: 65536 }, (_, v) =>
      Math.round(2000 * random() * (
        Math.exp(-(((v - 9000) / 5000) ** 2)) + Math.exp(-(((v - 30000) / 6000) ** 2)) +
          0.5 * Math.exp(-(((v - 52000) / 4000) ** 2))
      )));
    const { thresholds: [a, b] } = otsuThresholds(bins(counts), 3);
    const best = between(counts, [a, b]);
    for (const step of [-1000, -10, -1, 1, 10, 1000]) {
      expect(between(counts, [a + step, b])).toBeLessThanOrEqual(best);
      expect(between(counts, [a, b + step])).toBeLessThanOrEqual(best);
    }
    expect(a).toBeGreaterThan(17000);
    expect(b).toBeLessThan(44000);
  });
});

describe('fractions', () => {
  it('[law] every class boundary is the nearest that the grey values allow', () => {
    fc.assert(fc.property(
      fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 30, maxLength: 60 }),
      fc.double({ min: 0.1, max: 0.45, noNaN: true }), fc.double({ min: 0.1, max: 0.45, noNaN: true }),
      (counts, f, g) => {
        const total = counts.reduce((a, b) => a + b, 0);
        fc.pre(total > 100);
        const thresholds = fractionThresholds(bins(counts), [f, g, 1 - f - g]);
        const below = (t: number): number => counts.slice(0, t).reduce((a, b) => a + b, 0);
        const miss = (t: number, target: number): number => Math.abs(below(t) - target * total);
        for (let t = 0; t <= counts.length; t++) {
          expect(miss(thresholds[0], f)).toBeLessThanOrEqual(miss(t, f) + 1e-9);
          expect(miss(thresholds[1], f + g)).toBeLessThanOrEqual(miss(t, f + g) + 1e-9);
        }
      },
    ), { numRuns: 100 });
  });

  it('[exact] of two equally near the lower; fractions that cannot be met say why', () => {
    expect(fractionThresholds(bins([2, 2, 2, 2]), [0.375, 0.625])).toEqual([1]);
    expect(() => fractionThresholds(bins([2, 2]), [0.5, 0.4]))
      .toThrow(/add up to 1 within 0.01, got 0.5, 0.4 \(sum 0.9\)/);
    expect(() => fractionThresholds(bins([1, 98, 1]), [0.2, 0.3, 0.5]))
      .toThrow(/cannot be met: the image has 3 grey values/);
  });

  it('[exact] volume fractions of a 16-bit image are met to a voxel', async () => {
    const random = uniform(3);
    const data = Uint16Array.from({ length: 30000 }, () => Math.floor(65536 * random()));
    const { fractions, volume } = await segmentGreys(session, { data, shape: [10, 30, 100], voxelSizeUm: [1, 1, 1] }, {
      method: 'fractions', fractions: [0.4, 0.5, 0.1],
    });
    [0.4, 0.5, 0.1].forEach((f, k) => expect(Math.abs(fractions[k] - f)).toBeLessThan(1e-4));
    expect(volume).toMatchObject({ shape: [10, 30, 100], voxelSizeUm: [1, 1, 1] });
  });
});

describe('segment', () => {
  it('[exact] a threshold is the lowest value of the class above it, for all types', async () => {
    for (
      const data of [
        Uint8Array.of(0, 9, 10, 11, 199, 200, 255), Uint16Array.of(0, 9, 10, 11, 199, 200, 65535),
        Float32Array.of(-5, 9.99, 10, 10.5, 199.9, 200, 1e9),
      ]
    ) {
      const { volume, labels, fractions } =
        await segmentGreys(session, line(data), { method: 'thresholds', thresholds: [10, 200] }, { labels: [3, 1, 2] });
      expect(Array.from(volume.labels)).toEqual([3, 3, 1, 1, 1, 2, 2]);
      expect([labels, fractions]).toEqual([[3, 1, 2], [2 / 7, 3 / 7, 2 / 7]]);
    }
  });

  it('[exact] histogram: a bin for each whole value, 65536 bins for other floats', async () => {
    const words = await greyHistogram(session, line(Uint16Array.of(7, 7, 65535)));
    expect([words.counts[7], words.counts[65535], words.min, words.max, words.scale]).toEqual([2, 1, 7, 65535, 1]);
    const whole = await greyHistogram(session, line(Float32Array.of(-100, -100, 300)));
    expect([whole.counts[0], whole.counts[400], whole.base, whole.scale, whole.notWhole]).toEqual([2, 1, -100, 1, 0]);
    const parts = await greyHistogram(session, line(Float32Array.of(0, 0.5, 1, 1)));
    expect([parts.counts[0], parts.counts[32768], parts.counts[65535], parts.notWhole]).toEqual([1, 1, 2, 1]);
    await expect(greyHistogram(session, line(Float32Array.of(0, NaN, Infinity)))).rejects.toThrow(
      /2 values are not finite/,
    );
  });

  it('[law] the same labels for 16 bits and for the same values as floats, shifted below zero', async () => {
    const random = uniform(5);
    const words = Uint16Array.from({ length: 4000 }, (_, i) => 1000 * (i % 3) + Math.floor(600 * random()));
    const floats = Float32Array.from(words, (v) => v - 1500);
    for (const classes of [2, 3, 4]) {
      const a = await segmentGreys(session, line(words), { method: 'otsu', classes });
      const b = await segmentGreys(session, line(floats), { method: 'otsu', classes });
      expect(b.volume.labels).toEqual(a.volume.labels);
      expect(b.thresholds).toEqual(a.thresholds.map((t) => t - 1500));
      expect(a.explained).toBeGreaterThan(0.7);
    }
  });

  it('[law] the same bits on 1, 2, 3 and 7 threads; looks at the cancel word', async () => {
    const random = uniform(6);
    const volume: GreyVolume = {
      data: Float32Array.from({ length: 200_000 }, random), shape: [1, 1, 200_000], voxelSizeUm: null,
    };
    const results = await forEachThreadCount((own) => segmentGreys(own, volume, { method: 'otsu', classes: 3 }));
    const digest = results.map(({ volume: { labels }, ...rest }) => JSON.stringify(
      [labels.reduce((hash, l) => (Math.imul(hash, 31) + l) | 0, 7), rest],
    ));
    expect(new Set(digest).size).toBe(1);
    const own = await testSession({ threads: 1 });
    await segmentGreys(own, { ...volume, data: new Uint8Array(1_200_000).fill(9, 5), shape: [1, 1, 1_200_000] }, {
      method: 'thresholds', thresholds: [4],
    });
    expect(own.statistics!.largestStep[0]).toBeLessThanOrEqual(POLL_VOXELS);
  });

  it('[exact] one class is an error, an empty class a warning, and both say what to do', async () => {
    const volume = line(Uint8Array.of(10, 20, 30, 40));
    await expect(segmentGreys(session, volume, { method: 'thresholds', thresholds: [100] }))
      .rejects.toThrow(
        /all voxels get label 1: grey values lie from 10 to 40, thresholds are 100; take thresholds inside, or otsu/,
      );
    const { warnings } = await segmentGreys(session, volume, { method: 'thresholds', thresholds: [25, 100] });
    expect(warnings).toEqual([expect.stringMatching(/no voxel has label 3: grey values lie from 10 to 40/)]);
    await expect(segmentGreys(session, line(Uint8Array.of(7, 7)), { method: 'otsu' })).rejects.toThrow(
      /all grey values are 7: the image is empty/,
    );
    await expect(segmentGreys(session, volume, { method: 'thresholds', thresholds: [9, 9] })).rejects.toThrow(
      /ascending grey values, got 9, 9/,
    );
    await expect(segmentGreys(session, volume, { method: 'otsu', classes: 3 }, { labels: [1, 2] })).rejects.toThrow(
      /3 classes need 3 labels/,
    );
    await expect(segmentGreys(session, volume, { method: 'kmeans' as 'otsu' })).rejects.toThrow(/got "kmeans"/);
  });

  it('[exact] 401³ of 16 bits is segmented in 0.25 GiB', () => {
    expect(peakBytes(segmentPlan([401, 401, 401], 2, 8))).toBeLessThan(2 ** 28);
  });
});

describe('grey values of other types', () => {
  const read = (data: Parameters<typeof toGreys>[1]['data']) =>
    toGreys('scan.tif', { data, shape: [1, 1, data.length], voxelSizeUm: null });

  it('[exact] whole numbers that fit become 16 bits, signed ones floats with a warning', () => {
    expect(read(Int32Array.of(0, 70, 65535)).volume.data).toEqual(Uint16Array.of(0, 70, 65535));
    const signed = read(Int16Array.of(-1000, 3000));
    expect(signed.volume.data).toEqual(Float32Array.of(-1000, 3000));
    expect(signed.warnings).toEqual([expect.stringMatching(/signed values, -1000 to 3000/)]);
    expect(read(Float64Array.of(0.5, 1)).warnings).toEqual([expect.stringMatching(/rounded to 32 bits/)]);
  });

  it('[exact] 12 bits in 16, shifted 12 bits, and signed numbers saved as unsigned are told apart', () => {
    expect(read(Uint16Array.of(3, 4095, 17)).warnings)
      .toEqual([expect.stringMatching(/12-bit data in 16 bits: thresholds are on the scale 0 to 4095/)]);
    expect(read(Uint16Array.of(16, 65520, 32768)).warnings).toEqual([expect.stringMatching(/shifted up by 4 bits/)]);
    expect(read(Uint16Array.of(65530, 5, 100)).warnings).toEqual([expect.stringMatching(/as signed numbers do/)]);
    expect(read(Uint16Array.of(1, 30000, 65535)).warnings).toEqual([]);
  });

  it('[exact] what is no number or does not fit names its place', () => {
    expect(() => read(Float32Array.of(1, NaN))).toThrow(/voxel \(0, 0, 1\) \(z, y, x\) is NaN/);
    expect(() => read(Uint32Array.of(0, 4294967295))).toThrow(/do not fit 16 bits/);
  });
});
