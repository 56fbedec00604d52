// Another number of voxels over the same window. Kernels: assembly/image/rescale.ts.
import { voxelCount, type Shape } from '../core/grid.js';
import type { Lease } from '../runtime/arena.js';
import { named } from '../runtime/plan.js';
import type { Frame } from '../runtime/session.js';
import { extents } from './extents.js';
import type { GreyKind } from './greys.js';

/** out ← mean of the values in each target voxel, by volume. */
export async function rescaleValues(
  frame: Frame, out: Lease, values: Lease, kind: GreyKind, from: Shape, to: Shape,
): Promise<void> {
  const [mz, my, mx] = to;
  await frame.call(
    'rescaleValues', { out, values, kind, ...extents(from), mz, my, mx },
    { name: 'area means', work: voxelCount(from) },
  );
}

/** Bytes a thread: votes and counts of 256 labels, and a mark for each column of a row. */
function pitchOf([, , nx]: Shape): number {
  return 4096 + Math.ceil(nx / 64) * 64;
}

export function rescaleLabelsPlan(from: Shape, threads: number) {
  return { leases: named({ votes: pitchOf(from) * threads }) };
}

/** out ← label of most of each target voxel's volume. */
export async function rescaleLabels(frame: Frame, out: Lease, labels: Lease, from: Shape, to: Shape): Promise<void> {
  await frame.scope(async () => {
    const { votes } = frame.take(rescaleLabelsPlan(from, frame.threads));
    const [mz, my, mx] = to;
    await frame.call(
      'rescaleLabels', { out, labels, scratch: votes, pitch: pitchOf(from), ...extents(from), mz, my, mx },
      { name: 'majority', work: voxelCount(from) },
    );
  });
}
