// The law of a study: every formula fitted for every phase of a table, with published predictors beside.
import { checkArguments, has, type Names } from '../core/arguments.js';
import { SpecError } from '../core/errors.js';
import { quoted } from '../core/quote.js';
import type { PhaseNames } from '../core/phase-names.js';
import { fitFormula, type Optimum } from './fit.js';
import { formulaByName, FORMULAS, type Formula } from './formulas.js';
import { isFormulaText } from './expression.js';
import { PUBLISHED } from './published.js';
import {
  columnsOfRows, PREDICTORS, phaseSamples, type FormulaSample, type LeftOutRow, type RegressionSample,
  type TableRow,
} from './sample.js';
import { scores, type Scores } from './scores.js';
import { checkSpace, type Space } from './space.js';
import { splitRows } from './split.js';
import { textFormula, type TextFormula } from './text-formula.js';

/** Options of `fitLaw`. */
export interface LawOptions {
  /** Phase labels, as they end the table's column names. */
  readonly phases: readonly string[];
  /** Names from FORMULAS, and formulas as text (see `textFormula`) of an M of these phases. */
  readonly formulas: readonly string[];
  /** What is squared: the absolute errors of M, as in the paper, or its relative or logarithmic ones. */
  readonly space: Space;
  /** Share of the rows that trains; [A] takes 331 of 495. */
  readonly trainShare: number;
  /** Decides the split and the random starts. */
  readonly seed: number;
  /** Beside the log-linear one, of each optimiser. */
  readonly randomStarts: number;
  /** What the labels are called. Without names 1 is SE and 2 is AM, as in models; with names only those called so. */
  readonly names: PhaseNames;
}
/** Options of `fitLaw` that are not given: SE and AM, all formulas of the paper, its share of training rows. */
export const LAW_DEFAULTS: LawOptions = {
  phases: ['1', '2'],
  formulas: FORMULAS.map((f) => f.name),
  trainShare: 331 / 495,
  seed: 1,
  randomStarts: 6,
  names: {},
  space: 'absolute',
};

/** A formula with its fitted coefficients and scores. */
export interface FormulaFit extends Optimum {
  /** Its name. */
  readonly formula: string;
  /** With names for its coefficients. */
  readonly expression: string;
  /** Of a formula given as text: the text with the columns' own names. null: one of FORMULAS. */
  readonly text: string | null;
  /** Scores on the rows of the fit. */
  readonly train: Scores;
  /** Scores on the other rows. */
  readonly test: Scores;
}

/** A published predictor on the same structures; nothing was fitted. */
export interface PredictorScore {
  readonly name: string;
  readonly title: string;
  readonly expression: string;
  /** Paper that it is from. */
  readonly source: string;
  /** Scores on the rows that no fit has seen. */
  readonly test: Scores;
  /** Scores on all rows. */
  readonly all: Scores;
}

/** One structure in a fit; `row` counts from 0 in the table. */
export interface FittedRow {
  /** In the table, from 0. */
  readonly row: number;
  readonly set: 'train' | 'test';
  /** Descriptors and M. */
  readonly sample: RegressionSample;
}

/** Formulas of M of one phase, with published predictors beside. */
export interface PhaseLaw {
  /** Label. */
  readonly phase: string;
  /** "SE", or "phase 3" without a name. */
  readonly title: string;
  /** The phase of models that it is, "1" (SE) or "2" (AM), for which values are published; null for any other. */
  readonly material: string | null;
  /** Structures that trained and tested. */
  readonly rows: readonly FittedRow[];
  /** Rows that took no part, and why. */
  readonly leftOut: readonly LeftOutRow[];
  /** Fitted here. */
  readonly formulas: readonly FormulaFit[];
  /** Formulas that could not be fitted, and why. */
  readonly skipped: readonly { readonly formula: string; readonly reason: string }[];
  /** Predictors from papers on the same structures. */
  readonly published: readonly PredictorScore[];
  /** What the descriptors of the rows span. */
  readonly ranges: readonly {
    readonly column: keyof RegressionSample;
    readonly from: number;
    readonly to: number;
    readonly mean: number;
  }[];
}

/** The formula that was fitted, for samples like those of its law. */
export function formulaOf(fit: Pick<FormulaFit, 'formula' | 'text'>, sample: FormulaSample): Formula {
  return fit.text === null || fit.text === undefined
    ? formulaByName(fit.formula) : textFormula(fit.text, { columns: Object.keys(sample) });
}

/** M that a fitted formula predicts for descriptors. */
export function evaluateFit(
  fit: Pick<FormulaFit, 'formula' | 'text' | 'coefficients'>, sample: FormulaSample,
): number {
  checkArguments('evaluateFit', { fit: [fit, has<FormulaFit>('formula', 'coefficients')], sample: [sample, 'record'] });
  return formulaOf(fit, sample).value(fit.coefficients.map((c) => c.value), sample);
}

/** Formulas fitted to a table, phase by phase. */
export interface Law {
  /** As they were used. */
  readonly options: LawOptions;
  /** Rows in the table. */
  readonly rowCount: number;
  readonly phases: readonly PhaseLaw[];
}

/** Labels of the models. */
const MODEL_NAMES: PhaseNames = { 1: 'SE', 2: 'AM' };

/** What laws call labels: the names of a table, or those of models where it has none. */
export const lawNames = (names: PhaseNames): PhaseNames => (Object.keys(names).length > 0 ? names : MODEL_NAMES);

