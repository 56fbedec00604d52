// voxelith grains: the particles of a phase, one by one.
import { Option, type Command } from 'commander';
import { SpecError } from '../core/errors.js';
import { axisIndex, voxelSizeJson, type Axis, type Face, type VoxelSize } from '../core/grid.js';
import type { PhaseNames } from '../core/phase-names.js';
import { labelNamed, phaseTitle } from '../core/phase-names.js';
import { tableOfCells, type Table } from '../core/table.js';
import { grainRows } from '../descriptors/grain-rows.js';
import { grainSizes, type GrainSizes } from '../descriptors/grain-sizes.js';
import { grainTable, GRAIN_TABLE_DEFAULTS, type GrainTable } from '../descriptors/grain-table.js';
import { grainWarnings } from '../descriptors/grain-warnings.js';
import { segmentGrains, SEGMENT_GRAINS_DEFAULTS, type GrainImage } from '../descriptors/grains.js';
import { readVolume, voxelFiles } from '../io/files.node.js';
import { writeFiles, type FileContent } from '../io/write.node.js';
import { defineCommand, runs } from './command.js';
import { runFacts } from './facts.js';
import { addRawOptions, parseNumber, voxelSizeOption } from './options.js';
import { checkOutput } from './outputs.js';
import { namesOption } from './phases.js';
import { tableFiles } from './table.js';
import { counted, shapeText, significant, textTable } from './text.js';

interface GrainsFlags {
  readonly phase: string;
  readonly names?: PhaseNames;
  readonly dynamics: number;
  readonly ratio: number;
  readonly neighbourhood: '6' | '26';
  readonly ionic?: string;
  readonly axis: Axis;
  readonly collector: Face;
  readonly voxelSize?: VoxelSize;
  readonly output?: string;
  readonly contacts?: string;
  readonly labels?: string;
  readonly report?: string;
}

/** Shares of the volume of all grains: connected to the collector, and of that in grains that touch active
 *  electrolyte. */
function connectionOf({ voxels, utilisation, activeArea }: GrainTable): Record<string, number> {
  const total = voxels.reduce((a, b) => a + b, 0);
  const share = (of: (k: number) => number): number => voxels.reduce((sum, n, k) => sum + n * of(k), 0) / total;
  const connected = (k: number): number => utilisation?.[k] ?? 0;
  return {
    ...(utilisation === null ? {} : { utilisation: share(connected) }),
    ...(utilisation === null || activeArea === null ? {}
      : { activeShare: share((k) => (activeArea[k] > 0 ? connected(k) : 0)) }),
  };
}

function textOf(
  path: string, grains: GrainImage, title: string, sizes: GrainSizes, inside: GrainSizes, table: GrainTable,
  connection: Record<string, number>, files: readonly string[],
): string {
  const unit = grains.voxelSizeUm === null ? 'voxels' : 'µm';
  const row = (name: string, { byNumber, byVolume }: GrainSizes): string[][] => (
    ([['number', byNumber], ['volume', byVolume]] as const).map(([by, found]) => [
      name, by, ...(['mean', 'd10', 'd50', 'd90'] as const).map((key) => (
        found === null ? '-' : significant(found[key], 5))),
    ]));
  const { first } = table.pairs;
  return [
    `${path}, ${shapeText(grains.shape)}, ${title}`,
    `${counted(grains.count, 'grain')} of ${counted(grains.basins, 'basin')}, ` +
      `${table.touchesWindow.filter(Boolean).length} at the window; ` +
      `${counted(first.length, 'pair')} ${first.length === 1 ? 'touches' : 'touch'}, ` +
      `${significant((2 * first.length) / grains.count, 3)} contacts a grain`,
    textTable([
      [`diameter/${unit}`, 'by', 'mean', 'D10', 'D50', 'D90'], ...row('all', sizes), ...row('whole ones', inside),
    ]),
    ...Object.entries(connection).map(([name, value]) => `${name}  ${significant(value, 5)}`),
    ...files,
  ].join('\n');
}

