// Commands that take many images: one result each, as text, JSON or a CSV table. An image that fails is a row with its
// error, and what is done stays: the table is written as images are done, and a rerun does what is missing in it.
import { CancelledError, FileError, SpecError, VoxelithError } from '../core/errors.js';
import { tableOfRows, type ColumnMeaning, type Table } from '../core/table.js';
import type { VoxelSize } from '../core/grid.js';
import { nameColumns, type PhaseNames } from '../core/phase-names.js';
import { toLabels } from '../io/voxels.js';
import type { LabelVolume } from '../core/volume.js';
import type { CsvCell } from '../io/csv.js';
import { readImage, type ReadImage } from '../io/files.node.js';
import { writeFiles } from '../io/write.node.js';
import type { Session } from '../runtime/session.js';
import { measuredMeaning } from '../transport/column-meaning.js';
import type { Invocation } from './command.js';
import { Lanes } from './lanes.js';
import { checkOutput } from './outputs.js';
import { duration } from './progress.js';
import { fingerprintOf, keptRows, type KeptRows } from './resume.js';
import { csvOf, tableFiles } from './table.js';

export interface BatchOptions {
  readonly output?: string;
  readonly voxelSize?: VoxelSize;
  readonly names?: PhaseNames;
}

/** A line of the table: cells by column. */
export type TableLine = Readonly<Record<string, CsvCell>>;

/** How a command shows its results. T is one image's result, as --json prints it. */
export interface BatchFormat<T> {
  /** Lines of one image, without the column `file`. */
  readonly lines: (result: T) => readonly TableLine[];
  /** Of an image, in the JSON: units of its numbers. */
  readonly units: (result: T) => Readonly<Record<string, string>>;
  /** For people, one image. */
  readonly text: (file: string, result: T) => string;
  /** For people, several images whose table goes to a file. */
  readonly summary?: (lines: readonly TableLine[]) => string;
}

/** What stands before a warning about one of several images. */
export const prefixOf = (paths: readonly string[], path: string): string => (paths.length > 1 ? `${path}: ` : '');

/** What a command does with each image. */
export interface BatchWork<T> {
  /** The name of the command, and everything that its numbers depend on besides the image. */
  readonly command: string;
  readonly settings: unknown;
  /** What is read besides the images: outputs must not replace it. */
  readonly inputs?: readonly string[];
  /** Labels of what a file holds; default: its numbers are labels. */
  readonly labels?: (path: string, image: ReadImage) => Promise<LabelVolume>;
  readonly work: (session: Session, volume: LabelVolume, path: string) => Promise<T>;
  /** Whether other files are written than the table: then every image is worked on again. */
  readonly again?: boolean;
  /** Called for an image whose rows are there already. */
  readonly kept?: (path: string, image: ReadImage) => Promise<void>;
}

/** What became of a batch. */
export interface BatchOutcome<T> {
  /** By file, without those kept from the table. */
  readonly results: ReadonlyMap<string, T>;
  readonly errors: ReadonlyMap<string, string>;
  /** Whether all errors are those of bad input. */
  readonly wrong: boolean;
  /** All lines of the images of this call, in their order. */
  readonly lines: readonly TableLine[];
}

/** The error's text with the image's name in front, once. */
function errorText(path: string, error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.startsWith(`${path}:`) ? message : `${path}: ${message}`;
}

const isCancelled = (error: unknown): boolean =>
  error instanceof CancelledError || (error as Error | null)?.name === 'AbortError';

/** Columns that stand at the end, whatever comes first. */
const LAST_COLUMNS = ['problems', 'warnings', 'error', 'fingerprint'];

/** What columns are that belong to the image, not to its phases. */
const ABOUT: Readonly<Record<string, string>> = {
  file: 'the image', problems: 'why values are missing', warnings: 'what speaks against the image',
  error: 'why the image could not be worked on', fingerprint: 'command, image and settings that the row is of',
};

