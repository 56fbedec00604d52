// Slurm: how a study becomes an array of tasks, what the scripts say, and what Slurm's programs answer. Nothing here
// runs a program.
import { SpecError } from '../core/errors.js';
import { objectFrom } from '../io/voxels.js';
import type { StructureCost } from './estimate.js';
import { expectedSeconds } from './estimate.js';
import type { PlannedStructure, RoundCount } from './plan.js';
import type { StudyPlan, StudyRows } from './study.js';

/** What the user says of the cluster; kept with the study, so that later calls need not say it again. */
export interface SlurmSettings {
  readonly partition: string | null;
  /** As Slurm takes it, "2:00:00"; null: three times what a task is expected to take. */
  readonly time: string | null;
  /** Of a task, bytes; null: what its structures need. */
  readonly memoryBytes: number | null;
  readonly cpus: number;
  /** Structures of a task; null: as many as take TASK_SECONDS. */
  readonly chunk: number | null;
  /** More lines of `#SBATCH`, without it. */
  readonly lines: readonly string[];
  /** Lines of shell before the work: modules, paths. */
  readonly setup: readonly string[];
  /** The program as a shell calls it. */
  readonly program: string;
}

export const SLURM_DEFAULTS = {
  partition: null, time: null, memoryBytes: null, cpus: 4, chunk: null, lines: [], setup: [],
} as const satisfies Omit<SlurmSettings, 'program'>;

/** An array of tasks that was submitted, and the job behind it. */
export interface Submission {
  readonly array: string;
  /** null: it could not be submitted. */
  readonly merge: string | null;
  readonly tasks: readonly number[];
  /** Rows of the study at that moment. */
  readonly rows: number;
  /** Unix time, s. */
  readonly at: number;
}

/** One round as tasks: shards, of which task i works on the i-th. */
export interface SlurmRound {
  readonly tasks: number;
  /** What one is expected to take, s. */
  readonly seconds: number;
  /** Memory of its structures, bytes. */
  readonly memoryBytes: number;
  readonly submissions: readonly Submission[];
}

/** What is kept of Slurm in the directory of a study. */
export interface SlurmState {
  readonly settings: SlurmSettings;
  readonly rounds: readonly SlurmRound[];
}

export const SLURM_FILE = 'slurm.json';
/** Where the scripts and what tasks print go, in the directory of the study. */
export const SLURM_FOLDER = 'slurm';

/** What a task should take: Slurm starts 0.75 to 2.5 tasks a second, and a task reads all rows before it begins. A kill
 *  loses no more than the structures at work, so that longer tasks would gain nothing either. */
const TASK_SECONDS = 1200;
/** Structures of a task at least. */
const LEAST_CHUNK = 2;
/** Slurm's own where nobody can be asked. */
export const DEFAULT_ARRAY_SIZE = 1001;
/** Memory of the program beside that of structures: rows of a large study. */
export const PROGRAM_BYTES = 2 ** 30;
/** Room over what structures need at least: levels of connected parts are built as far as there is some
 *  (decisions/0055), and without them the solver ends at other last digits. */
export const ROOM_FACTOR = 2;
/** Of small windows, bytes for one structure. */
export const LEAST_ROOM = 2 ** 27;
/** Time limit over what is expected, and at least, s. */
const [TIME_FACTOR, LEAST_TIME] = [3, 600];

/** Tasks of a round. @param sessions structures that a task works on at a time
 *  @param arraySize Slurm's MaxArraySize: one more than the largest index */
export function tasksOf(
  round: RoundCount, cost: StructureCost, sessions: number, chunk: number | null, arraySize: number,
): { readonly tasks: number; readonly seconds: number } {
  const { structures, conduct } = round;
  const all = expectedSeconds(cost, { describe: structures - conduct, conduct }, sessions);
  const fitting = Math.floor(TASK_SECONDS / Math.max(all / Math.max(structures, 1), 1e-6));
  const wanted = Math.max(chunk ?? fitting, LEAST_CHUNK, Math.ceil(structures / (arraySize - 1)));
  const tasks = Math.max(1, Math.floor(structures / wanted));
  return { tasks, seconds: all / tasks };
}

