// Long work on the host itself: in turns, so that progress shows and a caller can cancel.
import { CancelledError } from '../core/errors.js';
import type { Steps } from '../numeric/steps.js';
import type { RunOptions } from './session.js';

/** The host works for so long before it looks up, ms. */
const TURN_MS = 50;

export interface StepsOptions {
  readonly signal?: AbortSignal;
  /** Called whenever the host looks up. */
  readonly onTurn?: () => void;
  /** Longest work between two looks; a page that is to answer its user wants less. */
  readonly turnMs?: number;
}

/** Does work step by step, the first turn before it returns.
 *  @throws CancelledError, and what `onTurn` throws */
export async function inSteps<T>(
  operation: string, work: Steps<T>, { signal, onTurn, turnMs = TURN_MS }: StepsOptions,
): Promise<T> {
  let began = performance.now();
  for (;;) {
    if (signal?.aborted) throw new CancelledError(operation);
    const step = work.next();
    if (step.done === true) return step.value;
    if (performance.now() - began < turnMs) continue;
    onTurn?.();
    await new Promise((resolve) => {
      setTimeout(resolve, 0);
    });
    began = performance.now();
  }
}

/** Calls `step` for 0 … count − 1.
 *  @throws CancelledError, and what `run.onProgress` throws */
export function inTurns(
  operation: string, stage: string, count: number, run: RunOptions, step: (index: number) => void,
): Promise<void> {
  let done = 0;
  function* work(): Steps<void> {
    while (done < count) {
      step(done++);
      yield;
    }
  }
  const onTurn = (): void => run.onProgress?.({ operation, stage, done, total: count });
  return inSteps(operation, work(), { signal: run.signal, onTurn });
}
