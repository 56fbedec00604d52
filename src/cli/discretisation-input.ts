// What refine and window have in common: a model or an image, what is measured of it, where rows and results go.
import { basename, extname } from 'node:path';
import { InvalidArgumentError, Option, type Command } from 'commander';
import { CancelledError, SpecError } from '../core/errors.js';
import type { Axis, Shape, VoxelSize } from '../core/grid.js';
import { tableOfCells } from '../core/table.js';
import type { LabelVolume } from '../core/volume.js';
import { imageWarnings } from '../descriptors/image-warnings.js';
import type { MeasuredOptions } from '../discretisation/measured.js';
import type { StudyProgress } from '../discretisation/refine.js';
import type { DiscretisationTable } from '../discretisation/table.js';
import { readVolume } from '../io/files.node.js';
import { writeFiles, type FileContent } from '../io/write.node.js';
import { factsOf, type Fact } from '../report/facts.js';
import type { StructureSpec } from '../structure/models.js';
import { openDirectory } from '../study/store.node.js';
import { memoryStore, type StudyStore } from '../study/store.js';
import type { Invocation } from './command.js';
import { runFacts } from './facts.js';
import { addRawOptions, parseFraction, parseSeed, parseShape, several, voxelSizeOption } from './options.js';
import { checkOutput } from './outputs.js';
import { phasesNamed } from './phases.js';
import { SOURCE_NAMES, structureSpec } from './structure-spec.js';
import { tableFiles } from './table.js';

export interface DiscretisationFlags {
  readonly model?: string;
  readonly size?: Shape;
  readonly seed?: number;
  readonly voxelSize?: VoxelSize;
  readonly set?: readonly string[];
  readonly phase: string;
  readonly axis: Axis;
  readonly only?: readonly string[];
  readonly boundary: 'dirichlet' | 'periodic';
  readonly tolerance?: number;
  readonly out?: string;
  readonly csv?: string;
  readonly report?: string;
}

function parseNames(text: string): string[] {
  const names = text.split(',').map((name) => name.trim()).filter(Boolean);
  if (names.length === 0) throw new InvalidArgumentError('Expected names, separated by commas, or none.');
  return names.length === 1 && names[0] === 'none' ? [] : names;
}

export function addDiscretisationOptions(command: Command): Command {
  command
    .argument('[input]', 'a SPEC file (YAML or JSON, as of generate), or a label image')
    .optionsGroup('Structure:')
    .addOption(new Option('--model <name>', 'instead of a SPEC file: a published set or model').choices(SOURCE_NAMES))
    .option('--size <n|x,y,z>', 'voxels of a cube, or along x,y,z', parseShape)
    .option('--seed <n>', 'random numbers', parseSeed)
    .addOption(voxelSizeOption('voxel edge, e.g. 0.2um'))
    .option('--set <key=value>', 'change one parameter or setting; repeatable', several)
    .optionsGroup('Measured:')
    .option('--phase <list>', 'labels such as 1,2, or all', 'all')
    .addOption(new Option('--axis <axis>', 'of paths and transport').choices(['x', 'y', 'z']).default('z'))
    .option('--only <list>', 'quantities of describe, or none (default: those of a study)', parseNames)
    .addOption(
      new Option('--boundary <kind>', 'transport between two faces, or in a window that repeats')
        .choices(['dirichlet', 'periodic']).default('dirichlet'),
    )
    .option('--tolerance <share>', 'relative error of M at which to stop (default: 0.0001)', parseFraction)
    .optionsGroup('Results:')
    .option('--out <directory>', 'where rows are kept, so that a stopped study goes on')
    .option('--csv <file.csv>', 'write the table, also as .parquet')
    .option('--report <file.html>', 'write a self-contained HTML report with the plots');
  return addRawOptions(command);
}

export type DiscretisationInput =
  | { readonly spec: StructureSpec; readonly image: null; readonly name: string }
  | { readonly spec: null; readonly image: LabelVolume; readonly name: string };

const isSpec = (path: string): boolean => /\.(ya?ml|json)$/i.test(path);

