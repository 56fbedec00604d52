import { describe, expect, it } from 'vitest';
import { calibrate, regionDistance } from '../../src/calibration/calibrate.js';
import { chi2FromCoverage, correlationFromCoverage } from '../../src/calibration/eq6.js';
import { chi2FromDescriptors, threePhaseFromDescriptors } from '../../src/structure/from-descriptors.js';
import { volumeFractionInterval } from '../../src/calibration/interval.js';
import { modelVariance, pooledVariance } from '../../src/calibration/representativity.js';
import { fractionVariance, varianceOfMean } from '../../src/descriptors/fraction-variance.js';
import { validateCalibration } from '../../src/calibration/validate.js';
import type { Shape } from '../../src/core/grid.js';
import type { LabelVolume } from '../../src/core/volume.js';
import { chi2PairProbability } from '../../src/structure/pair-probability.js';
import { generate } from '../../src/structure/generate.js';
import { findParameterSet } from '../../src/structure/parameter-sets.js';
import type { Chi2Parameters, ThreePhaseParameters } from '../../src/structure/parameters.js';
import { chi2Quantities, threePhaseQuantities } from '../../src/structure/theory.js';
import { chi2LatticeSurface, threePhaseLatticeSurface } from '../../src/structure/two-point.js';
import { testSession } from '../session.js';

const session = await testSession();
const chi2: Chi2Parameters = { alpha: 0.2, lambda: 1.55, anisotropyFactor: 0.9 };
const theta: ThreePhaseParameters = {
  alphaChiX: 0.2, alphaGaussX: 0.35, alphaChiY: 0.3, alphaGaussY: 0.18, lambdaX: 1.76, lambdaY: 0.1, n: 2,
  anisotropyFactor: 0.92,
};
const drawChi2 = (size: Shape, seed: number): Promise<LabelVolume> =>
  generate(session, { model: 'chi2', parameters: chi2, size, seed });

