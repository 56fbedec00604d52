// voxelith study slurm: scripts for Slurm, and the jobs that lack rows.
import { realpath } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { InvalidArgumentError, type Command } from 'commander';
import { VoxelithError } from '../core/errors.js';
import { makeDirectory } from '../io/write.node.js';
import {
  hasMerge, indexList, openTasks, parseState, queuedTasks, shellWord, SLURM_DEFAULTS, SLURM_FILE, SLURM_FOLDER,
  type SlurmSettings,
} from '../study/slurm.js';
import { slurmStudy, type SlurmPrograms, type SlurmResult } from '../study/slurm-study.js';
import { slurmArraySize, slurmQueue, submitScript } from '../study/slurm.node.js';
import { derivePlan, type Study, type StudyRows } from '../study/study.js';
import { defineCommand, runs } from './command.js';
import { parseCount, parseMemory, several } from './options.js';
import { duration } from './progress.js';
import { addStudyOptions, openStudyOf, studyRunOptions, type StudyOptions } from './study-common.js';

const PROGRAMS: SlurmPrograms = { queue: slurmQueue, arraySize: slurmArraySize, submit: submitScript };

interface SlurmFlags extends StudyOptions {
  readonly submit?: boolean;
  readonly continue?: boolean;
  readonly partition?: string;
  readonly time?: string;
  readonly mem?: number;
  readonly cpus?: number;
  readonly chunk?: number;
  readonly sbatch?: readonly string[];
  readonly setup?: readonly string[];
  readonly program?: string;
}

/** Days, hours, minutes, seconds, in the ways that Slurm takes. */
function parseTime(text: string): string {
  if (/^(\d+-\d+(:\d+){0,2}|\d+(:\d+){0,2})$/.test(text)) return text;
  throw new InvalidArgumentError('Expected a time as Slurm takes it, such as 2:00:00 or 1-12.');
}

function parseLine(text: string, before?: readonly string[]): string[] {
  if (!text.startsWith('-')) throw new InvalidArgumentError('Expected an option of sbatch, such as --account=abc.');
  return several(text, before);
}

/** This program, as another machine with the same file system calls it. */
async function thisProgram(): Promise<string> {
  return [process.execPath, await realpath(process.argv[1])].map(shellWord).join(' ');
}

/** Only what was said, so that the rest stays as it was. */
async function settingsOf(flags: SlurmFlags): Promise<Partial<SlurmSettings> & Pick<SlurmSettings, 'program'>> {
  const { partition, time, mem, cpus, chunk, sbatch, setup, program } = flags;
  const said = Object.entries({ partition, time, memoryBytes: mem, cpus, chunk, lines: sbatch, setup })
    .filter(([, value]) => value !== undefined);
  return { ...Object.fromEntries(said), program: program ?? await thisProgram() };
}

function resultText(directory: string, result: SlurmResult): string {
  const { state, round, open, queued, submitted, merged } = result;
  const tasks = state.rounds.map(({ tasks: count, seconds }, k) =>
    `round ${k + 1}: ${count} task${count === 1 ? '' : 's'} of about ${duration(seconds)}`);
  const lines = [`${join(directory, SLURM_FOLDER)}: scripts`, ...tasks.map((text) => `  ${text}`)];
  if (merged?.table) return `${lines[0]}\nall rows are there, the table is written`;
  if (submitted !== null) {
    const again = submitted.tasks.length < state.rounds[round - 1].tasks ? `, tasks ${indexList(submitted.tasks)}` : '';
    lines.push(`submitted round ${round} as job ${submitted.array}${again}; job ${submitted.merge} merges behind it`);
  }
  if (queued.length > 0) lines.push(`${queued.length} tasks that lack rows wait or run`);
  if (merged === null) {
    lines.push(open.length === 0 ? 'all rows of this round are there'
      : `nothing was submitted; --submit does, or sbatch ${join(directory, SLURM_FOLDER)}/work-${round}.sbatch`);
  }
  return lines.join('\n');
}

