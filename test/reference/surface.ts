// Slow twin of the 13-direction surface estimator: counts the pairs of voxels that a phase boundary separates.
import { DIRECTIONS } from '../../src/core/directions.js';
import type { LabelVolume } from '../../src/core/volume.js';

/** 2 Σ_d w_d · (pairs with one end in the phase) / pairs / |d|, in 1/voxel. */
export function surfaceByDirections(volume: LabelVolume, phase: number): number {
  const [nz, ny, nx] = volume.shape;
  const { labels } = volume;
  let surface = 0;
  for (const { offset: [dz, dy, dx], length, weight } of DIRECTIONS) {
    let pairs = 0;
    let crossings = 0;
    for (let z = 0; z < nz - dz; z++) {
      for (let y = Math.max(0, -dy); y < Math.min(ny, ny - dy); y++) {
        for (let x = Math.max(0, -dx); x < Math.min(nx, nx - dx); x++) {
          const here = labels[(z * ny + y) * nx + x] === phase;
          const there = labels[((z + dz) * ny + y + dy) * nx + x + dx] === phase;
          pairs++;
          if (here !== there) crossings++;
        }
      }
    }
    surface += (2 * weight * crossings) / pairs / length;
  }
  return surface;
}
