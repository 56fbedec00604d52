// Plans of points over any model, over targets, and over the processing of an image.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { labelFractions } from '../../src/core/volume.js';
import type { VoxelArray } from '../../src/io/voxels.js';
import type { Session } from '../../src/runtime/session.js';
import { drawStructure } from '../../src/study/draw.js';
import { drawingOf, evaluatorOf } from '../../src/study/evaluate.js';
import { withImage } from '../../src/study/image.js';
import { mergeStudy, TABLE_FILE } from '../../src/study/merge.js';
import { countStudy, firstRound, planOf } from '../../src/study/plans.js';
import type { PointStructure, PointStudy } from '../../src/study/plans/point-plan.js';
import { readStudySpec } from '../../src/study/read-spec.js';
import { parseStudySpec, studyHash } from '../../src/study/spec.js';
import { memoryStore } from '../../src/study/store.js';
import { openStudy } from '../../src/study/study.js';
import { workStudy } from '../../src/study/work.js';
import { chi2Quantities, threePhaseQuantities } from '../../src/structure/theory.js';
import { testSession } from '../session.js';
import { complaint } from './complaint.js';
import { idle, modelEvaluate } from './model.js';

const CHI2 = { structure: { model: 'chi2' }, size: 32, voxelSizeUm: 0.1 };
const THETA = {
  alphaChiX: 0.1, alphaChiY: 0.12, alphaGaussX: 0.1, alphaGaussY: 0.12, lambdaX: 2.4, lambdaY: 1.2, n: 2,
};

const points = (value: unknown): PointStudy => parseStudySpec(value) as PointStudy;
const structures = (spec: PointStudy): PointStructure[] => [...firstRound(spec)] as PointStructure[];

/** 16³ grey values: the place along x times ten, brighter half filled by walls. */
function ramp(): VoxelArray {
  const data = Uint8Array.from({ length: 16 ** 3 }, (_, i) => 10 * (i % 16));
  return { data, shape: [16, 16, 16], voxelSizeUm: null, provenance: {} };
}

let session: Session;
beforeAll(async () => {
  session = await testSession();
});
afterAll(() => session.close());

