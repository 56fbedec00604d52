// Voxel pairs that the boundary of a phase separates, plane by plane across the first axis, along the 13 directions of
// a 2×2×2 cell; from sets as bits (layout of morphology/bits.ts). And labels with another axis first.
import { barrier, enter, slabStart, tick } from '../core/control';

/** Labels turned so that `axis` (1, 2 for y, x) comes first and changes places with z.
 *  out: u8[ny·nz·nx] or u8[nx·ny·nz]; labels: u8[nz·ny·nx]. */
export function turnLabels(
  thread: i32, threads: i32, out: usize, labels: usize, nz: i32, ny: i32, nx: i32, axis: i32,
): i32 {
  enter();
  const end = slabStart(thread + 1, threads, ny);
  let stop: bool = false;
  for (let y = slabStart(thread, threads, ny); y < end && !stop; y++) {
    if (axis == 1) {
      for (let z = 0; z < nz; z++) {
        memory.copy(
          out + (<usize>y * <usize>nz + <usize>z) * <usize>nx, labels + (<usize>z * <usize>ny + <usize>y) * <usize>nx,
          <usize>nx,
        );
        if ((stop = tick(thread, nx))) break;
      }
      continue;
    }
    // Blocks of 64 planes: what is written together shares a cache line.
    for (let first = 0; first < nz && !stop; first += 64) {
      const last = min(nz, first + 64);
      for (let x = 0; x < nx; x++) {
        let to = out + (<usize>x * <usize>ny + <usize>y) * <usize>nz + <usize>first;
        let from = labels + (<usize>first * <usize>ny + <usize>y) * <usize>nx + <usize>x;
        for (let z = first; z < last; z++) {
          store<u8>(to++, load<u8>(from));
          from += <usize>ny * <usize>nx;
        }
      }
      stop = tick(thread, 64 * nx);
    }
  }
  return barrier(thread, threads);
}

// @ts-ignore: decorator
@inline
function add(counts: usize, direction: i32, count: u64): void {
  const at = counts + (<usize>direction << 2);
  store<u32>(at, load<u32>(at) + <u32>count);
}

/** Adds pairs between row a and row b that differ, along dx = 0, 1 and −1. */
function acrossRows(
  counts: usize, straight: i32, plus: i32, minus: i32, a: usize, b: usize, words: i32, nx: i32,
): void {
  let n0: u64 = 0;
  let n1: u64 = 0;
  let n2: u64 = 0;
  for (let w = 0; w < words; w++) {
    const at = <usize>w << 3;
    const p = load<u64>(a + at);
    const q = load<u64>(b + at);
    const inner = w + 1 < words;
    const left = nx - 1 - (w << 6);
    const mask: u64 = left >= 64 ? ~<u64>0 : ((<u64>1) << <u64>left) - 1;
    n0 += popcnt(p ^ q);
    n1 += popcnt((p ^ ((q >> 1) | (inner ? load<u64>(b + at, 8) << 63 : 0))) & mask);
    n2 += popcnt((q ^ ((p >> 1) | (inner ? load<u64>(a + at, 8) << 63 : 0))) & mask);
  }
  if (straight >= 0) add(counts, straight, n0);
  add(counts, plus, n1);
  if (minus >= 0) add(counts, minus, n2);
}

/** counts: u32[nz][13]: pairs of voxels, one in the set and one not, along DIRECTIONS: those without dz inside the
 *  plane, those with dz between it and the next. bits: u64[nz·ny·words], none set beyond nx. */
export function planeTransitions(
  thread: i32, threads: i32, counts: usize, bits: usize, nz: i32, ny: i32, nx: i32, words: i32,
): i32 {
  enter();
  const pitch = <usize>words << 3;
  const slice = <usize>ny * pitch;
  const end = slabStart(thread + 1, threads, nz);
  let stop: bool = false;
  for (let z = slabStart(thread, threads, nz); z < end && !stop; z++) {
    const mine = counts + <usize>z * 52;
    memory.fill(mine, 0, 52);
    for (let y = 0; y < ny; y++) {
      const a = bits + <usize>z * slice + <usize>y * pitch;
      // A row with itself: dx = 1 only.
      acrossRows(mine, -1, 2, -1, a, a, words, nx);
      if (y + 1 < ny) acrossRows(mine, 1, 3, 4, a, a + pitch, words, nx);
      if (z + 1 < nz) {
        const b = a + slice;
        acrossRows(mine, 0, 5, 6, a, b, words, nx);
        if (y + 1 < ny) acrossRows(mine, 7, 9, 10, a, b + pitch, words, nx);
        if (y > 0) acrossRows(mine, 8, 11, 12, a, b - pitch, words, nx);
      }
      if (tick(thread, nx)) {
        stop = true;
        break;
      }
    }
  }
  return barrier(thread, threads);
}
