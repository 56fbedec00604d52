// Tables as files hold them: columns that say what stands in them, in which unit, and what measured it.

/** A cell of a table. null, undefined: there is none. A number that is not one (NaN) is a value of its own. */
export type TableCell = string | number | bigint | boolean | null | undefined;

/** What the cells of a column are. `integer`: whole numbers of up to 64 bits, as numbers as far as these are exact. */
export type ColumnType = 'number' | 'integer' | 'boolean' | 'text';

/** What a column is, beside its cells. */
export interface ColumnMeaning {
  /** In words; null: its name says it. */
  readonly title: string | null;
  /** "µm", "µm⁻¹"; "1" for plain numbers; null where nothing is measured. */
  readonly unit: string | null;
  /** What measured or set it, with a reference; null: nobody says. */
  readonly source: string | null;
}

/** A column of a table: what it means, its name and the type of its cells. */
export interface TableColumn extends ColumnMeaning {
  /** Key of its cells in every record. */
  readonly name: string;
  /** What its cells are. */
  readonly type: ColumnType;
}

/** A row of a table: cells by the names of their columns. */
export type TableRecord = Readonly<Record<string, TableCell>>;

/** What table files are written from and read into: columns with their meaning, and rows. */
export interface Table {
  /** In the order of the file. */
  readonly columns: readonly TableColumn[];
  /** One record for each row. */
  readonly rows: readonly TableRecord[];
}

export const NO_MEANING: ColumnMeaning = { title: null, unit: null, source: null };

/** No cell: in columns of numbers an empty text stands for none, as tables of text have it. */
export const isNone = (cell: TableCell): cell is null | undefined => cell === null || cell === undefined;

/** What the cells of a column are, from those that it has; text where they are of several kinds. */
export function typeOfColumn(name: string, rows: readonly TableRecord[]): ColumnType {
  const kinds = new Set<string>();
  for (const row of rows) {
    const cell = row[name];
    if (!isNone(cell) && cell !== '') kinds.add(typeof cell);
  }
  if (kinds.size === 1 && kinds.has('boolean')) return 'boolean';
  if (kinds.size === 1 && kinds.has('bigint')) return 'integer';
  return kinds.size > 0 && [...kinds].every((kind) => kind === 'number') ? 'number' : 'text';
}

/** Rows as a table; `meaning` says what columns are. */
export function tableOfRows(
  names: readonly string[], rows: readonly TableRecord[], meaning: (name: string) => ColumnMeaning | null,
): Table {
  const columns = names.map((name) => ({ name, type: typeOfColumn(name, rows), ...(meaning(name) ?? NO_MEANING) }));
  return { columns, rows };
}

/** The same of rows that are lists of cells. */
export function tableOfCells(
  names: readonly string[], rows: Iterable<readonly TableCell[]>,
  meaning: (name: string) => ColumnMeaning | null = () => null,
): Table {
  const records = Array.from(rows, (cells) => Object.fromEntries(names.map((name, k) => [name, cells[k]])));
  return tableOfRows(names, records, meaning);
}
