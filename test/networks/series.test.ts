import { describe, expect, it } from 'vitest';
import { voxelCount, type Shape } from '../../src/core/grid.js';
import { labelFractions, type LabelVolume } from '../../src/core/volume.js';
import { surfaceAreas } from '../../src/descriptors/surface-area.js';
import { clearPhase } from '../../src/networks/clear.js';
import { insertPhase, structureAt, type InsertStep } from '../../src/networks/insert.js';
import { INSERT_METHODS, type InsertMethodName } from '../../src/networks/methods.js';
import { seriesFindings, seriesResults, type SeriesResult } from '../../src/networks/series/findings.js';
import { seriesInputs } from '../../src/networks/series/inputs.js';
import {
  insertionSeries, type Series, type SeriesOptions, type SeriesRow,
} from '../../src/networks/series/series.js';
import { conduct } from '../../src/transport/conduct.js';
import { mFactor } from '../../src/transport/m-factor.js';
import { randomLabels } from '../random.js';
import { forEachThreadCount, testSession } from '../session.js';

const session = await testSession();
const METHODS = Object.keys(INSERT_METHODS) as InsertMethodName[];
const CONDUCTIVITY = { 2: 0.5, 4: 100 };
const BASE = { into: 3, label: 4, active: 2, conductivity: CONDUCTIVITY } as const;

const cathode = (shape: Shape, seed: number): LabelVolume =>
  ({ labels: randomLabels(shape, { 2: 3, 3: 3 }, seed, 6), shape, voxelSizeUm: [0.2, 0.2, 0.2] });
const series = (volume: LabelVolume, options: Partial<SeriesOptions> = {}): Promise<Series> =>
  insertionSeries(session, volume, { ...BASE, fractions: [0.05, 0.1], ...options });

const VALUES = {
  conductivity: CONDUCTIVITY, additiveTransport: 0.1, electrolyteConductivity: 2, density: { 2: 4.776, 4: 1.2 },
  capacity: 220, thickness: 77,
};
/** A row with these numbers; the others are those of nothing. */
const rowOf = (some: Partial<SeriesRow>): SeriesRow => ({
  fraction: 0, voxels: 0, filled: 0, connectivity: null, spans: { z: false, y: false, x: false },
  electronConductivity: 1, electronErrorEstimate: 0, additiveMFactor: 0, ionMFactor: 0.1, ionErrorEstimate: 0,
  electrolyteFraction: 0.3, tortuosityFactor: 3, interfaceArea: {}, coveredShare: 0, problems: [], ...some,
});
const resultsOf = (rows: readonly SeriesRow[], fractions: readonly (readonly [number, number])[]): SeriesResult[] =>
  seriesResults(rows, BASE, new Map(fractions), VALUES);
const spanning = (spansAt: number | null): Series =>
  ({ axis: 'z', insertion: { spansAt: { z: spansAt, y: null, x: null } } } as unknown as Series);

