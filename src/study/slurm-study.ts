// A study on Slurm: scripts, an array of the tasks that lack rows, and a job behind it that merges and goes on.
import { checkArguments, has } from '../core/arguments.js';
import { VoxelithError } from '../core/errors.js';
import { bytesPerStructure } from './evaluate.js';
import { mergeStudy, type MergeResult } from './merge.js';
import { estimateStudy, type StudyRunOptions } from './run.js';
import {
  DEFAULT_ARRAY_SIZE, fruitless, hasMerge, indexList, LEAST_ROOM, mergeScript, openTasks, parseState, PROGRAM_BYTES,
  queuedTasks, ROOM_FACTOR, scriptName, SLURM_DEFAULTS, SLURM_FILE, SLURM_FOLDER, tasksOf, workScript,
  type QueuedTask, type ScriptPlace, type SlurmRound, type SlurmSettings, type SlurmState, type Submission,
} from './slurm.js';
import { derivePlan, readRows, type Study } from './study.js';

/** Slurm's programs, as slurm.node.ts runs them. */
export interface SlurmPrograms {
  queue(): Promise<QueuedTask[]>;
  arraySize(): Promise<number | null>;
  /** @returns the number of the job */
  submit(script: string, options: readonly string[]): Promise<string>;
}

export interface SlurmOptions {
  /** What is said now; the rest is as it was said before, or the default. */
  readonly settings: Partial<SlurmSettings> & Pick<SlurmSettings, 'program'>;
  readonly place: ScriptPlace;
  readonly run: StudyRunOptions;
  /** null: only scripts are written. */
  readonly programs: SlurmPrograms | null;
  /** Gives up where submissions bring no rows: for the job that submits by itself. */
  readonly careful?: boolean;
}

export interface SlurmResult {
  readonly state: SlurmState;
  /** The current round, from 1. */
  readonly round: number;
  /** Names in the directory of the study. */
  readonly scripts: readonly string[];
  /** Tasks of the current round that lack rows, and those that wait or run. */
  readonly open: readonly number[];
  readonly queued: readonly QueuedTask[];
  readonly submitted: Submission | null;
  /** null where only scripts were written. */
  readonly merged: MergeResult | null;
}

/** Submissions in a row without a new row after which the job that submits by itself gives up. */
const MOST_FRUITLESS = 3;

/** Memory for a structure that needs so much. */
const roomOf = (bytes: number): number => Math.max(Math.ceil(ROOM_FACTOR * bytes), LEAST_ROOM);

async function stateOf(study: Study, options: SlurmOptions): Promise<SlurmState> {
  const { spec, store } = study;
  const text = await store.read(SLURM_FILE);
  const before = text === null ? null : parseState(`${store.location}/${SLURM_FILE}`, text);
  const settings: SlurmSettings = { ...SLURM_DEFAULTS, ...before?.settings, ...options.settings };
  if (before !== null && JSON.stringify(before.settings) === JSON.stringify(settings)) return before;
  const { cpus, memoryBytes, chunk } = settings;
  const needed = bytesPerStructure(spec, cpus);
  // What is given holds as many structures at a time as have room.
  const room = memoryBytes === null ? cpus * roomOf(needed)
    : Math.max(needed, Math.floor((memoryBytes - PROGRAM_BYTES) * (needed / roomOf(needed))));
  const estimate = await estimateStudy(study, { ...options.run, threads: cpus, memoryBytes: room });
  const { counts, cost, layout, bytesPerStructure: each } = estimate;
  const arraySize = (await options.programs?.arraySize()) ?? DEFAULT_ARRAY_SIZE;
  const rounds = counts.rounds.map((round, k): SlurmRound => {
    const known = before?.rounds[k];
    // Tasks that were submitted are shards: their number stays.
    if (known !== undefined && known.submissions.length > 0) return known;
    const tasks = tasksOf(round, cost, layout.sessions, chunk, arraySize);
    return { ...tasks, memoryBytes: layout.sessions * roomOf(each), submissions: [] };
  });
  return { settings, rounds };
}

