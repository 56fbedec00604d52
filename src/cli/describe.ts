// voxelith describe: descriptors of the phases of an image.
import { InvalidArgumentError, Option, type Command } from 'commander';
import { SpecError } from '../core/errors.js';
import type { Axis, Face } from '../core/grid.js';
import type { PhaseNames } from '../core/phase-names.js';
import type { LabelVolume } from '../core/volume.js';
import { describe, DESCRIBE_DEFAULTS, describeRow } from '../descriptors/describe.js';
import { sizesConvention, type Description } from '../descriptors/description.js';
import { DESCRIPTORS } from '../descriptors/descriptor-table.js';
import { localThickness } from '../descriptors/local-thickness.js';
import { writeVoxels } from '../io/files.node.js';
import { writeFiles } from '../io/write.node.js';
import { unitsOf } from '../measure/units.js';
import type { Session } from '../runtime/session.js';
import { prefixOf, runBatch, type BatchFormat, type BatchOptions } from './batch.js';
import { defineCommand, runs } from './command.js';
import { runFacts } from './facts.js';
import { addRawOptions, axesOf, axisOption, parseCount, voxelSizeOption } from './options.js';
import { checkOutput } from './outputs.js';
import { namesOption, namesText, phasesNamed } from './phases.js';
import { shapeText, significant, textTable } from './text.js';

interface DescribeFlags extends BatchOptions {
  readonly phase: string;
  readonly axis: Axis | 'all';
  readonly from: Face;
  readonly only?: readonly string[];
  readonly curves?: boolean;
  readonly histograms?: boolean;
  readonly maxLag?: number;
  readonly thicknessMap?: string;
  readonly report?: string;
}

/** What is printed: the description, and what its sizes mean. */
type Described = Description & { readonly sizesConvention?: string };

const formatWith = (names: PhaseNames): BatchFormat<Described> => ({
  lines: (description) => [describeRow(description)],
  units: unitsOf,
  text: (file, description) => {
    const rows = Object.entries(describeRow(description)).map(
      ([name, value]) => [name, typeof value === 'number' || value === null ? significant(value, 5) : String(value)],
    );
    const skipped = Object.entries(description.skipped ?? {}).map(([name, reason]) => `left out: ${name} ${reason}`);
    const head = `${file}, ${shapeText(description.shape)}${namesText(names)}`;
    const convention = sizesConvention(description);
    return [
      head, textTable([['descriptor', 'value'], ...rows]), ...(convention === null ? [] : [`sizes: ${convention}`]),
      ...skipped,
    ].join('\n');
  },
});

/** What a report shows beside the descriptors that need not be asked for. */
const CURVES = ['twoPoint', 'chordLength', 'profiles'];

function parseNames(text: string): string[] {
  const names = text.split(',').map((name) => name.trim()).filter(Boolean);
  if (names.length === 0) throw new InvalidArgumentError('Expected names, separated by commas.');
  return names;
}

export function describeCommand(): Command {
  const command = defineCommand('describe', 'Describe the phases of images: fractions, surfaces, paths, ' +
      'constrictions.', [
    'describe cathode.nrrd',
    'describe cathode.tif --phase 1,2 --axis all --json',
    'describe cathode.nrrd --report cathode.html',
    'describe out/*.nrrd --only volumeFraction,constrictivity -o table.csv',
  ])
    .argument('<images...>', 'label images; several give a CSV table')
    .option('--phase <list>', 'labels or names such as 1,2 or SE,AM, or all', DESCRIBE_DEFAULTS.phases)
    .addOption(namesOption())
    .addOption(axisOption('direction of paths and constrictions'))
    .addOption(
      new Option('--from <face>', 'face where paths and balls enter; low is index 0').choices(['low', 'high'])
        .default(DESCRIBE_DEFAULTS.from),
    )
    .option(
      '--only <list>',
      `of ${DESCRIPTORS.map(({ name, onRequest }) => (onRequest ? `${name} (only on request)` : name)).join(', ')}`,
      parseNames,
    )
    .option('--curves', 'in the JSON: the curves CPSD and SMIP')
    .option('--histograms', 'in the JSON: histograms of geodesic tortuosity')
    .option(
      '--max-lag <voxels>', 'longest lag of twoPoint and linealPath (default: half of the window, 100 at most)',
      parseCount,
    )
    .option(
      '--thickness-map <file>',
      'write the local thickness of one phase: radius of the largest ball that covers each voxel',
    )
    .addOption(voxelSizeOption('overrides the file: 0.2um, 200nm or x,y,z'))
    .option('--report <report.html>', 'write a report with the curves; without --only of all curves')
    .option('-o, --output <table.csv>', 'write a table, CSV or .parquet');
  addRawOptions(command);
  return runs<[string[], DescribeFlags]>(command, async (call, paths, flags) => {
    const { report, only, thicknessMap: map, names = {} } = flags;
    const phases = phasesNamed(flags.phase, names);
    if (map !== undefined) {
      if (paths.length > 1) throw new SpecError(`describe: --thickness-map goes with one image, found ${paths.length}`);
      if (phases === 'all' || phases.length > 1) {
        throw new SpecError('describe: --thickness-map goes with one phase; give --phase');
      }
      await checkOutput(map, 'voxels', paths);
    }
    if (report !== undefined) {
      if (paths.length > 1) throw new SpecError(`describe: --report goes with one image, found ${paths.length}`);
      await checkOutput(report, 'report', paths);
    }
    const options = {
      phases, axes: axesOf(flags.axis), from: flags.from, only: only ?? null,
      more: report !== undefined && only === undefined ? CURVES : [],
      curves: flags.curves ?? report !== undefined, histograms: flags.histograms ?? false, maxLag: flags.maxLag ?? null,
      warnings: true,
    };
    const work = async (session: Session, volume: LabelVolume, path: string): Promise<Described> => {
      const prefix = prefixOf(paths, path);
      const description = await describe(session, volume, options, call.run);
      call.warn((description.warnings ?? []).map((warning) => `${prefix}${warning}`));
      if (map !== undefined) {
        const data = await localThickness(session, volume, { phase: Number(phases[0]) }, call.run);
        await writeVoxels(map, { data, shape: volume.shape, voxelSizeUm: volume.voxelSizeUm });
        call.note(map);
      }
      const convention = sizesConvention(description);
      const described: Described =
        convention === null ? description : { ...description, sizesConvention: convention };
      if (report === undefined) return described;
      const { describeReport, factsOf, planeText, sliceOf } = await import('../report/index.js');
      const across = volume.shape[1] > 1 ? 'y' : 'z';
      await writeFiles(new Map([[report, describeReport({
        title: paths[0], names, description, slice: sliceOf(volume, across, paths[0], planeText(across)),
        reproducibility: factsOf(runFacts(volume)),
      })]]));
      call.note(report);
      return described;
    };
    await runBatch(call, paths, flags, formatWith(names), {
      command: 'describe', settings: options, again: (report ?? map) !== undefined, work,
    });
  });
}
