// The table of grains as rows: for CSV files and the JSON of the command line.
import { checkArguments, has } from '../core/arguments.js';
import type { VoxelSize } from '../core/grid.js';
import type { GrainTable } from './grain-table.js';
import type { GrainImage } from './grains.js';

/** A table of grains as rows. */
export interface GrainRows {
  /** Names with units: `volumeUm3`, `volumeVoxels3` where no size is known. */
  readonly columns: readonly string[];
  /** One for each grain, cells in the order of the columns. */
  readonly rows: readonly (readonly (number | boolean | null)[])[];
}

type Column = readonly [name: string, value: (k: number) => number | boolean | null];

/** One row per grain, in the order of their numbers; diameters, places and areas in µm or voxel edges.
 *  @param grains where they are a watershed's, the inscribed radius is a column */
export function grainRows(
  table: GrainTable, size: VoxelSize, grains: Pick<GrainImage, 'inscribedRadius'> | null = null,
): GrainRows {
  checkArguments('grainRows', { table: [table, has<GrainTable>('volume', 'pairs')] });
  const unit = size === null ? 'Voxels' : 'Um';
  const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);
  const { utilisation, activeArea } = table;
  const columns: Column[] = [
    ['grain', (k) => k + 1],
    ['voxels', (k) => table.voxels[k]],
    [`volume${unit}3`, (k) => table.volume[k]],
    [`equivalentDiameter${unit}`, (k) => table.equivalentDiameter[k]],
    [`surface${unit}2`, (k) => table.surface[k]],
    ['sphericity', (k) => table.sphericity[k]],
    ...(['z', 'y', 'x'] as const).map(
      (axis, a): Column => [`${axis}${unit}`, (k) => finite(table.centroid[3 * k + a])],
    ),
    ['touchesWindow', (k) => table.touchesWindow[k]],
    ['contacts', (k) => table.contacts[k]],
    [`contactArea${unit}2`, (k) => table.contactArea[k]],
    ...[...table.interfaces].map(([label, areas]): Column => [`interfaceArea${label}${unit}2`, (k) => areas[k]]),
  ];
  if (grains !== null) columns.push([`inscribedRadius${unit}`, (k) => finite(grains.inscribedRadius[k])]);
  if (utilisation !== null) columns.push(['utilisation', (k) => finite(utilisation[k])]);
  if (activeArea !== null) columns.push([`activeArea${unit}2`, (k) => activeArea[k]]);
  return {
    columns: columns.map(([name]) => name),
    rows: Array.from({ length: table.count }, (_, k) => columns.map(([, value]) => value(k))),
  };
}
