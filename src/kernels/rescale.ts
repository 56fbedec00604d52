// Another number of voxels over the same window. Kernels: assembly/image/rescale.ts.
import { voxelCount, type Shape } from '../core/grid.js';
import type { Lease } from '../runtime/arena.js';
import type { LeasePlan } from '../runtime/plan.js';
import type { Frame } from '../runtime/session.js';
import type { GreyKind } from './greys.js';

/** out ← mean of the values in each target voxel, by volume. */
export async function rescaleValues(frame: Frame, out: Lease, values: Lease, kind: GreyKind, from: Shape, to: Shape): Promise<void> {
  await frame.call('rescaleValues', [out.ptr, values.ptr, kind, ...from, ...to], { name: 'area means', work: voxelCount(from) });
}

/** Bytes a thread: votes and counts of 256 labels, and a mark for each column of a row. */
function pitchOf([, , nx]: Shape): number {
  return 4096 + Math.ceil(nx / 64) * 64;
}

export function rescaleLabelsPlan(from: Shape, threads: number): LeasePlan {
  return { leases: [{ name: 'votes', bytes: pitchOf(from) * threads }] };
}

/** out ← label of most of each target voxel's volume. */
export async function rescaleLabels(frame: Frame, out: Lease, labels: Lease, from: Shape, to: Shape): Promise<void> {
  await frame.scope(async () => {
    const [votes] = rescaleLabelsPlan(from, frame.threads).leases.map(({ name, bytes }) => frame.lease(name, bytes));
    await frame.call('rescaleLabels', [out.ptr, labels.ptr, votes.ptr, pitchOf(from), ...from, ...to], { name: 'majority', work: voxelCount(from) });
  });
}
