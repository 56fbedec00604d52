// Merge: rows of all shards → gradients → further rounds; rows of all rounds → table.
import { checkArguments, has, type Names } from '../core/arguments.js';
import { csvMetadata, csvMetadataName } from '../io/csvw.js';
import type { PlannedStructure } from './plan.js';
import type { StudyStore } from './store.js';
import { derivePlan, knownStructures, readRows, type Study, type StudyPlan, type StudyRows } from './study.js';
import { studyTableColumns } from './table-meaning.js';
import { studyTable, tableLines, type StudyTable, type TableEntry } from './table.js';

export const PLAN_FILE = 'plan.json';
export const GRADIENT_FILE = 'gradients.json';
export const TABLE_FILE = 'table.csv';
export const TABLE_JSON_FILE = 'table.json';

/** A table that the rows no longer bear out is kept under this name. */
export const STALE_TABLE_FILE = 'table.stale.csv';
const STALE_TABLE_JSON_FILE = 'table.stale.json';
/** The table of the rows that are there, where it was asked for. */
export const PARTIAL_TABLE_FILE = 'table.partial.csv';
const PARTIAL_TABLE_JSON_FILE = 'table.partial.json';

/** Options of `mergeStudy`. */
export interface MergeOptions {
  /** With rows missing, write what there is as a table of its own name. */
  readonly partial?: boolean;
  /** Those that were read just now; default: they are read. */
  readonly rows?: StudyRows;
}
export const MERGE_DEFAULTS = { partial: false } as const satisfies MergeOptions;

/** What rows of all shards come to: rounds, gradients, the table. */
export interface MergeResult {
  /** With the structures of the current round. */
  readonly plan: StudyPlan;
  /** All rows that are there. */
  readonly rows: StudyRows;
  /** Ids of the current round that have no row yet. */
  readonly missing: readonly string[];
  /** Structures of the current round that have a row. */
  readonly done: number;
  /** Structures whose evaluation failed, with the reason. */
  readonly failures: readonly { readonly id: string; readonly error: string }[];
  /** null until all rounds are done. */
  readonly table: StudyTable | null;
  /** The table of the rows that are there; null unless it was asked for and rows are missing. */
  readonly partialTable: StudyTable | null;
  /** Whether a table of an earlier merge was found, which these rows do not bear out, and renamed. */
  readonly stale: boolean;
}

/** Writes a file of lines unless it holds them already, so that a repeated merge changes nothing. */
async function writeIfNew(study: Study, name: string, lines: () => Iterable<string>): Promise<void> {
  const { store } = study;
  if (await holds(store, name, lines())) return;
  await store.write(name, ends(lines()));
}

async function holds(store: StudyStore, name: string, lines: Iterable<string>): Promise<boolean> {
  const wanted = lines[Symbol.iterator]();
  for await (const line of store.readLines(name)) if (wanted.next().value !== line) return false;
  return wanted.next().done === true && (await store.list()).includes(name);
}

function* ends(lines: Iterable<string>): Generator<string, void> {
  for (const line of lines) yield `${line}\n`;
}

/** The lines of JSON.stringify({ ...head, [key]: items }, null, 1), item by item. */
function* jsonLines(
  head: Readonly<Record<string, unknown>>, key: string, items: Iterable<unknown>,
): Generator<string, void> {
  const opening = JSON.stringify({ ...head, [key]: [] }, null, 1).split('\n');
  const last = opening.at(-2)!;
  let before: string | null = null;
  for (const item of items) {
    if (before === null) yield* [...opening.slice(0, -2), last.slice(0, -1)];
    else yield `${before},`;
    const lines = JSON.stringify(item, null, 1).split('\n').map((line) => `  ${line}`);
    yield* lines.slice(0, -1);
    before = lines.at(-1)!;
  }
  if (before === null) yield* opening;
  else yield* [before, ' ]', '}'];
}

/** Writes the structures known so far, for people and schedulers; the program derives them again each time. */
export async function writePlan(study: Study, plan: StudyPlan): Promise<void> {
  const { specHash, version } = study;
  await writeIfNew(study, PLAN_FILE, () => jsonLines({ specHash, version }, 'structures', knownStructures(plan)));
}

async function writeTable(study: Study, table: StudyTable, csv: string, json: string): Promise<void> {
  const { spec, specHash, version } = study;
  const { columns, rows } = table;
  await writeIfNew(study, csv, () => tableLines(table));
  const metadata = csvMetadata(csv, { columns: studyTableColumns(spec, table) });
  await writeIfNew(study, csvMetadataName(csv), () => metadata.trimEnd().split('\n'));
  // NaN, which JSON cannot say, is null there.
  await writeIfNew(study, json, () => jsonLines({ name: spec.name, specHash, version, columns }, 'rows', rows));
}

const MERGE_OPTION_NAMES: Names<MergeOptions> = { partial: true, rows: true };

/** Brings a study forward with the rows that are there; safe to repeat, and beside running workers. A table of an
 *  earlier merge does not stay beside rows that are not all there. */
export async function mergeStudy(study: Study, options: MergeOptions = {}): Promise<MergeResult> {
  checkArguments('mergeStudy', {
    study: [study, has<Study>('spec', 'specHash', 'version', 'store')], options: [options, MERGE_OPTION_NAMES],
  });
  const { partial = MERGE_DEFAULTS.partial } = options;
  const { store, spec, specHash, version } = study;
  const rows = options.rows ?? await readRows(study);
  const plan = derivePlan(study, rows);
  await writePlan(study, plan);
  const missing: string[] = [];
  const failures: { id: string; error: string }[] = [];
  for (const structure of knownStructures(plan)) {
    const row = rows.of(structure);
    if (row === null) missing.push(structure.id);
    else if (row.error) failures.push({ id: structure.id, error: row.error });
  }
  if (plan.gradients !== null) {
    const { gradients } = plan;
    await writeIfNew(study, GRADIENT_FILE, () => jsonLines({ specHash, version }, 'gradients', gradients));
  }
  const done = plan.rounds.at(-1)!.length - missing.length;
  const complete = plan.whole && missing.length === 0;
  const table = complete || partial ? studyTable(spec, found(knownStructures(plan), rows)) : null;
  const common = { plan, rows, missing, done, failures };
  if (complete && table !== null) {
    await writeTable(study, table, TABLE_FILE, TABLE_JSON_FILE);
    return { ...common, table, partialTable: null, stale: false };
  }
  await store.rename(TABLE_JSON_FILE, STALE_TABLE_JSON_FILE);
  await store.rename(csvMetadataName(TABLE_FILE), csvMetadataName(STALE_TABLE_FILE));
  const stale = await store.rename(TABLE_FILE, STALE_TABLE_FILE);
  if (table !== null) await writeTable(study, table, PARTIAL_TABLE_FILE, PARTIAL_TABLE_JSON_FILE);
  return { ...common, table: null, partialTable: table, stale };
}

function* found(structures: Iterable<PlannedStructure>, rows: StudyRows): Generator<TableEntry, void> {
  for (const structure of structures) {
    const row = rows.of(structure);
    if (row !== null) yield { structure, row };
  }
}
