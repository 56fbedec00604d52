// Comma-separated tables [RFC 4180] with a head row.
import { checkArguments } from '../core/arguments.js';
import { FileError } from '../core/errors.js';

export type CsvCell = string | number | boolean | null | undefined;

function formatCell(value: CsvCell): string {
  if (value === null || value === undefined || Number.isNaN(value)) return '';
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** One row without its line end. Missing and NaN are empty cells. */
export function formatCsvLine(cells: readonly CsvCell[]): string {
  return cells.map(formatCell).join(',');
}

/** Missing and NaN are empty cells. */
export function formatCsv(columns: readonly string[], rows: readonly (readonly CsvCell[])[]): string {
  checkArguments('formatCsv', { columns: [columns, 'list'], rows: [rows, 'lists'] });
  return [columns, ...rows].map((row) => `${formatCsvLine(row)}\n`).join('');
}

export interface CsvTable {
  readonly columns: readonly string[];
  /** One object per row, cells as text. */
  readonly rows: readonly Readonly<Record<string, string>>[];
}

/** @throws FileError on an unclosed quote, a row of another length than the head, or a column named twice. */
export function parseCsv(name: string, text: string): CsvTable {
  checkArguments('parseCsv', { name: [name, 'text'], text: [text, 'text'] });
  const records: string[][] = [];
  let record: string[] = [];
  let cell = '';
  let quoted = false;
  let wasQuoted = false;
  const source = text.replace(/^\ufeff/, '');
  const endRecord = (): void => {
    record.push(cell);
    // A line without anything is no row.
    if (record.length > 1 || cell !== '' || wasQuoted) records.push(record);
    record = [];
    cell = '';
    wasQuoted = false;
  };
  for (let i = 0; i < source.length; i++) {
    const c = source[i];
    if (quoted) {
      if (c !== '"') cell += c;
      else if (source[i + 1] === '"') {
        cell += '"';
        i++;
      } else quoted = false;
    } else if (c === '"') {
      quoted = true;
      wasQuoted = true;
    } else if (c === ',') {
      record.push(cell);
      cell = '';
    } else if (c === '\n') endRecord();
    else if (c !== '\r') cell += c;
  }
  if (quoted) throw new FileError(`${name}: the file is truncated inside a quoted cell; write it again`);
  if (cell !== '' || record.length > 0 || wasQuoted) endRecord();
  const [columns, ...body] = records;
  if (columns === undefined) throw new FileError(`${name}: the table is empty; expected a head row with column names`);
  const twice = columns.find((column, i) => columns.indexOf(column) < i);
  if (twice !== undefined) throw new FileError(`${name}: two columns are named "${twice}"`);
  const rows = body.map((cells, i) => {
    if (cells.length !== columns.length) {
      throw new FileError(
        `${name}: row ${i + 2} has ${cells.length} cells, the head has ${columns.length}; the file may be truncated`,
      );
    }
    return Object.fromEntries(columns.map((column, k) => [column, cells[k]]));
  });
  return { columns, rows };
}
