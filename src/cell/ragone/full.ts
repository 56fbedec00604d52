// A Ragone map by the full model, and how far the quick one is from it.
import type { Run } from '../experiments/run.js';
import { quickRagone, type RagonePoint } from './quick.js';

/** What a discharge at constant current gave. */
export function ragonePoint({ control, last, model, duration }: Run): RagonePoint {
  const energy = last[model.at.energy];
  return {
    currentDensity: control.value,
    dischargeCapacity: last[model.at.charge],
    energy,
    power: duration > 0 ? energy / duration : 0,
  };
}

/** One current by the full model and by resistance alone. */
export interface RagoneComparison {
  /** By the full model. */
  readonly full: RagonePoint;
  /** By the cell's resistance alone. */
  readonly quick: RagonePoint;
  /** Quick over full, less 1; null where the full model gives nothing. */
  readonly capacityError: number | null;
  /** The same of the energy. */
  readonly energyError: number | null;
}

/** How far a Ragone map from the resistance alone is from the full model.
 *  @param runs discharges of one cell at constant currents */
export function compareRagone(runs: readonly Run[]): RagoneComparison[] {
  if (runs.length === 0) return [];
  const quick = quickRagone(runs[0].model.cell, runs.map(({ control }) => control.value));
  return runs.map((run, i) => {
    const full = ragonePoint(run);
    const ratio = (a: number, b: number): number | null => (b > 0 ? a / b - 1 : null);
    return {
      full,
      quick: quick[i],
      capacityError: ratio(quick[i].dischargeCapacity, full.dischargeCapacity),
      energyError: ratio(quick[i].energy, full.energy),
    };
  });
}
