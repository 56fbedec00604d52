// An opened study: its spec, its store and the rows that are there. Everything else (plan, gradients, table) follows
// from these.
import { checkArguments, has, type Names } from '../core/arguments.js';
import { SpecError } from '../core/errors.js';
import { fewLines } from '../core/quote.js';
import { Sequence } from '../core/sequence.js';
import { objectFrom } from '../io/voxels.js';
import { canonicalJson, differences, hashOf } from './canonical.js';
import { once } from '../core/once.js';
import type { Parameters, PlannedStructure, PointGradient } from './plan.js';
import { countStudy, planOf } from './plans.js';
import { isRowOf, parseRow, type StudyRow } from './rows.js';
import { rowSettings, studyHash, type StudySpec } from './spec.js';
import type { StudyStore } from './store.js';

export const STUDY_FILE = 'study.json';
const ROWS = /^rows.*\.jsonl$/;

/** Options of opening a study. */
export interface StudyOptions {
  /** Version of the program; rows of another version are never mixed with its own. */
  readonly version: string;
  /** What to do with rows of another version: refuse to go on, or compute them anew (they stay in their files). */
  readonly otherVersion?: 'refuse' | 'recompute';
}

/** An opened study: its specification, and the store with its rows. */
export interface Study {
  readonly spec: StudySpec;
  /** SHA-256 of the specification. */
  readonly specHash: string;
  /** Of the program, which rows are marked with. */
  readonly version: string;
  /** Where its rows are. */
  readonly store: StudyStore;
  /** What is done with rows of another version of the program. */
  readonly otherVersion: 'refuse' | 'recompute';
  /** Places of row lines that were damaged when the study was opened, as in `StudyRows`. */
  readonly damagedAt: readonly string[];
}

/** The rows of a study at one moment. */
export interface StudyRows {
  /** The row of a planned structure, or null. Rows with values go before rows with an error. */
  of(structure: PlannedStructure): StudyRow | null;
  /** Rows of this version; a structure that was tried again has several. */
  readonly count: number;
  /** Lines that cannot be read or were changed after they were written; their structures count as not evaluated. */
  readonly damaged: number;
  /** "rows.jsonl:7" of the first of them. */
  readonly damagedAt: readonly string[];
  /** Rows of other versions that are passed over. */
  readonly foreign: number;
}

/** How many places of damage are named. */
const MAX_PLACES = 10;

const STUDY_OPTION_NAMES: Names<StudyOptions> = { version: true, otherVersion: true };

/** Opens a study in a store; a new store is marked with the spec.
 *  @throws SpecError when the store holds another study, with the first settings that differ. */
export async function openStudy(spec: StudySpec, store: StudyStore, options: StudyOptions): Promise<Study> {
  return (await openWithRows(spec, store, options)).study;
}

/** The same, with the rows that were read to open it: reading those of a big study once more costs seconds.
 *  @throws as `openStudy` */
export async function openWithRows(
  spec: StudySpec, store: StudyStore, options: StudyOptions,
): Promise<{ readonly study: Study; readonly rows: StudyRows }> {
  checkArguments('openStudy', {
    spec: [spec, has<StudySpec>('size', 'phases')],
    store: [store, has<StudyStore>('list', 'read', 'write')],
    options: [options, STUDY_OPTION_NAMES],
  });
  const specHash = studyHash(spec);
  const mark = `${JSON.stringify({ name: spec.name, specHash, settings: rowSettings(spec) }, null, 1)}\n`;
  const text = await store.read(STUDY_FILE);
  if (text === null) await store.write(STUDY_FILE, mark);
  else {
    const found = objectFrom(text);
    if (found === null) {
      throw new SpecError(
        `study: ${store.location}/${STUDY_FILE} is damaged or does not come from this program; ` +
          'remove it if the rows beside it are of this study (each row names its own), or use another directory',
      );
    }
    // Hash and settings say the same twice: one that is damaged follows from the other.
    const settings = typeof found.settings === 'object' ? found.settings : null;
    if (found.specHash !== specHash && hashOf(settings) !== specHash) {
      const changes = differences(settings ?? {}, JSON.parse(canonicalJson(rowSettings(spec))));
      throw new SpecError(fewLines([
        () => `study: ${store.location} holds a study with other settings; use another directory, or undo the change:`,
        ...changes.map((line) => () => `  ${line}`),
      ], 'settings'));
    }
    if (found.specHash !== specHash || hashOf(settings) !== specHash) await store.write(STUDY_FILE, mark);
  }
  const study = { spec, specHash, version: options.version, store, otherVersion: options.otherVersion ?? 'refuse' };
  const rows = await readRows(study);
  return { study: { ...study, damagedAt: rows.damagedAt }, rows };
}

