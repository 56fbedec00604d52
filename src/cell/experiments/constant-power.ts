// A power held: what a Ragone plot is made of.
import type { P2D } from '../p2d/system.js';
import { settle } from '../p2d/start.js';
import { limitsOf } from './limits.js';
import { run, type Run, type RunOptions } from './run.js';

export interface ConstantPower {
  readonly kind: 'power';
  /** In W/m², > 0 discharges. */
  readonly power: number;
  /** In s; null where only limits end it. */
  readonly duration: number | null;
}

export function constantPower(
  model: P2D, start: Float64Array, { power, duration }: Omit<ConstantPower, 'kind'>, options: Partial<RunOptions> = {},
): Run {
  const y = start.slice();
  settle(model, y, { kind: 'power', value: power });
  const away = power > 0 ? 'upperVoltage' : 'lowerVoltage';
  const limits = limitsOf(model).filter(({ endedBy }) => endedBy !== away);
  return run(model, y, { kind: 'power', value: power }, duration ?? Infinity, limits, options);
}
