// Tables from disk and to it: CSV with its metadata beside it, or Parquet by the file ending.
import { basename } from 'node:path';
import { FileError } from '../core/errors.js';
import type { Table, TableCell, TableRecord } from '../core/table.js';
import { formatCsv, parseCsv } from '../io/csv.js';
import { csvMetadata, csvMetadataName } from '../io/csvw.js';
import { readBytes } from '../io/files.node.js';
import { encodeParquet } from '../io/parquet.js';
import { decodeParquet } from '../io/parquet-read.js';
import type { ReadOptions } from '../io/room.js';
import { textOf } from '../io/utf8.js';
import type { FileContent } from '../io/write.node.js';

export const isParquet = (path: string): boolean => path.toLowerCase().endsWith('.parquet');

/** What reading a table gives: cells are texts in CSV, and where there is none in Parquet, too. */
export interface ReadTable {
  readonly columns: readonly string[];
  readonly rows: readonly Readonly<Record<string, Exclude<TableCell, null | undefined | bigint>>>[];
}

/** A cell of Parquet as the rest of the program takes those of CSV. */
const readCell = (cell: TableCell): ReadTable['rows'][0][string] =>
  (cell === null || cell === undefined ? '' : typeof cell === 'bigint' ? String(cell) : cell);

/** The table that the bytes of a file are. @throws FileError, CapacityError */
export async function decodeTable(path: string, bytes: Uint8Array, options: ReadOptions = {}): Promise<ReadTable> {
  if (isParquet(path)) {
    const { columns, rows } = await decodeParquet(path, bytes, { maxBytes: options.maxBytes });
    return {
      columns: columns.map(({ name }) => name),
      rows: rows.map((row) => Object.fromEntries(Object.entries(row).map(([name, cell]) => [name, readCell(cell)]))),
    };
  }
  const text = textOf(path, bytes);
  if (text.slice(0, 65536).includes('\0')) {
    throw new FileError(`${path}: not a CSV table: it holds binary data; Parquet files end in .parquet`);
  }
  return parseCsv(path, text);
}

/** @throws FileError when it cannot be read or is no table with rows. */
export async function readTable(path: string, options: ReadOptions = {}): Promise<ReadTable> {
  const table = await decodeTable(path, await readBytes(path, options), options);
  if (table.rows.length === 0) throw new FileError(`${path}: the table has a head but no rows`);
  return table;
}

/** The text of a table as CSV: cells in their order, empty where there is none. */
export function csvOf({ columns, rows }: Table): string {
  const cells = (row: TableRecord) => columns.map(({ name }) => row[name] ?? null)
    .map((cell) => (typeof cell === 'bigint' ? String(cell) : cell));
  return formatCsv(columns.map(({ name }) => name), rows.map(cells));
}

/** The files of a table: Parquet, or CSV and, where anything is known of its columns, the metadata beside it.
 *  @param csv pieces of its text; default: as `csvOf` */
export async function tableFiles(
  path: string, table: Table, csv: () => Iterable<string> = () => [csvOf(table)],
): Promise<[string, FileContent][]> {
  if (isParquet(path)) return [[path, await encodeParquet(path, table)]];
  const known = table.columns.some(({ title, unit, source }) => (title ?? unit ?? source) !== null);
  return [[path, csv()], ...(known
    ? [[csvMetadataName(path), csvMetadata(basename(path), table)] satisfies [string, string]]
    : [])];
}
