// Which voxels of a set are connected, within the set, to one face of the window. The set is bits (bits.ts), so that a
// row of 401 voxels is 7 words, spreading along x is a few word operations and the whole set of a 401³ window is 9 MB.
// Each thread floods its slab of planes from a ring of changed rows; then threads look across their slab borders, until
// nothing changes. The result is a set: it does not depend on order or on the number of threads.
import { barrier, enter, leave, poll, slabStart } from '../core/control';
import { enqueue, reachRow, spreadRow, Voxels } from '../core/rows';

/** reached ⊂ set: voxels connected to the layer at the face. reached, set: u64[nz·ny·words], disjoint.
 *  axis 0, 1, 2 = z, y, x; high ≠ 0: the far face. neighbours: 6, 18 or 26.
 *  ring: i32[nz·ny]; queued: u8[nz·ny]; flags: i32[2·threads]. */
export function reachFromFace(
  thread: i32, threads: i32, reached: usize, set: usize, ring: usize, queued: usize, flags: usize,
  nz: i32, ny: i32, nx: i32, words: i32, axis: i32, high: bool, neighbours: i32,
): i32 {
  enter();
  const first = slabStart(thread, threads, nz);
  const last = slabStart(thread + 1, threads, nz);
  const bytes = <usize>words << 3;
  const own = <usize>(last - first) * <usize>ny;
  const ringStart = ring + ((<usize>first * <usize>ny) << 2);
  const capacity = <i32>own;
  memory.fill(reached + <usize>first * <usize>ny * bytes, 0, own * bytes);
  memory.fill(queued + <usize>first * <usize>ny, 0, own);
  let head = 0;
  let size = 0;
  const seedX: i32 = high ? nx - 1 : 0;
  for (let z = first; z < last; z++) {
    if (axis == 0 && z != (high ? nz - 1 : 0)) continue;
    for (let y = 0; y < ny; y++) {
      if (axis == 1 && y != (high ? ny - 1 : 0)) continue;
      const row = z * ny + y;
      if (axis == 2) {
        const at: usize = (<usize>seedX >> 6) << 3;
        const bit = load<u64>(set + <usize>row * bytes + at) & ((<u64>1) << <u64>(seedX & 63));
        if (bit == 0) continue;
        store<u64>(reached + <usize>row * bytes + at, bit);
        spreadRow<Voxels>(reached + <usize>row * bytes, set + <usize>row * bytes, words);
      } else {
        memory.copy(reached + <usize>row * bytes, set + <usize>row * bytes, bytes);
      }
      size = enqueue(ringStart, queued, capacity, head, size, row);
    }
  }
  // Every slab's first state must be complete before its neighbours look at it.
  let status = barrier(thread, threads);
  if (status) return status;
  let stopped: bool = false;
  for (let round = 0; ; round++) {
    let changed = size > 0;
    for (let side = 0; side < 2; side++) {
      const from = side == 0 ? first - 1 : last;
      if (first == last || from < 0 || from >= nz) continue;
      const to = side == 0 ? first : last - 1;
      for (let y = 0; y < ny; y++) {
        for (let dy = -1; dy <= 1; dy++) {
          const fromY = y + dy;
          if (fromY < 0 || fromY >= ny || !touches(neighbours, dy, 1)) continue;
          const row = to * ny + y;
          if (!flow(reached, set, from * ny + fromY, row, bytes, words, widens(neighbours, dy, 1))) continue;
          changed = true;
          size = enqueue(ringStart, queued, capacity, head, size, row);
        }
      }
      if (poll(thread, ny * nx)) stopped = true;
    }
    while (size > 0 && !stopped) {
      const row = load<i32>(ringStart + (<usize>head << 2));
      head++;
      if (head == capacity) head = 0;
      size--;
      store<u8>(queued + <usize>row, 0);
      const z = row / ny;
      const y = row - z * ny;
      for (let dz = -1; dz <= 1; dz++) {
        if (z + dz < first || z + dz >= last) continue;
        for (let dy = -1; dy <= 1; dy++) {
          if (y + dy < 0 || y + dy >= ny || !touches(neighbours, dy, dz)) continue;
          const next = row + dz * ny + dy;
          if (!flow(reached, set, row, next, bytes, words, widens(neighbours, dy, dz))) continue;
          size = enqueue(ringStart, queued, capacity, head, size, next);
        }
      }
      stopped = poll(thread, nx);
    }
    // Flags of even and odd rounds are apart, so that no thread overwrites what another still reads.
    const ownFlags = flags + ((<usize>(round & 1) * <usize>threads) << 2);
    store<i32>(ownFlags + (<usize>thread << 2), changed ? 1 : 0);
    status = barrier(thread, threads);
    if (status) return status;
    let any = 0;
    for (let t = 0; t < threads; t++) any |= load<i32>(ownFlags + (<usize>t << 2));
    if (!any) break;
  }
  return leave();
}

/** Whether the row at (dy, dz) holds neighbours; steps of both need 18 or more. */
// @ts-ignore: decorator
@inline
function touches(neighbours: i32, dy: i32, dz: i32): bool {
  return (dy | dz) != 0 && (neighbours > 6 || dy == 0 || dz == 0);
}

/** Whether voxels at x ± 1 in that row are neighbours too. */
// @ts-ignore: decorator
@inline
function widens(neighbours: i32, dy: i32, dz: i32): bool {
  return neighbours == 26 || (neighbours == 18 && (dy == 0 || dz == 0));
}

/** Lets row `from` reach into row `to`. @returns whether `to` grew. */
function flow(reached: usize, set: usize, from: i32, to: i32, bytes: usize, words: i32, widen: bool): bool {
  const target = reached + <usize>to * bytes;
  const allowed = set + <usize>to * bytes;
  if (!reachRow(target, reached + <usize>from * bytes, allowed, words, widen)) return false;
  spreadRow<Voxels>(target, allowed, words);
  return true;
}
