// What a finished structure leaves behind: one JSON line, found again by study, structure and program version.
import type { Values } from './columns.js';
import { canonicalJson } from './canonical.js';
import type { StudyParameters } from './parameters.js';
import type { PlannedStructure, SeedKey } from './plan.js';

/** What evaluating one structure gives. */
export interface Evaluation {
  readonly values: Values;
  /** Why values are missing, "meanGeodesicTortuosity1: no path"; empty when all are there. */
  readonly problems: readonly string[];
  /** Wall time of drawing and describing, and of solving for M, s. */
  readonly seconds: { readonly describe: number; readonly conduct: number };
}

export interface StudyRow extends Evaluation {
  readonly specHash: string;
  readonly version: string;
  readonly id: string;
  readonly key: SeedKey;
  readonly parameters: StudyParameters | null;
  /** The work failed: no values. Such a row counts as done for a merge, and is tried again by the next `work`. */
  readonly error: string | null;
  /** Unix time, s. */
  readonly finished: number;
}

/** Whether a row belongs to a planned structure: same draw, same parameters to the last bit. */
export function isRowOf(row: StudyRow, structure: PlannedStructure): boolean {
  return canonicalJson([row.key, row.parameters]) === canonicalJson([structure.key, structure.parameters]);
}

/** Rows of a text of lines. A last line without its end is one that a killed process did not finish; lines that do not
 *  parse elsewhere come from a damaged disk. Both are left out and counted. */
export function parseRows(text: string): { rows: StudyRow[]; damaged: number } {
  const rows: StudyRow[] = [];
  let damaged = 0;
  for (const line of text.split('\n')) {
    if (line === '') continue;
    try {
      const row = JSON.parse(line) as Partial<StudyRow>;
      if (typeof row.id !== 'string' || typeof row.specHash !== 'string' || typeof row.values !== 'object') throw new Error('not a row');
      rows.push(row as StudyRow);
    } catch {
      damaged++;
    }
  }
  return { rows, damaged };
}
