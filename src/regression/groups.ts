// Which rows of a table belong together. Structures drawn at neighbouring parameters share the error of a law, so rows
// of one point are drawn, and left out, together; rows of one parameter vector tell noise from lack of fit.
import { SpecError } from '../core/errors.js';
import { suggestion } from '../core/names.js';
import { quoted } from '../core/quote.js';
import { columnsOfRows, type TableRow } from './sample.js';

export interface Grouping {
  /** What a group is, in words. */
  readonly title: string;
  /** Columns whose values make a group; none: every row by itself. */
  readonly columns: readonly string[];
  /** Group of every row, counted from 0 in the order of the table. */
  readonly of: readonly number[];
  readonly count: number;
}

function numbered(title: string, columns: readonly string[], keys: readonly string[]): Grouping {
  const seen = new Map<string, number>();
  const of = keys.map((key) => {
    const known = seen.get(key);
    if (known !== undefined) return known;
    seen.set(key, seen.size);
    return seen.size - 1;
  });
  return { title, columns, of, count: seen.size };
}

const valueOf = (row: TableRow, column: string): string => String(row[column] ?? '');
const keyed = (title: string, table: readonly TableRow[], columns: readonly string[]): Grouping =>
  numbered(title, columns, table.map((row) => JSON.stringify(columns.map((column) => valueOf(row, column)))));

function checkColumns(known: readonly string[], columns: readonly string[]): void {
  for (const column of columns) {
    if (known.includes(column)) continue;
    throw new SpecError(`fit: the table has no column ${quoted(column)}; ${suggestion(column, known, 'columns')}`);
  }
}

/** Points of a plan, as tables of studies name them: edge and place on it, or the point. */
const POINTS: readonly (readonly string[])[] = [['point'], ['edge', 't']];

/** Groups by the given columns; "rows": every row by itself; "auto": by the point of the plan, where the table says it,
 *  otherwise by the parameter vector, otherwise by row.
 *  @throws SpecError for a column that the table has not */
export function groupRows(table: readonly TableRow[], by: 'auto' | 'rows' | readonly string[]): Grouping {
  const known = columnsOfRows(table);
  if (by === 'auto') {
    const point = POINTS.find((columns) => columns.every((column) => known.includes(column)));
    if (point !== undefined) return keyed('points of the plan', table, point);
    const repeats = repeatsOf(table);
    if (repeats !== null) return repeats;
  }
  if (by === 'auto' || by === 'rows') return numbered('rows', [], table.map((_, i) => String(i)));
  checkColumns(known, by);
  return keyed(`values of ${by.join(', ')}`, table, by);
}

/** Rows that were drawn from the same parameters: those whose ids differ in the number of the realisation only, or
 *  those with the same values in the given columns. null when nothing says it.
 *  @throws SpecError for a column that the table has not */
export function repeatsOf(table: readonly TableRow[], by: readonly string[] | null = null): Grouping | null {
  const known = columnsOfRows(table);
  if (by !== null) {
    checkColumns(known, by);
    return keyed(`values of ${by.join(', ')}`, table, by);
  }
  if (!known.includes('id') || !known.includes('realisation')) return null;
  const stems = table.map((row) => {
    const [id, end] = [valueOf(row, 'id'), `/${valueOf(row, 'realisation')}`];
    return id.endsWith(end) ? id.slice(0, -end.length) : null;
  });
  return stems.includes(null) ? null : numbered('parameter vectors', ['id'], stems as string[]);
}
