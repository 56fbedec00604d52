// A fitted law as a file that `predict` reads: texts of its formulas, coefficients with their covariance, and the
// structures that it was fitted to, so that a prediction knows its error and whether it extrapolates.
import { checkArguments, has } from '../core/arguments.js';
import { FileError, SpecError } from '../core/errors.js';
import { suggestion } from '../core/names.js';
import { quoted } from '../core/quote.js';
import { studentQuantile } from '../numeric/distributions.js';
import { hypot } from '../numeric/elementary.js';
import type { Assessment } from './assessment.js';
import { predictionError } from './bootstrap.js';
import type { ColumnLaw } from './column-law.js';
import { domainOf, isOutside, type Domain } from './domain.js';
import type { Law } from './law.js';
import { columnsOfRows, numberIn, PREDICTORS, type FormulaSample, type TableRow } from './sample.js';
import { SPACES, type Space } from './space.js';
import { textFormula } from './text-formula.js';

const KIND = 'voxelith law';

/** A formula as a saved law has it. */
export interface SavedFormula {
  readonly name: string;
  /** With the columns' own names (see `textFormula`). */
  readonly text: string;
  /** By name. */
  readonly coefficients: Readonly<Record<string, number>>;
  /** By groups (see `BootstrapResult`), in the order of the coefficients; null where the data do not determine them. */
  readonly covariance: readonly (readonly number[])[] | null;
  /** Standard deviation of the residuals, in the unit of the target or relative; null without degrees of freedom. */
  readonly residual: number | null;
}

/** One target of a saved law: formulas, and the structures that they were fitted to. */
export interface SavedTarget {
  /** Column that is predicted. */
  readonly target: string;
  /** What was squared. */
  readonly space: Space;
  /** Of the intervals of a prediction. */
  readonly level: number;
  /** Groups of rows that the covariance is from. */
  readonly groups: number;
  readonly formulas: readonly SavedFormula[];
  /** Best on groups left out, or the first. */
  readonly best: string;
  /** Columns of the points, and what the structures of the fit have there. */
  readonly columns: readonly string[];
  /** A row for each structure. */
  readonly points: readonly (readonly number[])[];
}

/** A fitted law as the file that `predict` reads. */
export interface SavedLaw {
  /** Says what the file is. */
  readonly kind: typeof KIND;
  /** Each with its formulas. */
  readonly targets: readonly SavedTarget[];
}

interface Part {
  readonly target: string;
  readonly space: Space;
  readonly assessment: Assessment;
  readonly formulas: Law['phases'][number]['formulas'];
  readonly samples: readonly FormulaSample[];
  /** Full name of a column of the samples. */
  full(column: string): string;
}

function saved({ target, space, assessment, formulas, samples, full }: Part): SavedTarget {
  const columnsOf = (sample: FormulaSample): string[] => [...new Set(Object.keys(sample).map(full))];
  const known = samples.length === 0 ? [target] : columnsOf(samples[0]);
  const read = formulas.map((fit) => {
    const formula = textFormula(fit.text ?? `\`${target}\` = ${fit.expression}`, {
      columns: known, phase: assessment.phase ?? undefined,
    });
    const own = assessment.formulas.find((f) => f.formula === fit.formula);
    return {
      formula,
      saved: {
        name: fit.formula, text: formula.text,
        coefficients: Object.fromEntries(fit.coefficients.map(({ name, value }) => [name, value])),
        covariance: own?.bootstrap.covariance ?? null, residual: fit.residualStandardError,
      },
    };
  });
  const columns = [...new Set(read.flatMap(({ formula }) => formula.columns))];
  const short = samples.length === 0 ? [] : Object.keys(samples[0]);
  return {
    target, space, level: assessment.level, groups: assessment.groups.count,
    formulas: read.map((r) => r.saved),
    best: assessment.comparisons.find((c) => c.kind === 'formula')?.name ?? formulas[0]?.formula ?? '',
    columns,
    points: samples.map((s) => columns.map((column) => s[short.find((name) => full(name) === column)!])),
  };
}

/** What samples of a phase hold without its label. */
const OWN: readonly string[] = [...PREDICTORS.map((p) => p.column), 'mFactor'];

/** The law of M as a file's content. @param assessments from `assessLaw`, phase by phase */
export function saveLaw(law: Law, assessments: readonly Assessment[]): SavedLaw {
  checkArguments('saveLaw', { law: [law, has<Law>('phases')], assessments: [assessments, 'records'] });
  return {
    kind: KIND,
    targets: law.phases.map((phase, i) => saved({
      target: `mFactor${phase.phase}`, space: law.options.space, assessment: assessments[i], formulas: phase.formulas,
      samples: phase.rows.map((r) => r.sample),
      full: (column) => (OWN.includes(column) ? column + phase.phase : column),
    })).filter((target) => target.formulas.length > 0),
  };
}

/** The law of a column as a file's content.
 *  @param assessment from `assessColumn` */
export function saveColumnLaw(law: ColumnLaw, assessment: Assessment): SavedLaw {
  checkArguments('saveColumnLaw', {
    law: [law, has<ColumnLaw>('target', 'formulas')], assessment: [assessment, 'record'],
  });
  return {
    kind: KIND,
    targets: [saved({
      target: law.target, space: law.space, assessment, formulas: law.formulas, samples: law.rows.map((r) => r.sample),
      full: (column) => column,
    })],
  };
}

