import { describe, expect, it } from 'vitest';
import { readCell } from '../../src/cell/file/read.js';
import { nameOf, type Issue } from '../../src/core/check.js';
import { referenceFile } from './reference-file.js';
import { S2 } from './reference-cells.js';
import { rateTable } from '../../src/cell/experiments/rate-table.js';

const locate = ({ path }: Issue): string => nameOf(path);
const read = (value: unknown) => readCell(value, locate);
type Plain = Record<string, any>;

/** The file with one entry changed. */
function changed(change: (file: Plain) => void): unknown {
  const file = structuredClone(referenceFile) as Plain;
  change(file);
  return file;
}

describe('cell files', () => {
  it('[exact] S2 as a file is S2', () => {
    const { cell, nominalCapacity, fluxFactors, entries } = read(referenceFile);
    const [a, b] = [rateTable(cell, [24])[0], rateTable(S2, [24])[0]];
    expect(a.duration).toBeCloseTo(b.duration, 6);
    expect(nominalCapacity).toBeCloseTo(96485.33212 * 5e4 * 0.66 * 43e-6 * 0.73, 6);
    expect(fluxFactors[0]).toBeCloseTo(1, 14);
    expect(entries.find(({ path }) => path === 'regions[2].thickness'))
      .toEqual({ path: 'regions[2].thickness', value: 43, unit: 'um', source: 'reference cell' });
    expect(entries.every(({ source }) => source !== '')).toBe(true);
  });

  it('[exact] a porous additive is read with its source; its porosity is the share that reacts unless given', () => {
    const number = (value: number, unit?: string) => ({ value, source: 't', ...(unit === undefined ? {} : { unit }) });
    const additive = { conductivity: number(1, 'S/cm'), porosity: number(0.5), mFactor: number(0.2) };
    const of = (more: Plain): unknown => {
      const { cell } = read(changed((file) => { file.regions[2].additive = { ...additive, ...more }; }));
      const electrode = cell.regions.find((region) => region.kind === 'porous-electrode')!;
      return electrode.additive;
    };
    expect(of({})).toEqual({ conductivity: 100, porosity: 0.5, mFactor: 0.2, reactingShare: 0.5 });
    expect(of({ reactingShare: number(0) })).toMatchObject({ reactingShare: 0 });
    expect(() => of({ porosity: number(1.5) })).toThrow('regions[2].additive.porosity must be');
  });

  it('[exact] Arrhenius: a value with an activation energy is taken to the temperature of the cell', () => {
    const { cell } = read(changed((file) => {
      file.temperature = { value: 318.15, unit: 'K', source: 't' };
      file.electrolytes.solid.conductivity.activationEnergy = { value: 30, unit: 'kJ/mol', source: 't' };
    }));
    const separator = cell.regions.find((region) => region.kind === 'separator')!;
    const { electrolyte } = separator.electrolyte;
    const expected = 0.045 * Math.exp((30000 / 8.314462618) * (1 / 298.15 - 1 / 318.15));
    expect(electrolyte.kind === 'single-ion' && electrolyte.conductivity / expected).toBeCloseTo(1, 12);
  });

  it.each([
    ['a missing entry', (f: Plain) => { delete f.regions[2].active.radius; },
      'regions[2].active.radius is missing: expected {value, unit, source}, a length in m, mm, um, µm, nm'],
    ['a missing separator thickness', (f: Plain) => { delete f.regions[1].thickness; },
      'regions[1].thickness is missing'],
    ['a negative number', (f: Plain) => { f.regions[2].thickness.value = -43; },
      'regions[2].thickness must be a finite number > 0 um, got -43'],
    ['an unknown unit', (f: Plain) => { f.regions[2].thickness.unit = 'micron'; },
      'unit must be one of m, mm, um, µm, nm'],
    ['a unit of something else', (f: Plain) => { f.regions[2].thickness.unit = 'S/m'; }, 'it measures a conductivity'],
    ['no source', (f: Plain) => { delete f.regions[2].thickness.source; }, 'regions[2].thickness needs a source'],
    ['a bare number', (f: Plain) => { f.regions[2].thickness = 43; }, 'must be {value, unit, source}, got 43 alone'],
    ['contradicting limits', (f: Plain) => { f.voltage.lower.value = 5; },
      'has a lower limit of 5 V, not below the upper one of 4.4 V'],
    ['an unknown key', (f: Plain) => { f.regions[2].thicknes = 1; },
      'unknown key "regions[2].thicknes"; did you mean "thickness"'],
    ['a wrong electrolyte', (f: Plain) => { f.regions[2].electrolyte.of = 'liquid'; },
      "one of the file's electrolytes (solid)"],
    ['a broken formula', (f: Plain) => { f.regions[2].active.potential.expression = '4 - tan(x)'; },
      'found "tan" at character 5'],
    ['two kinds of value', (f: Plain) => { f.regions[2].active.potential.value = 3; },
      'needs one of value, expression, or x and y'],
    ['too much in a volume', (f: Plain) => { f.regions[2].electrolyte.volumeFraction.value = 0.5; },
      'add up to 1.16, more than 1'],
    ['a start outside its window', (f: Plain) => {
      f.regions[2].active.stoichiometry.value = 0.1;
      f.regions[2].active.window = { low: { value: 0.2, source: 't' } };
    }, 'of 0.1 lies outside its window, 0.2 to 1'],
    ['regions in no order', (f: Plain) => { f.regions.reverse(); },
      'regions must be current collector (optional), lithium foil'],
    ['nothing', (f: Plain) => { for (const key of Object.keys(f)) delete f[key]; }, 'regions must be a list'],
  ])('%s is told with its place', (_, change, message) => {
    expect(() => read(changed(change))).toThrow(message);
  });

  it('all problems at once, one line each', () => {
    expect(() => read(changed((f) => { f.regions[2].thickness.value = 0; f.temperature = 4; })))
      .toThrow(/temperature must be .*\n.*thickness must be/u);
    expect(() => read(null)).toThrow('the cell file is empty');
    expect(() => read([1])).toThrow('the cell file must be a mapping');
  });
});
