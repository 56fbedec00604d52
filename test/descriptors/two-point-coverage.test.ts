import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { POLL_VOXELS } from '../../assembly/layout.js';
import { DIRECTIONS } from '../../src/core/directions.js';
import { voxelCount, type Shape } from '../../src/core/grid.js';
import { peakBytes } from '../../src/runtime/plan.js';
import {
  correlationLength, twoPointCoverage, twoPointCoveragePlan, type TwoPointFunction,
} from '../../src/descriptors/two-point-coverage.js';
import { generate } from '../../src/structure/generate.js';
import { chi2PairProbability } from '../../src/structure/pair-probability.js';
import { randomLabels } from '../random.js';
import { pairsTwin } from '../reference/pairs.js';
import { forEachThreadCount, testSession } from '../session.js';

const session = await testSession();

/** As plain arrays: typed ones of unequal length compare slowly. */
const plain = (f: TwoPointFunction): unknown =>
  [f.phases, ...[f.counts, f.reversed, f.coverage, f.centred].map((a) => Array.from(a))];

describe('twoPointCoverage', () => {
  it.each([
    [[9, 10, 11], [0, 1]], [[5, 20, 70], [1, 2, 3]], [[3, 4, 140], [1, 2]], [[40, 3, 64], [1, 2, 3]],
    [[1, 1, 200], [1, 2]], [[2, 37, 1], [1, 2]],
  ] as [Shape, number[]][])('[oracle] every count along the 13 directions of %j ' +
      'equals the twin', async (shape, phases) => {
    const labels = randomLabels(shape, Object.fromEntries(phases.map((phase) => [phase, 1])), 5, 1);
    const found =
      await twoPointCoverage(session, { labels, shape, voxelSizeUm: null }, { directions: 'lattice', maxLag: 130 });
    expect(found.directions.map(({ direction }) => direction)).toEqual(DIRECTIONS.map(({ offset }) => offset));
    for (const { direction, pairs, functions } of found.directions) {
      expect(functions.map((f) => f.phases)).toEqual(phases.flatMap((a, i) => phases.slice(i).map((b) => [a, b])));
      for (const { phases: [a, b], counts, reversed } of functions) {
        counts.forEach((count, h) => {
          const lag = direction.map((step) => step * h);
          expect(pairs[h]).toBe(lag.reduce((product, l, k) => product * (shape[k] - Math.abs(l)), 1));
          if (count !== pairsTwin(labels, shape, a, b, lag) || reversed[h] !== pairsTwin(labels, shape, b, a, lag)) {
            throw new Error(`${a}-${b} at lag ${lag.join(' ')}: ${count} and ${reversed[h]}`);
          }
        });
      }
    }
  });

  it('[oracle] one phase of several is what it is beside the others', async () => {
    const shape: Shape = [12, 9, 33];
    const volume = { labels: randomLabels(shape, { 1: 3, 2: 2, 7: 1 }, 8, 1), shape, voxelSizeUm: null };
    const all = await twoPointCoverage(session, volume);
    const two = await twoPointCoverage(session, volume, { phases: [7, 1] });
    two.directions.forEach(({ functions }, w) => {
      for (const f of functions) {
        expect(plain(f)).toEqual(
          plain(all.directions[w].functions.find(({ phases: [a, b] }) => a === f.phases[0] && b === f.phases[1])!),
        );
      }
    });
  });

  it('[exact] a laminate of period P: C repeats along its normal, is ε across it', async () => {
    const shape: Shape = [60, 7, 9];
    const labels = new Uint8Array(voxelCount(shape)).map((_, i) => (Math.floor(i / 63) % 6 < 2 ? 1 : 2));
    const { directions: [z, y, x] } =
      await twoPointCoverage(session, { labels, shape, voxelSizeUm: [0.5, 1, 2] }, { maxLag: 12 });
    const overlap = [1 / 3, 1 / 6, 0, 0, 0, 1 / 6];
    // Whole periods in the window only at these lags.
    for (const h of [0, 6, 12]) expect(z.functions[0].coverage[h]).toBeCloseTo(overlap[h % 6], 12);
    for (const h of [2, 3, 4, 8]) expect(z.functions[0].counts[h]).toBe(0);
    expect(z.functions[0].counts[1]).toBe(10 * 63);
    expect(Array.from(y.functions[0].coverage)).toEqual(Array(7).fill(1 / 3));
    for (const f of [...y.functions, ...x.functions]) {
      f.centred.forEach((c) => expect(c).toBeCloseTo(f.phases[0] === f.phases[1] ? 2 / 9 : -2 / 9, 14));
    }
    expect(z.lags[12]).toBe(6);
    expect(x.lags[3]).toBe(6);
    expect(x.lags).toHaveLength(9);
  });

  it('[exact] a checkerboard alternates between ε and 0', async () => {
    const shape: Shape = [16, 16, 16];
    const labels = new Uint8Array(4096).map((_, i) => ((i + (i >> 4) + (i >> 8)) & 1) + 1);
    for (
      const { functions, pairs, direction } of (
        await twoPointCoverage(session, { labels, shape, voxelSizeUm: null }, { directions: 'lattice' })
      ).directions
    ) {
      const odd = direction.reduce((sum, step) => sum + Math.abs(step), 0) & 1;
      pairs.forEach((n, h) => expect(functions[0].counts[h] + functions[2].counts[h]).toBe(odd && h & 1 ? 0 : n));
      pairs.forEach((n, h) => expect(functions[1].counts[h] + functions[1].reversed[h]).toBe(odd && h & 1 ? n : 0));
    }
  });

  it('[exact] χ²₂ model: the mean over realisations is eq. 6 of Neumann et al. ' +
      '2023 within 4 standard errors', async () => {
    const [lambda, alpha, runs] = [1.2, 0.12, 12];
    const lags = [1, 2, 4, 8, 16];
    const samples: number[][] = [];
    for (let seed = 1; seed <= runs; seed++) {
      const volume = await generate(
        session, { model: 'chi2', size: [48, 48, 48], seed, parameters: { lambda, alpha, anisotropyFactor: 1 } },
      );
      const { directions } = await twoPointCoverage(session, volume, { phases: [2], maxLag: 16 });
      samples.push(lags.map((h) => directions.reduce((sum, { functions: [f] }) => sum + f.coverage[h] / 3, 0)));
    }
    lags.forEach((h, k) => {
      const values = samples.map((sample) => sample[k]);
      const mean = values.reduce((a, b) => a + b) / runs;
      const error = Math.sqrt(values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (runs - 1) / runs);
      expect(error).toBeLessThan(0.02);
      expect(Math.abs(mean - chi2PairProbability(lambda, Math.exp(-((alpha * h) ** 2))))).toBeLessThan(4 * error);
    });
  });

  it('[law] C(0) is ε, all pairs of phases sum to 1, centred functions of a phase sum to 0, ' +
      'mirrors swap the order', async () => {
    await fc.assert(fc.asyncProperty(
      fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 90 })),
      fc.integer({ min: 1, max: 4 }), fc.nat(1e6),
      async (shape, kinds, seed) => {
        const labels =
          randomLabels(shape, Object.fromEntries(Array.from({ length: kinds }, (_, k) => [k, 1])), seed, 1);
        const mirrored = Uint8Array.from(labels).reverse();
        const found =
          await twoPointCoverage(session, { labels, shape, voxelSizeUm: null }, { directions: 'lattice', maxLag: 80 });
        const turned = await twoPointCoverage(
          session, { labels: mirrored, shape, voxelSizeUm: null }, { directions: 'lattice', maxLag: 80 },
        );
        found.directions.forEach(({ pairs, functions }, w) => {
          for (const f of functions) {
            const [a, b] = f.phases;
            if (a === b) expect(f.coverage[0]).toBe(labels.filter((label) => label === a).length / labels.length);
            const mirror = turned.directions[w].functions.find(({ phases: p }) => p[0] === a && p[1] === b)!;
            expect(Array.from(mirror.counts)).toEqual(Array.from(f.reversed));
          }
          pairs.forEach((n, h) => {
            const total = functions.reduce(
              (sum, { phases: [a, b], counts, reversed }) => sum + counts[h] + (a === b ? 0 : reversed[h]), 0,
            );
            expect(total).toBe(n);
            const centred =
              functions.reduce((sum, { phases: [a, b], centred: c }) => sum + (a === b ? 1 : 2) * c[h], 0);
            expect(Math.abs(centred)).toBeLessThan(1e-12);
          });
        });
      },
    ), { numRuns: 25 });
  });

  it('[law] same bits for 1, 2, 3 and 7 threads; looks at the cancel word often enough', async () => {
    const shape: Shape = [21, 37, 130];
    const labels = randomLabels(shape, { 1: 2, 2: 1, 3: 1 }, 3, 1);
    const results = await forEachThreadCount(async (one) => {
      const { directions } =
        await twoPointCoverage(one, { labels, shape, voxelSizeUm: null }, { directions: 'lattice' });
      expect(Math.max(...one.statistics!.largestStep)).toBeLessThanOrEqual(POLL_VOXELS);
      return directions.map(({ functions }) => functions.map(plain));
    });
    for (const result of results) expect(result).toEqual(results[0]);
    expect(peakBytes(twoPointCoveragePlan([401, 401, 401], 2))).toBeLessThan(1.5 * 401 ** 3);
  });

  it('[exact] the correlation length is where the centred function is 1/e of its start', () => {
    expect(correlationLength([0, 0.5, 1], [1, 0.5, 0.2])).toBeCloseTo(0.5 + (0.5 * (0.5 - 1 / Math.E)) / 0.3, 14);
    const lags = Array.from({ length: 40 }, (_, h) => 0.1 * h);
    expect(correlationLength(lags, lags.map((h) => 0.24 * Math.exp(-h / 1.5)))).toBeCloseTo(1.5, 2);
    expect(correlationLength([0, 1], [1, 0.9])).toBeNull();
    expect(correlationLength([0, 1], [0, 0])).toBeNull();
  });

  it('bad input is one clear line', async () => {
    const volume = { labels: Uint8Array.of(1, 2), shape: [1, 1, 2] as const, voxelSizeUm: null };
    await expect(twoPointCoverage(session, volume, { phases: [3] })).rejects.toThrow(/label 3 does not occur/);
    await expect(twoPointCoverage(session, volume, { maxLag: 1.5 })).rejects.toThrow(
      /maxLag must be a whole number of voxels ≥ 0, got 1.5/,
    );
    await expect(twoPointCoverage(session, volume, { directions: 'all' as never })).rejects.toThrow(
      /"axes", "lattice" or a list/,
    );
    await expect(twoPointCoverage(session, volume, { directions: [] })).rejects.toThrow(/directions is empty/);
    const many = { labels: Uint8Array.from({ length: 9 }, (_, i) => i), shape: [1, 1, 9] as const, voxelSizeUm: null };
    await expect(twoPointCoverage(session, many)).rejects.toThrow(/8 phases at most, got 9/);
  });
});
