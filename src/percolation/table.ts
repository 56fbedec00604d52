// Sweeps and thresholds as tables.
import { checkArguments, has } from '../core/arguments.js';
import type { ColumnMeaning, TableCell } from '../core/table.js';
import { SWEEP_QUANTITIES, type SweepQuantity } from './quantities.js';
import type { SweepResult } from './sweep.js';
import type { ThresholdResult } from './threshold.js';

/** A sweep or a threshold as a table. */
export interface PercolationTable {
  /** Names, from left to right. */
  readonly columns: readonly string[];
  /** Cells in the order of the columns. */
  readonly rows: readonly (readonly TableCell[])[];
  /** What a column is; null: its name says it. */
  readonly meaning: (name: string) => ColumnMeaning | null;
}

/** The unit of a quantity where lengths are in µm, or in edges of voxels. */
export function unitOf({ unit }: SweepQuantity, lengthUnit: SweepResult['lengthUnit']): string | null {
  return unit === '1/µm' && lengthUnit === 'voxel' ? '1/voxel' : unit;
}

/** One row for every place of a sweep: means over structures, and the ends of their intervals. */
export function sweepTable(result: SweepResult): PercolationTable {
  checkArguments('sweepTable', { result: [result, has<SweepResult>('spec', 'points', 'lengthUnit')] });
  const { spec, points, lengthUnit } = result;
  const names = spec.vary.map(({ name }) => name);
  const shown = SWEEP_QUANTITIES.filter(({ name }) => points.some((point) => point.quantities[name] !== null));
  const titled = (name: string, quantity: SweepQuantity): string => {
    const unit = unitOf(quantity, lengthUnit);
    return unit === null ? name : `${name} (${unit})`;
  };
  const spans = ['electronsSpan', 'ionsSpan'] as const;
  const meaning = (column: string): ColumnMeaning | null => {
    const quantity = shown.find(({ name }) => column.replace(/(Low|High)?( \(.*\))?$/, '') === name);
    if (quantity === undefined) return null;
    return { title: quantity.title, unit: unitOf(quantity, lengthUnit) ?? '1', source: null };
  };
  return {
    meaning,
    columns: [
      ...names, ...(spec.additive === null ? [] : ['content']), 'structures',
      ...shown.flatMap((quantity) =>
        ['', 'Low', 'High'].map((end) => titled(`${quantity.name}${end}`, quantity))),
      ...spans.flatMap((name) => ['', 'Low', 'High'].map((end) => `${name}${end}`)),
    ],
    rows: points.map((point) => [
      ...names.map((name) => point.place[name]), ...(spec.additive === null ? [] : [point.content]), point.structures,
      ...shown.flatMap(({ name }) => {
        const found = point.quantities[name];
        return [found?.mean, found?.interval?.low, found?.interval?.high];
      }),
      ...spans.flatMap((name) =>
        [point[name]?.probability, point[name]?.interval.low, point[name]?.interval.high]),
    ]),
  };
}

/** One row for every window and content: share of structures that are spanned, and the ends of its interval. */
export function thresholdTable(result: ThresholdResult): PercolationTable {
  checkArguments('thresholdTable', { result: [result, has<ThresholdResult>('spec', 'threshold')] });
  return {
    meaning: () => null,
    columns: ['size', 'content', 'spanned', 'spannedLow', 'spannedHigh', 'structures'],
    rows: result.threshold.windows.flatMap(({ size, curve }) => curve.map((point) =>
      [size, point.content, point.probability, point.interval.low, point.interval.high, point.trials])),
  };
}
