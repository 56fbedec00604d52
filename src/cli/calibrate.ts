// voxelith calibrate: parameters of a model from a volume, from sections, or from a list of descriptors.
import { InvalidArgumentError, Option, type Command } from 'commander';
import { stringify } from 'yaml';
import { calibrate, CALIBRATE_DEFAULTS, type Calibration } from '../calibration/calibrate.js';
import { chi2FromDescriptors, FROM_DESCRIPTORS_DEFAULTS, threePhaseFromDescriptors } from '../calibration/from-descriptors.js';
import { volumeFractionInterval, type FractionInterval } from '../calibration/interval.js';
import type { ModelName, Parameters } from '../calibration/model.js';
import { validateCalibration, VALIDATE_DEFAULTS, type Validation } from '../calibration/validate.js';
import { FileError, SpecError } from '../core/errors.js';
import type { Axis, VoxelSize } from '../core/grid.js';
import { significant, textTable } from '../core/text.js';
import { VERSION } from '../core/version.js';
import type { LabelVolume, Phase } from '../core/volume.js';
import { checkWritable, readBytes, readVolume, writeFiles, type FileContent } from '../io/files.node.js';
import { calibrationReport } from '../report/index.js';
import type { Session } from '../runtime/session.js';
import { defineCommand, runs, type Invocation } from './command.js';
import { parseCount, parseNumber, parsePhase, parseSeed, voxelSizeOption } from './options.js';
import { machineFacts } from './study-report.js';

interface CalibrateFlags {
  readonly model: ModelName;
  readonly phases?: readonly Phase[];
  readonly across: readonly Axis[];
  readonly n: number;
  readonly fix?: Readonly<Record<string, number>>;
  readonly draws: number;
  readonly seed: number;
  readonly realisations?: number;
  readonly maxEdge: number;
  readonly areas: 'continuum' | 'lattice';
  readonly gaussRatio: number;
  readonly voxelSize?: VoxelSize;
  readonly report?: string;
  readonly output?: string;
}

/** "name=value", repeatable. */
function parseFix(text: string, all: Record<string, number> = {}): Record<string, number> {
  const [name, value, ...rest] = text.split('=');
  if (value === undefined || rest.length > 0) throw new InvalidArgumentError(`Expected PARAMETER=VALUE, such as anisotropyFactor=1, found "${text}".`);
  return { ...all, [name]: parseNumber(value) };
}

function parseAcross(text: string): Axis[] {
  return text.split(',').map((axis) => {
    if (axis !== 'x' && axis !== 'y' && axis !== 'z') throw new InvalidArgumentError(`Expected x, y or z, one for all sections or one for each, found "${text}".`);
    return axis;
  });
}

/** A single plane read from a file lies across z; puts it where it was cut. Its rows run along z when it contains z. */
export function placeSection(volume: LabelVolume, across: Axis): LabelVolume {
  const [nz, ny, nx] = volume.shape;
  if (nz > 1 || across === 'z') return volume;
  const shape = across === 'y' ? ([ny, 1, nx] as const) : ([ny, nx, 1] as const);
  const [, hy, hx] = volume.voxelSizeUm ?? [1, 1, 1];
  const voxelSizeUm = volume.voxelSizeUm === null ? null : ([hy, hx, hx] as const);
  return { ...volume, shape, voxelSizeUm };
}

function specText(model: ModelName, parameters: Parameters, voxelSizeUm: number | null, from: string): string {
  return `# Made by voxelith ${VERSION} from ${from}\n${stringify({ model, parameters, ...(voxelSizeUm !== null && { voxelSizeUm }), size: 128, seed: 1 })}`;
}

/** @throws FileError */
async function readDescriptors(path: string): Promise<Record<string, unknown>> {
  const text = new TextDecoder().decode(await readBytes(path));
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && 'phases' in value) return value as Record<string, unknown>;
  } catch { /* said below */ }
  throw new FileError(`${path}: expected the JSON of "voxelith describe": {"phases": {"1": {"volumeFraction": …, "specificSurfaceArea": …}, …}, "voxelSizeUm": …}`);
}

