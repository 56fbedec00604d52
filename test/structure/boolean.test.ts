import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { largestCube } from '../../src/capacity/capacity.js';
import { calibrate, regionDistance } from '../../src/calibration/calibrate.js';
import { labelFractions } from '../../src/core/volume.js';
import { describe as describeVolume } from '../../src/descriptors/describe.js';
import { twoPointCoverage } from '../../src/descriptors/two-point-coverage.js';
import { generate, generatePlan } from '../../src/structure/generate.js';
import { phaseLevelSet } from '../../src/structure/level-set.js';
import { findModel, readStructure } from '../../src/structure/models.js';
import {
  booleanIntensity, booleanModel, type BooleanParameters, type BooleanSpec,
} from '../../src/structure/models/boolean.js';
import type { BallRadii } from '../../src/structure/models/boolean-radii.js';
import { surfaceByDirections } from '../reference/surface.js';
import { forEachThreadCount, testSession } from '../session.js';

const session = await testSession();
const theta = (change: Partial<BooleanParameters> = {}): BooleanParameters =>
  ({ volumeFraction: 0.4, radius: 4, anisotropyFactor: 1, ...change });
const spec = (parameters: BooleanParameters, change: Partial<BooleanSpec> = {}): BooleanSpec =>
  ({ model: 'boolean', parameters, size: [48, 48, 48], seed: 1, ...change });
const RADII: readonly BallRadii[] = [
  'constant', { family: 'uniform', width: 0.6 }, { family: 'two-point', ratio: 2, share: 0.3 },
  { family: 'lognormal', sigma: 0.3 },
];

function zScore(values: readonly number[], expected: number): number {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  const square = values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (values.length - 1) / values.length;
  return Math.abs(mean - expected) / Math.sqrt(square);
}

