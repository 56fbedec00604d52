// voxelith window: which window, and how many of them, a wanted precision takes.
import { InvalidArgumentError, Option, type Command } from 'commander';
import type { Representativity } from '../discretisation/representative.js';
import { windowTable } from '../discretisation/table.js';
import { windowsOfImage, windowsOfModel, WINDOW_DEFAULTS } from '../discretisation/window.js';
import { needText, windowReport } from '../report/discretisation.js';
import { defineCommand, runs } from './command.js';
import {
  addDiscretisationOptions, checkOutputs, finish, kept, readInput, studyOptions, type DiscretisationFlags,
} from './discretisation-input.js';
import { parseCount, parseFraction } from './options.js';
import { significant, textTable } from './text.js';

interface WindowFlags extends DiscretisationFlags {
  readonly sizes?: readonly number[];
  readonly realisations: number;
  readonly precision: number;
  readonly interface: 'voxel' | 'smooth';
}

function parseSizes(text: string): number[] {
  const sizes = text.split(',').map(Number);
  if (sizes.some((size) => !Number.isInteger(size) || size < 1)) {
    throw new InvalidArgumentError(`Expected edges in voxels such as 32,48,64, found "${text}".`);
  }
  return sizes;
}

/** How the variance falls with the edge, in words. */
function decayText({ fitted, interval }: Representativity['variance']): string {
  const range = `${significant(interval.low, 3)} to ${significant(interval.high, 3)}`;
  return fitted > 0
    ? `variance falls with edge^−${significant(fitted, 3)} (${range}); `
    : `variance does not fall with the edge (exponent ${significant(fitted, 3)}, ${range}); `;
}

export function windowCommand(): Command {
  const command = addDiscretisationOptions(defineCommand('window', 'Measure windows of growing size: how their ' +
    'scatter and bias fall, and how many of which size a wanted precision takes.', [
    'window --model bm01 --size 96 --precision 0.02 --report window.html',
    'window structure.yaml --sizes 32,48,64,96 --realisations 20 --out out/window',
    'window cathode.tif --phase 1 --report window.html',
  ]))
    .optionsGroup('Windows:')
    .option(
      '--sizes <list>', 'edges of the windows, voxels (default: five up to --size, or half of the image)', parseSizes,
    )
    .addOption(
      new Option('--realisations <n>', 'models: windows of the largest size, up to four times as many of smaller ones')
        .argParser(parseCount).default(WINDOW_DEFAULTS.realisations),
    )
    .addOption(
      new Option('--precision <share>', 'half width of the interval at 95 % over the value').argParser(parseFraction)
        .default(WINDOW_DEFAULTS.precision),
    )
    .addOption(
      new Option('--interface <kind>', 'transport: whole faces of voxels, or a smooth interface')
        .choices(['voxel', 'smooth']).default(WINDOW_DEFAULTS.interface),
    );
  return runs<[string | undefined, WindowFlags]>(command, async (call, path, flags) => {
    await checkOutputs(path, flags);
    const input = await readInput(call, 'window', path, flags);
    const { sizes, realisations, precision, interface: kind } = flags;
    const options = {
      ...(await studyOptions(call, 'window', flags)), sizes, realisations, precision, interface: kind,
    };
    const session = await call.session();
    const found = await kept(call, flags, input.image === null
      ? windowsOfModel(session, input.spec, options) : windowsOfImage(session, input.image, options));
    const rows = found.quantities.flatMap(({ name, laws, expectedDeviation }) => (laws?.statistics ?? []).map((one) => [
      name, String(one.edge), String(one.count), significant(one.mean, 4), significant(one.deviation, 3),
      significant(expectedDeviation?.[found.sizes.findIndex(({ edge }) => edge === one.edge)], 3),
    ]));
    const { damagedAt, notes, warnings, failures } = found;
    await finish(call, flags, {
      name: `Windows of ${input.name}`, specification: input.spec ?? path, object: { ...found }, damagedAt, notes,
      warnings: [...warnings, ...failures.slice(0, 3).map(({ edge, error }) => `a window of ${edge} failed: ${error}`)],
      table: windowTable(found),
      text: [
        textTable([['quantity', 'edge', 'windows', 'mean', 'deviation', 'by C(h)'], ...rows]),
        ...found.quantities.map((quantity) => {
          const { name, laws } = quantity;
          return `${name}: ${laws === null ? '' : decayText(laws.variance)}${needText(quantity, found)}`;
        }),
        `${found.computed} windows computed, ${found.kept} were there`,
      ],
      report: (about) => windowReport({ ...about, study: found }),
    });
  });
}
