// Run: all rounds and the table, in one call.
import { checkArguments, has, type Names } from '../core/arguments.js';
import { CancelledError, VoxelithError } from '../core/errors.js';
import type { VoxelArray } from '../io/voxels.js';
import type { Session, SessionOptions } from '../runtime/session.js';
import { bytesPerStructure, evaluatorOf, timeStructure } from './evaluate.js';
import { countKind, expectedSeconds, MeasuredCost, unplanned, type StructureCost } from './estimate.js';
import { mergeStudy, type MergeResult } from './merge.js';
import { chooseLayout, type Layout } from './parallel.js';
import type { PointGradient, StudyCounts } from './plan.js';
import { countStudy } from './plans.js';
import type { StudySpec } from './spec.js';
import { derivePlan, knownStructures, readRows, type Study, type StudyRows } from './study.js';
import type { StudyTable } from './table.js';
import { workStudy, type Evaluate, type Shard, type WorkProgress, type WorkResult } from './work.js';

/** The whole study's cost, said before it starts. */
export interface StudyEstimate {
  /** Structures of all rounds. */
  readonly counts: StudyCounts;
  /** Structures of all rounds that have no row yet. */
  readonly open: number;
  /** Wall time for them, s. */
  readonly seconds: number;
  /** Of one structure. */
  readonly cost: StructureCost;
  /** Whether `cost` comes from rows of this study or from a small structure scaled up. */
  readonly source: 'rows' | 'calibration';
  /** Sessions beside each other, and threads of each. */
  readonly layout: Layout;
  /** WebAssembly memory of one structure at its peak. */
  readonly bytesPerStructure: number;
}

/** How far a study is: in the current round, and over all of them. */
export interface StudyProgress extends WorkProgress {
  /** Structures that have a row, of all rounds together. */
  readonly overallDone: number;
  /** Structures of all rounds. */
  readonly overallTotal: number;
  /** Until all rounds are done, s; null before the first estimate. */
  readonly overallSecondsLeft: number | null;
}

/** Options of `runStudy`: what of the machine it may use, and who is told. */
export interface StudyRunOptions {
  /** Of all sessions together. */
  readonly threads: number;
  /** WebAssembly memory that all sessions together may use. */
  readonly memoryBytes: number;
  /** The platform's `openSession`. */
  readonly openSession: (options: SessionOptions) => Promise<Session>;
  /** Of a study of an image, as `withImage` gives it. */
  readonly image?: VoxelArray | null;
  /** Aborting it ends the call; rows that are done are kept in the store. */
  readonly signal?: AbortSignal;
  /** Called once before anything is drawn. */
  readonly onEstimate?: (estimate: StudyEstimate) => void;
  /** Called while structures are done. */
  readonly onProgress?: (progress: StudyProgress) => void;
  /** Default: draws, describes and solves. Anything else is for tests of the machinery. */
  readonly evaluate?: Evaluate;
}

const RUN_OPTION_NAMES: Names<StudyRunOptions> = {
  threads: true, memoryBytes: true, openSession: true, image: true, signal: true, onEstimate: true, onProgress: true,
  evaluate: true,
};

function checkRun(where: string, study: Study, options: StudyRunOptions): void {
  checkArguments(where, {
    study: [study, has<Study>('spec', 'specHash', 'version', 'store')], options: [options, RUN_OPTION_NAMES],
  });
  checkArguments(where, { options: [options, has<StudyRunOptions>('threads', 'memoryBytes', 'openSession')] });
}

/** What the law and the report are made from. */
export interface StudyResult {
  readonly spec: StudySpec;
  /** SHA-256 of the specification. */
  readonly specHash: string;
  /** Of the program. */
  readonly version: string;
  /** Structures of all rounds. */
  readonly counts: StudyCounts;
  readonly table: StudyTable;
  /** Of plans that have some. */
  readonly gradients: readonly PointGradient[] | null;
  /** Structures that failed; their rows hold NaN and the reason. */
  readonly failures: MergeResult['failures'];
  /** Wall time of this call, s. */
  readonly seconds: number;
  /** Sessions and threads that it ran on. */
  readonly layout: Layout;
}

/** Estimates what is left of a study. Draws one small structure when there are no rows to go by.
 *  @param given rows that were read just now; default: they are read */