/** @throws SpecError, FileError */
export async function readInput(
  call: Invocation, where: string, path: string | undefined, flags: DiscretisationFlags,
): Promise<DiscretisationInput> {
  if (path === undefined && flags.model === undefined) {
    throw new SpecError(`${where}: give a SPEC file, a label image, or --model; models: ${SOURCE_NAMES.join(', ')}`);
  }
  if (path === undefined || isSpec(path)) {
    const { spec } = await structureSpec(path, flags);
    return { spec, image: null, name: path === undefined ? flags.model! : basename(path, extname(path)) };
  }
  const given = (['model', 'size', 'seed', 'set'] as const).find((name) => flags[name] !== undefined);
  if (given !== undefined) throw new SpecError(`${where}: --${given} belongs to a model; ${path} is an image`);
  const read = await readVolume(path, call.reading);
  const image = flags.voxelSize === undefined ? read : { ...read, voxelSizeUm: flags.voxelSize };
  call.warn(await imageWarnings(await call.session(), image, {}, call.run));
  return { spec: null, image, name: basename(path) };
}

export interface StudyOptions extends MeasuredOptions {
  readonly store: StudyStore;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: StudyProgress) => void;
}

/** Options of the library, with the store of --out. @throws SpecError, FileError */
export async function studyOptions(
  call: Invocation, where: string, flags: DiscretisationFlags,
): Promise<StudyOptions> {
  const { axis, boundary, only, tolerance } = flags;
  const began = performance.now();
  return {
    phases: phasesNamed(flags.phase), axis, boundary, ...(only !== undefined && { descriptors: only }),
    ...(tolerance !== undefined && { tolerance }),
    store: flags.out === undefined ? memoryStore() : await openDirectory(flags.out), signal: call.signal,
    onProgress: ({ done, total }) => {
      const seconds = (performance.now() - began) / 1000;
      call.progress.onItems(where, {
        done, total, perSecond: done / seconds, secondsLeft: (seconds / done) * (total - done),
      });
    },
  };
}

/** Does the work; a stopped one says where it goes on. */
export async function kept<T>(call: Invocation, flags: DiscretisationFlags, work: Promise<T>): Promise<T> {
  return work.catch((error: unknown) => {
    if (error instanceof CancelledError && flags.out !== undefined) {
      call.note(`what is finished is kept in ${flags.out}; the same command goes on`);
    }
    throw error;
  });
}

/** @throws SpecError, FileError before any work */
export async function checkOutputs(path: string | undefined, { csv, report }: DiscretisationFlags): Promise<void> {
  const inputs = path === undefined ? [] : [path];
  if (report !== undefined) await checkOutput(report, 'report', inputs);
  if (csv !== undefined) await checkOutput(csv, 'table', inputs);
}

export interface StudyOutput {
  readonly object: Readonly<Record<string, unknown>>;
  readonly text: readonly string[];
  readonly table: DiscretisationTable;
  readonly damagedAt: readonly string[];
  readonly notes: readonly string[];
  readonly warnings: readonly string[];
  readonly name: string;
  readonly specification: unknown;
  report(about: { readonly title: string; readonly warnings: readonly string[]; readonly reproducibility: Fact[] }):
    string;
}

/** Prints and writes what a study came to. @throws FileError */
export async function finish(call: Invocation, flags: DiscretisationFlags, output: StudyOutput): Promise<void> {
  call.warn(output.warnings);
  if (output.damagedAt.length > 0) call.note(`damaged rows were computed anew: ${output.damagedAt.join(', ')}`);
  const { columns, rows } = output.table;
  const files = new Map<string, FileContent>(
    flags.csv === undefined ? [] : await tableFiles(flags.csv, tableOfCells(columns, rows)),
  );
  if (flags.report !== undefined) {
    const reproducibility = factsOf([['specification', JSON.stringify(output.specification)], ...runFacts()]);
    files.set(flags.report, output.report({ title: output.name, warnings: [], reproducibility }));
  }
  await writeFiles(files);
  const names = [...files.keys()];
  call.print({ name: output.name, ...output.object, directory: flags.out ?? null, files: names },
    [...output.text, ...output.notes, ...names].join('\n'));
}
