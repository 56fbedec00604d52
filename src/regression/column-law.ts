// Laws of any column of a table on any others: a power law by the same least squares as those of M, and formulas given
// as text.
import { checkArguments, has, type Names } from '../core/arguments.js';
import { SpecError } from '../core/errors.js';
import { suggestion } from '../core/names.js';
import { quoted } from '../core/quote.js';
import { assessFits } from './assess.js';
import type { Assessment, AssessmentOptions } from './assessment.js';
import { fitFormula, type Optimum } from './fit.js';
import { powerLaw, type Formula } from './formulas.js';
import { formulaOf, LAW_DEFAULTS, type FormulaFit, type LawOptions } from './law.js';
import { columnsOfRows, numberIn, type FormulaSample, type LeftOutRow, type TableRow } from './sample.js';
import { scores, type Scores } from './scores.js';
import { checkSpace, type Space } from './space.js';
import { splitRows } from './split.js';
import { textFormula, type TextFormula } from './text-formula.js';

/** Options of `fitColumn`. */
export interface ColumnLawOptions extends Partial<Pick<LawOptions, 'trainShare' | 'seed' | 'randomStarts' | 'space'>> {
  /** Column that is predicted. */
  readonly target: string;
  /** Columns that a power law predicts it from; may be missing when there are formulas. */
  readonly on?: readonly string[];
  /** Formulas as text (see `textFormula`) that predict it, beside the power law. */
  readonly formulas?: readonly string[];
}

/** One row in a fit; `row` counts from 0 in the table. */
export interface ColumnRow {
  /** In the table, from 0. */
  readonly row: number;
  readonly set: 'train' | 'test';
  readonly sample: FormulaSample;
}

/** The first formula itself: the power law c1 · Π on_j^c_{j+1}, or without `on` the first text; all of them in
 *  `formulas`. */
export interface ColumnLaw extends Optimum {
  /** Column that is predicted. */
  readonly target: string;
  /** Columns of the power law; empty without one. */
  readonly on: readonly string[];
  /** The formula with names for its coefficients. */
  readonly expression: string;
  /** What was squared. */
  readonly space: Space;
  /** Rows in the table. */
  readonly rowCount: number;
  readonly rows: readonly ColumnRow[];
  readonly leftOut: readonly LeftOutRow[];
  /** Scores on the rows of the fit. */
  readonly train: Scores;
  /** Scores on the other rows. */
  readonly test: Scores;
  /** All that were fitted. */
  readonly formulas: readonly FormulaFit[];
}

const OPTION_NAMES: Names<ColumnLawOptions> = {
  target: true, on: true, formulas: true, trainShare: true, seed: true, randomStarts: true, space: true,
};

function checkColumns(known: readonly string[], target: string, on: readonly string[]): void {
  for (const column of [target, ...on]) {
    if (known.includes(column)) continue;
    throw new SpecError(`fit: the table has no column ${quoted(column)}; ${suggestion(column, known, 'columns')}`);
  }
  [target, ...on].forEach((column, i, all) => {
    if (all.indexOf(column) === i) return;
    throw new SpecError(`fit: ${quoted(column)} is named twice among the target and the others; name it once`);
  });
}

/** What speaks against a row; null for a good one. */
function defectOf(sample: FormulaSample, positive: ReadonlySet<string>): string | null {
  for (const [column, value] of Object.entries(sample)) {
    if (!Number.isFinite(value)) return `${column} is not a number`;
    if (positive.has(column) && value <= 0) return `${column} is not positive`;
  }
  return null;
}

/** Fits a column to formulas of others, by least squares on the column itself or on its relative or logarithmic
 *  errors. The split is that of `fitLaw`. Rows in which a value is missing or no number, or not above 0 where a power
 *  law or the kind of errors needs it, are left out and named.
 *  @throws SpecError for columns that the table has not, and for fewer usable rows than coefficients. */
export function fitColumn(table: readonly TableRow[], options: ColumnLawOptions): ColumnLaw {
  checkArguments('fitColumn', { table: [table, 'records'], options: [options, OPTION_NAMES] });
  const { target, on = [], formulas: texts = [], trainShare, seed, randomStarts, space } =
    { ...LAW_DEFAULTS, formulas: [], ...options };
  checkArguments('fitColumn', {
    'options.target': [target, 'text'], 'options.on': [on, 'list'], 'options.formulas': [texts, 'texts'],
  });
  checkSpace(space);
  if (table.length === 0) throw new SpecError('fit: the table has no rows');
  const known = columnsOfRows(table);
  checkColumns(known, target, on);
  if (on.length + texts.length === 0) {
    throw new SpecError('fit: expected columns to fit on, found none; name one at least');
  }
  const read = texts.map((text) => textFormula(text, { columns: known }));
  const other = read.find((formula) => formula.target !== target);
  if (other !== undefined) {
    throw new SpecError(`fit: ${quoted(other.name)} predicts ${quoted(other.target)}, not ${quoted(target)}; fit one ` +
      'column at a time');
  }
  const formulas: (Formula | TextFormula)[] = [...(on.length > 0 ? [powerLaw(target, true, on)] : []), ...read];
  const positive = new Set([...(on.length > 0 ? [target, ...on] : []), ...(space === 'absolute' ? [] : [target])]);
  const columns = [...new Set([target, ...on, ...read.flatMap((formula) => formula.columns)])];
  const training = new Set(splitRows(table.length, trainShare, seed).train);
  const leftOut: LeftOutRow[] = [];
  const rows: ColumnRow[] = [];
  table.forEach((row, index) => {
    const sample = Object.fromEntries(columns.map((column) => [column, numberIn(row, column)]));
    const reason = defectOf(sample, positive);
    if (reason === null) rows.push({ row: index, set: training.has(index) ? 'train' : 'test', sample });
    else leftOut.push({ row: index, reason });
  });
  const of = (set: 'train' | 'test'): FormulaSample[] => rows.filter((r) => r.set === set).map((r) => r.sample);
  const [train, test] = [of('train'), of('test')];
  const fits = formulas.map((formula): FormulaFit => {
    const optimum = fitFormula(formula, train, { randomStarts, seed, target, space });
    const c = optimum.coefficients.map(({ value }) => value);
    const scored = (set: readonly FormulaSample[]): Scores =>
      scores(set.map((sample) => sample[target]), set.map((sample) => formula.value(c, sample)));
    return {
      formula: formula.name, expression: formula.expression,
      text: 'target' in formula ? formula.text : powerLawText(target, on), ...optimum,
      train: scored(train), test: scored(test),
    };
  });
  const { formula: _formula, text: _text, ...first } = fits[0];
  return { target, on, space, ...first, rowCount: table.length, rows, leftOut, formulas: fits };
}

/** The power law as a text, for columns of any name. */
const powerLawText = (target: string, on: readonly string[]): string =>
  `\`${target}\` = c1${on.map((column, j) => ` * \`${column}\`^c${j + 2}`).join('')} where c1 in [0, inf]`;

/** What the formulas of a column are worth (see `assessFits`).
 *  @param table that the law was fitted to */
export function assessColumn(
  table: readonly TableRow[], law: ColumnLaw, options: Partial<AssessmentOptions> = {},
): Assessment {
  checkArguments('assessColumn', { table: [table, 'records'], law: [law, has<ColumnLaw>('formulas', 'rows')] });
  return assessFits(table, {
    phase: null, target: law.target, space: law.space, fixed: [], rows: law.rows,
    fits: law.formulas.map((fit) => ({
      name: fit.formula, formula: formulaOf(fit, law.rows[0]?.sample ?? {}), coefficients: fit.coefficients,
    })),
  }, options);
}