/** Shards of the current round that lack rows, from 1. */
export function openTasks({ rounds }: StudyPlan, rows: Pick<StudyRows, 'of'>, tasks: number): number[] {
  const open = new Set<number>();
  let i = 0;
  for (const structure of rounds.at(-1)! as Iterable<PlannedStructure>) {
    if (rows.of(structure) === null) open.add((i % tasks) + 1);
    i++;
  }
  return [...open].sort((a, b) => a - b);
}

/** "1-3,7" */
export function indexList(indices: readonly number[]): string {
  const parts: string[] = [];
  for (let k = 0; k < indices.length;) {
    let end = k;
    while (indices[end + 1] === indices[end] + 1) end++;
    parts.push(end === k ? String(indices[k]) : `${indices[k]}-${indices[end]}`);
    k = end + 1;
  }
  return parts.join(',');
}

/** A word of a shell. */
export const shellWord = (text: string): string =>
  (/^[\w./:=@%+,-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);

/** A file that Slurm writes: it splits lines at spaces outside of quotes, and % begins what it fills in. */
const outputOption = (directory: string, name: string): string =>
  `--output="${`${directory.replaceAll('%', '%%')}/${SLURM_FOLDER}/`.replace(/["\\]/g, '\\$&')}${name}"`;

/** What scripts need to know of a study. Paths are absolute: tasks begin elsewhere. */
export interface ScriptPlace {
  readonly name: string;
  readonly spec: string;
  readonly directory: string;
}

/** "0:20:00" */
function timeText(seconds: number): string {
  const minutes = Math.ceil(Math.max(TIME_FACTOR * seconds, LEAST_TIME) / 60);
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}:00`;
}

const mebibytes = (bytes: number): string => `${Math.ceil(bytes / 2 ** 20)}M`;

/** Names of jobs: what queues show without quoting. */
const jobName = (name: string, round: number, what: string): string =>
  `${name.replace(/[^\w.-]+/g, '-').slice(0, 40) || 'study'}-${what}${round}`;

function script(head: readonly string[], settings: SlurmSettings, command: string): string {
  const { partition, lines, setup } = settings;
  return [
    '#!/bin/bash',
    ...[...head, ...(partition === null ? [] : [`--partition=${partition}`]), ...lines]
      .map((line) => `#SBATCH ${line}`),
    'set -eu',
    ...setup,
    `exec ${command}`,
    '',
  ].join('\n');
}

export const scriptName = (what: 'work' | 'merge', round: number): string => `${what}-${round}.sbatch`;

/** The script of the tasks of a round. A task that is lost is not begun again by Slurm, which waits a minute and more
 *  for it: the job behind the array submits what is missing. */
export function workScript(
  place: ScriptPlace, round: number, { tasks, seconds, memoryBytes }: SlurmRound, settings: SlurmSettings,
): string {
  const { cpus, time, program } = settings;
  const { spec, directory } = place;
  return script([
    `--job-name=${jobName(place.name, round, 'r')}`, `--array=1-${tasks}`, '--ntasks=1', `--cpus-per-task=${cpus}`,
    `--mem=${mebibytes(settings.memoryBytes ?? memoryBytes + PROGRAM_BYTES)}`, `--time=${time ?? timeText(seconds)}`,
    '--no-requeue', '--open-mode=append', outputOption(directory, `work-${round}-%a.log`),
  ], settings, [
    program, 'study work', shellWord(spec), '--out', shellWord(directory),
    '--shard', `"$SLURM_ARRAY_TASK_ID/${tasks}"`, '--wait 300', '--threads', String(cpus),
    '--memory', mebibytes(memoryBytes), '--quiet',
  ].join(' '));
}