describe('plans of points', () => {
  it('[exact] a grid has every combination once, the first axis fastest', () => {
    const spec = points({
      ...CHI2, plan: { kind: 'grid', vary: { alpha: [0.1, 0.2, 0.4], lambda: { from: 1, to: 2, step: 0.5 } } },
    });
    expect(structures(spec).map(({ parameters }) => [parameters!.alpha, parameters!.lambda])).toEqual([
      [0.1, 1], [0.2, 1], [0.4, 1], [0.1, 1.5], [0.2, 1.5], [0.4, 1.5], [0.1, 2], [0.2, 2], [0.4, 2],
    ]);
    expect(structures(spec)[3]).toMatchObject({
      id: 'grid/p4/0', point: 4, key: { seed: 1, scenario: 3, realisation: 0 }, conduct: true,
      parameters: { anisotropyFactor: 1 },
    });
    const counted = points({
      ...CHI2, plan: { kind: 'grid', vary: { alpha: { from: 0.1, to: 0.4, count: 3, scale: 'log' }, lambda: 2 } },
    });
    expect(structures(counted).map(({ parameters }) => parameters!.alpha)).toEqual([0.1, 0.2, 0.4]);
  });

  it.each(['sobol', 'latin-hypercube'])('[law] %s: each of 2^m points has an interval of every axis', (kind) => {
    const spec = points({
      ...CHI2, seed: 7,
      plan: { kind, points: 32, vary: { alpha: { from: 0.05, to: 0.8, scale: 'log' }, lambda: [1, 3] } },
    });
    const all = structures(spec).map(({ parameters }) => parameters!);
    const places = [
      all.map(({ alpha }) => Math.floor((32 * Math.log(alpha / 0.05)) / Math.log(16))),
      all.map(({ lambda }) => Math.floor((32 * (lambda - 1)) / 2)),
    ];
    for (const one of places) expect([...one].sort((a, b) => a - b)).toEqual(Array.from({ length: 32 }, (_, k) => k));
    const vary = { alpha: [0.05, 0.8], lambda: [1, 3] };
    const other = points({ ...CHI2, seed: 8, plan: { kind, points: 32, vary } });
    expect(structures(other)[0].parameters!.lambda).not.toBe(all[0].lambda);
  });

  it('[exact] without scrambling the points are the sequence itself, and skip goes on where a study ended', () => {
    const plan = { kind: 'sobol', scramble: false, vary: { alpha: [0, 4], lambda: [0, 1] } };
    expect(complaint(JSON.stringify({ ...CHI2, plan: { ...plan, points: 4 } }))).toContain('plan.vary.alpha[0]');
    const spec = (skip: number, count: number) => points({
      ...CHI2, plan: { ...plan, vary: { alpha: [1, 3], lambda: [0, 1] }, skip, points: count },
    });
    expect(structures(spec(1, 3)).map(({ parameters }) => [parameters!.alpha, parameters!.lambda]))
      .toEqual([[2, 0.5], [2.5, 0.25], [1.5, 0.75]]);
    const whole = structures(spec(0, 8)).map(({ parameters }) => parameters);
    expect(structures(spec(5, 3)).map(({ parameters }) => parameters)).toEqual(whole.slice(5));
  });

  it('[exact] targets: the parameters have the fractions and areas that were asked for', () => {
    const spec = points({
      ...CHI2,
      plan: { kind: 'sobol', points: 16, targets: { volumeFraction2: [0.3, 0.7], specificSurfaceArea2: [0.5, 3] } },
    });
    for (const { parameters, targets } of structures(spec)) {
      const { volumeFraction, specificSurfaceArea } = chi2Quantities(parameters as never);
      expect(volumeFraction[2]).toBeCloseTo(targets.volumeFraction2, 8);
      expect(specificSurfaceArea[2]).toBeCloseTo(0.1 * targets.specificSurfaceArea2, 8);
    }
    const three = points({
      structure: { model: 'three-phase', parameters: { n: 2 } }, size: 32,
      plan: {
        kind: 'latin-hypercube', points: 12, vary: { gaussRatio: [0.5, 2] },
        targets: {
          volumeFraction1: [0.3, 0.4], specificSurfaceArea1: [0.2, 0.5], volumeFraction2: [0.4, 0.5],
          specificSurfaceArea2: [0.6, 1],
        },
      },
    });
    for (const { parameters, targets } of structures(three)) {
      const { volumeFraction, specificSurfaceArea } = threePhaseQuantities(parameters as never);
      for (const label of [1, 2]) {
        expect(volumeFraction[label]).toBeCloseTo(targets[`volumeFraction${label}`], 7);
        expect(specificSurfaceArea[label]).toBeCloseTo(0.2 * targets[`specificSurfaceArea${label}`], 7);
      }
    }
  });

  it('[law] a target that no structure has is a row that says so', async () => {
    const spec = points({
      ...CHI2, plan: {
        kind: 'grid', targets: { volumeFraction2: [0.5], specificSurfaceArea2: [1, 1000] },
      },
    });
    const study = await openStudy(spec, memoryStore(), { version: 'test' });
    await workStudy(study, { sessions: [idle], evaluate: async () => ({
      values: {}, problems: [], seconds: { describe: 1, conduct: 1 },
    }) });
    const { table } = await mergeStudy(study);
    expect(table!.rows.map(({ point }) => point)).toEqual([1, 2]);
    expect(table!.rows[1]).toMatchObject({ targetSpecificSurfaceArea2: 1000, alpha: NaN });
    expect(table!.rows[1].problems).toMatch(/the targets cannot be met: no alpha up to 4 per voxel gives so much area/);
    expect(table!.rows[0].problems).toBe('');
  });

  it('[law] realisations of a point share their parameters and no draw; the table has the point as a key', async () => {
    const spec = points({
      ...CHI2, plan: { kind: 'sobol', points: 3, realisations: 4, vary: { lambda: [1, 2] }, hold: { alpha: 0.2 } },
    });
    expect(countStudy(spec)).toMatchObject({ rounds: [{ structures: 12, conduct: 12 }], total: 12, table: 12 });
    const all = structures(spec);
    expect(new Set(all.map(({ key }) => JSON.stringify(key))).size).toBe(12);
    expect(all.map(({ point }) => point)).toEqual([1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3]);
    expect(new Set(all.map(({ parameters }) => parameters!.lambda)).size).toBe(3);
    const common = structures({ ...spec, plan: { ...spec.plan, randomNumbers: 'common' } });
    expect(new Set(common.map(({ key }) => JSON.stringify(key))).size).toBe(4);
    const study = await openStudy(spec, memoryStore(), { version: 'test' });
    await workStudy(study, { sessions: [idle], evaluate: async (...args) =>
      ({ ...(await modelEvaluate(args[0], args[1], { ...args[2], parameters: THETA }, {})) }) });
    const { table } = await mergeStudy(study);
    expect(table!.columns.slice(0, 9)).toEqual(
      ['id', 'family', 'point', 'seed', 'scenario', 'realisation', 'alpha', 'lambda', 'anisotropyFactor']);
    expect((await study.store.read(TABLE_FILE))!.split('\n')[1]).toMatch(/^sobol\/p1\/0,sobol,1,1,0,0,0.2,/);
  });

  it('[law] what a study was read from, written as JSON, is read as the same study', () => {
    for (const plan of [
      { kind: 'sobol', points: 3, vary: { lambda: [1, 2], alpha: { from: 0.1, to: 0.2, scale: 'log' } } },
      { kind: 'grid', vary: { lambda: [1, 2], alpha: 0.1 } },
      {
        kind: 'latin-hypercube', points: 5, exchanges: 3,
        targets: { volumeFraction2: 0.5, specificSurfaceArea2: [1, 2] },
      },
    ]) {
      const spec = points({ ...CHI2, plan });
      const again = readStudySpec(JSON.stringify(spec), 's.json');
      expect(again).toEqual(spec);
      expect(studyHash(again)).toBe(studyHash(spec));
    }
  });
});

