// Squared Euclidean distance to the nearest voxel centre outside a phase, separable: along z by counting, then along y
// and x by shifted minima (minplus.ts) while the plane lies in cache. Exact below FAR; a value ≥ FAR only says "255
// voxels or more", and distance-wide.ts computes it. Two passes over memory: labels → u8 → u16.
// Tried: parabolas (Felzenszwalb & Huttenlocher 2012, Theory of Computing 8:415) for all axes, see decisions/0020.
import { barrier, enter, leave, poll, slabStart, tick } from '../core/control';
import { firstBytes } from '../core/lanes';
import { LINE_PAD } from '../layout';
import { alongBytes, alongWords, BYTE_REACH, columnsOfBytes, columnsOfWords, REACH } from './minplus';

/** Voxels per block of columns: small enough for the second visit to find it in cache. */
const COLUMN_VOXELS: i32 = 1 << 18;

/** g[z][y][x] = distance along z to the nearest voxel that is not `phase`, 255 at most; 0 outside the phase.
 *  g: u8[nz·ny·stride]; labels: u8[nz·ny·nx]; stride a multiple of 16, ≥ nx; lanes beyond nx hold anything.
 *  closed ≠ 0: the layers beyond the window are outside voxels. */
export function distanceLines(
  thread: i32, threads: i32, g: usize, labels: usize, phase: i32, nz: i32, ny: i32, nx: i32, stride: i32, closed: bool,
): i32 {
  enter();
  const width = min(stride, max(16, (COLUMN_VOXELS / nz) & ~15));
  const blocks = (stride + width - 1) / width;
  const end = slabStart(thread + 1, threads, ny * blocks);
  const one = i8x16.splat(1);
  const member = i8x16.splat(<i8>phase);
  const beyond = i8x16.splat(closed ? 0 : -1);
  const planeIn = <usize>ny * <usize>nx;
  const planeOut = <usize>ny * <usize>stride;
  for (let item = slabStart(thread, threads, ny * blocks); item < end; item++) {
    const y = item / blocks;
    const from = (item - y * blocks) * width;
    const to = min(stride, from + width);
    let source = labels + <usize>y * <usize>nx;
    let target = g + <usize>y * <usize>stride;
    for (let z = 0; z < nz; z++) {
      for (let x = from; x < to; x += 16) {
        const before = z == 0 ? beyond : v128.load(target - planeOut + <usize>x);
        const inside = i8x16.eq(v128.load(source + <usize>x), member);
        v128.store(target + <usize>x, v128.and(inside, i8x16.add_sat_u(before, one)));
      }
      source += planeIn;
      target += planeOut;
    }
    target -= planeOut;
    for (let z = nz - 1; z >= 0; z--) {
      for (let x = from; x < to; x += 16) {
        const after = z == nz - 1 ? beyond : v128.load(target + planeOut + <usize>x);
        const own = v128.load(target + <usize>x);
        v128.store(target + <usize>x, i8x16.min_u(own, i8x16.add_sat_u(after, one)));
      }
      target -= planeOut;
    }
    if (tick(thread, <usize>nz * <usize>(to - from))) break;
  }
  const status = barrier(thread, threads);
  return status ? status : leave();
}

/** squared: u16[nz·ny·stride], the squared distances, 0 in the lanes beyond nx; ≥ FAR where not exact.
 *  largest: i32[threads], the largest value that each thread wrote. g from distanceLines.
 *  lines: scratch, threads · 2·(stride + 2·LINE_PAD) bytes. */
