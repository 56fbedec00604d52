// What grains hold and what they touch. All sums are whole numbers, which do not depend on the order of the threads.
//
//   ids[v]: number of the grain, 1 … grains, or grains + 1 + label where there is none
//   contacts: slots of a hash table, u64 pair (lower id << 32 | higher id, FREE when empty), u64 area in fixed point
import { barrier, enter, leave, poll, slabStart } from '../core/control';
import { CONTACT_DIRECTIONS, GRAIN_BYTES } from '../layout';

const FREE: u64 = 0xffffffffffffffff;

/** Raises a number that several threads raise. */
function raise(at: usize, value: u32): void {
  let old = atomic.load<u32>(at);
  while (old < value) {
    const found = atomic.cmpxchg<u32>(at, old, value);
    if (found == old) return;
    old = found;
  }
}

/** Adds up the grains, and gives voxels without one the id of their label.
 *  totals: GRAIN_BYTES per grain, zeroed before: u64 voxels, Σ z, Σ y, 2 Σ x, voxels of the label `connected`; then
 *  u32 beyond − z, beyond − y, beyond − x of the lowest voxels, and 1 + z, y, x of the highest ones.
 *  ids: u32[nz·ny·nx], numbers of grains, 0 for none. connected: a label, or −1. Work counted: the voxels. */
export function grainTotals(
  thread: i32, threads: i32, totals: usize, ids: usize, labels: usize, grains: u32, connected: i32, beyond: u32,
  nz: i32, ny: i32, nx: i32,
): i32 {
  enter();
  const end = slabStart(thread + 1, threads, nz * ny);
  for (let row = slabStart(thread, threads, nz * ny); row < end; row++) {
    const z = row / ny;
    const y = row - z * ny;
    const from = ids + ((<usize>row * <usize>nx) << 2);
    const own = labels + <usize>row * <usize>nx;
    let x = 0;
    while (x < nx) {
      const id = load<u32>(from + (<usize>x << 2));
      if (id == 0) {
        store<u32>(from + (<usize>x << 2), grains + 1 + <u32>load<u8>(own + <usize>x));
        x++;
        continue;
      }
      const start = x;
      let reached: u64 = 0;
      do {
        if (<i32>load<u8>(own + <usize>x) == connected) reached++;
        x++;
      } while (x < nx && load<u32>(from + (<usize>x << 2)) == id);
      const length = <u64>(x - start);
      const at = totals + <usize>(id - 1) * <usize>GRAIN_BYTES;
      atomic.add<u64>(at, length);
      atomic.add<u64>(at, <u64>z * length, 8);
      atomic.add<u64>(at, <u64>y * length, 16);
      atomic.add<u64>(at, <u64>(start + x - 1) * length, 24);
      if (reached) atomic.add<u64>(at, reached, 32);
      raise(at + 40, beyond - <u32>z);
      raise(at + 44, beyond - <u32>y);
      raise(at + 48, beyond - <u32>start);
      raise(at + 52, 1 + <u32>z);
      raise(at + 56, 1 + <u32>y);
      raise(at + 60, <u32>x);
    }
    if (poll(thread, nx)) break;
  }
  const status = barrier(thread, threads);
  return status ? status : leave();
}

/** Adds to the area of a pair; counts a new pair in `used`. */
function addArea(contacts: usize, mask: u32, used: usize, pair: u64, area: u64): void {
  let slot = (<u32>(pair >> 32) * 0x9e3779b1 + <u32>pair * 0x85ebca6b) >> 7 & mask;
  for (;;) {
    const at = contacts + (<usize>slot << 4);
    let found = atomic.load<u64>(at);
    if (found == FREE) {
      found = atomic.cmpxchg<u64>(at, FREE, pair);
      if (found == FREE) {
        atomic.add<u32>(used, 1);
        found = pair;
      }
    }
    if (found == pair) {
      atomic.add<u64>(at, area, 8);
      return;
    }
    slot = (slot + 1) & mask;
  }
}

