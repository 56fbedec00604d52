// Work: evaluates the structures of one shard that have no row yet, one durable line each.
import { checkArguments, has, type Names } from '../core/arguments.js';
import { CapacityError, CancelledError, SpecError } from '../core/errors.js';
import { quoted } from '../core/quote.js';
import type { RunOptions, Session } from '../runtime/session.js';
import { countKind, expectedSeconds, MeasuredCost, type StructureCost } from './estimate.js';
import type { PlannedStructure } from './plan.js';
import { planOf } from './plans.js';
import { formatRow, type Evaluation, type StudyRow } from './rows.js';
import type { StudySpec } from './spec.js';
import type { LineFile, StoreLock } from './store.js';
import { derivePlan, knownStructures, readRows, type Study, type StudyPlan, type StudyRows } from './study.js';

/** Draws, describes and solves one structure. The product's own is `evaluateStructure`. */
export type Evaluate = (session: Session, spec: StudySpec, structure: PlannedStructure, run: RunOptions) =>
  Promise<Evaluation>;

/** Shard `index` of `count`, counted from 1: every count-th structure of a round. */
export interface Shard {
  /** From 1. */
  readonly index: number;
  /** Shards in all. */
  readonly count: number;
}

/** How far the work on a shard is. */
export interface WorkProgress {
  /** From 1. */
  readonly round: number;
  /** Structures of this shard and round that have a row. */
  readonly done: number;
  /** Structures of this shard and round. */
  readonly total: number;
  /** Structures that failed in this call. */
  readonly failures: number;
  /** Structures per second since this call began. */
  readonly perSecond: number;
  /** Until this shard and round are done, s; null before the first estimate. */
  readonly secondsLeft: number | null;
}

/** Options of `workStudy`. */
export interface WorkOptions {
  /** Which part of the structures is worked on; default: all. */
  readonly shard?: Shard;
  /** Sessions to work on, one structure at a time on each; the caller closes them. */
  readonly sessions: readonly Session[];
  /** Draws and measures one structure. */
  readonly evaluate: Evaluate;
  /** Cost to count with before rows are there. */
  readonly cost?: StructureCost | null;
  /** Aborting it ends the call; rows that are done are kept in the store. */
  readonly signal?: AbortSignal;
  /** Called after each structure. */
  readonly onProgress?: (progress: WorkProgress) => void;
}

const WORK_OPTION_NAMES: Names<WorkOptions> = {
  shard: true, sessions: true, evaluate: true, cost: true, signal: true, onProgress: true,
};

/** What a call to work on a shard did. */
export interface WorkResult {
  /** Last one that was worked on. */
  readonly round: number;
  /** Structures evaluated by this call. */
  readonly computed: number;
  readonly failures: readonly WorkFailure[];
}

/** Reads "2/8". @throws SpecError */
export function parseShard(text: string): Shard {
  const match = /^(\d+)\/(\d+)$/.exec(text);
  const [index, count] = match ? [Number(match[1]), Number(match[2])] : [0, 0];
  if (index < 1 || index > count) {
    throw new SpecError(`shard must be i/N with 1 ≤ i ≤ N, such as 2/8, got ${quoted(text)}`);
  }
  return { index, count };
}

function shardName(shard: Shard): string {
  return shard.count === 1 ? 'rows' : `rows-${shard.index}-of-${shard.count}`;
}

/** Where rows of a shard go. Hosts append to files of their own: over NFS two that append to one overwrite each
 *  other. */
function rowsFile(shard: Shard, { writer }: StoreLock): string {
  return shard.count === 1 || writer === '' ? `${shardName(shard)}.jsonl` : `${shardName(shard)}.${writer}.jsonl`;
}

/** Opens a file of rows, into which nothing goes once its lock is lost. */
async function openGuarded({ store }: Study, name: string, lock: StoreLock): Promise<LineFile> {
  const lines = await store.openLines(name);
  return {
    async append(line) {
      await lock.check();
      await lines.append(line);
    },
    close: () => lines.close(),
  };
}

/** Evaluates what is missing in the current round of a shard. A round is the current one as soon as those before have
 *  all their rows, those of the other shards included. A structure that fails is a row with the reason; the next call
 *  tries it again.
 *  @throws BusyError when another process has the shard, CapacityError, CancelledError; rows written so far stay. */
export async function workStudy(study: Study, options: WorkOptions): Promise<WorkResult> {
  checkArguments('workStudy', {
    study: [study, has<Study>('spec', 'specHash', 'version', 'store')],
    options: [options, WORK_OPTION_NAMES],
  });
  checkArguments('workStudy', { options: [options, has<WorkOptions>('sessions', 'evaluate')] });
  const shard = options.shard ?? { index: 1, count: 1 };
  const name = shardName(shard);
  const lock = await study.store.lock(name);
  try {
    return await workLocked(study, options, shard, lock);
  } finally {
    await lock.release();
  }
}

/** Places, among the known structures, of those that a shard has to do with: its share of the current round, and of
 *  those before what failed. Structures that are no rows of the table are not tried again once a round follows from
 *  them. */
