// A voltage held until the current has died down.
import type { P2D } from '../p2d/system.js';
import { limitsOf } from './limits.js';
import { run, type Limit, type Run, type RunOptions } from './run.js';

/** A step of an experiment in which the voltage is held. */
export interface ConstantVoltage {
  readonly kind: 'voltage';
  /** In V. */
  readonly voltage: number;
  /** Ends at a current of this size, in A/m²; null where the time ends it. */
  readonly untilCurrent: number | null;
  /** In s; null where the current ends it. */
  readonly duration: number | null;
}

/** Holds a voltage until the current has died down or the time is over.
 *  @param start state whose concentrations it begins with; potentials are found */
export function constantVoltage(
  model: P2D, start: Float64Array, { voltage, untilCurrent, duration }: Omit<ConstantVoltage, 'kind'>,
  options: Partial<RunOptions> = {},
): Run {
  const limits: Limit[] = limitsOf(model).filter(({ endedBy }) => !endedBy.endsWith('Voltage'));
  if (untilCurrent !== null) {
    limits.push({ endedBy: 'current', margin: (_, state) => Math.abs(state[model.at.current]) - untilCurrent });
  }
  return run(model, start, { kind: 'voltage', value: voltage }, duration ?? Infinity, limits, options);
}
