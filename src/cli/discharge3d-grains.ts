// Grains of the active material after discharges on voxels: as a table, and for the report.
import { tableOfCells, type Table } from '../core/table.js';
import type { LabelVolume, Phase } from '../core/volume.js';
import { grainTable, type GrainTable } from '../descriptors/grain-table.js';
import { segmentGrains } from '../descriptors/grains.js';
import { lithiumOfGrains, stateOfCharge, type GrainLithium } from '../resolved/maps.js';
import { momentText } from '../resolved/moments.js';
import type { ResolvedDischarge } from '../resolved/result.js';
import type { RunOptions, Session } from '../runtime/session.js';

export interface GrainsOfRuns {
  readonly table: GrainTable;
  /** Of each run, at each of its maps. */
  readonly lithium: readonly (readonly GrainLithium[])[];
}

/** Grains by a watershed, as `voxelith grains` finds them, and their lithium in all maps. */
export async function grainsOfRuns(
  session: Session, volume: LabelVolume, active: Phase, runs: readonly ResolvedDischarge[], run: RunOptions,
): Promise<GrainsOfRuns> {
  const grains = await segmentGrains(session, volume, { phase: active }, run);
  return {
    table: await grainTable(session, volume, grains, {}, run),
    lithium: runs.map(({ maps }) => maps.map((map) => lithiumOfGrains(map, grains))),
  };
}

/** One row per run, moment and grain. */
export function tableOfGrains({ table, lithium }: GrainsOfRuns, runs: readonly ResolvedDischarge[]): Table {
  const head = [
    'rate', 'moment', 'grain', 'voxels', 'equivalentDiameter', 'stoichiometry', 'stateOfCharge', 'stoichiometryStd',
    'stoichiometryLow', 'stoichiometryHigh',
  ];
  return tableOfCells(head, runs.flatMap((run, i) => run.maps.flatMap(({ moment }, m) => {
    const { voxels, mean, std, least, most } = lithium[i][m];
    return Array.from(mean, (x, k) => [
      run.rate, momentText(moment), k + 1, voxels[k], table.equivalentDiameter[k], x, stateOfCharge(run, x), std[k],
      least[k], most[k],
    ]);
  })));
}
