// voxelith fit: the four formulas of [A] on a study table, or a power law of any of its columns.
import { Option, type Command } from 'commander';
import { SpecError } from '../core/errors.js';
import { labelNamed, namesInTable, type PhaseNames } from '../core/phase-names.js';
import {
  fitColumn, fitLaw, formatColumnLaw, formatLaw, FORMULAS, LAW_DEFAULTS, SPACES, type Space,
} from '../regression/index.js';
import { defineCommand, runs } from './command.js';
import { parseFraction, parseSeed } from './options.js';
import { readTable } from './table.js';

interface FitOptions {
  readonly phase?: string;
  readonly formula?: readonly string[];
  readonly errors: Space;
  readonly target?: string;
  readonly on?: string;
  readonly train: number;
  readonly seed: number;
}

const PRINTED = FORMULAS.map(({ name, expression }) => `${name} = ${expression}`).join('; ');

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
    'fit table.csv --phase SE --formula M1,M4 --formula "M = c1 * eps^c2 * tau^-c3" --errors relative',
    'fit table.csv --target cellCapacity1C --on volumeFraction1,mFactor1',
  ])
    .argument('<table>', 'CSV or Parquet with columns volumeFraction1, meanGeodesicTortuosity1, …, mFactor1')
    .option('--phase <list>', 'labels, or names that the table gives them (default: all phases with an M)')
    .option(
      '--formula <list|text>',
      `formulas to fit, again for more: ${PRINTED} (default: all), or your own: "M = c1 * eps^c2 where ` +
        'c1 in [0, 5]"',
      (text: string, before: readonly string[] = []) => [...before, ...(text.includes('=') ? [text] : text.split(','))],
    )
    .addOption(
      new Option('--errors <kind>', 'what is squared: errors of M itself as in the paper, relative or of logarithms')
        .choices(Object.keys(SPACES)).default(LAW_DEFAULTS.space),
    )
    .option('--target <column>', 'fit this column instead, by the power law c1 · Π column^c')
    .option('--on <columns>', 'columns that --target is fitted on: volumeFraction1,constrictivity1')
    .addOption(
      new Option('--train <share>', 'share of the rows that trains').default(LAW_DEFAULTS.trainShare, '331/495')
        .argParser(parseFraction),
    )
    .option('--seed <n>', 'decides which rows train', parseSeed, LAW_DEFAULTS.seed);
  return runs<[string, FitOptions]>(command, async (call, path, options) => {
    const { target, on, phase, formula, errors, train, seed } = options;
    if ((target === undefined) !== (on === undefined)) {
      throw new SpecError('fit: --target and --on belong together: which column, and on which others');
    }
    if (target !== undefined && (phase !== undefined || formula !== undefined)) {
      throw new SpecError('fit: --phase and --formula are of laws of M; --target names its column in full');
    }
    const table = await readTable(path, call.reading);
    if (target !== undefined && on !== undefined) {
      const law = fitColumn(table.rows, { target, on: on.split(','), trainShare: train, seed });
      call.print({ table: path, ...law }, formatColumnLaw(law));
      return;
    }
    const names = namesInTable(path, table.rows);
    const law = fitLaw(table.rows, {
      phases: phasesOf(table.columns, phase, names), names,
      formulas: formula ?? LAW_DEFAULTS.formulas,
      space: errors,
      trainShare: train,
      seed,
    });
    call.print({ table: path, ...law }, formatLaw(law));
  });
}
