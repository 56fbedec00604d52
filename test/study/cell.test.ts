// The cells of a study: columns of the whole structure.
import { describe, expect, it } from 'vitest';
import { findChemistry } from '../../src/cell/chemistries/index.js';
import { rateTable } from '../../src/cell/experiments/rate-table.js';
import { cellFromImage } from '../../src/cell/file/from-image.js';
import { readCell } from '../../src/cell/file/read.js';
import { summaryOf } from '../../src/cell/outputs/summary.js';
import { surfaceAreas } from '../../src/descriptors/surface-area.js';
import { volumeFractions } from '../../src/descriptors/volume-fraction.js';
import { openSession } from '../../src/node.js';
import { generate } from '../../src/structure/generate.js';
import { cellValues, STUDY_DISCHARGE, type StudyComposite } from '../../src/study/cell.js';
import { CELL_QUANTITIES, cellColumn, cellColumns, readCellColumn } from '../../src/study/cell-columns.js';
import { isColumn, studyColumns } from '../../src/study/columns.js';
import { drawingOf, evaluateStructure } from '../../src/study/evaluate.js';
import { mergeStudy, TABLE_FILE } from '../../src/study/merge.js';
import { planRound1 } from '../../src/study/plans.js';
import { readStudySpec } from '../../src/study/read-spec.js';
import { formatRow, parseRow, type StudyRow } from '../../src/study/rows.js';
import { runStudy } from '../../src/study/run.js';
import { parseStudySpec, studyHash } from '../../src/study/spec.js';
import { memoryStore } from '../../src/study/store.js';
import { openStudy } from '../../src/study/study.js';
import { mFactor } from '../../src/transport/m-factor.js';
import { testSession } from '../session.js';

const CELL = { chemistry: 'nca-lps', rates: [0.1, 1] };
const settings = {
  name: 'cells', size: 32, edges: [['bm01', 'bm10']], t: [0.2, 0.4, 0.6, 0.8], gradient: { realisations: 1 },
  steps: { descriptors: ['volumeFraction1'], h: [0.05] }, realisations: { interpolated: 1, stepped: 1 }, cell: CELL,
};
const composite: StudyComposite = {
  image: 'a', axis: 'z', thickness: 60, activeFraction: 0.6, electrolyteFraction: 0.35, activeMFactor: 0.35,
  electrolyteMFactor: 0.12, interfaceArea: 0.6,
};
const cellOf = (changes: Record<string, unknown> = {}) => parseStudySpec({ cell: { ...CELL, ...changes } }).cell!;

