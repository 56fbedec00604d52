// Flood fill from a face, one voxel at a time.
import { axisIndex, type Axis, type Face, type Shape } from '../../src/core/grid.js';

/** 1 where `inside` is connected to its voxels in the face layer; neighbours 6, 18 or 26. */
export function reachTwin(
  inside: ArrayLike<boolean>, shape: Shape, axis: Axis, from: Face, neighbours: number,
): Uint8Array {
  const [nz, ny, nx] = shape;
  const mask = new Uint8Array(nz * ny * nx);
  const stack: [number, number, number][] = [];
  const visit = (z: number, y: number, x: number): void => {
    if (z < 0 || y < 0 || x < 0 || z >= nz || y >= ny || x >= nx) return;
    const i = (z * ny + y) * nx + x;
    if (!inside[i] || mask[i]) return;
    mask[i] = 1;
    stack.push([z, y, x]);
  };
  const layer = from === 'low' ? 0 : shape[axisIndex(axis)] - 1;
  for (let z = 0; z < nz; z++) {
    for (let y = 0; y < ny; y++) {
      for (let x = 0; x < nx; x++) if ([z, y, x][axisIndex(axis)] === layer) visit(z, y, x);
    }
  }
  const reach = { 6: 1, 18: 2, 26: 3 }[neighbours]!;
  for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
    for (let c = -1; c <= 1; c++) {
      for (let b = -1; b <= 1; b++) {
        for (let a = -1; a <= 1; a++) if (c * c + b * b + a * a <= reach) visit(top[0] + c, top[1] + b, top[2] + a);
      }
    }
  }
  return mask;
}
