// voxelith calibrate: parameters of a model from a volume, from sections, or from a list of descriptors.
import { InvalidArgumentError, Option, type Command } from 'commander';
import { stringify } from 'yaml';
import { calibrate, CALIBRATE_DEFAULTS } from '../calibration/calibrate.js';
import { volumeFractionIntervals } from '../calibration/interval.js';
import type { ModelName, Parameters } from '../calibration/model.js';
import { validateCalibration, VALIDATE_DEFAULTS } from '../calibration/validate.js';
import { SpecError } from '../core/errors.js';
import { voxelSizeJson, type Axis, type VoxelSize } from '../core/grid.js';
import { quoted } from '../core/quote.js';
import { significant, textTable } from '../core/text.js';
import { VERSION } from '../core/version.js';
import type { Phase } from '../core/volume.js';
import { voxelFiles } from '../io/files.node.js';
import { writeFiles, type FileContent } from '../io/write.node.js';
import { fromLabels } from '../io/voxels.js';
import { FROM_DESCRIPTORS_DEFAULTS } from '../structure/from-descriptors.js';
import { CALIBRATED_MODELS } from '../structure/models.js';
import { fromDescriptors, type DescriptorFlags } from './calibrate-descriptors.js';
import { CLASSES_HELP, loadImages, PHASES_HELP, type CalibrationImage, type ImageFlags } from './calibrate-images.js';
import { calibrationText } from './calibrate-text.js';
import { defineCommand, runs, type Invocation } from './command.js';
import { runFacts } from './facts.js';
import { addStepFlags, stepText } from './image-input.js';
import {
  addRawOptions, type Distance, parseCount, parseDistance, parseNumber, parsePhase, parseSeed, voxelSizeOption,
} from './options.js';
import { checkOutput } from './outputs.js';
import { shapeText, voxelSizeText } from './text.js';

interface CalibrateFlags extends DescriptorFlags, ImageFlags {
  readonly model: ModelName;
  readonly phases?: readonly Phase[];
  readonly fix?: Readonly<Record<string, number>>;
  readonly voxelSize?: VoxelSize;
  readonly apart?: Distance;
  readonly draws: number;
  readonly seed: number;
  readonly realisations?: number;
  readonly maxEdge: number;
  readonly report?: string;
  readonly segmented?: string;
  readonly output?: string;
}

/** "name=value", repeatable. */
function parseFix(text: string, all: Record<string, number> = {}): Record<string, number> {
  const [name, value, ...rest] = text.split('=');
  if (value === undefined || rest.length > 0) {
    throw new InvalidArgumentError(`Expected PARAMETER=VALUE, such as anisotropyFactor=1, found ${quoted(text)}.`);
  }
  return { ...all, [name]: parseNumber(value) };
}

function parseAcross(text: string): Axis[] {
  return text.split(',').map((axis) => {
    if (axis !== 'x' && axis !== 'y' && axis !== 'z') {
      throw new InvalidArgumentError(
        `Expected x, y or z, one for all sections or one for each, found ${quoted(text)}.`,
      );
    }
    return axis;
  });
}

/** @param made lines that say what the numbers come from */
function specText(
  model: ModelName, parameters: Parameters, voxelSizeUm: number | VoxelSize, made: readonly string[],
): string {
  const head = [`Made by voxelith ${VERSION} from ${made[0]}`, ...made.slice(1)].map((line) => `# ${line}\n`).join('');
  return head + stringify({
    model, parameters,
    ...(
      voxelSizeUm !== null &&
        { voxelSizeUm: typeof voxelSizeUm === 'number' ? voxelSizeUm : voxelSizeJson(voxelSizeUm) }
    ),
    size: 128, seed: 1,
  });
}

async function calibrateDescriptors(call: Invocation, paths: readonly string[], flags: CalibrateFlags): Promise<void> {
  if (paths.length > 1 || flags.report !== undefined) {
    throw new SpecError('calibrate: a list of descriptors stands alone, without images and --report');
  }
  const { parameters, voxelSizeUm } = await fromDescriptors(paths[0], flags);
  if (flags.output !== undefined) {
    await writeFiles(new Map([[flags.output, specText(flags.model, parameters, voxelSizeUm, [paths[0]])]]));
  }
  call.print(
    { model: flags.model, parameters, voxelSizeUm, output: flags.output ?? null },
    textTable([
      ['parameter', 'value'],
      ...Object.entries(parameters).map(([name, value]) => [name, significant(value as number, 6)]),
    ]),
  );
}