function* shareOf(
  { rounds }: StudyPlan, rows: StudyRows, { index, count }: Shard, isTabled: (structure: PlannedStructure) => boolean,
): Generator<number, void> {
  let before = 0;
  for (const [k, round] of rounds.entries()) {
    for (let i = index - 1; i < round.length; i += count) {
      const structure = round.at(i);
      if (k === rounds.length - 1 || (isTabled(structure) && rows.of(structure)?.error)) yield before + i;
    }
    before += round.length;
  }
}

async function workLocked(study: Study, options: WorkOptions, shard: Shard, lock: StoreLock): Promise<WorkResult> {
  const { signal, evaluate, sessions } = options;
  const lines = await openGuarded(study, rowsFile(shard, lock), lock);
  try {
    const rows = await readRows(study);
    const plan = derivePlan(study, rows);
    const round = plan.rounds.length;
    const known = knownStructures(plan);
    const pending: number[] = [];
    const open = { describe: 0, conduct: 0 };
    const measured = new MeasuredCost();
    let total = 0;
    const { isTabled } = planOf(study.spec);
    for (const index of shareOf(plan, rows, shard, isTabled)) {
      total++;
      const structure = known.at(index);
      const row = rows.of(structure);
      if (row?.error === null) measured.add(row);
      else {
        pending.push(index);
        countKind(open, structure);
      }
    }
    const failures: WorkFailure[] = [];
    const began = performance.now();
    let computed = 0;

    const report = (): void => {
      if (!options.onProgress) return;
      const cost = measured.mean(options.cost ?? null);
      const seconds = (performance.now() - began) / 1000;
      options.onProgress({
        round, done: total - pending.length + computed, total, failures: failures.length,
        perSecond: computed / Math.max(seconds, 1e-3),
        secondsLeft: cost === null ? null : expectedSeconds(cost, open, sessions.length),
      });
    };

    report();
    await evaluateInto(lines, study, pending.length, (i) => known.at(pending[i]), {
      sessions, evaluate, signal,
      onRow(row, structure) {
        if (row.error !== null) failures.push({ id: row.id, error: row.error });
        computed++;
        countKind(open, structure, -1);
        measured.add(row);
        report();
      },
    });
    return { round, computed, failures };
  } finally {
    await lines.close();
  }
}

/** A structure that could not be evaluated. */
export interface WorkFailure {
  readonly id: string;
  readonly error: string;
}

interface EvaluateOptions extends Pick<WorkOptions, 'sessions' | 'evaluate' | 'signal'> {
  /** Called once the line of the row is durable. */
  readonly onRow: (row: StudyRow, structure: PlannedStructure) => void;
}

/** Evaluates those of some structures that have no row without an error yet, one durable line each, in a file of rows
 *  of their own.
 *  @throws as `workStudy` */
export async function evaluateAll(
  study: Study, structures: readonly PlannedStructure[], options: EvaluateOptions & { readonly name: string },
): Promise<void> {
  const lock = await study.store.lock(options.name);
  try {
    const lines = await openGuarded(study, `${options.name}.jsonl`, lock);
    try {
      const rows = await readRows(study);
      const pending = structures.filter((structure) => rows.of(structure)?.error !== null);
      await evaluateInto(lines, study, pending.length, (i) => pending[i], options);
    } finally {
      await lines.close();
    }
  } finally {
    await lock.release();
  }
}

/** Evaluates `count` structures side by side on all sessions. A structure that fails is a row with the reason. */
async function evaluateInto(
  lines: LineFile, study: Study, count: number, at: (i: number) => PlannedStructure,
  { sessions, evaluate, signal, onRow }: EvaluateOptions,
): Promise<void> {
  let next = 0;
  let stop = false;

  const one = async (session: Session, structure: PlannedStructure): Promise<void> => {
    const base = {
      specHash: study.specHash, version: study.version, id: structure.id, key: structure.key,
      parameters: structure.parameters,
    };
    let result: Evaluation & { error: string | null };
    try {
      result = structure.parameters === null
        ? nothing(null)
        : { ...(await evaluate(session, study.spec, structure, { signal })), error: null };
    } catch (error) {
      if (error instanceof CancelledError || error instanceof CapacityError || !(error instanceof Error)) throw error;
      result = nothing(error.message);
    }
    const row: StudyRow = { ...base, ...result, finished: Math.round(Date.now() / 1000) };
    await lines.append(formatRow(row));
    onRow(row, structure);
  };

  const worker = async (session: Session): Promise<void> => {
    try {
      while (!stop && next < count) {
        if (signal?.aborted) throw new CancelledError('study');
        await one(session, at(next++));
      }
    } catch (error) {
      stop = true;
      throw error;
    }
  };
  const ends = await Promise.allSettled(sessions.map(worker));
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
}

function nothing(error: string | null): Evaluation & { error: string | null } {
  return { values: {}, problems: [], seconds: { describe: 0, conduct: 0 }, error };
}
