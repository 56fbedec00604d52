// Brute force: every voxel against every other.
import type { Shape } from '../../src/core/grid.js';

/** Squared distance of each voxel with inside = true to the nearest voxel centre with inside = false; Infinity when
 *  there is none. closed: the layer around the window is outside too. */
export function squaredDistanceTwin(inside: ArrayLike<boolean>, shape: Shape, closed = false): number[] {
  const [nz, ny, nx] = shape;
  const outside: [number, number, number][] = [];
  const pad = closed ? 1 : 0;
  for (let z = -pad; z < nz + pad; z++) {
    for (let y = -pad; y < ny + pad; y++) {
      for (let x = -pad; x < nx + pad; x++) {
        const within = z >= 0 && y >= 0 && x >= 0 && z < nz && y < ny && x < nx;
        if (!within || !inside[(z * ny + y) * nx + x]) outside.push([z, y, x]);
      }
    }
  }
  return Array.from({ length: nz * ny * nx }, (_, i) => {
    if (!inside[i]) return 0;
    const x = i % nx;
    const y = Math.floor(i / nx) % ny;
    const z = Math.floor(i / (nx * ny));
    let best = Infinity;
    for (const [c, b, a] of outside) best = Math.min(best, (c - z) ** 2 + (b - y) ** 2 + (a - x) ** 2);
    return best;
  });
}