/** The script of the job behind an array: it merges, and submits what is missing or the next round. */
export function mergeScript(place: ScriptPlace, round: number, settings: SlurmSettings): string {
  const { spec, directory } = place;
  return script([
    `--job-name=${jobName(place.name, round, 'm')}`, '--ntasks=1', '--cpus-per-task=1',
    `--mem=${mebibytes(2 * PROGRAM_BYTES)}`, '--time=1:00:00', '--requeue', '--open-mode=append',
    outputOption(directory, `merge-${round}.log`),
  ], settings, [
    settings.program, 'study slurm', shellWord(spec), '--out', shellWord(directory), '--submit --continue --quiet',
  ].join(' '));
}

/** The number of a job in what `sbatch --parsable` prints: "123" or "123;cluster". @throws SpecError */
export function parseJobId(text: string): string {
  const id = /^(\d+)(;\S+)?$/m.exec(text.trim())?.[1];
  if (id === undefined) {
    const found = JSON.stringify(text.slice(0, 200));
    throw new SpecError(`study slurm: sbatch --parsable printed no job number but ${found}`);
  }
  return id;
}

/** MaxArraySize in what `scontrol show config` prints; null where it does not say. */
export function parseArraySize(text: string): number | null {
  const found = /^MaxArraySize\s*=\s*(\d+)/m.exec(text)?.[1];
  return found === undefined ? null : Number(found);
}

/** Of a job or of one task of an array. */
export interface QueuedTask {
  readonly job: string;
  /** null for a job of its own. */
  readonly task: number | null;
  /** "RUNNING", "PENDING" */
  readonly state: string;
  /** Why it waits: "Priority", "Dependency". */
  readonly reason: string;
}

/** How squeue is asked. */
export const QUEUE_FORMAT = '%F|%K|%T|%r';

/** What `squeue --noheader --array --format=…` prints. @throws SpecError */
export function parseQueue(text: string): QueuedTask[] {
  return text.split('\n').filter((line) => line.trim() !== '').map((line) => {
    const [job, task, state, reason] = line.trim().split('|');
    if (reason === undefined || !/^\d+$/.test(job) || !/^(\d+|N\/A)$/.test(task)) {
      throw new SpecError(`study slurm: squeue printed a line of another form: ${JSON.stringify(line.slice(0, 200))}`);
    }
    return { job, task: task === 'N/A' ? null : Number(task), state, reason };
  });
}

/** What is left of tasks that end now: they write no more rows. */
const ENDING = ['COMPLETING', 'COMPLETED', 'FAILED', 'CANCELLED', 'TIMEOUT', 'NODE_FAIL', 'BOOT_FAIL', 'OUT_OF_MEMORY'];

/** Tasks of a round that wait or run. */
export function queuedTasks({ submissions }: SlurmRound, queue: readonly QueuedTask[]): QueuedTask[] {
  const arrays = new Set(submissions.map(({ array }) => array));
  return queue.filter(({ job, task, state }) => arrays.has(job) && task !== null && !ENDING.includes(state));
}

/** Whether jobs that merge wait or run. */
export function hasMerge({ submissions }: SlurmRound, queue: readonly QueuedTask[]): boolean {
  return submissions.some(({ merge }) => queue.some(({ job, state }) => job === merge && !ENDING.includes(state)));
}

/** How often in a row submissions brought no row. */
export function fruitless({ submissions }: SlurmRound, rows: number): number {
  let count = 0;
  for (const submission of submissions.slice().reverse()) {
    if (submission.rows !== rows) break;
    count++;
  }
  return count;
}

/** @throws SpecError where the file is damaged */
export function parseState(where: string, text: string): SlurmState {
  const found = objectFrom(text);
  if (found === null || !Array.isArray(found.rounds) || typeof found.settings !== 'object' || found.settings === null) {
    throw new SpecError(
      `study slurm: ${where} is damaged; remove it, and submit again once none of its jobs is in the queue`,
    );
  }
  return found as unknown as SlurmState;
}
