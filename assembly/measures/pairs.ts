// Pairs of voxels at a lag along a lattice direction, one end in each of two sets of bits (layout of
// morphology/bits.ts): AND of two rows, and their population count, 64 bits at a time: `popcnt` is one instruction
// there, while 128-bit lanes look nibbles up and took 1.3 times as long (decisions/0033).
//
// A lag along x moves bits within bytes. The row at the low end is copied eight times, shifted by 0 … 7 bits; any lag
// is then one of the copies at a byte offset, and the row at the other end stays where it is:
//   dx = 1:   copy s holds x at bit x + s; lag 8k + s begins k bytes before the copy, where zeros stand
//   dx = −1:  copy s holds x at bit x − s; lag 8k + s begins k bytes into it
import { barrier, enter, tick } from '../core/control';

/** Rows that are compared at all lags together: they stay in the first cache, and what they meet in the second. */
const ROWS = 16;

/** Bits that two runs of words have in common. */
// @ts-ignore: decorator
@inline
function common(a: usize, b: usize, words: i32): u32 {
  let p = a;
  let q = b;
  let sum: u64 = 0;
  let n = words >> 2;
  if (n > 0) {
    do {
      sum += popcnt(load<u64>(p) & load<u64>(q)) + popcnt(load<u64>(p, 8) & load<u64>(q, 8)) +
        popcnt(load<u64>(p, 16) & load<u64>(q, 16)) + popcnt(load<u64>(p, 24) & load<u64>(q, 24));
      p += 32;
      q += 32;
    } while (--n > 0);
  }
  n = words & 3;
  if (n > 0) {
    do {
      sum += popcnt(load<u64>(p) & load<u64>(q));
      p += 8;
      q += 8;
    } while (--n > 0);
  }
  return <u32>sum;
}

/** The eight copies of a row, `span` bytes apart; what stands around them is not touched. */
function shiftRow(copies: usize, span: usize, row: usize, words: i32, dx: i32): void {
  for (let s = 0; s < 8; s++) {
    const to = copies + <usize>s * span;
    const keep = <u64>s;
    const spill = <u64>((64 - s) & 63);
    for (let w = 0; w < words; w++) {
      const at = <usize>w << 3;
      const word = load<u64>(row + at);
      let moved = word;
      if (s > 0 && dx > 0) {
        moved = word << keep;
        if (w > 0) moved |= load<u64>(row + at - 8) >> spill;
      } else if (s > 0) {
        moved = word >> keep;
        if (w + 1 < words) moved |= load<u64>(row + at, 8) << spill;
      }
      store<u64>(to + at, moved);
    }
  }
}

/** counts[h] += pairs of row `row`, in copies, at lags 0 … lags − 1 with the rows at `other`, `pitch` bytes apart. */
function shiftedPairs(
  counts: usize, copies: usize, span: usize, other: usize, pitch: isize, words: i32, nx: i32, dx: i32, lags: i32,
): void {
  let q = other;
  for (let h = 0; h < lags; h++) {
    const copy = copies + <usize>(h & 7) * span;
    const bytes = <usize>(h >> 3);
    let sum: u32 = 0;
    if (dx > 0) {
      const first = h >> 6;
      sum = common(copy - bytes + (<usize>first << 3), q + (<usize>first << 3), words - first);
    } else {
      sum = common(copy + bytes, q, (nx - h + 63) >> 6);
    }
    store<f64>(counts, load<f64>(counts) + <f64>sum);
    counts += 8;
    q += <usize>pitch;
  }
}

/** counts: f64[threads][lags], whole numbers: for each thread's share of the window and lag h, the voxels x of `a` for
 *  which x + h·(dz, dy, dx) lies in the window and in `b`. The caller adds the threads.
 *  a, b: u64[nz·ny·words]; (dz, dy, dx): one of DIRECTIONS; (lags − 1)·|d| must be inside the window.
 *  scratch: u8[threads · scratchBytes], scratchBytes = 8 · (lead + 8·words + 16), lead = 8 · (lags >> 6) + 16. */
export function pairCounts(
  thread: i32, threads: i32, counts: usize, a: usize, b: usize, scratch: usize, nz: i32, ny: i32, nx: i32, words: i32,
  dz: i32, dy: i32, dx: i32, lags: i32,
): i32 {
  enter();
  const mine = counts + ((<usize>thread * <usize>lags) << 3);
  memory.fill(mine, 0, <usize>lags << 3);
  const lead = <usize>(((lags >> 6) << 3) + 16);
  const span = lead + (<usize>words << 3) + 16;
  const own = scratch + <usize>thread * (span << 3);
  memory.fill(own, 0, span << 3);
  const copies = own + lead;
  const pitch = <usize>words << 3;
  const slice = <usize>ny * pitch;
  const ahead = <isize>dz * <isize>slice + <isize>dy * <isize>pitch;
  const rows = min(ROWS, (ny + threads - 1) / threads);
  // Blocks of rows outside, planes inside: what lies ahead across planes was read a moment ago.
  let stop = false;
  for (let y0 = 0, block = 0; y0 < ny && !stop; y0 += rows, block++) {
    if (dz != 0 && block % threads != thread) continue;
    const y1 = min(ny, y0 + rows);
    for (let z = dz != 0 ? 0 : (thread + block) % threads; z < nz; z += dz != 0 ? 1 : threads) {
      const reach = dz != 0 ? min(lags, nz - z) : lags;
      const plane = <usize>z * slice;
      if (dx == 0) {
        for (let h = 0; h < reach; h++) {
          const from = dy < 0 ? max(y0, h) : y0;
          const to = dy > 0 ? min(y1, ny - h) : y1;
          if (from >= to) break;
          const at = plane + <usize>from * pitch;
          const sum = common(a + at, b + at + <usize>(<isize>h * ahead), (to - from) * words);
          const out = mine + (<usize>h << 3);
          store<f64>(out, load<f64>(out) + <f64>sum);
        }
      } else {
        for (let y = y0; y < y1; y++) {
          const at = plane + <usize>y * pitch;
          shiftRow(copies, span, a + at, words, dx);
          const far = dy > 0 ? min(reach, ny - y) : dy < 0 ? min(reach, y + 1) : reach;
          shiftedPairs(mine, copies, span, b + at, ahead, words, nx, dx, far);
        }
      }
      if (tick(thread, (y1 - y0) * nx)) {
        stop = true;
        break;
      }
    }
  }
  return barrier(thread, threads);
}
