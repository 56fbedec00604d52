// Where basins meet: at voxels that touch a deeper voxel of another basin. A flood from the deepest voxel outwards
// joins basins nowhere else, and of each pair of basins only the deepest such voxel counts, their saddle. So the image
// is walked in raster order, where neighbours lie in the caches, and what is sorted is little more than a saddle a
// pair.
//
// A thread remembers pairs in a small table and lists a meeting only where it is deeper than what it remembers of that
// pair. What the table forgets is listed again, and does no harm; the saddle of a pair, which is deeper than all that
// lie before it, is listed always, on any number of threads.
import { barrier, enter, leave, poll, slabStart } from '../core/control';
import { Optional } from '../core/kinds';
import { MEETING_SLOTS } from '../layout';
import { SETTLED } from './basins';

/** Whether four voxels at `at` touch another basin, or may do so: what lies beyond the ends of rows counts, too. */
// @ts-ignore: decorator
@inline
function mayTouch(at: usize, own: v128, z: i32, y: i32, nz: i32, ny: i32, nx: i32, straight: bool): v128 {
  // Words of basins are below 0 as signed numbers, and that of no phase is 0: it changes neither.
  let low = own;
  let high = own;
  for (let dz = -1; dz <= 1; dz++) {
    if (<u32>(z + dz) >= <u32>nz) continue;
    for (let dy = -1; dy <= 1; dy++) {
      if (<u32>(y + dy) >= <u32>ny || (straight && (dz & dy) != 0)) continue;
      const row = at + (<usize><isize>((dz * ny + dy) * nx) << 2);
      const here = v128.load(row);
      low = i32x4.min_s(low, here);
      high = i32x4.max_u(high, here);
      if (straight && (dz | dy) != 0) continue;
      const before = v128.load(row - 4);
      const after = v128.load(row, 4);
      low = i32x4.min_s(i32x4.min_s(low, before), after);
      high = i32x4.max_u(i32x4.max_u(high, before), after);
    }
  }
  return v128.and(i32x4.ne(low, high), i32x4.ne(own, i32x4.splat(0)));
}

/** What `listMeetings` takes. */
@unmanaged
export class Meetings {
  /** u64[threads][MEETING_SLOTS][2]: what each thread remembers, a pair and the bits of its depth. */
  remembered: usize;
  /** u32[threads]: meetings of each thread; counted without `order`, else read. */
  counts: usize;
  /** u32[meetings]: their places in `pairs`; absent: they are counted only, and the depths of voxels that list one get
   *  a minus. */
  order: Optional;
  /** u32[meetings]: keys that fall with their depths; absent as well, as below. */
  keys: Optional;
  /** u64[meetings]: a basin | another one << 32. */
  pairs: Optional;
  /** u32[nz·ny·nx], of `numberBasins`. */
  basins: usize;
  /** f32, rows of `stride`; listing takes the minus away again. */
  depths: usize;
  nz: i32;
  ny: i32;
  nx: i32;
  stride: i32;
  neighbourhood: i32;
}

/** Counts or lists the meetings at a voxel, from number `next` on. @returns how many */
function meetingsAt(run: Meetings, slots: usize, z: i32, y: i32, x: i32, next: u32): u32 {
  const nz = run.nz, ny = run.ny, nx = run.nx, stride = run.stride, order = run.order;
  const basins = run.basins, depths = run.depths;
  const straight = run.neighbourhood == 6;
  const row = z * ny + y;
  const own = load<u32>(basins + (<usize>(row * nx + x) << 2));
  const depth = abs<f32>(load<f32>(depths + ((<usize>row * <usize>stride + <usize>x) << 2)));
  const bits = reinterpret<u32>(depth);
  let found: u32 = 0;
  for (let dz = z > 0 ? -1 : 0; dz <= 1 && z + dz < nz; dz++) {
    for (let dy = y > 0 ? -1 : 0; dy <= 1 && y + dy < ny; dy++) {
      const line = row + dz * ny + dy;
      for (let dx = x > 0 ? -1 : 0; dx <= 1 && x + dx < nx; dx++) {
        if (straight && abs(dz) + abs(dy) + abs(dx) > 1) continue;
        const other = load<u32>(basins + (<usize>(line * nx + x + dx) << 2));
        if (other == own || other == 0) continue;
        const there = abs<f32>(load<f32>(depths + ((<usize>line * <usize>stride + <usize>(x + dx)) << 2)));
        // Of equal depths that with the lower index is deeper.
        const earlier = dz < 0 || (dz == 0 && (dy < 0 || (dy == 0 && dx < 0)));
        if (earlier ? there < depth : there <= depth) continue;
        const pair = (<u64>(max(own, other) & ~SETTLED) << 32) | <u64>(min(own, other) & ~SETTLED);
        const hash = <u32>(pair >> 32) * 0x9e3779b1 + <u32>pair * 0x85ebca6b;
        const slot = slots + (<usize>((hash >> 12) & (MEETING_SLOTS - 1)) << 4);
        if (load<u64>(slot) == pair && load<u32>(slot, 8) >= bits) continue;
        store<u64>(slot, pair);
        store<u32>(slot, bits, 8);
        if (order) {
          const place = next + found;
          store<u32>(order + (<usize>place << 2), place);
          // Floats above 0 are ordered as their bits are.
          store<u32>(run.keys + (<usize>place << 2), ~bits);
          store<u64>(run.pairs + (<usize>place << 3), pair);
        }
        found++;
      }
    }
  }
  return found;
}

/** Counts the meetings of basins, and called again lists them in raster order. Work counted: the voxels. */
export function listMeetings(thread: i32, threads: i32, run: Meetings): i32 {
  enter();
  const nz = run.nz, ny = run.ny, nx = run.nx, stride = run.stride, order = run.order;
  const straight = run.neighbourhood == 6;
  const slots = run.remembered + ((<usize>thread * MEETING_SLOTS) << 4);
  memory.fill(slots, 0xff, <usize>MEETING_SLOTS << 4);
  const end = slabStart(thread + 1, threads, nz * ny);
  let next: u32 = 0;
  if (order) for (let t = 0; t < thread; t++) next += load<u32>(run.counts + (<usize>t << 2));
  for (let row = slabStart(thread, threads, nz * ny); row < end; row++) {
    const z = row / ny;
    const y = row - z * ny;
    const words = run.basins + ((<usize>row * <usize>nx) << 2);
    const depths = run.depths + ((<usize>row * <usize>stride) << 2);
    for (let x = 0; x < nx; x += 4) {
      let lanes: i32;
      if (order) {
        lanes = i32x4.bitmask(v128.load(depths + (<usize>x << 2)));
      } else {
        const at = words + (<usize>x << 2);
        const own = v128.load(at);
        lanes = v128.any_true(own) ? i32x4.bitmask(mayTouch(at, own, z, y, nz, ny, nx, straight)) : 0;
      }
      if (x + 4 > nx) lanes &= (1 << (nx - x)) - 1;
      while (lanes != 0) {
        const own = x + ctz(lanes);
        lanes &= lanes - 1;
        const found = meetingsAt(run, slots, z, y, own, next);
        if (found == 0) continue;
        next += found;
        const depth = depths + (<usize>own << 2);
        store<f32>(depth, -load<f32>(depth));
      }
    }
    if (poll(thread, nx)) break;
  }
  if (!order) store<u32>(run.counts + (<usize>thread << 2), next);
  const status = barrier(thread, threads);
  return status ? status : leave();
}