const meaningOf = (column: string): ColumnMeaning | null =>
  (Object.hasOwn(ABOUT, column) ? { title: ABOUT[column], unit: null, source: null } : measuredMeaning(column));

/** Images may differ in their phases: a column stands where it first occurs. */
function tableOf(lines: readonly TableLine[]): Table {
  const found = [...new Set(lines.flatMap((line) => Object.keys(line)))];
  const columns = [
    ...found.filter((column) => !LAST_COLUMNS.includes(column)), ...LAST_COLUMNS.filter((one) => found.includes(one)),
  ];
  return tableOfRows(columns, lines, meaningOf);
}

interface Batch<T> {
  readonly call: Invocation;
  readonly options: BatchOptions;
  readonly format: BatchFormat<T>;
  readonly task: BatchWork<T>;
}

/** Reads one image and works on it, or finds it done. */
async function workOn<T>(
  { call, options, format, task }: Batch<T>, path: string, kept: KeptRows | null, lanes: Lanes, lane: number,
): Promise<{ readonly lines: readonly TableLine[]; readonly result: T | null }> {
  const found = await readImage([path], call.reading);
  call.warn(found.warnings.map((warning) => (warning.startsWith(path) ? warning : `${path}: ${warning}`)));
  const array = options.voxelSize === undefined ? found.array : { ...found.array, voxelSizeUm: options.voxelSize };
  const image = { ...found, array };
  const names = nameColumns(options.names ?? {});
  const fingerprint = kept === null ? null : await fingerprintOf(task.command, task.settings, array);
  const done = fingerprint === null ? null : kept!.find(path, fingerprint, call);
  if (done !== null) {
    await task.kept?.(path, image);
    return { lines: done.map((line) => ({ ...line, ...names })), result: null };
  }
  const volume = task.labels === undefined ? toLabels(path, array) : await task.labels(path, image);
  const result = await task.work(await lanes.session(volume.shape, lane), volume, path);
  const tail = fingerprint === null ? {} : { error: '', fingerprint };
  return { lines: format.lines(result).map((line) => ({ file: path, ...line, ...names, ...tail })), result };
}

/** How often the table is written, ms: a kill loses no more work than that. */
const TABLE_INTERVAL = 1000;

/** The values of some keys, in the order of these. */
function ordered<T>(paths: readonly string[], found: ReadonlyMap<string, T>): Map<string, T> {
  return new Map(paths.flatMap((path) => (found.has(path) ? [[path, found.get(path)!] as const] : [])));
}

/** Works on every image, several side by side where they are small. With --output the table is written as they are
 *  done, and images whose rows it has by the same settings are not worked on again. */
async function workOnAll<T>(
  batch: Batch<T>, paths: readonly string[], kept: KeptRows | null,
): Promise<BatchOutcome<T>> {
  const { call, options: { output } } = batch;
  const [results, errors, lines] = [new Map<string, T>(), new Map<string, string>(), new Map<string, TableLine[]>()];
  const began = performance.now();
  let [worked, wrong, written, wroteAt] = [0, true, 0, -Infinity];
  const writeTable = async (): Promise<void> => {
    if (output === undefined || written === lines.size) return;
    [written, wroteAt] = [lines.size, performance.now()];
    const rows = [...[...ordered(paths, lines).values()].flat(), ...kept!.others(lines.keys())];
    await writeFiles(new Map(await tableFiles(output, tableOf(rows))));
  };
  const lanes = new Lanes(call, paths.length);
  let writing = Promise.resolve();
  /** Why the table could not be written: the next image is not begun. */
  let unwritten: { readonly error: unknown } | null = null;
  const checkWritten = (): void => {
    if (unwritten !== null) throw unwritten.error;
  };
  try {
    await lanes.each(paths, async (path, i, lane) => {
      checkWritten();
      const spent = (performance.now() - began) / 1000;
      const left = worked === 0 ? '' : `, ${duration((spent / worked) * (paths.length - i))} left`;
      if (paths.length > 1) call.progress.prefix(`${i + 1}/${paths.length} ${path}${left}  `);
      try {
        const { lines: found, result } = await lanes.alone(path, () => workOn(batch, path, kept, lanes, lane));
        lines.set(path, [...found]);
        if (result !== null) {
          results.set(path, result);
          worked++;
        }
      } catch (error) {
        // One image has no others to keep; the kind of its error is its exit code.
        if (isCancelled(error) || paths.length === 1) {
          throw error instanceof VoxelithError && !isCancelled(error) ? withPath(path, error) : error;
        }
        wrong &&= error instanceof SpecError || error instanceof FileError;
        errors.set(path, errorText(path, error));
        lines.set(path, [{ file: path, error: errorText(path, error) }]);
        call.note(`error: ${errorText(path, error)}`);
      }
      if (performance.now() - wroteAt < TABLE_INTERVAL) return;
      // Images go on meanwhile: a disk takes its time until a file is safe.
      writing = writing.then(writeTable).catch((error: unknown) => {
        unwritten ??= { error };
      });
    });
  } finally {
    await writing;
    checkWritten();
    await writeTable();
  }
  return {
    results: ordered(paths, results), errors: ordered(paths, errors), wrong,
    lines: [...ordered(paths, lines).values()].flat(),
  };
}

