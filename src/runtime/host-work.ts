// Long work on the host itself: in turns, so that progress shows and a caller can cancel.
import { CancelledError } from '../core/errors.js';
import type { RunOptions } from './session.js';

/** The host works for so long before it looks up, ms. */
const TURN = 50;

/** Calls `step` for 0 … count − 1.
 *  @throws CancelledError, and what `run.onProgress` throws */
export async function inTurns(
  operation: string, stage: string, count: number, run: RunOptions, step: (index: number) => void,
): Promise<void> {
  let began = performance.now();
  for (let index = 0; index < count; index++) {
    if (run.signal?.aborted) throw new CancelledError(operation);
    step(index);
    if (performance.now() - began < TURN) continue;
    run.onProgress?.({ operation, stage, done: index + 1, total: count });
    await new Promise((resolve) => {
      setTimeout(resolve, 0);
    });
    began = performance.now();
  }
}
