// Opening by a ball: the voxels nearer than r to a centre. The same two passes as distance.ts, from a set of centres
// given as bits, never looking farther than r; the last pass only asks "below r²?" and leaves bits and counts. Where no
// centre is near, neither pass has anything to do: blocks of 16 voxels that have one within reach along z are marked.
//
//   near  u8[nz·ny + NEAR_ROWS·threads][marks]   1: some g of the block is within reach; marks: one per 16 voxels of a
//                                                row, in whole 16; behind those of the window the scratch of threads
import { barrier, enter, leave, poll, slabStart, tick } from '../core/control';
import { Optional } from '../core/kinds';
import { firstBytes } from '../core/lanes';
import { LINE_PAD } from '../layout';
import { alongBytes, alongWords, columnsOfBytes, columnsOfWords } from './minplus';

const COLUMN_VOXELS: i32 = 1 << 18;

/** Scratch rows of a thread: marks of a row and its neighbours between two empty ones, then the same within reach along
 *  x. */
const NEAR_ROWS: i32 = 4;

/** Marks of a row, in bytes. */
// @ts-ignore: decorator
@inline
const marksOf = (stride: i32): usize => <usize>((stride + 255) >> 8) << 4;

/** g = distance along z to the nearest centre, 255 at most; near = where it is within reach. g: u8[nz·ny·stride];
 *  centres: bits, u64[nz·ny·words]. */
export function openingLines(
  thread: i32, threads: i32, g: usize, near: usize, centres: usize, reach: i32, nz: i32, ny: i32, stride: i32,
  words: i32,
): i32 {
  enter();
  const width = min(stride, max(16, (COLUMN_VOXELS / nz) & ~15));
  const blocks = (stride + width - 1) / width;
  const end = slabStart(thread + 1, threads, ny * blocks);
  const one = i8x16.splat(1);
  const bitOfLane = i8x16(1, 2, 4, 8, 16, 32, 64, -128, 1, 2, 4, 8, 16, 32, 64, -128);
  const byteOfLane = i8x16(0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1);
  const planeIn = (<usize>ny * <usize>words) << 3;
  const planeOut = <usize>ny * <usize>stride;
  const marks = marksOf(stride);
  const within = i8x16.splat(<i8>reach);
  for (let item = slabStart(thread, threads, ny * blocks); item < end; item++) {
    const y = item / blocks;
    const from = (item - y * blocks) * width;
    const to = min(stride, from + width);
    let source = centres + ((<usize>y * <usize>words) << 3);
    let target = g + <usize>y * <usize>stride;
    for (let z = 0; z < nz; z++) {
      for (let x = from; x < to; x += 16) {
        const before = z == 0 ? i8x16.splat(-1) : v128.load(target - planeOut + <usize>x);
        const bits = i8x16.swizzle(i16x8.splat(load<i16>(source + (<usize>x >> 3))), byteOfLane);
        const outside = i8x16.ne(v128.and(bits, bitOfLane), bitOfLane);
        v128.store(target + <usize>x, v128.and(outside, i8x16.add_sat_u(before, one)));
      }
      source += planeIn;
      target += planeOut;
    }
    target -= planeOut;
    for (let z = nz - 1; z >= 0; z--) {
      const mark = near + (<usize>z * <usize>ny + <usize>y) * marks;
      for (let x = from; x < to; x += 16) {
        const after = z == nz - 1 ? i8x16.splat(-1) : v128.load(target + planeOut + <usize>x);
        const own = i8x16.min_u(v128.load(target + <usize>x), i8x16.add_sat_u(after, one));
        v128.store(target + <usize>x, own);
        store<u8>(mark + (<usize>x >> 4), u8(v128.any_true(i8x16.le_u(own, within))));
      }
      if (to == stride) memory.fill(mark + (<usize>stride >> 4), 0, marks - (<usize>stride >> 4));
      target -= planeOut;
    }
    if (tick(thread, <usize>nz * <usize>(to - from))) break;
  }
  const status = barrier(thread, threads);
  return status ? status : leave();
}

/** counts[z] += voxels of slice z nearer than √limit to a centre; covered (bits, or 0 for none) gets a bit for each.
 *  counts: i32[nz], zeroed by the caller; g and near from openingLines; 1 ≤ limit ≤ 65025 = squared radius;
 *  reach = the largest whole number with reach² < limit. lines: scratch, threads · 2·(stride + 2·LINE_PAD) bytes. */
