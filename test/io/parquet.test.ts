import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { CapacityError, FileError, SpecError } from '../../src/core/errors.js';
import { encodeParquet } from '../../src/io/parquet.js';
import { decodeParquet } from '../../src/io/parquet-read.js';
import { NO_MEANING, type ColumnType, type Table, type TableCell, type TableRecord } from '../../src/core/table.js';

const root = await mkdtemp(join(tmpdir(), 'voxelith-parquet-'));
const duckdb: DuckDBConnection = await (await DuckDBInstance.create(':memory:', { threads: '1' })).connect();
afterAll(async () => {
  duckdb.closeSync();
  await rm(root, { recursive: true, force: true });
});
let serial = 0;
const fresh = (): string => join(root, `t${serial++}.parquet`);

const query = async (sql: string): Promise<Record<string, unknown>[]> =>
  (await duckdb.runAndReadAll(sql)).getRowObjects() as Record<string, unknown>[];

async function byDuckDb(table: Table): Promise<Record<string, unknown>[]> {
  const path = fresh();
  await writeFile(path, await encodeParquet(path, table));
  const rows = await query(`select * from '${path}'`);
  await rm(path);
  return rows;
}

function tableOf(types: Readonly<Record<string, ColumnType>>, rows: readonly TableRecord[]): Table {
  return { columns: Object.entries(types).map(([name, type]) => ({ name, type, ...NO_MEANING })), rows };
}

const TYPES = { x: 'number', n: 'integer', yes: 'boolean', 'a text, with "µ"': 'text' } as const;
const record = fc.record({
  x: fc.oneof(fc.double(), fc.constant(null)),
  n: fc.oneof(fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n), fc.maxSafeInteger(), fc.constant(null)),
  yes: fc.oneof(fc.boolean(), fc.constant(null)),
  'a text, with "µ"': fc.oneof(fc.string({ unit: 'binary' }), fc.constant(null)),
}) as fc.Arbitrary<TableRecord>;

/** Values that are easily lost. */
const EDGES: TableRecord[] = [
  { x: NaN, n: 2n ** 63n - 1n, yes: true, 'a text, with "µ"': '' },
  { x: null, n: -(2n ** 63n), yes: null, 'a text, with "µ"': null },
  { x: -0, n: 2n ** 53n + 1n, yes: false, 'a text, with "µ"': 'NaN' },
  { x: -Infinity, n: null, yes: true, 'a text, with "µ"': 'line\nline \0 😀' },
];

/** Whole numbers as DuckDB gives them. */
const big = (cell: TableCell): TableCell => (typeof cell === 'number' ? BigInt(cell) : cell);
/** And as our reader does. */
const small = (cell: TableCell): TableCell =>
  (typeof cell === 'bigint' && Number.isSafeInteger(Number(cell)) ? Number(cell) : cell);