describe('cells of a study', () => {
  it('[oracle] columns are those of the chain of library calls: image, cell file, discharges', async () => {
    const session = await testSession();
    for (const [descriptors, cell] of [
      [['volumeFraction', 'constrictivity'], CELL],
      [['constrictivity'], { ...CELL, area: 'image', radiusUm: '1500nm', thicknessUm: 80 }],
    ] as const) {
      const spec = parseStudySpec({ ...settings, descriptors, steps: { descriptors: [] }, phases: [2, 1], cell });
      const structures = planRound1(spec).filter(({ conduct }) => conduct);
      expect(structures).toHaveLength(4);
      for (const structure of structures) {
        const { values, problems } = await evaluateStructure(session, spec, structure);
        expect(Object.keys(values).sort()).toEqual([...studyColumns(spec, true)].sort());
        const volume = await generate(session, drawingOf(spec, structure).structure!);
        const { phases } = await volumeFractions(session, volume, { phases: [1, 2] });
        const { interfaces: [{ area: interfaceArea }] } = await surfaceAreas(session, volume, { phases: [1, 2] });
        const m = async (phase: number): Promise<number> =>
          (await mFactor(session, volume, { phase, axis: 'z', ...spec.transport })).mFactor;
        const measured = {
          image: 'by hand', axis: 'z', thickness: 6.4, electrolyteFraction: phases[0].volumeFraction,
          activeFraction: phases[1].volumeFraction, electrolyteMFactor: await m(1), activeMFactor: await m(2),
          interfaceArea, contactDiameter: (6 * phases[1].volumeFraction) / interfaceArea,
        };
        expect(problems).toEqual([]);
        const own = descriptors.length === 1 ? { area: 'image', radiusUm: 1.5, thicknessUm: 80 } as const : {};
        const description = readCell(cellFromImage(measured, findChemistry('nca-lps'), own), () => 'cell');
        const currents = CELL.rates.map((rate) => (rate * description.nominalCapacity) / 3600);
        rateTable(description.cell, currents, STUDY_DISCHARGE).forEach((run, i) => {
          const { dischargeCapacity, energy, endedBy } = summaryOf(run, description);
          const value = (name: Parameters<typeof cellColumn>[0]) => values[cellColumn(name, CELL.rates[i])];
          const grams = 4700e3 * measured.activeFraction * (own.thicknessUm ?? 6.4) * 1e-6;
          expect(value('cellCapacity')).toBeCloseTo(dischargeCapacity / 3.6 / grams, 2);
          expect(value('cellArealCapacity')).toBeCloseTo(dischargeCapacity / 36_000, 12);
          expect(value('cellEnergy')).toBeCloseTo(energy / 36_000, 12);
          expect(value('cellEndedBy')).toBe(endedBy);
        });
        expect(values['cellCapacity0.1C']).toBeGreaterThan(0);
      }
    }
  });

  it('[law] the table has them for all that is solved for, gradients have none; rows read back', async () => {
    const spec = parseStudySpec(settings);
    const study = await openStudy(spec, memoryStore(), { version: 'test' });
    const dist = new URL('../../dist/', import.meta.url);
    const result = await runStudy(study, {
      threads: 1, memoryBytes: 2 ** 30,
      openSession: (session) =>
        openSession({ ...session, wasmUrl: new URL('core.wasm', dist), workerUrl: new URL('worker.node.js', dist) }),
    });
    expect(result.failures).toEqual([]);
    const { columns, rows } = result.table;
    expect(columns.filter((column) => column.startsWith('cell'))).toEqual(cellColumns(spec.cell!));
    expect(rows).toHaveLength(8);
    for (const row of rows) {
      expect(row['cellCapacity1C']).toBeLessThanOrEqual(row['cellCapacity0.1C'] as number);
      expect(row['cellEndedBy0.1C']).toMatch(/lowerVoltage|tableEnd/);
    }
    const lines: StudyRow[] = [];
    for await (const line of study.store.readLines('rows.jsonl')) if (line !== '') lines.push(parseRow(line)!);
    expect(lines).not.toContain(null);
    expect(lines.filter(({ id }) => id.includes('gradient')).flatMap(({ values }) => Object.keys(values))
      .filter((column) => column.startsWith('cell'))).toEqual([]);
    const csv = await study.store.read(TABLE_FILE);
    expect((await mergeStudy(await openStudy(spec, study.store, { version: 'test' }))).table!.rows).toEqual(rows);
    expect(await study.store.read(TABLE_FILE)).toBe(csv);
    const row = lines.find(({ id }) => !id.includes('gradient'))!;
    const changed = (column: string, value: unknown) =>
      parseRow(formatRow({ ...row, values: { ...row.values, [column]: value } } as StudyRow));
    expect(changed('cellCapacity1C', null)).not.toBeNull();
    expect(changed('cellCapacity1C', 'much')).toBeNull();
    expect(changed('cellEndedBy1C', 3)).toBeNull();
    expect(changed('volumeFraction1', 'much')).toBeNull();
  });

  it('[law] without a path, a phase or contact there are no values, and one reason', async () => {
    for (const [changes, reason] of [
      [{ electrolyteMFactor: 0 }, 'cell: the electrolyte does not percolate along z'],
      [{ activeMFactor: 0 }, 'cell: the active material does not percolate along z'],
      [{ interfaceArea: 0 }, 'cell: active material and electrolyte do not touch'],
    ] as const) {
      const { values, problems } = cellValues(cellOf(), { ...composite, ...changes });
      expect(values).toEqual(Object.fromEntries(cellColumns(cellOf()).map((column) => [column, null])));
      expect(problems).toEqual([reason]);
    }
    const session = await testSession();
    const spec = parseStudySpec(settings);
    const structure = planRound1(spec).find(({ conduct }) => conduct)!;
    const parameters = { ...structure.parameters!, lambdaX: 23 };
    const { values, problems } = await evaluateStructure(session, spec, { ...structure, parameters });
    expect(cellColumns(spec.cell!).map((column) => values[column])).toEqual(Array(8).fill(null));
    expect(problems).toContain('cell: the electrolyte does not percolate along z');
  });

  it('[law] a rate that empties the cell at once gives 0, one that no potential satisfies none, both with why', () => {
    const fast = cellValues(cellOf({ rates: [10] }), composite);
    expect(fast.values).toMatchObject({ cellCapacity10C: 0, cellEnergy10C: 0, cellEndedBy10C: 'lowerVoltage' });
    expect(fast.problems).toEqual([expect.stringMatching(/^cellCapacity10C: beyond the voltage limit at once: the /)]);
    const blocked = cellValues(cellOf(), { ...composite, electrolyteMFactor: 1e-9 });
    expect(blocked.values).toMatchObject({ cellCapacity1C: null, cellEnergy1C: null, cellEndedBy1C: 'noPotentials' });
    expect(blocked.problems[0]).toMatch(/^cellCapacity0.1C: no potentials were found for/);
  });

  it('[rate] the discharges of a study against fine ones: 2e-3 where half of a cell is used, 1e-2 where less', () => {
    const rates = [0.1, 0.5, 1];
    const used: number[] = [];
    for (const [thickness, interfaceArea, electrolyteMFactor] of [
      [20, 0.3, 0.2], [80, 0.3, 0.05], [80, 1.2, 0.05], [80, 1.2, 0.2],
    ]) {
      const own = { ...composite, thickness, interfaceArea, electrolyteMFactor, contactDiameter: 3.6 / interfaceArea };
      const { values } = cellValues(cellOf({ rates }), own);
      const description = readCell(cellFromImage(own, findChemistry('nca-lps')), () => 'cell');
      const currents = rates.map((rate) => (rate * description.nominalCapacity) / 3600);
      rateTable(description.cell, currents, { electrodeVolumes: 60, tolerance: 1e-4 }).forEach((run, i) => {
        const { dischargeCapacity, energy, utilisation } = summaryOf(run, description);
        used.push(utilisation);
        const error = (name: Parameters<typeof cellColumn>[0], expected: number): number =>
          Math.abs((36_000 * (values[cellColumn(name, rates[i])] as number)) / expected - 1);
        const bound = utilisation > 0.5 ? 2e-3 : 1e-2;
        expect(error('cellArealCapacity', dischargeCapacity), `${utilisation}`).toBeLessThan(bound);
        expect(error('cellEnergy', energy), `${utilisation}`).toBeLessThan(bound);
      });
    }
    expect(Math.min(...used)).toBeLessThan(0.1);
    expect(Math.max(...used)).toBeGreaterThan(0.9);
  });
});

