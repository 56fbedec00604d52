// Images for voxelith calibrate: volumes and sections, grey or labelled, and what was done to them.
import { SpecError } from '../core/errors.js';
import type { Axis, VoxelSize } from '../core/grid.js';
import type { LabelVolume, Phase } from '../core/volume.js';
import { calibratedModel, type ModelName } from '../calibration/model.js';
import type { ImportStep, StepRecord } from '../image/import.js';
import { segmentationClasses } from '../image/segment.js';
import { dataTypeOf, type VoxelArray } from '../io/voxels.js';
import type { ModelPhase } from '../structure/model.js';
import { CALIBRATED_MODELS, type AnyModel } from '../structure/models.js';
import type { Invocation } from './command.js';
import { segmentationWarnings } from '../warnings/label-warnings.js';
import { importPaths } from './image-input.js';

export interface ImageFlags {
  readonly model: ModelName;
  readonly across: readonly Axis[];
  readonly fix?: Readonly<Record<string, number>>;
  readonly labels?: readonly Phase[];
  readonly phases?: readonly Phase[];
  readonly stack?: boolean;
  readonly voxelSize?: VoxelSize;
}

export interface CalibrationImage {
  readonly name: string;
  readonly volume: LabelVolume;
  /** What was read, when that was grey values. */
  readonly grey: VoxelArray | null;
  readonly steps: readonly StepRecord[];
  readonly warnings: readonly string[];
}

/** Dark to bright, in an image where dense materials are bright: pore, SE, AM; pore, solid. */
const classesOfModel = (model: AnyModel): ModelPhase[] =>
  [...model.phases()].sort((a, b) => a.brightness - b.brightness);
const classNames = (phases: readonly ModelPhase[]): string => phases.map(({ symbol }) => symbol).join(', ');
const ownClasses = (model: ModelName): ModelPhase[] => classesOfModel(calibratedModel('calibrate', model));

const orderOf = (model: AnyModel): string => `${model.name}: ${classNames(model.phases())}`;
/** The order in which --phases names labels. */
export const PHASES_HELP =
  `labels of the phases in the order of the model (${CALIBRATED_MODELS.map(orderOf).join('; ')}; default: its own)`;

/** The labels that classes get when none are named. */
export const CLASSES_HELP = [...new Set(CALIBRATED_MODELS.map(classesOfModel).map((phases) =>
  `${classNames(phases)}: ${phases.map(({ label }) => label).join(',')}`))].join(', or of ');

/** A single plane read from a file lies across z; puts it where it was cut. Its rows run along z when it contains z. */
export function placeSection(volume: LabelVolume, across: Axis): LabelVolume {
  const [nz, ny, nx] = volume.shape;
  if (nz > 1 || across === 'z') return volume;
  const shape = across === 'y' ? ([ny, 1, nx] as const) : ([ny, nx, 1] as const);
  const [, hy, hx] = volume.voxelSizeUm ?? [1, 1, 1];
  const voxelSizeUm = volume.voxelSizeUm === null ? null : ([hy, hx, hx] as const);
  return { ...volume, shape, voxelSizeUm };
}

function checkSections(images: readonly LabelVolume[], { model, fix = {}, stack }: ImageFlags): void {
  if (images.some(({ shape }) => shape[0] > 1) || 'anisotropyFactor' in fix) return;
  const held = 'hold it with --fix anisotropyFactor=1';
  throw new SpecError(images.length === 1 || stack
    ? `calibrate: the anisotropy factor of ${model} needs a section that contains z, and this plane lies across z; ` +
      `say --across y if its rows run along z, or ${held}`
    : `calibrate: ${images.length} single planes, all across z: if they are the slices of one volume add --stack; ` +
      `the anisotropy factor needs a section that contains z: say --across z,y,…, or ${held}`);
}

/** Classes that the steps make; null when none of them segments. */
function classesOf(steps: readonly ImportStep[]): number | null {
  const found = steps.find((step) => step.step === 'segment')?.segmentation;
  return found === undefined ? null : segmentationClasses(found);
}

/** Labels of the classes, dark to bright: as said, else those of the model's phases unless --phases names other
 *  labels. */
function labelsOf(steps: readonly ImportStep[], { model, labels, phases }: ImageFlags): readonly Phase[] | null {
  const classes = classesOf(steps);
  if (classes === null || labels !== undefined || phases !== undefined) return labels ?? null;
  if (classes !== ownClasses(model).length) {
    throw new SpecError(
      `calibrate: ${model} has ${ownClasses(model).length} phases, --segment makes ${classes} classes; ` +
        `take --segment otsu:${ownClasses(model).length}, or give classes the same label, e.g. --labels 3,1,1`,
    );
  }
  return ownClasses(model).map(({ label }) => label);
}

/** Reads the images and does the steps with each.
 *  @throws SpecError, FileError */
export async function loadImages(
  call: Invocation, paths: readonly string[], steps: readonly ImportStep[], flags: ImageFlags,
): Promise<CalibrationImage[]> {
  const groups = flags.stack ? [paths] : paths.map((path) => [path]);
  const { across } = flags;
  if (across.length !== 1 && across.length !== groups.length) {
    throw new SpecError(
      `calibrate: --across names ${across.length} axes for ${groups.length} images; give one for all, or one for each`,
    );
  }
  const labels = labelsOf(steps, flags);
  const images: CalibrationImage[] = [];
  for (const [i, group] of groups.entries()) {
    const done = await importPaths(call, group, { steps, labels, content: null, voxelSizeUm: flags.voxelSize });
    const name = String(done.source.file);
    if (done.labels === null) {
      throw new SpecError(
        `${name}: holds grey values (${dataTypeOf(done.read.data)}), the calibration needs labels: ` +
          `add --segment otsu:${ownClasses(flags.model).length} (classes from dark to bright are ` +
            `${classNames(ownClasses(flags.model))} unless --labels says otherwise), or another method; ` +
            'voxelith info shows the histogram',
      );
    }
    images.push({
      name, volume: placeSection(done.labels, across[across.length === 1 ? 0 : i]),
      grey: classesOf(steps) === null ? null : done.read,
      steps: done.steps,
      warnings: steps.length > 0 ? done.warnings : [...done.warnings, ...segmentationWarnings(done.labels)],
    });
  }
  checkSections(images.map(({ volume }) => volume), flags);
  return images;
}
