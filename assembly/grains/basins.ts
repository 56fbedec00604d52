// Basins of a distance map: each voxel of a phase climbs to the deepest of its neighbours, again and again, to a voxel
// that has no deeper one. Voxels are ordered by depth, of equal ones that with the lower index is deeper, so there are
// no plateaus: this is what a flood in that order gives (Meyer 1994), without its queue, and on all threads.
//
//   basins[v] while voxels climb: 1 + the index of a deeper voxel, or of v itself at a peak; 0 where no phase is
//   after `numberBasins`: SETTLED | number of the basin, from 0 in raster order of the peaks
import { barrier, enter, leave, poll, slabStart } from '../core/control';

/** Marks the number of a basin among indices of voxels; leaves 31 bits for both. */
export const SETTLED: u32 = 0x80000000;

/** All ones in the lanes x + k that lie in the row. */
// @ts-ignore: decorator
@inline
function lanesWithin(x: i32, nx: i32): v128 {
  return i32x4.lt_u(i32x4.add(i32x4.splat(x), i32x4(0, 1, 2, 3)), i32x4.splat(nx));
}

/** Steps of four voxels at x of a row to the deepest of their neighbours, 0 where that is the voxel itself.
 *  at: their depths; rows outside the window are left out, lanes outside it have depth 0 */
// @ts-ignore: decorator
@inline
function stepsUp(
  at: usize, z: i32, y: i32, x: i32, nz: i32, ny: i32, nx: i32, stride: i32, straight: bool,
): v128 {
  const inner = lanesWithin(x, nx);
  const left = lanesWithin(x - 1, nx);
  const right = lanesWithin(x + 1, nx);
  let best = f32x4.splat(-1);
  let step = i32x4.splat(0);
  // In raster order: of equal neighbours the first stays.
  for (let dz = -1; dz <= 1; dz++) {
    if (<u32>(z + dz) >= <u32>nz) continue;
    for (let dy = -1; dy <= 1; dy++) {
      if (<u32>(y + dy) >= <u32>ny || (straight && (dz & dy) != 0)) continue;
      const rows = dz * ny + dy;
      const row = at + (<usize><isize>(rows * stride) << 2);
      const own = rows * nx;
      const wide = !straight || (dz | dy) == 0;
      if (wide) {
        const before = v128.and(v128.load(row - 4), left);
        step = v128.bitselect(i32x4.splat(own - 1), step, f32x4.gt(before, best));
        best = f32x4.pmax(best, before);
      }
      const here = v128.and(v128.load(row), inner);
      step = v128.bitselect(i32x4.splat(own), step, f32x4.gt(here, best));
      best = f32x4.pmax(best, here);
      if (wide) {
        const after = v128.and(v128.load(row, 4), right);
        step = v128.bitselect(i32x4.splat(own + 1), step, f32x4.gt(after, best));
        best = f32x4.pmax(best, after);
      }
    }
  }
  return step;
}

/** What stands at a voxel, which is named as in `basins`, from 1. */
// @ts-ignore: decorator
@inline
function wordOf(basins: usize, voxel: u32): u32 { return load<u32>(basins + (<usize>(voxel - 1) << 2)); }

/** Every voxel of the phase finds the peak that it climbs to: basins[v] = 1 + index of that peak.
 *  basins: u32[nz·ny·nx]; depths: f32, rows of `stride`, > 0 in the phase and 0 outside; peaks: u32[threads], how many
 *  each thread found. neighbourhood: 6 or 26. Fewer than 2³¹ voxels. Work counted: twice the voxels. */
