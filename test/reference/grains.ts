// A flood voxel by voxel: all voxels of the phase in a list, deepest first; each joins the basin of its deepest
// neighbour that is under water already, or begins one; where it touches several basins, they meet.
import type { Shape, VoxelSize } from '../../src/core/grid.js';

export interface FloodRule {
  readonly dynamics: number;
  readonly ratio: number;
  readonly neighbourhood: 6 | 26;
}

/** Voxels around voxel i, in raster order. */
export function neighboursOf(i: number, [nz, ny, nx]: Shape, neighbourhood: 6 | 26): number[] {
  const [z, y, x] = [Math.floor(i / (ny * nx)), Math.floor(i / nx) % ny, i % nx];
  const found: number[] = [];
  for (let c = z - 1; c <= z + 1; c++) for (let b = y - 1; b <= y + 1; b++) for (let a = x - 1; a <= x + 1; a++) {
    const steps = Math.abs(c - z) + Math.abs(b - y) + Math.abs(a - x);
    if (steps === 0 || (neighbourhood === 6 && steps > 1)) continue;
    if (c >= 0 && b >= 0 && a >= 0 && c < nz && b < ny && a < nx) found.push((c * ny + b) * nx + a);
  }
  return found;
}

/** Squared distances in shortest edges as f32 sums, every voxel against every voxel outside. */
export function squaredDepths(inside: ArrayLike<boolean>, [nz, ny, nx]: Shape, size: VoxelSize): Float32Array {
  const edges = size ?? [1, 1, 1];
  const unit = Math.min(...edges);
  const [wz, wy, wx] = edges.map((h) => Math.fround((h / unit) ** 2));
  const places = Array.from(
    { length: nz * ny * nx }, (_, i) => [Math.floor(i / (ny * nx)), Math.floor(i / nx) % ny, i % nx],
  );
  const outside = places.filter((_, i) => !inside[i]);
  return Float32Array.from(places, ([z, y, x], i) => {
    let least = inside[i] ? 3.0e38 : 0;
    if (inside[i]) for (const [c, b, a] of outside) {
      const along = Math.fround(Math.fround(wz * (c - z) ** 2) + Math.fround(wy * (b - y) ** 2));
      least = Math.min(least, Math.fround(along + Math.fround(wx * (a - x) ** 2)));
    }
    return least;
  });
}

/** Grain of every voxel, numbered in raster order of the first voxels; how many basins there were. */
export function floodTwin(
  depths: Float32Array, shape: Shape, { dynamics, ratio, neighbourhood }: FloodRule,
): { numbers: number[]; count: number; basins: number } {
  const order = [...depths.keys()].filter((i) => depths[i] > 0).sort((a, b) => depths[b] - depths[a] || a - b);
  const basin = new Map<number, number>();
  const holder: number[] = [];
  const peaks: number[] = [];
  const find = (b: number): number => (holder[b] === b ? b : find(holder[b]));
  for (const i of order) {
    const wet = neighboursOf(i, shape, neighbourhood).filter((k) => basin.has(k));
    if (wet.length === 0) {
      basin.set(i, holder.length);
      holder.push(holder.length);
      peaks.push(i);
      continue;
    }
    const deepest = wet.reduce((best, k) => (depths[k] > depths[best] ? k : best));
    basin.set(i, basin.get(deepest)!);
    const saddle = Math.sqrt(depths[i]);
    for (const k of wet) {
      const [own, other] = [find(basin.get(i)!), find(basin.get(k)!)];
      if (own === other) continue;
      const peak = Math.sqrt(Math.min(depths[peaks[own]], depths[peaks[other]]));
      if (peak - saddle >= dynamics && saddle <= ratio * peak) continue;
      // Basins begin in the order of the flood, but for equal depths, whose lower index is deeper.
      const stays = order.indexOf(peaks[own]) < order.indexOf(peaks[other]) ? own : other;
      holder[stays === own ? other : own] = stays;
    }
  }
  const names = new Map<number, number>();
  const numbers = Array.from(depths, (_, i) => {
    const b = basin.get(i);
    if (b === undefined) return 0;
    const root = find(b);
    if (!names.has(root)) names.set(root, names.size + 1);
    return names.get(root)!;
  });
  return { numbers, count: names.size, basins: peaks.length };
}
