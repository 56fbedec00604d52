// How far a designed structure is from cathodes that exist: in what was measured, and in θ.
import type { Column } from '../study/columns.js';
import { coordinatesOf, type DesignSpace } from './space.js';

export interface Cathode {
  readonly name: string;
  readonly theta: Readonly<Record<string, number>>;
  readonly values: Readonly<Record<Column, number>>;
}

/** How far a design is from a known cathode. */
export interface CathodeDistance {
  /** Of the parameter set. */
  readonly name: string;
  /** Root mean square over all columns that both have, each difference in units of the range that the column has in all
   *  rows of the design. */
  readonly descriptors: number;
  /** Root mean square over the free parameters, each difference as a share of its bounds: of ln α, of λ. */
  readonly theta: number;
  /** The column that differs most, in units of its range. */
  readonly most: { readonly column: Column; readonly difference: number } | null;
}

const rootMeanSquare = (values: readonly number[]): number =>
  (values.length === 0 ? 0 : Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length));

/** Distances to all cathodes, the nearest in descriptors first.
 *  @param rows all rows of the design, from which the ranges are taken */
export function cathodeDistances(
  space: DesignSpace, found: Omit<Cathode, 'name'>, cathodes: readonly Cathode[],
  rows: readonly Readonly<Record<Column, number>>[],
): CathodeDistance[] {
  const columns = Object.keys(found.values).filter((column) => Number.isFinite(found.values[column]));
  const ranges = new Map(columns.map((column) => {
    const all = rows.map((row) => row[column]).filter(Number.isFinite);
    return [column, Math.max(...all) - Math.min(...all)];
  }));
  const here = coordinatesOf(space, found.theta);
  return cathodes.map(({ name, theta, values }) => {
    const differences = columns.flatMap((column) => {
      const range = ranges.get(column)!;
      const difference = (found.values[column] - values[column]) / range;
      return range > 0 && Number.isFinite(difference) ? [{ column, difference }] : [];
    });
    const there = coordinatesOf(space, theta);
    const most = differences.reduce<(typeof differences)[0] | null>(
      (a, b) => (a === null || Math.abs(b.difference) > Math.abs(a.difference) ? b : a), null,
    );
    return {
      name, descriptors: rootMeanSquare(differences.map(({ difference }) => difference)),
      theta: rootMeanSquare(here.map((x, j) => x - there[j]).filter(Number.isFinite)), most,
    };
  }).sort((a, b) => a.descriptors - b.descriptors);
}