describe('calibrate from images', () => {
  it('[exact] χ²₂ from a volume: the region covers θ, the estimate is near', async () => {
    const image = await drawChi2([40, 40, 40], 11);
    const found = await calibrate(session, image, { model: 'chi2', draws: 40 });
    expect(regionDistance(found, chi2)).toBeLessThan(found.region.limit);
    expect(found.estimates.map(({ name }) => name)).toEqual(['alpha', 'lambda', 'anisotropyFactor']);
    for (const { name, value, standardError } of found.estimates) {
      expect(Math.abs(value - (chi2 as unknown as Record<string, number>)[name]), name).toBeLessThan(4 * standardError);
      expect(standardError, name).toBeLessThan(0.25 * Math.max(0.5, value));
    }
    expect(found.misfit.probability).toBeGreaterThan(1e-3);
    expect(regionDistance(found, { ...chi2, alpha: 0.3 })).toBeGreaterThan(found.region.limit);
  });

  it('[exact] a family of the fields that has no finite surface is fitted as well', async () => {
    const parameters = { ...chi2, alpha: 0.3, covariance: 'exponential' } as const;
    const image = await generate(session, { model: 'chi2', parameters, size: [44, 44, 44], seed: 12 });
    const found = await calibrate(session, image, { model: 'chi2', covariance: 'exponential', draws: 40 });
    expect(found.parameters).toMatchObject({ covariance: 'exponential' });
    expect(regionDistance(found, parameters)).toBeLessThan(found.region.limit);
  });

  it('refuses models that are none, whatever their name', async () => {
    const image = await drawChi2([12, 12, 12], 1);
    for (const model of ['laminate', 'constructor', '__proto__', undefined, null]) {
      await expect(calibrate(session, image, { model: model as never })).rejects.toThrow(
        /model must be three-phase or chi2/,
      );
    }
  });

  it('[exact] three phases from two sections, labels and voxel size of the image', async () => {
    const labels = [90, 10, 200];
    const sections = await Promise.all(([[120, 120, 1], [1, 120, 120]] as const).map(
      async (size, i): Promise<LabelVolume> => {
        const drawn = await generate(session, { model: 'three-phase', parameters: theta, size, seed: 3 + i });
        return { ...drawn, labels: drawn.labels.map((label) => labels[label - 1]), voxelSizeUm: [0.2, 0.2, 0.2] };
      },
    ));
    const found = await calibrate(session, sections, { model: 'three-phase', phases: labels, draws: 30 });
    expect(found.voxelSizeUm).toBe(0.2);
    expect(found.free.length).toBe(7);
    expect(regionDistance(found, theta)).toBeLessThan(found.region.limit);
    const fractions = threePhaseQuantities(found.parameters as ThreePhaseParameters).volumeFraction;
    expect(fractions[1]).toBeCloseTo(threePhaseQuantities(theta).volumeFraction[1], 1);
  });

  it('[law] parameters can be held, the same input gives the same numbers, ' +
      'and long voxels along z are a smaller number of the same voxels', async () => {
    const image = await drawChi2([32, 64, 64], 2);
    const held = await calibrate(session, image, { model: 'chi2', fixed: { anisotropyFactor: 0.9 }, draws: 30 });
    expect(held.parameters.anisotropyFactor).toBe(0.9);
    expect(held.free).toEqual(['alpha', 'lambda']);
    const long = await calibrate(session, { ...image, voxelSizeUm: [2, 1, 1] }, { model: 'chi2', draws: 30 });
    const cubic = await calibrate(session, image, { model: 'chi2', draws: 30 });
    expect((await calibrate(session, image, { model: 'chi2', draws: 30 })).parameters).toEqual(cubic.parameters);
    expect(long.parameters.anisotropyFactor / cubic.parameters.anisotropyFactor).toBeCloseTo(2, 2);
  });

  it('[law] a specification with the edges of the voxels draws the structure that was seen; ' +
      'parallel sections are said', async () => {
    const parameters = { alpha: 0.25, lambda: 1.4, anisotropyFactor: 0.9 };
    const size: Shape = [20, 48, 48];
    const onLong = await generate(session, { model: 'chi2', parameters, size, seed: 4, voxelSizeUm: [0.2, 0.1, 0.1] });
    expect(onLong.voxelSizeUm).toEqual([0.2, 0.1, 0.1]);
    const onVoxels =
      await generate(session, { model: 'chi2', parameters: { ...parameters, anisotropyFactor: 0.45 }, size, seed: 4 });
    expect(onLong.labels).toEqual(onVoxels.labels);
    const found = await calibrate(session, onLong, { model: 'chi2', draws: 30 });
    expect(found.voxelEdgesUm).toEqual([0.2, 0.1, 0.1]);
    expect(found.parameters.anisotropyFactor).toBeGreaterThan(0.7);
    await expect(
      generate(session, { model: 'chi2', parameters, size, seed: 4, voxelSizeUm: [0.1, 0.2, 0.1] }),
    ).rejects.toThrow(/as long along y as along x/);
    const sections = await Promise.all(
      [1, 2].map((seed) => generate(session, { model: 'chi2', parameters, size: [72, 1, 72], seed })),
    );
    const { notes } = await calibrate(session, sections, { model: 'chi2', draws: 30 });
    expect(notes).toHaveLength(1);
    expect(notes[0]).toContain('2 sections across y count as independent of each other');
    expect(notes[0]).toMatch(/that holds when they were cut \d+ voxels or more apart/);
  });

  it('[law] sections of no distance are one section: the same θ, standard errors larger by √2, ' +
      'and both sides of the table know', async () => {
    const section = await drawChi2([72, 1, 72], 3);
    const options = { model: 'chi2', draws: 30 } as const;
    const free = await calibrate(session, [section, section], options);
    const bound = await calibrate(session, [section, section], { ...options, apart: 0 });
    expect([free.independentImages, free.notes.length]).toEqual([2, 1]);
    expect(bound.independentImages).toBeCloseTo(1, 9);
    expect(bound.notes)
      .toEqual([expect.stringMatching(/sections 0 voxels apart are not independent: the 2 images are worth 1,/)]);
    for (const [i, { value, standardError }] of free.estimates.entries()) {
      expect(bound.estimates[i].value).toBeCloseTo(value, 6);
      expect(bound.estimates[i].standardError / standardError).toBeCloseTo(Math.SQRT2, 5);
    }
    const far = await calibrate(session, [section, section], { ...options, apart: 100 });
    expect([far.independentImages, far.notes, far.estimates]).toEqual([2, [], free.estimates]);
    await expect(
      calibrate(session, [section, await drawChi2([72, 1, 60], 4)], { ...options, apart: 5 }),
    ).rejects.toThrow(/sections of one size, those across y differ/);
    await expect(calibrate(session, section, { ...options, apart: -1 })).rejects.toThrow(
      /apart must be null or a distance/,
    );
    const table = async (calibration: typeof free): Promise<[number, number]> => {
      const { quantities } =
        await validateCalibration(session, [section, section], calibration, { realisations: 1, maxEdge: 16 });
      const { imageDeviation, model } = quantities.find(({ quantity }) => quantity === 'volumeFraction')!;
      return [imageDeviation!, model!.standardDeviation!];
    };
    const [one, two] = [await table(free), await table(bound)];
    for (const k of [0, 1]) expect(two[k] / one[k]).toBeCloseTo(Math.SQRT2, 5);
  });

  it('[law] curves that no θ has: the fit does not depend on the draws, and says so', async () => {
    // Balls in rows: their coverage swings around ε², that of an excursion set only falls.
    const from = (n: number): number => ((n % 12) - 5.5) ** 2;
    const labels = Uint8Array.from({ length: 48 ** 3 }, (_, i) => (
      from(i % 48) + from(Math.floor(i / 48) % 48) + from(Math.floor(i / 2304)) < 22 ? 2 : 3
    ));
    const image: LabelVolume = { labels, shape: [48, 48, 48], voxelSizeUm: null };
    const [one, two] = [
      await calibrate(session, image, { model: 'chi2', draws: 30, seed: 1 }),
      await calibrate(session, image, { model: 'chi2', draws: 30, seed: 2 }),
    ];
    expect(one.weighting).toBe('plain');
    expect(one.misfit.probability).toBeLessThan(1e-6);
    expect(one.parameters).toEqual(two.parameters);
    expect(one.misfit.relative.x).toBeGreaterThan(0.005);
  });

  it('[law] says what is wrong with images and what to do', async () => {
    const image = await drawChi2([24, 24, 24], 1);
    const section = await drawChi2([1, 64, 64], 1);
    const relabelled = (map: (i: number) => number): LabelVolume =>
      ({ ...image, labels: image.labels.map((_, i) => map(i)) });
    const run = (images: LabelVolume | LabelVolume[], model: 'chi2' | 'three-phase' = 'chi2', options: object = {}) =>
      calibrate(session, images, { model, ...options });
    await expect(run(relabelled(() => 2))).rejects.toThrow(
      /expected 2 phases \(solid, pore\), the image has only label 2; take a larger image/,
    );
    await expect(run(relabelled((i) => i % 4), 'three-phase')).rejects.toThrow(
      /has 3 phases, the image has 4 labels \(0, 1, 2, 3\); segment it or merge labels/,
    );
    await expect(run(image, 'three-phase')).rejects.toThrow(/only label 2, 3; take the model chi2/);
    await expect(run(relabelled((i) => image.labels[i] - 2))).rejects.toThrow(
      /the image has labels 0, 1; say the labels of solid, pore in this order/,
    );
    await expect(run(section)).rejects.toThrow(
      /needs a section that contains z, these are all across z; add one, or hold it with fixed/,
    );
    const coarse = await generate(session, {
      model: 'chi2', parameters: { alpha: 0.03, lambda: 1.4, anisotropyFactor: 1 }, size: [24, 24, 24], seed: 5,
    });
    await expect(run(coarse)).rejects.toThrow(/too small for its correlation length.*at least four times as long/);
    // Two correlation lengths: the window's own share is taken away from its coverage, which then falls as if it were
    // finer.
    const few = await generate(session, {
      model: 'chi2', parameters: { alpha: 0.08, lambda: 1.4, anisotropyFactor: 1 }, size: [12, 12, 12], seed: 4,
    });
    await expect(run(few, 'chi2', { draws: 30 })).rejects.toThrow(new RegExp(
      'too small for its correlation length: the share of the solid .* rests on [\\d.]+ independent samples, ' +
        'expected 10 at least',
    ));
    await expect(run(image, 'chi2', { fixed: { alphaChiX: 1 } })).rejects.toThrow(
      /chi2 has no parameter alphaChiX to fix; it has alpha, lambda/,
    );
    await expect(run(image, 'chi2', { draws: 5 })).rejects.toThrow(/draws must be a whole number of at least 30/);
    await expect(run([])).rejects.toThrow(/at least one image/);
    await expect(run([image, { ...image, voxelSizeUm: [1, 1, 1] }])).rejects.toThrow(/voxel size/);
  });
});

