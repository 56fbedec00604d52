// Why a discharge or charge ended, in the words of physics, and what would help.
import { significant } from '../../core/text.js';
import { splitVoltage, type Overpotentials } from '../outputs/overpotential.js';
import { electrodeResistances, seriesResistances } from '../ragone/resistances.js';
import type { Run } from './run.js';

/** Stoichiometries this far from a surface count as reached by the next step. */
const NEAR = 0.02;

const NAMES: Readonly<Record<keyof Overpotentials, string>> = {
  separator: 'the separator',
  ionic: 'the electrolyte of the electrodes',
  electronic: 'the solid of the electrodes',
  chargeTransfer: 'charge transfer',
  solidDiffusion: 'diffusion in the particles',
  unevenUse: 'uneven use along the thickness',
  electrolyteDiffusion: 'salt gradients in the electrolyte',
  contact: 'contacts',
};

/** The process that costs most at the end of a run, and how much. */
export function largestLoss(run: Run): { readonly process: keyof Overpotentials; readonly volts: number } {
  const { losses } = splitVoltage(run.model, run.last);
  const keys = Object.keys(losses) as (keyof Overpotentials)[];
  const process = keys.reduce((a, b) => (Math.abs(losses[b]) > Math.abs(losses[a]) ? b : a));
  return { process, volts: losses[process] };
}

type ResistanceName = 'separator' | 'ionic' | 'electronic' | 'contact' | 'chargeTransfer';

/** In Ω m², what resists at once at the stoichiometries of a state, by process. */
function resistancesAt({ model, last }: Run): Readonly<Record<ResistanceName, number>> {
  const { separator, contact, foil } = seriesResistances(model.cell);
  const sum = { separator, ionic: 0, electronic: 0, contact, chargeTransfer: foil };
  new Set(model.electrodes).forEach((electrode) => {
    const x = last[model.electrodes.indexOf(electrode) * model.at.modes];
    const own = electrodeResistances(electrode, x, model.cell.temperature);
    sum.ionic += own.ionic;
    sum.electronic += own.electronic;
    sum.chargeTransfer += own.chargeTransfer;
  });
  return sum;
}

/** Why no potentials satisfy what a run was to hold. */
function whyNone(run: Run): string {
  const { model, control, last } = run;
  const resistances = resistancesAt(run);
  const volts = model.voltage(last);
  const whole = Object.values(resistances).reduce((sum, value) => sum + value, 0);
  switch (control.kind) {
    case 'current': {
      const ohmic = ['separator', 'ionic', 'electronic', 'contact'] as const;
      const most = ohmic.reduce((a, b) => (resistances[b] > resistances[a] ? b : a));
      const [low, high] = model.cell.voltageLimits;
      return `no potentials were found for ${significant(control.value)} A/m²: ${NAMES[most]} alone would cost ` +
        `${significant(Math.abs(control.value) * resistances[most], 3)} V of a window of ` +
        `${significant(high - low, 3)} V; lower the current`;
    }
    case 'power': return `no potentials give ${significant(control.value)} W/m²: at ${significant(volts)} V and ` +
      `${significant(1e4 * whole, 3)} Ω cm² at once the cell can give about ` +
      `${significant((volts * volts) / (4 * whole), 3)} W/m² at most; lower the power`;
    case 'voltage': return `no potentials were found for ${significant(control.value)} V: the cell rests at ` +
      `${significant(volts)} V; choose a voltage nearer to it`;
  }
}

/** A material property that has left what it can be near the surfaces of a state: steps end there. */
function brokenProperty({ model, last }: Run): string | null {
  for (let p = 0; p < model.electrodes.length; p++) {
    const { active, kinetics } = model.electrodes[p];
    for (const x of [last[p * model.at.modes], model.surface(last, p)]) {
      for (const [what, at] of [
        ['the diffusivity', (s: number) => active.diffusivity.value(s)],
        ['the exchange current', (s: number) => kinetics.exchangeCurrent.value(s, 1)],
      ] as const) {
        const beyond = [x - NEAR, x, x + NEAR].filter((s) => s > 0 && s < 1).find((s) => !(at(s) > 0));
        if (beyond !== undefined) {
          return `${what} of the active material is not above 0 at a stoichiometry of ` +
            `${significant(beyond, 3)}: give it values there, or narrow the window`;
        }
      }
    }
  }
  return null;
}

/** One sentence; null where the run did what it was asked to do without anything to say about it. */
export function explain(run: Run): string | null {
  const { model, endedBy, duration } = run;
  const [low, high] = model.cell.voltageLimits;
  const most = (): string => {
    const { process, volts } = largestLoss(run);
    return `${NAMES[process]} alone costs ${significant(Math.abs(volts), 3)} V of a window of ` +
      `${significant(high - low, 3)} V`;
  };
  switch (endedBy) {
    case 'time':
    case 'charge':
    case 'current': return null;
    case 'voltage': return duration > 0 ? null : 'the step began at or beyond the voltage that it was to come to';
    case 'lowerVoltage':
    case 'upperVoltage':
      return duration > 0 ? null : `beyond the voltage limit at once: ${most()}; lower the current`;
    case 'stoichiometry':
      return 'the surface of particles left its window before the voltage limit was reached: a lower current, ' +
        'smaller particles or faster diffusion use more of them';
    case 'tableEnd':
      return 'a surface left the table of its open-circuit voltage: give the table a wider range, or narrow the window';
    case 'saltDepleted': return 'the electrolyte ran out of salt: a lower current or a larger M-factor helps';
    case 'stuck': return `the solver cannot continue after ${significant(duration)} s: ` +
      `${brokenProperty(run) ?? `${most()}; lower the current`}; what was found until then is kept`;
    case 'noPotentials': return whyNone(run);
  }
}
