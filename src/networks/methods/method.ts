// What a way of filling a room consists of.
import type { Shape, VoxelSize } from '../../core/grid.js';
import type { Phase } from '../../core/volume.js';
import type { Room } from '../../kernels/insertion.js';
import type { Lease } from '../../runtime/arena.js';
import type { LeasePlan } from '../../runtime/plan.js';
import type { Frame } from '../../runtime/session.js';

export interface MethodJob {
  readonly room: Room;
  /** u32 per voxel of the room: sort keys, filled with a random number for each voxel in raster order. */
  readonly keys: Lease;
  readonly label: Phase;
  readonly voxelSizeUm: VoxelSize;
}

export interface MethodSize {
  readonly shape: Shape;
  /** Voxels of the room. */
  readonly count: number;
  readonly threads: number;
}

/** @template O its own settings, complete */
export interface InsertMethod<O> {
  readonly title: string;
  readonly defaults: O;
  /** @throws SpecError for settings out of range */
  check(where: string, settings: O): void;
  /** On top of labels, order and keys. */
  plan(size: MethodSize, settings: O): LeasePlan[];
  /** Brings the order of the room, raster order so far, into the one in which its voxels are filled. */
  order(frame: Frame, job: MethodJob, settings: O): Promise<void>;
}
