// Chords: the runs of voxels that lines along an axis have in a phase, from sets as bits (layout of
// morphology/bits.ts). Bits that differ from the bit before them on the line are found a word at a time; only those few
// are looked at.
import { barrier, enter, poll, slabStart } from '../core/control';

/** One more run of `length` voxels; runs that touch a face stand behind the whole ones. */
// @ts-ignore: decorator
@inline
function record(counts: usize, length: i32, n: i32, cut: bool): void {
  const at = counts + (<usize>(cut ? n + 1 + length : length) << 2);
  store<u32>(at, load<u32>(at) + 1);
}

/** Runs of one row along x. */
function runsOfRow(counts: usize, row: usize, nx: i32, words: i32): void {
  let before: u64 = 0;
  let from = 0;
  for (let w = 0; w < words; w++) {
    const at = row + (<usize>w << 3);
    const word = load<u64>(at);
    const after: u64 = w + 1 < words ? load<u64>(at, 8) : 0;
    let starts = word & ~((word << 1) | (before >> 63));
    let ends = word & ~((word >> 1) | (after << 63));
    while (ends != 0) {
      const end = (w << 6) + <i32>ctz(ends);
      // A run that began in an earlier word has no start here before its end.
      if (starts != 0 && (w << 6) + <i32>ctz(starts) <= end) {
        from = (w << 6) + <i32>ctz(starts);
        starts &= starts - 1;
      }
      record(counts, end - from + 1, nx, from == 0 || end == nx - 1);
      ends &= ends - 1;
    }
    if (starts != 0) from = (w << 6) + <i32>ctz(starts);
    before = word;
  }
}

/** Runs of 64 lines across rows: `now` and `before` are their bits in row i and i − 1, begins: i32[64] where each
 *  began. */
// @ts-ignore: decorator
@inline
function runsOfWord(counts: usize, begins: usize, now: u64, before: u64, i: i32, n: i32): void {
  let starts = now & ~before;
  while (starts != 0) {
    store<i32>(begins + (<usize>ctz(starts) << 2), i);
    starts &= starts - 1;
  }
  let ends = before & ~now;
  while (ends != 0) {
    const from = load<i32>(begins + (<usize>ctz(ends) << 2));
    record(counts, i - from, n, from == 0 || i == n);
    ends &= ends - 1;
  }
}

/** counts: u32[threads][2][n + 1], n voxels along the axis: for each thread's share of the lines, runs of each length,
 *  first those with both ends inside the window, then those that touch a face. The caller adds the threads.
 *  bits: u64[nz·ny·words], none set beyond nx; begins: i32[threads][64·words]; axis: 0, 1, 2 for z, y, x. */
export function chordCounts(
  thread: i32, threads: i32, counts: usize, begins: usize, bits: usize, nz: i32, ny: i32, nx: i32, words: i32,
  axis: i32,
): i32 {
  enter();
  const n = axis == 0 ? nz : axis == 1 ? ny : nx;
  const mine = counts + (<usize>thread * <usize>(2 * (n + 1)) << 2);
  memory.fill(mine, 0, <usize>(2 * (n + 1)) << 2);
  const own = begins + (<usize>thread * <usize>words << 8);
  const pitch = <usize>words << 3;
  if (axis == 2) {
    const end = slabStart(thread + 1, threads, nz * ny);
    for (let row = slabStart(thread, threads, nz * ny); row < end; row++) {
      runsOfRow(mine, bits + <usize>row * pitch, nx, words);
      if (poll(thread, nx)) break;
    }
  } else {
    const step = axis == 0 ? <usize>ny * pitch : pitch;
    const other = axis == 0 ? pitch : <usize>ny * pitch;
    const sheets = axis == 0 ? ny : nz;
    const end = slabStart(thread + 1, threads, sheets);
    let stop: bool = false;
    for (let sheet = slabStart(thread, threads, sheets); sheet < end && !stop; sheet++) {
      const first = bits + <usize>sheet * other;
      for (let i = 0; i <= n; i++) {
        const row = first + <usize>i * step;
        for (let w: usize = 0; w < <usize>words; w++) {
          const at = row + (w << 3);
          const now = i < n ? load<u64>(at) : 0;
          const before = i > 0 ? load<u64>(at - step) : 0;
          if (now != before) runsOfWord(mine, own + (w << 8), now, before, i, n);
        }
        if ((stop = poll(thread, nx))) break;
      }
    }
  }
  return barrier(thread, threads);
}
