// voxelith fit: the four formulas of [A] on a study table, or a power law of any of its columns.
import { Option, type Command } from 'commander';
import { SpecError } from '../core/errors.js';
import { labelNamed, namesInTable, type PhaseNames } from '../core/phase-names.js';
import { fitColumn, fitLaw, formatColumnLaw, formatLaw, FORMULAS, LAW_DEFAULTS } from '../regression/index.js';
import { defineCommand, runs } from './command.js';
import { parseFraction, parseSeed } from './options.js';
import { readTable } from './table.js';

interface FitOptions {
  readonly phase?: string;
  readonly formula?: string;
  readonly target?: string;
  readonly on?: string;
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
  const command = defineCommand('fit', 'Fit the formulas M1 … M4 to a table of structures, or a power law of any ' +
    'column, and score them.', [
    'fit out/laptop/table.csv',
    'fit table.csv --phase 2 --formula M3 --seed 7 --json',
    'fit table.csv --phase SE,AM',
    'fit table.csv --target cellCapacity1C --on volumeFraction1,mFactor1',
  ])
    .argument('<table>', 'CSV with columns volumeFraction1, meanGeodesicTortuosity1, …, mFactor1')
    .option('--phase <list>', 'labels, or names that the table gives them (default: all phases with an M)')
    .option(
      '--formula <list>',
      `formulas to fit: ${FORMULAS.map(({ name, expression }) => `${name} = ${expression}`).join('; ')} (default: all)`,
    )
    .option('--target <column>', 'fit this column instead, by the power law c1 · Π column^c')
    .option('--on <columns>', 'columns that --target is fitted on: volumeFraction1,constrictivity1')
    .addOption(
      new Option('--train <share>', 'share of the rows that trains').default(LAW_DEFAULTS.trainShare, '331/495')
        .argParser(parseFraction),
    )
    .option('--seed <n>', 'decides which rows train', parseSeed, LAW_DEFAULTS.seed);
  return runs<[string, FitOptions]>(command, async (call, path, options) => {
    const { target, on, phase, formula, train, seed } = options;
    if ((target === undefined) !== (on === undefined)) {
      throw new SpecError('fit: --target and --on belong together: which column, and on which others');
    }
    if (target !== undefined && (phase !== undefined || formula !== undefined)) {
      throw new SpecError('fit: --phase and --formula are of laws of M; --target names its column in full');
    }
    const table = await readTable(path);
    if (target !== undefined && on !== undefined) {
      const law = fitColumn(table.rows, { target, on: on.split(','), trainShare: train, seed });
      call.print({ table: path, ...law }, formatColumnLaw(law));
      return;
    }
    const names = namesInTable(path, table.rows);
    const law = fitLaw(table.rows, {
      phases: phasesOf(table.columns, phase, names), names,
      formulas: formula?.split(',') ?? LAW_DEFAULTS.formulas,
      trainShare: train,
      seed,
    });
    call.print({ table: path, ...law }, formatLaw(law));
  });
}