describe('the section cell', () => {
  const complaint = (text: string): string => {
    try {
      readStudySpec(text, 's.yaml');
    } catch (error) {
      return (error as Error).message;
    }
    return 'accepted';
  };

  it.each([
    ['cell: {chemistry: nca-lp, rates: [1]}', 's.yaml:1:19: cell.chemistry must be one of nca-lps, nmc811-lps, got ' +
      '"nca-lp"; did you mean "nca-lps"?'],
    ['cell:\n  chemistry: nca-lps\n  rate: [1]', 's.yaml:3:3: unknown key "cell.rate"; did you mean "rates"?'],
    ['size: 96\ncell: {chemistry: nca-lps}', 's.yaml:2:7: cell needs rates, such as "cell: {chemistry: nca-lps, rates'],
    ['cell: {rates: [1]}', 'cell needs chemistry'],
    ['cell: {chemistry: nca-lps, rates: [1, 0]}', 's.yaml:1:39: cell.rates[1] must be a finite number ≥ 0.0001'],
    ['cell: {chemistry: nca-lps, rates: [1, 1]}', 'names 1 twice'],
    ['cell: {chemistry: nca-lps, rates: []}', 'cell.rates must be a list with at least 1 item'],
    ['cell: {chemistry: nca-lps, rates: [1], area: ball}', 'cell.area must be one of spheres, image, got "ball"'],
    ['cell: {chemistry: nca-lps, rates: [1], radiusUm: -1}', 'cell.radiusUm must be a finite number > 0, got -1'],
    ['phases: [1]\ncell: {chemistry: nca-lps, rates: [1]}', 's.yaml:2:7: cell needs M of SE (1) and AM (2); phases'],
    ['cell: 3', 'cell must be a mapping with the keys chemistry, rates, radiusUm, area, thicknessUm, got 3'],
  ])('says where and what: %s', (text, expected) => expect(complaint(text)).toContain(expected));

  it('[law] is part of the hash, and studies without it keep theirs', () => {
    expect(parseStudySpec({})).not.toHaveProperty('cell');
    const hash = (cell?: unknown): string => studyHash(parseStudySpec(cell === undefined ? {} : { cell }));
    const hashes = [
      undefined, CELL, { ...CELL, rates: [0.1, 2] }, { ...CELL, chemistry: 'nmc811-lps' }, { ...CELL, area: 'image' },
      { ...CELL, radiusUm: 2.5 }, { ...CELL, thicknessUm: 70 },
    ].map(hash);
    expect(new Set(hashes).size).toBe(hashes.length);
    const spec = parseStudySpec({ cell: CELL });
    expect(studyHash(parseStudySpec(JSON.parse(JSON.stringify(spec))))).toBe(studyHash(spec));
  });

  it('[law] a column says its quantity and rate', () => {
    for (const rate of [1e-4, 0.1, 1 / 3, 2, 1000]) {
      for (const quantity of CELL_QUANTITIES) {
        expect(readCellColumn(cellColumn(quantity.name, rate))).toEqual({ quantity, rate });
      }
    }
    expect(['cellCapacity', 'cellCapacityC', 'cellCapacity0C', 'cellCapacity1.0C', 'cellCapacity1', 'cellPower1C']
      .filter(isColumn)).toEqual([]);
  });
});
