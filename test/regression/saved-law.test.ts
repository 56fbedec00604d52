// Laws as files, and predictions by them.
import { describe, expect, it } from 'vitest';
import {
  assessColumn, assessLaw, evaluateFit, fitColumn, fitLaw, predictRows, readSavedLaw, saveColumnLaw, saveLaw,
  type RegressionSample, type TableRow,
} from '../../src/regression/index.js';
import { studentQuantile } from '../../src/numeric/distributions.js';
import { uniform } from '../random.js';
import { flatten, gaussian, studyTable } from './cathodes.js';

const QUICK = { draws: 9, repeats: 1 };
const reread = <T>(value: T): unknown => JSON.parse(JSON.stringify(value));

describe('saved laws', () => {
  const table = studyTable(80, 4, 0.02);
  const law = fitLaw(table, { randomStarts: 0 });
  const file = readSavedLaw('law.json', reread(saveLaw(law, assessLaw(table, law, QUICK))));

  it('[law] every formula of every phase predicts as the fit itself does', () => {
    expect(file.targets.map(({ target }) => target)).toEqual(['mFactor1', 'mFactor2']);
    law.phases.forEach((phase, i) => phase.formulas.forEach((fit) => {
      const rows = phase.rows.slice(0, 5).map(({ sample }) => flatten(sample, phase.phase));
      const found = predictRows(file.targets[i], rows, fit.formula);
      found.rows.forEach((row, k) => {
        expect(row.value / evaluateFit(fit, phase.rows[k].sample)).toBeCloseTo(1, 12);
        expect([row.extrapolates, row.problem]).toEqual([false, null]);
        expect(row.newLow).toBeLessThan(row.low);
        expect(row.high).toBeLessThan(row.newHigh);
      });
    }));
  });

  it('[exact] intervals of a straight line with rows as groups: the sandwich, and the residual beside it', () => {
    const random = uniform(2);
    const normal = gaussian(4);
    const rows: TableRow[] = Array.from({ length: 30 }, () => {
      const x = random();
      return { x, y: 1 + 2 * x + 0.1 * normal() };
    });
    const line = fitColumn(rows, { target: 'y', formulas: ['y = a + b * x where a, b'], trainShare: 1 });
    const { targets: [target] } = saveColumnLaw(line, assessColumn(rows, line, QUICK));
    const [{ covariance, residual }] = target.formulas;
    const [row] = predictRows(target, [{ x: 0.25 }]).rows;
    const error = Math.sqrt(covariance![0][0] + 2 * 0.25 * covariance![0][1] + 0.0625 * covariance![1][1]);
    const t = studentQuantile(0.95, 29);
    expect(row.high - row.value).toBeCloseTo(t * error, 10);
    expect(row.newHigh - row.value).toBeCloseTo(t * Math.hypot(error, residual!), 10);
    expect(predictRows(target, [{ x: 7 }]).rows[0].extrapolates).toBe(true);
    expect(predictRows(target, [{ x: 'no' }]).rows[0]).toMatchObject({ value: NaN, problem: 'x is not a number' });
  });

  it('what is no law, or a damaged one, is refused', () => {
    const [formula] = file.targets[0].formulas;
    const good = reread(file) as { targets: Record<string, unknown>[] };
    for (const broken of [
      null, 1, [], {}, { kind: 'voxelith law' }, { ...good, kind: 'x' }, { ...good, targets: [{}] },
      ...['target', 'space', 'level', 'groups', 'formulas', 'best', 'columns', 'points'].map((key) => (
        { ...good, targets: [{ ...good.targets[0], [key]: null }] })),
      { ...good, targets: [{ ...good.targets[0], points: [[1, 2]] }] },
      { ...good, targets: [{ ...good.targets[0], formulas: [{ ...formula, covariance: [[1, 2]] }] }] },
    ]) expect(() => readSavedLaw('law.json', broken)).toThrow('law.json: not a law, or a damaged one');
    expect(() => predictRows(file.targets[0], [{ x: 1 }], 'M9')).toThrow('no formula "M9"; did you mean "M1"?');
    const lacking = { ...file.targets[0], formulas: [{ ...formula, coefficients: {} }] };
    const sample = law.phases[0].rows[0].sample as RegressionSample;
    expect(() => predictRows(lacking, [flatten(sample, '1')], formula.name)).toThrow('lacks a coefficient');
  });
});
