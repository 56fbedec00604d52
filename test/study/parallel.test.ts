import { describe, expect, it } from 'vitest';
import { CapacityError } from '../../src/core/errors.js';
import { expectedSeconds, MeasuredCost, scaleCost, type StructureCost } from '../../src/study/estimate.js';
import { chooseLayout } from '../../src/study/parallel.js';
import type { StudyRow } from '../../src/study/rows.js';

const GIB = 2 ** 30;

describe('study layout', () => {
  it('[exact] small structures side by side as far as memory allows, large ones on all threads', () => {
    expect(chooseLayout([128, 128, 128], 0.1 * GIB, 8, 4 * GIB))
      .toEqual({ sessions: 8, threadsEach: 1, memoryEach: GIB / 2 });
    expect(chooseLayout([128, 128, 128], GIB, 8, 3.5 * GIB)).toMatchObject({ sessions: 3, threadsEach: 2 });
    expect(chooseLayout([401, 401, 401], 1.4 * GIB, 8, 16 * GIB))
      .toEqual({ sessions: 1, threadsEach: 8, memoryEach: 16 * GIB });
  });

  it('[exact] one structure must fit', () => {
    expect(() => chooseLayout([401, 401, 401], 1.4 * GIB, 8, GIB)).toThrow(CapacityError);
    // One memory has 4 GiB, or 16 where the engine has 64-bit addresses.
    expect(() => chooseLayout([800, 800, 800], 40 * GIB, 8, 64 * GIB))
      .toThrow(/needs 40.00 GiB, (4|16).00 GiB may be used/);
  });
});

describe('study estimate', () => {
  const row = (describeSeconds: number, conduct: number, error: string | null = null): StudyRow =>
    ({ seconds: { describe: describeSeconds, conduct }, error }) as StudyRow;

  const costOfRows = (rows: readonly StudyRow[], fallback: StructureCost | null): StructureCost | null => {
    const measured = new MeasuredCost();
    for (const finished of rows) measured.add(finished);
    return measured.mean(fallback);
  };

  it('[exact] means of the parts; failures and structures without M do not count for M', () => {
    const cost = costOfRows([row(1, 0), row(3, 0), row(2, 6), row(0, 0, 'failed')], null);
    expect(cost).toEqual({ describe: 2, conduct: 6 });
    expect(expectedSeconds(cost!, { describe: 10, conduct: 5 }, 2)).toBe((10 * 2 + 5 * 8) / 2);
    expect(costOfRows([row(1, 0)], null)).toBeNull();
    expect(costOfRows([row(1, 0)], { describe: 9, conduct: 4 })).toEqual({ describe: 1, conduct: 4 });
  });

  it('[law] grows with the window a little faster than its voxels', () => {
    const cost = scaleCost({ describe: 1, conduct: 1 }, [64, 64, 64], [128, 128, 128]);
    expect(cost.describe).toBeGreaterThan(8);
    expect(cost.conduct).toBeGreaterThan(cost.describe);
    expect(cost.conduct).toBeLessThan(12);
  });
});
