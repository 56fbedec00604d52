import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createProgress, duration } from '../../src/cli/progress.js';

function stream(isTTY: boolean): NodeJS.WriteStream & { written: string[] } {
  const written: string[] = [];
  return {
    isTTY, columns: 100, written, write: (text: string) => written.push(text),
  } as unknown as NodeJS.WriteStream & { written: string[] };
}

describe('progress', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }));
  afterEach(() => void vi.useRealTimers());
  const solve = (done: number): { operation: string; stage: string; done: number; total: number } =>
    ({ operation: 'conduct', stage: 'multigrid', done, total: 4e6 });

  it('[exact] on a terminal: bar, rate and time left on one line that is drawn over and removed at the end', () => {
    const out = stream(true);
    const progress = createProgress(out, true);
    progress.prefix('2/3 ');
    progress.onProgress(solve(0));
    vi.advanceTimersByTime(1000);
    progress.onProgress(solve(1e6));
    expect(out.written.at(-1))
      .toBe('\r\u001b[K2/3 conduct: multigrid  ██████░░░░░░░░░░░░░░░░░░  25 %  1.0 Mvoxel/s  0:03 left');
    progress.clear();
    expect(out.written.at(-1)).toBe('\r\u001b[K');
  });

  it('[exact] what an operation says of its state stands where the rate of voxels would', () => {
    const out = stream(true);
    const progress = createProgress(out, true);
    progress.onProgress({ ...solve(0), remark: 'begins' });
    vi.advanceTimersByTime(1000);
    progress.onProgress({ ...solve(1e6), remark: '900 s, 3.710 V' });
    expect(out.written.at(-1))
      .toBe('\r\u001b[Kconduct: multigrid  ██████░░░░░░░░░░░░░░░░░░  25 %  900 s, 3.710 V  0:03 left');
  });

  it('[exact] elsewhere: nothing in the first ten seconds, then a line every ten', () => {
    const out = stream(false);
    const progress = createProgress(out, true);
    for (let second = 0; second <= 25; second++) {
      progress.onItems('round 1', { done: second, total: 50, perSecond: 1, secondsLeft: 50 - second });
      vi.advanceTimersByTime(1000);
    }
    expect(out.written).toEqual(['round 1 10/50  20 %  1.0/s  0:40 left\n', 'round 1 20/50  40 %  1.0/s  0:30 left\n']);
  });

  it('[exact] --quiet: nothing', () => {
    const out = stream(true);
    const progress = createProgress(out, false);
    vi.advanceTimersByTime(1000);
    progress.onProgress(solve(1e6));
    progress.clear();
    expect(out.written).toEqual([]);
  });

  it('[exact] durations as people say them', () => {
    expect([5, 65, 3599, 3600, 93_000, Infinity].map(duration))
      .toEqual(['0:05', '1:05', '59:59', '1 h 00 min', '25 h 50 min', '?']);
  });
});