export function climbBasins(
  thread: i32, threads: i32, basins: usize, peaks: usize, depths: usize, nz: i32, ny: i32, nx: i32, stride: i32,
  neighbourhood: i32,
): i32 {
  enter();
  const straight = neighbourhood == 6;
  const first = slabStart(thread, threads, nz * ny);
  const end = slabStart(thread + 1, threads, nz * ny);
  let found: u32 = 0;
  for (let row = first; row < end; row++) {
    const z = row / ny;
    const y = row - z * ny;
    const from = depths + ((<usize>row * <usize>stride) << 2);
    const to = basins + ((<usize>row * <usize>nx) << 2);
    const index = i32x4.add(i32x4.splat(1 + row * nx), i32x4(0, 1, 2, 3));
    for (let x = 0; x < nx; x += 4) {
      const at = from + (<usize>x << 2);
      const inside = v128.and(f32x4.gt(v128.load(at), f32x4.splat(0)), lanesWithin(x, nx));
      let target = i32x4.splat(0);
      if (v128.any_true(inside)) {
        const step = stepsUp(at, z, y, x, nz, ny, nx, stride, straight);
        found += popcnt<u32>(i32x4.bitmask(v128.and(inside, i32x4.eq(step, i32x4.splat(0)))));
        target = v128.and(i32x4.add(i32x4.add(index, i32x4.splat(x)), step), inside);
      }
      const out = to + (<usize>x << 2);
      if (x + 4 <= nx) {
        v128.store(out, target);
      } else {
        // The next row may be another thread's.
        const rest = nx - x;
        store<u32>(out, i32x4.extract_lane(target, 0));
        if (rest > 1) store<u32>(out, i32x4.extract_lane(target, 1), 4);
        if (rest > 2) store<u32>(out, i32x4.extract_lane(target, 2), 8);
      }
    }
    if (poll(thread, nx)) break;
  }
  store<u32>(peaks + (<usize>thread << 2), found);
  const status = barrier(thread, threads);
  if (status) return status;
  // Another thread may shorten the paths that are followed here: every value seen lies higher on the same path.
  for (let row = first; row < end; row++) {
    for (let v = 1 + <u32>row * <u32>nx, last = v + <u32>nx; v < last; v++) {
      const up = wordOf(basins, v);
      if (up == 0 || up == v) continue;
      let peak = up;
      let above = wordOf(basins, peak);
      while (above != peak) {
        peak = above;
        above = wordOf(basins, peak);
      }
      let at = v;
      let next = up;
      while (next != peak) {
        store<u32>(basins + (<usize>(at - 1) << 2), peak);
        at = next;
        next = wordOf(basins, at);
      }
    }
    if (poll(thread, nx)) break;
  }
  const climbed = barrier(thread, threads);
  return climbed ? climbed : leave();
}

/** Numbers the basins in raster order of their peaks and gives each voxel SETTLED | number of its basin.
 *  holders: u32[basins], each its own; heights: f32[basins], squared depth of the peak. basins, peaks: of
 *  `climbBasins`. Work counted: twice the voxels. */
export function numberBasins(
  thread: i32, threads: i32, basins: usize, peaks: usize, holders: usize, heights: usize, depths: usize, rows: i32,
  nx: i32, stride: i32,
): i32 {
  enter();
  const first = slabStart(thread, threads, rows);
  const end = slabStart(thread + 1, threads, rows);
  let number: u32 = 0;
  for (let t = 0; t < thread; t++) number += load<u32>(peaks + (<usize>t << 2));
  for (let row = first; row < end; row++) {
    for (let x = 0; x < nx; x++) {
      const v = <u32>(row * nx + x);
      const at = basins + (<usize>v << 2);
      if (load<u32>(at) != v + 1) continue;
      store<u32>(holders + (<usize>number << 2), number);
      store<f32>(heights + (<usize>number << 2), load<f32>(depths + ((<usize>row * <usize>stride + <usize>x) << 2)));
      store<u32>(at, SETTLED | number);
      number++;
    }
    if (poll(thread, nx)) break;
  }
  const status = barrier(thread, threads);
  if (status) return status;
  for (let row = first; row < end; row++) {
    const at = basins + ((<usize>row * <usize>nx) << 2);
    for (let x: usize = 0; x < <usize>nx << 2; x += 4) {
      const peak = load<u32>(at + x);
      if (peak != 0 && !(peak & SETTLED)) store<u32>(at + x, wordOf(basins, peak));
    }
    if (poll(thread, nx)) break;
  }
  const numbered = barrier(thread, threads);
  return numbered ? numbered : leave();
}
