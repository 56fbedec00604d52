// voxelith fit: the four formulas of [A] on a study table.
import { Option, type Command } from 'commander';
import { labelNamed, namesInTable, type PhaseNames } from '../core/phase-names.js';
import { fitLaw, formatLaw, FORMULAS, LAW_DEFAULTS } from '../regression/index.js';
import { defineCommand, runs } from './command.js';
import { parseFraction, parseSeed } from './options.js';
import { readTable } from './table.js';

interface FitOptions {
  readonly phase?: string;
  readonly formula?: string;
  readonly train: number;
  readonly seed: number;
}

/** Labels of the phases to fit: those named, or all that have a column of M. */
function phasesOf(columns: readonly string[], list: string | undefined, names: PhaseNames): readonly string[] {
  if (list !== undefined) return list.split(',').map((text) => String(labelNamed('--phase', text, names)));
  const found = columns.flatMap((column) => /^mFactor(\d{1,3})$/.exec(column)?.[1] ?? []);
  return found.length === 0 ? LAW_DEFAULTS.phases : found;
}

export function fitCommand(): Command {
  const command = defineCommand('fit', 'Fit the formulas M1 … M4 to a table of structures and score them.', [
    'fit out/laptop/table.csv',
    'fit table.csv --phase 2 --formula M3 --seed 7 --json',
    'fit table.csv --phase SE,AM',
  ])
    .argument('<table>', 'CSV with columns volumeFraction1, meanGeodesicTortuosity1, …, mFactor1')
    .option('--phase <list>', 'labels, or names that the table gives them (default: all phases with an M)')
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
    const names = namesInTable(path, table.rows);
    const law = fitLaw(table.rows, {
      phases: phasesOf(table.columns, options.phase, names), names,
      formulas: options.formula?.split(',') ?? LAW_DEFAULTS.formulas,
      trainShare: options.train,
      seed: options.seed,
    });
    call.print({ table: path, ...law }, formatLaw(law));
  });
}
