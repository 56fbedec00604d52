// voxelith study: plan, work, merge, status; `run` is in study-run.ts.
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { Command } from 'commander';
import { FileError, VoxelithError } from '../core/errors.js';
import {
  mergeStudy, PARTIAL_TABLE_FILE, STALE_TABLE_FILE, TABLE_FILE, writePlan, type MergeResult,
} from '../study/merge.js';
import { estimateStudy, workShard, type StudyRunOptions } from '../study/run.js';
import { studyStatus, type StudyStatus } from '../study/status.js';
import { derivePlan, STUDY_FILE, type Study } from '../study/study.js';
import { BusyError } from '../study/store.js';
import { parseShard, type Shard, type WorkResult } from '../study/work.js';
import { defineCommand, runs } from './command.js';
import { parseCount } from './options.js';
import { checkOutput } from './outputs.js';
import { duration } from './progress.js';
import {
  addStudyOptions, estimateText, openStudyOf, readSpecFile, studyDirectory, studyRunOptions, TABLE_OPTION,
  writeStudyTable, type StudyOptions,
} from './study-common.js';
import { studyRunCommand } from './study-run.js';
import { slurmStatus, studySlurmCommand } from './study-slurm.js';

/** What a merge came to, and whether that is as it should be: a table, or a second round that nobody has begun. */
function mergeOutcome(study: Study, merged: MergeResult): { readonly text: string; readonly good: boolean } {
  const { plan, missing, done, failures, table, partialTable, stale } = merged;
  const at = (name: string): string => join(study.store.location, name);
  const lines: string[] = [];
  if (table !== null) lines.push(`${at(TABLE_FILE)}: ${table.rows.length} rows`);
  else if (plan.rounds.length > 1 && done === 0) {
    const planned = `round ${plan.rounds.length} is planned`;
    lines.push(`${planned}: ${missing.length} structures are missing; run "study work" for them`);
  } else {
    const round = plan.rounds.length;
    const which = `${missing.length} of ${missing.length + done} structures are missing, e.g. ${missing[0]}`;
    lines.push(
      `round ${round}: ${which}; run "study work" for them${partialTable === null ? ', or merge with --partial' : ''}`,
    );
  }
  if (partialTable !== null) {
    lines.push(`${at(PARTIAL_TABLE_FILE)}: the ${partialTable.rows.length} rows that are there`);
  }
  if (stale) lines.push(`the table of an earlier merge does not fit these rows; it is now ${at(STALE_TABLE_FILE)}`);
  if (failures.length > 0) lines.push(failureText(failures));
  return {
    text: lines.join('\n'),
    good: table !== null || partialTable !== null || (plan.rounds.length > 1 && done === 0 && !stale),
  };
}

function failureText(failures: StudyStatus['rounds'][number]['failures']): string {
  return `${failures.length} structures failed, e.g. ${failures[0].id}: ${failures[0].error}`;
}

function placesText({ damagedLines, damagedAt }: Pick<StudyStatus, 'damagedLines' | 'damagedAt'>): string {
  return `${damagedAt.join(', ')}${damagedLines > damagedAt.length ? ', …' : ''}`;
}

function statusText(status: StudyStatus): string {
  const failures = status.rounds.flatMap((round) => round.failures);
  const rounds = status.rounds.map(({ done, total }, k) => `round ${k + 1}: ${done}/${total}`).join(', ');
  const lines = [`${status.done} of ${status.total} structures (${rounds})`];
  if (status.secondsLeft !== null && status.done < status.total) {
    lines.push(`about ${duration(status.secondsLeft)} left at the rate of the last hour`);
  }
  if (status.lastRow !== null) lines.push(`last row ${new Date(1000 * status.lastRow).toISOString()}`);
  if (failures.length > 0) lines.push(failureText(failures));
  if (status.damagedLines > 0) {
    lines.push(`${status.damagedLines} damaged lines are passed over: ${placesText(status)}`);
  }
  if (status.foreignRows > 0) lines.push(`${status.foreignRows} rows of other program versions are passed over`);
  return lines.join('\n');
}

function planCommand(): Command {
  const command = addStudyOptions(defineCommand(
    'plan', 'List the structures that are known so far and estimate the time.', ['study plan examples/laptop.yaml'],
  ));
  return runs<[string, StudyOptions]>(command, async (call, path, options) => {
    const { study, rows, image } = await openStudyOf(call, path, options);
    const plan = derivePlan(study, rows);
    await writePlan(study, plan);
    const estimate = await estimateStudy(study, studyRunOptions(call, image), rows);
    call.print({
      directory: study.store.location, specHash: study.specHash, ...estimate, roundsPlanned: plan.rounds.length,
    },
      `${estimateText(study.spec, estimate)}\n  in ${study.store.location}`);
  });
}

interface WorkFlags extends StudyOptions {
  readonly shard?: Shard;
  readonly wait?: number;
}