/** The same error with the image's name in front. */
function withPath(path: string, error: VoxelithError): VoxelithError {
  const text = errorText(path, error);
  if (text !== error.message) error.message = text;
  return error;
}

/** Reads each image, works on it, prints: one image as text or object, several as CSV or `{images: {file: object}}`;
 *  with --output the CSV goes to a file, which a rerun goes on with (with --json every image is worked on). An image of
 *  several that fails is a row with its error; the command fails at its end.
 *  @param after called with the outcome before anything is printed */
export async function runBatch<T extends object>(
  call: Invocation, given: readonly string[], options: BatchOptions, format: BatchFormat<T>, task: BatchWork<T>,
  after: (outcome: BatchOutcome<T>) => Promise<void> = async () => undefined,
): Promise<void> {
  const { output } = options;
  const paths = [...new Set(given)];
  let kept: KeptRows | null = null;
  if (output !== undefined) {
    await checkOutput(output, 'table', [...paths, ...(task.inputs ?? [])]);
    kept = await keptRows(output, task.command, call.json || task.again === true);
  }
  // The workers start while the image is read; what keeps them from it is said where they are needed.
  if (paths.length === 1) call.session().catch(() => undefined);
  const outcome = await workOnAll({ call, options, format, task }, paths, kept);
  await after(outcome);
  const { results, errors, lines } = outcome;
  if (output !== undefined) {
    const reused = paths.length - results.size - errors.size;
    const others = kept!.others(new Set(paths)).length;
    call.note([
      `${output}: ${lines.length + others} rows`, ...(reused > 0 ? [`${reused} images were done already`] : []),
      ...(others > 0 ? [`${others} rows of other images kept`] : []),
    ].join(', '));
  }
  const [first] = results.entries();
  const single = paths.length === 1;
  if (call.json) {
    const failed = [...errors].map(([file, error]) => [file, { error }]);
    const done = [...results].map(([file, result]) => [file, { ...result, units: format.units(result) }] as const);
    const object = single ? done[0][1] : { images: Object.fromEntries([...done, ...failed]) };
    call.print(object as Readonly<Record<string, unknown>>, '');
  } else if (output === undefined) {
    call.print({}, single ? format.text(first[0], first[1]) : csvOf(tableOf(lines)));
  } else if (format.summary !== undefined) call.print({}, format.summary(lines));
  if (errors.size > 0) {
    // Where no image will do, the call is wrong rather than one of them.
    const ErrorType = errors.size === paths.length && outcome.wrong ? SpecError : VoxelithError;
    throw new ErrorType(
      `${task.command}: ${errors.size} of ${paths.length} images failed` +
        (output === undefined ? '; the others are above' : `; ${output} has the others, a rerun tries these again`),
    );
  }
}
