// What the study commands share: the spec file, the directory, the estimate.
import { availableParallelism, totalmem } from 'node:os';
import { basename, dirname, extname, join, resolve } from 'node:path';
import type { Command } from 'commander';
import { CancelledError } from '../core/errors.js';
import { VERSION } from '../core/version.js';
import { readBytes, readImage } from '../io/files.node.js';
import type { ReadOptions } from '../io/room.js';
import { textOf } from '../io/utf8.js';
import type { VoxelArray } from '../io/voxels.js';
import { MEMORY_SHARE } from '../runtime/memory.js';
import { openSession } from '../runtime/session.node.js';
import { writeFiles } from '../io/write.node.js';
import { withImage } from '../study/image.js';
import { readStudySpec } from '../study/read-spec.js';
import type { StudyEstimate, StudyRunOptions } from '../study/run.js';
import type { StudySpec } from '../study/spec.js';
import { openDirectory } from '../study/store.node.js';
import { openWithRows, type Study, type StudyRows } from '../study/study.js';
import { studyTableFile } from '../study/table-meaning.js';
import { tableLines, type StudyTable } from '../study/table.js';
import type { Invocation } from './command.js';
import { duration } from './progress.js';
import { tableFiles } from './table.js';
import { significant } from './text.js';

export interface StudyOptions {
  readonly out?: string;
  readonly recompute?: boolean;
}

/** A study file, and the image of its structures, if there is one: beside the file, unless its path is whole.
 *  @throws SpecError, FileError */
export async function readSpecFile(
  path: string, reading: ReadOptions = {},
): Promise<{ readonly spec: StudySpec; readonly image: VoxelArray | null }> {
  const spec = readStudySpec(textOf(path, await readBytes(path)), path);
  if (spec.plan === undefined || spec.image === undefined) return { spec, image: null };
  const { array } = await readImage([resolve(dirname(path), spec.image.file)], reading);
  return withImage(spec, array);
}

/** out/NAME for STUDY/NAME.yaml. */
export function studyDirectory(path: string, options: StudyOptions): string {
  return options.out ?? join('out', basename(path, extname(path)));
}

/** Opens the directory of a study file, and makes it when needed. Says which rows are damaged.
 *  @returns with the rows that are there just now */
export async function openStudyOf(
  call: Invocation, path: string, options: StudyOptions,
): Promise<{ readonly study: Study; readonly rows: StudyRows; readonly image: VoxelArray | null }> {
  const { spec, image } = await readSpecFile(path, call.reading);
  const store = await openDirectory(studyDirectory(path, options));
  const otherVersion = options.recompute ? 'recompute' : 'refuse';
  const { study, rows } = await openWithRows(spec, store, { version: VERSION, otherVersion });
  if (study.damagedAt.length > 0) {
    const lines = study.damagedAt.map((place) => join(store.location, place)).join(', ');
    call.note(`damaged rows are passed over, their structures are to be evaluated anew: ${lines}`);
  }
  return { study, rows, image };
}

/** Says after Ctrl-C that nothing is lost. */
export const keptNote = (call: Pick<Invocation, 'note'>) => (error: unknown): never => {
  if (error instanceof CancelledError) call.note('finished structures are kept; the same command goes on');
  throw error;
};

export function studyRunOptions(call: Invocation, image: VoxelArray | null): StudyRunOptions {
  return {
    image,
    threads: call.common.threads ?? availableParallelism(),
    memoryBytes: call.common.memory ?? Math.floor(MEMORY_SHARE * totalmem()),
    openSession,
    signal: call.signal,
    onProgress: ({ round, failures, overallDone, overallTotal, overallSecondsLeft, perSecond }) =>
      call.progress.onItems(`round ${round}${failures > 0 ? `, ${failures} failed` : ''}`, {
        done: overallDone, total: overallTotal, perSecond, secondsLeft: overallSecondsLeft,
      }),
  };
}

/** What will be done, and how long it will take. */
export function estimateText(spec: StudySpec, estimate: StudyEstimate): string {
  const { counts, layout, open, seconds, source, bytesPerStructure } = estimate;
  const size = (bytes: number): string =>
    (bytes < 2 ** 30 ? `${significant(bytes / 2 ** 20, 3)} MiB` : `${significant(bytes / 2 ** 30, 3)} GiB`);
  return [
    `study "${spec.name}": ${counts.total} structures of ${spec.size.join('×')} voxels (${spec.voxelSizeUm} µm); ` +
      `${counts.table} rows in the table`,
    ...counts.rounds.map(({ title }, k) => `  round ${k + 1}: ${title}`),
    `  ${layout.sessions} at a time on ${layout.threadsEach} thread${layout.threadsEach === 1 ? '' : 's'} each, ` +
      `${size(bytesPerStructure)} each`,
    open === 0
      ? '  all rows are there'
      : `  ${open} to do, about ${duration(seconds)} ` +
        `(${source === 'rows' ? 'from the rows so far' : 'from a small structure drawn just now'})`,
  ].join('\n');
}

export function addStudyOptions(command: Command): Command {
  return command
    .argument('<study>', 'YAML or JSON file, see examples/')
    .option('--out <directory>', 'where rows and results go (default: out/NAME of the file)')
    .option('--recompute', 'compute rows of another program version anew instead of refusing to go on');
}

/** The option of commands that come to a table. */
export const TABLE_OPTION = ['--table <file>', 'also write the table here: .parquet, or .csv'] as const;

/** Writes the table where `--table` says. */
export async function writeStudyTable(path: string, spec: StudySpec, table: StudyTable): Promise<void> {
  const lines = function* (): Generator<string, void> {
    for (const line of tableLines(table)) yield `${line}\n`;
  };
  await writeFiles(new Map(await tableFiles(path, studyTableFile(spec, table), lines)));
}
