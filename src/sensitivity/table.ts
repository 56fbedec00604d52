// Sensitivities as a table: one row for every output and factor.
import { checkArguments, has } from '../core/arguments.js';
import type { TableCell } from '../core/table.js';
import type { Sensitivity } from './sensitivity.js';

/** Sensitivities as a table: a row for each output and factor. */
export interface SensitivityTable {
  /** Names, from left to right. */
  readonly columns: readonly string[];
  /** Cells in the order of the columns. */
  readonly rows: readonly (readonly TableCell[])[];
}

const ends = (name: string): string[] => ['', 'Low', 'High'].map((end) => name + end);

/** Second orders, where they were asked for, have both factors in their row. */
export function sensitivityTable(sensitivity: Sensitivity): SensitivityTable {
  checkArguments('sensitivityTable', { sensitivity: [sensitivity, has<Sensitivity>('factors', 'outputs', 'method')] });
  const names = sensitivity.factors.map(({ name }) => name);
  const common = ['output', 'unit', 'mean', 'deviation', ...ends('noiseShare'), 'factor'];
  const commonOf = (output: Sensitivity['outputs'][number]): TableCell[] => [
    output.column, output.unit, output.mean, output.deviation, output.noise?.share, output.noise?.interval?.low,
    output.noise?.interval?.high,
  ];
  if (sensitivity.method === 'morris') {
    return {
      columns: [...common, ...['mu', 'muStar', 'sigma'].flatMap(ends), 'effects'],
      rows: sensitivity.outputs.flatMap((output) => output.effects.map((found, i): TableCell[] => [
        ...commonOf(output), names[i], ...(['mu', 'muStar', 'sigma'] as const).flatMap((key) =>
          [found?.[key], found?.intervals?.[key].low, found?.intervals?.[key].high]), found?.count ?? 0,
      ])),
    };
  }
  const index = (one: { value: number; interval: { low: number; high: number } } | null): TableCell[] =>
    [one?.value, one?.interval.low, one?.interval.high];
  return {
    columns: [...common, 'with', ...ends('first'), ...ends('total'), 'firstOfMean', ...ends('second'), 'rows'],
    rows: sensitivity.outputs.flatMap((output) => [
      ...output.factors.map(({ first, total, firstOfMean }, i): TableCell[] => [
        ...commonOf(output), names[i], null, ...index(first), ...index(total), firstOfMean, ...index(null), output.rows,
      ]),
      ...(output.second ?? []).map(({ i, j, index: found }): TableCell[] => [
        ...commonOf(output), names[i], names[j], ...index(null), ...index(null), null, ...index(found), output.rows,
      ]),
    ]),
  };
}