function nameOf(phase: string, names: PhaseNames): string | null {
  const own = lawNames(names);
  return Object.hasOwn(own, phase) ? own[phase] : null;
}

/** The label that models give to what a phase is called. */
function materialOf(phase: string, names: PhaseNames): string | null {
  const name = nameOf(phase, names)?.toUpperCase();
  return Object.keys(MODEL_NAMES).find((label) => MODEL_NAMES[label] === name) ?? null;
}

const LAW_OPTION_NAMES: Names<LawOptions> = {
  phases: true, formulas: true, trainShare: true, seed: true, randomStarts: true, names: true, space: true,
};

/** Fits every formula for every phase. The split is drawn over all rows of the table, in their order, so that both
 *  phases train on the same structures; rows that cannot be used are left out afterwards and named.
 *  @throws SpecError for an empty table, unknown formulas or missing columns. */
export function fitLaw(table: readonly TableRow[], options: Partial<LawOptions> = {}): Law {
  checkArguments('fitLaw', { table: [table, 'records'], options: [options, LAW_OPTION_NAMES] });
  const complete = { ...LAW_DEFAULTS, ...options };
  if (table.length === 0) throw new SpecError('fit: the table has no rows');
  const split = splitRows(table.length, complete.trainShare, complete.seed);
  const training = new Set(split.train);
  checkSpace(complete.space);
  const taken = new Set<string>();
  const phases = complete.phases.map((phase) => phaseLaw(table, phase, training, complete, taken));
  const lost = complete.formulas.find((formula) => !taken.has(formula));
  if (lost !== undefined) {
    throw new SpecError(
      `fit: ${quoted(lost)} predicts none of ${complete.phases.map((phase) => `mFactor${phase}`).join(', ')}; ` +
        'name its phase, or fit the column that it predicts',
    );
  }
  return { options: complete, rowCount: table.length, phases };
}

/** The formulas that predict M of a phase: those of the paper, and texts whose target it is. */
function formulasOf(
  table: readonly TableRow[], phase: string, options: LawOptions, taken: Set<string>,
): (Formula | TextFormula)[] {
  const columns = options.formulas.some(isFormulaText) ? columnsOfRows(table) : [];
  return options.formulas.flatMap((formula) => {
    const read = isFormulaText(formula) ? textFormula(formula, { columns, phase }) : formulaByName(formula);
    if ('target' in read && read.target !== `mFactor${phase}`) return [];
    taken.add(formula);
    return [read];
  });
}

function phaseLaw(
  table: readonly TableRow[], phase: string, training: ReadonlySet<number>, options: LawOptions, taken: Set<string>,
): PhaseLaw {
  const formulas = formulasOf(table, phase, options, taken);
  const ofTexts = formulas.flatMap((formula) => ('target' in formula ? [formula.target, ...formula.columns] : []));
  const further = [...new Set(ofTexts)];
  const { samples, rows, leftOut, columns } = phaseSamples(table, phase, further);
  const material = materialOf(phase, options.names);
  const fitted =
    samples.map((sample, i): FittedRow => ({ row: rows[i], set: training.has(rows[i]) ? 'train' : 'test', sample }));
  const of = (set: 'train' | 'test') => fitted.filter((r) => r.set === set).map((r) => r.sample);
  const [train, test] = [of('train'), of('test')];
  const fits: FormulaFit[] = [];
  const skipped: { formula: string; reason: string }[] = [];
  for (const formula of formulas) {
    const missing = 'target' in formula
      ? [] : formula.columns.filter((column) => !columns.includes(column as (typeof columns)[number]));
    if (missing.length > 0) {
      skipped.push({ formula: formula.name, reason: `the table has no ${missing.map((c) => c + phase).join(', ')}` });
    } else if (train.length < formula.coefficientNames.length) {
      skipped.push({
        formula: formula.name,
        reason: `${train.length} usable training structures for ${formula.coefficientNames.length} coefficients`,
      });
    } else {
      const { randomStarts, seed, space } = options;
      const optimum = fitFormula(formula, train, { randomStarts, seed, space });
      const c = optimum.coefficients.map((e) => e.value);
      const score = (set: readonly RegressionSample[]) =>
        scores(set.map((s) => s.mFactor), set.map((s) => formula.value(c, s)));
      fits.push(
        {
          formula: formula.name, expression: formula.expression, text: 'target' in formula ? formula.text : null,
          ...optimum, train: score(train), test: score(test),
        },
      );
    }
  }
  const published = PUBLISHED
    .filter(
      (p) => (p.phases === null || (material !== null && p.phases.includes(material))) &&
        p.columns.every((column) => columns.includes(column)),
    )
    .map((p): PredictorScore => {
      const score = (set: readonly RegressionSample[]) =>
        scores(set.map((s) => s.mFactor), set.map((s) => p.evaluate(s)));
      return {
        name: p.name, title: p.title, expression: p.expression, source: p.source, test: score(test),
        all: score(samples),
      };
    });
  const ranges = samples.length === 0 ? [] : (
    [...PREDICTORS.map((p) => p.column).filter((c) => columns.includes(c)), 'mFactor'] as const
  ).map((column) => {
    const values = samples.map((s) => s[column]);
    return {
      column,
      from: values.reduce((a, b) => Math.min(a, b)),
      to: values.reduce((a, b) => Math.max(a, b)),
      mean: values.reduce((a, b) => a + b, 0) / values.length,
    };
  });
  return {
    phase, title: nameOf(phase, options.names) ?? `phase ${phase}`, material, rows: fitted,
    leftOut, formulas: fits, skipped, published, ranges,
  };
}