describe('calibrate from descriptors', () => {
  it.each(['bm01', 'bm03', 'bm10'])('[published] %s: the surrogate again, from its fractions and areas', (name) => {
    const set = findParameterSet(name);
    const parameters = set.parameters as ThreePhaseParameters;
    const q = threePhaseQuantities(parameters);
    const volumeFraction = { se: q.volumeFraction[1], am: q.volumeFraction[2] };
    const options = { voxelSizeUm: set.voxelSizeUm, anisotropyFactor: parameters.anisotropyFactor };
    const s = (label: number): number => q.specificSurfaceArea[label] / set.voxelSizeUm;
    const byS = threePhaseFromDescriptors({ volumeFraction, specificSurfaceArea: { se: s(1), am: s(2) } }, options);
    const i = (pair: string): number => q.interfaceAreas[pair] / set.voxelSizeUm;
    const byAreas = threePhaseFromDescriptors(
      { volumeFraction, interfaceAreas: { seAm: i('1-2'), sePore: i('1-3'), amPore: i('2-3') } }, options,
    );
    for (const [key, value] of Object.entries(parameters)) {
      expect((byS as unknown as Record<string, number>)[key], key).toBeCloseTo(value, 9);
      expect((byAreas as unknown as Record<string, number>)[key], key).toBeCloseTo(value, 9);
    }
  });

  it('[exact] areas of the lattice estimator', () => {
    const parameters = { ...theta, alphaGaussX: 0.4, alphaGaussY: 0.6 };
    const s = threePhaseLatticeSurface(parameters);
    const e = threePhaseQuantities(parameters).volumeFraction;
    const found = threePhaseFromDescriptors(
      { volumeFraction: { se: e[1], am: e[2] }, specificSurfaceArea: { se: s[1], am: s[2] } },
      { areas: 'lattice', gaussRatio: 2, anisotropyFactor: 0.92 },
    );
    expect(found.alphaChiX).toBeCloseTo(0.2, 6);
    expect(found.alphaChiY).toBeCloseTo(0.3, 6);
    const two = chi2FromDescriptors(
      { volumeFraction: Math.exp(-chi2.lambda / 2), specificSurfaceArea: chi2LatticeSurface(chi2)[2] },
      { areas: 'lattice', anisotropyFactor: 0.9 },
    );
    expect(two.alpha).toBeCloseTo(0.2, 6);
    expect(
      chi2FromDescriptors({
        volumeFraction: 0.46,
        specificSurfaceArea: chi2Quantities({ ...chi2, lambda: -2 * Math.log(0.46) }).specificSurfaceArea[2],
      }).alpha,
    ).toBeCloseTo(0.2, 9);
  });

  it('[law] refuses numbers that no structure of the model has', () => {
    const volumeFraction = { se: 0.46, am: 0.45 };
    expect(
      () => threePhaseFromDescriptors({ volumeFraction: { se: 0.6, am: 0.5 }, specificSurfaceArea: { se: 1, am: 1 } }),
    ).toThrow(/leave room for pores/);
    expect(() => threePhaseFromDescriptors({ volumeFraction, specificSurfaceArea: { se: 0.6, am: 0.3 } }))
      .toThrow(/S of AM must exceed/);
    expect(() => threePhaseFromDescriptors({ volumeFraction, interfaceAreas: { seAm: 0.1, sePore: 0.3, amPore: 0.2 } }))
      .toThrow(/does not suit this material/);
    expect(() => threePhaseFromDescriptors({ volumeFraction })).toThrow(/give either/);
    expect(() => chi2FromDescriptors({ volumeFraction: 1, specificSurfaceArea: 1 })).toThrow(/above 0 and below 1/);
  });
});

