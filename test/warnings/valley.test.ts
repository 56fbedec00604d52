// Thresholds on no valley of the histogram, and fractions that do not add up.
import { describe, expect, it } from 'vitest';
import { segmentGreys } from '../../src/image/segment.js';
import { valleyHeights, valleyWarnings } from '../../src/warnings/valley.js';
import { normals } from '../random.js';
import { testSession } from '../session.js';

const session = await testSession({ threads: 1 });
const gauss = (x: number, mean: number, deviation: number): number => Math.exp(-0.5 * ((x - mean) / deviation) ** 2);
/** 256 grey values by a density. */
const bins = (density: (value: number) => number, scale = 1, base = 0) => ({
  counts: Uint32Array.from({ length: 256 }, (_, b) => Math.round(1e5 * density(b))), base, scale,
});
const peaks = (value: number): number =>
  gauss(value, 60, 12) + 0.5 * gauss(value, 130, 12) + gauss(value, 200, 12);

describe('thresholds on no valley', () => {
  it('[exact] the height over the lower of the two peaks: of Gaussian peaks, at their flanks, in a gap', () => {
    // Smoothing by 2 % of the range widens the peaks from 12 to 12.5 and takes 5 % of their height.
    const [left, right] = valleyHeights(bins(peaks), [95, 165]) as number[];
    expect([left, right].map((height) => Math.abs(height - 0.055) < 0.02)).toEqual([true, true]);
    // The class from 140 to 170 begins on the flank of a peak that is cut off: its greatest value is at its edge.
    const [flank] = valleyHeights(bins(peaks), [140, 170]) as number[];
    expect(flank).toBeGreaterThan(0.9);
    const twice = bins((value) => Number(value === 20 || value === 220));
    expect(valleyHeights(twice, [120])).toEqual([0]);
    expect(valleyHeights(bins(peaks), [0, 95, 255])).toEqual([null, expect.any(Number), null]);
    expect(valleyHeights(bins((value) => Number(value === 7)), [7])).toEqual([null]);
  });

  it('[law] units of the grey values do not matter', () => {
    const plain = valleyHeights(bins(peaks), [90, 150]);
    expect(valleyHeights(bins(peaks, 1 / 8, 1000), [1000 + 8 * 90, 1000 + 8 * 150])).toEqual(plain);
  });

  it('[exact] one line for each threshold, with the remedy; none in the valleys', () => {
    expect(valleyWarnings(bins(peaks), [95, 165])).toEqual([]);
    expect(valleyWarnings(bins(peaks), [150, 210])).toEqual([
      expect.stringMatching(/^threshold 210 lies on no valley of the histogram: .*take --segment auto:3$/),
    ]);
  });

  it('[law] thresholds, Otsu and fractions say it of their image; one peak has no valley', async () => {
    const normal = normals(4);
    const shape = [10, 20, 30] as const;
    const one = { data: Float32Array.from({ length: 6000 }, () => 100 + 10 * normal()), shape, voxelSizeUm: null };
    const two = { ...one, data: one.data.map((value, i) => value + (i % 3 === 0 ? 90 : 0)) };
    const ways = [
      { method: 'otsu', classes: 2 }, { method: 'thresholds', thresholds: [145] },
      { method: 'fractions', fractions: [2 / 3, 1 / 3] },
    ] as const;
    for (const segmentation of ways) {
      expect((await segmentGreys(session, two, segmentation)).warnings).toEqual([]);
    }
    for (const segmentation of [ways[0], { method: 'fractions', fractions: [0.5, 0.5] } as const]) {
      const { warnings } = await segmentGreys(session, one, segmentation);
      expect(warnings).toEqual([expect.stringMatching(/lies on no valley/)]);
    }
  });
});

describe('fractions that do not add up', () => {
  it('[exact] within 0.01 they are divided by their sum, with a note; beyond they are refused', async () => {
    const data = Uint8Array.from({ length: 1000 }, (_, i) => (i < 300 ? 10 : i < 800 ? 100 : 200));
    const image = { data, shape: [10, 10, 10], voxelSizeUm: null } as const;
    const segment = (...fractions: number[]) => segmentGreys(session, image, { method: 'fractions', fractions });
    const rounded = await segment(0.3, 0.5, 0.205);
    expect(rounded.fractions).toEqual([0.3, 0.5, 0.2]);
    expect(rounded.warnings).toEqual(['the fractions add up to 1.005, and were divided by it']);
    expect((await segment(0.3, 0.5, 0.2)).warnings).toEqual([]);
    await expect(segment(0.3, 0.5, 0.22)).rejects
      .toThrow(/add up to 1 within 0\.01, got 0\.3, 0\.5, 0\.22 \(sum 1\.02\)/);
  });
});
