// Window studies: laws of variance and bias on made-up windows, a model whose variance is known, images.
import { describe, expect, it } from 'vitest';
import { modelFractionVariance } from '../../src/discretisation/model-variance.js';
import {
  representativity, singleWindow, windowsFor, type WindowSample,
} from '../../src/discretisation/representative.js';
import { windowTable } from '../../src/discretisation/table.js';
import {
  windowsOfImage, windowsOfModel, type WindowQuantity, type WindowStudy,
} from '../../src/discretisation/window.js';
import { quantityOf } from '../../src/discretisation/window-answers.js';
import { needText, windowReport } from '../../src/report/discretisation.js';
import { generate } from '../../src/structure/generate.js';
import type { StructureSpec } from '../../src/structure/models.js';
import { specFromSet } from '../../src/structure/parameter-sets.js';
import { memoryStore } from '../../src/study/store.js';
import { normals } from '../random.js';
import { testSession } from '../session.js';

const session = await testSession();
const of = ({ quantities }: WindowStudy, name: string): WindowQuantity =>
  quantities.find((quantity) => quantity.name === name)!;
const BALLS: StructureSpec = {
  model: 'boolean', size: [24, 24, 24], seed: 2, voxelSizeUm: 0.5,
  parameters: { volumeFraction: 0.6, radius: 2, anisotropyFactor: 1 },
};

/** Windows whose values have variance c / L^q and mean m + b / L. */
function madeUp(
  edges: readonly number[], count: number, { c, q, m, b }: Record<'c' | 'q' | 'm' | 'b', number>, seed = 1,
): WindowSample[] {
  const normal = normals(seed);
  return edges.map((edge) => ({
    edge,
    values: Array.from({ length: count }, () => m + b / edge + Math.sqrt(c / edge ** q) * normal()),
  }));
}

describe('representativity', () => {
  it('[exact] finds exponent, coefficient, mean and bias of made-up windows', () => {
    const found = representativity(madeUp([10, 20, 40, 80], 2000, { c: 8, q: 3, m: 0.5, b: 0.3 }), 3);
    expect(found.variance.exponent).toBe(3);
    expect(Math.abs(found.variance.fitted - 3)).toBeLessThan(0.1);
    expect(found.variance.interval.low).toBeLessThan(3);
    expect(Math.abs(found.variance.coefficient / 8 - 1)).toBeLessThan(0.05);
    expect(found.bias.seen).toBe(true);
    expect(Math.abs(found.bias.value - 0.5)).toBeLessThan(0.001);
    expect(Math.abs(found.bias.bias - 0.3)).toBeLessThan(0.03);
    expect(found.referenceVolume! / (8 / 0.25)).toBeCloseTo(1, 1);
    // Another exponent than the dimension is used where its interval says so.
    const slow = representativity(madeUp([10, 20, 40, 80], 2000, { c: 8, q: 2, m: 0.5, b: 0 }), 3);
    expect(slow.variance.exponent).toBe(slow.variance.fitted);
    expect(Math.abs(slow.variance.fitted - 2)).toBeLessThan(0.1);
  });

  it('[law] the interval of the exponent holds it in most cases', () => {
    let held = 0;
    for (let seed = 0; seed < 60; seed++) {
      const { interval } = representativity(madeUp([16, 24, 32, 48], 12, { c: 8, q: 3, m: 1, b: 0 }, seed), 3).variance;
      if (interval.low <= 3 && 3 <= interval.high) held++;
    }
    expect(held).toBeGreaterThan(48);
  });

  it('[exact] windows for a precision: 1.96² variance over what the bias leaves of it', () => {
    const line = { low: 0, high: 0 };
    const laws = {
      variance: {
        fitted: 3, interval: line, exponent: 3, coefficient: 64, coefficientInterval: { low: 32, high: 128 },
      },
      bias: { value: 0.5, interval: line, bias: 0.2, biasInterval: line, seen: true },
    };
    // Deviation 8/√8000, bias 0.01; (0.05 · 0.5)² − 0.01² = 5.25e-4; 3.8416 · 0.008 / 5.25e-4 = 58.5.
    expect(windowsFor(laws, 20, 0.05)).toMatchObject({ windows: 59, interval: { low: 30, high: 118 } });
    expect(windowsFor(laws, 20, 0.05).relativeBias).toBeCloseTo(0.02, 12);
    expect(windowsFor(laws, 20, 0.02).windows).toBeNull();
    const unseen = { ...laws, bias: { ...laws.bias, seen: false } };
    expect(windowsFor(unseen, 20, 0.02).windows).toBe(Math.ceil((3.8416 * 0.008) / 1e-4));
    // 3.8416 · 64 / L³ = 1e-4.
    expect(singleWindow(unseen, 0.02)).toBeCloseTo((3.8416 * 64 / 1e-4) ** (1 / 3), 6);
    expect(windowsFor(laws, Math.ceil(singleWindow(laws, 0.02)!), 0.02).windows).toBe(1);
  });

  it('refuses one size, few windows and values that do not vary', () => {
    const [small, large] = madeUp([8, 16], 4, { c: 1, q: 3, m: 1, b: 0 });
    expect(() => representativity([small], 3)).toThrow('at least two different sizes');
    expect(() => representativity([small, { ...large, values: [1, 2] }], 3)).toThrow('there are 2 of 16');
    expect(() => representativity([small, { edge: 16, values: [2, 2, 2, 2] }], 3)).toThrow('does not vary');
  });
});

