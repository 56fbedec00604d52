// Which voxels of a set are connected, within the set, to one face of the window. The set is bits (bits.ts), so that a
// row of 401 voxels is 7 words, spreading along x is a few word operations and the whole set of a 401³ window is 9 MB.
// Each thread floods its slab of planes from a ring of changed rows; then threads look across their slab borders, until
// nothing changes. The result is a set: it does not depend on order or on the number of threads.
import { barrier, enter, leave, poll, slabStart } from '../core/control';

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
        spreadAlongRow(reached + <usize>row * bytes, set + <usize>row * bytes, words);
      } else {
        memory.copy(reached + <usize>row * bytes, set + <usize>row * bytes, bytes);
      }
      store<u8>(queued + <usize>row, 1);
      store<i32>(ringStart + (<usize>size << 2), row);
      size++;
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
          if (load<u8>(queued + <usize>row)) continue;
          store<u8>(queued + <usize>row, 1);
          let tail = head + size;
          if (tail >= capacity) tail -= capacity;
          store<i32>(ringStart + (<usize>tail << 2), row);
          size++;
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
          if (load<u8>(queued + <usize>next)) continue;
          store<u8>(queued + <usize>next, 1);
          let tail = head + size;
          if (tail >= capacity) tail -= capacity;
          store<i32>(ringStart + (<usize>tail << 2), next);
          size++;
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
  const source = reached + <usize>from * bytes;
  const target = reached + <usize>to * bytes;
  const allowed = set + <usize>to * bytes;
  let grew: u64 = 0;
  let before: u64 = 0;
  let here = load<u64>(source);
  for (let w = 0; w < words; w++) {
    const at = <usize>w << 3;
    const after = w + 1 < words ? load<u64>(source + at, 8) : 0;
    let seed = here;
    if (widen) seed |= (here << 1) | (before >> 63) | (here >> 1) | (after << 63);
    const old = load<u64>(target + at);
    const fresh = seed & load<u64>(allowed + at) & ~old;
    if (fresh) {
      store<u64>(target + at, old | fresh);
      grew |= fresh;
    }
    before = here;
    here = after;
  }
  if (grew == 0) return false;
  spreadAlongRow(target, allowed, words);
  return true;
}

/** Extends every reached voxel of a row to its whole run of set voxels. */
function spreadAlongRow(target: usize, allowed: usize, words: i32): void {
  let carry: u64 = 0;
  for (let w = 0; w < words; w++) {
    const at = <usize>w << 3;
    const m = load<u64>(allowed + at);
    const f = load<u64>(target + at) | (carry & m);
    // Adding a seed to its run clears the run from the seed up, unless another seed is there.
    const up = (m & ~(m + f)) | f;
    store<u64>(target + at, up);
    carry = up >> 63;
  }
  carry = 0;
  for (let w = words - 1; w >= 0; w--) {
    const at = <usize>w << 3;
    let p = load<u64>(allowed + at);
    let g = load<u64>(target + at) | ((carry << 63) & p);
    g |= p & (g >> 1);
    p &= p >> 1;
    g |= p & (g >> 2);
    p &= p >> 2;
    g |= p & (g >> 4);
    p &= p >> 4;
    g |= p & (g >> 8);
    p &= p >> 8;
    g |= p & (g >> 16);
    p &= p >> 16;
    g |= p & (g >> 32);
    store<u64>(target + at, g);
    carry = g & 1;
  }
}
