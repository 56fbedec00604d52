import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, describe, expect, it } from 'vitest';
import { encodeParquet } from '../../src/io/parquet.js';
import { mergeStudy, TABLE_FILE } from '../../src/study/merge.js';
import { memoryStore } from '../../src/study/store.js';
import { openStudy } from '../../src/study/study.js';
import { studyTableFile } from '../../src/study/table-meaning.js';
import { workStudy, type Evaluate } from '../../src/study/work.js';
import { idle, modelEvaluate, smallSpec } from './model.js';

const root = await mkdtemp(join(tmpdir(), 'voxelith-meaning-'));
afterAll(() => rm(root, { recursive: true, force: true }));

/** One quantity of one structure does not exist. */
const evaluate: Evaluate = async (session, spec, structure, run) => {
  const found = await modelEvaluate(session, spec, structure, run);
  if (!structure.id.endsWith('t2/interpolated/0')) return found;
  return { ...found, values: { ...found.values, constrictivity2: null }, problems: ['constrictivity2: no path, "µ"'] };
};

const study = await openStudy(smallSpec(), memoryStore(), { version: '1.2.3' });
for (const _round of [1, 2]) {
  await workStudy(study, { sessions: [idle], evaluate });
  await mergeStudy(study);
}
const { table } = await mergeStudy(study);

describe('study tables for others', () => {
  it('[oracle] DuckDB reads the same rows from Parquet and from CSV; what does not exist is null', async () => {
    const [csv, parquet] = ['t.csv', 't.parquet'].map((name) => join(root, name));
    await writeFile(csv, (await study.store.read(TABLE_FILE))!);
    await writeFile(parquet, await encodeParquet(parquet, studyTableFile(study.spec, table!)));
    const duckdb = await (await DuckDBInstance.create(':memory:', { threads: '1' })).connect();
    const rows = async (sql: string) => (await duckdb.runAndReadAll(sql)).getRowObjects();
    // A text that is empty is told from none in Parquet only.
    const fromCsv = await rows(
      `select * replace (coalesce(descriptor, '') as descriptor, coalesce(clipped, '') as clipped,
       coalesce(problems, '') as problems) from read_csv('${csv}', nullstr = ['', 'NaN'],
       types = {'h': 'DOUBLE', 'n': 'DOUBLE', 'constrictivity2': 'DOUBLE', 'clipped': 'VARCHAR'})`,
    );
    const found = await rows(`select * from '${parquet}'`);
    expect(found).toHaveLength(table!.rows.length);
    expect(found).toEqual(fromCsv);
    expect(await rows(`select id, problems from '${parquet}' where constrictivity2 is null`))
      .toEqual([{ id: 'bm01-bm10/t2/interpolated/0', problems: 'constrictivity2: no path, "µ"' }]);
    duckdb.closeSync();
  });

  it('[exact] the metadata beside the CSV name every column, with unit and source where it has some', async () => {
    const metadata = JSON.parse((await study.store.read('table.csv-metadata.json'))!);
    const columns = metadata.tableSchema.columns as Record<string, unknown>[];
    expect(columns.map(({ titles }) => titles)).toEqual(table!.columns);
    const column = (title: string) => columns.find(({ titles }) => titles === title);
    expect(column('specificSurfaceArea1')).toEqual({
      name: 'specificSurfaceArea1', titles: 'specificSurfaceArea1', datatype: 'double', null: ['', 'NaN'],
      'dc:description': 'specific surface area S of phase 1', 'schema:unitText': 'µm⁻¹',
      'dc:source': 'Cauchy-Crofton in 13 directions with Voronoi weights (Ohser and Mücklich 2000)',
    });
    expect(column('alphaChiX')).toMatchObject({ 'schema:unitText': 'voxel⁻¹', datatype: 'double' });
    expect(column('mFactor2')).toMatchObject({ 'schema:unitText': '1', 'dc:description': 'M-factor M of phase 2' });
    expect(column('scenario')).toMatchObject({ datatype: 'long' });
    expect(column('id')).toMatchObject({ datatype: 'string' });
    expect(columns.filter((one) => one['dc:source'] === undefined)).toEqual([]);
  });
});
