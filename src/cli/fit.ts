// voxelith fit: the four formulas of [A] on a study table, or a power law of any of its columns.
import { Option, type Command } from 'commander';
import { SpecError } from '../core/errors.js';
import { labelNamed, namesInTable, type PhaseNames } from '../core/phase-names.js';
import {
  assessColumn, assessLaw, ASSESSMENT_DEFAULTS, fitColumn, fitLaw, formatAssessment, formatColumnLaw,
  formatLaw, FORMULAS, LAW_DEFAULTS, saveColumnLaw, saveLaw, SPACES, textFormula,
  type AssessmentOptions, type SavedLaw, type Space,
} from '../regression/index.js';
import { isFormulaText } from '../regression/expression.js';
import { lawNames } from '../regression/law.js';
import { writeFiles } from '../io/write.node.js';
import { defineCommand, runs } from './command.js';
import { parseCount, parseFraction, parseNumber, parseSeed } from './options.js';
import { checkOutput } from './outputs.js';
import { readTable } from './table.js';

interface FitOptions {
  readonly phase?: string;
  readonly formula?: readonly string[];
  readonly errors: Space;
  readonly target?: string;
  readonly on?: string;
  readonly train: number;
  readonly seed: number;
  readonly groups?: string;
  readonly repeats?: string;
  readonly surrogate?: boolean;
  readonly draws?: number;
  readonly folds: number;
  readonly level: number;
  readonly output?: string;
}

const PRINTED = FORMULAS.map(({ name, expression }) => `${name} = ${expression}`).join('; ');

function assessmentOptions(options: FitOptions): Partial<AssessmentOptions> {
  const { groups, repeats, draws, folds, level, seed, surrogate } = options;
  return {
    draws: draws ?? null, folds, level, seed, surrogate: surrogate === true, repeatsBy: repeats?.split(',') ?? null,
    groups: groups === undefined ? 'auto' : groups === 'rows' ? 'rows' : groups.split(','),
  };
}

async function writeLaw(path: string, law: SavedLaw): Promise<void> {
  await writeFiles(new Map([[path, `${JSON.stringify(law)}\n`]]));
}

/** The column that texts predict, when it is no M of a phase and so needs no phase to be found. */
function targetOf(texts: readonly string[], columns: readonly string[], phase: string | undefined): string | undefined {
  if (phase !== undefined || texts.length === 0) return undefined;
  // Names without a label are of the phases, whose laws look at them in turn.
  const first = /^\s*(?:[\w.]+\s*:)?\s*(?:`([^`]*)`|([^=\s]+))\s*=/u.exec(texts[0]);
  const target = first?.[1] ?? first?.[2];
  return target !== undefined && columns.includes(target) && !/^mFactor\d{1,3}$/.test(target)
    ? textFormula(texts[0], { columns }).target : undefined;
}

/** Labels of the phases to fit: those named, or all that have a column of M. */
function phasesOf(columns: readonly string[], list: string | undefined, names: PhaseNames): readonly string[] {
  const known = lawNames(names);
  if (list !== undefined) return list.split(',').map((text) => String(labelNamed('--phase', text, known)));
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
    .option(
      '--phase <list>', 'labels or names: of the table, else SE, AM for 1, 2 (default: all phases with an M)',
    )
    .option(
      '--formula <list|text>',
      `formulas to fit, again for more: ${PRINTED} (default: all), or your own: "M = c1 * eps^c2 where ` +
        'c1 in [0, 5]"',
      (text: string, before: readonly string[] = []) =>
        [...before, ...(isFormulaText(text) ? [text] : text.split(','))],
    )
    .addOption(
      new Option('--errors <kind>', 'what is squared: errors of M itself as in the paper, relative or of logarithms')
        .choices(Object.keys(SPACES)).default(LAW_DEFAULTS.space),
    )
    .option('--target <column>', 'fit this column instead, by the power law c1 · Π column^c or by --formula')
    .option('--on <columns>', 'columns that the power law of --target is on: volumeFraction1,constrictivity1')
    .addOption(
      new Option('--train <share>', 'share of the rows that trains').default(LAW_DEFAULTS.trainShare, '331/495')
        .argParser(parseFraction),
    )
    .option('--seed <n>', 'decides which rows train, resamples and folds', parseSeed, LAW_DEFAULTS.seed)
    .option(
      '--groups <columns>', 'rows that are drawn and left out together: columns whose values they share, or "rows" ' +
        '(default: points of the plan, where the table says them)',
    )
    .option('--repeats <columns>', 'columns whose values rows drawn from the same parameters share (default: by id)')
    .option('--draws <n>', 'bootstrap resamples (default: 999, fewer for tables of more than 5,000 rows)', parseCount)
    .option('--folds <n>', 'parts of the cross-validation', parseCount, ASSESSMENT_DEFAULTS.folds)
    .option('--level <share>', 'of all intervals', parseNumber, ASSESSMENT_DEFAULTS.level)
    .option('--surrogate', 'a Gaussian process on the same columns beside the formulas')
    .option('-o, --output <law.json>', 'write the law for predict --law');
  return runs<[string, FitOptions]>(command, async (call, path, options) => {
    const { on, phase, formula, errors, train, seed, output } = options;
    if (on !== undefined && options.target === undefined) {
      throw new SpecError('fit: --target and --on belong together: which column, and on which others');
    }
    if (output !== undefined) await checkOutput(output, 'law', [path]);
    const table = await readTable(path, call.reading);
    const texts = (formula ?? []).filter(isFormulaText);
    const target = options.target ?? targetOf(texts, table.columns, phase);
    const assessed = assessmentOptions(options);
    if (target !== undefined) {
      if (phase !== undefined || texts.length < (formula ?? []).length) {
        throw new SpecError('fit: --phase and named formulas are of laws of M; --target names its column in full');
      }
      if (on === undefined && texts.length === 0) {
        throw new SpecError('fit: --target needs --on or a --formula: which columns it is fitted on');
      }
      const law = fitColumn(table.rows, {
        target, ...(on !== undefined && { on: on.split(',') }), formulas: texts, trainShare: train, seed, space: errors,
      });
      const assessment = assessColumn(table.rows, law, assessed);
      if (output !== undefined) await writeLaw(output, saveColumnLaw(law, assessment));
      call.print({ table: path, ...law, assessment }, `${formatColumnLaw(law)}\n${formatAssessment(assessment)}`);
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
    const assessments = assessLaw(table.rows, law, assessed);
    if (output !== undefined) await writeLaw(output, saveLaw(law, assessments));
    call.print({ table: path, ...law, assessments }, formatLaw(law, assessments));
  });
}
