// Tomograms of labels. Kernels: assembly/image/scan.ts.
import { voxelCount, type Shape } from '../core/grid.js';
import { streamKey } from '../numeric/philox.js';
import type { Lease, LeasesOf } from '../runtime/arena.js';
import { named } from '../runtime/plan.js';
import type { Frame } from '../runtime/session.js';
import type { GreyKind } from './greys.js';

/** For `greysOfLabels`, beside labels and values. */
export const greyTable = named({ 'greys of labels': 4 * 256 });

/** values = the grey value of each label, f32. */
export async function greysOfLabels(
  frame: Frame, values: Lease, labels: Lease, greys: Readonly<Record<number, number>>, table: Lease, shape: Shape,
): Promise<void> {
  await frame.write(table, Float32Array.from({ length: 256 }, (_, label) => greys[label] ?? 0));
  const voxels = voxelCount(shape);
  await frame.call('greysOfLabels', { values, labels, greys: table, voxels }, { name: 'grey values', work: voxels });
}

export const noiseLeases = (threads: number) => named({ 'normal numbers': 64 * threads });

/** out = values + noise · standard normal numbers that the seed and the voxel give; whole kinds are rounded and held in
 *  their range. values: f32 */
export async function addNoise(
  frame: Frame, out: Lease, values: Lease, kind: GreyKind, noise: number, seed: number,
  leases: LeasesOf<typeof noiseLeases>, shape: Shape,
): Promise<void> {
  const [key0, key1] = streamKey({ seed, scenario: 0, realisation: 0 });
  const voxels = voxelCount(shape);
  await frame.call(
    'addNoise', { out, values, kind, noise, scratch: leases['normal numbers'], key0, key1, voxels },
    { name: 'noise', work: voxels },
  );
}
