// Sets of voxels as bits: one bit a voxel, rows along x padded to whole 64-bit words, bit x & 63 of word x >> 6.
import { barrier, enter, poll, slabStart, tick } from '../core/control';
import { firstBytes } from '../core/lanes';

/** A test that a set of voxels is made from. */
const FROM_LABEL = 0;
const FROM_SQUARED = 1;
const FROM_WIDE = 2;

/** bits = voxels whose label equals `phase`. bits: u64[rows·words]; labels: u8[rows·nx]. */
export function bitsOfPhase(
  thread: i32, threads: i32, bits: usize, labels: usize, phase: i32, rows: i32, nx: i32, words: i32,
): i32 {
  return pack(thread, threads, bits, labels, FROM_LABEL, <u32>phase, rows, nx, nx, words);
}

/** bits = voxels with squared ≥ limit > 0. squared: u16[rows·stride], limit ≤ 65535. */
export function bitsOfDistance(
  thread: i32, threads: i32, bits: usize, squared: usize, limit: i32, rows: i32, nx: i32, stride: i32, words: i32,
): i32 {
  return pack(thread, threads, bits, squared, FROM_SQUARED, <u32>limit, rows, nx, stride, words);
}

/** bits = voxels with squared ≥ limit. squared: u32[rows·nx]. */
export function bitsOfWide(
  thread: i32, threads: i32, bits: usize, squared: usize, limit: u32, rows: i32, nx: i32, words: i32,
): i32 {
  return pack(thread, threads, bits, squared, FROM_WIDE, limit, rows, nx, nx, words);
}

// @ts-ignore: decorator
@inline
function pack(
  thread: i32, threads: i32, bits: usize, source: usize, kind: i32, value: u32, rows: i32, nx: i32, stride: i32,
  words: i32,
): i32 {
  enter();
  const end = slabStart(thread + 1, threads, rows);
  for (let row = slabStart(thread, threads, rows); row < end; row++) {
    const out = bits + ((<usize>row * <usize>words) << 3);
    const at = <usize>row * <usize>stride;
    for (let b = 0; b < words << 2; b++) {
      const x = <usize>(b << 4);
      let lanes: i32 = 0;
      if (<i32>x < nx) {
        if (kind == FROM_LABEL) {
          const same = i8x16.eq(v128.load(source + at + x), i8x16.splat(<i8>value));
          lanes = i8x16.bitmask(v128.and(same, firstBytes(nx - <i32>x)));
        } else if (kind == FROM_SQUARED) {
          const limit = i16x8.splat(<i16>value);
          const from = source + ((at + x) << 1);
          const low = i16x8.ge_u(v128.load(from), limit);
          const high = i16x8.ge_u(v128.load(from, 16), limit);
          lanes = i8x16.bitmask(i8x16.narrow_i16x8_s(low, high));
        } else {
          const to = min(nx - <i32>x, 16);
          for (let i = 0; i < to; i++) lanes |= i32(load<u32>(source + ((at + x + <usize>i) << 2)) >= value) << i;
        }
      }
      store<u16>(out + <usize>(b << 1), <u16>lanes);
    }
    if (poll(thread, nx)) break;
  }
  return barrier(thread, threads);
}

/** mask[i] = 1 where the bit is set, else 0. mask: u8[rows·nx]. */
export function bytesOfBits(thread: i32, threads: i32, mask: usize, bits: usize, rows: i32, nx: i32, words: i32): i32 {
  enter();
  const end = slabStart(thread + 1, threads, rows);
  for (let row = slabStart(thread, threads, rows); row < end; row++) {
    const from = bits + ((<usize>row * <usize>words) << 3);
    const to = mask + <usize>row * <usize>nx;
    for (let x: usize = 0; x < <usize>nx; x++) store<u8>(to + x, (load<u8>(from + (x >> 3)) >> <u8>(x & 7)) & 1);
    if (poll(thread, nx)) break;
  }
  return barrier(thread, threads);
}

/** counts[z] = set bits in slice z. counts: i32[nz]. */
export function countBits(thread: i32, threads: i32, counts: usize, bits: usize, nz: i32, ny: i32, words: i32): i32 {
  enter();
  const end = slabStart(thread + 1, threads, nz);
  for (let z = slabStart(thread, threads, nz); z < end; z++) {
    const from = bits + ((<usize>z * <usize>ny * <usize>words) << 3);
    let count = 0;
    for (let i: usize = 0; i < <usize>ny * <usize>words; i++) count += <i32>popcnt(load<u64>(from + (i << 3)));
    store<i32>(counts + (<usize>z << 2), count);
    if (tick(thread, ny * words)) break;
  }
  return barrier(thread, threads);
}
