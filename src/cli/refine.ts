// voxelith refine: the same structure on ever finer voxels, and what its numbers tend to.
import { Option, type Command } from 'commander';
import { refineImage, refineStructure, REFINE_DEFAULTS } from '../discretisation/refine.js';
import { refineTable, unitOf } from '../discretisation/table.js';
import { convergenceText, plusMinusText, refineReport } from '../report/discretisation.js';
import { defineCommand, runs } from './command.js';
import {
  addDiscretisationOptions, checkOutputs, finish, kept, readInput, studyOptions, type DiscretisationFlags,
} from './discretisation-input.js';
import { parseCount } from './options.js';
import { significant, textTable } from './text.js';

interface RefineFlags extends DiscretisationFlags {
  readonly ratio: number;
  readonly levels: number;
  readonly split?: boolean;
  readonly uncertainty: boolean;
}

export function refineCommand(): Command {
  const command = addDiscretisationOptions(defineCommand('refine', 'Measure the same structure on ever finer voxels, ' +
    'plain and smooth: order of convergence, limit and its error, beside the error bar of a single grid.', [
    'refine --model bm01 --size 48 --report refine.html',
    'refine structure.yaml --levels 4 --phase 1 --only none --out out/refine',
    'refine cathode.tif --report refine.html',
  ]))
    .optionsGroup('Grids:')
    .addOption(new Option('--levels <n>', 'grids').argParser(parseCount).default(REFINE_DEFAULTS.levels))
    .addOption(
      new Option('--ratio <n>', 'how many times shorter voxels are from grid to grid').argParser(parseCount)
        .default(REFINE_DEFAULTS.ratio),
    )
    .option('--split', 'images: cut voxels in pieces, instead of taking every second, fourth … one')
    .option('--no-uncertainty', 'without the error bar that conduct gives to each grid');
  return runs<[string | undefined, RefineFlags]>(command, async (call, path, flags) => {
    await checkOutputs(path, flags);
    const input = await readInput(call, 'refine', path, flags);
    const { ratio, levels, split, uncertainty } = flags;
    const options = { ...(await studyOptions(call, 'refine', flags)), ratio, levels, split, uncertainty };
    const session = await call.session();
    const found = await kept(call, flags, input.image === null
      ? refineStructure(session, input.spec, options) : refineImage(session, input.image, options));
    const sizeKnown = found.lengthUnit === 'µm';
    const rows = found.quantities.map((quantity) => [
      quantity.name, unitOf(quantity, sizeKnown), ...quantity.values.map((value) => significant(value, 5)),
      significant(quantity.convergence?.order, 3), significant(quantity.convergence?.limit, 5),
      significant(quantity.convergence?.plusMinus, 2),
    ]);
    const own = found.measured.phases.flatMap((phase) => found.levels.flatMap(({ shape, errorBars }) => {
      const bar = errorBars[phase];
      return bar === undefined ? [] : [
        `${shape.join('×')} alone, M of phase ${phase}: ` +
          (bar.limit === null ? `no error bar: ${bar.reason}` : plusMinusText(bar.limit, bar.plusMinus!)),
      ];
    }));
    const { damagedAt, notes, warnings } = found;
    await finish(call, flags, {
      name: `Refinement of ${input.name}`, specification: input.spec ?? path, object: { ...found }, damagedAt, notes,
      warnings, table: refineTable(found),
      text: [
        textTable([[
          'quantity', 'unit', ...found.levels.map(({ shape }) => shape.join('×')), 'order', 'limit', '±',
        ], ...rows]),
        ...found.quantities.filter(({ interface: kind }) => kind !== null)
          .map((quantity) => `${quantity.name}: ${convergenceText(quantity)}`),
        ...own, `${found.computed} samples computed, ${found.kept} were there`,
      ],
      report: (about) => refineReport({ ...about, refinement: found }),
    });
  });
}