async function fromDescriptors(path: string, flags: CalibrateFlags): Promise<{ parameters: Parameters; voxelSizeUm: number | null }> {
  const found = await readDescriptors(path);
  const phases = found.phases as Record<string, { volumeFraction?: number; specificSurfaceArea?: number }>;
  const labels = flags.phases ?? (flags.model === 'chi2' ? [2, 3] : [1, 2, 3]);
  const need = (label: Phase, name: 'volumeFraction' | 'specificSurfaceArea'): number => {
    const value = phases[label]?.[name];
    if (typeof value !== 'number') throw new SpecError(`${path}: phases.${label}.${name} is missing; it needs volumeFraction and specificSurfaceArea of label ${labels.slice(0, -1).join(' and ')}`);
    return value;
  };
  const size = flags.voxelSize?.[2] ?? (typeof found.voxelSizeUm === 'number' ? found.voxelSizeUm : null);
  const { anisotropyFactor = FROM_DESCRIPTORS_DEFAULTS.anisotropyFactor } = flags.fix ?? {};
  const options = { areas: flags.areas, anisotropyFactor, voxelSizeUm: size };
  const parameters = flags.model === 'chi2'
    ? chi2FromDescriptors({ volumeFraction: need(labels[0], 'volumeFraction'), specificSurfaceArea: need(labels[0], 'specificSurfaceArea') }, options)
    : threePhaseFromDescriptors({
      volumeFraction: { se: need(labels[0], 'volumeFraction'), am: need(labels[1], 'volumeFraction') },
      specificSurfaceArea: { se: need(labels[0], 'specificSurfaceArea'), am: need(labels[1], 'specificSurfaceArea') },
    }, { ...options, n: flags.n, gaussRatio: flags.gaussRatio });
  return { parameters, voxelSizeUm: size };
}

async function intervalsOf(session: Session, image: LabelVolume, phases: readonly Phase[], call: Invocation): Promise<FractionInterval[]> {
  const intervals: FractionInterval[] = [];
  for (const phase of phases) {
    try {
      intervals.push(await volumeFractionInterval(session, image, phase, 0.95, call.run));
    } catch (error) {
      // A window too small for its own interval can still be part of a calibration.
      if (!(error instanceof SpecError)) throw error;
      call.note(error.message);
    }
  }
  return intervals;
}

function textOf(calibration: Calibration, intervals: readonly FractionInterval[], validation: Validation | null): string {
  const { estimates, confounded, alternatives, misfit } = calibration;
  const parts = [textTable([
    ['parameter', 'value', 'standard error', '95 % interval'],
    ...estimates.map(({ name, value, standardError, interval }) => [name, significant(value, 5), significant(standardError, 2), interval.map((x) => significant(x, 4)).join(' … ')]),
  ])];
  parts.push(`misfit: T² = ${significant(misfit.distance, 4)}, ${misfit.degrees} degrees of freedom, probability ${significant(misfit.probability, 2)}`);
  for (const { text } of confounded) parts.push(`note: ${text}`);
  for (const other of alternatives) parts.push(`note: fits as well: ${JSON.stringify(other)}`);
  if (intervals.length > 0) {
    parts.push(textTable([
      ['label', 'volume fraction', 'σ', '95 % interval'],
      ...intervals.map(({ phase, volumeFraction, standardError, interval }) => [String(phase), significant(volumeFraction, 5), significant(standardError, 2), interval.map((x) => significant(x, 4)).join(' … ')]),
    ]));
  }
  if (validation !== null) {
    parts.push(textTable([
      ['label', 'quantity', 'image', 'model', 'sd of the model'],
      ...validation.quantities.map(({ phase, quantity, image, model }) => [
        String(phase), quantity, significant(image, 4), significant(model?.mean ?? null, 4), significant(model?.standardDeviation ?? null, 2),
      ]),
    ]));
  }
  return parts.join('\n');
}

