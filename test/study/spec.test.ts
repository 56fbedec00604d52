import { describe, expect, it } from 'vitest';
import { readStudySpec } from '../../src/study/read-spec.js';
import { STUDY_DEFAULTS, studyHash } from '../../src/study/spec.js';
import type { PaperStudy } from '../../src/study/plans/paper-spec.js';
import { complaint } from './complaint.js';
import { paperStudy } from './paper.js';

describe('study spec', () => {
  it('[published] the defaults are the study of [A]: 3 cathodes, 3 edges, 5 positions, 401³ at 0.2 µm', () => {
    const spec = paperStudy({});
    expect(spec.edges).toEqual([['bm01', 'bm03'], ['bm01', 'bm10'], ['bm03', 'bm10']]);
    expect(spec.t).toEqual([1 / 6, 2 / 6, 3 / 6, 4 / 6, 5 / 6]);
    expect([...spec.size, spec.voxelSizeUm]).toEqual([401, 401, 401, 0.2]);
    expect(spec.steps.descriptors).toEqual([1, 2].flatMap((phase) =>
      ['volumeFraction', 'specificSurfaceArea', 'meanGeodesicTortuosity', 'constrictivity']
        .map((name) => `${name}${phase}`)));
    expect(spec.gradient).toEqual(STUDY_DEFAULTS.gradient);
    expect(spec.fit.trainFraction * 495).toBeCloseTo(331, 10);
  });

  it('reads YAML and JSON alike; fractions, one size or three, inline parameters', () => {
    const yaml = [
      'size: [20, 24, 28]', 't: [1/3, 0.5]', 'phases: [1]',
      'scenarios:', '  - bm01', '  - name: mine',
      '    parameters: {alphaChiX: 0.1, alphaChiY: 0.2, alphaGaussX: 0.3, alphaGaussY: 0.2, lambdaX: 2, lambdaY: 0}',
      'steps: {descriptors: [constrictivity], hConstrictivity: [0.1]}',
    ].join('\n');
    const spec = readStudySpec(yaml, 's.yaml') as PaperStudy;
    expect(spec.size).toEqual([20, 24, 28]);
    expect(spec.t).toEqual([1 / 3, 0.5]);
    expect(spec.scenarios[1].parameters).toMatchObject({ n: 2, anisotropyFactor: 1, alphaGaussX: 0.3 });
    expect(spec.steps.descriptors).toEqual(['constrictivity1']);
    const json = JSON.stringify({ ...spec, name: 'other', edges: [['bm01', 'mine']] });
    expect(studyHash(readStudySpec(json, 's.json'))).toBe(studyHash(spec));
  });

  it('[law] the hash sees every number and passes over the name and the fit', () => {
    const hash = studyHash(paperStudy({}));
    expect(studyHash(paperStudy({ name: 'x', fit: { seed: 9 } }))).toBe(hash);
    expect(studyHash(paperStudy({ size: 401, edges: 'all' }))).toBe(hash);
    for (
      const change of [
        { seed: 2 }, { size: 400 }, { transport: { tolerance: 1e-5 } }, { transport: { interface: 'smooth' } },
        { gradient: { delta: 0.06 } }, { axis: 'x' }, { covariance: 'matern' },
      ]
    ) {
      expect(studyHash(paperStudy(change))).not.toBe(hash);
    }
  });

  it.each([
    ['size: 96\nvoxelsize: 0.2', 's.yaml:2:1: unknown key "voxelsize"; did you mean "voxelSizeUm"?'],
    ['gradient:\n  dleta: 0.05', 's.yaml:2:3: unknown key "gradient.dleta"; did you mean "delta"?'],
    ['transport: {interface: round}', 's.yaml:1:24: transport.interface must be one of voxel, smooth, got "round"'],
    ['seed: .nan', 's.yaml:1:7: seed must be a whole number ≥ 0 and ≤ 4294967295, got NaN'],
    ['t: [0.5, 1]', 's.yaml:1:10: t[1] must be a finite number > 0 and < 1, got 1'],
    ['t: [0.5, 3/6]', 's.yaml:1:10: t names 0.5 twice'],
    ['scenarios: [bm01, bm33]', 's.yaml:1:19: unknown scenario "bm33"; did you mean'],
    ['size: 96\ncovariance: cubic', 's.yaml:2:13: covariance: must be one of gaussian, exponential, matern'],
    [
      'covariance: {family: matern, smoothness: -1}',
      's.yaml:1:13: covariance matern: smoothness (ν) must be from 0.1 to 20, got -1',
    ],
    ['scenarios: [bm01, constructor]', 's.yaml:1:19: unknown scenario "constructor"'],
    ['scenarios:\n  - bm01\n  - {name: b, parameters: {alphaChiX: -1, alphaChiY: 0.1, alphaGaussX: 0.1, alphaGaussY: ' +
        '0.1, lambdaX: 1, lambdaY: .nan}}',
      'alphaChiX must be a finite number > 0 and ≤ 4, got -1\ns.yaml:3:'],
    ['scenarios:\n  - bm01\n  - {name: b, parameters: {alphaChiX: 0.1}}', 'needs alphaChiY'],
    ['edges: [[bm01, bm99]]', 's.yaml:1:9: an edge is a pair of different scenarios out of bm01, bm03, bm10'],
    ['axis: w', 's.yaml:1:7: axis must be one of z, y, x, got "w"'],
    ['size: [96, 96]', 's.yaml:1:7: size must be a whole number of voxels, or three as [z, y, x]'],
    ['size: 4', 'each at least 8, got 4'],
    ['size: 96\nsize: 97', 's.yaml:2:1'],
    ['a: [', 's.yaml:1:'],
    ['- 1', 's.yaml:1:1: the study must be a mapping'],
    ['steps: {h: [0]}', 's.yaml:1:13: steps.h must not be 0'],
    ['steps: {descriptors: [porosity1]}', 'must be one of volumeFraction1'],
    ['phases: [1, 4]', 'phases[1] must be a whole number ≥ 1 and ≤ 3, got 4'],
  ])('says where and what: %s', (text, expected) => {
    expect(complaint(text)).toContain(expected);
  });

  it('one line per problem', () => {
    expect(complaint('axis: w\nseed: -1\nsiez: 3').split('\n')).toHaveLength(3);
  });

  it('[exact] parameters that cannot be interpolated are refused', () => {
    const parameters = {
      alphaChiX: 0.1, alphaChiY: 0.1, alphaGaussX: 0.1, alphaGaussY: 0.1, lambdaX: 1, lambdaY: 0, n: 3,
    };
    expect(() => paperStudy({ scenarios: ['bm01', { name: 'b', parameters }] }))
      .toThrow(/n cannot be interpolated: bm01 has 2, b has 3/);
  });
});
