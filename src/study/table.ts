// The table of a study: one row per interpolated or stepped structure, flat columns, the same bytes for the same spec
// and version.
import { formatCsvLine } from '../io/csv.js';
import { studyColumns, type Column } from './columns.js';
import { PARAMETER_NAMES } from './parameters.js';
import type { PlannedStructure } from './plan.js';
import type { StudyRow } from './rows.js';
import type { StudySpec } from './spec.js';

/** NaN stands where a quantity does not exist; `problems` says why. */
export type StudyTableRow = Readonly<Record<string, string | number>>;

export interface StudyTable {
  readonly columns: readonly string[];
  readonly rows: readonly StudyTableRow[];
}

const KEYS = ['id', 'family', 'edge', 't', 'descriptor', 'h', 'seed', 'scenario', 'realisation'] as const;

function tableRow(columns: readonly Column[], structure: PlannedStructure, row: StudyRow): StudyTableRow {
  const { id, family, edge, t, key, parameters } = structure;
  const problems = [structure.reason ?? row.error, ...row.problems].filter((text) => text !== null);
  return {
    id, family, edge, t, descriptor: structure.descriptor ?? '', h: structure.h ?? 0,
    seed: key.seed, scenario: key.scenario, realisation: key.realisation,
    ...Object.fromEntries(PARAMETER_NAMES.map((name) => [name, parameters?.[name] ?? NaN])),
    clipped: structure.clipped.join(' '),
    ...Object.fromEntries(columns.map((column) => [column, row.values[column] ?? NaN])),
    problems: problems.join('; '),
  };
}

/** A structure and what became of it. */
export interface TableEntry {
  readonly structure: PlannedStructure;
  readonly row: StudyRow;
}

/** Builds the table in the order of the plan. */
export function studyTable(spec: StudySpec, entries: Iterable<TableEntry>): StudyTable {
  const columns = studyColumns(spec, true);
  const rows: StudyTableRow[] = [];
  for (const { structure, row } of entries) {
    if (structure.family !== 'gradient') rows.push(tableRow(columns, structure, row));
  }
  return { columns: [...KEYS, ...PARAMETER_NAMES, 'clipped', ...columns, 'problems'], rows };
}

/** The lines of the CSV table; numbers in the shortest form that reads back to the same bits, and NaN spelt out, so
 *  that a quantity that does not exist is told from an empty text. */
export function* tableLines({ columns, rows }: StudyTable): Generator<string, void> {
  yield formatCsvLine(columns);
  for (const row of rows) yield formatCsvLine(columns.map((column) => String(row[column])));
}
