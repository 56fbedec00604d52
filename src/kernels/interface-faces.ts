// The faces at which lithium passes from electrolyte to active material, as a list that kernels run over: two voxels
// and the share of the face that a smooth interface would have.
import type { Lease } from '../runtime/arena.js';

/** Faces between active material and electrolyte, in six classes: across z, y, x, and of each first those whose active
 *  voxel has the higher coordinate. Within a class no voxel occurs twice, so that threads may add to voxels class by
 *  class, and voxels ascend. */
export interface InterfaceFaces {
  /** u32[count]: the voxel of active material, in the natural order of the image. */
  readonly active: Lease;
  /** u32[count]: the voxel of electrolyte. */
  readonly electrolyte: Lease;
  /** f32[count]: w, area of interface over that of the face. */
  readonly weight: Lease;
  readonly count: number;
  /** Where the classes begin, and the last one ends. */
  readonly classes: readonly [number, number, number, number, number, number, number];
}