const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);
const isText = (value: unknown): value is string => typeof value === 'string';
const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isList = (value: unknown, of: (item: unknown) => boolean): value is unknown[] =>
  Array.isArray(value) && value.every(of);

function isFormula(value: unknown): boolean {
  if (!isRecord(value) || !isText(value.name) || !isText(value.text) || !isRecord(value.coefficients)) return false;
  const values = Object.values(value.coefficients);
  const square = (v: unknown): boolean => isList(v, (row) => isList(row, isNumber) && row.length === values.length) &&
    v.length === values.length;
  return values.every(isNumber) && (value.covariance === null || square(value.covariance)) &&
    (value.residual === null || isNumber(value.residual));
}

function isTarget(value: unknown): boolean {
  if (!isRecord(value) || !isText(value.target) || !isText(value.space)) return false;
  const { columns, points, formulas, best, level, groups } = value;
  return Object.hasOwn(SPACES, value.space) &&
    isNumber(level) && level > 0 && level < 1 && isNumber(groups) && isList(formulas, isFormula) &&
    formulas.length > 0 && isText(best) && isList(columns, isText) &&
    isList(points, (p) => isList(p, isNumber) && p.length === columns.length);
}

/** A saved law out of parsed JSON.
 *  @throws FileError unless it is what `saveLaw` makes */
export function readSavedLaw(name: string, value: unknown): SavedLaw {
  if (isRecord(value) && value.kind === KIND && isList(value.targets, isTarget)) return value as unknown as SavedLaw;
  throw new FileError(`${name}: not a law, or a damaged one; expected what "voxelith fit TABLE -o law.json" writes`);
}

/** A prediction for one row of a table, with its intervals. */
export interface RowPrediction {
  /** NaN where the row lacks a value; `problem` says which. */
  readonly value: number;
  /** Lower end of the interval of the law's mean at these descriptors; NaN where the law has no covariance. */
  readonly low: number;
  /** Upper end of it. */
  readonly high: number;
  /** Lower end of the interval of one new structure with these descriptors. */
  readonly newLow: number;
  /** Upper end of it. */
  readonly newHigh: number;
  /** How far out in the data of the fit: at most 1 inside (see `Domain`). */
  readonly reach: number;
  /** Whether the row is outside the data of the fit. */
  readonly extrapolates: boolean;
  /** Why there is no value; null where there is one. */
  readonly problem: string | null;
}

/** Predictions of one target for the rows of a table. */
export interface TargetPrediction {
  /** Column that is predicted. */
  readonly target: string;
  /** Name of the formula. */
  readonly formula: string;
  /** Its text with the columns' own names. */
  readonly text: string;
  /** Of the intervals. */
  readonly level: number;
  /** How a row is told to be outside. */
  readonly method: Domain['method'];
  /** In the order of the table. */
  readonly rows: readonly RowPrediction[];
}

/** Predicts a column of new rows by a saved law.
 *  @param formulaName of the law; default: the best on groups left out
 *  @throws SpecError for an unknown name, and for columns that the table has not */
export function predictRows(
  law: SavedTarget, table: readonly TableRow[], formulaName?: string,
): TargetPrediction {
  checkArguments('predictRows', {
    law: [law, has<SavedTarget>('target', 'formulas', 'columns', 'points', 'best')], table: [table, 'records'],
  });
  const formula = formulaName ?? law.best;
  const chosen = law.formulas.find((f) => f.name === formula);
  if (chosen === undefined) {
    const names = law.formulas.map((f) => f.name);
    throw new SpecError(
      `predict: the law of ${law.target} has no formula ${quoted(formula)}; ${suggestion(formula, names, 'there are')}`,
    );
  }
  const read = textFormula(chosen.text, { columns: [...new Set([...columnsOfRows(table), law.target])] });
  const c = read.coefficientNames.map((name) => chosen.coefficients[name]);
  const order = read.coefficientNames.map((name) => Object.keys(chosen.coefficients).indexOf(name));
  if (order.includes(-1)) {
    throw new SpecError(`predict: the law of ${law.target} lacks a coefficient of ${chosen.text}`);
  }
  const covariance = chosen.covariance === null
    ? null : order.map((i) => order.map((j) => chosen.covariance![i][j]));
  const samples = law.points.map((p) => Object.fromEntries(law.columns.map((column, k) => [column, p[k]])));
  const domain = domainOf(read.columns, samples.length > 0 ? samples : [{}]);
  const t = studentQuantile(law.level, Math.max(1, law.groups - 1));
  return {
    target: law.target, formula: chosen.name, text: chosen.text, level: law.level, method: domain.method,
    rows: table.map((row): RowPrediction => {
      const sample = Object.fromEntries(read.columns.map((column) => [column, numberIn(row, column)]));
      const strange = read.columns.find((column) => !Number.isFinite(sample[column]));
      const value = strange === undefined ? read.value(c, sample) : NaN;
      const reach = strange === undefined ? domain.reach(sample) : NaN;
      const problem = strange !== undefined ? `${strange} is not a number`
        : Number.isFinite(value) ? null : 'the formula has no value here';
      const error = covariance === null || problem !== null
        ? NaN : predictionError({ formula: read }, c, covariance, sample);
      const single = chosen.residual === null
        ? NaN : hypot(error, chosen.residual * (law.space === 'absolute' ? 1 : value));
      return {
        value, low: value - t * error, high: value + t * error, newLow: value - t * single, newHigh: value + t * single,
        reach, extrapolates: problem === null && isOutside(reach), problem,
      };
    }),
  };
}