export function distancePlanes(
  thread: i32, threads: i32, squared: usize, largest: usize, g: usize, lines: usize,
  nz: i32, ny: i32, nx: i32, stride: i32, closed: bool,
): i32 {
  enter();
  const bytes = (<usize>stride + <usize>(2 * LINE_PAD)) << 1;
  const lane = lines + <usize>thread * bytes;
  memory.fill(lane, 0xff, bytes);
  const words = lane + (<usize>LINE_PAD << 1);
  const narrow = lane + <usize>LINE_PAD;
  let top = i16x8.splat(0);
  const end = slabStart(thread + 1, threads, nz * ny);
  for (let row = slabStart(thread, threads, nz * ny); row < end; row++) {
    const z = row / ny;
    const y = row - z * ny;
    const plane = g + <usize>z * <usize>ny * <usize>stride;
    const out = squared + ((<usize>row * <usize>stride) << 1);
    const wall = closed ? min(min(y + 1, ny - y), 256) : 256;
    if (!rowOfBytes(out, narrow, plane, y, ny, nx, stride, closed, wall * wall)) {
      rowOfWords(out, words, plane, y, ny, nx, stride, closed, wall * wall);
      // The byte line of the next row needs its padding back.
      memory.fill(narrow - <usize>LINE_PAD, 0xff, bytes);
    }
    for (let x = 0; x < stride; x += 8) top = i16x8.max_u(top, v128.load(out + (<usize>x << 1)));
    if (poll(thread, nx)) break;
  }
  top = i16x8.max_u(top, i8x16.shuffle(top, top, 8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15));
  top = i16x8.max_u(top, i8x16.shuffle(top, top, 4, 5, 6, 7, 4, 5, 6, 7, 4, 5, 6, 7, 4, 5, 6, 7));
  store<i32>(largest + (<usize>thread << 2), max<i32>(i16x8.extract_lane_u(top, 0), i16x8.extract_lane_u(top, 1)));
  const status = barrier(thread, threads);
  return status ? status : leave();
}

/** @returns false when a distance of this row does not fit a byte; the row must then be done in words. */
function rowOfBytes(
  out: usize, line: usize, plane: usize, y: i32, ny: i32, nx: i32, stride: i32, closed: bool, wall: i32,
): bool {
  columnsOfBytes(line, plane, y, ny, stride, 0, stride, BYTE_REACH, wall);
  for (let x = nx; x < stride; x++) store<u8>(line + <usize>x, 0xff);
  if (closed) {
    // The layers beyond the window, as outside voxels at either end of the line.
    store<u8>(line - 1, 0);
    store<u8>(line + <usize>nx, 0);
  }
  let full = i8x16.splat(0);
  for (let x = 0; x < stride; x += 16) {
    const a = v128.and(alongBytes(line, x, BYTE_REACH, 0), firstBytes(nx - x));
    full = v128.or(full, i8x16.eq(a, i8x16.splat(-1)));
    v128.store(out + (<usize>x << 1), i16x8.extend_low_i8x16_u(a));
    v128.store(out + (<usize>x << 1), i16x8.extend_high_i8x16_u(a), 16);
  }
  return !v128.any_true(full);
}

function rowOfWords(
  out: usize, line: usize, plane: usize, y: i32, ny: i32, nx: i32, stride: i32, closed: bool, wall: i32,
): void {
  memory.fill(line - (<usize>LINE_PAD << 1), 0xff, <usize>LINE_PAD << 1);
  columnsOfWords(line, plane, y, ny, stride, 0, stride, REACH, wall);
  memory.fill(line + (<usize>nx << 1), 0xff, (<usize>(stride - nx) + <usize>LINE_PAD) << 1);
  if (closed) {
    store<u16>(line - 2, 0);
    store<u16>(line + (<usize>nx << 1), 0);
  }
  for (let x = 0; x < stride; x += 8) v128.store(out + (<usize>x << 1), alongWords(line, x, min(REACH, nx), 0));
  for (let x = nx; x < stride; x++) store<u16>(out + (<usize>x << 1), 0);
}

/** present[d²] = 1 for every squared distance d² > 0 that occurs; present[0] means nothing. present: u8[65536], zeroed
 *  by the caller; all threads store the same byte. squared: u16[count]. */
export function distanceValues(thread: i32, threads: i32, present: usize, squared: usize, rows: i32, stride: i32): i32 {
  enter();
  const end = slabStart(thread + 1, threads, rows);
  for (let row = slabStart(thread, threads, rows); row < end; row++) {
    const at = squared + ((<usize>row * <usize>stride) << 1);
    for (let x = 0; x < stride; x += 8) {
      const lane = at + (<usize>x << 1);
      if (!v128.any_true(v128.load(lane))) continue;
      for (let i: usize = 0; i < 16; i += 2) store<u8>(present + <usize>load<u16>(lane + i), 1);
    }
    if (poll(thread, stride)) break;
  }
  const status = barrier(thread, threads);
  return status ? status : leave();
}
