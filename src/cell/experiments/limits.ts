// What a cell itself forbids, whatever the experiment: voltages, surfaces that are empty or full or beyond what is
// known of their material, electrolyte without salt.
import type { PorousElectrode } from '../cell.js';
import type { P2D } from '../p2d/system.js';
import type { Limit } from './run.js';

/** Below this part of its start the salt counts as used up: an electrolyte's properties are not known there. */
const DEPLETED = 1e-3;

export const lowerVoltage = (volts: number): Limit =>
  ({ endedBy: 'lowerVoltage', margin: (model, y) => model.voltage(y) - volts });
export const upperVoltage = (volts: number): Limit =>
  ({ endedBy: 'upperVoltage', margin: (model, y) => volts - model.voltage(y) });

/** A voltage that a step is asked to come to: from above in discharge, from below in charge. */
export const untilVoltage = (volts: number, current: number): Limit => ({
  endedBy: 'voltage', margin: (model, y) => (current > 0 ? model.voltage(y) - volts : volts - model.voltage(y)),
});

/** Limits of a current or power held, > 0 in discharge, < 0 in charge: one that begins beyond a voltage limit comes
 *  back to it, so that only the limit ahead counts; at rest none does. */
export function limitsAhead(
  limits: readonly Limit[], direction: number, target: number | undefined,
): readonly Limit[] {
  const ahead = limits.filter(({ endedBy }) =>
    (endedBy !== 'upperVoltage' || direction < 0) && (endedBy !== 'lowerVoltage' || direction > 0));
  return target === undefined ? ahead : [untilVoltage(target, direction), ...ahead];
}

/** Least distance of a surface from the ends of an interval that depends on its electrode. */
function surfaceMargin(
  model: P2D, y: Float64Array, interval: (p: number) => readonly [low: number, high: number] | null,
): number {
  let least = Infinity;
  for (let p = 0; p < model.electrodes.length; p++) {
    const ends = interval(p);
    if (ends === null) continue;
    const x = model.surface(y, p);
    // NaN is no distance.
    const margin = Math.min(x - ends[0], ends[1] - x);
    if (!(margin >= least)) least = margin;
  }
  return least;
}

/** An interval that ends at empty or full goes on this far: where the exchange current vanishes there, kinetics stop a
 *  surface by themselves, and steps only hold it to their tolerance. */
const SLACK = 1e-3;

/** What surfaces of an electrode must not leave. */
export function surfaceWindow(electrode: PorousElectrode): readonly [low: number, high: number] {
  const { active: { window: [low, high] }, kinetics: { exchangeCurrent } } = electrode;
  const vanishes = (x: number): boolean => exchangeCurrent.value(x, 1) < 0.01 * exchangeCurrent.value(0.5, 1);
  return [low === 0 && vanishes(1e-9) ? -SLACK : low, high === 1 && vanishes(1 - 1e-9) ? 1 + SLACK : high];
}

/** Surfaces outside the window of their electrode. */
export function stoichiometryWindow(model: P2D): Limit {
  const windows = new Map([...new Set(model.electrodes)].map((electrode) => [electrode, surfaceWindow(electrode)]));
  return {
    endedBy: 'stoichiometry',
    margin: (_, y) => surfaceMargin(model, y, (p) => windows.get(model.electrodes[p])!),
  };
}

/** Where the open-circuit voltage leaves its table. */
export const tableEnd: Limit = {
  endedBy: 'tableEnd',
  margin: (model, y) => surfaceMargin(model, y, (p) => model.electrodes[p].active.potential.domain),
};

export const saltDepleted: Limit = {
  endedBy: 'saltDepleted',
  margin(model, y) {
    let least = Infinity;
    if (model.binary) {
      model.initialSalt.forEach((start, i) => { least = Math.min(least, y[model.at.salt + i] / start - DEPLETED); });
    }
    return least;
  },
};

/** All that hold in a cell. */
export function limitsOf(model: P2D): readonly Limit[] {
  const [low, high] = model.cell.voltageLimits;
  return [lowerVoltage(low), upperVoltage(high), stoichiometryWindow(model), tableEnd, saltDepleted];
}
