// Tables of text with a head row: comma-separated [RFC 4180], or with semicolons or tabs as spreadsheets write them.
import { checkArguments } from '../core/arguments.js';
import { FileError } from '../core/errors.js';

/** What a cell of a CSV file is written from; null, undefined and NaN give an empty one. */
export type CsvCell = string | number | boolean | null | undefined;

/** Semicolons and tabs are quoted, too: they could be taken for what stands between cells. */
function formatCell(value: CsvCell): string {
  if (value === null || value === undefined || Number.isNaN(value)) return '';
  const text = String(value);
  return /[",;\t\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** One row without its line end. Missing and NaN are empty cells. */
export function formatCsvLine(cells: readonly CsvCell[]): string {
  return cells.map(formatCell).join(',');
}

/** A table with a head row as comma-separated text. Missing and NaN are empty cells. */
export function formatCsv(columns: readonly string[], rows: readonly (readonly CsvCell[])[]): string {
  checkArguments('formatCsv', { columns: [columns, 'list'], rows: [rows, 'lists'] });
  return [columns, ...rows].map((row) => `${formatCsvLine(row)}\n`).join('');
}

/** A CSV file that was read: nothing is taken for a number. */
export interface CsvTable {
  /** Names in the head row, from left to right. */
  readonly columns: readonly string[];
  /** One object per row, cells as text. */
  readonly rows: readonly Readonly<Record<string, string>>[];
}

/** What may stand between cells: a comma [RFC 4180], a semicolon where commas are decimal, a tab. */
const SEPARATORS = [',', ';', '\t'] as const;
type Separator = (typeof SEPARATORS)[number];

/** What stands between the cells of a head row: what is most often in it outside of quotes; commas first. */
function separatorOf(source: string): Separator {
  const counts = new Map<string, number>();
  let quoted = false;
  for (const c of source) {
    if (c === '"') quoted = !quoted;
    else if (!quoted && c === '\n') break;
    else if (!quoted) counts.set(c, (counts.get(c) ?? 0) + 1);
  }
  const count = (separator: Separator): number => counts.get(separator) ?? 0;
  return SEPARATORS.reduce((best, separator) => (count(separator) > count(best) ? separator : best));
}

/** A row of cells, and the line that it begins on. */
interface CsvRecord {
  readonly line: number;
  readonly cells: readonly string[];
}

function recordsOf(name: string, source: string, separator: Separator, firstLine: number): CsvRecord[] {
  const records: CsvRecord[] = [];
  let [cells, cell, quoted, wasQuoted]: [string[], string, boolean, boolean] = [[], '', false, false];
  let [line, start, quoteLine] = [firstLine, firstLine, firstLine];
  const endRecord = (): void => {
    cells.push(cell);
    // A line without anything is no row.
    if (cells.length > 1 || cell !== '' || wasQuoted) records.push({ line: start, cells });
    [cells, cell, wasQuoted, start] = [[], '', false, line];
  };
  for (let i = 0; i < source.length; i++) {
    const c = source[i];
    if (c === '\n') line++;
    if (quoted) {
      if (c !== '"') cell += c;
      else if (source[i + 1] === '"') {
        cell += '"';
        i++;
      } else quoted = false;
    } else if (c === '"') [quoted, wasQuoted, quoteLine] = [true, true, line];
    else if (c === separator) {
      cells.push(cell);
      cell = '';
    } else if (c === '\n') endRecord();
    else if (c !== '\r') cell += c;
  }
  if (quoted) {
    throw new FileError(
      `${name}: the file is truncated inside a quoted cell: the quote in line ${quoteLine}, column ` +
        `${cells.length + 1} is not closed; write it again`,
    );
  }
  if (cell !== '' || cells.length > 0 || wasQuoted) endRecord();
  return records;
}

const DECIMAL_COMMA = /^\s*[+-]?\d*,\d+(e[+-]?\d+)?\s*$/i;
const NUMBER_OR_NONE = /^\s*([+-]?\d+(e[+-]?\d+)?|nan|na|-?inf(inity)?)?\s*$/i;

/** Columns of numbers with decimal commas: nothing else is in them but whole numbers and cells without one. */
function withPoints(records: readonly CsvRecord[], columns: number): CsvRecord[] {
  const decimal = Array.from({ length: columns }, (_, k) => {
    const cells = records.map((record) => record.cells[k]);
    return cells.some((cell) => DECIMAL_COMMA.test(cell)) &&
      cells.every((cell) => DECIMAL_COMMA.test(cell) || NUMBER_OR_NONE.test(cell));
  });
  return records.map(({ line, cells }) =>
    ({ line, cells: cells.map((cell, k) => (decimal[k] ? cell.replace(',', '.') : cell)) }));
}

/** A table with a head row. Cells stand between commas, or between semicolons or tabs if the head row does; then
 *  columns of numbers with decimal commas get points.
 *  @throws FileError that names line and column: an unclosed quote, a row of another length than the head, a column
 *    named twice */
export function parseCsv(name: string, text: string): CsvTable {
  checkArguments('parseCsv', { name: [name, 'text'], text: [text, 'text'] });
  const source = text.replace(/^\ufeff/, '');
  // Spreadsheets write and read a first line that says the separator.
  const said = /^sep=([,;\t])\r?\n/.exec(source);
  const body = said === null ? source : source.slice(said[0].length);
  const separator = said === null ? separatorOf(body) : (said[1] as Separator);
  const [head, ...records] = recordsOf(name, body, separator, said === null ? 1 : 2);
  if (head === undefined) throw new FileError(`${name}: the table is empty; expected a head row with column names`);
  const columns = head.cells;
  const twice = columns.findIndex((column, i) => columns.indexOf(column) < i);
  if (twice >= 0) {
    throw new FileError(
      `${name}: line ${head.line}: columns ${columns.indexOf(columns[twice]) + 1} and ${twice + 1} are both named ` +
        `"${columns[twice]}"; give each a name of its own`,
    );
  }
  for (const { line, cells } of records) {
    if (cells.length === columns.length) continue;
    const between = { ',': 'commas', ';': 'semicolons', '\t': 'tabs' }[separator];
    const where = cells.length < columns.length
      ? `column "${columns[cells.length]}" is the first without a cell; the file may be truncated`
      : `"${cells[columns.length]}" is the first cell too many; put quotes around cells with ${between} in them`;
    throw new FileError(
      `${name}: line ${line} has ${cells.length} cells between ${between}, the head has ${columns.length}: ${where}`,
    );
  }
  const rows = separator === ',' ? records : withPoints(records, columns.length);
  return {
    columns, rows: rows.map(({ cells }) => Object.fromEntries(columns.map((column, k) => [column, cells[k]]))),
  };
}
