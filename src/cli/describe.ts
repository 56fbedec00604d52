// voxelith describe: descriptors of the phases of an image.
import { InvalidArgumentError, Option, type Command } from 'commander';
import { SpecError } from '../core/errors.js';
import type { Axis, Face } from '../core/grid.js';
import { describe, DESCRIBE_DEFAULTS, describeRow } from '../descriptors/describe.js';
import type { Description } from '../descriptors/description.js';
import { DESCRIPTORS } from '../descriptors/descriptor-table.js';
import { localThickness } from '../descriptors/local-thickness.js';
import { writeVoxels } from '../io/files.node.js';
import { checkWritable, writeFiles } from '../io/write.node.js';
import { formatOf } from '../io/formats.js';
import { describeReport, factsOf } from '../report/index.js';
import { runBatch, type BatchFormat, type BatchOptions } from './batch.js';
import { defineCommand, runs } from './command.js';
import { runFacts } from './facts.js';
import { addRawOptions, axesOf, axisOption, parseCount, parsePhase, voxelSizeOption } from './options.js';
import { shapeText, significant, textTable } from './text.js';

interface DescribeFlags extends BatchOptions {
  readonly phase: 'all' | readonly number[];
  readonly axis: Axis | 'all';
  readonly from: Face;
  readonly only?: readonly string[];
  readonly curves?: boolean;
  readonly histograms?: boolean;
  readonly maxLag?: number;
  readonly thicknessMap?: string;
  readonly report?: string;
}

const FORMAT: BatchFormat<Description> = {
  lines: (description) => [describeRow(description)],
  text: (file, description) => {
    const rows = Object.entries(describeRow(description)).map(
      ([name, value]) => [name, typeof value === 'number' || value === null ? significant(value, 5) : String(value)],
    );
    const skipped = Object.entries(description.skipped ?? {}).map(([name, reason]) => `left out: ${name} ${reason}`);
    return [`${file}, ${shapeText(description.shape)}`, textTable([['descriptor', 'value'], ...rows]), ...skipped]
      .join('\n');
  },
};

/** What a report shows beside the descriptors that need not be asked for. */
const CURVES = ['twoPoint', 'chordLength', 'profiles'];

function parsePhases(text: string): 'all' | number[] {
  return text === 'all' ? 'all' : text.split(',').map(parsePhase);
}

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
    .option('--phase <list>', 'labels such as 1,2, or all', parsePhases, DESCRIBE_DEFAULTS.phases)
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
    .option('-o, --output <table.csv>', 'write a CSV table');
  addRawOptions(command);
  return runs<[string[], DescribeFlags]>(command, async (call, paths, flags) => {
    const { report, only, thicknessMap: map } = flags;
    if (map !== undefined) {
      formatOf(map, 'write');
      if (paths.length > 1) throw new SpecError(`describe: --thickness-map goes with one image, found ${paths.length}`);
      if (flags.phase === 'all' || flags.phase.length > 1) {
        throw new SpecError('describe: --thickness-map goes with one phase; give --phase');
      }
      await checkWritable(map);
    }
    if (report !== undefined) {
      if (paths.length > 1) throw new SpecError(`describe: --report goes with one image, found ${paths.length}`);
      await checkWritable(report);
    }
    const options = {
      phases: flags.phase, axes: axesOf(flags.axis), from: flags.from, only: only ?? null,
      more: report !== undefined && only === undefined ? CURVES : [],
      curves: flags.curves ?? report !== undefined, histograms: flags.histograms ?? false, maxLag: flags.maxLag ?? null,
      warnings: true,
    };
    await runBatch(call, paths, flags, FORMAT, async (session, volume, prefix) => {
      const description = await describe(session, volume, options, call.run);
      call.warn((description.warnings ?? []).map((warning) => `${prefix}${warning}`));
      if (map !== undefined) {
        const data = await localThickness(session, volume, { phase: Number(flags.phase[0]) }, call.run);
        await writeVoxels(map, { data, shape: volume.shape, voxelSizeUm: volume.voxelSizeUm });
        call.note(map);
      }
      if (report === undefined) return description;
      await writeFiles(new Map([[report, describeReport({
        title: paths[0], description,
        reproducibility: factsOf(runFacts(volume)),
      })]]));
      call.note(report);
      return description;
    });
  });
}
