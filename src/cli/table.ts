// Tables from disk.
import { FileError } from '../core/errors.js';
import { parseCsv, type CsvTable } from '../io/csv.js';
import { readBytes } from '../io/files.node.js';
import { textOf } from '../io/utf8.js';

/** @throws FileError when it cannot be read or is no CSV table with rows. */
export async function readTable(path: string): Promise<CsvTable> {
  const bytes = await readBytes(path);
  const text = textOf(path, bytes);
  if (text.slice(0, 65536).includes('\0')) throw new FileError(`${path}: not a CSV table: it holds binary data`);
  const table = parseCsv(path, text);
  if (table.rows.length === 0) throw new FileError(`${path}: the table has a head but no rows`);
  return table;
}
