// An opened study: its spec, its store and the rows that are there. Everything else (plan, gradients, table) follows from these.
import { SpecError } from '../core/errors.js';
import { canonicalJson, differences } from './canonical.js';
import { studyGradients } from './gradient.js';
import { planRound1, planRound2, type PlannedStructure, type PointGradient } from './plan.js';
import { isRowOf, parseRows, type StudyRow } from './rows.js';
import { rowSettings, studyHash, type StudySpec } from './spec.js';
import type { StudyStore } from './store.js';

export const STUDY_FILE = 'study.json';
const ROWS = /^rows.*\.jsonl$/;

export interface StudyOptions {
  /** Version of the program; rows of another version are never mixed with its own. */
  readonly version: string;
  /** What to do with rows of another version: refuse to go on, or compute them anew (they stay in their files). */
  readonly otherVersion?: 'refuse' | 'recompute';
}

export interface Study {
  readonly spec: StudySpec;
  readonly specHash: string;
  readonly version: string;
  readonly store: StudyStore;
  readonly otherVersion: 'refuse' | 'recompute';
}

/** The rows of a study at one moment. */
export interface StudyRows {
  /** The row of a planned structure, or null. Rows with values go before rows with an error. */
  of(structure: PlannedStructure): StudyRow | null;
  readonly count: number;
  /** Lines that could not be read, and rows of other versions that are passed over. */
  readonly damaged: number;
  readonly foreign: number;
}

/** Opens a study in a store; a new store is marked with the spec.
 *  @throws SpecError when the store holds another study, with every setting that differs. */
export async function openStudy(spec: StudySpec, store: StudyStore, options: StudyOptions): Promise<Study> {
  const specHash = studyHash(spec);
  const text = await store.read(STUDY_FILE);
  if (text !== null) {
    let found: { specHash?: unknown; settings?: unknown };
    try {
      found = JSON.parse(text) as typeof found;
    } catch {
      throw new SpecError(`study: ${store.location}/${STUDY_FILE} is not JSON; it does not come from this program. Use another directory`);
    }
    if (found.specHash !== specHash) {
      const changes = differences(found.settings ?? {}, JSON.parse(canonicalJson(rowSettings(spec))));
      throw new SpecError(
        `study: ${store.location} holds a study with other settings; use another directory, or undo the change:\n` +
          changes.map((line) => `  ${line}`).join('\n'),
      );
    }
  } else {
    await store.write(STUDY_FILE, `${JSON.stringify({ name: spec.name, specHash, settings: rowSettings(spec) }, null, 1)}\n`);
  }
  const study = { spec, specHash, version: options.version, store, otherVersion: options.otherVersion ?? 'refuse' };
  await readRows(study);
  return study;
}

/** Reads all row files, of every shard.
 *  @throws SpecError on rows of another program version, unless the study says recompute. */
export async function readRows(study: Study): Promise<StudyRows> {
  const { store, specHash, version } = study;
  const byId = new Map<string, StudyRow[]>();
  const versions = new Map<string, number>();
  let damaged = 0;
  let count = 0;
  for (const name of (await store.list()).filter((file) => ROWS.test(file))) {
    const parsed = parseRows((await store.read(name)) ?? '');
    damaged += parsed.damaged;
    for (const row of parsed.rows) {
      if (row.specHash !== specHash) continue;
      if (row.version !== version) {
        versions.set(row.version, (versions.get(row.version) ?? 0) + 1);
        continue;
      }
      byId.set(row.id, [...(byId.get(row.id) ?? []), row]);
      count++;
    }
  }
  if (versions.size > 0 && study.otherVersion === 'refuse') {
    const list = [...versions].map(([other, rows]) => `${rows} of version ${other}`).join(', ');
    throw new SpecError(
      `study: ${store.location} holds rows of another program version (${list}; this is ${version}), whose values may differ. ` +
        'Go on with that version, use another directory, or choose to compute them anew',
    );
  }
  return {
    count,
    damaged,
    foreign: [...versions.values()].reduce((a, b) => a + b, 0),
    of(structure) {
      const rows = (byId.get(structure.id) ?? []).filter((row) => isRowOf(row, structure));
      return rows.find((row) => row.error === null) ?? rows.at(-1) ?? null;
    },
  };
}

/** The plan as far as it is known: round 1, and round 2 once every structure of round 1 has a row. */
export interface StudyPlan {
  readonly round1: readonly PlannedStructure[];
  readonly gradients: readonly PointGradient[] | null;
  readonly round2: readonly PlannedStructure[] | null;
}

/** Derives the plan from spec and rows; both rounds are functions of them, so that no plan file can be out of date. */
export function derivePlan(study: Study, rows: StudyRows): StudyPlan {
  const round1 = planRound1(study.spec);
  const found = new Map(round1.map((structure) => [structure.id, rows.of(structure)]));
  if ([...found.values()].includes(null)) return { round1, gradients: null, round2: null };
  const gradients = studyGradients(study.spec, (id) => found.get(id)?.values ?? null);
  return { round1, gradients, round2: planRound2(study.spec, gradients) };
}
