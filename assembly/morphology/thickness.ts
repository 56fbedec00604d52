// Local thickness: for each voxel of a phase the largest ball inside the phase that covers it,
//
//   T²(v) = max { d²(c) : |v − c|² < d²(c) },   d the distance of decisions/0021, squares as f32 sums of metric.ts.
//
// That is the largest radius whose opening covers v, so all openings at once. Balls are painted row by row. A centre
// whose ball lies in the ball of a neighbour is left out, which leaves the ridges of d: for unit voxels by a table of
// exact inclusions (as in the medial axis of Rémy & Thiel 2002, Pattern Recognit. Lett. 23:649), else by √d²(n) >
// √d²(c) + |n − c| with a margin for rounding. Each thread paints its own slab from all centres that reach it, so
// nothing is shared.
import { barrier, enter, leave, slabStart, tick } from '../core/control';
import { Optional } from '../core/kinds';

/** Relative slack of the inclusion test on rounded squares. */
const MARGIN: f64 = 1.000001;

/** Whether the ball of voxel (z, y, x) lies in that of one of its 26 neighbours. */
// @ts-ignore: decorator
@inline
function redundant(
  at: usize, d: f32, z: i32, y: i32, x: i32, nz: i32, ny: i32, nx: i32, row: usize, plane: usize,
  table: Optional, size: i32, wz: f32, wy: f32, wx: f32,
): bool {
  const dzFrom = z > 0 ? -1 : 0;
  const dzTo = z + 1 < nz ? 1 : 0;
  const dyFrom = y > 0 ? -1 : 0;
  const dyTo = y + 1 < ny ? 1 : 0;
  for (let dz = dzFrom; dz <= dzTo; dz++) {
    for (let dy = dyFrom; dy <= dyTo; dy++) {
      const line = at + <usize>(<isize>dz * <isize>plane + <isize>dy * <isize>row);
      const steps = i32(dz != 0) + i32(dy != 0);
      for (let dx = x > 0 ? -1 : 0; dx <= (x + 1 < nx ? 1 : 0); dx++) {
        const kinds = steps + i32(dx != 0);
        if (kinds == 0) continue;
        const other = load<f32>(line + <usize>(<isize>dx << 2));
        if (other <= d) continue;
        if (table) {
          if (other >= load<f32>(table + ((<usize>(kinds - 1) * <usize>size + <usize>d) << 2))) return true;
        } else {
          const step = Math.sqrt(<f64>(dz != 0 ? wz : 0) + <f64>(dy != 0 ? wy : 0) + <f64>(dx != 0 ? wx : 0));
          if (Math.sqrt(<f64>other) > (Math.sqrt(<f64>d) + step) * MARGIN) return true;
        }
      }
    }
  }
  return false;
}

/** largest[x0 … x1] of a row at least `value`; floats that are not negative order like integers. */
// @ts-ignore: decorator
@inline
function raise(row: usize, x0: i32, x1: i32, value: v128): void {
  let at = row + (<usize>x0 << 2);
  let count = x1 - x0 + 1;
  while (count >= 4) {
    v128.store(at, i32x4.max_s(v128.load(at), value));
    at += 16;
    count -= 4;
  }
  const scalar = i32x4.extract_lane(value, 0);
  while (count > 0) {
    store<i32>(at, max(load<i32>(at), scalar));
    at += 4;
    count--;
  }
}

/** thickness[v] = T²(v), 0 outside. thickness, squared: f32[nz·ny·stride], disjoint; squared is 0 outside the phase and
 *  finite inside. reach: whole voxels along z that the largest ball covers at most. table: f32[3][size], squared
 *  distance from which the ball of a face, edge or corner neighbour holds the ball of squared radius i; 0: no table.
 *  wz, wy, wx: squared edges. */