/** In voxels along x of the first image.
 *  @throws SpecError */
function apartOf(
  distance: Distance | undefined, [{ volume: { voxelSizeUm } }]: readonly CalibrationImage[],
): number | null {
  if (distance === undefined) return null;
  if (distance.unit === 'voxels') return distance.value;
  if (voxelSizeUm === null) {
    throw new SpecError(
      'calibrate: --apart is a length, and the images have no voxel size: add --voxel-size, or say --apart in voxels',
    );
  }
  return distance.value / voxelSizeUm[2];
}

/** What the specification and the report say about an image. */
function imageLines({ name, volume: { shape, voxelSizeUm }, steps }: CalibrationImage): string[] {
  return [`${name}, ${shapeText(shape)}, voxel size ${voxelSizeText(voxelSizeUm)}`, ...steps.map(stepText)];
}

function thresholdsOf({ steps }: CalibrationImage): readonly number[] {
  const found = steps.find(({ step }) => step === 'segment')?.thresholds;
  return Array.isArray(found) ? (found as number[]) : [];
}

export function calibrateCommand(): Command {
  const command = defineCommand('calibrate', 'Fit the parameters of a model to a volume, to sections, ' +
      'or to a list of descriptors.', [
    'calibrate slices/ --filter median --segment otsu:3 --clean 30 --voxel-size 0.2um --model three-phase --report ' +
      'out.html -o calibrated.yaml',
    'calibrate cathode.nrrd --model three-phase -o calibrated.yaml',
    'calibrate electrode.tif --model three-phase --phases 85,170,0 --realisations 3 --report out.html',
    'calibrate top.tif side.tif --segment otsu --model chi2 --across z,y',
    'calibrate descriptors.json --model three-phase -o calibrated.yaml',
  ])
    .argument(
      '<images...>',
      'volumes (a file, or a folder of slices) or sections of one material; or one .json of "voxelith describe"',
    )
    .addOption(
      new Option('--model <name>', 'model to fit').choices(CALIBRATED_MODELS.map(({ name }) => name))
        .makeOptionMandatory(),
    );
  command.optionsGroup('Grey images, steps in the order of the flags:');
  const steps = addStepFlags(command, `those of ${CLASSES_HELP}`);
  command.optionsGroup('Options:')
    .option('--stack', 'the files are the slices of one volume, as a folder of them is')
    .option('--phases <labels>', PHASES_HELP, (text) => text.split(',').map(parsePhase))
    .option(
      '--across <axes>', 'axis that single planes are cut across, one for all or one per image', parseAcross, ['z'],
    )
    .option(
      '--apart <distance>',
      'how far sections across one axis were cut from each other, in the order given: 2um, ' +
        'or 10 for voxels (default: far enough to be independent)',
      parseDistance,
    )
    .option('--n <count>', 'squared fields in X and Y; not fitted', parseCount, CALIBRATE_DEFAULTS.n)
    .option('--fix <name=value>', 'hold a parameter, e.g. anisotropyFactor=1; repeatable', parseFix)
    .option(
      '--draws <count>', 'structures drawn for the covariance of the data, twice', parseCount, CALIBRATE_DEFAULTS.draws,
    )
    .option('--seed <n>', 'random numbers of all draws', parseSeed, CALIBRATE_DEFAULTS.seed)
    .option(
      '--realisations <count>',
      `compare with so many drawn structures (with --report ${VALIDATE_DEFAULTS.realisations}, else none)`, parseCount,
    )
    .option('--max-edge <voxels>', 'longest edge of the window that is compared', parseCount, VALIDATE_DEFAULTS.maxEdge)
    .addOption(
      new Option(
        '--areas <kind>', 'descriptors: areas of the continuum before scaling by a, or as "describe" counts them',
      ).choices(['continuum', 'lattice']).default(FROM_DESCRIPTORS_DEFAULTS.areas),
    )
    .option(
      '--gauss-ratio <number>', 'descriptors: α of the Gaussian part over α of the χ² part', parseNumber,
      FROM_DESCRIPTORS_DEFAULTS.gaussRatio,
    )
    .addOption(voxelSizeOption('overrides the file: 0.2um, 200nm or x,y,z'))
    .option('--report <report.html>', 'write a report')
    .option('--segmented <file>', 'write the labels that were made from one grey image')
    .option('-o, --output <calibrated.yaml>', 'write a specification for "voxelith generate"');
  addRawOptions(command);
  return runs<[string[], CalibrateFlags]>(command, async (call, paths, flags) => {
    const outputs = [
      [flags.output, 'specification'], [flags.report, 'report'], [flags.segmented, 'voxels'],
    ] as const;
    for (const [path, kind] of outputs) if (path !== undefined) await checkOutput(path, kind, paths);
    if (paths.some((path) => path.endsWith('.json'))) return calibrateDescriptors(call, paths, flags);
    const images = await loadImages(call, paths, steps, flags);
    call.warn(images.flatMap(({ warnings }) => warnings));
    if (flags.segmented !== undefined && images.length > 1) {
      throw new SpecError(`calibrate: --segmented goes with one image, found ${images.length}`);
    }
    const volumes = images.map(({ volume }) => volume);
    const session = await call.session();
    const calibration = await calibrate(session, volumes, {
      model: flags.model, phases: flags.phases ?? null, n: flags.n, fixed: flags.fix ?? {}, draws: flags.draws,
      seed: flags.seed,
      apart: apartOf(flags.apart, images),
    }, call.run);
    const { intervals, warnings } = await volumeFractionIntervals(session, volumes[0], calibration.phases, call.run);
    call.warn(warnings);
    const realisations = flags.realisations ?? (flags.report === undefined ? null : VALIDATE_DEFAULTS.realisations);
    const validation = realisations === null ? null : await validateCalibration(
      session, volumes, calibration, { realisations, maxEdge: flags.maxEdge, seed: flags.seed }, call.run,
    );
    const files = new Map<string, FileContent>();
    const made = images.flatMap(imageLines);
    if (flags.output !== undefined) {
      files.set(flags.output, specText(flags.model, calibration.parameters, calibration.voxelEdgesUm, made));
    }
    if (flags.segmented !== undefined) {
      for (const [path, content] of await voxelFiles(flags.segmented, fromLabels(volumes[0]))) files.set(path, content);
    }
    if (flags.report !== undefined) {
      const { calibrationReport, factsOf } = await import('../report/index.js');
      files.set(flags.report, calibrationReport({
        title: paths.length === 1 ? paths[0] : `${paths[0]} and ${paths.length - 1} more`, calibration, intervals,
        validation,
        images: images.map((image) => (
          {
            name: image.name, lines: imageLines(image), warnings: image.warnings, grey: image.grey,
            labels: image.volume, thresholds: thresholdsOf(image),
          }
        )),
        reproducibility: factsOf([['seed', String(flags.seed)], ['draws', String(flags.draws)], ...runFacts()]),
      }));
    }
    call.signal.throwIfAborted();
    if (files.size > 0) await writeFiles(files);
    const { region, ...shown } = calibration;
    const facts = images.map(({ name, volume: { shape, voxelSizeUm }, steps: done, warnings }) => (
      { file: name, shape, voxelSizeUm: voxelSizeJson(voxelSizeUm), steps: done, warnings }
    ));
    const { example: _example, imageWindow: _window, ...compared } = validation ?? { example: null, imageWindow: null };
    call.print({
      images: facts, ...shown, regionLimit: region.limit, intervals, validation: validation === null ? null : compared,
      output: flags.output ?? null, report: flags.report ?? null, segmented: flags.segmented ?? null,
    }, [...made, '', calibrationText(calibration, intervals, validation, images.length > 1 ? images[0].name : null)]
      .join('\n'));
  });
}
