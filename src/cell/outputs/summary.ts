// A run in one line of numbers.
import type { CellDescription } from '../file/read.js';
import { explain } from '../experiments/explain.js';
import { isPartial, type EndedBy, type Run } from '../experiments/run.js';
import { stateAt } from './curve.js';
import { splitVoltage, type Overpotentials } from './overpotential.js';

/** SI units of area of cell; charges and energies positive when the cell gives them. */
export interface RunSummary {
  /** At its beginning in A/m², and in multiples of the nominal capacity per hour; of a run that could not begin, what
   *  was asked for. */
  readonly currentDensity: number;
  readonly rate: number;
  /** In C/m² and J/m². */
  readonly dischargeCapacity: number;
  readonly energy: number;
  /** In s. */
  readonly duration: number;
  readonly endedBy: EndedBy;
  /** Why, where that is not plain; null otherwise. */
  readonly cause: string | null;
  /** Whether the solver could not begin or go on: the curve is what was found until then. */
  readonly partial: boolean;
  /** In V: at the start, the mean over charge, and at the end. */
  readonly startVoltage: number;
  readonly meanVoltage: number | null;
  readonly endVoltage: number;
  /** Of the nominal capacity. */
  readonly utilisation: number;
  /** In J/kg and J/m³ of what the file gives masses and thicknesses of; null without any. */
  readonly specificEnergy: number | null;
  readonly energyDensity: number | null;
  /** At half of the duration, in V. */
  readonly losses: Overpotentials;
}

export function summaryOf(run: Run, { nominalCapacity, masses, thickness }: CellDescription): RunSummary {
  const { model, control, first, last, duration, endedBy } = run;
  const { charge, energy: energyAt, current } = model.at;
  const currentDensity = control.kind === 'current' ? control.value : first[current];
  const dischargeCapacity = last[charge] - first[charge];
  const energy = last[energyAt] - first[energyAt];
  const mass = Object.values(masses).reduce((sum, part) => sum + part, 0);
  return {
    currentDensity,
    rate: (3600 * currentDensity) / nominalCapacity,
    dischargeCapacity,
    energy,
    duration,
    endedBy,
    cause: explain(run),
    partial: isPartial(run),
    startVoltage: model.voltage(first),
    meanVoltage: dischargeCapacity === 0 ? null : energy / dischargeCapacity,
    endVoltage: model.voltage(last),
    utilisation: dischargeCapacity / nominalCapacity,
    specificEnergy: mass > 0 ? energy / mass : null,
    energyDensity: thickness > 0 ? energy / thickness : null,
    losses: splitVoltage(model, stateAt(run, duration / 2)).losses,
  };
}
