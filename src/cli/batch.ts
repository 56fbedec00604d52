// Commands that take many images: one result each, as text, JSON or a CSV table.
import { CapacityError, FileError, SpecError } from '../core/errors.js';
import type { VoxelSize } from '../core/grid.js';
import type { LabelVolume } from '../core/volume.js';
import { formatCsv, type CsvCell } from '../io/csv.js';
import { checkReadable, readVolume } from '../io/files.node.js';
import { checkWritable, writeFiles } from '../io/write.node.js';
import type { Session } from '../runtime/session.js';
import type { Invocation } from './command.js';

export interface BatchOptions {
  readonly output?: string;
  readonly voxelSize?: VoxelSize;
}

/** A line of the table: cells by column. */
export type TableLine = Readonly<Record<string, CsvCell>>;

/** How a command shows its results. T is one image's result, as --json prints it. */
export interface BatchFormat<T> {
  /** Lines of one image, without the column `file`. */
  readonly lines: (result: T) => readonly TableLine[];
  /** For people, one image. */
  readonly text: (file: string, result: T) => string;
}

/** The error with the image's name in front, so that a batch says which one. */
function named(path: string, error: unknown): unknown {
  if (error instanceof CapacityError) {
    return new CapacityError(`${path}: ${error.message}`, error.neededBytes, error.limitBytes);
  }
  if (error instanceof SpecError) return new SpecError(`${path}: ${error.message}`);
  return error;
}

/** Reads each image, works on it, prints: one image as text or object, several as CSV or `{images: {file: object}}`;
 *  with --output the CSV goes to a file. What is said of an image of several begins with `prefix`, its name. Nothing is
 *  printed or written when one of them fails. */
export async function runBatch<T extends object>(
  call: Invocation, paths: readonly string[], options: BatchOptions, format: BatchFormat<T>,
  work: (session: Session, volume: LabelVolume, prefix: string) => Promise<T>,
): Promise<void> {
  const { output } = options;
  if (output !== undefined) {
    if (!output.toLowerCase().endsWith('.csv')) {
      throw new FileError(`${output}: the table is CSV; give a name that ends in .csv`);
    }
    await checkWritable(output);
  }
  for (const path of paths) await checkReadable(path, call.reading);
  const results = new Map<string, T>();
  for (const [i, path] of paths.entries()) {
    if (paths.length > 1) call.progress.prefix(`${i + 1}/${paths.length} `);
    const read = await readVolume(path, call.reading);
    const volume = options.voxelSize === undefined ? read : { ...read, voxelSizeUm: options.voxelSize };
    call.warn([]);
    const session = await call.session();
    try {
      results.set(path, await work(session, volume, paths.length > 1 ? `${path}: ` : ''));
    } catch (error) {
      throw named(path, error);
    }
  }
  const lines = [...results]
    .flatMap(([file, result]) => format.lines(result).map((line): TableLine => ({ file, ...line })));
  // Images may differ in their phases: a column stands where it first occurs.
  const columns = [...new Set(lines.flatMap((line) => Object.keys(line)))];
  const table = formatCsv(columns, lines.map((line) => columns.map((column) => line[column])));
  if (output !== undefined) {
    await writeFiles(new Map([[output, table]]));
    call.note(`${output}: ${lines.length} rows`);
  }
  const [first] = results.entries();
  const single = results.size === 1;
  const object = single ? first[1] : { images: Object.fromEntries(results) };
  if (call.json) call.print(object as Readonly<Record<string, unknown>>, '');
  else if (output === undefined) call.print({}, single ? format.text(first[0], first[1]) : table);
}
