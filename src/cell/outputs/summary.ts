// A run in one line of numbers.
import type { CellDescription } from '../file/read.js';
import { explain } from '../experiments/explain.js';
import { isPartial, type EndedBy, type Run } from '../experiments/run.js';
import { stateAt } from './curve.js';
import { splitVoltage, type Overpotentials } from './overpotential.js';

/** SI units of area of cell; charges and energies positive when the cell gives them. */
export interface RunSummary {
  /** At its beginning in A/m²; of a run that could not begin, what was asked for. */
  readonly currentDensity: number;
  /** The same in multiples of the nominal capacity per hour. */
  readonly rate: number;
  /** In C/m². */
  readonly dischargeCapacity: number;
  /** In J/m². */
  readonly energy: number;
  /** In s. */
  readonly duration: number;
  /** What ended it. */
  readonly endedBy: EndedBy;
  /** Why, where that is not plain; null otherwise. */
  readonly cause: string | null;
  /** Whether the solver could not begin or go on: the curve is what was found until then. */
  readonly partial: boolean;
  /** At the start, in V. */
  readonly startVoltage: number;
  /** Mean over charge, in V; null where no charge passed. */
  readonly meanVoltage: number | null;
  /** At the end, in V. */
  readonly endVoltage: number;
  /** Of the nominal capacity. */
  readonly utilisation: number;
  /** In J/kg of what the file gives masses of; null without any. */
  readonly specificEnergy: number | null;
  /** In J/m³ of what the file gives thicknesses of; null without any. */
  readonly energyDensity: number | null;
  /** At half of the duration, in V. */
  readonly losses: Overpotentials;
}

/** A run as one line of numbers: charge, energy, voltages, losses, and what ended it. */
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
