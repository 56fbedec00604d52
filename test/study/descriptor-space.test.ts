// Points that fill the space of the descriptors.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quadraticFit } from '../../src/numeric/quadratic-fit.js';
import { sobolSequence } from '../../src/numeric/sobol.js';
import { distancesTo, farthestPoints, nearestDistances, partedPoints } from '../../src/numeric/spread.js';
import { SpecError } from '../../src/core/errors.js';
import { mergeStudy } from '../../src/study/merge.js';
import { countStudy, planRound1 } from '../../src/study/plans.js';
import type { DescriptorSpaceSettings } from '../../src/study/plans/descriptor-space.js';
import { exactDescriptors } from '../../src/study/plans/exact.js';
import { heldNumbers, type PointStructure, type PointStudy } from '../../src/study/plans/point-plan.js';
import { readStudySpec } from '../../src/study/read-spec.js';
import { parseStudySpec } from '../../src/study/spec.js';
import { memoryStore } from '../../src/study/store.js';
import { openStudy } from '../../src/study/study.js';
import { workStudy, type Evaluate } from '../../src/study/work.js';
import { chi2Quantities } from '../../src/structure/theory.js';
import { idle } from './model.js';

type Study = PointStudy<DescriptorSpaceSettings>;

const CHI2 = {
  structure: { model: 'chi2' }, size: 32, voxelSizeUm: 0.1,
  plan: {
    kind: 'descriptor-space', points: 24,
    vary: { alpha: { from: 0.05, to: 0.4, scale: 'log' }, lambda: [0.5, 3], anisotropyFactor: [0.7, 1.4] },
  },
};
const study = (changes: Record<string, unknown> = {}): Study =>
  parseStudySpec({ ...CHI2, plan: { ...CHI2.plan, ...changes } }) as Study;

/** ε and S as they are, and smooth functions in place of τ and β; the draw is seen in the last digits. */
const evaluate: Evaluate = async (_session, spec, { parameters, conduct, key }) => {
  const { volumeFraction: { 2: e }, specificSurfaceArea: { 2: s } } = chi2Quantities(parameters as never);
  const noise = 1e-3 * Math.sin(12.9898 * key.scenario + 78.233 * key.realisation);
  const values = {
    volumeFraction2: e, specificSurfaceArea2: s / spec.voxelSizeUm,
    meanGeodesicTortuosity2: 1 + (1 - e) ** 2 / 2 + 0.1 / parameters!.anisotropyFactor + noise,
    stdGeodesicTortuosity2: 0.05, constrictivity2: 0.3 + e / 2 - s + noise, ...(conduct && { mFactor2: e * e }),
  };
  return { values, problems: [], seconds: { describe: 1, conduct: conduct ? 1 : 0 } };
};

const COLUMNS = ['volumeFraction2', 'specificSurfaceArea2', 'meanGeodesicTortuosity2', 'constrictivity2'];

async function rowsOf(spec: PointStudy, twoShards = false) {
  const opened = await openStudy(spec, memoryStore(), { version: 'test' });
  for (const _round of countStudy(spec).rounds) {
    for (const shard of twoShards ? [{ index: 1, count: 2 }, { index: 2, count: 2 }] : [undefined]) {
      await workStudy(opened, { sessions: [idle], evaluate, ...(shard && { shard }) });
    }
    await mergeStudy(opened);
  }
  return (await mergeStudy(opened)).table!.rows;
}

/** Descriptors of all rows, each in units of the range of the first list. */
function scaled(rows: readonly Readonly<Record<string, string | number>>[], by = rows): Float64Array[] {
  const ends = COLUMNS.map((name) => by.map((row) => Number(row[name])))
    .map((values) => [Math.min(...values), Math.max(...values)]);
  return rows.map((row) =>
    Float64Array.from(COLUMNS, (name, k) => (Number(row[name]) - ends[k][0]) / (ends[k][1] - ends[k][0])));
}

