import { describe, expect, it } from 'vitest';
import { CHEMISTRIES, findChemistry } from '../../src/cell/chemistries/index.js';
import { layoutOf } from '../../src/cell/cell.js';
import { rateTable } from '../../src/cell/experiments/rate-table.js';
import { BPX_ELECTRODE_FIELDS, cellFromBpx } from '../../src/cell/file/bpx.js';
import { bpxFromImage } from '../../src/cell/file/bpx-partial.js';
import { cellFromImage, type MeasuredComposite } from '../../src/cell/file/from-image.js';
import { molarMassOf } from '../../src/cell/file/formula.js';
import { readCell, type CellDescription } from '../../src/cell/file/read.js';
import { loadingOf } from '../../src/cell/outputs/loading.js';

const measured: MeasuredComposite = {
  image: 'cathode.nrrd', thickness: 43, activeFraction: 0.66, electrolyteFraction: 0.3, activeMFactor: 0.4,
  electrolyteMFactor: 0.1, interfaceArea: 0.5, contactDiameter: (6 * 0.66) / 0.5, axis: 'z',
};
const described = (...args: Parameters<typeof cellFromImage>): CellDescription =>
  readCell(cellFromImage(...args), () => 'cell.yaml');

describe('cells from images', () => {
  it.each(CHEMISTRIES.map((chemistry) => [chemistry.name, chemistry] as const))(
    '%s: a file that is read, in which every number has a source, and a cell that discharges', (_, chemistry) => {
      const description = described(measured, chemistry);
      expect(description.entries.length).toBeGreaterThan(20);
      const sources = description.entries.map(({ source }) => source);
      expect(sources.filter((source) => source.startsWith('measured: cathode.nrrd'))).toHaveLength(6);
      const [slow, fast] = rateTable(description.cell, [0.05, 0.5].map(
        (rate) => (rate * description.nominalCapacity) / 3600,
      ), { electrodeVolumes: 15 });
      expect(slow.endedBy).toMatch(/lowerVoltage|tableEnd/);
      expect(fast.last[fast.model.at.charge]).toBeLessThan(slow.last[slow.model.at.charge]);
    });

  it('[exact] D_SCA has flux factor 1; a measured area with another radius keeps lithium by aR/(3ε)', () => {
    const chemistry = findChemistry('NCA-LPS');
    expect(described(measured, chemistry).fluxFactors[0]).toBeCloseTo(1, 5);
    expect(described(measured, chemistry, { area: 'image' }).fluxFactors[0]).toBeCloseTo(1, 5);
    const { cell, fluxFactors } = described(measured, chemistry, { area: 'image', radiusUm: 2.5, thicknessUm: 80 });
    expect(fluxFactors[0]).toBeCloseTo((0.5 * 2.5) / (3 * 0.66), 10);
    expect(layoutOf(cell).positive.thickness).toBeCloseTo(80e-6, 12);
    expect(layoutOf(cell).positive.area).toBeCloseTo(0.5e6, 6);
  });

  it('[exact] BPX of Model "Partial": the fields of the standard, aR = 3ε whatever the radius', () => {
    for (const radiusUm of [null, 2.5]) {
      const bpx = bpxFromImage(measured, findChemistry('nca-lps'), { radiusUm, thicknessUm: 43 });
      const { Header, Parameterisation } = bpx as any;
      expect(Header.Model).toBe('Partial');
      const electrode = Parameterisation['Positive electrode'];
      expect(Object.keys(electrode).every((field) => BPX_ELECTRODE_FIELDS.includes(field))).toBe(true);
      const [radius, area] = [electrode['Particle radius [m]'], electrode['Surface area per unit volume [m-1]']];
      expect(radius * area).toBeCloseTo(3 * 0.66, 12);
      expect(electrode['Conductivity [S.m-1]']).toBeCloseTo(91 * 0.4, 10);
      expect([electrode.Porosity, electrode['Transport efficiency']]).toEqual([0.3, 0.1]);
      // It is a BPX file, which says itself that it is no whole cell.
      expect(() => cellFromBpx(bpx, 'partial.json')).toThrow('which a discharge needs (a BPX of Model "Partial"?)');
    }
  });

  // Lindner et al. 2024, Table 1 and text: 77 µm, 70.43 vol-%, NMC811, 80 % of the lithium between 3.0 and 4.3 V.
  it('[published] loading and theoretical capacity: 25.9 mg/cm², 5.59 mAh/cm² within 2 % of a misprint', () => {
    const of = (activeFraction: number, options: Parameters<typeof cellFromImage>[2]): number[] => {
      const { loading, specificCapacity, arealCapacity } = loadingOf(described(
        { ...measured, thickness: 77, activeFraction, electrolyteFraction: 0.19 }, findChemistry('nmc811-lps'),
        { density: 4.776, formula: 'LiNi0.8Mn0.1Co0.1O2', window: [0.2, 1], ...options },
      ))!;
      return [loading * 100, specificCapacity / 3600, arealCapacity / 36_000];
    };
    const [loading, specific, areal] = of(0.7043, {});
    expect(loading).toBeCloseTo(25.9, 1);
    // 6.63 mAh/cm² of 30.1 mg/cm² in the partial tomogram, where x_AM is 0.81, at 77.8 µm.
    expect(specific).toBeCloseTo(220.3, 0);
    const [partial, , most] = of(0.81, { thicknessUm: 77.8 });
    expect(partial).toBeCloseTo(30.1, 1);
    expect(most).toBeCloseTo(6.63, 2);
    // What 25.9 mg/cm² hold at the same capacity per gram; the table prints 5.59.
    expect(areal).toBeCloseTo(5.71, 2);
    expect(areal / 5.59 - 1).toBeCloseTo(0.021, 3);
    // 3 of 80 µm are cropped: a thickness that is given replaces the window's.
    expect(of(0.7043, { thicknessUm: 80 })[2] / areal).toBeCloseTo(80 / 77, 10);
  });

  it('[exact] a molar mass is the sum of its atoms; what is no formula is refused', () => {
    expect(molarMassOf('LiNi0.8Mn0.1Co0.1O2')).toBeCloseTo(97.28, 2);
    expect(molarMassOf('LiCoO2')).toBeCloseTo(6.94 + 58.933 + 2 * 15.999, 10);
    for (const wrong of ['', 'li', 'LiXx2', 'Li(NiO2)', 'Li0O2', 'Li1.2.3O', 'Li O2']) {
      expect(() => molarMassOf(wrong)).toThrow(/formula ".*": .*write it like LiNi0.8Mn0.1Co0.1O2/);
    }
  });

  it('what cannot conduct or is not known is refused with the remedy', () => {
    expect(() => cellFromImage({ ...measured, electrolyteMFactor: 0 }, CHEMISTRIES[0]))
      .toThrow('the electrolyte does not percolate along z, so that M is 0 and no ion reaches the separator');
    expect(() => findChemistry('nca-lp')).toThrow('chemistry "nca-lp" is unknown; did you mean "nca-lps"? there are');
  });
});
