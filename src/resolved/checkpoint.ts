// What a discharge that was interrupted needs to go on: the steps so far, the electrode's state, and what was kept for
// maps and profiles on the way.
import type { MarchRecord } from './march.js';
import type { DepthProfile, ResolvedMap } from './result.js';
import type { StepperState } from './stepper.js';

/** Plain values and arrays, for `packed` or a structured clone. */
export interface DischargeCheckpoint {
  /** Steps so far. */
  readonly record: MarchRecord;
  /** Of the electrode. */
  readonly state: StepperState;
  /** That were kept so far. */
  readonly profiles: readonly DepthProfile[];
  /** That were kept so far. */
  readonly maps: readonly ResolvedMap[];
}

/** Where a discharge leaves its checkpoints. */
export interface Checkpointing {
  /** What to go on from; null: from the start. It must be of the same image, cell and options. */
  readonly resume: DischargeCheckpoint | null;
  /** Called with the state of the last accepted step when `every` seconds of work have passed since the last one, and
   *  when the run is cancelled. */
  readonly store: (checkpoint: DischargeCheckpoint) => void | Promise<void>;
  /** In s of the clock. */
  readonly every: number;
}
