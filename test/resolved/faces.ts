// The faces between two kinds of voxels as a plain list, for tests that need no weights of a smooth surface.
import type { Shape } from '../../src/core/grid.js';
import type { InterfaceFaces } from '../../src/kernels/interface-faces.js';
import { named } from '../../src/runtime/plan.js';
import type { Frame } from '../../src/runtime/session.js';

export interface FaceArrays {
  readonly active: Uint32Array;
  readonly electrolyte: Uint32Array;
  readonly classes: InterfaceFaces['classes'];
}

/** All faces between voxels that are active and such that are not, in the order of InterfaceFaces. */
export function facesBetween(
  shape: Shape, isActive: (voxel: number) => boolean, isElectrolyte: (voxel: number) => boolean,
): FaceArrays {
  const [nz, ny, nx] = shape;
  const strides = [ny * nx, nx, 1];
  const [active, electrolyte]: [number[], number[]] = [[], []];
  const classes = [0];
  for (let axis = 0; axis < 3; axis++) {
    for (const higher of [true, false]) {
      for (let voxel = 0; voxel < nz * ny * nx; voxel++) {
        const place = Math.floor(voxel / strides[axis]) % shape[axis];
        const inside = higher ? place > 0 : place < shape[axis] - 1;
        const other = higher ? voxel - strides[axis] : voxel + strides[axis];
        if (!inside || !isActive(voxel) || !isElectrolyte(other)) continue;
        active.push(voxel);
        electrolyte.push(other);
      }
      classes.push(active.length);
    }
  }
  return {
    active: Uint32Array.from(active), electrolyte: Uint32Array.from(electrolyte),
    classes: classes as unknown as InterfaceFaces['classes'],
  };
}

export const facesPlan = ({ active: { length } }: FaceArrays) =>
  named({ 'active voxels': 4 * length, 'electrolyte voxels': 4 * length, weights: 4 * length });

/** Brings them into memory, all with one weight. */
export async function writeFaces(frame: Frame, faces: FaceArrays, weight: number): Promise<InterfaceFaces> {
  const leases = frame.take(facesPlan(faces));
  const count = faces.active.length;
  await frame.write(leases['active voxels'], faces.active);
  await frame.write(leases['electrolyte voxels'], faces.electrolyte);
  await frame.write(leases.weights, new Float32Array(count).fill(weight));
  return {
    active: leases['active voxels'], electrolyte: leases['electrolyte voxels'], weight: leases.weights, count,
    classes: faces.classes,
  };
}