export function grainsCommand(): Command {
  const command = defineCommand('grains', 'Particles of a phase by a watershed of its distance map: sizes, shapes, ' +
    'contacts, connection, one by one.', [
    'grains cathode.nrrd --phase 2',
    'grains cathode.nrrd --phase 2 --ionic 1 -o grains.csv --labels grains.tif',
    'grains cathode.nrrd --phase 2 --dynamics 1 --report grains.html --json',
  ])
    .argument('<image>', 'label image')
    .requiredOption('--phase <label>', 'the phase, a label or a name')
    .addOption(namesOption())
    .option(
      '--dynamics <voxels>', 'a grain is at least this much deeper than the saddle to the next', parseNumber,
      SEGMENT_GRAINS_DEFAULTS.dynamics,
    )
    .option(
      '--ratio <share>', 'grains are one where the saddle has more than this share of the depth of the lower',
      parseNumber, SEGMENT_GRAINS_DEFAULTS.ratio,
    )
    .addOption(
      new Option('--neighbourhood <n>', 'voxels that a grain hangs together through').choices(['6', '26'])
        .default(String(SEGMENT_GRAINS_DEFAULTS.neighbourhood)),
    )
    .option('--ionic <label>', 'the ion conductor, for the area that is active')
    .addOption(new Option('--axis <axis>', 'across which collector and separator lie').choices(['x', 'y', 'z'])
      .default(GRAIN_TABLE_DEFAULTS.axis))
    .addOption(new Option('--collector <face>', 'face at the current collector; low is index 0')
      .choices(['low', 'high']).default(GRAIN_TABLE_DEFAULTS.collector))
    .addOption(voxelSizeOption('overrides the file: 0.2um, 200nm or x,y,z'))
    .option('-o, --output <table.csv>', 'write the table, CSV or .parquet, one row per grain')
    .option('--contacts <table.csv>', 'write the pairs that touch, with their areas')
    .option('--labels <file>', 'write the number of the grain of each voxel, 16 bits where that is enough')
    .option('--report <report.html>', 'write a report with a slice and the distribution of sizes');
  addRawOptions(command);
  return runs<[string, GrainsFlags]>(command, async (call, path, flags) => {
    const { names = {}, output, contacts, labels, report, axis, collector } = flags;
    const places = [output, contacts, labels, report].filter((place) => place !== undefined);
    if (new Set(places).size < places.length) {
      throw new SpecError('grains: two outputs have one name; give each its own');
    }
    for (const table of [output, contacts]) if (table !== undefined) await checkOutput(table, 'table', [path]);
    if (labels !== undefined) await checkOutput(labels, 'voxels', [path]);
    if (report !== undefined) await checkOutput(report, 'report', [path]);
    const phase = labelNamed('--phase', flags.phase, names);
    const ionic = flags.ionic === undefined ? null : labelNamed('--ionic', flags.ionic, names);
    const read = await readVolume(path, call.reading);
    const volume = flags.voxelSize === undefined ? read : { ...read, voxelSizeUm: flags.voxelSize };
    const { shape, voxelSizeUm } = volume;
    const session = await call.session();
    const grains = await segmentGrains(session, volume, {
      phase, dynamics: flags.dynamics, ratio: flags.ratio, neighbourhood: flags.neighbourhood === '6' ? 6 : 26,
    }, call.run);
    // A section has nothing to be connected across.
    const crossed = shape[axisIndex(axis)] > 1;
    const table = await grainTable(
      session, volume, grains, { phase: crossed ? phase : null, ionic, axis, collector }, call.run,
    );
    const [sizes, inside] = [grainSizes(table), grainSizes(table, { window: 'leaveOut' })];
    const notes = grainWarnings(grains, table);
    call.warn(notes);
    const rows = grainRows(table, voxelSizeUm, grains);
    const files = new Map<string, FileContent>();
    const put = async (file: string, found: Table): Promise<void> => {
      for (const [name, content] of await tableFiles(file, found)) files.set(name, content);
    };
    if (output !== undefined) await put(output, tableOfCells(rows.columns, rows.rows));
    const unit = voxelSizeUm === null ? 'Voxels' : 'Um';
    const { first, second, area } = table.pairs;
    if (contacts !== undefined) {
      await put(contacts, tableOfCells(
        ['first', 'second', `area${unit}2`], Array.from(first, (a, k) => [a, second[k], area[k]]),
      ));
    }
    if (labels !== undefined) {
      const data = grains.count < 2 ** 16 ? Uint16Array.from(grains.numbers) : grains.numbers;
      for (const [name, content] of await voxelFiles(labels, { data, shape, voxelSizeUm })) files.set(name, content);
    }
    if (report !== undefined) {
      const { axesAcross, factsOf, grainsReport, planeOf, planeText } = await import('../report/index.js');
      const across = axesAcross(shape).includes('y') ? 'y' : axesAcross(shape)[0];
      files.set(report, grainsReport({
        title: path, names, phase, voxelSizeUm: voxelSizeJson(voxelSizeUm), table, sizes, sizesInside: inside, notes,
        slice: {
          ...planeOf(grains.numbers, volume, across, Math.floor(shape[axisIndex(across)] / 2)),
          caption: planeText(across),
        },
        reproducibility: factsOf(runFacts(volume)),
      }));
    }
    await writeFiles(files);
    const connection = connectionOf(table);
    const { dynamics, ratio, neighbourhood, count, basins } = grains;
    call.print({
      phase, dynamics, ratio, neighbourhood, shape, voxelSizeUm: voxelSizeJson(voxelSizeUm), count, basins,
      touchingWindow: table.touchesWindow.filter(Boolean).length, sizes, sizesInside: inside, ...connection,
      contacts: {
        pairs: first.length, meanPerGrain: (2 * first.length) / count, area: area.reduce((a, b) => a + b, 0),
      },
      grains: rows.rows.map((row) => Object.fromEntries(rows.columns.map((name, k) => [name, row[k]]))),
      files: [...files.keys()], notes,
    }, textOf(path, grains, phaseTitle(String(phase), names), sizes, inside, table, connection, [...files.keys()]));
  });
}
