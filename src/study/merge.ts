// Merge: rows of all shards → gradients → round 2; rows of both rounds → table.
import type { PlannedStructure } from './plan.js';
import { derivePlan, readRows, type Study, type StudyPlan, type StudyRows } from './study.js';
import { studyTable, tableCsv, tableJson, type StudyTable } from './table.js';

export const PLAN_FILE = 'plan.json';
export const GRADIENT_FILE = 'gradients.json';
export const TABLE_FILE = 'table.csv';
export const TABLE_JSON_FILE = 'table.json';

export interface MergeResult {
  readonly plan: StudyPlan;
  readonly rows: StudyRows;
  /** Ids of the current round that have no row yet. */
  readonly missing: readonly string[];
  /** Structures whose evaluation failed, with the reason. */
  readonly failures: readonly { readonly id: string; readonly error: string }[];
  /** null until both rounds are done. */
  readonly table: StudyTable | null;
}

async function writeIfNew(study: Study, name: string, text: string): Promise<void> {
  if ((await study.store.read(name)) !== text) await study.store.write(name, text);
}

/** Writes the list of the structures known so far, for people and schedulers; the program derives it again each time. */
export async function writePlan(study: Study, plan: StudyPlan): Promise<void> {
  const { specHash, version } = study;
  const structures = [...plan.round1, ...(plan.round2 ?? [])];
  await writeIfNew(study, PLAN_FILE, `${JSON.stringify({ specHash, version, structures }, null, 1)}\n`);
}

/** Brings a study forward with the rows that are there; safe to repeat, and beside running workers. */
export async function mergeStudy(study: Study): Promise<MergeResult> {
  const rows = await readRows(study);
  const plan = derivePlan(study, rows);
  await writePlan(study, plan);
  const known: PlannedStructure[] = [...plan.round1, ...(plan.round2 ?? [])];
  const found = known.map((structure) => ({ structure, row: rows.of(structure) }));
  const missing = found.filter(({ row }) => row === null).map(({ structure }) => structure.id);
  const failures = found.flatMap(({ structure, row }) => (row?.error ? [{ id: structure.id, error: row.error }] : []));
  if (plan.gradients !== null) {
    await writeIfNew(study, GRADIENT_FILE, `${JSON.stringify({ specHash: study.specHash, version: study.version, gradients: plan.gradients }, null, 1)}\n`);
  }
  let table: StudyTable | null = null;
  if (plan.round2 !== null && missing.length === 0) {
    table = studyTable(study.spec, found.flatMap(({ structure, row }) => (row === null ? [] : [{ structure, row }])));
    await writeIfNew(study, TABLE_FILE, tableCsv(table));
    await writeIfNew(study, TABLE_JSON_FILE, tableJson(study.spec, study.specHash, study.version, table));
  }
  return { plan, rows, missing, failures, table };
}