describe('insertionSeries', () => {
  it('[oracle] each row has what conduct, surfaceAreas and insertPhase give for its structure by itself', async () => {
    const volume = cathode([20, 24, 28], 4);
    const found = await series(volume, { additiveTransport: 0.2, axis: 'x' });
    const insertion = await insertPhase(session, volume, { into: 3, label: 4, fractions: [0.05, 0.1] });
    expect(found.rows).toHaveLength(3);
    for (const [k, row] of found.rows.entries()) {
      const structure = k === 0 ? volume : structureAt(volume, insertion, k - 1);
      const sigma = k === 0 ? { 2: 0.5 } : CONDUCTIVITY;
      const electrons = await conduct(session, structure, { conductivity: sigma, axis: 'x' });
      const network: Record<number, number> = k === 0 ? { 3: 1 } : { 3: 1, 4: 0.2 };
      const ions = await conduct(session, structure, { conductivity: network, axis: 'x' });
      expect(row.electronConductivity).toBe(electrons.effectiveConductivity);
      expect(row.ionMFactor).toBe(ions.effectiveConductivity);
      const fractions = labelFractions(structure.labels);
      const alone = row.fraction === 0 ? 0 : (await mFactor(session, structure, { phase: 4, axis: 'x' })).mFactor;
      expect(row.additiveMFactor).toBe(alone);
      expect(row.tortuosityFactor).toBeCloseTo(fractions.get(3)! / ions.effectiveConductivity, 12);
      const { interfaces } = await surfaceAreas(session, structure);
      for (const { phases: [a, b], area } of interfaces) expect(row.interfaceArea[`${a}-${b}`]).toBe(area);
      if (k > 0) expect(row).toMatchObject(insertion.steps[k - 1]);
      else expect([row.fraction, row.connectivity, row.coveredShare]).toEqual([0, null, 0]);
    }
  });

  it.each(METHODS)('[law] %s: σ of electrons never falls, M of ions never rises, covered surface grows, ' +
      'whatever the additive’s own pores', async (method) => {
    const volume = cathode([24, 24, 24], 7);
    for (const additiveTransport of [0, 0.3]) {
      const { rows } = await series(volume, { method, additiveTransport, fractions: [0.02, 0.06, 0.1, 0.2, 0.3] });
      rows.slice(1).forEach((row, k) => {
        expect(row.electronConductivity).toBeGreaterThanOrEqual(rows[k].electronConductivity * (1 - 1e-4));
        expect(row.ionMFactor).toBeLessThanOrEqual(rows[k].ionMFactor * (1 + 1e-4));
        expect(row.interfaceArea['2-4']).toBeGreaterThan(rows[k].interfaceArea['2-4']);
      });
    }
  });

  it('[published] as in Lindner 2024: σ of electrons rises most steeply where the additive spans, from where on it ' +
      'conducts alone; ions lose', async () => {
    const shape: Shape = [48, 48, 48];
    const volume = { labels: randomLabels(shape, { 2: 5, 3: 5 }, 3, 8), shape, voxelSizeUm: null };
    const fractions = Array.from({ length: 18 }, (_, k) => 0.02 * (k + 1));
    const found = await series(volume, { fractions, conductivity: { 2: 0.2, 4: 500 }, tolerance: 1e-3 });
    const rows = seriesResults(found.rows, BASE, labelFractions(volume.labels), VALUES);
    const { growth, spansAt } = seriesFindings(found, rows);
    expect(spansAt).toBeGreaterThan(0.1);
    const rise = rows.slice(1).map((row, k) => row.electronConductivity / rows[k].electronConductivity);
    const steepest = rise.indexOf(Math.max(...rise));
    expect([rows[steepest].fraction, rows[steepest + 1].fraction])
      .toEqual([expect.toSatisfy((from) => from <= spansAt!), expect.toSatisfy((to) => to >= spansAt!)]);
    for (const { fraction, additiveMFactor, electronConductivity } of rows) {
      expect(additiveMFactor > 0).toBe(fraction >= spansAt!);
      expect(500 * additiveMFactor).toBeLessThan(electronConductivity * (1 + 1e-3));
      // Soon after, the active material hardly matters.
      if (fraction > 1.25 * spansAt!) expect(500 * additiveMFactor).toBeGreaterThan(0.5 * electronConductivity);
    }
    expect(growth!.below).toBeGreaterThan(0.1);
    expect(rows.at(-1)!.ionMFactor).toBeLessThan(0.5 * rows[0].ionMFactor);
  });

  it('[exact] a room that is filled wholly: columns of σ_AM and σ_additive side by side; ions pass the additive’s ' +
      'pores', async () => {
    const shape: Shape = [6, 8, 10];
    const labels = new Uint8Array(voxelCount(shape)).map((_, i) => (i % 10 < 4 ? 2 : 3));
    const { rows } = await series({ labels, shape, voxelSizeUm: null }, {
      fractions: [0.6], additiveTransport: 0.25, method: 'random',
    });
    expect(rows[0].electronConductivity).toBeCloseTo(0.4 * 0.5, 6);
    expect(rows[0].ionMFactor).toBeCloseTo(0.6, 12);
    expect(rows[1].electronConductivity).toBeCloseTo(0.4 * 0.5 + 0.6 * 100, 3);
    expect(rows[1].ionMFactor).toBeCloseTo(0.6 * 0.25, 6);
    expect([rows[1].tortuosityFactor, rows[1].coveredShare]).toEqual([0, 1]);
    const dense = await series({ labels, shape, voxelSizeUm: null }, { fractions: [0.6], method: 'random' });
    expect(dense.rows[1]).toMatchObject({ ionMFactor: 0, tortuosityFactor: null });
    expect(dense.rows[1].problems).toEqual(['ions find nothing that conducts']);
  });

  it('[law] another electrolyte beside the room: a dense additive leaves its M as it is', async () => {
    const shape: Shape = [20, 20, 20];
    const volume = { labels: randomLabels(shape, { 1: 4, 2: 4, 3: 2 }, 5, 6), shape, voxelSizeUm: null };
    const found = await series(volume, { electrolyte: 1 });
    expect(new Set(found.rows.map(({ ionMFactor }) => ionMFactor)).size).toBe(1);
    const porous = await series(volume, { electrolyte: 1, additiveTransport: 0.5 });
    expect(porous.rows[2].ionMFactor).toBeGreaterThan(porous.rows[0].ionMFactor);
    expect(Object.keys(found.rows[0].interfaceArea)).toEqual(['1-2', '1-3', '1-4', '2-3', '2-4', '3-4']);
  });

  it('[law] rows do not depend on other contents, on rows that are known, or on the number of threads', async () => {
    const volume = cathode([16, 20, 24], 9);
    const whole = await series(volume, { fractions: [0.04, 0.08, 0.12] });
    const alone = await series(volume, { fractions: [0.08] });
    expect(alone.rows).toEqual([whole.rows[0], whole.rows[2]]);
    const seen: number[] = [];
    const again = await insertionSeries(session, volume, { ...BASE, fractions: [0.04, 0.08, 0.12] }, {
      known: ({ voxels }) => whole.rows.slice(0, 3).find((row) => row.voxels === voxels) ?? null,
      onRow: (row, done, total) => void seen.push(row.voxels, done, total),
    });
    expect(again).toEqual(whole);
    expect(seen.filter((_, k) => k % 3 === 1)).toEqual([1, 2, 3, 4]);
    const all = await forEachThreadCount((each) => insertionSeries(each, volume, { ...BASE, fractions: [0.1] }));
    for (const one of all) expect(one).toEqual(all[0]);
  });

  it('says what is wrong with labels and materials', async () => {
    const volume = cathode([8, 10, 12], 1);
    await expect(series(volume, { active: 3 })).rejects.toThrow('the active material has a label of its own');
    await expect(series(volume, { electrolyte: 4 })).rejects.toThrow('label 4 does not occur');
    await expect(series(volume, { conductivity: { 2: 1 } })).rejects.toThrow('label 4 has none');
    await expect(series(volume, { conductivity: { ...CONDUCTIVITY, 7: 1 } })).rejects.toThrow('label 7 does not occur');
    await expect(series(volume, { additiveTransport: 1.5 })).rejects.toThrow('(X/τ) is a share from 0 to 1, got 1.5');
    await expect(series(volume, { fractions: [0.99] })).rejects.toThrow(/content of 0.99 needs .*at most 0\.\d+ of/);
  });
});

