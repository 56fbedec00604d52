// Grains by looking at every voxel and every pair of neighbours.
import { metricDirections } from '../../src/kernels/direction-weights.js';
import { DIRECTIONS } from '../../src/core/directions.js';
import type { Shape, VoxelSize } from '../../src/core/grid.js';

export interface GrainTwin {
  voxels: number;
  sums: [number, number, number];
  low: [number, number, number];
  high: [number, number, number];
}

/** Area of every unordered pair of names inside the window, by "a b", sorted. */
export function pairAreasTwin(names: readonly string[], [nz, ny, nx]: Shape, size: VoxelSize): Map<string, number> {
  const areas = new Map<string, number>();
  const volume = (size ?? [1, 1, 1]).reduce((a, b) => a * b);
  const metric = metricDirections(size);
  names.forEach((name, i) => {
    const [z, y, x] = [Math.floor(i / (ny * nx)), Math.floor(i / nx) % ny, i % nx];
    DIRECTIONS.forEach(({ offset }, d) => {
      const [c, b, a] = [z + offset[0], y + offset[1], x + offset[2]];
      if (c < 0 || b < 0 || a < 0 || c >= nz || b >= ny || a >= nx) return;
      const other = names[(c * ny + b) * nx + a];
      if (other === name) return;
      const pair = [name, other].sort().join(' ');
      areas.set(pair, (areas.get(pair) ?? 0) + (2 * metric[d].weight * volume) / metric[d].length);
    });
  });
  return areas;
}

export function grainsTwin(numbers: ArrayLike<number>, count: number, [, ny, nx]: Shape): GrainTwin[] {
  const grains = Array.from({ length: count }, (): GrainTwin => (
    { voxels: 0, sums: [0, 0, 0], low: [Infinity, Infinity, Infinity], high: [-1, -1, -1] }));
  Array.from(numbers).forEach((n, i) => {
    if (n === 0) return;
    const grain = grains[n - 1];
    grain.voxels++;
    [Math.floor(i / (ny * nx)), Math.floor(i / nx) % ny, i % nx].forEach((at, axis) => {
      grain.sums[axis] += at;
      grain.low[axis] = Math.min(grain.low[axis], at);
      grain.high[axis] = Math.max(grain.high[axis], at);
    });
  });
  return grains;
}
