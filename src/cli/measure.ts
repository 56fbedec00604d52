// voxelith measure: descriptors and M of every phase of many images, one row each.
import { InvalidArgumentError, Option, type Command } from 'commander';
import { SpecError } from '../core/errors.js';
import type { Axis, Face, VoxelSize } from '../core/grid.js';
import { phaseTitle, type PhaseNames } from '../core/phase-names.js';
import type { LabelVolume, Phase } from '../core/volume.js';
import { DESCRIPTORS } from '../descriptors/descriptor-table.js';
import { toLabels } from '../io/voxels.js';
import type { ReadImage } from '../io/files.node.js';
import { writeFiles } from '../io/write.node.js';
import { measure, MEASURE_DEFAULTS, measureRow, type Measurement } from '../measure/measure.js';
import { unitsOf } from '../measure/units.js';
import { measuredColumns } from '../report/measure.js';
import { sliceOf, type LabelSlice } from '../report/slices.js';
import { CONDUCT_DEFAULTS } from '../transport/conduct.js';
import { prefixOf, runBatch, type BatchFormat, type TableLine } from './batch.js';
import { defineCommand, runs } from './command.js';
import { runFacts } from './facts.js';
import { addStepFlags, checkLabels, importRead } from './image-input.js';
import { addRawOptions, axesOf, axisOption, parseFraction, parseNumber, voxelSizeOption } from './options.js';
import { checkOutput } from './outputs.js';
import { namesOption, namesText, phasesNamed } from './phases.js';
import { shapeText, significant, textTable } from './text.js';

interface MeasureFlags {
  readonly phase: string;
  readonly names?: PhaseNames;
  readonly axis: Axis | 'all';
  readonly from: Face;
  readonly interface: 'voxel' | 'smooth';
  readonly smoothing: number;
  readonly tolerance: number;
  readonly uncertainty?: boolean;
  readonly only?: 'all' | readonly string[];
  readonly labels?: readonly Phase[];
  readonly voxelSize?: VoxelSize;
  readonly report?: string;
  readonly output?: string;
}

/** With what reading and segmenting had to say among the warnings. */
type Measured = Measurement & { readonly warnings: readonly string[] };

function parseOnly(text: string): 'all' | string[] {
  const names = text.split(',').map((name) => name.trim()).filter(Boolean);
  if (names.length === 0) throw new InvalidArgumentError('Expected names, separated by commas, or all.');
  return names.length === 1 && names[0] === 'all' ? 'all' : names;
}

function line({ warnings, problems, shape, voxelSizeUm, ...rest }: Measured): TableLine {
  const size = voxelSizeUm === null || typeof voxelSizeUm === 'number'
    ? [voxelSizeUm, voxelSizeUm, voxelSizeUm]
    : voxelSizeUm;
  return {
    voxelsZ: shape[0], voxelsY: shape[1], voxelsX: shape[2],
    voxelSizeZUm: size[0], voxelSizeYUm: size[1], voxelSizeXUm: size[2],
    ...measureRow({ ...rest, problems, shape, voxelSizeUm }),
    problems: problems.join('; '), warnings: warnings.join('; '),
  };
}

/** One row per image and phase, for people. */
function summary(lines: readonly TableLine[], names: PhaseNames): string {
  // Numbers with a symbol: the others are in the table.
  const columns = measuredColumns(lines).filter(({ quantity }) => quantity.symbol !== null);
  const phases = [...new Set(columns.map(({ phase }) => phase))];
  const kinds = [...new Map(columns.map((column) => [column.key, column])).values()];
  const head = ['image', 'phase', ...kinds.map(({ label }) => label)];
  const rows = lines.flatMap((one) => (one.error ? [] : phases.map((phase) => [
    String(one.file), phaseTitle(phase, names), ...kinds.map(({ key }) => {
      const cell = one[columns.find((column) => column.key === key && column.phase === phase)?.column ?? ''];
      return cell === undefined || cell === '' || cell === null ? '-' : significant(Number(cell), 4);
    }),
  ])));
  const told = lines.flatMap(({ file, problems, warnings, error }) => [
    ...[problems, warnings].flatMap((text) => (text ? [`${file}: ${text}`] : [])), ...(error ? [String(error)] : []),
  ]);
  return [textTable([head, ...rows]), ...told].join('\n');
}