describe('Boolean model of balls', () => {
  // 24 realisations: means within 4.5 standard errors (Student's t with 23 degrees of freedom, p < 2e-4 each); the seed
  // is fixed.
  it.each(RADII)('[exact] fraction, lattice surface and coverage of realisations, radii %j', async (radii) => {
    const parameters = theta({ radii, anisotropyFactor: 0.8 });
    const { expected } = booleanModel;
    const seen: Record<string, number[]> = {};
    const lags = [1, 3, 6];
    for (let realisation = 0; realisation < 24; realisation++) {
      const volume = await generate(session, spec(parameters, { realisation }));
      (seen.fraction ??= []).push(labelFractions(volume.labels).get(2)!);
      (seen.surface ??= []).push(surfaceByDirections(volume, 2));
      const { directions } = await twoPointCoverage(session, volume, { phases: [2], maxLag: 8 });
      for (const axis of ['z', 'x'] as const) {
        const { coverage } = directions.find((direction) => direction.axis === axis)!.functions[0];
        for (const lag of lags) (seen[`${axis}${lag}`] ??= []).push(coverage[lag]);
      }
    }
    expect(zScore(seen.fraction, expected.volumeFraction!(spec(parameters))[2])).toBeLessThan(4.5);
    expect(zScore(seen.surface, expected.latticeSurface!(spec(parameters))[2])).toBeLessThan(4.5);
    for (const lag of lags) {
      expect(zScore(seen[`z${lag}`], expected.coverage!(spec(parameters), [lag, 0, 0])['2-2'].value)).toBeLessThan(4.5);
      expect(zScore(seen[`x${lag}`], expected.coverage!(spec(parameters), [0, 0, lag])['2-2'].value)).toBeLessThan(4.5);
    }
  });

  it('[exact] a single size: C₀₀(h) = (1−p)² e^{λγ(h)} with the covariogram of a ball, S = λ·4πR²·(1−p)', () => {
    const p = theta({ volumeFraction: 0.55, radius: 5 });
    const lambda = booleanIntensity(p, 1);
    expect(1 - Math.exp((-lambda * 4 * Math.PI * 125) / 3)).toBeCloseTo(0.55, 12);
    for (const h of [0.5, 2, 7, 9.9, 10, 30]) {
      const gamma = h < 10 ? ((4 * Math.PI) / 3) * 125 * (1 - (3 * h) / 20 + h ** 3 / (16 * 125)) : 0;
      const found = booleanModel.expected.coverage!(spec(p), [0, h, 0]);
      expect(found['3-3'].value).toBeCloseTo(0.45 ** 2 * Math.exp(lambda * gamma), 12);
      expect(found['2-2'].value + 2 * found['2-3'].value + found['3-3'].value).toBeCloseTo(1, 12);
    }
    const { specificSurfaceArea } = booleanModel.expected.quantities!(spec(p));
    expect(specificSurfaceArea[2]).toBeCloseTo(lambda * 4 * Math.PI * 25 * 0.45, 12);
  });

  it('[exact] an independent set of share q beside the balls touches q of their surface', async () => {
    const [share, radius] = [0.5, 6];
    const p = theta({ volumeFraction: share, radius });
    const { specificSurfaceArea } = booleanModel.expected.quantities!(spec(p));
    // S r = −3 (1 − φ) ln(1 − φ); D_SCA/d = φ/(q · (−(1 − φ) ln(1 − φ))).
    expect(0.8 * specificSurfaceArea[2] * radius).toBeCloseTo(0.8317766167, 9);
    expect((6 * share) / (0.8 * specificSurfaceArea[2]) / (2 * radius)).toBeCloseTo(1.8033688, 6);
    const areas: number[] = [];
    for (let realisation = 0; realisation < 16; realisation++) {
      const change = { realisation, edges: 'periodic', size: [56, 56, 56] } as const;
      const balls = await generate(session, spec(p, change));
      const other = await generate(session, spec(theta({ volumeFraction: 0.8, radius: 5 }), { ...change, seed: 9 }));
      const labels = balls.labels.map((label, at) => (label === 2 ? 2 : other.labels[at] === 2 ? 1 : 3));
      const found = await describeVolume(
        session, { ...balls, labels }, { only: ['specificSurfaceArea'] });
      areas.push(found.interfaceAreas!['1-2']);
    }
    // The estimator is a sum over pairs of voxels, and pairs of balls and the other set are q of those of balls and
    // matrix: q times the balls' surface as it counts it.
    expect(zScore(areas, 0.8 * booleanModel.expected.latticeSurface!(spec(p))[2])).toBeLessThan(4.5);
  });

  it('[law] derivatives are those of differences; the two-point function falls from ε with slope −S/4', () => {
    const number = (min: number, max: number) => fc.double({ min, max, noNaN: true });
    const numbers = [number(0.05, 0.95), number(2, 20), number(0.5, 2), number(0, 12), number(0.5, 12)] as const;
    fc.assert(fc.property(...numbers, fc.constantFrom(...RADII), (volumeFraction, radius, a, z, x, radii) => {
      const p = theta({ volumeFraction, radius, anisotropyFactor: a, radii });
      const value = (q: BooleanParameters): number => booleanModel.expected.coverage!(spec(q), [z, 0, x])['2-2'].value;
      const { derivatives } = booleanModel.expected.coverage!(spec(p), [z, 0, x])['2-2'];
      for (const key of ['volumeFraction', 'radius', 'anisotropyFactor'] as const) {
        const step = 1e-5 * p[key];
        const difference = (value({ ...p, [key]: p[key] + step }) - value({ ...p, [key]: p[key] - step })) / (2 * step);
        expect(Math.abs(derivatives[key] - difference)).toBeLessThan(2e-5 * (1 + Math.abs(difference)));
      }
      const near = 1e-4 * radius;
      const { '2-2': there } = booleanModel.expected.coverage!(spec({ ...p, anisotropyFactor: 1 }), [0, 0, near]);
      const slope = (volumeFraction - there.value) / near;
      expect(slope / (booleanModel.expected.quantities!(spec(p)).specificSurfaceArea[2] / 4)).toBeCloseTo(1, 2);
    }), { seed: 5, numRuns: 60 });
  });

  it('[law] same bits for 1, 2, 3 and 7 threads; a small window is a corner of a large one; keys differ', async () => {
    const large = spec(theta({ radii: RADII[3] }), { size: [20, 30, 25], levelSets: true });
    const results = await forEachThreadCount((s) => generate(s, large));
    for (const other of results.slice(1)) expect(other.levelSets).toEqual(results[0].levelSets);
    const small = await generate(session, spec(theta({ radii: RADII[3] }), { size: [9, 8, 7] }));
    small.labels.forEach((value, i) => {
      const [z, y, x] = [Math.floor(i / 56), Math.floor(i / 7) % 8, i % 7];
      expect(value).toBe(results[0].labels[(z * 30 + y) * 25 + x]);
    });
    const bits = async (change: Partial<BooleanSpec>): Promise<string> =>
      Buffer.from((await generate(session, spec(theta(), change))).labels).toString('base64');
    const keys = [{}, { seed: 2 }, { seed: 1 + 2 ** 32 }, { scenario: 1 }, { realisation: 1 }];
    const all = await Promise.all(keys.map(bits));
    expect(new Set(all).size).toBe(5);
    expect(await bits({})).toBe(all[0]);
  });

  it('[law] periodic: fractions are exact on the mean, and opposite faces meet as neighbours do', async () => {
    const fractions: number[] = [];
    let [across, inside] = [0, 0];
    for (let realisation = 0; realisation < 24; realisation++) {
      const { labels } = await generate(session, spec(theta(), { size: [30, 32, 34], edges: 'periodic', realisation }));
      fractions.push(labelFractions(labels).get(2)!);
      for (let row = 0; row < 30 * 32; row++) {
        across += Number(labels[row * 34] === labels[row * 34 + 33]);
        inside += Number(labels[row * 34 + 10] === labels[row * 34 + 11]);
      }
    }
    expect(zScore(fractions, 0.4)).toBeLessThan(4.5);
    expect(Math.abs(across / inside - 1)).toBeLessThan(0.02);
  });

  it('[law] level sets say the phases; labels are by choice', async () => {
    const wanted = spec(theta(), { size: [20, 20, 20], label: 7, matrix: 1, levelSets: true });
    const structure = await generate(session, wanted);
    for (const phase of [7, 1]) {
      const levels = phaseLevelSet(structure, phase);
      expect(levels.every((value, i) => (structure.labels[i] === phase) === value > 0)).toBe(true);
    }
  });

  it('[exact] calibrated like the other models: the region covers θ', async () => {
    const parameters = theta({ volumeFraction: 0.35, radius: 3 });
    const image = await generate(session, spec(parameters, { seed: 11 }));
    const found = await calibrate(session, image, { model: 'boolean', draws: 40 });
    expect(regionDistance(found, parameters)).toBeLessThan(found.region.limit);
    expect((found.parameters as BooleanParameters).radius).toBeCloseTo(3, 0);
    const specificSurfaceArea = booleanModel.expected.latticeSurface!(spec(parameters))[2];
    const fromNumbers = booleanModel.calibration!.fromDescriptors(
      [{ volumeFraction: 0.35, specificSurfaceArea }], { areas: 'lattice' });
    expect(fromNumbers.radius).toBeCloseTo(3, 8);
  });

  it('is read, refused and planned as every model is', async () => {
    expect(readStructure('generate', { model: 'boolean', size: 16 }).spec)
      .toMatchObject({ label: 2, matrix: 3, seed: 1, parameters: { radius: 8 } });
    const bad = (parameters: object, change: object = {}): (() => unknown) =>
      () => readStructure('generate', { model: 'boolean', size: 16, parameters, ...change });
    expect(bad({ radus: 3 })).toThrow(/unknown key "parameters\.radus"; did you mean "radius"/);
    expect(bad({ volumeFraction: 1 })).toThrow(/volumeFraction must be a finite number > 0 and ≤ 0\.999, got 1/);
    expect(bad({ radii: 'gamma' })).toThrow(/must be one of constant, uniform, two-point, lognormal, got "gamma"/);
    expect(bad({ radii: { family: 'constructor' } })).toThrow(/radii must be one of/);
    expect(bad({ radii: { family: 'uniform' } })).toThrow(/radii needs width/);
    expect(bad({ radii: { family: 'lognormal', sigma: 3 } })).toThrow(/sigma must be .* > 0 and ≤ 0\.7, got 3/);
    expect(bad({}, { label: 3 })).toThrow(/label and matrix must differ, both are 3/);
    expect(generatePlan(spec(theta()), 2)).toEqual({ leases: [] });
    expect(findModel('boolean')).toBe(booleanModel);
    expect(() => largestCube('boolean')).toThrow(/no operation is called/);
    const controller = new AbortController();
    controller.abort();
    await expect(generate(session, spec(theta()), { signal: controller.signal })).rejects.toThrow(/cancelled/);
  });
});
