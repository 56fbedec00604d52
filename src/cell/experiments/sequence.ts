// Steps one after another, each from where the one before it ended: charge and rest, CC-CV, pulses.
import type { P2D } from '../p2d/system.js';
import { constantCurrent, type ConstantCurrent } from './constant-current.js';
import { constantPower, type ConstantPower } from './constant-power.js';
import { constantVoltage, type ConstantVoltage } from './constant-voltage.js';
import { isPartial, type Run, type RunOptions } from './run.js';

/** A step of an experiment without current. */
export interface Rest {
  readonly kind: 'rest';
  /** In s. */
  readonly duration: number;
}

/** One step of an experiment: a current, voltage or power that is held, or a rest. */
export type ExperimentStep = ConstantCurrent | ConstantVoltage | ConstantPower | Rest;

/** Runs until all steps are done; after one that cannot begin or go on no other begins. Charge and energy go on
 *  counting. */
export function sequence(
  model: P2D, start: Float64Array, steps: readonly ExperimentStep[], options: Partial<RunOptions> = {},
): readonly Run[] {
  const runs: Run[] = [];
  let y = start;
  for (const step of steps) {
    const done = take(model, y, step, options);
    runs.push(done);
    if (isPartial(done)) break;
    y = done.last;
  }
  return runs;
}

function take(model: P2D, y: Float64Array, step: ExperimentStep, options: Partial<RunOptions>): Run {
  switch (step.kind) {
    case 'current': return constantCurrent(model, y, step, options);
    case 'voltage': return constantVoltage(model, y, step, options);
    case 'power': return constantPower(model, y, step, options);
    case 'rest': return constantCurrent(model, y, { current: 0, duration: step.duration }, options);
  }
}