export function measureCommand(): Command {
  const command = defineCommand('measure', 'Measure images: descriptors and M-factor of every phase, ' +
      'one row per image, for "voxelith fit".', [
    'measure cathode.tif --voxel-size 0.2um',
    'measure scans/*.tif --phase 1,2 --names 1=SE,2=AM,3=pore -o table.csv --report table.html',
    'measure grey/*.tif --segment auto:3 --labels 3,1,2 --voxel-size 100nm -o table.csv',
    'fit table.csv --phase SE',
  ]).argument('<images...>', 'image files or folders of slices, each an image of its own');
  const steps = addStepFlags(command, '1,2,3 …');
  command
    .option('--phase <list>', 'labels or names such as 1,2 or SE,AM, or all', MEASURE_DEFAULTS.phases)
    .addOption(namesOption())
    .addOption(axisOption('direction of paths, constrictions and transport'))
    .addOption(
      new Option('--from <face>', 'face where paths and balls enter; low is index 0').choices(['low', 'high'])
        .default(MEASURE_DEFAULTS.from),
    )
    .addOption(
      new Option('--interface <kind>', 'transport: whole faces of voxels, or a smooth interface')
        .choices(['voxel', 'smooth']).default(CONDUCT_DEFAULTS.interface),
    )
    .option(
      '--smoothing <voxels>', 'smooth: width of the Gaussian that turns labels into a level set', parseNumber,
      CONDUCT_DEFAULTS.smoothing,
    )
    .option('--tolerance <share>', 'relative error of M at which to stop', parseFraction, CONDUCT_DEFAULTS.tolerance)
    .option('--uncertainty', 'M of the material too, with an error bar for voxels, window and solver')
    .option(
      '--only <list>', `descriptors, all or some of ${DESCRIPTORS.map(({ name }) => name).join(', ')} ` +
        `(default: ${MEASURE_DEFAULTS.only.join(',')})`, parseOnly,
    )
    .addOption(voxelSizeOption('overrides the files: 0.2um, 200nm or x,y,z'))
    .option('--report <report.html>', 'write a report with the images side by side')
    .option('-o, --output <table.csv>', 'write the table, CSV or .parquet, as images are done; a rerun does ' +
      'only what is missing');
  addRawOptions(command);
  return runs<[string[], MeasureFlags]>(command, async (call, paths, flags) => {
    const { report, names = {}, output } = flags;
    checkLabels({ steps, labels: flags.labels ?? null });
    if (report !== undefined) await checkOutput(report, 'report', output === undefined ? paths : [...paths, output]);
    const options = {
      phases: phasesNamed(flags.phase, names), axes: axesOf(flags.axis), from: flags.from, interface: flags.interface,
      smoothing: flags.smoothing, tolerance: flags.tolerance, only: flags.only ?? MEASURE_DEFAULTS.only,
      ...(flags.uncertainty && { uncertainty: true }),
    };
    const warnings = new Map<string, readonly string[]>();
    const slices = new Map<string, LabelSlice>();
    const labels = async (path: string, image: ReadImage): Promise<LabelVolume> => {
      const request = { steps, labels: flags.labels ?? null, content: null, voxelSizeUm: undefined };
      if (steps.length === 0) {
        warnings.set(path, image.warnings);
        return toLabels(path, image.array);
      }
      const done = await importRead(call, path, image, request);
      warnings.set(path, done.warnings);
      const own = done.warnings.filter((warning) => !image.warnings.includes(warning));
      call.warn(own.map((warning) => prefixOf(paths, path) + warning));
      if (done.labels === null) throw new SpecError(`${path}: holds grey values: add --segment auto:3`);
      return done.labels;
    };
    const picture = (path: string, volume: LabelVolume): void => {
      if (report === undefined) return;
      const across = volume.shape[1] > 1 ? 'y' : 'z';
      slices.set(path, sliceOf(volume, across, path, ''));
    };
    const format: BatchFormat<Measured> = {
      lines: (measured) => [line(measured)],
      units: unitsOf,
      text: (file, measured) => {
        const { shape, skipped = {} } = measured;
        const left = Object.entries(skipped).map(([name, reason]) => `left out: ${name} ${reason}`);
        const head = `${file}, ${shapeText(shape)}${namesText(names)}`;
        return [head, summary([{ file, ...line(measured) }], names), ...left].join('\n');
      },
      summary: (lines) => summary(lines, names),
    };
    await runBatch<Measured>(call, paths, flags, format, {
      command: 'measure',
      settings: { ...options, steps, labels: flags.labels ?? null },
      labels,
      async work(session, volume, path) {
        picture(path, volume);
        const found = await measure(session, volume, { ...options, warnings: true }, call.run);
        const own = found.warnings ?? [];
        call.warn(own.map((warning) => prefixOf(paths, path) + warning));
        // The import has looked at the labels, too.
        return { ...found, warnings: [...new Set([...(warnings.get(path) ?? []), ...own])] };
      },
      // A picture of what was measured before takes its labels again.
      kept: async (path, image) => (report === undefined ? undefined : picture(path, await labels(path, image))),
    }, async ({ lines }) => {
      if (report === undefined) return;
      const images = lines.map((row) => ({ name: String(row.file), row, slice: slices.get(String(row.file)) ?? null }));
      const title = paths.length === 1 ? paths[0] : `${lines.length} images`;
      const { factsOf, measureReport } = await import('../report/index.js');
      const html = measureReport({ title, names, images, reproducibility: factsOf(runFacts()) });
      await writeFiles(new Map([[report, html]]));
      call.note(report);
    });
  });
}
