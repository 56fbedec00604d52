// Studies that were begun go on: the paper's plan keeps the hash of its file and the form of its rows.
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { planRound1 } from '../../src/study/plans.js';
import { readStudySpec } from '../../src/study/read-spec.js';
import { formatRow, isRowOf, parseRow } from '../../src/study/rows.js';
import { studyHash } from '../../src/study/spec.js';

const HASH = '9785532d35849d618830c55cece43b0703016d8e4868f76b90087e5a169acb6c';

/** A row of 401³ voxels, written before there were other plans. */
const LINE =
  '{"specHash":"9785532d35849d618830c55cece43b0703016d8e4868f76b90087e5a169acb6c","version":"0.1.0","id":"bm' +
  '01-bm10/t5/gradient/lambdaX/1","key":{"seed":1,"scenario":9,"realisation":1},"parameters":{"alphaChiX":0.' +
  '0701,"alphaChiY":0.32085,"alphaGaussX":0.0701,"alphaGaussY":0.32085,"lambdaX":2.3421666666666665,"lambdaY' +
  '":0.0906,"n":2,"anisotropyFactor":0.9866666666666667},"values":{"volumeFraction1":0.3516334163813109,"vol' +
  'umeFraction2":0.5403817618099266,"specificSurfaceArea1":0.3874238700936028,"specificSurfaceArea2":1.00619' +
  '20398427313,"meanGeodesicTortuosity1":1.1646525197135238,"meanGeodesicTortuosity2":1.0570125947131588,"st' +
  'dGeodesicTortuosity1":0.0311042596938782,"stdGeodesicTortuosity2":0.008994889773371068,"constrictivity1":' +
  '0.4393939393939394,"constrictivity2":0.8},"problems":[],"seconds":{"describe":13.068792804000001,"conduct' +
  '":0},"error":null,"finished":1795694154,"check":"a7b19bb6"}';

const spec = readStudySpec(readFileSync('examples/paper.yaml', 'utf8'), 'paper.yaml');

it('[pinned] the hash of the paper\'s study', () => {
  expect(studyHash(spec)).toBe(HASH);
});

it('[pinned] a row of an earlier program is read, belongs to its structure, and is written alike', () => {
  const row = parseRow(LINE)!;
  expect(row.specHash).toBe(HASH);
  const structure = planRound1(spec).find(({ id }) => id === row.id)!;
  expect(isRowOf(row, structure)).toBe(true);
  expect(formatRow({
    specHash: row.specHash, version: row.version, id: structure.id, key: structure.key,
    parameters: structure.parameters, values: row.values, problems: row.problems, seconds: row.seconds,
    error: row.error, finished: row.finished,
  })).toBe(LINE);
});