export function studySlurmCommand(): Command {
  const command = addStudyOptions(defineCommand('slurm', 'Write the scripts of an array of tasks for Slurm; with ' +
      '--submit, submit those that lack rows, and a job behind them that merges and goes on.', [
    'study slurm examples/paper.yaml --out /shared/paper --partition cpu --cpus 8 --submit',
    'study slurm examples/paper.yaml --out /shared/paper --sbatch=--account=abc --setup "module load nodejs"',
  ]))
    .option('--submit', 'submit what lacks rows and is not in the queue')
    .option('--partition <name>', 'of the tasks')
    .option('--time <limit>', 'of a task, as Slurm takes it (default: three times what it should take)', parseTime)
    .option('--mem <size>', 'of a task, such as 8G (default: what its structures need)', parseMemory)
    .option('--cpus <n>', `of a task (default: ${SLURM_DEFAULTS.cpus})`, parseCount)
    .option('--chunk <n>', 'structures of a task, 2 at least (default: what takes 20 minutes)', parseCount)
    .option('--sbatch <option>', 'one more of sbatch, such as --sbatch=--account=abc; may be repeated', parseLine)
    .option('--setup <line>', 'a line of shell before the work, such as "module load nodejs"; may be repeated', several)
    .option('--program <command>', 'this program as the nodes call it (default: the same files)')
    .option('--continue', 'give up where submissions bring no rows, as the job does that merges');
  return runs<[string, SlurmFlags]>(command, async (call, path, flags) => {
    const { study, image } = await openStudyOf(call, path, flags);
    const directory = resolve(study.store.location);
    await makeDirectory(join(directory, SLURM_FOLDER));
    const result = await slurmStudy(study, {
      settings: await settingsOf(flags), place: { name: study.spec.name, spec: resolve(path), directory },
      run: studyRunOptions(call, image), programs: flags.submit ? PROGRAMS : null, careful: flags.continue,
    });
    const { state, round, scripts, open, queued, submitted, merged } = result;
    call.print({
      directory, round, settings: state.settings, rounds: state.rounds,
      scripts: scripts.map((name) => join(directory, name)), open, queued, submitted, complete: merged?.table != null,
    }, resultText(directory, result));
  });
}

/** What `status` says of Slurm; null for a study that was never submitted. */
export async function slurmStatus(
  study: Study, rows: StudyRows,
): Promise<{ readonly object: Readonly<Record<string, unknown>>; readonly text: string } | null> {
  const { store } = study;
  const state = await store.read(SLURM_FILE);
  if (state === null) return null;
  const plan = derivePlan(study, rows);
  const round = plan.rounds.length;
  const current = parseState(join(store.location, SLURM_FILE), state).rounds[round - 1];
  const open = openTasks(plan, rows, current.tasks);
  // The rows tell how far it is without a queue, too.
  const queue = await slurmQueue().catch((error: unknown) => {
    if (error instanceof VoxelithError) return error.message;
    throw error;
  });
  if (typeof queue === 'string') return { object: { round, open, queued: null, problem: queue }, text: queue };
  const queued = queuedTasks(current, queue);
  const lacking = open.filter((task) => !queued.some((one) => one.task === task));
  const waits = new Set(queued.filter(({ state: one }) => one === 'PENDING').map(({ reason }) => reason));
  const running = queued.filter(({ state: one }) => one === 'RUNNING').length;
  const merges = hasMerge(current, queue);
  const remedy = merges ? 'the job behind them submits them again' : '"voxelith study slurm --submit" submits them';
  return {
    object: { round, open, queued, lacking, merges, problem: null },
    text: [
      `Slurm, round ${round}: ${open.length} of ${current.tasks} tasks lack rows; ${running} run, ` +
        `${queued.length - running} wait${waits.size > 0 ? ` (${[...waits].join(', ')})` : ''}`,
      ...(lacking.length === 0 ? [] : [`not in the queue: tasks ${indexList(lacking)}; ${remedy}`]),
    ].join('\n'),
  };
}