export function calibrateCommand(): Command {
  const command = defineCommand('calibrate', 'Fit the parameters of a model to a volume, to sections, or to a list of descriptors.', [
    'calibrate cathode.nrrd --model three-phase -o calibrated.yaml',
    'calibrate electrode.tif --model three-phase --phases 85,170,0 --realisations 3 --report out.html',
    'calibrate top.tif side.tif --model chi2 --phases 1,0 --across z,y',
    'calibrate descriptors.json --model three-phase -o calibrated.yaml',
  ])
    .argument('<images...>', 'label images: volumes or sections of one material; or one .json of "voxelith describe"')
    .addOption(new Option('--model <name>', 'model to fit').choices(['three-phase', 'chi2']).makeOptionMandatory())
    .option('--phases <labels>', 'labels of SE, AM, pore (chi2: solid, pore) in this order (default: 1,2,3 or 2,3)', (text) => text.split(',').map(parsePhase))
    .option('--across <axes>', 'axis that single planes are cut across, one for all or one per image', parseAcross, ['z'])
    .option('--n <count>', 'squared fields in X and Y; not fitted', parseCount, CALIBRATE_DEFAULTS.n)
    .option('--fix <name=value>', 'hold a parameter, e.g. anisotropyFactor=1; repeatable', parseFix)
    .option('--draws <count>', 'structures drawn for the covariance of the data, twice', parseCount, CALIBRATE_DEFAULTS.draws)
    .option('--seed <n>', 'random numbers of all draws', parseSeed, CALIBRATE_DEFAULTS.seed)
    .option('--realisations <count>', `compare with so many drawn structures (with --report ${VALIDATE_DEFAULTS.realisations}, else none)`, parseCount)
    .option('--max-edge <voxels>', 'longest edge of the window that is compared', parseCount, VALIDATE_DEFAULTS.maxEdge)
    .addOption(new Option('--areas <kind>', 'descriptors: areas of the continuum before scaling by a, or as "describe" counts them').choices(['continuum', 'lattice']).default(FROM_DESCRIPTORS_DEFAULTS.areas))
    .option('--gauss-ratio <number>', 'descriptors: α of the Gaussian part over α of the χ² part', parseNumber, FROM_DESCRIPTORS_DEFAULTS.gaussRatio)
    .addOption(voxelSizeOption('overrides the file: 0.2um, 200nm or x,y,z'))
    .option('--report <report.html>', 'write a report')
    .option('-o, --output <calibrated.yaml>', 'write a specification for "voxelith generate"');
  return runs<[string[], CalibrateFlags]>(command, async (call, paths, flags) => {
    for (const path of [flags.output, flags.report]) if (path !== undefined) await checkWritable(path);
    if (paths.some((path) => path.endsWith('.json'))) {
      if (paths.length > 1 || flags.report !== undefined) throw new SpecError('calibrate: a list of descriptors stands alone, without images and --report');
      const { parameters, voxelSizeUm } = await fromDescriptors(paths[0], flags);
      if (flags.output !== undefined) await writeFiles(new Map([[flags.output, specText(flags.model, parameters, voxelSizeUm, paths[0])]]));
      call.print({ model: flags.model, parameters, voxelSizeUm, output: flags.output ?? null }, textTable([['parameter', 'value'], ...Object.entries(parameters).map(([name, value]) => [name, significant(value as number, 6)])]));
      return;
    }
    const { across } = flags;
    if (across.length !== 1 && across.length !== paths.length) throw new SpecError(`calibrate: --across names ${across.length} axes for ${paths.length} images; give one for all, or one for each`);
    const images: LabelVolume[] = [];
    for (const [i, path] of paths.entries()) {
      const read = await readVolume(path);
      images.push(placeSection(flags.voxelSize === undefined ? read : { ...read, voxelSizeUm: flags.voxelSize }, across[across.length === 1 ? 0 : i]));
    }
    const session = await call.session();
    const calibration = await calibrate(session, images, {
      model: flags.model, phases: flags.phases ?? null, n: flags.n, fixed: flags.fix ?? {}, draws: flags.draws, seed: flags.seed,
    }, call.run);
    const intervals = await intervalsOf(session, images[0], calibration.phases, call);
    const realisations = flags.realisations ?? (flags.report === undefined ? null : VALIDATE_DEFAULTS.realisations);
    const validation = realisations === null ? null : await validateCalibration(session, images[0], calibration, { realisations, maxEdge: flags.maxEdge, seed: flags.seed }, call.run);
    const files = new Map<string, FileContent>();
    if (flags.output !== undefined) files.set(flags.output, specText(flags.model, calibration.parameters, calibration.voxelSizeUm, paths.join(', ')));
    if (flags.report !== undefined) {
      files.set(flags.report, calibrationReport({
        title: paths.join(', '), calibration, intervals, validation,
        reproducibility: [
          ['seed', String(flags.seed)], ['draws', String(flags.draws)], ['version', `voxelith ${VERSION}`], ['command', `voxelith ${process.argv.slice(2).join(' ')}`], ...machineFacts(),
        ].map(([label, value]) => ({ label, value })),
      }));
    }
    call.signal.throwIfAborted();
    if (files.size > 0) await writeFiles(files);
    const { region, ...shown } = calibration;
    call.print({
      ...shown, regionLimit: region.limit, intervals, validation: validation === null ? null : { window: validation.window, quantities: validation.quantities },
      output: flags.output ?? null, report: flags.report ?? null,
    }, textOf(calibration, intervals, validation));
  });
}