export function localThickness(
  thread: i32, threads: i32, thickness: usize, squared: usize, nz: i32, ny: i32, nx: i32, stride: i32, reach: i32,
  table: Optional, size: i32, wz: f32, wy: f32, wx: f32,
): i32 {
  enter();
  const row = <usize>stride << 2;
  const plane = <usize>ny * row;
  const first = slabStart(thread, threads, nz);
  const last = slabStart(thread + 1, threads, nz);
  memory.fill(thickness + <usize>first * plane, 0, <usize>(last - first) * plane);
  let stopped: bool = false;
  const from = max(0, first - reach);
  const to = first == last ? from : min(nz, last + reach);
  for (let z = from; z < to && !stopped; z++) {
    for (let y = 0; y < ny; y++) {
      const line = squared + <usize>z * plane + <usize>y * row;
      for (let x = 0; x < nx; x++) {
        const at = line + (<usize>x << 2);
        const d = load<f32>(at);
        if (d == 0) continue;
        if (redundant(at, d, z, y, x, nz, ny, nx, row, plane, table, size, wz, wy, wx)) continue;
        const value = f32x4.splat(d);
        let widest = <i32>sqrt<f32>(d / wx) + 2;
        for (let dz = 0; ; dz++) {
          const sz = wz * <f32>(dz * dz);
          if (sz >= d) break;
          const up = z + dz;
          const down = z - dz;
          const useUp = up >= first && up < last;
          const useDown = dz > 0 && down >= first && down < last;
          if (up >= last && down < first) break;
          let w = widest;
          for (let dy = 0; ; dy++) {
            const s = sz + wy * <f32>(dy * dy);
            if (s >= d) break;
            while (s + wx * <f32>(w * w) >= d) w--;
            if (dy == 0) widest = w;
            const x0 = max(0, x - w);
            const x1 = min(nx - 1, x + w);
            const right = y + dy < ny;
            const left = dy > 0 && y - dy >= 0;
            if (dy > 0 && !right && !left) break;
            const across = <usize>dy * row;
            if (useUp) {
              const base = thickness + <usize>up * plane + <usize>y * row;
              if (right) raise(base + across, x0, x1, value);
              if (left) raise(base - across, x0, x1, value);
            }
            if (useDown) {
              const base = thickness + <usize>down * plane + <usize>y * row;
              if (right) raise(base + across, x0, x1, value);
              if (left) raise(base - across, x0, x1, value);
            }
          }
        }
      }
      // A voxel may be a ball of many: every row looks.
      if ((stopped = tick(thread, z >= first && z < last ? <usize>nx : 0))) break;
    }
  }
  const status = barrier(thread, threads);
  return status ? status : leave();
}

/** counts: u32[threads][65536], voxels by the upper 16 bits of their value (low: false), or by the lower ones among
 *  those with upper bits `upper` (low: true); zeros are left out. sums: f64[nz], sum of the square roots of each slice.
 *  values: f32[nz·ny·stride]. */
export function thicknessCounts(
  thread: i32, threads: i32, counts: usize, sums: usize, values: usize, nz: i32, ny: i32, nx: i32, stride: i32,
  low: bool, upper: u32,
): i32 {
  enter();
  const mine = counts + (<usize>thread << 18);
  memory.fill(mine, 0, 1 << 18);
  const end = slabStart(thread + 1, threads, nz);
  for (let z = slabStart(thread, threads, nz); z < end; z++) {
    let sum: f64 = 0;
    let stopped: bool = false;
    for (let y = 0; y < ny; y++) {
      const line = values + ((<usize>(z * ny + y) * <usize>stride) << 2);
      for (let x: usize = 0; x < <usize>nx; x++) {
        const bits = load<u32>(line + (x << 2));
        if (bits == 0) continue;
        let key = bits >>> 16;
        if (low) {
          if (key != upper) continue;
          key = bits & 0xffff;
        } else {
          sum += Math.sqrt(<f64>reinterpret<f32>(bits));
        }
        const at = mine + (<usize>key << 2);
        store<u32>(at, load<u32>(at) + 1);
      }
      stopped = tick(thread, nx);
      if (stopped) break;
    }
    if (!low) store<f64>(sums + (<usize>z << 3), sum);
    if (stopped) break;
  }
  return barrier(thread, threads);
}