describe('windows that a precision takes', () => {
  const answer = (q: number): WindowQuantity => {
    const edges = [10, 20, 40];
    const column = {
      name: 'constrictivity1', phase: 1, title: 'Constrictivity', unit: 'none', interface: null,
    } as unknown as Parameters<typeof quantityOf>[0];
    return quantityOf(
      column, madeUp(edges, 2000, { c: 0.02 * 10 ** q, q, m: 0.5, b: 0 }).map(({ values }) => values),
      { edges, shapes: edges.map((edge) => [edge, edge, edge] as const), dimensions: 3 }, 0.01, (edge) => edge ** 3,
      null,
    );
  };

  it('[law] larger windows than those measured are foretold only where the variance falls with the volume', () => {
    const wanted = { precision: 0.01, dimensions: 3 };
    const due = answer(3);
    expect(due.extrapolates).toBe(true);
    expect(due.needs.some(({ measured }) => !measured)).toBe(true);
    expect(needText(due, wanted)).toMatch(/a single one needs an edge of \d+ voxels$/);
    const slow = answer(0.785);
    expect([slow.extrapolates, slow.single]).toEqual([false, null]);
    expect(slow.needs.map(({ edge, measured }) => [edge, measured])).toEqual([[10, true], [20, true], [40, true]]);
    expect(needText(slow, wanted))
      .toMatch(/windows are too small to tell what larger ones do: the variance falls with edge\^−0\.7\d+, in large/);
    // A variance that grows has its sign once.
    expect(needText(answer(-0.5), wanted)).toMatch(/falls with edge\^0\.[45]\d+,/);
  });
});