export async function estimateStudy(
  study: Study, options: StudyRunOptions, given?: StudyRows,
): Promise<StudyEstimate> {
  checkRun('estimateStudy', study, options);
  const { spec } = study;
  const counts = countStudy(spec);
  const { image = null } = options;
  const evaluate = options.evaluate ?? evaluatorOf(image);
  const bytes = bytesPerStructure(spec, options.threads, image);
  const layout = chooseLayout(spec.size, bytes, options.threads, options.memoryBytes);
  const rows = given ?? await readRows(study);
  const plan = derivePlan(study, rows);
  const open = unplanned(counts, plan.rounds.length);
  const measured = new MeasuredCost();
  for (const structure of knownStructures(plan)) {
    const row = rows.of(structure);
    if (row === null) countKind(open, structure);
    else measured.add(row);
  }
  const fromRows = measured.mean(null);
  const cost = fromRows ?? (await timeStructure(spec, layout, { ...options, evaluate }));
  return {
    counts, open: open.describe + open.conduct, seconds: expectedSeconds(cost, open, layout.sessions), cost,
    source: fromRows ? 'rows' : 'calibration', layout, bytesPerStructure: bytes,
  };
}

/** Opens the sessions of a layout, and closes them in the end. */
export async function withSessions<T>(
  layout: Layout, options: Pick<StudyRunOptions, 'openSession'>, body: (sessions: Session[]) => Promise<T>,
): Promise<T> {
  const sessions: Session[] = [];
  try {
    for (let i = 0; i < layout.sessions; i++) {
      sessions.push(await options.openSession({ threads: layout.threadsEach, memoryBytes: layout.memoryEach }));
    }
    return await body(sessions);
  } finally {
    for (const session of sessions) session.close();
  }
}

/** Works on the current round of one shard with sessions of its own: the `work` command.
 *  @throws as `workStudy` */
export async function workShard(study: Study, shard: Shard, options: StudyRunOptions): Promise<WorkResult> {
  checkRun('workShard', study, options);
  checkArguments('workShard', { shard: [shard, has<Shard>('index', 'count')] });
  const { spec } = study;
  const { image = null, threads } = options;
  const layout = chooseLayout(spec.size, bytesPerStructure(spec, threads, image), threads, options.memoryBytes);
  return withSessions(layout, options, (sessions) => workStudy(study, {
    shard, sessions, evaluate: options.evaluate ?? evaluatorOf(image), signal: options.signal,
    onProgress: (progress) => options.onProgress?.({
      ...progress, overallDone: progress.done, overallTotal: progress.total, overallSecondsLeft: progress.secondsLeft,
    }),
  }));
}

/** Runs what is left of all rounds, merges, and returns the table. A killed run goes on where it stopped.
 *  @throws CancelledError with all finished rows kept; BusyError, CapacityError, FileError */
export async function runStudy(study: Study, options: StudyRunOptions): Promise<StudyResult> {
  checkRun('runStudy', study, options);
  const began = performance.now();
  const { spec } = study;
  const estimate = await estimateStudy(study, options);
  const { counts, cost, layout } = estimate;
  options.onEstimate?.(estimate);
  const after = (round: number): number => expectedSeconds(cost, unplanned(counts, round), layout.sessions);
  const before = (round: number): number =>
    counts.rounds.slice(0, round - 1).reduce((sum, { structures }) => sum + structures, 0);
  const merged = await withSessions(layout, options, async (sessions) => {
    for (;;) {
      const { round } = await workStudy(study, {
        sessions, cost, evaluate: options.evaluate ?? evaluatorOf(options.image ?? null), signal: options.signal,
        onProgress: (progress) => {
          options.onProgress?.({
            ...progress,
            overallDone: progress.done + before(progress.round),
            overallTotal: counts.total,
            overallSecondsLeft: progress.secondsLeft === null ? null : progress.secondsLeft + after(progress.round),
          });
        },
      });
      if (options.signal?.aborted) throw new CancelledError('study');
      const result = await mergeStudy(study);
      if (round === counts.rounds.length || result.table !== null) return result;
    }
  });
  if (merged.table === null) {
    throw new VoxelithError(
      `study: ${merged.missing.length} rows are missing after all rounds, e.g. ${merged.missing[0]}; ` +
        'were row files changed meanwhile? The same command goes on',
    );
  }
  return {
    spec, specHash: study.specHash, version: study.version, counts, table: merged.table,
    gradients: merged.plan.gradients, failures: merged.failures,
    seconds: (performance.now() - began) / 1000, layout,
  };
}

