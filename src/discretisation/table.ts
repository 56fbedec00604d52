// Refinement and window studies as tables: one row for every quantity on every grid, or of every window size.
import { checkArguments, has } from '../core/arguments.js';
import type { TableCell } from '../core/table.js';
import { unitText } from '../descriptors/quantity.js';
import type { MeasuredColumn } from './measured.js';
import type { Refinement } from './refinement.js';
import { windowsFor } from './representative.js';
import type { WindowStudy } from './window.js';

/** A refinement or window study as a table. */
export interface DiscretisationTable {
  /** Names, from left to right. */
  readonly columns: readonly string[];
  /** Cells in the order of the columns. */
  readonly rows: readonly (readonly TableCell[])[];
}

/** Unit of a column: µm⁻¹, voxel⁻¹, or 1. */
export const unitOf = ({ unit }: Pick<MeasuredColumn, 'unit'>, sizeKnown: boolean): string =>
  unitText(unit, sizeKnown) || '1';

/** A refinement study as a table. `edge`: of a voxel over that of the specification or image; `own…`: what `conduct`
 *  says from that grid alone. */
export function refineTable(refinement: Refinement): DiscretisationTable {
  checkArguments('refineTable', { refinement: [refinement, has<Refinement>('levels', 'quantities', 'lengthUnit')] });
  const { levels, quantities, lengthUnit } = refinement;
  return {
    columns: [
      'quantity', 'phase', 'unit', 'edge', 'voxelsZ', 'voxelsY', 'voxelsX', 'value', 'spread', 'order', 'usedOrder',
      'convergence', 'limit', 'plusMinus', 'ownLimit', 'ownPlusMinus', 'seconds',
    ],
    rows: quantities.flatMap((quantity) => levels.map((level, k): TableCell[] => {
      const { name, phase, convergence: found } = quantity;
      const own = quantity.interface === 'voxel' ? level.errorBars[phase] : undefined;
      return [
        name, phase, unitOf(quantity, lengthUnit === 'µm'), level.edge, ...level.shape, quantity.values[k],
        level.spread[name], found?.order, found?.usedOrder, found?.kind, found?.limit, found?.plusMinus, own?.limit,
        own?.plusMinus, level.seconds,
      ];
    })),
  };
}

/** A window study as a table: a row for every quantity and size, of those measured and of those that were looked at
 *  for the precision. */
export function windowTable(study: WindowStudy): DiscretisationTable {
  checkArguments('windowTable', { study: [study, has<WindowStudy>('sizes', 'quantities', 'precision')] });
  const { sizes, quantities, voxelSizeUm, precision } = study;
  return {
    columns: [
      'quantity', 'phase', 'unit', 'edge', 'windows', 'mean', 'meanLow', 'meanHigh', 'deviation', 'expectedDeviation',
      'fittedDeviation', 'relativeBias', 'windowsNeeded', 'windowsNeededLow', 'windowsNeededHigh', 'secondsNeeded',
    ],
    rows: quantities.flatMap((quantity) => {
      const { name, phase, laws, needs, expectedDeviation } = quantity;
      const edges = [...new Set([...sizes.map(({ edge }) => edge), ...needs.map(({ edge }) => edge)])];
      return edges.sort((a, b) => a - b).map((edge): TableCell[] => {
        const k = sizes.findIndex((size) => size.edge === edge);
        const found = laws?.statistics.find((one) => one.edge === edge);
        const need = needs.find((one) => one.edge === edge);
        const law = laws === null ? null : windowsFor(laws, edge, precision);
        return [
          name, phase, unitOf(quantity, voxelSizeUm !== null), edge, k < 0 ? 0 : sizes[k].windows, found?.mean,
          found?.interval?.low, found?.interval?.high, found?.deviation, k < 0 ? null : expectedDeviation?.[k],
          law === null ? null : law.relativeDeviation * Math.abs(laws!.bias.value), law?.relativeBias, need?.windows,
          need?.interval?.low, need?.interval?.high, need?.seconds,
        ];
      });
    }),
  };
}
