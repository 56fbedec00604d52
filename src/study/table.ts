// The table of a study: one row per structure that its plan tabulates, flat columns, the same bytes for the same spec
// and version.
import { checkArguments, has } from '../core/arguments.js';
import { formatCsvLine } from '../io/csv.js';
import { studyColumns, type Column } from './columns.js';
import type { PlanColumn, PlannedStructure } from './plan.js';
import { planOf, type AnyPlan } from './plans.js';
import type { StudyRow } from './rows.js';
import type { StudySpec } from './spec.js';

/** NaN stands where a quantity does not exist; `problems` says why. */
export type StudyTableRow = Readonly<Record<string, string | number>>;

/** The table of a study, which laws are fitted to. */
export interface StudyTable {
  /** Names, from left to right. */
  readonly columns: readonly string[];
  /** Values by the names of the columns. */
  readonly rows: readonly StudyTableRow[];
}

function tableRow(
  { kind, columns, own }: TableForm, structure: PlannedStructure, row: StudyRow,
): StudyTableRow {
  const { id, family, key, parameters } = structure;
  const cells = kind.cells(structure);
  const named = (of: readonly PlanColumn[]): Record<string, string | number> =>
    Object.fromEntries(of.map(({ name }) => [name, cells[name] ?? NaN]));
  const problems = [structure.reason ?? row.error, ...row.problems].filter((text) => text !== null);
  return {
    id, family, ...named(own.keys),
    seed: key.seed, scenario: key.scenario, realisation: key.realisation,
    ...Object.fromEntries(own.parameters.map((name) => [name, parameters?.[name] ?? NaN])),
    ...named(own.notes),
    ...Object.fromEntries(columns.map((column) => [column, row.values[column] ?? NaN])),
    problems: problems.join('; '),
  };
}

interface TableForm {
  readonly kind: AnyPlan;
  readonly columns: readonly Column[];
  readonly own: ReturnType<AnyPlan['columns']> & { readonly parameters: readonly string[] };
}

/** A structure and what became of it. */
export interface TableEntry {
  readonly structure: PlannedStructure;
  readonly row: StudyRow;
}

/** Builds the table in the order of the plan. */
export function studyTable(spec: StudySpec, entries: Iterable<TableEntry>): StudyTable {
  const kind = planOf(spec);
  const columns = studyColumns(spec, true);
  const names = (of: readonly { readonly name: string }[]): string[] => of.map(({ name }) => name);
  const own = { ...kind.columns(spec), parameters: names(kind.parameters(spec)) };
  const form = { kind, columns, own };
  const rows: StudyTableRow[] = [];
  for (const { structure, row } of entries) {
    if (kind.isTabled(structure)) rows.push(tableRow(form, structure, row));
  }
  return {
    columns: [
      'id', 'family', ...names(own.keys), 'seed', 'scenario', 'realisation', ...own.parameters,
      ...names(own.notes), ...columns, 'problems',
    ],
    rows,
  };
}

/** The lines of the CSV table; numbers in the shortest form that reads back to the same bits, and NaN spelt out, so
 *  that a quantity that does not exist is told from an empty text. */
export function* tableLines({ columns, rows }: StudyTable): Generator<string, void> {
  yield formatCsvLine(columns);
  for (const row of rows) yield formatCsvLine(columns.map((column) => String(row[column])));
}

/** The CSV text of a table, the bytes of `table.csv` in the directory of a study. */
export function formatStudyTable(table: StudyTable): string {
  checkArguments('formatStudyTable', { table: [table, has<StudyTable>('columns', 'rows')] });
  const { columns, rows } = table;
  checkArguments('formatStudyTable', { columns: [columns, 'texts'], rows: [rows, 'records'] });
  return [...tableLines(table)].map((line) => `${line}\n`).join('');
}
