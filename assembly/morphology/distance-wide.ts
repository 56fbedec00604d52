// Squared Euclidean distance in 32 bits for any radius: the lower envelope of parabolas, one axis after the other
// (Meijster, Roerdink, Hesselink 2000; Felzenszwalb & Huttenlocher 2012), in exact integer arithmetic. One 1-D
// primitive with a stride serves all axes. Several times slower than distance.ts, which is tried first.
import { barrier, enter, leave, poll, slabStart, tick } from '../core/control';
import { Optional } from '../core/kinds';

/** No source anywhere. */
export const NEVER: u32 = 0xffffffff;

/** squared[i] = 0 outside `phase`, NEVER inside. squared: u32[count]; labels: u8[count]. */
export function wideFromPhase(
  thread: i32, threads: i32, squared: usize, labels: usize, phase: i32, rows: i32, nx: i32,
): i32 {
  enter();
  const end = slabStart(thread + 1, threads, rows);
  for (let row = slabStart(thread, threads, rows); row < end; row++) {
    const at = <usize>row * <usize>nx;
    for (let x: usize = 0; x < <usize>nx; x++) {
      store<u32>(squared + ((at + x) << 2), load<u8>(labels + at + x) == <u8>phase ? NEVER : 0);
    }
    if (tick(thread, nx)) break;
  }
  return barrier(thread, threads);
}

/** squared[i] = 0 where the bit is set, NEVER elsewhere. bits: rows of `words` u64. */
export function wideFromBits(
  thread: i32, threads: i32, squared: usize, bits: usize, rows: i32, nx: i32, words: i32,
): i32 {
  enter();
  const end = slabStart(thread + 1, threads, rows);
  for (let row = slabStart(thread, threads, rows); row < end; row++) {
    const at = <usize>row * <usize>nx;
    const from = bits + ((<usize>row * <usize>words) << 3);
    for (let x: usize = 0; x < <usize>nx; x++) {
      const bit = (load<u8>(from + (x >> 3)) >> <u8>(x & 7)) & 1;
      store<u32>(squared + ((at + x) << 2), bit ? 0 : NEVER);
    }
    if (tick(thread, nx)) break;
  }
  return barrier(thread, threads);
}

/** In place: squared distance to the nearest voxel whose value is 0, over z, then y and x.
 *  scratch: threads · 12·longest bytes, longest = the longest edge + 1. closed ≠ 0: the layers beyond the window are
 *  0. */
export function distanceWide(
  thread: i32, threads: i32, squared: usize, scratch: usize, nz: i32, ny: i32, nx: i32, longest: i32, closed: bool,
): i32 {
  enter();
  const own = scratch + <usize>thread * 12 * <usize>longest;
  const row = <usize>nx << 2;
  const plane = <usize>ny * row;
  let end = slabStart(thread + 1, threads, ny);
  for (let y = slabStart(thread, threads, ny); y < end; y++) {
    for (let x = 0; x < nx; x++) {
      envelope(squared + <usize>y * row + (<usize>x << 2), plane, nz, own, longest, closed);
      if (tick(thread, nz)) break;
    }
  }
  const status = barrier(thread, threads);
  if (status) return status;
  end = slabStart(thread + 1, threads, nz);
  for (let z = slabStart(thread, threads, nz); z < end; z++) {
    const at = squared + <usize>z * plane;
    for (let x = 0; x < nx; x++) {
      envelope(at + (<usize>x << 2), row, ny, own, longest, closed);
      if (tick(thread, ny)) break;
    }
    for (let y = 0; y < ny; y++) {
      envelope(at + <usize>y * row, 4, nx, own, longest, closed);
      if (tick(thread, nx)) break;
    }
  }
  const after = barrier(thread, threads);
  return after ? after : leave();
}

/** d[i] ← min_j d[j] + (i − j)², elements `stride` bytes apart. own: sites, their values and where each begins to win,
 *  i32[longest] each. */
function envelope(d: usize, stride: usize, n: i32, own: usize, longest: i32, closed: bool): void {
  const values = own + (<usize>longest << 2);
  const starts = values + (<usize>longest << 2);
  let q = -1;
  for (let u = 0; u < n; u++) {
    const f = load<u32>(d + <usize>u * stride);
    if (f == NEVER) continue;
    let start = 0;
    while (q >= 0) {
      const at = <usize>q << 2;
      const v = load<i32>(own + at);
      const lead = <i64>u * u + <i64>f - <i64>v * v - <i64>load<u32>(values + at);
      start = lead < 0 ? 0 : <i32>min<i64>(lead / (2 * <i64>(u - v)) + 1, n);
      if (start > load<i32>(starts + at)) break;
      q--;
      start = 0;
    }
    if (start >= n) continue;
    q++;
    store<i32>(own + (<usize>q << 2), u);
    store<u32>(values + (<usize>q << 2), f);
    store<i32>(starts + (<usize>q << 2), start);
  }
  for (let i = n - 1; i >= 0; i--) {
    let best: i64 = NEVER;
    if (q >= 0) {
      const at = <usize>q << 2;
      const step = <i64>(i - load<i32>(own + at));
      best = step * step + <i64>load<u32>(values + at);
      if (i == load<i32>(starts + at)) q--;
    }
    if (closed) {
      const wall = <i64>min(i + 1, n - i);
      best = min(best, wall * wall);
    }
    store<u32>(d + <usize>i * stride, <u32>best);
  }
}

/** present[d²] = 1 for every finite d² > 0 that occurs. present: u8[limit], zeroed by the caller, limit above every
 *  finite d²; all threads store the same byte. */
export function wideValues(thread: i32, threads: i32, present: usize, squared: usize, rows: i32, nx: i32): i32 {
  enter();
  const end = slabStart(thread + 1, threads, rows);
  for (let row = slabStart(thread, threads, rows); row < end; row++) {
    const at = squared + ((<usize>row * <usize>nx) << 2);
    for (let x = 0; x < nx; x++) {
      const d = load<u32>(at + (<usize>x << 2));
      if (d != 0 && d != NEVER) store<u8>(present + <usize>d, 1);
    }
    if (tick(thread, nx)) break;
  }
  return barrier(thread, threads);
}

/** counts[z] += voxels of slice z with squared < limit; covered (bits, or 0 for none) gets a bit for each.
 *  counts: i32[nz], zeroed by the caller. */
export function openingWide(
  thread: i32, threads: i32, counts: usize, covered: Optional, squared: usize, limit: u32, nz: i32, ny: i32, nx: i32,
  words: i32,
): i32 {
  enter();
  const end = slabStart(thread + 1, threads, nz * ny);
  for (let row = slabStart(thread, threads, nz * ny); row < end; row++) {
    const at = squared + ((<usize>row * <usize>nx) << 2);
    let count = 0;
    for (let w = 0; w < words; w++) {
      let word: u64 = 0;
      const to = min(nx, (w << 6) + 64);
      for (let x = w << 6; x < to; x++) word |= u64(load<u32>(at + (<usize>x << 2)) < limit) << <u64>(x & 63);
      count += <i32>popcnt(word);
      if (covered) store<u64>(covered + ((<usize>row * <usize>words + <usize>w) << 3), word);
    }
    if (count) atomic.add<i32>(counts + (<usize>(row / ny) << 2), count);
    if (poll(thread, nx)) break;
  }
  return barrier(thread, threads);
}