async function writeScripts(study: Study, { settings, rounds }: SlurmState, place: ScriptPlace): Promise<string[]> {
  const texts = rounds.flatMap((round, k) => [
    [`${SLURM_FOLDER}/${scriptName('work', k + 1)}`, workScript(place, k + 1, round, settings)],
    [`${SLURM_FOLDER}/${scriptName('merge', k + 1)}`, mergeScript(place, k + 1, settings)],
  ]);
  for (const [name, text] of texts) if ((await study.store.read(name)) !== text) await study.store.write(name, text);
  return texts.map(([name]) => name);
}

/** Writes the scripts of a study; with Slurm's programs also merges, and submits the tasks of the current round that
 *  lack rows and are not in the queue, and behind them the job that does the same again.
 *  @throws BusyError where another process does the same, SpecError without Slurm, VoxelithError where it refuses */
export async function slurmStudy(study: Study, options: SlurmOptions): Promise<SlurmResult> {
  checkArguments('slurmStudy', {
    study: [study, has<Study>('spec', 'specHash', 'version', 'store')],
    options: [options, has<SlurmOptions>('settings', 'place', 'run')],
  });
  const { store } = study;
  const lock = await store.lock('slurm');
  try {
    const { programs, place, careful = false } = options;
    let state = await stateOf(study, options);
    const write = async (next: SlurmState): Promise<void> => {
      state = next;
      await store.write(SLURM_FILE, `${JSON.stringify(state, null, 1)}\n`);
    };
    await write(state);
    const scripts = await writeScripts(study, state, place);
    const merged = programs === null ? null : await mergeStudy(study);
    const rows = merged?.rows ?? await readRows(study);
    const plan = merged?.plan ?? derivePlan(study, rows);
    const round = plan.rounds.length;
    const current = state.rounds[round - 1];
    const open = openTasks(plan, rows, current.tasks);
    if (programs === null || open.length === 0) {
      return { state, round, scripts, open, queued: [], submitted: null, merged };
    }
    const queue = await programs.queue();
    const queued = queuedTasks(current, queue);
    const missing = open.filter((task) => !queued.some((one) => one.task === task));
    const script = (what: 'work' | 'merge'): string =>
      `${place.directory}/${SLURM_FOLDER}/${scriptName(what, round)}`;
    const behind = (arrays: readonly string[]): Promise<string> =>
      programs.submit(script('merge'), [`--dependency=afterany:${arrays.join(':')}`]);
    const put = (submissions: readonly Submission[]): Promise<void> => write({
      ...state, rounds: state.rounds.map((one, k) => (k === round - 1 ? { ...one, submissions } : one)),
    });
    if (missing.length === 0) {
      // The job behind them may have been cancelled, or its node have failed.
      if (!hasMerge(current, queue)) {
        const merge = await behind([...new Set(queued.map(({ job }) => job))]);
        await put(current.submissions.map((one, k, all) => (k === all.length - 1 ? { ...one, merge } : one)));
      }
      return { state, round, scripts, open, queued, submitted: null, merged };
    }
    if (careful && fruitless(current, rows.count) >= MOST_FRUITLESS) {
      throw new VoxelithError(
        `study slurm: ${missing.length} tasks of round ${round} lack rows, and the last ${MOST_FRUITLESS} arrays ` +
          `brought none; see ${place.directory}/${SLURM_FOLDER}/work-${round}-${missing[0]}.log, then submit again`,
      );
    }
    const array = await programs.submit(script('work'), [`--array=${indexList(missing)}`]);
    const submission: Submission = {
      array, merge: null, tasks: missing, rows: rows.count, at: Math.round(Date.now() / 1000),
    };
    // Known before anything else can fail: what is in the queue is not submitted twice.
    await put([...current.submissions, submission]);
    const submitted = { ...submission, merge: await behind([array]) };
    await put([...current.submissions, submitted]);
    return { state, round, scripts, open, queued, submitted, merged };
  } finally {
    await lock.release();
  }
}
