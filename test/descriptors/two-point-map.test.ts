import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { POLL_VOXELS } from '../../assembly/layout.js';
import type { Shape } from '../../src/core/grid.js';
import type { LabelVolume } from '../../src/core/volume.js';
import { twoPointCoverage } from '../../src/descriptors/two-point-coverage.js';
import { twoPointMap, type TwoPointMap } from '../../src/descriptors/two-point-map.js';
import { generate } from '../../src/structure/generate.js';
import { chi2PairProbability } from '../../src/structure/pair-probability.js';
import { randomLabels } from '../random.js';
import { pairsTwin } from '../reference/pairs.js';
import { forEachThreadCount, testSession } from '../session.js';

const session = await testSession();

/** Calls with the lag and the index of every entry. */
function each(
  { shape: [z, y, x], maxLag }: TwoPointMap, visit: (lag: [number, number, number], i: number) => void,
): void {
  for (let i = 0; i < z * y * x; i++) {
    visit([Math.floor(i / (y * x)) - maxLag[0], (Math.floor(i / x) % y) - maxLag[1], (i % x) - maxLag[2]], i);
  }
}

const pairsOf = (shape: Shape, lag: readonly number[]): number =>
  lag.reduce((product, l, k) => product * (shape[k] - Math.abs(l)), 1);