/** Whether four voxels at `at` have a neighbour ahead with another id, or may have one: ends of rows count, too. */
// @ts-ignore: decorator
@inline
function mayDiffer(at: usize, z: i32, y: i32, nz: i32, ny: i32, nx: i32): v128 {
  const own = v128.load(at);
  let other = i32x4.ne(own, v128.load(at, 4));
  for (let dz = 0; dz <= 1; dz++) {
    if (z + dz >= nz) continue;
    for (let dy = dz == 0 ? 1 : -1; dy <= 1; dy++) {
      if (<u32>(y + dy) >= <u32>ny) continue;
      const row = at + (<usize><isize>((dz * ny + dy) * nx) << 2);
      const around = v128.or(
        v128.or(i32x4.ne(own, v128.load(row - 4)), i32x4.ne(own, v128.load(row))), i32x4.ne(own, v128.load(row, 4)),
      );
      other = v128.or(other, around);
    }
  }
  return other;
}

/** Areas of all pairs of ids of which one is a grain.
 *  contacts: 2·u64[slots], filled with 0xff before in the first word, 0 in the second; slots a power of two. used:
 *  u32[1], 0 before; when it ends above ¾ of the slots the table is unfinished. ids: of `grainTotals`.
 *  directions: CONTACT_DIRECTIONS times i32 dz, dy, dx and u32 area of a pair of voxels that differ, in fixed point.
 *  Work counted: the voxels. */
export function grainContacts(
  thread: i32, threads: i32, contacts: usize, slots: u32, used: usize, ids: usize, directions: usize, grains: u32,
  nz: i32, ny: i32, nx: i32,
): i32 {
  enter();
  const first = slabStart(thread, threads, <i32>slots);
  const last = slabStart(thread + 1, threads, <i32>slots);
  for (let slot = first; slot < last; slot++) {
    store<u64>(contacts + (<usize>slot << 4), FREE);
    store<u64>(contacts + (<usize>slot << 4), 0, 8);
  }
  const cleared = barrier(thread, threads);
  if (cleared) return cleared;
  const mask = slots - 1;
  const most = slots - (slots >> 2);
  let pair: u64 = FREE;
  let area: u64 = 0;
  const end = slabStart(thread + 1, threads, nz * ny);
  for (let row = slabStart(thread, threads, nz * ny); row < end; row++) {
    // Slots are left for the pairs that threads still hold.
    if (atomic.load<u32>(used) > most) break;
    const z = row / ny;
    const y = row - z * ny;
    const from = ids + ((<usize>row * <usize>nx) << 2);
    for (let x = 0; x < nx; x += 4) {
      let lanes = i32x4.bitmask(mayDiffer(from + (<usize>x << 2), z, y, nz, ny, nx));
      if (x + 4 > nx) lanes &= (1 << (nx - x)) - 1;
      while (lanes != 0) {
        const at = x + ctz(lanes);
        lanes &= lanes - 1;
        const own = load<u32>(from + (<usize>at << 2));
        for (let d: usize = 0; d < <usize>CONTACT_DIRECTIONS; d++) {
          const direction = directions + (d << 4);
          const c = z + load<i32>(direction), b = y + load<i32>(direction, 4), a = at + load<i32>(direction, 8);
          if (<u32>c >= <u32>nz || <u32>b >= <u32>ny || <u32>a >= <u32>nx) continue;
          const other = load<u32>(ids + (<usize>((c * ny + b) * nx + a) << 2));
          if (other == own || (own > grains && other > grains)) continue;
          const now = (<u64>min(own, other) << 32) | <u64>max(own, other);
          if (now != pair) {
            if (area) addArea(contacts, mask, used, pair, area);
            pair = now;
            area = 0;
          }
          area += <u64>load<u32>(direction, 12);
        }
      }
      // A row can hold more pairs than there are slots left.
      if (atomic.load<u32>(used) > most) break;
    }
    if (poll(thread, nx)) break;
  }
  if (area && atomic.load<u32>(used) <= most) addArea(contacts, mask, used, pair, area);
  const status = barrier(thread, threads);
  return status ? status : leave();
}
