import { describe, expect, it } from 'vitest';
import { POLL_VOXELS } from '../../assembly/layout.js';
import { CapacityError, SpecError } from '../../src/core/errors.js';
import { DIRECTIONS } from '../../src/core/directions.js';
import { voxelCount, type Shape } from '../../src/core/grid.js';
import { generate, type Chi2Spec, type ModelStructure, type ThreePhaseSpec } from '../../src/structure/generate.js';
import type { ThreePhaseParameters } from '../../src/structure/parameters.js';
import { chi2Quantities, threePhaseQuantities } from '../../src/structure/theory.js';
import { chi2LatticeSurface, threePhaseLatticeSurface } from '../../src/structure/two-point.js';
import { surfaceByDirections } from '../reference/surface.js';
import { forEachThreadCount, testSession } from '../session.js';

const theta = (change: Partial<ThreePhaseParameters> = {}): ThreePhaseParameters => ({
  alphaChiX: 0.25, alphaChiY: 0.35, alphaGaussX: 0.25, alphaGaussY: 0.35, lambdaX: 2, lambdaY: 1, n: 2,
  anisotropyFactor: 1, ...change,
});
const spec = (parameters: ThreePhaseParameters, change: Partial<ThreePhaseSpec> = {}): ThreePhaseSpec => ({
  model: 'three-phase', parameters, size: [48, 48, 48], seed: 1, ...change,
});

function mean(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0) / values.length;
}

/** Standard error of the mean of independent realisations. */
function standardError(values: readonly number[]): number {
  const m = mean(values);
  return Math.sqrt(values.reduce((s, v) => s + (v - m) ** 2, 0) / (values.length - 1) / values.length);
}

function fraction(volume: ModelStructure, label: number): number {
  let count = 0;
  for (const l of volume.labels) if (l === label) count++;
  return count / volume.labels.length;
}

const session = await testSession();

describe('realisations against exact expectations', () => {
  // 24 realisations each; the mean must lie within 4.5 standard errors (p < 2e-4 each for Student's t with 23 degrees
  // of freedom, 28 comparisons: one false alarm in 200 seeds; the seed is fixed).
  const cases: [string, ThreePhaseParameters][] = [
    ['n = 1, unequal α', theta({ n: 1, lambdaX: 1, lambdaY: 0.3, alphaGaussX: 0.4 })],
    ['n = 2, equal α', theta()],
    [
      'n = 3, unequal α, a = 0.8',
      theta({ n: 3, lambdaX: 3, lambdaY: 2, alphaChiX: 0.2, alphaGaussY: 0.25, anisotropyFactor: 0.8 }),
    ],
  ];
  it.each(cases)('[exact] volume fractions and lattice surfaces, %s', async (_, parameters) => {
    const expected = threePhaseQuantities(parameters);
    const lattice = threePhaseLatticeSurface(parameters);
    const seen: Record<string, number[]> = {};
    for (let realisation = 0; realisation < 24; realisation++) {
      const volume = await generate(session, spec(parameters, { realisation }));
      for (const phase of [1, 2, 3]) {
        (seen[`ε${phase}`] ??= []).push(fraction(volume, phase) - expected.volumeFraction[phase]);
        (seen[`S${phase}`] ??= []).push(surfaceByDirections(volume, phase) - lattice[phase]);
      }
    }
    for (const [name, deviations] of Object.entries(seen)) {
      expect(Math.abs(mean(deviations)) / standardError(deviations), name).toBeLessThan(4.5);
    }
  });

  it('[exact] χ²₂ model', async () => {
    const parameters = { alpha: 0.25, lambda: 1.55, anisotropyFactor: 1 };
    const solid: number[] = [];
    const surface: number[] = [];
    for (let realisation = 0; realisation < 24; realisation++) {
      const volume = await generate(session, { model: 'chi2', parameters, size: [48, 48, 48], seed: 3, realisation });
      solid.push(fraction(volume, 2) - chi2Quantities(parameters).volumeFraction[2]);
      surface.push(surfaceByDirections(volume, 2) - chi2LatticeSurface(parameters)[2]);
    }
    expect(Math.abs(mean(solid)) / standardError(solid)).toBeLessThan(4.5);
    expect(Math.abs(mean(surface)) / standardError(surface)).toBeLessThan(4.5);
  });
});