/** Rows share what is the same in many of them: a study may have a million. */
class RowKeeper {
  private readonly byId = new Map<string, StudyRow | StudyRow[]>();
  private readonly parameters = new Map<string, Parameters>();
  private readonly none: readonly string[] = [];
  count = 0;

  add(row: StudyRow, { specHash, version }: Pick<Study, 'specHash' | 'version'>): void {
    const { id, problems } = row;
    const kept: StudyRow = {
      ...row, specHash, version, problems: problems.length === 0 ? this.none : problems,
      parameters: row.parameters === null ? null : this.shared(row.parameters),
    };
    const before = this.byId.get(id);
    this.byId.set(id, before === undefined ? kept : [...(Array.isArray(before) ? before : [before]), kept]);
    this.count++;
  }

  private shared(parameters: Parameters): Parameters {
    const text = JSON.stringify(parameters);
    const known = this.parameters.get(text);
    if (known !== undefined) return known;
    this.parameters.set(text, parameters);
    return parameters;
  }

  of(structure: PlannedStructure): StudyRow | null {
    const found = this.byId.get(structure.id);
    if (found === undefined) return null;
    if (!Array.isArray(found)) return isRowOf(found, structure) ? found : null;
    const rows = found.filter((row) => isRowOf(row, structure));
    return rows.find((row) => row.error === null) ?? rows.at(-1) ?? null;
  }
}

/** Reads all row files, of every shard.
 *  @throws SpecError on rows of another program version, unless the study says recompute. */
export async function readRows(study: Omit<Study, 'damagedAt'>): Promise<StudyRows> {
  const { store, specHash, version } = study;
  const keeper = new RowKeeper();
  const versions = new Map<string, number>();
  const damagedAt: string[] = [];
  let damaged = 0;
  for (const name of (await store.list()).filter((file) => ROWS.test(file))) {
    let number = 0;
    for await (const line of store.readLines(name)) {
      number++;
      const text = line.trim();
      if (text === '') continue;
      const row = parseRow(text);
      if (row === null) {
        damaged++;
        if (damagedAt.length < MAX_PLACES) damagedAt.push(`${name}:${number}`);
      } else if (row.specHash === specHash) {
        if (row.version === version) keeper.add(row, study);
        else versions.set(row.version, (versions.get(row.version) ?? 0) + 1);
      }
    }
  }
  if (versions.size > 0 && study.otherVersion === 'refuse') {
    const list = [...versions].map(([other, rows]) => `${rows} of version ${other}`).join(', ');
    throw new SpecError(
      `study: ${store.location} holds rows of another program version (${list}; this is ${version}), ` +
        'whose values may differ. Go on with that version, use another directory, or choose to compute them anew',
    );
  }
  const foreign = [...versions.values()].reduce((a, b) => a + b, 0);
  return { count: keeper.count, damaged, damagedAt, foreign, of: (structure) => keeper.of(structure) };
}

/** The plan as far as it is known: its first round, and each further one once every structure before has a row. */
export interface StudyPlan {
  readonly rounds: readonly Sequence<PlannedStructure>[];
  /** Whether these are all rounds. */
  readonly whole: boolean;
  /** Of plans that have some, once the first round is complete. */
  readonly gradients: readonly PointGradient[] | null;
}

/** The structures of a plan that are known. */
export function knownStructures({ rounds }: StudyPlan): Sequence<PlannedStructure> {
  return rounds.reduce((all, round) => all.concat(round));
}

/** Derives the plan from spec and rows; every round is a function of them, so that no plan file can be out of date. */
export function derivePlan({ spec }: Pick<Study, 'spec'>, rows: Pick<StudyRows, 'of'>): StudyPlan {
  const kind = planOf(spec);
  const { length } = countStudy(spec).rounds;
  const valuesOf = (structure: PlannedStructure): StudyRow['values'] | null => rows.of(structure)?.values ?? null;
  const gradients = once(() => kind.gradients?.(spec, valuesOf) ?? []);
  const evidence = { valuesOf, gradients };
  const isComplete = (round: Sequence<PlannedStructure>): boolean => {
    for (const structure of round) if (rows.of(structure) === null) return false;
    return true;
  };
  const rounds = [kind.round(spec, 0, evidence)];
  let complete = isComplete(rounds[0]);
  const first = complete;
  while (complete && rounds.length < length) {
    rounds.push(kind.round(spec, rounds.length, evidence));
    complete = rounds.length < length && isComplete(rounds.at(-1)!);
  }
  return {
    rounds, whole: rounds.length === length, gradients: first && kind.gradients !== null ? gradients() : null,
  };
}
