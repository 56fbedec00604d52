// voxelith correlate: two-point coverage at every lag of a box, and its radial mean.
import { InvalidArgumentError, Option, type Command } from 'commander';
import type { Shape, VoxelSize } from '../core/grid.js';
import { quoted } from '../core/quote.js';
import { twoPointMap, TWO_POINT_MAP_DEFAULTS } from '../descriptors/two-point-map.js';
import { fieldFiles, readVolume } from '../io/files.node.js';
import { writeFiles } from '../io/write.node.js';
import { labelRuns } from '../kernels/label-runs.js';
import { statisticsBy } from '../warnings/label-statistics.js';
import { segmentationWarningsOf } from '../warnings/label-warnings.js';
import { defineCommand, runs } from './command.js';
import { addRawOptions, parsePhase, parseShape, voxelSizeOption } from './options.js';
import { checkFieldOutputs } from './outputs.js';
import { significant, textTable } from './text.js';

interface CorrelateFlags {
  readonly phase: readonly [number, number];
  readonly maxLag?: Shape;
  readonly edges: 'open' | 'periodic';
  readonly voxelSize?: VoxelSize;
  readonly output?: string;
}

/** "1" or "1,2". */
function parsePair(text: string): readonly [number, number] {
  const phases = text.split(',').map(parsePhase);
  if (phases.length > 2) {
    throw new InvalidArgumentError(`Expected one label or two, such as 1 or 1,2, found ${quoted(text)}.`);
  }
  return [phases[0], phases[phases.length - 1]];
}

export function correlateCommand(): Command {
  const command = defineCommand('correlate', 'Two-point coverage at every lag of a box, of a phase or between two, ' +
      'and its radial mean.', [
    'correlate cathode.nrrd --phase 1',
    'correlate cathode.nrrd --phase 1,2 --max-lag 50 -o lags.vti',
    'correlate cell.npy --phase 2 --edges periodic --json',
  ])
    .argument('<image>', 'label image')
    .addOption(
      new Option('--phase <labels>', 'a label, or the label at the start of a lag and the one at its end')
        .argParser(parsePair)
        .makeOptionMandatory(),
    )
    .option(
      '--max-lag <voxels>', 'longest lag, one number or x,y,z (default: half of the window, 100 at most)', parseShape,
    )
    .addOption(
      new Option('--edges <kind>', 'pairs inside the window, or of a window that repeats').choices(['open', 'periodic'])
        .default(TWO_POINT_MAP_DEFAULTS.edges),
    )
    .addOption(voxelSizeOption('overrides the file: 0.2um, 200nm or x,y,z'))
    .option(
      '-o, --output <file>',
      'write the lags, zero in the middle: both arrays in FILE.vti, or FILE-coverage.npy and FILE-centred.npy',
    );
  addRawOptions(command);
  return runs<[string, CorrelateFlags]>(command, async (call, path, flags) => {
    const { phase, maxLag = null, edges, output } = flags;
    if (output !== undefined) await checkFieldOutputs(output, ['coverage', 'centred'], [path]);
    const read = await readVolume(path, call.reading);
    const volume = flags.voxelSize === undefined ? read : { ...read, voxelSizeUm: flags.voxelSize };
    const session = await call.session();
    const { radial, coverage, centred, ...found } =
      await twoPointMap(session, volume, { phases: phase, maxLag, edges }, call.run);
    const warnings = segmentationWarningsOf(
      await statisticsBy(volume, (window) => labelRuns(session, 'correlate', window, call.run)),
    );
    call.warn(warnings);
    if (output !== undefined) {
      const files = await fieldFiles(output, new Map([['coverage', coverage], ['centred', centred]]), {
        shape: found.shape, voxelSizeUm: volume.voxelSizeUm,
      });
      await writeFiles(files);
      call.note([...files.keys()].join(', '));
    }
    const { correlationLength, ...curves } = radial;
    const lists = Object.fromEntries(Object.entries(curves).map(([name, values]) => [name, Array.from(values)]));
    const unit = volume.voxelSizeUm === null ? 'voxels' : 'µm';
    const rows = Array.from(radial.distance, (distance, k) => [distance, radial.coverage[k], radial.centred[k]].map(
      (value) => significant(value, 5),
    ));
    call.print({ ...found, correlationLength, radial: lists, warnings }, [
      `${path}, ${phase[0] === phase[1] ? `phase ${phase[0]}` : `phases ${phase.join(' and ')}`}, ` +
        `lags to ${found.maxLag.join('×')} voxels (z, y, x)`,
      textTable([[`distance/${unit}`, 'coverage', 'centred'], ...rows]),
      correlationLength === null
        ? 'the centred function does not fall to 1/e of its start'
        : `correlation length (1/e) ${significant(correlationLength, 5)} ${unit}`,
    ].join('\n'));
  });
}