describe('tables as Parquet', () => {
  it('[oracle] DuckDB reads every value as it was: NaN and null, infinities, 64-bit integers, booleans, texts',
    async () => {
      await fc.assert(fc.asyncProperty(fc.array(record, { maxLength: 40 }), async (rows) => {
        const found = await byDuckDb(tableOf(TYPES, rows));
        expect(found).toEqual(rows.map((row) => ({ ...row, n: big(row.n) })));
      }), { numRuns: 30, examples: [[EDGES]] });
    });

  it('[oracle] DuckDB reads several groups of rows and pages, long texts, and columns without any value', async () => {
    const rows = Array.from({ length: 120_001 }, (_, i) => ({
      i, root: Math.sqrt(i), word: ['one', 'two', null][i % 3], none: null,
      long: i % 50_000 === 0 ? 'µ'.repeat(9e5) : '',
    }));
    const table = tableOf({ i: 'integer', root: 'number', word: 'text', none: 'number', long: 'text' }, rows);
    const path = fresh();
    await writeFile(path, await encodeParquet(path, table));
    expect(await query(`select count(*) c, sum(i)::bigint s, count("none") "none", sum(length("long"))::bigint letters,
      count(*) filter (word = 'two') two, count(*) filter (root = sqrt(i)) exact from '${path}'`)).toEqual([
      { c: 120_001n, s: 7200060000n, none: 0n, letters: 2_700_000n, two: 40_000n, exact: 120_001n },
    ]);
    expect((await decodeParquet(path, await readFile(path))).rows).toEqual(rows);
    expect(await query(`select column_name, column_type from (describe select * from '${path}')`)).toEqual(
      [['i', 'BIGINT'], ['root', 'DOUBLE'], ['word', 'VARCHAR'], ['none', 'DOUBLE'], ['long', 'VARCHAR']]
        .map(([column_name, column_type]) => ({ column_name, column_type })),
    );
  });

  it('[oracle] DuckDB finds what columns are in the metadata of the file', async () => {
    const path = fresh();
    const columns = [
      { name: 'S1', type: 'number', title: 'specific surface area of SE', unit: 'µm⁻¹', source: 'Ohser' },
      { name: 'conductivity (S/m)', type: 'number', ...NO_MEANING },
    ] as const;
    const bytes = await encodeParquet(path, { columns, rows: [{ S1: 1.5, 'conductivity (S/m)': null }] });
    await writeFile(path, bytes);
    const [{ value }] = await query(
      `select decode(value) as value from parquet_kv_metadata('${path}') where decode(key) = 'csvw'`,
    );
    expect(JSON.parse(value as string)).toMatchObject({
      url: path.split('/').at(-1),
      tableSchema: { columns: [
        {
          name: 'S1', titles: 'S1', datatype: 'double', 'dc:description': 'specific surface area of SE',
          'schema:unitText': 'µm⁻¹', 'dc:source': 'Ohser',
        },
        { titles: 'conductivity (S/m)', datatype: 'double' },
      ] },
    });
    expect(JSON.parse(value as string).tableSchema.columns[1]).not.toHaveProperty('name');
    expect((await decodeParquet(path, bytes)).columns).toEqual(columns);
    const [{ title, unit, source }] = await query(`select decode(kv['title'::blob]) "title",
      decode(kv['unit'::blob]) "unit", decode(kv['source'::blob]) "source"
      from (select key_value_metadata kv from parquet_metadata('${path}') where path_in_schema = 'S1')`);
    expect({ title, unit, source }).toEqual({ title: columns[0].title, unit: 'µm⁻¹', source: 'Ohser' });
  });

  it('[oracle] what DuckDB writes is read, whatever the codec and the version', async () => {
    const codecs = ['uncompressed', 'snappy', 'gzip', 'zstd', 'brotli', 'lz4_raw'];
    for (const [codec, version] of codecs.flatMap((one) => [[one, 'V1'], [one, 'V2']])) {
      const path = fresh();
      await query(`copy (select i::bigint as n, (i % 7)::int as k, i / 3.0::double as x, i % 2 = 0 as even,
          case when i % 5 = 0 then null else 'text ' || (i % 11) end as word, 'every ' || i as other,
          9007199254740993 + i as large, date '2026-01-01' as day, (i % 3 = 1)::boolean as third
        from range(3000) t(i)) to '${path}' (format parquet, codec ${codec}, parquet_version ${version})`);
      const { columns, rows } = await decodeParquet(path, await readFile(path));
      expect(columns.map(({ type }) => type)).toEqual(
        ['integer', 'integer', 'number', 'boolean', 'text', 'text', 'integer', 'text', 'boolean'],
      );
      const expected = await query(`select * exclude (day) from '${path}'`);
      expect(rows.map(({ day: _, ...row }) => ({ ...row, n: big(row.n), large: big(row.large) }))).toEqual(expected);
      expect(rows[7].day).toBe('2026-01-01T00:00:00.000Z');
    }
  });

  it('[law] read back, every table is what it was', async () => {
    await fc.assert(fc.asyncProperty(fc.array(record, { maxLength: 60 }), async (rows) => {
      const found = await decodeParquet('t.parquet', await encodeParquet('t.parquet', tableOf(TYPES, rows)));
      expect(found).toEqual(tableOf(TYPES, rows.map((row) => ({ ...row, n: small(row.n) }))));
    }), { numRuns: 200 });
  });

  it('[law] of our own files no damaged byte passes unseen', async () => {
    const rows = Array.from({ length: 60 }, (_, i) =>
      ({ x: i / 7, n: i, yes: i % 3 === 0, 'a text, with "µ"': i % 4 === 0 ? null : `text ${i % 9}` }));
    const table = tableOf(TYPES, rows);
    const bytes = await encodeParquet('t.parquet', table);
    const length = new DataView(bytes.buffer, bytes.byteOffset + bytes.length - 8).getUint32(0, true);
    const footer = bytes.length - 8 - length;
    await fc.assert(fc.asyncProperty(
      fc.integer({ min: 4, max: footer - 1 }), fc.integer({ min: 1, max: 255 }), async (at, by) => {
        const damaged = bytes.slice();
        damaged[at] ^= by;
        // Indexes of pages lie behind the sum: nothing that is read.
        const found = await decodeParquet('t.parquet', damaged).catch((error: unknown) => error);
        if (!(found instanceof FileError)) expect(found).toEqual(table);
      }), { numRuns: 200 });
    for (const cut of [0, 3, 8, 100, bytes.length - 1]) {
      await expect(decodeParquet('t.parquet', bytes.subarray(0, cut))).rejects.toThrow(FileError);
    }
  });

  it('[law] a damaged file of another program ends in a FileError or a table, never in another error', async () => {
    for (const version of ['V1', 'V2']) {
      const path = fresh();
      await query(`copy (select i::bigint as n, i / 3.0::double as x, i % 2 = 0 as even, 'text ' || (i % 11) as word
        from range(300) t(i)) to '${path}' (format parquet, parquet_version ${version})`);
      const bytes = new Uint8Array(await readFile(path));
      await fc.assert(fc.asyncProperty(
        fc.integer({ min: 0, max: bytes.length - 1 }), fc.integer({ min: 1, max: 255 }), async (at, by) => {
          const damaged = bytes.slice();
          damaged[at] ^= by;
          const found = await decodeParquet('t.parquet', damaged, { maxBytes: 2 ** 24 })
            .catch((error: unknown) => error);
          if (!(found instanceof FileError || found instanceof CapacityError)) expect(found).toHaveProperty('rows');
        }), { numRuns: 200 });
    }
  });

  it('[exact] more than there is room for is refused before it is unpacked', async () => {
    const rows = Array.from({ length: 10_000 }, () => ({ x: 1 }));
    const bytes = await encodeParquet('t.parquet', tableOf({ x: 'number' }, rows));
    expect(bytes.length).toBeLessThan(5_000);
    await expect(decodeParquet('t.parquet', bytes, { maxBytes: 100_000 })).rejects.toThrow(
      /^t\.parquet: 10000 rows of 1 columns take .* of memory/,
    );
  });

  it('refuses lists, cells of another kind, and what is no Parquet file', async () => {
    const path = fresh();
    await query(`copy (select [1, 2] as list) to '${path}' (format parquet)`);
    await expect(decodeParquet('t.parquet', await readFile(path))).rejects
      .toThrow('t.parquet: column "list" holds lists or records; a table has one value per cell');
    await expect(decodeParquet('t.parquet', new TextEncoder().encode('id,x\n1,2\n'))).rejects.toThrow(FileError);
    await expect(encodeParquet('t.parquet', tableOf({ x: 'number' }, [{ x: 1 }, { x: 'two' }]))).rejects
      .toThrow('encodeParquet: column x holds numbers, row 2 has "two"');
    await expect(encodeParquet('t.parquet', tableOf({ n: 'integer' }, [{ n: 2n ** 63n }]))).rejects.toThrow(SpecError);
    await expect(encodeParquet('t.parquet', tableOf({ n: 'integer' }, [{ n: 2 ** 53 }]))).rejects.toThrow(SpecError);
  });
});
