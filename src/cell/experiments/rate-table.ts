// Discharges at many currents, each from the same full cell: rate capability.
import { checkArguments, type Names } from '../../core/arguments.js';
import type { Cell } from '../cell.js';
import { MESH_DEFAULTS, type MeshOptions } from '../p2d/mesh.js';
import { uniformState } from '../p2d/start.js';
import { P2D } from '../p2d/system.js';
import { constantCurrent } from './constant-current.js';
import type { Run, RunOptions } from './run.js';

/** Options of `rateTable` and `sequence`: how time is stepped, and how finely the cell is resolved. */
export interface SimulationOptions extends RunOptions, MeshOptions {}

const OPTION_NAMES: Names<SimulationOptions> = {
  tolerance: true, method: true, maxSteps: true, electrodeVolumes: true, separatorVolumes: true, radialModes: true,
};

/** One discharge per current in A/m², from the stoichiometries at which the cell begins to its limits.
 *  A current that the cell cannot begin with, or a solver that cannot go on, marks its own run (`isPartial`, `explain`)
 *  and no other. */
export function rateTable(
  cell: Cell, currents: readonly number[], options: Partial<SimulationOptions> = {},
): readonly Run[] {
  checkArguments('rateTable', { options: [options, OPTION_NAMES] });
  const { electrodeVolumes, separatorVolumes, radialModes, ...steps } = { ...MESH_DEFAULTS, ...options };
  const model = new P2D(cell, { electrodeVolumes, separatorVolumes, radialModes });
  const start = uniformState(model);
  return currents.map((current) => constantCurrent(model, start, { current, duration: null }, steps));
}
