import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { tableOfCells, tableOfRows } from '../../src/core/table.js';
import { formatCsv } from '../../src/io/csv.js';
import { encodeParquet } from '../../src/io/parquet.js';
import { uniform } from '../random.js';
import { checkPage } from '../report/page.js';
import { scratchFolder, voxelith } from './cli.js';

const folder = scratchFolder();
const at = (name: string): string => join(folder, name);

describe('voxelith fit', () => {
  it('[exact] finds the coefficients of a table that was made from M1 = ε^2.5', async () => {
    const random = uniform(1);
    const columns = [
      'structure', 'volumeFraction1', 'meanGeodesicTortuosity1', 'stdGeodesicTortuosity1', 'constrictivity1',
      'mFactor1',
    ];
    const rows = Array.from({ length: 40 }, (_, i) => {
      const [e, t, s, b] = [0.3 + 0.2 * random(), 1.05 + 0.1 * random(), 0.02 + 0.02 * random(), 0.4 + 0.5 * random()];
      return [`s${i}`, e, t, s, b, e ** 2.5];
    });
    writeFileSync(at('table.csv'), formatCsv(columns, rows));
    const { code, stdout, stderr } = await voxelith('fit', at('table.csv'), '--phase', '1', '--json');
    expect([code, stderr]).toEqual([0, '']);
    const [phase] = JSON.parse(stdout).phases;
    const m1 = phase.formulas.find(({ formula }: { formula: string }) => formula === 'M1');
    expect(m1.coefficients[0].value).toBeCloseTo(2.5, 8);
    expect(m1.test.r2).toBeCloseTo(1, 8);
    expect((await voxelith('fit', at('table.csv'), '--phase', '1', '--formula', 'M1')).stdout).toMatch(/2\.50*/);
    // A table without names has those of the models, which the law prints.
    const named = await voxelith('fit', at('table.csv'), '--phase', 'SE', '--json');
    expect(JSON.parse(named.stdout)).toEqual(JSON.parse(stdout));
    const wrong = await voxelith('fit', at('table.csv'), '--phase', 'pore');
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringMatching(/found "pore"; names are: SE, AM\n$/)]);
    // Numbers of Parquet are numbers, those of CSV texts that read back to the same bits.
    writeFileSync(at('table.parquet'), await encodeParquet('table.parquet', tableOfCells(columns, rows)));
    const again = await voxelith('fit', at('table.parquet'), '--phase', '1', '--json');
    expect({ ...JSON.parse(again.stdout), table: at('table.csv') }).toEqual(JSON.parse(stdout));
    writeFileSync(at('torn.parquet'), readFileSync(at('table.parquet')).subarray(0, 900));
    const torn = await voxelith('fit', at('torn.parquet'));
    expect([torn.code, torn.stderr]).toEqual([2, expect.stringMatching(/^error: .*torn\.parquet: .*damaged.*\n$/)]);
  });

  it('[exact] any column on any others: --target and --on', async () => {
    const random = uniform(2);
    const rows = Array.from({ length: 30 }, () => {
      const [e, m] = [0.4 + 0.2 * random(), 0.05 + 0.1 * random()];
      return [e, m, 150 * e ** -0.5 * m ** 0.25];
    });
    writeFileSync(at('cells.csv'), formatCsv(['volumeFraction2', 'mFactor1', 'cellCapacity1C'], rows));
    const args = ['fit', at('cells.csv'), '--target', 'cellCapacity1C', '--on', 'volumeFraction2,mFactor1'];
    const { code, stdout } = await voxelith(...args, '--json');
    const { coefficients, test } = JSON.parse(stdout);
    expect(code).toBe(0);
    [150, -0.5, 0.25].forEach((value, j) => expect(coefficients[j].value).toBeCloseTo(value, 6));
    expect(test.r2).toBeCloseTo(1, 8);
    expect((await voxelith(...args)).stdout).toMatch(/cellCapacity1C = c1 · volumeFraction2\^c2 · mFactor1\^c3/);
    for (const [more, message] of [
      [['--phase', '1'], /--phase and named formulas are of laws of M/],
      [['--target', 'cellCapacity'], /did you mean "cellC/],
    ] as [string[], RegExp][]) {
      const { code: failed, stderr } = await voxelith(...args, ...more);
      expect(failed).toBe(2);
      expect(stderr).toMatch(message);
    }
    expect((await voxelith('fit', at('cells.csv'), '--target', 'mFactor1')).stderr)
      .toMatch(/--target needs --on or a --formula/);
    expect((await voxelith('fit', at('cells.csv'), '--on', 'mFactor1')).stderr).toMatch(/--on belong together/);
  });

  it('[exact] a formula as text, of M or of any column; its place is named when it is none', async () => {
    const own = ['fit', at('table.csv'), '--phase', '1', '--draws', '9'];
    const texts = ['--formula', 'M1', '--formula', 'two: M = c1 * eps^c2 * tau^c3'];
    const { code, stdout } = await voxelith(...own, ...texts, '--json');
    expect(code).toBe(0);
    const { phases, assessments } = JSON.parse(stdout);
    const two = phases[0].formulas[1];
    [1, 2.5, 0].forEach((value, j) => expect(two.coefficients[j].value).toBeCloseTo(value, 6));
    expect([two.formula, assessments[0].groups.title]).toEqual(['two', 'rows']);
    expect(assessments[0].comparisons.length).toBeGreaterThan(2);
    const cells = await voxelith('fit', at('cells.csv'), '--formula', 'cellCapacity1C = a * M1^b / volumeFraction2^c ' +
      'where a, b, c in [0, 2]', '--errors', 'log', '--draws', '9', '--json');
    const { coefficients, assessment } = JSON.parse(cells.stdout);
    [150, 0.25, 0.5].forEach((value, j) => expect(coefficients[j].value).toBeCloseTo(value, 6));
    expect(assessment.space).toBe('log');
    for (const [args, message] of [
      [[...own, '--formula', 'M = c1 * epz^c2'], /at character 10, .*no column "epz".* did you mean "eps"\?/],
      [[...own, '--groups', 'pont'], /no column "pont"/],
      [[...own, '--folds', '1'], /folds must be a whole number from 2/],
      [[...own, '--errors', 'logs'], /--errors/], [[...own, '-o', at('law.csv')], /a law is JSON/],
    ] as [string[], RegExp][]) {
      const failed = await voxelith(...args);
      expect([failed.code, failed.stdout]).toEqual([2, '']);
      expect(failed.stderr).toMatch(message);
    }
  });

  it('[law] what is no such table is one line and exit 2', async () => {
    writeFileSync(at('other.csv'), 'a,b\n1,2\n');
    writeFileSync(at('torn.csv'), 'volumeFraction1,mFactor1\n0.4,0.1\n0.4');
    writeFileSync(at('head.csv'), 'volumeFraction1,mFactor1\n');
    for (const [args, message] of [
      [[at('other.csv')], /expected columns mFactor1/],
      [[at('torn.csv')], /torn\.csv: line 3 has 1 cells between commas, the head has 2/],
      [[at('head.csv')], /head\.csv: the table has a head but no rows/],
      [[at('table.csv'), '--formula', 'M9'], /formula must be one of M1, M2, M3, M4, got "M9"/],
      [[at('none.csv')], /none\.csv: cannot be read/],
    ] as [string[], RegExp][]) {
      const { code, stdout, stderr } = await voxelith('fit', ...args);
      expect([args, code, stdout]).toEqual([args, 2, '']);
      expect(stderr).toMatch(/^error: .*\n$/);
      expect(stderr).toMatch(message);
    }
  });
});

