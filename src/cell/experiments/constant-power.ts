// A power held: what a Ragone plot is made of.
import type { P2D } from '../p2d/system.js';
import { limitsAhead, limitsOf } from './limits.js';
import { run, type Run, type RunOptions } from './run.js';

/** A step of an experiment in which the power is held. */
export interface ConstantPower {
  readonly kind: 'power';
  /** In W/m², > 0 discharges. */
  readonly power: number;
  /** In s; null where only limits end it. */
  readonly duration: number | null;
  /** Ends when it comes to this voltage, in V. */
  readonly untilVoltage?: number;
}

/** Holds a power until the time is over or a limit is met.
 *  @param start state whose concentrations it begins with; potentials are found */
export function constantPower(
  model: P2D, start: Float64Array, { power, duration, untilVoltage: target }: Omit<ConstantPower, 'kind'>,
  options: Partial<RunOptions> = {},
): Run {
  const ends = limitsAhead(limitsOf(model), power > 0 ? 1 : -1, target);
  return run(model, start, { kind: 'power', value: power }, duration ?? Infinity, ends, options);
}