describe('sources', () => {
  it('[law] any model is drawn with the numbers of its row: settings, parameters, whole numbers, sets', async () => {
    const packed = points({
      size: 24, voxelSizeUm: 0.5, structure: { model: 'packing', parameters: { electrolyteDiameter: 2 } },
      plan: { kind: 'sobol', points: 2, vary: { activeShare: [0.4, 0.7], voidFraction: [0.2, 0.3] } },
    });
    expect(packed.phases).toEqual([2, 1]);
    for (const structure of structures(packed)) {
      const volume = await drawStructure(session, drawingOf(packed, structure), null, {});
      const { activeShare, voidFraction } = structure.parameters!;
      const fractions = labelFractions(volume.labels);
      expect(fractions.get(3)).toBeCloseTo(voidFraction, 1);
      expect(fractions.get(2)! / (1 - fractions.get(3)!)).toBeCloseTo(activeShare, 1);
    }
    const spheres = points({
      size: 20, voxelSizeUm: 1, structure: { model: 'spheres', arrangement: 'overlapping' },
      plan: { kind: 'grid', vary: { radius: [3, 4] }, realisations: 2, conduct: false },
    });
    const labels = [];
    for (const structure of structures(spheres)) {
      labels.push((await drawStructure(session, drawingOf(spheres, structure), null, {})).labels.join(''));
    }
    expect(new Set(labels).size).toBe(4);
    const set = points({
      ...CHI2, voxelSizeUm: 0.02, structure: { model: 'chi2', set: 'f850' },
      plan: { kind: 'sobol', points: 1, vary: { anisotropyFactor: [0.9, 1.1] } },
    });
    const chi2 = planOf(set).samples(set)[0].drawing.structure as { parameters: { alpha: number } };
    expect(chi2.parameters.alpha).toBeGreaterThan(0);
    const whole = points({
      structure: { model: 'three-phase', parameters: { ...THETA, n: undefined } }, size: 16,
      plan: { kind: 'sobol', points: 64, vary: { n: [1, 4] } },
    });
    expect(structures(whole).map(({ parameters }) => parameters!.n).sort().join('')).toBe(
      '1'.repeat(16) + '2'.repeat(16) + '3'.repeat(16) + '4'.repeat(16));
  });

  it('[exact] an image: thresholds and contents of an additive are the numbers of a row', async () => {
    const { spec, image } = withImage(points({
      image: { file: 'ramp.tif', crop: ':,:,2:14', steps: [{ segment: 'thresholds:80' }], labels: [3, 2] },
      voxelSizeUm: 1, phases: [2, 4], additive: { into: 3, label: 4 },
      plan: { kind: 'grid', vary: { threshold1: [70, 100], additiveContent: [0, 0.1] }, conduct: true },
    }), ramp());
    expect([spec.size, (spec as PointStudy).image!.sha256!.length]).toEqual([[16, 16, 12], 64]);
    const evaluate = evaluatorOf(image);
    const found = [];
    for (const structure of structures(spec as PointStudy)) {
      const { values } = await evaluate(session, spec, structure, {});
      found.push([structure.parameters, values.volumeFraction2, values.volumeFraction4]);
    }
    // x = 2 … 13 are seen: values 20 … 130; at the threshold and above is bright.
    expect(found).toEqual([
      [{ threshold1: 70, additiveContent: 0 }, 7 / 12, 0], [{ threshold1: 100, additiveContent: 0 }, 4 / 12, 0],
      [{ threshold1: 70, additiveContent: 0.1 }, 7 / 12, 307 / 3072],
      [{ threshold1: 100, additiveContent: 0.1 }, 4 / 12, 307 / 3072],
    ]);
  });

  it('[law] the hash sees the image, not its name alone; an image of another size, edge or content is refused', () => {
    const text = {
      image: { file: 'a.tif', steps: [{ segment: 'thresholds:80' }], labels: [3, 2] }, voxelSizeUm: 1, phases: [2],
      plan: { kind: 'grid', vary: { threshold1: [70, 100] } },
    };
    const { spec } = withImage(points(text), ramp());
    const other = ramp();
    other.data[5]++;
    expect(studyHash(withImage(points(text), other).spec)).not.toBe(studyHash(spec));
    expect(() => withImage(points(JSON.parse(JSON.stringify(spec))), other)).toThrow(/is not the image of this study/);
    expect(studyHash(withImage(points(JSON.parse(JSON.stringify(spec))), ramp()).spec)).toBe(studyHash(spec));
    expect(() => withImage(points({ ...text, size: 20 }), ramp())).toThrow(/16×16×16 voxels, size says 20×20×20/);
    expect(() => withImage(points(text), { ...ramp(), voxelSizeUm: [1, 1, 2] })).toThrow(/voxelSizeUm says 1/);
    expect(() => withImage(points({ ...text, image: { ...text.image, crop: ':,:,10:20' } }), ramp()))
      .toThrow(/along x the window must lie in 0:16, got 10:20/);
    expect(() => withImage(points({ ...CHI2, plan: { kind: 'grid', vary: { lambda: [1, 2], alpha: 0.1 } } }), ramp()))
      .toThrow(/no images/);
  });
});