describe('voxelith predict', () => {
  const numbers = ['--volume-fraction', '0.4', '--constrictivity', '0.5', '--mean-geodesic-tortuosity', '1.1'];

  it('[published] Stenzel 2016 and Bruggeman from numbers', async () => {
    const one = JSON.parse((await voxelith('predict', '--formula', 'stenzel2016', ...numbers, '--json')).stdout);
    expect(one.predictions[0].mFactor).toBeCloseTo((0.4 ** 1.15 * 0.5 ** 0.37) / 1.1 ** 4.39, 12);
    const all = JSON.parse((await voxelith('predict', '--volume-fraction', '0.25', '--json')).stdout);
    expect(all.predictions).toMatchObject([{ formula: 'bruggeman', mFactor: expect.closeTo(0.125, 12) }]);
  });

  it('[exact] the description of an image gives the numbers of one phase; options override them', async () => {
    writeFileSync(at('d.json'), JSON.stringify({
      phases: {
        1: {
          volumeFraction: 0.3, geodesicTortuosity: { z: { mean: 1.2, std: 0.05 } },
          constrictivity: { z: { constrictivity: 0.6 } },
        },
      },
    }));
    const { descriptors, predictions } =
      JSON.parse((await voxelith('predict', at('d.json'), '--volume-fraction', '0.4', '--json')).stdout);
    expect(descriptors)
      .toEqual({ volumeFraction: 0.4, meanGeodesicTortuosity: 1.2, stdGeodesicTortuosity: 0.05, constrictivity: 0.6 });
    expect(predictions.map(({ formula }: { formula: string }) => formula)).toContain('dufter2026-M3-SE');
  });

  it('[law] what is missing or wrong is named, exit 2', async () => {
    writeFileSync(at('list.json'), '[1]');
    for (const [args, message] of [
      [['--formula', 'stenzel2016', '--volume-fraction', '0.4'], /needs constrictivity/],
      [['--formula', 'stenzel', ...numbers], /formula must be one of bruggeman/],
      [['--formula', 'bruggeman', '--volume-fraction', '-1'], /volumeFraction .* above 0 and below 1, got -1/],
      [[], /no formula can be evaluated/],
      [[at('d.json'), '--phase', '2'], /has no phase 2; it has 1/],
      [[at('list.json')], /expected the object that "voxelith describe/],
    ] as [string[], RegExp][]) {
      const { code, stdout, stderr } = await voxelith('predict', ...args);
      expect([args, code, stdout]).toEqual([args, 2, '']);
      expect(stderr).toMatch(/^error: .*\n$/);
      expect(stderr).toMatch(message);
    }
  });
});

describe('voxelith predict --law', () => {
  it('[exact] a law that fit wrote predicts new rows, with intervals, and says where it extrapolates', async () => {
    const random = uniform(5);
    const rows = Array.from({ length: 60 }, (_, i) => {
      const [e, t] = [0.3 + 0.2 * random(), 1.05 + 0.1 * random()];
      return [`s${i}`, e, t, 2 * e ** 2.5 / t];
    });
    const columns = ['id', 'volumeFraction1', 'meanGeodesicTortuosity1', 'mFactor1'];
    writeFileSync(at('known.csv'), formatCsv(columns, rows));
    const fitted = await voxelith('fit', at('known.csv'), '--formula', 'own: M = c1 * eps^c2 * tau^c3', '--draws', '9',
      '-o', at('law.json'));
    expect([fitted.code, fitted.stderr]).toEqual([0, '']);
    writeFileSync(at('new.csv'), 'id,volumeFraction1,meanGeodesicTortuosity1\nin,0.4,1.1\nout,0.7,1.1\nhole,,1.1\n');
    const byLaw = ['predict', at('new.csv'), '--law', at('law.json')];
    const { code, stdout } = await voxelith(...byLaw, '-o', at('predicted.csv'), '--json');
    expect(code).toBe(0);
    const [{ rows: found, method, formula }] = JSON.parse(stdout).predictions;
    expect([method, formula]).toEqual(['hull', 'own']);
    expect(found[0].value).toBeCloseTo(2 * 0.4 ** 2.5 / 1.1, 9);
    expect(found.map((r: { extrapolates: boolean }) => r.extrapolates)).toEqual([false, true, false]);
    expect(found[2].problem).toBe('volumeFraction1 is not a number');
    const lines = readFileSync(at('predicted.csv'), 'utf8').split('\n');
    expect(lines[0]).toBe('id,volumeFraction1,meanGeodesicTortuosity1,mFactor1Predicted,mFactor1Low,mFactor1High,' +
      'mFactor1NewLow,mFactor1NewHigh,mFactor1Reach,mFactor1Note');
    expect(lines[2]).toMatch(/^out,0\.7,1\.1,.*,extrapolates$/);
    const text = (await voxelith(...byLaw)).stdout;
    expect(text).toContain('3 rows, 1 of them extrapolate, 1 without a prediction');
    const [, ...cells] = readFileSync(at('new.csv'), 'utf8').trimEnd().split('\n').map((line) => line.split(','));
    writeFileSync(at('new.parquet'), await encodeParquet('new.parquet', tableOfRows(columns.slice(0, 3),
      cells.map(([id, eps, tau]) => ({
        id, volumeFraction1: eps === '' ? null : Number(eps), meanGeodesicTortuosity1: Number(tau),
      })), () => null)));
    const parquet = await voxelith('predict', at('new.parquet'), '--law', at('law.json'), '--json');
    expect([parquet.code, parquet.stderr]).toEqual([0, '']);
    expect(JSON.parse(parquet.stdout).predictions).toEqual(JSON.parse(stdout).predictions);
    const described = JSON.parse((await voxelith('predict', at('d.json'), '--law', at('law.json'), '--json')).stdout);
    expect(described.predictions[0].rows[0].value).toBeCloseTo(2 * 0.3 ** 2.5 / 1.2, 9);
    writeFileSync(at('torn.json'), readFileSync(at('law.json'), 'utf8').slice(0, 200));
    writeFileSync(at('short.csv'), 'volumeFraction1\n0.4\n');
    for (const [args, message] of [
      [[at('new.csv'), '--law', at('torn.json')], /torn\.json: not a law, or a damaged one/],
      [[at('new.csv'), '--law', at('list.json')], /not a law/],
      [[at('short.csv'), '--law', at('law.json')], /no column "meanGeodesicTortuosity1"/],
      [[at('new.csv'), '--law', at('law.json'), '--formula', 'onw'], /did you mean "own"\?/],
      [['--law', at('law.json')], /needs rows to predict/], [['-o', at('x.csv'), '--volume-fraction', '0.4'], /--law/],
      [[at('d.json'), '--law', at('law.json'), '--phase', '2'], /has no phase 2/],
    ] as [string[], RegExp][]) {
      const failed = await voxelith('predict', ...args);
      expect([args, failed.code, failed.stdout]).toEqual([args, 2, '']);
      expect(failed.stderr).toMatch(message);
    }
  });
});

describe('voxelith report', () => {
  it('[law] one HTML file without scripts and requests, from a table and the window', async () => {
    const random = uniform(2);
    const columns = ['family', ...['1', '2'].flatMap((phase) =>
      [
        'volumeFraction', 'specificSurfaceArea', 'meanGeodesicTortuosity', 'stdGeodesicTortuosity', 'constrictivity',
        'mFactor',
      ].map((name) => name + phase))];
    const half = (): number[] => {
      const e = 0.3 + 0.2 * random();
      return [
        e, 0.5 + random(), 1.05 + 0.1 * random(), 0.02 + 0.02 * random(), 0.4 + 0.5 * random(),
        e ** 2.2 * (0.95 + 0.1 * random()),
      ];
    };
    writeFileSync(
      at('full.csv'), formatCsv(columns, Array.from({ length: 30 }, () => ['stepped', ...half(), ...half()])),
    );
    const out = at('report.html');
    const { code, stdout, stderr } =
      await voxelith('report', at('full.csv'), '--size', '96', '--voxel-size', '0.2um', '-o', out, '--json');
    expect([code, stderr]).toEqual([0, '']);
    expect(JSON.parse(stdout)).toEqual({ report: out, table: at('full.csv'), rows: 30 });
    const html = readFileSync(out, 'utf8');
    expect(html).toMatch(/^<!doctype html>/i);
    checkPage(html);
    expect(html).toContain('How far these laws can be trusted');
    expect(html).toMatch(/Residuals of M̂\d, SE/);
    const none = await voxelith('report', at('full.csv'), '-o', at('none.html'));
    expect([none.code, none.stdout]).toEqual([2, '']);
    expect(none.stderr).toMatch(
      /^error: .*full\.csv: has no study\.json beside it that says the window; give --size and --voxel-size\n$/,
    );
    expect(existsSync(at('none.html'))).toBe(false);
  });
});
