// Brute-force twins of the one-pass measures: voxel by voxel, pair by pair.
import { DIRECTIONS } from '../../src/core/directions.js';
import type { Shape } from '../../src/core/grid.js';

/** For each direction, voxel pairs inside the window whose labels are a and b in either order; b null: any label not in
 *  `phases`. */
export function transitionsTwin(
  labels: Uint8Array, [nz, ny, nx]: Shape, a: number, b: number | null, phases: readonly number[],
): number[] {
  const isA = (label: number): boolean => label === a;
  const isB = (label: number): boolean => (b === null ? !phases.includes(label) : label === b);
  return DIRECTIONS.map(({ offset: [dz, dy, dx] }) => {
    let count = 0;
    for (let z = 0; z < nz; z++) {
      for (let y = 0; y < ny; y++) {
        for (let x = 0; x < nx; x++) {
          const [c, r, q] = [z + dz, y + dy, x + dx];
          if (c < 0 || r < 0 || q < 0 || c >= nz || r >= ny || q >= nx) continue;
          const u = labels[(z * ny + y) * nx + x];
          const v = labels[(c * ny + r) * nx + q];
          if ((isA(u) && isB(v)) || (isB(u) && isA(v))) count++;
        }
      }
    }
    return count;
  });
}

/** Voxels of `phase` in each plane across z, y, x. */
export function planeCountsTwin(
  labels: Uint8Array, [nz, ny, nx]: Shape, phase: number,
): { z: Uint32Array; y: Uint32Array; x: Uint32Array } {
  const counts = { z: new Uint32Array(nz), y: new Uint32Array(ny), x: new Uint32Array(nx) };
  labels.forEach((label, i) => {
    if (label !== phase) return;
    counts.x[i % nx]++;
    counts.y[Math.floor(i / nx) % ny]++;
    counts.z[Math.floor(i / (nx * ny))]++;
  });
  return counts;
}
