// How often each of the 256 patterns of a 2×2×2 cell of voxels occurs. Euler number, integral of mean curvature and
// surface all follow from these counts (Ohser & Mücklich 2000, Statistical Analysis of Microstructures in Materials
// Science).
//
//   pattern of the cell at (z, y, x):
//   bit 4·dx + 2·dz + dy is set where voxel (z + dz, y + dy, x + dx) is of the phase
//
// A row of cells needs four rows of voxels; the low half of a pattern is the high half of the pattern before it.
import { barrier, enter, poll, slabStart } from '../core/control';
import { PATTERN_TABLES } from '../layout';

/** Bytes of one table of 256 counts. */
const TABLE: usize = 1024;
const TABLES: usize = <usize>PATTERN_TABLES * TABLE;

// @ts-ignore: decorator
@inline
function increment(table: usize, pattern: u64): void {
  const at = table + <usize>((pattern & 255) << 2);
  store<u32>(at, load<u32>(at) + 1);
}

// @ts-ignore: decorator
@inline
function eight(tables: usize, patterns: u64): void {
  increment(tables, patterns);
  increment(tables + TABLE, patterns >> 8);
  increment(tables + 2 * TABLE, patterns >> 16);
  increment(tables + 3 * TABLE, patterns >> 24);
  increment(tables, patterns >> 32);
  increment(tables + TABLE, patterns >> 40);
  increment(tables + 2 * TABLE, patterns >> 48);
  increment(tables + 3 * TABLE, patterns >> 56);
}

/** counts: u32[threads][2][4][256]: cells with all eight voxels inside the window, then those that reach beyond it,
 *  where nothing is of the phase; the caller adds up threads and the four tables. All cells that touch the window are
 *  counted once. labels: u8[nz·ny·nx + 64], the bytes behind the last voxel are read and not used. Work counted: the
 *  cells. */
export function configurations(
  thread: i32, threads: i32, counts: usize, labels: usize, nz: i32, ny: i32, nx: i32, phase: i32,
): i32 {
  enter();
  const mine = counts + 2 * TABLES * <usize>thread;
  memory.fill(mine, 0, 2 * TABLES);
  const label = i8x16.splat(<i8>phase);
  const border = mine + TABLES;
  const rows = (nz + 1) * (ny + 1);
  const end = slabStart(thread + 1, threads, rows);
  for (let row = slabStart(thread, threads, rows); row < end; row++) {
    const z = row / (ny + 1) - 1;
    const y = row - (z + 1) * (ny + 1) - 1;
    const below = z >= 0;
    const above = z + 1 < nz;
    const left = y >= 0;
    const right = y + 1 < ny;
    // Rows outside the window have no bit; their addresses only must be readable.
    const slice = <usize>ny * <usize>nx;
    const z0 = labels + <usize>max(z, 0) * slice;
    const z1 = labels + <usize>min(z + 1, nz - 1) * slice;
    const y0 = <usize>max(y, 0) * <usize>nx;
    const y1 = <usize>min(y + 1, ny - 1) * <usize>nx;
    let a = z0 + y0;
    let b = z0 + y1;
    let c = z1 + y0;
    let d = z1 + y1;
    const bitA = i8x16.splat(below && left ? 1 : 0);
    const bitB = i8x16.splat(below && right ? 2 : 0);
    const bitC = i8x16.splat(above && left ? 4 : 0);
    const bitD = i8x16.splat(above && right ? 8 : 0);
    const tables = below && above && left && right ? mine : border;
    let half = v128.or(
      v128.or(v128.and(i8x16.eq(v128.load(a), label), bitA), v128.and(i8x16.eq(v128.load(b), label), bitB)),
      v128.or(v128.and(i8x16.eq(v128.load(c), label), bitC), v128.and(i8x16.eq(v128.load(d), label), bitD)),
    );
    increment(border, <u64>i8x16.extract_lane_u(half, 0) << 4);
    let cells = nx - 1;
    while (cells > 0) {
      const next = v128.or(
        v128.or(v128.and(i8x16.eq(v128.load(a, 1), label), bitA), v128.and(i8x16.eq(v128.load(b, 1), label), bitB)),
        v128.or(v128.and(i8x16.eq(v128.load(c, 1), label), bitC), v128.and(i8x16.eq(v128.load(d, 1), label), bitD)),
      );
      const patterns = v128.or(half, i16x8.shl(next, 4));
      a += 16;
      b += 16;
      c += 16;
      d += 16;
      half = v128.or(
        v128.or(v128.and(i8x16.eq(v128.load(a), label), bitA), v128.and(i8x16.eq(v128.load(b), label), bitB)),
        v128.or(v128.and(i8x16.eq(v128.load(c), label), bitC), v128.and(i8x16.eq(v128.load(d), label), bitD)),
      );
      const low = i64x2.extract_lane(patterns, 0);
      const high = i64x2.extract_lane(patterns, 1);
      if (cells >= 16) {
        const first = i8x16.splat(<i8>low);
        if (i8x16.all_true(i8x16.eq(patterns, first))) {
          const at = tables + <usize>((low & 255) << 2);
          store<u32>(at, load<u32>(at) + 16);
        } else {
          eight(tables, low);
          eight(tables, high);
        }
      } else {
        for (let k = 0; k < cells; k++) increment(tables, (k < 8 ? low : high) >> <u64>((k & 7) << 3));
      }
      cells -= 16;
    }
    // The last voxel of the row again: what lies in `half` after a whole block, or somewhere inside one.
    const last = <usize>(nx - 1);
    let tail: u64 = 0;
    if (below && left && load<u8>(z0 + y0 + last) == <u8>phase) tail |= 1;
    if (below && right && load<u8>(z0 + y1 + last) == <u8>phase) tail |= 2;
    if (above && left && load<u8>(z1 + y0 + last) == <u8>phase) tail |= 4;
    if (above && right && load<u8>(z1 + y1 + last) == <u8>phase) tail |= 8;
    increment(border, tail);
    if (poll(thread, nx + 1)) break;
  }
  return barrier(thread, threads);
}
