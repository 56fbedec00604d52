// Slow twins: distances and local thickness by trying every pair of voxels, in the f32 sums of
// assembly/morphology/metric.ts.
import type { Axis, Face, Shape, VoxelSize } from '../../src/core/grid.js';
import { reachTwin } from './reach.js';

type Voxel = readonly [number, number, number];

export function voxelsOf([nz, ny, nx]: Shape): Voxel[] {
  return Array.from(
    { length: nz * ny * nx }, (_, i): Voxel => [Math.floor(i / (ny * nx)), Math.floor(i / nx) % ny, i % nx],
  );
}

/** fl(fl(wz·dz² + wy·dy²) + wx·dx²), edges over the shortest one. */
export function squaredSum(a: Voxel, b: Voxel, size: VoxelSize): number {
  const h = size ?? [1, 1, 1];
  const unit = Math.min(...h);
  const part = (k: number): number => Math.fround(Math.fround((h[k] / unit) ** 2) * Math.fround((a[k] - b[k]) ** 2));
  return Math.fround(Math.fround(part(0) + part(1)) + part(2));
}

/** Squared distance to the nearest source, Infinity without one; `closed`: the layers beyond the window are sources. */
export function squaredTwin(shape: Shape, source: readonly boolean[], size: VoxelSize, closed = false): number[] {
  const voxels = voxelsOf(shape);
  const sources = voxels.filter((_, i) => source[i]);
  return voxels.map((a) => {
    let best = Infinity;
    for (const b of sources) best = Math.min(best, squaredSum(a, b, size));
    if (closed) {
      for (let k = 0; k < 3; k++) {
        for (const beyond of [-1, shape[k]]) {
          best = Math.min(best, squaredSum(a, a.map((v, j) => (j === k ? beyond : v)) as unknown as Voxel, size));
        }
      }
    }
    return best;
  });
}

/** T² of the voxels inside: the largest d²(c) with |v − c|² < d²(c). 0 outside. */
export function thicknessTwin(shape: Shape, inside: readonly boolean[], size: VoxelSize): number[] {
  const voxels = voxelsOf(shape);
  const squared = squaredTwin(shape, inside.map((v) => !v), size);
  const result = voxels.map(() => 0);
  voxels.forEach((c, i) => {
    if (!inside[i]) return;
    voxels.forEach((v, j) => {
      if (squared[i] > result[j] && squaredSum(v, c, size) < squared[i]) result[j] = squared[i];
    });
  });
  return result;
}

/** r_min², r_max² in units of the shortest edge by the bisection of decisions/0021 on brute-force openings, and the
 *  voxels that one opening covers. */
export function stretchedConstrictivityTwin(
  inside: readonly boolean[], shape: Shape, inlet: { axis: Axis; from: Face }, size: VoxelSize,
): { bottleneck: number; bulge: number; covered(squaredRadius: number, connected: boolean): number } {
  const voxels = voxelsOf(shape);
  const squared = squaredTwin(shape, inside.map((v) => !v), size);
  const values = [...new Set(squared.filter((d) => d > 0))].sort((a, b) => a - b);
  const covered = (wanted: number, connected: boolean): number => {
    // The nearest distance that occurs: what `wanted` was rounded from.
    const limit = values.find((value) => value >= wanted * (1 - 1e-6)) ?? Infinity;
    let centre: ArrayLike<boolean> = squared.map((d) => d >= limit);
    if (connected) centre = Array.from(reachTwin(centre, shape, inlet.axis, inlet.from, 26), (m) => m === 1);
    const centres = voxels.filter((_, i) => centre[i]);
    return voxels.filter((v) => centres.some((c) => squaredSum(v, c, size) < limit)).length;
  };
  const search = (above: number, connected: boolean): number => {
    let [low, high] = [-1, above];
    while (high > low + 1) {
      const middle = (low + high) >> 1;
      if (2 * covered(values[middle], connected) >= inside.filter(Boolean).length) low = middle;
      else high = middle;
    }
    return low;
  };
  const bulge = search(values.length, false);
  const bottleneck = search(bulge + 1, true);
  return { bottleneck: bottleneck < 0 ? 0 : values[bottleneck], bulge: values[bulge], covered };
}