describe('a plan over descriptors', () => {
  it('[exact] anchors with a structure more per parameter, on common random numbers; then points', () => {
    const spec = study({ anchors: 5, gradient: { realisations: 2 }, realisations: 3 });
    expect(countStudy(spec)).toMatchObject({
      rounds: [{ structures: 5 * 2 * 4, conduct: 0, table: 0 }, { structures: 72, conduct: 72, table: 72 }],
    });
    const all = planRound1(spec) as PointStructure[];
    expect(new Set(all.map(({ id }) => id)).size).toBe(40);
    for (const structure of all) {
      const base = all.find(({ point, key, id }) =>
        point === structure.point && key.realisation === structure.key.realisation && id.includes('base'))!;
      expect(structure.boxOf).toEqual(base.parameters);
      expect(structure.key).toEqual(base.key);
      const changed = Object.keys(base.parameters!).filter((name) =>
        structure.parameters![name] !== base.parameters![name]);
      expect(changed).toEqual(structure === base ? [] : [structure.id.split('/')[2]]);
    }
    const independent = planRound1(study({ gradient: { randomNumbers: 'independent' } }));
    expect(new Set(independent.map(({ key }) => JSON.stringify(key))).size).toBe(16 * 4);
    expect(independent.every(({ boxOf }) => boxOf === null)).toBe(true);
  });

  it('[law] points are in their bounds, farther apart than a sequence in θ; shards choose the same', async () => {
    const spec = study();
    const [spread, sobol] = [await rowsOf(spec, true), await rowsOf(study({ kind: 'sobol' }))];
    expect(spread).toEqual(await rowsOf(spec));
    for (const { alpha, lambda, anisotropyFactor } of spread as Record<string, number>[]) {
      expect(alpha >= 0.05 && alpha <= 0.4 && lambda >= 0.5 && lambda <= 3).toBe(true);
      expect(anisotropyFactor >= 0.7 && anisotropyFactor <= 1.4).toBe(true);
    }
    const least = (rows: typeof spread): number => Math.min(...nearestDistances(scaled(rows)));
    expect(least(spread)).toBeGreaterThan(1.5 * least(sobol));
    // No place of the reachable space is farther from a point than with a sequence in θ.
    const many = await rowsOf(study({ kind: 'sobol', points: 512 }));
    const gap = (rows: typeof spread): number => Math.max(...distancesTo(scaled(rows, many), scaled(many)));
    expect(gap(spread)).toBeLessThan(gap(sobol));
  });

  it('[law] what was expected is what is found, within the window\'s noise', async () => {
    for (const row of await rowsOf(study({ anchors: 24 }))) {
      expect(row.targetVolumeFraction2).toBeCloseTo(Number(row.volumeFraction2), 6);
      expect(Number(row.targetSpecificSurfaceArea2) / Number(row.specificSurfaceArea2)).toBeCloseTo(1, 6);
      expect(row.targetMeanGeodesicTortuosity2).toBeCloseTo(Number(row.meanGeodesicTortuosity2), 1);
      expect(row.targetConstrictivity2).toBeCloseTo(Number(row.constrictivity2), 1);
    }
  });

  it('[law] ε and S alone need no anchors: one round', async () => {
    const spec = study({ descriptors: ['volumeFraction', 'specificSurfaceArea'] });
    expect(countStudy(spec).rounds.map(({ structures }) => structures)).toEqual([24]);
    expect(await rowsOf(spec)).toHaveLength(24);
  });

  it.each([
    [{ targets: { volumeFraction2: [0.1, 0.2] } }, 'this plan chooses descriptors itself'],
    [{ points: 5000 }, 'points of this plan see each other, at most 4096, got 5000'],
    [{ descriptors: ['mFactor'] }, 'plan.descriptors[0] must be one of volumeFraction2'],
    [{ gradient: { delta: 0 } }, 'plan.gradient.delta must be a finite number > 0 and ≤ 0.5, got 0'],
    [{ candidates: 3 }, 'plan.candidates must be a whole number ≥ 24 and ≤ 16384, got 3'],
  ])('says what is wrong: %j', (changes, expected) => {
    const text = JSON.stringify({ ...CHI2, plan: { ...CHI2.plan, ...changes } });
    let message = '';
    try {
      readStudySpec(text, 's.json');
    } catch (error) {
      expect(error).toBeInstanceOf(SpecError);
      ({ message } = error as Error);
    }
    expect(message).toContain(expected);
  });

  it('a whole number has no derivative', () => {
    const parameters = {
      alphaChiX: 0.1, alphaChiY: 0.1, alphaGaussX: 0.1, alphaGaussY: 0.1, lambdaX: 1, lambdaY: 0,
    };
    expect(() => parseStudySpec({
      structure: { model: 'three-phase', parameters },
      plan: { kind: 'descriptor-space', points: 4, vary: { n: [1, 3] } },
    })).toThrow(/n is a whole number, which has no derivative; hold it/);
  });
});

