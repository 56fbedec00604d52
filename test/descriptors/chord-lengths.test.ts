import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { POLL_VOXELS } from '../../assembly/layout.js';
import { AXES, axisIndex, voxelCount, type Shape } from '../../src/core/grid.js';
import type { LabelVolume } from '../../src/core/volume.js';
import { chordLengths } from '../../src/descriptors/chord-lengths.js';
import { twoPointCoverage } from '../../src/descriptors/two-point-coverage.js';
import { randomLabels } from '../random.js';
import { chordsTwin, segmentsTwin } from '../reference/pairs.js';
import { forEachThreadCount, testSession } from '../session.js';

const session = await testSession();

describe('chordLengths', () => {
  it.each([
    [9, 10, 11], [3, 5, 64], [2, 3, 65], [40, 3, 128], [3, 70, 200], [1, 1, 129], [1, 30, 1], [1, 1, 1],
  ] as Shape[])('[oracle] chords and segments of %j×%j×%j equal the twins', async (...shape) => {
    const labels = randomLabels(shape, { 0: 1, 1: 3 }, 2, 2);
    for (
      const { phase, axis, whole, cut, linealPath } of await chordLengths(session, { labels, shape, voxelSizeUm: null })
    ) {
      const k = axisIndex(axis);
      const twin = chordsTwin(labels, shape, phase, k);
      const count = (length: number, touches: boolean): number =>
        twin.filter(([n, t]) => n === length && t === touches).length;
      expect(Array.from(whole)).toEqual(Array.from(whole, (_, length) => count(length, false)));
      expect(Array.from(cut)).toEqual(Array.from(cut, (_, length) => count(length, true)));
      for (const h of [0, 1, 2, 5, 30, shape[k] - 1].filter((lag) => lag < shape[k])) {
        expect(linealPath[h])
          .toBe(segmentsTwin(labels, shape, phase, k, h) / ((voxelCount(shape) / shape[k]) * (shape[k] - h)));
      }
    }
  });

  it('[exact] layers of 3 and 5 voxels: every whole chord is as thick as its layer, ' +
      'L falls linearly to 0', async () => {
    const shape: Shape = [4, 4, 80];
    const labels = new Uint8Array(voxelCount(shape)).map((_, i) => ((i % 80) % 8 < 3 ? 1 : 2));
    const found = await chordLengths(session, { labels, shape, voxelSizeUm: [1, 1, 0.2] }, { axes: ['x', 'z'] });
    const [thin, across, thick] = found;
    expect(thin.meanWholeLength).toBeCloseTo(0.6, 12);
    expect(thick.meanWholeLength).toBeCloseTo(1, 12);
    expect([thin.whole[3], thin.cut[3], thick.whole[5], thick.cut[5]]).toEqual([9 * 16, 16, 9 * 16, 16]);
    expect([0, 1, 2, 3, 4].map((h) => thin.linealPath[h] * (80 - h))).toEqual([30, 20, 10, 0, 0]);
    // 19 walls in 79 pairs.
    expect(thin.meanLength).toBeCloseTo((0.375 * 2 * 79 * 0.2) / 19, 12);
    // Along the layers nothing ends: one chord as long as the window.
    expect([across.cut[4], across.meanLength, across.meanWholeLength]).toEqual([4 * 30, null, null]);
    expect(Array.from(across.linealPath)).toEqual([0.375, 0.375, 0.375, 0.375]);
  });

  it('[exact] independent voxels: L(h) = ε^(h+1), chords of mean 1/(1 − ε), within 4 standard errors', async () => {
    const shape: Shape = [60, 60, 60];
    const p = 0.6;
    const runs = Array.from({ length: 10 }, (_, seed) => (
      { labels: randomLabels(shape, { 1: p, 2: 1 - p }, 100 + seed), shape, voxelSizeUm: null }
    ));
    const found = await Promise.all(
      runs.map(async (volume) => (await chordLengths(session, volume, { phases: [1], axes: ['y'] }))[0]),
    );
    const agrees = (values: number[], truth: number): void => {
      const mean = values.reduce((a, b) => a + b) / values.length;
      const error =
        Math.sqrt(values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (values.length - 1) / values.length);
      expect(Math.abs(mean - truth) / error).toBeLessThan(4);
      expect(error / truth).toBeLessThan(0.05);
    };
    for (const h of [0, 1, 3, 8]) agrees(found.map(({ linealPath }) => linealPath[h]), p ** (h + 1));
    agrees(found.map(({ meanLength }) => meanLength!), 1 / (1 - p));
  });

  it('[law] L(0) = ε, L falls, L ≤ C, second differences of the segments are the chords', async () => {
    await fc.assert(fc.asyncProperty(
      fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 90 })),
      fc.nat(1e6),
      async (shape, seed) => {
        const volume: LabelVolume = { labels: randomLabels(shape, { 1: 2, 2: 1 }, seed, 2), shape, voxelSizeUm: null };
        const pairs = await twoPointCoverage(session, volume, { maxLag: 90 });
        for (const { phase, axis, whole, cut, linealPath } of await chordLengths(session, volume)) {
          const n = shape[axisIndex(axis)];
          const lines = volume.labels.length / n;
          const { coverage } = pairs.directions[AXES.indexOf(axis)].functions.find(
            ({ phases }) => phases[0] === phase && phases[1] === phase,
          )!;
          const segments = (h: number): number => (h >= n ? 0 : Math.round(linealPath[h] * lines * (n - h)));
          expect(linealPath[0]).toBe(coverage[0]);
          for (let h = 1; h <= n; h++) {
            if (h < n) expect(linealPath[h]).toBeLessThanOrEqual(Math.min(linealPath[h - 1], coverage[h]));
            expect(segments(h - 1) - 2 * segments(h) + segments(h + 1)).toBe(whole[h] + cut[h]);
          }
        }
      },
    ), { numRuns: 25 });
  });

  it('[law] same bits for 1, 2, 3 and 7 threads; looks at the cancel word often enough', async () => {
    const shape: Shape = [21, 37, 130];
    const labels = randomLabels(shape, { 1: 2, 2: 1, 3: 1 }, 3, 1);
    const results = await forEachThreadCount(async (one) => {
      const found = await chordLengths(one, { labels, shape, voxelSizeUm: null });
      expect(Math.max(...one.statistics!.largestStep)).toBeLessThanOrEqual(POLL_VOXELS);
      return found.map(({ whole, cut, linealPath }) => [whole, cut, linealPath].map((values) => Array.from(values)));
    });
    for (const result of results) expect(result).toEqual(results[0]);
  });

  it('bad input is one clear line', async () => {
    const volume = { labels: Uint8Array.of(1, 2), shape: [1, 1, 2] as const, voxelSizeUm: null };
    await expect(chordLengths(session, volume, { phases: [3] })).rejects.toThrow(/label 3 does not occur/);
    await expect(chordLengths(session, volume, { axes: ['w' as never] })).rejects.toThrow(/axis must be x, y or z/);
  });
});