/** How often a shard is asked for again, ms. */
const INTERVAL = 2000;

/** Works on a shard as soon as nobody else does. */
async function workPatiently(
  study: Study, shard: Shard, options: StudyRunOptions, seconds: number,
): Promise<WorkResult> {
  const until = Date.now() + 1000 * seconds;
  for (;;) {
    try {
      return await workShard(study, shard, options);
    } catch (error) {
      if (!(error instanceof BusyError) || Date.now() + INTERVAL > until) throw error;
      await setTimeout(INTERVAL, undefined, { signal: options.signal });
    }
  }
}

function workCommand(): Command {
  const command = addStudyOptions(defineCommand('work', 'Evaluate the missing structures of the current round, ' +
      'or one shard of them.', [
    'study work examples/paper.yaml --shard 2/8 --out /shared/paper',
  ])).option('--shard <i/N>', 'every N-th structure, counted from 1', parseShard)
    .option('--wait <seconds>', 'how long to wait for another process that has the shard', parseCount);
  return runs<[string, WorkFlags]>(command, async (call, path, options) => {
    const { study, image } = await openStudyOf(call, path, options);
    const { shard = { index: 1, count: 1 }, wait = 0 } = options;
    const { round, computed, failures } = await workPatiently(study, shard, studyRunOptions(call, image), wait);
    const failed =
      failures.length > 0 ? `, ${failures.length} failed, e.g. ${failures[0].id}: ${failures[0].error}` : '';
    call.print(
      { directory: study.store.location, specHash: study.specHash, round, computed, failures },
      `round ${round}: ${computed} structures evaluated${failed}`,
    );
  });
}

interface MergeFlags extends StudyOptions {
  readonly partial?: boolean;
  readonly table?: string;
}

function mergeCommand(): Command {
  const command = addStudyOptions(defineCommand('merge', 'Join the rows of all shards: plans the next ' +
      'round after a complete one, writes the table after the last.', [
    'study merge examples/paper.yaml --out /shared/paper',
  ])).option('--partial', `with rows missing, write those that are there as ${PARTIAL_TABLE_FILE}`)
    .option(...TABLE_OPTION);
  return runs<[string, MergeFlags]>(command, async (call, path, options) => {
    const { study, rows } = await openStudyOf(call, path, options);
    if (options.table !== undefined) await checkOutput(options.table, 'table', [path]);
    const merged = await mergeStudy(study, { partial: options.partial, rows });
    const { missing, failures, table, partialTable, plan, stale } = merged;
    const { text: outcome, good } = mergeOutcome(study, merged);
    const whole = table ?? partialTable;
    const written = options.table !== undefined && whole !== null ? options.table : null;
    if (written !== null && whole !== null) await writeStudyTable(written, study.spec, whole);
    const text = written === null ? outcome : `${outcome}\n${written}: the same table`;
    const at = (there: boolean, name: string): string | null => (there ? join(study.store.location, name) : null);
    if (call.json || good) {
      call.print({
        directory: study.store.location, specHash: study.specHash, complete: table !== null,
        roundsPlanned: plan.rounds.length,
        missing: missing.length, failures, table: at(table !== null, TABLE_FILE),
        partialTable: at(partialTable !== null, PARTIAL_TABLE_FILE), staleTable: at(stale, STALE_TABLE_FILE), written,
      }, text);
    }
    if (!good) throw new VoxelithError(text);
  });
}

function statusCommand(): Command {
  const command =
    addStudyOptions(defineCommand('status', 'Show how far a study is.', ['study status examples/laptop.yaml']));
  return runs<[string, StudyOptions]>(command, async (call, path, options) => {
    const directory = studyDirectory(path, options);
    await readSpecFile(path);
    // Asking must not make a directory.
    const begun = await stat(join(directory, STUDY_FILE)).then(() => true, () => false);
    if (!begun) throw new FileError(`${directory}: no study was begun here; run "voxelith study run ${path}"`);
    const { study, rows } = await openStudyOf(call, path, options);
    const status = await studyStatus(study, rows);
    const slurm = await slurmStatus(study, rows);
    call.print({ directory, ...status, slurm: slurm?.object ?? null },
      [statusText(status), ...(slurm === null ? [] : [slurm.text])].join('\n'));
  });
}

export function studyCommand(): Command {
  const command = new Command('study')
    .description('Vary the model, describe and solve many structures, fit the law: resumable, in shards or in one go.');
  const parts = [
    studyRunCommand(), planCommand(), workCommand(), mergeCommand(), statusCommand(), studySlurmCommand(),
  ];
  for (const sub of parts) {
    command.addCommand(sub);
  }
  return command.addHelpText(
    'after',
    '\nExamples:\n  $ voxelith study run examples/laptop.yaml --report out/laptop/report.html\n  $ voxelith study ' +
      'status examples/laptop.yaml',
  );
}
