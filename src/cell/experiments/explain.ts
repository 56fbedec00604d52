// Why a discharge or charge ended, in the words of physics, and what would help.
import { significant } from '../../core/text.js';
import { splitVoltage, type Overpotentials } from '../outputs/overpotential.js';
import type { Run } from './run.js';

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
    case 'lowerVoltage':
    case 'upperVoltage':
      return duration > 0 ? null : `beyond the voltage limit at once: ${most()}; lower the current`;
    case 'stoichiometry':
      return 'the surface of particles left its window before the voltage limit was reached: a lower current, ' +
        'smaller particles or faster diffusion use more of them';
    case 'tableEnd':
      return 'a surface left the table of its open-circuit voltage: give the table a wider range, or narrow the window';
    case 'saltDepleted': return 'the electrolyte ran out of salt: a lower current or a larger M-factor helps';
    case 'stuck': return `the solver cannot continue: ${most()}; what was found until then is kept`;
  }
}