describe('exact descriptors', () => {
  it('[oracle] derivatives of ε and S are differences of the closed forms, for every model that has them', () => {
    const three = parseStudySpec({
      structure: { model: 'three-phase', parameters: { n: 2, lambdaY: 0.7, alphaGaussY: 0.1 } }, size: 32,
      plan: {
        kind: 'descriptor-space', points: 4, vary: {
          alphaChiX: { from: 0.05, to: 0.4, scale: 'log' }, alphaGaussX: [0.05, 0.4], alphaChiY: [0.05, 0.4],
          lambdaX: [1.5, 3.5],
        },
      },
    }) as Study;
    const balls = parseStudySpec({
      structure: { model: 'boolean' }, size: 32, plan: {
        kind: 'descriptor-space', points: 4, vary: { volumeFraction: [0.2, 0.6], radius: [3, 9] },
      },
    }) as Study;
    for (const spec of [three, study(), balls]) {
      const columns = spec.phases.flatMap((phase) => [`volumeFraction${phase}`, `specificSurfaceArea${phase}`]);
      const exact = exactDescriptors(spec, columns, {
        held: heldNumbers(spec), axes: spec.plan.vary, voxelSizeUm: spec.voxelSizeUm,
      });
      expect(exact.known).toEqual(columns);
      const count = Object.keys(spec.plan.vary).length;
      for (const u of sobolSequence({ dimensions: count, count: 4, seed: 3 })) {
        const slopes = exact.derivatives(u);
        for (let j = 0; j < count; j++) {
          const at = (by: number) => exact.values(u.map((x, k) => (k === j ? x + by : x)))!;
          const [low, high] = [at(-1e-4), at(1e-4)];
          for (const column of columns) {
            expect(slopes[column][j]).toBeCloseTo((high[column] - low[column]) / 2e-4, 4);
          }
        }
      }
    }
  });
});

describe('spread', () => {
  const cloud = fc.array(fc.tuple(fc.float({ min: 0, max: 1, noNaN: true }), fc.float({ min: 0, max: 1, noNaN: true })),
    { minLength: 2, maxLength: 30 });

  it('[oracle] the next point is the one whose nearest chosen one is farthest', () => {
    fc.assert(fc.property(cloud, fc.integer({ min: 1, max: 10 }), (points, count) => {
      const chosen = farthestPoints(points, count);
      expect(chosen).toHaveLength(Math.min(count, points.length));
      for (let k = 1; k < chosen.length; k++) {
        const distances = distancesTo(chosen.slice(0, k).map((i) => points[i]), points);
        expect(distances[chosen[k]]).toBe(Math.max(...distances));
      }
    }));
  });

  it('[law] moving apart never brings the nearest two nearer, and stays in the cube', () => {
    fc.assert(fc.property(cloud, (points) => {
      const places = points.map((point) => Float64Array.from(point));
      // A bent image with its derivatives.
      const image = ([x, y]: Float64Array): Float64Array => Float64Array.of(x + y * y, y * (2 + x));
      const jacobian = ([x, y]: Float64Array) => [Float64Array.of(1, 2 * y), Float64Array.of(y, 2 + x)];
      const moved = partedPoints(places, { sweeps: 3, image, jacobian });
      const least = (all: readonly Float64Array[]): number => Math.min(...nearestDistances(all.map(image)));
      expect(least(moved)).toBeGreaterThanOrEqual(least(places));
      expect(moved.every((place) => place.every((x) => x >= 0 && x <= 1))).toBe(true);
    }));
  });

  it('[exact] a quadratic function is found from values, or from one value and gradients', () => {
    const f = (u: ArrayLike<number>): number => 2 - u[0] + 3 * u[1] + u[0] * u[1] - 2 * u[1] * u[1];
    const slopes = (u: ArrayLike<number>): number[] => [-1 + u[1], 3 + u[0] - 4 * u[1]];
    const places = [...sobolSequence({ dimensions: 2, count: 40, seed: 1 })];
    for (const samples of [
      places.map((at) => ({ at, value: f(at), gradient: null })),
      places.map((at, k) => ({ at, value: k === 0 ? f(at) : null, gradient: slopes(at) })),
    ]) {
      const fit = quadraticFit(2, samples)!;
      for (const at of [[0.1, 0.9], [0.5, 0.5]]) {
        expect(fit.value(at)).toBeCloseTo(f(at), 2);
        slopes(at).forEach((slope, j) => expect(fit.gradient(at)[j]).toBeCloseTo(slope, 1));
      }
    }
    expect(quadraticFit(2, [{ at: [0, 0], value: null, gradient: [1, 1] }])).toBeNull();
  });
});
