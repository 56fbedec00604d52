// voxelith fit: the four formulas of [A] on a study table.
import { Option, type Command } from 'commander';
import { fitLaw, formatLaw, FORMULAS, LAW_DEFAULTS } from '../regression/index.js';
import { defineCommand, runs } from './command.js';
import { parseFraction, parseSeed } from './options.js';
import { readTable } from './table.js';

interface FitOptions {
  readonly phase: string;
  readonly formula?: string;
  readonly train: number;
  readonly seed: number;
}

export function fitCommand(): Command {
  const command = defineCommand('fit', 'Fit the formulas M1 … M4 to a table of structures and score them.', [
    'fit out/laptop/table.csv',
    'fit table.csv --phase 2 --formula M3 --seed 7 --json',
  ])
    .argument('<table>', 'CSV with columns volumeFraction1, meanGeodesicTortuosity1, …, mFactor1')
    .option('--phase <list>', 'phases to fit', LAW_DEFAULTS.phases.join(','))
    .option(
      '--formula <list>',
      `formulas to fit: ${FORMULAS.map(({ name, expression }) => `${name} = ${expression}`).join('; ')} (default: all)`,
    )
    .addOption(
      new Option('--train <share>', 'share of the rows that trains').default(LAW_DEFAULTS.trainShare, '331/495')
        .argParser(parseFraction),
    )
    .option('--seed <n>', 'decides which rows train', parseSeed, LAW_DEFAULTS.seed);
  return runs<[string, FitOptions]>(command, async (call, path, options) => {
    const table = await readTable(path);
    const law = fitLaw(table.rows, {
      phases: options.phase.split(','),
      formulas: options.formula?.split(',') ?? LAW_DEFAULTS.formulas,
      trainShare: options.train,
      seed: options.seed,
    });
    call.print({ table: path, ...law }, formatLaw(law));
  });
}
