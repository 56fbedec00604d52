// What a law is fitted to: one row per structure and phase, and how rows of a study table become such samples.
import { SpecError } from '../core/errors.js';

/** One structure seen by one phase: the descriptors that predict and the M-factor that is predicted; all without unit. */
export interface RegressionSample {
  readonly volumeFraction: number;
  readonly meanGeodesicTortuosity: number;
  readonly stdGeodesicTortuosity: number;
  readonly constrictivity: number;
  /** σ_eff/σ_0 of the phase, 0 where it does not percolate. */
  readonly mFactor: number;
}

export type Predictor = Exclude<keyof RegressionSample, 'mFactor'>;

/** The predictors with the symbols that formulas and axes use. */
export const PREDICTORS: readonly { readonly column: Predictor; readonly symbol: string; readonly title: string }[] = [
  { column: 'volumeFraction', symbol: 'ε', title: 'volume fraction' },
  { column: 'meanGeodesicTortuosity', symbol: 'μ(τ)', title: 'mean geodesic tortuosity' },
  { column: 'stdGeodesicTortuosity', symbol: 'σ(τ)', title: 'std of geodesic tortuosity' },
  { column: 'constrictivity', symbol: 'β', title: 'constrictivity' },
];

/** A row of a study table: flat, one column per quantity and phase, the phase label at the end (`mFactor1`). */
export type TableRow = Readonly<Record<string, unknown>>;

/** A row that takes no part in a fit, and why. `row` counts from 0 in the table. */
export interface LeftOutRow {
  readonly row: number;
  readonly reason: string;
}

export interface PhaseSamples {
  /** Predictors that the table has for this phase. */
  readonly columns: readonly Predictor[];
  readonly samples: readonly RegressionSample[];
  /** Row of the table that samples[i] came from. */
  readonly rows: readonly number[];
  readonly leftOut: readonly LeftOutRow[];
}

/** A table cell as a number; NaN for whatever is not one. CSV readers hand over strings. */
function cell(row: TableRow, column: string): number {
  const value = row[column];
  if (typeof value === 'number') return value;
  return typeof value === 'string' && value.trim() !== '' ? Number(value) : NaN;
}

/** Columns `volumeFraction1`, …, `mFactor1` of each row as samples of phase 1 (likewise any other label). Every formula
 *  is a power law scored by relative error, so rows with a missing, non-finite or non-positive value are left out and
 *  named. A predictor that no row has is not required; it reads NaN in the samples.
 *  @throws SpecError when the table has no `mFactor` or no predictor of this phase. */
export function phaseSamples(table: readonly TableRow[], phase: string): PhaseSamples {
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
    const sample = {
      volumeFraction: cell(row, `volumeFraction${phase}`),
      meanGeodesicTortuosity: cell(row, `meanGeodesicTortuosity${phase}`),
      stdGeodesicTortuosity: cell(row, `stdGeodesicTortuosity${phase}`),
      constrictivity: cell(row, `constrictivity${phase}`),
      mFactor: cell(row, `mFactor${phase}`),
    };
    const reason = defect(sample, columns);
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
