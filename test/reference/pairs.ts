// Brute-force twins of the two-point, chord and lineal-path counts: voxel by voxel, lag by lag.
import type { Shape } from '../../src/core/grid.js';

/** Voxels of label a whose voxel at the lag (in voxels along z, y, x) lies in the window and has label b. */
export function pairsTwin(labels: Uint8Array, [nz, ny, nx]: Shape, a: number, b: number, [lz, ly, lx]: readonly number[]): number {
  let count = 0;
  for (let z = Math.max(0, -lz); z < Math.min(nz, nz - lz); z++) {
    for (let y = Math.max(0, -ly); y < Math.min(ny, ny - ly); y++) {
      for (let x = Math.max(0, -lx); x < Math.min(nx, nx - lx); x++) {
        if (labels[(z * ny + y) * nx + x] === a && labels[((z + lz) * ny + y + ly) * nx + x + lx] === b) count++;
      }
    }
  }
  return count;
}