describe('twoPointMap', () => {
  it.each([
    [[7, 9, 20], [3, 4, 19], [1, 1]], [[5, 6, 37], [9, 9, 9], [1, 2]], [[1, 16, 33], [2, 15, 8], [2, 2]],
    [[12, 1, 1], [11, 0, 0], [2, 1]], [[6, 5, 4], [0, 0, 0], [1, 2]],
  ] as [
    Shape, Shape, [number, number],
  ][])('[oracle] every count of %j up to lag %j equals the twin', async (shape, maxLag, phases) => {
    const labels = randomLabels(shape, { 1: 2, 2: 1, 3: 1 }, 6, 1);
    const [a, b] = phases;
    const map = await twoPointMap(session, { labels, shape, voxelSizeUm: null }, { phases, maxLag });
    expect(map.maxLag).toEqual(maxLag.map((lag, k) => Math.min(lag, shape[k] - 1)));
    each(map, (lag, i) => {
      const n = pairsOf(shape, lag);
      const twin = pairsTwin(labels, shape, a, b, lag);
      if (map.coverage[i] !== Math.fround(twin / n)) {
        throw new Error(`lag ${lag.join(' ')}: ${map.coverage[i]} instead of ${twin / n}`);
      }
      let [low, ahead] = [0, 0];
      for (const c of [1, 2, 3]) {
        low += pairsTwin(labels, shape, a, c, lag);
        ahead += pairsTwin(labels, shape, c, b, lag);
      }
      expect(map.centred[i]).toBeCloseTo(twin / n - (low * ahead) / (n * n), 6);
    });
  });

  it('[oracle] periodic edges: lags wrap around', async () => {
    const shape: Shape = [4, 6, 10];
    const labels = randomLabels(shape, { 1: 1, 2: 1, 3: 1 }, 9);
    const map = await twoPointMap(
      session, { labels, shape, voxelSizeUm: null }, { phases: [1, 3], edges: 'periodic', maxLag: 50 },
    );
    expect(map.shape).toEqual([5, 7, 11]);
    each(map, ([lz, ly, lx], i) => {
      let met = 0;
      for (let z = 0; z < 4; z++) for (let y = 0; y < 6; y++) for (let x = 0; x < 10; x++) {
        const end = (((z + lz + 4) % 4) * 6 + ((y + ly + 6) % 6)) * 10 + ((x + lx + 10) % 10);
        if (labels[(z * 6 + y) * 10 + x] === 1 && labels[end] === 3) met++;
      }
      expect(map.coverage[i]).toBe(Math.fround(met / 240));
    });
    await expect(
      twoPointMap(session, { labels, shape: [4, 1, 60], voxelSizeUm: null }, { phases: 1, edges: 'periodic' }),
    ).resolves.toBeDefined();
    await expect(twoPointMap(
      session, { labels: labels.slice(0, 7), shape: [1, 1, 7], voxelSizeUm: null }, { phases: 1, edges: 'periodic' },
    )).rejects.toThrow(/2\^a·3\^b·5\^c voxels along every axis, got 7/);
  });

  it('[oracle] at 96³ the f32 transform still gives every exact count along the axes', async () => {
    const volume = await generate(session, {
      model: 'chi2', size: [96, 96, 96], seed: 3, parameters: { lambda: 1.2, alpha: 0.08, anisotropyFactor: 1 },
    });
    const map = await twoPointMap(session, volume, { phases: 2, maxLag: 40 });
    const { directions } = await twoPointCoverage(session, volume, { phases: [2], maxLag: 40 });
    const centre = (map.coverage.length - 1) / 2;
    [81 * 81, 81, 1].forEach((step, k) => {
      directions[k].functions[0].coverage.forEach((c, h) => {
        expect(map.coverage[centre + h * step]).toBe(Math.fround(c));
        expect(map.coverage[centre - h * step]).toBe(Math.fround(c));
        expect(map.centred[centre + h * step]).toBeCloseTo(directions[k].functions[0].centred[h], 6);
      });
    });
  });

  it('[exact] radial mean of isotropic models is eq. 6 of Neumann et al. 2023 within 4 standard errors', async () => {
    const [lambda, alpha, runs] = [1.2, 0.12, 12];
    const samples: { distance: Float64Array; coverage: Float64Array }[] = [];
    for (let seed = 1; seed <= runs; seed++) {
      const volume = await generate(
        session, { model: 'chi2', size: [48, 48, 48], seed, parameters: { lambda, alpha, anisotropyFactor: 1 } },
      );
      samples.push((await twoPointMap(session, volume, { phases: 2, maxLag: 12 })).radial);
    }
    for (const shell of [2, 4, 6, 8, 10]) {
      const values = samples.map(({ coverage }) => coverage[shell]);
      const mean = values.reduce((a, b) => a + b) / runs;
      const error = Math.sqrt(values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (runs - 1) / runs);
      // The curvature of C within a shell adds C''·w²/24, below 2e-4 here.
      expect(Math.abs(mean - chi2PairProbability(lambda, Math.exp(-((alpha * samples[0].distance[shell]) ** 2)))))
        .toBeLessThan(4 * error + 2e-4);
    }
  });

  it('[exact] shells of anisotropic voxels: lengths in µm, as far as whole shells reach', async () => {
    const shape: Shape = [8, 12, 12];
    const labels = new Uint8Array(8 * 144).fill(1);
    const { radial } =
      await twoPointMap(session, { labels, shape, voxelSizeUm: [0.5, 0.2, 0.2] }, { phases: 1, maxLag: [2, 6, 6] });
    // The box reaches 1 µm along z and 1.2 µm across: shells of 0.2 µm centred at 0, 0.2 … 0.8 µm lie in it.
    expect(radial.distance).toHaveLength(5);
    expect(radial.distance[0]).toBe(0);
    expect(radial.distance[1]).toBeCloseTo((4 * 0.2 + 4 * 0.2 * Math.SQRT2) / 8, 12);
    expect(Array.from(radial.coverage)).toEqual([1, 1, 1, 1, 1]);
    expect(radial.correlationLength).toBeNull();
  });

  it.each(
    ['open', 'periodic'] as const,
  )('[oracle] shells are means over their lags, every pair of voxels counting once: %s edges', async (edges) => {
    const shape: Shape = [8, 9, 20];
    const size = [0.5, 0.3, 0.2] as const;
    const volume: LabelVolume = { labels: randomLabels(shape, { 1: 1, 2: 2 }, 4, 2), shape, voxelSizeUm: size };
    const map = await twoPointMap(session, volume, { phases: [1, 2], maxLag: [3, 4, 6], edges });
    const { radial } = map;
    // The box reaches 1.2 µm along y and x: shells of 0.2 µm up to 1.0.
    expect(radial.distance).toHaveLength(6);
    const twin = Array.from(radial.distance, () => ({ lags: 0, distance: 0, pairs: 0, coverage: 0, centred: 0 }));
    each(map, (lag, i) => {
      const distance = Math.hypot(...lag.map((l, k) => l * size[k]));
      const shell = twin[Math.floor(distance / 0.2 + 0.5)];
      if (shell === undefined) return;
      const n = edges === 'open' ? pairsOf(shape, lag) : 8 * 9 * 20;
      shell.lags++;
      shell.distance += distance;
      shell.pairs += n;
      shell.coverage += n * map.coverage[i];
      shell.centred += n * map.centred[i];
    });
    twin.forEach(({ lags, distance, pairs, coverage, centred }, k) => {
      expect(radial.pairs[k]).toBe(pairs);
      expect(radial.distance[k]).toBeCloseTo(distance / lags, 12);
      expect(radial.coverage[k]).toBeCloseTo(coverage / pairs, 12);
      expect(radial.centred[k]).toBeCloseTo(centred / pairs, 12);
    });
  });

  it('[law] symmetric for one phase, mirrored for two, sums to 1 over all pairs of phases', async () => {
    await fc.assert(fc.asyncProperty(
      fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 40 })),
      fc.nat(1e6),
      async (shape, seed) => {
        const volume: LabelVolume = { labels: randomLabels(shape, { 1: 1, 2: 1 }, seed, 1), shape, voxelSizeUm: null };
        const present = [1, 2].filter((phase) => volume.labels.includes(phase));
        const maps: TwoPointMap[] = [];
        for (const a of present) {
          for (const b of present) maps.push(await twoPointMap(session, volume, { phases: [a, b], maxLag: 30 }));
        }
        const last = maps[0].coverage.length - 1;
        each(maps[0], (_, i) => {
          expect(maps.reduce((sum, { coverage }) => sum + coverage[i], 0)).toBeCloseTo(1, 6);
          expect(maps[0].coverage[i]).toBe(maps[0].coverage[last - i]);
          if (maps.length === 4) expect(maps[1].coverage[i]).toBe(maps[2].coverage[last - i]);
        });
      },
    ), { numRuns: 15 });
  });

  it('[law] same bits for 1, 2, 3 and 7 threads; looks at the cancel word often enough', async () => {
    const shape: Shape = [21, 37, 60];
    const labels = randomLabels(shape, { 1: 2, 2: 1, 3: 1 }, 3, 1);
    const results = await forEachThreadCount(async (one) => {
      const { coverage, centred, radial } =
        await twoPointMap(one, { labels, shape, voxelSizeUm: null }, { phases: [1, 3] });
      expect(Math.max(...one.statistics!.largestStep)).toBeLessThanOrEqual(POLL_VOXELS);
      return [Array.from(coverage), Array.from(centred), Array.from(radial.distance), Array.from(radial.centred)];
    });
    for (const result of results) expect(result).toEqual(results[0]);
  });

  it('bad input is one clear line', async () => {
    const volume = { labels: Uint8Array.of(1, 2), shape: [1, 1, 2] as const, voxelSizeUm: null };
    await expect(twoPointMap(session, volume, { phases: 3 })).rejects.toThrow(/label 3 does not occur/);
    await expect(twoPointMap(session, volume, { phases: 1, maxLag: -1 })).rejects.toThrow(
      /whole numbers of voxels ≥ 0/,
    );
    await expect(twoPointMap(session, volume, { phases: 1, edges: 'mirror' as never })).rejects.toThrow(
      /"open" or "periodic", got "mirror"/,
    );
  });
});
