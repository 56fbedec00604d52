// Where basins meet: at voxels that touch a deeper voxel of another basin. A flood from the deepest voxel outwards
// joins basins nowhere else, and of each pair of basins only the deepest such voxel counts, their saddle. So the image
// is walked in raster order, where neighbours lie in the caches, and what is sorted is little more than a saddle a
// pair.
//
// A thread remembers pairs in a small table and lists a meeting only where it is deeper than what it remembers of that
// pair. What the table forgets is listed again, and does no harm; the saddle of a pair, which is deeper than all that
// lie before it, is listed always, on any number of threads.
import { barrier, enter, leave, poll, slabStart, tick } from '../core/control';
import { Optional } from '../core/kinds';
import { MEETING_SLOTS, SORT_DIGIT } from '../layout';
import { SETTLED } from './basins';

const DIGITS: u32 = 1 << SORT_DIGIT;
const POLL_ENTRIES: u32 = 1 << 16;

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
  /** u32[threads]: meetings of each thread; counted without `entries`, else read. */
  counts: usize;
  /** u64[meetings]: its place in `pairs` | a key that falls with its depth << 32; absent: they are counted only, and
   *  the depths of voxels that list one get a minus. */
  entries: Optional;
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
  const nz = run.nz, ny = run.ny, nx = run.nx, stride = run.stride, entries = run.entries;
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
        if (entries) {
          const place = next + found;
          // Floats above 0 are ordered as their bits are.
          store<u64>(entries + (<usize>place << 3), (<u64>~bits << 32) | <u64>place);
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
  const nz = run.nz, ny = run.ny, nx = run.nx, stride = run.stride, entries = run.entries;
  const straight = run.neighbourhood == 6;
  const slots = run.remembered + ((<usize>thread * MEETING_SLOTS) << 4);
  memory.fill(slots, 0xff, <usize>MEETING_SLOTS << 4);
  const end = slabStart(thread + 1, threads, nz * ny);
  let next: u32 = 0;
  if (entries) for (let t = 0; t < thread; t++) next += load<u32>(run.counts + (<usize>t << 2));
  for (let row = slabStart(thread, threads, nz * ny); row < end; row++) {
    const z = row / ny;
    const y = row - z * ny;
    const words = run.basins + ((<usize>row * <usize>nx) << 2);
    const depths = run.depths + ((<usize>row * <usize>stride) << 2);
    for (let x = 0; x < nx; x += 4) {
      let lanes: i32;
      if (entries) {
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
  if (!entries) store<u32>(run.counts + (<usize>thread << 2), next);
  const status = barrier(thread, threads);
  return status ? status : leave();
}

/** Stable counting sort by one digit. @returns false where all entries have the same one, and nothing was done */
function sortBy(to: usize, from: usize, digits: usize, count: u32, shift: u32): bool {
  memory.fill(digits, 0, <usize>DIGITS << 2);
  for (let i: u32 = 0; i < count; i++) {
    if ((i & (POLL_ENTRIES - 1)) == 0 && tick(0, 0)) return false;
    const at = digits + (<usize>(load<u64>(from + (<usize>i << 3)) >> <u64>shift & <u64>(DIGITS - 1)) << 2);
    store<u32>(at, load<u32>(at) + 1);
  }
  let start: u32 = 0;
  for (let digit: usize = 0; digit < <usize>DIGITS; digit++) {
    const own = load<u32>(digits + (digit << 2));
    if (own == count) return false;
    store<u32>(digits + (digit << 2), start);
    start += own;
  }
  for (let i: u32 = 0; i < count; i++) {
    if ((i & (POLL_ENTRIES - 1)) == 0 && tick(0, 0)) return false;
    const entry = load<u64>(from + (<usize>i << 3));
    const at = digits + (<usize>(entry >> <u64>shift & <u64>(DIGITS - 1)) << 2);
    const place = load<u32>(at);
    store<u32>(at, place + 1);
    store<u64>(to + (<usize>place << 3), entry);
  }
  return true;
}

/** Sorts meetings, deepest first, of equal ones those first that were listed first. entries, spare: u64[count]; the
 *  result is in `entries`. digits: u32[1 << SORT_DIGIT]. On one thread while the others wait. */
export function sortMeetings(
  thread: i32, threads: i32, entries: usize, spare: usize, digits: usize, count: u32,
): i32 {
  enter();
  if (thread == 0) {
    let from = entries;
    let to = spare;
    for (let shift: u32 = 32; shift < 64; shift += SORT_DIGIT) {
      if (!sortBy(to, from, digits, count, shift)) continue;
      const other = from;
      from = to;
      to = other;
    }
    if (from != entries) memory.copy(entries, from, <usize>count << 3);
  }
  const status = barrier(thread, threads);
  return status ? status : leave();
}
