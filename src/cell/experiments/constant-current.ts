// A current held: discharge at I > 0, charge at I < 0, rest at 0.
import type { P2D } from '../p2d/system.js';
import { limitsAhead, limitsOf } from './limits.js';
import { run, type Limit, type Run, type RunOptions } from './run.js';

/** A step of an experiment in which the current is held. */
export interface ConstantCurrent {
  readonly kind: 'current';
  /** In A/m², > 0 discharges. */
  readonly current: number;
  /** In s; null where only limits end it. */
  readonly duration: number | null;
  /** Ends when it comes to this voltage, in V. */
  readonly untilVoltage?: number;
}

/** Holds a current until the time is over or a limit is met.
 *  @param start state whose concentrations it begins with; potentials are found */
export function constantCurrent(
  model: P2D, start: Float64Array, { current, duration, untilVoltage: target }: Omit<ConstantCurrent, 'kind'>,
  options: Partial<RunOptions> = {},
  limits: readonly Limit[] = limitsOf(model),
): Run {
  const ends = limitsAhead(limits, current, target);
  return run(model, start, { kind: 'current', value: current }, duration ?? Infinity, ends, options);
}
