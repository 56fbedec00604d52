import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  checkPhaseNames, labelNamed, nameColumns, namesInTable, phaseTitle, type PhaseNames,
} from '../../src/core/phase-names.js';

const names = { 1: 'SE', 2: 'AM', 30: 'pore' };

describe('names of phases', () => {
  it('[exact] a label is its number or its name', () => {
    expect(['1', 'SE', ' pore ', '7'].map((text) => labelNamed('x', text, names))).toEqual([1, 1, 30, 7]);
    expect(() => labelNamed('x', 'AN', names)).toThrow('x: expected a label from 0 to 255 or the name of one');
    expect(() => labelNamed('x', '256', names)).toThrow('found "256"');
    expect(() => labelNamed('x', 'constructor', names)).toThrow('names are: SE, AM, pore');
    expect([phaseTitle(1, names), phaseTitle('4', names), phaseTitle(2)]).toEqual(['SE (1)', 'phase 4', 'phase 2']);
  });

  it('refuses names that could be taken for something else', () => {
    const wrong: PhaseNames[] = [
      { 1: '2' }, { 1: 'all' }, { 1: 'a', 2: 'a' }, { 1: 'a,b' }, { 1: '' }, { 300: 'a' }, { x: 'a' },
    ];
    for (const names of wrong) expect(() => checkPhaseNames('x', names)).toThrow(/^x: /);
  });

  it('[law] names go through the columns of a table', () => {
    const name = fc.string({ minLength: 1, maxLength: 40 })
      .filter((text) => text.trim() !== '' && !/[,=]/.test(text) && !/^[\d.]+$/.test(text.trim()) && text !== 'all');
    const pairs = fc.uniqueArray(fc.tuple(fc.integer({ min: 0, max: 255 }), name), {
      selector: ([label]) => label, maxLength: 5,
    }).filter((list) => new Set(list.map(([, text]) => text)).size === list.length);
    fc.assert(fc.property(pairs, (list) => {
      const given = Object.fromEntries(list);
      const rows = [{ file: 'a', ...nameColumns(given) }, { file: 'b', mFactor1: '0.1' }];
      expect(namesInTable('t', rows)).toEqual(given);
    }));
    expect(() => namesInTable('t.csv', [{ phaseName1: 'SE' }, { phaseName1: 'AM' }])).toThrow(
      't.csv: label 1 is "SE" in one row and "AM" in another',
    );
  });
});
