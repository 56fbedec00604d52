// Progress of a task in steps of equal length on one bar.
import type { Progress, RunOptions } from '../../src/browser.js';

/** What a task gets from the worker. */
export interface TaskRun {
  readonly signal: AbortSignal;
  report(text: string, share: number | null): void;
}

/** Share of a step that is done. `describe` counts its descriptors in the name of the stage. */
function within({ stage, done, total }: Progress): number {
  const inner = total > 0 ? Math.min(1, done / total) : 0;
  const counted = /^(\d+) of (\d+), /.exec(stage);
  return counted === null ? inner : (Number(counted[1]) - 1 + inner) / Number(counted[2]);
}

export type Step = <T>(text: string, work: (run: RunOptions) => Promise<T>) => Promise<T>;

export function stepsOf({ signal, report }: TaskRun, count: number): Step {
  let before = 0;
  return async (text, work) => {
    report(text, before / count);
    const result = await work({ signal, onProgress: (progress) => report(text, (before + within(progress)) / count) });
    before++;
    return result;
  };
}
