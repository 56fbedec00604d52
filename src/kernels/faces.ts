// Face codes: one byte per face of the voxel grid, 0 where it is closed. Everything that is not plain face counting
// (several conductivities, apertures, anisotropic voxels, periodic edges) reaches the solver in this form.
import { voxelCount, type Shape } from '../core/grid.js';
import type { Lease } from '../runtime/arena.js';
import { named } from '../runtime/plan.js';
import type { Frame } from '../runtime/session.js';

/** Codes in natural C order. `z`, `y`, `x`: u8[nz·ny·nx], the face to the neighbour one lower along that axis; at index
 *  0 the window's low face. `topZ` u8[ny·nx], `topY` u8[nz·nx], `topX` u8[nz·ny]: the window's high faces. */
export interface FaceLeases {
  readonly z: Lease;
  readonly y: Lease;
  readonly x: Lease;
  readonly topZ: Lease;
  readonly topY: Lease;
  readonly topX: Lease;
}

export function facePlan(shape: Shape) {
  const [nz, ny, nx] = shape;
  const voxels = voxelCount(shape);
  return named({
    'faces z': voxels,
    'faces y': voxels,
    'faces x': voxels,
    'high faces z': ny * nx,
    'high faces y': nz * nx,
    'high faces x': nz * ny,
  });
}

export function leaseFaces(frame: Frame, shape: Shape): FaceLeases {
  const taken = frame.take(facePlan(shape));
  return {
    z: taken['faces z'], y: taken['faces y'], x: taken['faces x'],
    topZ: taken['high faces z'], topY: taken['high faces y'], topX: taken['high faces x'],
  };
}
