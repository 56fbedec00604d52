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

export interface RagoneComparison {
  readonly full: RagonePoint;
  readonly quick: RagonePoint;
  /** Quick over full, less 1; null where the full model gives nothing. */
  readonly capacityError: number | null;
  readonly energyError: number | null;
}

/** @param runs discharges of one cell at constant currents */
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