export function openingPlanes(
  thread: i32, threads: i32, counts: usize, covered: Optional, g: usize, near: usize, lines: usize, limit: i32,
  reach: i32, nz: i32, ny: i32, nx: i32, stride: i32, words: i32,
): i32 {
  enter();
  const marks = marksOf(stride);
  const own = near + <usize>(nz * ny + NEAR_ROWS * thread + 1) * marks;
  const wide = own + 2 * marks;
  memory.fill(own - marks, 0, <usize>NEAR_ROWS * marks);
  const bytes = (<usize>stride + <usize>(2 * LINE_PAD)) << 1;
  const lane = lines + <usize>thread * bytes;
  memory.fill(lane, 0xff, bytes);
  const narrow = limit <= 255;
  const line = lane + (narrow ? <usize>LINE_PAD : <usize>LINE_PAD << 1);
  const span = min(reach, nx - 1);
  const floor = limit - 1;
  const belowBytes = i8x16.splat(<i8>limit);
  const belowWords = i16x8.splat(<i16>limit);
  const end = slabStart(thread + 1, threads, nz * ny);
  for (let row = slabStart(thread, threads, nz * ny); row < end; row++) {
    const z = row / ny;
    const y = row - z * ny;
    const plane = g + <usize>z * <usize>ny * <usize>stride;
    const out = covered + ((<usize>row * <usize>words) << 3);
    let count = 0;
    if (!nearRow(own, wide, near + <usize>(z * ny) * marks, y, ny, reach, marks)) {
      if (covered) memory.fill(out, 0, <usize>words << 3);
    } else if (narrow) {
      for (let x = 0; x < stride;) {
        const to = sameUntil(own, x, stride);
        if (load<u8>(own + (<usize>x >> 4))) columnsOfBytes(line, plane, y, ny, stride, x, to, reach, 255);
        else memory.fill(line + <usize>x, 0xff, to - x);
        x = to;
      }
      memory.fill(line + <usize>nx, 0xff, stride - nx);
      for (let x = 0; x < stride; x += 16) {
        if (!load<u8>(wide + (<usize>x >> 4))) {
          if (covered) store<u16>(out + (<usize>x >> 3), 0);
          continue;
        }
        const below = i8x16.lt_u(alongBytes(line, x, span, floor), belowBytes);
        const lanes = i8x16.bitmask(v128.and(below, firstBytes(nx - x)));
        count += popcnt(lanes);
        if (covered) store<u16>(out + (<usize>x >> 3), <u16>lanes);
      }
    } else {
      for (let x = 0; x < stride;) {
        const to = sameUntil(own, x, stride);
        if (load<u8>(own + (<usize>x >> 4))) columnsOfWords(line, plane, y, ny, stride, x, to, reach, 65535);
        else memory.fill(line + (<usize>x << 1), 0xff, <usize>(to - x) << 1);
        x = to;
      }
      memory.fill(line + (<usize>nx << 1), 0xff, <usize>(stride - nx) << 1);
      for (let x = 0; x < stride; x += 16) {
        if (!load<u8>(wide + (<usize>x >> 4))) {
          if (covered) store<u16>(out + (<usize>x >> 3), 0);
          continue;
        }
        const low = i16x8.lt_u(alongWords(line, x, span, floor), belowWords);
        const high = i16x8.lt_u(alongWords(line, x + 8, span, floor), belowWords);
        const lanes = i8x16.bitmask(v128.and(i8x16.narrow_i16x8_s(low, high), firstBytes(nx - x)));
        count += popcnt(lanes);
        if (covered) store<u16>(out + (<usize>x >> 3), <u16>lanes);
      }
    }
    if (covered) for (let x = stride; x < words << 6; x += 16) store<u16>(out + (<usize>x >> 3), 0);
    if (count) atomic.add<i32>(counts + (<usize>z << 2), count);
    if (poll(thread, nx)) break;
  }
  const status = barrier(thread, threads);
  return status ? status : leave();
}

/** own ← marks of rows y − reach … y + reach of a plane together, wide ← the same within reach along x.
 *  @returns whether there is any */
function nearRow(own: usize, wide: usize, plane: usize, y: i32, ny: i32, reach: i32, marks: usize): bool {
  const first = max(0, y - reach);
  const last = min(ny - 1, y + reach);
  const around = (reach + 15) >> 4;
  let any = i8x16.splat(0);
  for (let at: usize = 0; at < marks; at += 16) {
    let some = i8x16.splat(0);
    for (let row = first; row <= last; row++) some = v128.or(some, v128.load(plane + <usize>row * marks + at));
    v128.store(own + at, some);
    any = v128.or(any, some);
  }
  if (!v128.any_true(any)) return false;
  for (let at: usize = 0; at < marks; at += 16) {
    let some = v128.load(own + at);
    for (let k = 1; k <= around; k++) {
      some = v128.or(some, v128.or(v128.load(own + at - <usize>k), v128.load(own + at + <usize>k)));
    }
    v128.store(wide + at, some);
  }
  return true;
}

/** First x beyond `from`, a multiple of 16, whose mark differs; `end` where none does. */
// @ts-ignore: decorator
@inline
function sameUntil(own: usize, from: i32, end: i32): i32 {
  const mark = load<u8>(own + (<usize>from >> 4));
  let x = from + 16;
  while (x < end && load<u8>(own + (<usize>x >> 4)) == mark) x += 16;
  return x;
}
