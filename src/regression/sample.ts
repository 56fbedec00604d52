// What a law is fitted to: one row per structure and phase, and how rows of a study table become such samples.
import { checkArguments } from '../core/arguments.js';
import { SpecError } from '../core/errors.js';

/** What M is predicted from: the quantities of [A], with the symbols of its formulas, and where random starts of their
 *  exponents lie. A study of further quantities writes columns that no formula asks for. */
export const PREDICTORS = [
  { column: 'volumeFraction', symbol: 'ε', title: 'volume fraction', startRange: [0, 5] },
  { column: 'meanGeodesicTortuosity', symbol: 'μ(τ)', title: 'mean geodesic tortuosity', startRange: [-30, 10] },
  { column: 'stdGeodesicTortuosity', symbol: 'σ(τ)', title: 'std of geodesic tortuosity', startRange: [-1, 1] },
  { column: 'constrictivity', symbol: 'β', title: 'constrictivity', startRange: [-1, 2] },
] as const satisfies readonly {
  readonly column: string;
  readonly symbol: string;
  readonly title: string;
  readonly startRange: readonly [number, number];
}[];

/** Descriptors that formulas of M are made of. */
export type Predictor = (typeof PREDICTORS)[number]['column'];

/** One structure seen by one phase: the descriptors that predict, and the M-factor σ_eff/σ_0 that is predicted (0 where
 *  the phase does not percolate); all without unit. */
export type RegressionSample = Readonly<Record<Predictor | 'mFactor', number>>;

/** Values by column, of which one is predicted from others. */
export type FormulaSample = Readonly<Record<string, number>>;

/** A row of a study table: flat, one column per quantity and phase, the phase label at the end (`mFactor1`). */
export type TableRow = Readonly<Record<string, unknown>>;

/** A row that takes no part in a fit, and why. `row` counts from 0 in the table. */
export interface LeftOutRow {
  /** In the table, from 0. */
  readonly row: number;
  readonly reason: string;
}

/** Rows of a table as samples of one phase. */
export interface PhaseSamples {
  /** Predictors that the table has for this phase. */
  readonly columns: readonly Predictor[];
  readonly samples: readonly RegressionSample[];
  /** Row of the table that samples[i] came from. */
  readonly rows: readonly number[];
  /** Rows that cannot be one, and why. */
  readonly leftOut: readonly LeftOutRow[];
}

/** A table cell as a number; NaN for whatever is not one. CSV readers hand over strings. */
export function numberIn(row: TableRow, column: string): number {
  const value = row[column];
  if (typeof value === 'number') return value;
  return typeof value === 'string' && value.trim() !== '' ? Number(value) : NaN;
}

/** Columns of a table: every name that a row has, in the order in which they come. */
export function columnsOfRows(table: readonly TableRow[]): string[] {
  const columns = new Set<string>();
  for (const row of table) for (const column of Object.keys(row)) columns.add(column);
  return [...columns];
}

/** Columns `volumeFraction1`, …, `mFactor1` of each row as samples of phase 1 (likewise any other label). Every formula
 *  is a power law scored by relative error, so rows with a missing, non-finite or non-positive value are left out and
 *  named. A predictor that no row has is not required; it reads NaN in the samples.
 *  @param further columns that the samples hold too, by their full names; a row in which one is no number is left out
 *  @throws SpecError when the table has no `mFactor` or no predictor of this phase. */
export function phaseSamples(
  table: readonly TableRow[], phase: string, further: readonly string[] = [],
): PhaseSamples {
  checkArguments('phaseSamples', { table: [table, 'records'], phase: [phase, 'text'], further: [further, 'texts'] });
  const has = (column: string) => table.some((row) => row[column + phase] !== undefined && row[column + phase] !== '');
  const columns = PREDICTORS.map((p) => p.column).filter(has);
  if (table.length > 0 && (!has('mFactor') || columns.length === 0)) {
    throw new SpecError(
      `phaseSamples: expected columns mFactor${phase} and ${PREDICTORS.map((p) => p.column + phase).join(', ')}; ` +
      `the table has ${Object.keys(table[0]).join(', ')}`,
    );
  }
  const samples: RegressionSample[] = [];
  const rows: number[] = [];
  const leftOut: LeftOutRow[] = [];
  table.forEach((row, index) => {
    const names = [...PREDICTORS.map(({ column }) => column), 'mFactor'];
    const sample = Object.fromEntries([
      ...names.map((name) => [name, numberIn(row, name + phase)]),
      ...further.map((name) => [name, numberIn(row, name)]),
    ]) as RegressionSample & FormulaSample;
    const strange = further.find((name) => !Number.isFinite(sample[name]));
    const reason = defect(sample, columns) ?? (strange === undefined ? null : `${strange} is not a number`);
    if (reason === null) {
      samples.push(sample);
      rows.push(index);
    } else {
      leftOut.push({ row: index, reason });
    }
  });
  return { columns, samples, rows, leftOut };
}

function defect(sample: RegressionSample, columns: readonly Predictor[]): string | null {
  if (sample.mFactor === 0) return 'mFactor is 0: the phase does not percolate';
  for (const column of ['mFactor', ...columns] as const) {
    const value = sample[column];
    if (!Number.isFinite(value)) return `${column} is not a number`;
    if (value <= 0) return `${column} is not positive`;
  }
  return null;
}