describe('seriesResults and seriesFindings', () => {
  it('[published] loadings, capacities and d = ε/τ² of Lindner 2024, Table 1 and eqs. 1-6', () => {
    const rows = [
      rowOf({ fraction: 0.0341, electronConductivity: 0.24, ionMFactor: 0.2616 / 2.51 }),
      rowOf({ fraction: 0.0765, electronConductivity: 3.06, ionMFactor: 0.2191 / 3.4 }),
    ];
    const [asMeasured, added] = resultsOf(rows, [[2, 0.7043], [3, 0.2616], [4, 0.0341]]);
    expect(asMeasured.activeLoading).toBeCloseTo(25.9, 1);
    expect(asMeasured.ionMFactor).toBeCloseTo(0.1042, 4);
    expect(added.ionMFactor).toBeCloseTo(0.0644, 4);
    expect([asMeasured.additiveLoading!, added.additiveLoading!].map((mg) => mg.toFixed(2))).toEqual(['0.32', '0.71']);
    // 0.8 F/M of 97.28 g/mol over 25.9 mg/cm²; the paper prints 5.59 (2 % below its own ratio of the partial tomogram).
    expect(asMeasured.arealCapacity).toBeCloseTo(25.9 * 0.22, 2);
    const { window, keepsUpTo, growth } = seriesFindings(spanning(0.075), [asMeasured, added], 0.7);
    expect(keepsUpTo).toBeCloseTo(0.0341 + (0.3 / (1 - 0.0644 / 0.1042)) * 0.0424, 3);
    expect(window).toBeNull();
    expect(growth).toBeNull();
    expect(seriesFindings(spanning(0.075), [asMeasured, added], 0.6).window).toEqual({ from: 0.075, to: 0.0765 });
  });

  it('[exact] ohmic loss is L/3 · (1/σ + 1/κ); what is filled makes room in the mass', () => {
    const values = { ...VALUES, density: { ...VALUES.density, 3: 1.3, 1: 2 }, thickness: 60 };
    const rows = [rowOf({ electronConductivity: 0.5, ionMFactor: 0.2 }), rowOf({ fraction: 0.1, ionMFactor: 0 })];
    const shares = new Map([[1, 0.1], [2, 0.5], [3, 0.4]]);
    const [first, last] = seriesResults(rows, BASE, shares, values);
    // 60 µm / 3 · (1/0.5 + 1/0.4) m/S = 9e-5 Ω m².
    expect(first.ohmicResistance).toBeCloseTo(0.9, 12);
    expect(last.ohmicResistance).toBeNull();
    expect(first.loading).toBeCloseTo(6 * (0.1 * 2 + 0.5 * 4.776 + 0.4 * 1.3), 12);
    expect(last.loading).toBeCloseTo(6 * (0.1 * 2 + 0.5 * 4.776 + 0.3 * 1.3 + 0.1 * 1.2), 12);
    expect(first.specificCapacity).toBeCloseTo((220 * 0.5 * 4.776) / (0.2 + 0.5 * 4.776 + 0.52), 10);
  });

  it('[exact] the window begins where the additive spans and ends where ions have lost their share', () => {
    const rows = [0, 0.1, 0.2, 0.3].map((fraction, k) =>
      rowOf({ fraction, ionMFactor: 0.4 - 0.1 * k, electronConductivity: [1, 2, 8, 16][k] }));
    const results = resultsOf(rows, [[2, 0.5], [3, 0.5]]);
    const found = seriesFindings(spanning(0.2), results, 0.6);
    expect(found.keepsUpTo).toBeCloseTo(0.16, 12);
    expect(found.window).toBeNull();
    const { window, growth } = seriesFindings(spanning(0.12), results, 0.6);
    expect([window!.from, window!.to]).toEqual([0.12, expect.closeTo(0.16, 12)]);
    // From half of it to it, to one and a half of it; ln σ is linear between contents.
    expect(growth!.below).toBeCloseTo((2 * 4 ** 0.2 / 2 ** 0.6) ** (1 / 6) - 1, 12);
    expect(growth!.above).toBeCloseTo((4 ** 0.8 / 4 ** 0.2) ** (1 / 6) - 1, 12);
    expect(seriesFindings(spanning(null), results)).toMatchObject({ spansAt: null, growth: null, window: null });
    expect(seriesFindings(spanning(0.12), results, 0.1))
      .toMatchObject({ keepsUpTo: null, window: { from: 0.12, to: 0.3 } });
  });

  it('[law] inputs name their sources, and say what is assumed', () => {
    const where = { shape: [10, 20, 30] as const, voxelSizeUm: [1, 2, 3] as const, axis: 'x' as const };
    const { inputs, values } = seriesInputs(BASE, where, {
      conductivity: { 2: 0.3 }, density: { 5: 2.2 }, sources: { conductivity2: 'Amin 2016' },
    });
    expect(inputs.map(({ name }) => name)).toEqual([
      'conductivity2', 'conductivity4', 'additiveTransport', 'electrolyteConductivity', 'density2', 'density4',
      'density5', 'capacity', 'thickness',
    ]);
    expect(inputs[0]).toEqual({ name: 'conductivity2', value: 0.3, unit: 'S/m', source: 'Amin 2016' });
    expect(inputs[6].source).toBe('given');
    expect(inputs.filter(({ source }) => source.startsWith('assumed'))).toHaveLength(6);
    expect(values.thickness).toBe(90);
    // A solid electrolyte stays outside of the additive's pores.
    expect(seriesInputs({ ...BASE, electrolyte: 1 }, where).values)
      .toMatchObject({ additiveTransport: 0, electrolyteConductivity: 0.045, density: { 1: 1.88, 2: 4.76, 4: 1.2 } });
    expect(seriesInputs(BASE, { ...where, voxelSizeUm: null }).values.thickness).toBeNull();
    expect(() => seriesInputs(BASE, where, { sources: { sigma2: 'x' } })).toThrow('there is no input "sigma2"');
    expect(() => seriesInputs(BASE, where, { density: { 2: 0 } })).toThrow('density2 must be a finite number above 0');
  });
});

describe('clearPhase', () => {
  it('[exact] a label becomes the room again, and nothing else changes', () => {
    const volume = { labels: Uint8Array.of(1, 2, 4, 3, 4, 4, 2, 1), shape: [2, 2, 2] as const, voxelSizeUm: null };
    const cleared = clearPhase(volume, 4, 3);
    expect([...cleared.labels]).toEqual([1, 2, 3, 3, 3, 3, 2, 1]);
    expect([...volume.labels]).toEqual([1, 2, 4, 3, 4, 4, 2, 1]);
    expect(() => clearPhase(volume, 7, 3)).toThrow('label 7 does not occur');
    expect(() => clearPhase(volume, 4, 4)).toThrow('into is a label from 0 to 255 other than 4');
  });

  it('[law] clearing what was inserted gives back the structure', async () => {
    const volume = cathode([8, 10, 12], 2);
    const found = await insertPhase(session, volume, { into: 3, label: 4, fractions: [0.1] });
    const step: InsertStep = found.steps[0];
    expect(step.voxels).toBe(96);
    expect(clearPhase(structureAt(volume, found, 0), 4, 3).labels).toEqual(volume.labels);
  });
});