describe('generate', () => {
  it('[law] gives the same bits for 1, 2, 3 and 7 threads, and looks at the cancel word often enough', async () => {
    const parameters = theta({ n: 3, alphaGaussY: 0.2 });
    const results = await forEachThreadCount(async (s) => {
      const structure = await generate(s, spec(parameters, { size: [21, 34, 19], levelSets: true }));
      for (const step of s.statistics!.largestStep) expect(step).toBeLessThanOrEqual(POLL_VOXELS);
      return structure;
    });
    for (const other of results.slice(1)) {
      expect(Buffer.compare(other.labels, results[0].labels)).toBe(0);
      expect(other.levelSets).toEqual(results[0].levelSets);
    }
  });

  it.each([[[1, 1, 1]], [[1, 40, 7]], [[33, 2, 5]], [[5, 1, 33]]] as Shape[][])('[law] any size: %j', async (size) => {
    const structure = await generate(session, spec(theta(), { size, levelSets: true }));
    expect(structure.labels.length).toBe(voxelCount(size));
    const { x, y } = structure.levelSets!;
    structure.labels.forEach((label, i) => expect(label).toBe(x[i] >= 0 ? 1 : y![i] >= 0 ? 2 : 3));
  });

  it('[law] a smaller window is a corner of the larger one with the same period', async () => {
    const period: Shape = [60, 64, 50];
    const large = await generate(session, spec(theta(), { size: [40, 41, 42], period, levelSets: true }));
    const small = await generate(session, spec(theta(), { size: [9, 10, 11], period, levelSets: true }));
    for (let z = 0, i = 0; z < 9; z++) {
      for (let y = 0; y < 10; y++) {
        for (let x = 0; x < 11; x++, i++) expect(small.levelSets!.x[i]).toBe(large.levelSets!.x[(z * 41 + y) * 42 + x]);
      }
    }
  });

  it('[law] common random numbers: a small change of α changes few voxels, another key changes many', async () => {
    const period: Shape = [60, 60, 60];
    const base = await generate(session, spec(theta(), { period }));
    const share = async (parameters: ThreePhaseParameters, change: Partial<ThreePhaseSpec> = {}): Promise<number> => {
      const other = await generate(session, spec(parameters, { period, ...change }));
      let differ = 0;
      for (let i = 0; i < base.labels.length; i++) if (other.labels[i] !== base.labels[i]) differ++;
      return differ / base.labels.length;
    };
    expect(await share(theta())).toBe(0);
    expect(await share(theta({ alphaChiX: 0.2501, alphaGaussY: 0.3501 }))).toBeLessThan(0.01);
    for (const key of [{ seed: 2 }, { seed: 1 + 2 ** 32 }, { scenario: 1 }, { realisation: 1 }]) {
      expect(await share(theta(), key)).toBeGreaterThan(0.4);
    }
  });

  it('refuses bad input with one clear line', async () => {
    const bad = (parameters: object, change: object = {}): Promise<ModelStructure> =>
      generate(session, { ...spec(theta(parameters as Partial<ThreePhaseParameters>)), ...change } as ThreePhaseSpec);
    await expect(bad({ alphaChiX: NaN })).rejects.toThrow(/alphaChiX must be a finite number > 0 and ≤ 4, got NaN/);
    await expect(bad({ alphaGaussY: 0 })).rejects.toThrow(/alphaGaussY must be .* > 0/);
    await expect(bad({ n: 1.5 })).rejects.toThrow(/n must be a whole number ≥ 1/);
    await expect(bad({ n: 0 })).rejects.toThrow(SpecError);
    await expect(bad({ anisotropyFactor: -1 })).rejects.toThrow(/anisotropyFactor/);
    await expect(bad({ alphX: 1 })).rejects.toThrow(/unknown key "parameters\.alphX"; valid keys: alphaChiX/);
    await expect(bad({ lambdaX: 60 })).rejects.toThrow(/lambdaX = 60 leaves SE empty.*take lambdaX from .* to/);
    await expect(bad({ lambdaY: 60 })).rejects.toThrow(/lambdaY = 60 leaves AM empty/);
    await expect(bad({ lambdaY: -20 })).rejects.toThrow(/leaves pore empty/);
    await expect(bad({}, { size: [0, 4, 4] })).rejects.toThrow(SpecError);
    await expect(bad({}, { seed: -1 })).rejects.toThrow(/seed/);
    await expect(bad({}, { edges: 'open' })).rejects.toThrow(/edges must be one of cropped, periodic, got "open"/);
    await expect(bad({}, { edges: 'periodic', size: [7, 8, 8] })).rejects.toThrow(
      /2\^a·3\^b·5\^c.*nearest are 6 and 8/,
    );
    await expect(bad({}, { period: [40, 60, 60] })).rejects.toThrow(/shorter than the window/);
    await expect(bad({}, { realization: 3 })).rejects.toThrow(/unknown key "realization"; did you mean "realisation"/);
    await expect(generate(
      session,
      {
        model: 'chi2', parameters: { alpha: 0.1, lambda: -1, anisotropyFactor: 1 }, size: [8, 8, 8], seed: 1,
      } as Chi2Spec,
    ))
      .rejects.toThrow(/leaves the pore empty.*take lambda from 0\.\d\d to/);
    await expect(generate(session, { model: 'foam', size: [8, 8, 8] } as never)).rejects.toThrow(
      /unknown model "foam"; there are: three-phase, chi2, boolean, packing, spheres/,
    );
    const small = await testSession({ memoryBytes: 2 ** 22 });
    await expect(generate(small, spec(theta(), { size: [100, 100, 100] }))).rejects.toThrow(CapacityError);
  });
});

describe('directions', () => {
  it('[exact] 13 weights sum to 1', () => {
    expect(DIRECTIONS.length).toBe(13);
    expect(DIRECTIONS.reduce((sum, d) => sum + d.weight, 0)).toBeCloseTo(1, 12);
  });
});