describe('windowsOfModel', () => {
  it('[exact] balls: the deviation of ε is that of the two-point function, and falls with the volume', async () => {
    const store = memoryStore();
    const options = {
      store, phases: [2], sizes: [10, 14, 20, 24], realisations: 10, descriptors: ['volumeFraction'], precision: 0.05,
    };
    const found = await windowsOfModel(session, BALLS, options);
    const fraction = of(found, 'volumeFraction2');
    expect(found.sizes.map(({ windows }) => windows)).toEqual([40, 40, 17, 10]);
    const { statistics, variance, bias } = fraction.laws!;
    statistics.forEach(({ deviation, count }, k) => {
      // χ² of n − 1 degrees: four deviations of s²/σ².
      const ratio = (deviation! / fraction.expectedDeviation![k]) ** 2;
      expect(Math.abs(ratio - 1)).toBeLessThan(4 * Math.sqrt(2 / (count - 1)));
    });
    expect(variance.exponent).toBe(3);
    expect(bias.interval.low).toBeLessThan(0.6 + 0.02);
    expect(bias.interval.high).toBeGreaterThan(0.6 - 0.02);
    const again = await windowsOfModel(session, BALLS, options);
    expect([found.computed, again.computed, again.kept]).toEqual([107, 0, 107]);
    expect(again.quantities.map(({ laws }) => laws)).toEqual(found.quantities.map(({ laws }) => laws));
    // Another size has windows of its own; those that are there stay.
    const more = await windowsOfModel(session, BALLS, { ...options, sizes: [10, 14, 24] });
    expect([more.computed, more.kept]).toEqual([0, 90]);
    const table = windowTable(found);
    expect(table.rows.every((row) => row.length === table.columns.length)).toBe(true);
    const html = windowReport({ title: 'balls', study: found, warnings: [], reproducibility: [] });
    expect(html).not.toMatch(/NaN|undefined/);
    expect(html).toContain('for ± 5.00 %');
    const answers = html.slice(html.indexOf('id="answers"')).split('</section>')[0];
    expect(answers.match(/<tr>/g)).toHaveLength(1 + found.quantities.length);
    expect(fraction.best!.windows).toBeGreaterThan(0);
  });

  it('[exact] the variance of ε by the two-point function is Σ over pairs of voxels of their covariance', () => {
    const spec = specFromSet('bm01', { size: [6, 6, 6], seed: 1 });
    const variance = modelFractionVariance(spec, 1)!;
    // A single voxel: ε (1 − ε).
    expect(variance([1, 1, 1])).toBeCloseTo(0.46 * 0.54, 3);
    expect(modelFractionVariance({ model: 'laminate', size: [8, 8, 8] } as StructureSpec, 1)).toBeNull();
  });

  it('[law] a phase that does not conduct in small windows is left out of the laws of M', async () => {
    const sparse: StructureSpec = {
      ...BALLS, parameters: { volumeFraction: 0.18, radius: 2, anisotropyFactor: 1 },
    } as StructureSpec;
    const found = await windowsOfModel(session, sparse, {
      phases: [2], sizes: [8, 24], realisations: 4, descriptors: [],
    });
    const m = of(found, 'mFactor2');
    expect(m.laws).toBeNull();
    expect(m.reason).toContain('at least two are needed; take larger windows');
    expect(found.warnings.join()).toMatch(/phase 2 does not conduct in \d+ of 16 windows of 8 voxels/);
    expect(windowReport({ title: 'sparse', study: found, warnings: [], reproducibility: [] }))
      .not.toMatch(/NaN|undefined/);
  });

  it('refuses what cannot be', async () => {
    const refused = (options: object, spec: StructureSpec = BALLS) =>
      expect(windowsOfModel(session, spec, options)).rejects;
    await refused({ realisations: 1 }).toThrow('at least 4, from which a variance can be told, got 1');
    await refused({ precision: 2 }).toThrow('precision must be above 0 and below 1');
    await refused({ sizes: [4, 20] }).toThrow('whole numbers of voxels from 8, got 4');
    await refused({ sizes: [16] }).toThrow('at least two sizes are needed, got 16');
    await refused({}, { model: 'laminate', size: [24, 24, 24] } as StructureSpec).toThrow('has one realisation');
  });
});

describe('windowsOfImage', () => {
  it('[law] windows beside each other in an image; too few are refused', async () => {
    const image = await generate(session, { ...BALLS, size: [40, 40, 40] } as StructureSpec);
    const found = await windowsOfImage(session, image, {
      phases: [2], sizes: [8, 10, 13, 20], descriptors: ['volumeFraction'],
    });
    expect(found.sizes.map(({ windows }) => windows)).toEqual([125, 64, 27, 8]);
    const { laws, expectedDeviation } = of(found, 'volumeFraction2');
    expect(laws!.variance.exponent).toBeGreaterThan(2);
    expect(expectedDeviation).not.toBeNull();
    expect(found.notes.join()).toContain('beside each other in one image');
    await expect(windowsOfImage(session, image, { sizes: [10, 30] })).rejects
      .toThrow('1 windows of 30 voxels fit beside each other into 40×40×40, at least 4 are needed; take sizes up to');
  });
});
