// Brute-force twins of the two-point, chord and lineal-path counts: voxel by voxel, lag by lag.
import type { Shape } from '../../src/core/grid.js';

/** Voxels of label a whose voxel at the lag (in voxels along z, y, x) lies in the window and has label b. */
export function pairsTwin(
  labels: Uint8Array, [nz, ny, nx]: Shape, a: number, b: number, [lz, ly, lx]: readonly number[],
): number {
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

/** Runs of a label on the lines along axis k (0, 1, 2 for z, y, x), as [length, whether it touches a face]. */
export function chordsTwin(labels: Uint8Array, shape: Shape, label: number, k: number): [number, boolean][] {
  const found: [number, boolean][] = [];
  const step = k === 0 ? shape[1] * shape[2] : k === 1 ? shape[2] : 1;
  for (let i = 0; i < labels.length; i++) {
    if (Math.floor(i / step) % shape[k] !== 0) continue;
    let from = -1;
    for (let p = 0; p <= shape[k]; p++) {
      const inside = p < shape[k] && labels[i + p * step] === label;
      if (inside && from < 0) from = p;
      if (!inside && from >= 0) {
        found.push([p - from, from === 0 || p === shape[k]]);
        from = -1;
      }
    }
  }
  return found;
}

/** Segments of h + 1 voxels along axis k that lie wholly in a label. */
export function segmentsTwin(labels: Uint8Array, shape: Shape, label: number, k: number, h: number): number {
  const step = k === 0 ? shape[1] * shape[2] : k === 1 ? shape[2] : 1;
  let count = 0;
  for (let i = 0; i < labels.length; i++) {
    if ((Math.floor(i / step) % shape[k]) + h >= shape[k]) continue;
    let inside = true;
    for (let p = 0; p <= h && inside; p++) inside = labels[i + p * step] === label;
    if (inside) count++;
  }
  return count;
}
