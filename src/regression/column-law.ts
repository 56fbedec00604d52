// A law of any column of a table on any others: a power law by the same least squares as those of M.
import { checkArguments, type Names } from '../core/arguments.js';
import { SpecError } from '../core/errors.js';
import { suggestion } from '../core/names.js';
import { quoted } from '../core/quote.js';
import { fitFormula, type Optimum } from './fit.js';
import { powerLaw } from './formulas.js';
import { LAW_DEFAULTS, type LawOptions } from './law.js';
import { numberIn, type FormulaSample, type LeftOutRow, type TableRow } from './sample.js';
import { scores, type Scores } from './scores.js';
import { splitRows } from './split.js';

export interface ColumnLawOptions extends Partial<Pick<LawOptions, 'trainShare' | 'seed' | 'randomStarts'>> {
  /** Column that is predicted. */
  readonly target: string;
  /** Columns that it is predicted from. */
  readonly on: readonly string[];
}

/** target = c1 · Π on_j^c_{j+1}. */
export interface ColumnLaw extends Optimum {
  readonly target: string;
  readonly on: readonly string[];
  readonly expression: string;
  /** Rows in the table. */
  readonly rowCount: number;
  readonly leftOut: readonly LeftOutRow[];
  readonly train: Scores;
  readonly test: Scores;
}

const OPTION_NAMES: Names<ColumnLawOptions> = {
  target: true, on: true, trainShare: true, seed: true, randomStarts: true,
};

function checkColumns(table: readonly TableRow[], target: string, on: readonly string[]): void {
  if (table.length === 0) throw new SpecError('fit: the table has no rows');
  const known = Object.keys(table[0]);
  for (const column of [target, ...on]) {
    if (known.includes(column)) continue;
    throw new SpecError(`fit: the table has no column ${quoted(column)}; ${suggestion(column, known, 'columns')}`);
  }
  if (on.length === 0) throw new SpecError('fit: expected columns to fit on, found none; name one at least');
  [target, ...on].forEach((column, i, all) => {
    if (all.indexOf(column) === i) return;
    throw new SpecError(`fit: ${quoted(column)} is named twice among the target and the others; name it once`);
  });
}

/** Fits a column to the power law c1 · Π x^c of others, by least squares on the column itself. The split is that of
 *  `fitLaw`. Rows in which a value is missing, no number or not above 0 are left out and named.
 *  @throws SpecError for columns that the table has not, and for fewer usable rows than coefficients. */
export function fitColumn(table: readonly TableRow[], options: ColumnLawOptions): ColumnLaw {
  checkArguments('fitColumn', { table: [table, 'records'], options: [options, OPTION_NAMES] });
  const { target, on, trainShare, seed, randomStarts } = { ...LAW_DEFAULTS, ...options };
  checkArguments('fitColumn', { 'options.target': [target, 'text'], 'options.on': [on, 'list'] });
  checkColumns(table, target, on);
  const training = new Set(splitRows(table.length, trainShare, seed).train);
  const leftOut: LeftOutRow[] = [];
  const sets: Record<'train' | 'test', FormulaSample[]> = { train: [], test: [] };
  table.forEach((row, index) => {
    const sample = Object.fromEntries([target, ...on].map((column) => [column, numberIn(row, column)]));
    const wrong = Object.keys(sample).find((column) => !(Number.isFinite(sample[column]) && sample[column] > 0));
    if (wrong === undefined) sets[training.has(index) ? 'train' : 'test'].push(sample);
    else {
      const reason = Number.isFinite(sample[wrong]) ? 'is not positive' : 'is not a number';
      leftOut.push({ row: index, reason: `${wrong} ${reason}` });
    }
  });
  const formula = powerLaw(target, true, on);
  const optimum = fitFormula(formula, sets.train, { randomStarts, seed, target });
  const c = optimum.coefficients.map(({ value }) => value);
  const scored = (set: readonly FormulaSample[]): Scores =>
    scores(set.map((sample) => sample[target]), set.map((sample) => formula.value(c, sample)));
  return {
    target, on, expression: formula.expression, ...optimum, rowCount: table.length, leftOut,
    train: scored(sets.train), test: scored(sets.test),
  };
}