const CHI2_TEXT = 'structure: {model: chi2}\nsize: 32\n';

describe('bad plans', () => {
  it.each([
    [`${CHI2_TEXT}`, 's.yaml:1:1: a structure or an image needs a plan, such as "plan: {kind: sobol'],
    [`${CHI2_TEXT}plan: {kind: soboll}`, 's.yaml:3:14: plan.kind must be one of paper, grid, latin-hypercube, sobol'],
    [`${CHI2_TEXT}plan: {kind: sobol, points: 4, vary: {alpha: [0.2, 0.1], lambda: 1}}`,
      's.yaml:3:46: the bounds of plan.vary.alpha contradict each other: from 0.2 is above to 0.1; exchange them'],
    [`${CHI2_TEXT}plan: {kind: sobol, points: 4, vary: {lambda: {from: -1, to: 1, scale: log}, alpha: 1}}`,
      'plan.vary.lambda lies on a logarithmic scale, so that from must be above 0, got -1'],
    [`${CHI2_TEXT}plan: {kind: sobol, points: 4, vary: {alpah: [0.1, 0.2]}}`,
      's.yaml:3:39: the model chi2 has no number "alpah" to vary; did you mean "alpha"?'],
    [`${CHI2_TEXT}plan: {kind: sobol, points: 4, vary: {alpha: [0.1, 9], lambda: 1}}`,
      's.yaml:3:52: plan.vary.alpha[1] must be a finite number > 0 and ≤ 4, got 9'],
    [`${CHI2_TEXT}plan: {kind: sobol, points: 4, vary: {alpha: [0.1, 0.2]}}`,
      's.yaml:1:12: lambda (λ: solid where the field ≥ λ) is neither given nor varied'],
    [`${CHI2_TEXT}plan: {kind: sobol, vary: {alpha: [0.1, 0.2], lambda: 1}}`, 's.yaml:3:7: the plan needs points'],
    [`${CHI2_TEXT}plan: {kind: sobol, points: 5, vary: {alpha: 0.1, lambda: 1}}`, 'nothing is varied: give vary'],
    [`${CHI2_TEXT}plan: {kind: sobol, points: 600000, realisations: 2, vary: {alpha: [0.1, 1], lambda: 1}}`,
      'the plan has 1200000 structures (600000 points in 2 realisations), at most 1000000 can be planned'],
    [`${CHI2_TEXT}plan:\n  kind: grid\n  vary:\n    alpha: {from: 0.1, to: 0.9, count: 999}\n    ` +
        'lambda: {from: 1, to: 9, count: 999}\n    anisotropyFactor: [1, 2]',
      's.yaml:4:3: the plan has 1996002 structures, at most 1000000 can be planned; vary less, in fewer values'],
    [`${CHI2_TEXT}plan: {kind: sobol, points: 4, targets: {volumeFraction2: [0.1, 0.2]}}`,
      's.yaml:3:41: targets need specificSurfaceArea2 too'],
    [`${CHI2_TEXT}plan: {kind: sobol, points: 4, targets: {volumeFraction2: [0.5, 1.2], specificSurfaceArea2: 1}}`,
      'plan.targets.volumeFraction2[1] must be a finite number > 0 and < 1, got 1.2'],
    ['structure: {model: packing}\nplan: {kind: sobol, points: 4, targets: {volumeFraction2: [0.1, 0.2]}}',
      'targets need a model whose parameters follow from descriptors (three-phase, chi2, boolean), this is packing'],
    ['structure: {model: three-phase, parameters: {n: 2, lambdaX: 1}}\nplan: {kind: sobol, points: 4, targets: {' +
        'volumeFraction1: [0.6, 0.7], volumeFraction2: [0.5, 0.6], specificSurfaceArea1: 1, specificSurfaceArea2: 1}}',
      's.yaml:1:52: lambdaX follows from the targets; leave it out\ns.yaml:2:41: the volume fractions contradict each'],
    ['structure: {model: chi3}\nplan: {kind: grid}', 's.yaml:1:20: unknown model "chi3"; did you mean "chi2"?'],
    ['structure: {model: chi2, size: 3}\nplan: {kind: grid}', 's.yaml:1:26: size stands at the top of the study'],
    ['structure: {model: chi2, set: bm01}\nplan: {kind: grid}',
      's.yaml:1:31: unknown parameter set "bm01"; chi2 has: f850,'],
    ['structure: {model: laminate}\nplan: {kind: grid, realisations: 2}',
      'every realisation of this source is the same'],
    ['plan: {kind: grid}',
      's.yaml:1:1: this plan needs a structure, such as "structure: {model: packing}", or an image'],
    ['structure: {model: chi2}\nimage: a.tif\nvoxelSizeUm: 1\nphases: [1]\nplan: {kind: grid}',
      'give a structure or an image, not both'],
    ['image: a.tif\nplan: {kind: grid}', 's.yaml:1:8: an image needs voxelSizeUm'],
    ['image: {file: a.tif, steps: [{segmnt: otsu}]}\nphases: [1]\nvoxelSizeUm: 1\nplan: {kind: grid}',
      's.yaml:1:30: a step is one of import\'s with its text, such as "segment: thresholds:90", got {"segmnt"'],
    ['image: {file: a.tif, steps: [{segment: thresholds}]}\nphases: [1]\nvoxelSizeUm: 1\nplan: {kind: grid}',
      's.yaml:1:30: image.steps[0]: --segment: expected auto'],
    ['image: {file: a.tif}\nphases: [1]\nvoxelSizeUm: 1\nadditive: {into: 3, label: 4}\n' +
        'plan: {kind: grid, vary: {threshold1: [1, 2]}}',
      'this image has no number "threshold1" to vary; there are: additiveContent'],
    ['structure: {model: packing}\nadditive: {into: 3, label: 4}\ntransport: {interface: smooth}\n' +
        'plan: {kind: grid, vary: {additiveContent: [0.01, 0.02]}}',
      's.yaml:3:24: a smooth interface needs level sets, which a structure with an additive does not have; take voxel'],
    ['structure: {model: packing}\nadditive: {into: 3, label: 4}\nplan: {kind: grid, vary: {activeShare: [0.1, 0.2]}}',
      's.yaml:2:11: additiveContent (share of the window) is neither given nor varied'],
  ])('says where and what: %s', (text, expected) => {
    expect(complaint(text)).toContain(expected);
  });
});