describe('eq. 6 of [B] inverted', () => {
  it('[exact] ρ from C, and λ and α from ε and C', () => {
    for (const rho of [0.05, 0.4, 0.9, 0.999]) {
      expect(correlationFromCoverage(1.55, chi2PairProbability(1.55, rho))).toBeCloseTo(rho, 10);
    }
    const points = [1, 2, 5, 9, 14]
      .map((lag) => ({ lag, coverage: chi2PairProbability(1.55, Math.exp(-((0.12 * lag) ** 2))) }));
    const found = chi2FromCoverage(Math.exp(-1.55 / 2), points);
    expect(found.lambda).toBeCloseTo(1.55, 12);
    expect(found.alpha).toBeCloseTo(0.12, 8);
    for (const { alpha } of found.byLag) expect(alpha).toBeCloseTo(0.12, 7);
    expect(() => chi2FromCoverage(0.5, [{ lag: 1, coverage: 0.6 }])).toThrow(/no coverage lies between/);
  });
});

describe('representativity', () => {
  it('[exact] sum over the window: white noise gives p(1−p)/V, a constant field the whole variance', () => {
    expect(varianceOfMean([3, 4, 5], [2, 3, 4], (z, y, x) => Number(z + y + x === 0))).toBeCloseTo(1 / 60, 14);
    expect(varianceOfMean([3, 4, 5], [2, 3, 4], () => 1)).toBeCloseTo(1, 12);
  });

  it('[exact] [B, eq. 18] is the variance of ε over realisations', async () => {
    const size: Shape = [20, 30, 24];
    const shares: number[] = [];
    for (let realisation = 0; realisation < 120; realisation++) {
      const { labels } = await generate(session, { model: 'chi2', parameters: chi2, size, seed: 9, realisation });
      shares.push(labels.filter((label) => label === 2).length / labels.length);
    }
    const mean = shares.reduce((a, b) => a + b, 0) / shares.length;
    const variance = shares.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (shares.length - 1);
    // χ²₁₁₉ / 119 lies within ±40 % with more than 99.8 %.
    const expected = modelVariance('chi2', chi2, 'x', size, [1, 1, 1]);
    expect(variance / expected).toBeGreaterThan(0.62);
    expect(variance / expected).toBeLessThan(1.42);
  });

  it('[law] σ² of one image: a window a voxel shorter has that of the image by area, ' +
      'a quarter of it nearly four times as much', async () => {
    const image = await drawChi2([40, 1, 40], 31);
    const { of } = await fractionVariance(session, image, 2);
    const whole = of([40, 1, 40]);
    // The share that the image's own ε² takes from every lag is put back alike in both.
    expect(of([39, 1, 40]) / whole).toBeGreaterThan(1.005);
    expect(of([39, 1, 40]) / whole).toBeLessThan(40 / 39);
    expect(of([20, 1, 20]) / whole).toBeGreaterThan(2);
    expect(of([20, 1, 20]) / whole).toBeLessThan(4);
  });

  it('[exact] parallel sections: the variance of their mean over realisations, near and far', async () => {
    const size: Shape = [5, 40, 40];
    const planes = [0, 2, 4];
    const shares: number[] = [];
    for (let realisation = 0; realisation < 160; realisation++) {
      const { labels } = await generate(session, { model: 'chi2', parameters: chi2, size, seed: 10, realisation });
      shares.push(
        planes.reduce(
          (sum, z) => sum + labels.subarray(z * 1600, (z + 1) * 1600).filter((label) => label === 2).length, 0,
        ) / 4800,
      );
    }
    const mean = shares.reduce((a, b) => a + b, 0) / shares.length;
    const variance = shares.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (shares.length - 1);
    const of = (apart: number | null): number =>
      pooledVariance(
        'test', 'chi2', chi2, 'x', planes.map((): Shape => [1, 40, 40]), planes.map(() => [1, 1, 1] as const), apart,
      );
    // χ²₁₅₉ / 159 lies within ±35 % with more than 99.8 %; independent sections would have less than two thirds of it.
    expect(variance / of(2)).toBeGreaterThan(0.67);
    expect(variance / of(2)).toBeLessThan(1.37);
    expect(of(2) / of(null)).toBeGreaterThan(1.5);
    expect(of(0) / of(null)).toBeCloseTo(3, 9);
    expect(of(100) / of(null)).toBeCloseTo(1, 9);
  });

  it('[law] interval of ε from one section covers the known ε in at least 84 of 100 sections', async () => {
    const p = Math.exp(-chi2.lambda / 2);
    let covered = 0;
    const size: Shape = [80, 1, 80];
    for (let realisation = 0; realisation < 100; realisation++) {
      const image =
        await generate(session, { model: 'chi2', parameters: chi2, size, period: [96, 1, 96], seed: 21, realisation });
      const { interval } = await volumeFractionInterval(session, image, 2);
      if (interval[0] <= p && p <= interval[1]) covered++;
    }
    expect(covered).toBeGreaterThanOrEqual(84);
    console.log(`interval of ε from one section: ${covered} of 100`);
  });
});
