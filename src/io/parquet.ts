// Tables as Parquet, by the optional package hyparquet-writer. Units and sources stand in the key-value metadata of
// every column chunk (`title`, `unit`, `source`) and all together in those of the file (`csvw`).
import { checkArguments, has } from '../core/arguments.js';
import { SpecError } from '../core/errors.js';
import { VERSION } from '../core/version.js';
import { crc32 } from './crc32.js';
import { csvMetadata } from './csvw.js';
import { checkLibraries, loadLibrary, type Libraries } from './libraries.js';
import { WRITE_OPTION_NAMES, type WriteOptions } from './room.js';
import { isNone, type ColumnType, type Table, type TableCell, type TableColumn } from '../core/table.js';

/** Rows that are turned into columns at a time: a row group each. */
const ROWS_PER_GROUP = 50_000;

export const CREATED_BY = `voxelith ${VERSION}`;
/** Key of the checksum of all bytes before the footer, "length:CRC-32". */
export const CHECK_KEY = 'voxelith:crc32';

const TYPES = { number: 'DOUBLE', integer: 'INT64', boolean: 'BOOLEAN', text: 'STRING' } as const satisfies
  Readonly<Record<ColumnType, string>>;

/** @internal
 *  @throws FileError when the package is not installed */
export async function parquetWriter(
  name: string, libraries: Libraries = {},
): Promise<typeof import('hyparquet-writer')> {
  return loadLibrary('hyparquet-writer', libraries, `${name}: Parquet`, 'write .csv');
}

function wrongCell({ name, type }: TableColumn, row: number, cell: TableCell): SpecError {
  return new SpecError(
    `encodeParquet: column ${name} holds ${type === 'integer' ? 'whole numbers of 64 bits' : `${type}s`}, row ` +
      `${row + 1} has ${typeof cell === 'string' ? JSON.stringify(cell.slice(0, 40)) : String(cell)}`,
  );
}

/** A cell as its column stores it; null where there is none. @throws SpecError for one of another kind */
function storedCell(column: TableColumn, row: number, cell: TableCell): TableCell {
  const { type } = column;
  if (isNone(cell)) return null;
  if (type === 'text') return typeof cell === 'string' ? cell : String(cell);
  if (cell === '') return null;
  if (type === 'boolean' && typeof cell === 'boolean') return cell;
  if (type === 'number' && typeof cell === 'number') return cell;
  if (type === 'integer') {
    if (typeof cell === 'bigint' && BigInt.asIntN(64, cell) === cell) return cell;
    if (Number.isSafeInteger(cell)) return BigInt(cell as number);
  }
  throw wrongCell(column, row, cell);
}

/** A table as the bytes of a Parquet file: doubles, 64-bit integers, booleans, UTF-8 texts, each with nulls, compressed
 *  by Snappy. Numbers that are not one stay so, and null stays null.
 *  @param name of the file, for messages and in its metadata
 *  @throws SpecError where a cell is not of its column's kind; FileError when hyparquet-writer is not installed */
export async function encodeParquet(name: string, table: Table, options: WriteOptions = {}): Promise<Uint8Array> {
  checkArguments('encodeParquet', {
    name: [name, 'text'], table: [table, has<Table>('columns', 'rows')], options: [options, WRITE_OPTION_NAMES],
  });
  checkLibraries('encodeParquet', options.libraries);
  const { columns, rows } = table;
  if (columns.length === 0) throw new SpecError(`encodeParquet: ${name}: a table has at least one column`);
  const { ByteWriter, ParquetWriter, schemaFromColumnData } = await parquetWriter(name, options.libraries);
  const typed = columns.map(({ name: column, type }) => ({ name: column, type: TYPES[type], data: [] }));
  const writer = new ByteWriter();
  const kvMetadata = [{ key: 'csvw', value: csvMetadata(name.replace(/^.*[\\/]/, ''), table) }];
  const parquet = new ParquetWriter({
    writer, schema: schemaFromColumnData({ columnData: typed }), createdBy: CREATED_BY, kvMetadata,
  });
  for (let from = 0; from < rows.length; from += ROWS_PER_GROUP) {
    const group = rows.slice(from, from + ROWS_PER_GROUP);
    void parquet.write({
      columnData: columns.map((column) => ({
        name: column.name, data: group.map((row, i) => storedCell(column, from + i, row[column.name])),
      })),
      rowGroupSize: ROWS_PER_GROUP,
    });
  }
  for (const group of parquet.row_groups) {
    group.columns.forEach(({ meta_data: meta }, k) => {
      const { title, unit, source } = columns[k];
      const pairs = Object.entries({ title, unit, source }).filter(([, value]) => value !== null);
      if (meta && pairs.length > 0) meta.key_value_metadata = pairs.map(([key, value]) => ({ key, value: value! }));
    });
  }
  kvMetadata.push({ key: CHECK_KEY, value: `${writer.offset}:${crc32(writer.getBytes())}` });
  void parquet.finish();
  return writer.getBytes();
}
