// Grey values to labels. Kernel: assembly/image/threshold.ts.
import { voxelCount, type Shape } from '../core/grid.js';
import type { Lease } from '../runtime/arena.js';
import { named } from '../runtime/plan.js';
import type { Frame } from '../runtime/session.js';
import type { GreyKind } from './greys.js';

export function segmentPlan(thresholds: number) {
  return { leases: named({ thresholds: 4 * thresholds, classes: thresholds + 1 }) };
}

/** labels ← classes[number of thresholds ≤ value]; thresholds ascending, one fewer than classes. */
export async function segmentValues(
  frame: Frame, labels: Lease, values: Lease, kind: GreyKind, shape: Shape, thresholds: readonly number[],
  classes: readonly number[],
): Promise<void> {
  await frame.scope(async () => {
    const { thresholds: levels, classes: list } = frame.take(segmentPlan(thresholds.length));
    await frame.write(levels, Float32Array.from(thresholds));
    await frame.write(list, Uint8Array.from(classes));
    const voxels = voxelCount(shape);
    await frame.call(
      'segmentValues',
      { labels, values, kind, voxels, thresholds: levels, count: thresholds.length, classes: list },
      { name: 'segmentation', work: voxels },
    );
  });
}
