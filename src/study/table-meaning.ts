// What the columns of a study table are: keys of the plan, parameters of the model, quantities of phases, cells.
import { NO_MEANING, typeOfColumn, type ColumnMeaning, type Table, type TableColumn } from '../core/table.js';
import { quantityMeaning } from '../transport/column-meaning.js';
import { readCellColumn } from './cell-columns.js';
import { isColumn, splitColumn } from './columns.js';
import { planOf, type StudySpec } from './plans.js';
import type { StudyTable } from './table.js';

const KEYS: Readonly<Record<string, string>> = {
  id: 'name of the structure in the plan',
  family: 'how its parameters were chosen',
  seed: 'seed of its random numbers',
  scenario: 'scenario of its random numbers',
  realisation: 'realisation of its random numbers',
  problems: 'why values are missing',
};

/** @returns what a column of the study's table is */
function meaningIn(spec: StudySpec): (column: string) => ColumnMeaning | null {
  const kind = planOf(spec);
  const source = kind.title;
  const { keys, notes } = kind.columns(spec);
  const planned = new Map([...keys, ...notes].map((column) => [column.name, column]));
  const parameters = new Map(kind.parameters(spec).map((column) => [column.name, column]));
  return (column) => {
    const own = planned.get(column);
    if (own !== undefined) {
      return { title: own.meaning, unit: own.kind === 'number' ? own.unit ?? '1' : null, source };
    }
    if (Object.hasOwn(KEYS, column)) return { title: KEYS[column], unit: null, source };
    const parameter = parameters.get(column);
    if (parameter !== undefined) return { title: parameter.meaning, unit: parameter.unit, source: parameter.source };
    if (!isColumn(column)) return null;
    const cell = readCellColumn(column);
    if (cell === null) {
      const { quantity, phase } = splitColumn(column);
      return quantityMeaning(quantity, phase);
    }
    const { quantity: { title, unit }, rate } = cell;
    return { title: `${title} at ${rate} C`, unit: unit || null, source: 'discharge of the cell (docs/cell.md)' };
  };
}

/** Columns of whole numbers. */
const WHOLE = ['seed', 'scenario', 'realisation', 'point'];

/** What the columns of a study table are. */
export function studyTableColumns(spec: StudySpec, { columns, rows }: StudyTable): TableColumn[] {
  const meaningOf = meaningIn(spec);
  return columns.map((name) => ({
    name, type: WHOLE.includes(name) ? 'integer' : typeOfColumn(name, rows), ...(meaningOf(name) ?? NO_MEANING),
  }));
}

/** A study table as Parquet holds it: what does not exist has no value, rather than NaN. */
export function studyTableFile(spec: StudySpec, table: StudyTable): Table {
  const { columns, rows } = table;
  return {
    columns: studyTableColumns(spec, table),
    rows: rows.map((row) =>
      Object.fromEntries(columns.map((name) => [name, Number.isNaN(row[name]) ? null : row[name]]))),
  };
}
