// Laws of any column of a table.
import { describe, expect, it } from 'vitest';
import { fitColumn, fitLaw, formatColumnLaw, type TableRow } from '../../src/regression/index.js';
import { uniform } from '../random.js';
import { studyTable } from './cathodes.js';

/** Capacity from ε of one phase and M of the other, by a law or with noise. */
function capacities(count: number, noise: number): TableRow[] {
  const random = uniform(8);
  return Array.from({ length: count }, () => {
    const [volumeFraction2, mFactor1] = [0.4 + 0.3 * random(), 0.05 + 0.2 * random()];
    const exact = 170 * volumeFraction2 ** -0.4 * mFactor1 ** 0.3;
    const cellCapacity1C = exact * (1 + noise * (random() - 0.5));
    return { volumeFraction2, mFactor1, cellCapacity1C, ended: 'lowerVoltage' };
  });
}
const options = { target: 'cellCapacity1C', on: ['volumeFraction2', 'mFactor1'] };

describe('laws of columns', () => {
  it('[exact] a power law is found again, whatever the units', () => {
    const law = fitColumn(capacities(60, 0), options);
    [170, -0.4, 0.3].forEach((value, j) => expect(law.coefficients[j].value / value).toBeCloseTo(1, 8));
    expect(law.expression).toBe('c1 · volumeFraction2^c2 · mFactor1^c3');
    expect([law.train.count, law.test.count, law.rowCount]).toEqual([40, 20, 60]);
    expect(law.test.r2).toBeCloseTo(1, 10);
    expect(law.test.mapePercent).toBeCloseTo(0, 6);
  });

  it('[law] of M on the columns of M2 it is M2: coefficients, errors and scores', () => {
    const table = studyTable(120, 4, 0.05);
    const [phase] = fitLaw(table, { phases: ['1'], formulas: ['M2'] }).phases;
    const [m2] = phase.formulas;
    const law = fitColumn(table, {
      target: 'mFactor1', on: ['volumeFraction1', 'constrictivity1', 'meanGeodesicTortuosity1'],
    });
    m2.coefficients.forEach(({ value, standardError }, j) => {
      expect(law.coefficients[j].value / value).toBeCloseTo(1, 5);
      expect(law.coefficients[j].standardError! / standardError!).toBeCloseTo(1, 4);
    });
    expect([law.train.count, law.test.count]).toEqual([m2.train.count, m2.test.count]);
    expect(law.train.r2).toBeCloseTo(m2.train.r2!, 8);
    expect(law.test.mapePercent).toBeCloseTo(m2.test.mapePercent!, 4);
  });

  it('[law] rows without a value, or with one that no power law gives, are left out and named', () => {
    const table = capacities(30, 0.02);
    table[3] = { ...table[3], cellCapacity1C: NaN };
    table[5] = { ...table[5], mFactor1: '0' };
    table[7] = { ...table[7], volumeFraction2: '' };
    const law = fitColumn(table, options);
    expect(law.leftOut).toEqual([
      { row: 3, reason: 'cellCapacity1C is not a number' }, { row: 5, reason: 'mFactor1 is not positive' },
      { row: 7, reason: 'volumeFraction2 is not a number' },
    ]);
    expect(law.train.count + law.test.count).toBe(27);
    const text = formatColumnLaw(law);
    expect(text).toMatch(/^cellCapacity1C: \d+ structures train, \d+ test, 3 left out \(1 × cellCapacity1C is not a/);
    expect(text).toContain('cellCapacity1C = c1 · volumeFraction2^c2 · mFactor1^c3');
  });

  it('what cannot be fitted is one line with the remedy', () => {
    const table = capacities(30, 0);
    for (const [changes, message] of [
      [{ target: 'cellCapacity2C' }, 'fit: the table has no column "cellCapacity2C"; did you mean "cellCapacity1C"?'],
      [{ on: ['mFactor2'] }, 'no column "mFactor2"; did you mean "mFactor1"?'],
      [{ on: [] }, 'expected columns to fit on, found none'],
      [{ formulas: ['mFactor1 = c1 * volumeFraction2'] }, 'predicts "mFactor1", not'],
      [{ on: ['mFactor1', 'mFactor1'] }, '"mFactor1" is named twice'],
      [{ on: ['cellCapacity1C'] }, '"cellCapacity1C" is named twice'],
      [{ target: 'ended' }, 'fit: ended has 3 coefficients, the training set only 0 structures'],
    ] as const) expect(() => fitColumn(table, { ...options, ...changes })).toThrow(message);
    expect(() => fitColumn([], options)).toThrow('the table has no rows');
  });
});
