// Images on the command line: reading, and the steps of the import pipeline in the order of their flags.
import type { Command } from 'commander';
import { SpecError } from '../core/errors.js';
import { voxelSizeJson, type VoxelSize } from '../core/grid.js';
import { VERSION } from '../core/version.js';
import type { Phase } from '../core/volume.js';
import {
  contentOf, importImage, importPlan, type Content, type DoneStep, type Imported, type ImportStep, type StepRecord,
} from '../image/import.js';
import { STEP_FLAGS } from '../image/step-text.js';
import { readImage, type ReadImage } from '../io/files.node.js';
import { dataTypeOf, type VoxelArray } from '../io/voxels.js';
import type { GreyKind } from '../kernels/greys.js';
import { peakBytes } from '../runtime/plan.js';
import type { Invocation } from './command.js';
import { parsePhase } from './options.js';
import { significant } from './text.js';

/** Adds the flags of all steps and --labels; the steps come in the order of their flags once the command has been
 *  parsed. */
export function addStepFlags(command: Command, labelsDefault: string): ImportStep[] {
  const steps: ImportStep[] = [];
  for (const { flag, argument, help, step } of STEP_FLAGS) {
    command.option(`--${flag} ${argument}`, help);
    // Steps are done in the order of their flags, and a flag may come twice: options alone would lose both.
    command.on(`option:${flag}`, (text: string | null) => void steps.push(step(text ?? '')));
  }
  command.option(
    '--labels <list>', `labels of the classes from dark to bright, e.g. 3,1,2 (default: ${labelsDefault})`,
    (text: string) => text.split(',').map(parsePhase),
  );
  return steps;
}

export interface ImageRequest {
  readonly steps: readonly ImportStep[];
  /** Of the classes of `segment`; null: 1, 2, 3 … */
  readonly labels: readonly Phase[] | null;
  readonly content: Content | null;
  /** Overrides that of the file. */
  readonly voxelSizeUm: VoxelSize | undefined;
  readonly onStep?: (step: DoneStep) => void;
}

export interface ImportedImage extends Imported {
  readonly read: VoxelArray;
  readonly source: Readonly<Record<string, unknown>>;
  readonly plannedBytes: number;
}

/** Bytes a value on the way through the steps, for the prediction. */
function kindOf({ data }: VoxelArray): GreyKind {
  return data.BYTES_PER_ELEMENT === 1 ? 1 : dataTypeOf(data) === 'uint16' ? 2 : 4;
}

/** Reads one image (a file, a folder of slices, or slices one by one) and does the steps.
 *  @throws FileError, SpecError, CapacityError */
export async function importPaths(
  call: Invocation, paths: readonly string[], request: ImageRequest,
): Promise<ImportedImage> {
  checkLabels(request);
  const name = paths.length === 1 ? paths[0] : `${paths[0]} … (${paths.length} slices)`;
  return importRead(call, name, await readImage(paths, call.reading), request);
}

/** @throws SpecError where labels are given to classes that nobody makes */
export function checkLabels({ steps, labels }: Pick<ImageRequest, 'steps' | 'labels'>): void {
  if (labels !== null && !steps.some(({ step }) => step === 'segment')) {
    throw new SpecError('--labels: names the classes of --segment, and there is none');
  }
}

/** Does the steps on an image that was read. @throws SpecError, CapacityError */
export async function importRead(
  call: Invocation, name: string, { array, format, warnings }: ReadImage, request: ImageRequest,
): Promise<ImportedImage> {
  const { steps, labels, content, voxelSizeUm, onStep = null } = request;
  const read = voxelSizeUm === undefined ? array : { ...array, voxelSizeUm };
  const todo = steps.map((step) => (step.step === 'segment' ? { ...step, labels } : step));
  const source = {
    file: name, format, dtype: dataTypeOf(read.data), shape: read.shape, voxelSizeUm: voxelSizeJson(read.voxelSizeUm),
    program: `voxelith ${VERSION}`,
  };
  const session = await call.session();
  const plan = importPlan(read.shape, kindOf(read), contentOf(read, todo, content), todo, session.threads);
  const done = await importImage(session, name, read, todo, { content, source, onStep }, call.run);
  return { ...done, read, source, plannedBytes: peakBytes(plan), warnings: [...warnings, ...done.warnings] };
}

/** Names of what a step found that do not speak for themselves. */
const WORDS: Readonly<Record<string, string>> = { explained: 'share of the grey variance between the classes' };

/** "clean     minVoxels 100, components 12, voxels 345" */
export function stepText(record: StepRecord): string {
  return `${String(record.step).padEnd(10)}${stepSettings(record)}`;
}

/** "minVoxels 100, components 12, voxels 345" */
export function stepSettings({ step: _step, ...rest }: StepRecord): string {
  const value = (v: unknown): string =>
    typeof v === 'number' ? significant(v, 6) : Array.isArray(v) ? v.map(value)
      .join(' ') : v !== null && typeof v === 'object' ? Object.entries(v)
      .map(([k, w]) => `${k} ${value(w)}`)
      .join(' ') : String(v);
  return Object.entries(rest).filter(([, v]) => v !== null).map(([key, v]) => `${WORDS[key] ?? key} ${value(v)}`)
    .join(', ');
}
