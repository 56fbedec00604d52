// Median over a cube of voxels. 3³ by sorting (median3.ts). 5³ bit by bit, from the top, in all SIMD lanes at once: a
// bit is set as long as no more than half of the neighbours lie below the value so far. The same code serves values of
// 8, 16 and 32 bits. Window faces: the outermost voxels are repeated.
import { medianOfColumns, sortColumns } from './median3';
import { barrier, enter, poll, slabStart } from '../core/control';
import { storeFirst } from '../core/lanes';
import { MEDIAN_SLACK } from '../layout';

/** out = median of the size³ values around each voxel. kind: bytes a value (1, 2 whole, 4 float without NaN).
 *  out, values: [nz·ny·nx], disjoint. size: 3 or 5. scratch: threads · size²·(nx + size + MEDIAN_SLACK)·kind bytes. */
export function medianCube(
  thread: i32, threads: i32, out: usize, values: usize, kind: i32, size: i32, scratch: usize, nz: i32, ny: i32, nx: i32,
): i32 {
  enter();
  if (kind == 1) medians<i8>(thread, threads, out, values, size, scratch, nz, ny, nx);
  else if (kind == 2) medians<i16>(thread, threads, out, values, size, scratch, nz, ny, nx);
  else medians<i32>(thread, threads, out, values, size, scratch, nz, ny, nx);
  return barrier(thread, threads);
}

/** Unsigned and float bits to signed numbers of the same order, and back: it is its own inverse. */
// @ts-ignore: decorator
@inline
function ordered<T>(bits: v128): v128 {
  if (sizeof<T>() == 1) return v128.xor(bits, i8x16.splat(-128));
  if (sizeof<T>() == 2) return v128.xor(bits, i16x8.splat(-32768));
  return v128.xor(bits, v128.and(i32x4.shr_s(bits, 31), i32x4.splat(0x7fffffff)));
}

/** One row with its ends repeated, as signed numbers. */
function padRow<T>(line: usize, row: usize, nx: i32, reach: i32, pitch: i32): void {
  const shift = alignof<T>();
  const start = line + (<usize>reach << shift);
  memory.copy(start, row, <usize>nx << shift);
  const first = load<T>(row);
  const last = load<T>(row + (<usize>(nx - 1) << shift));
  for (let x = 0; x < reach; x++) store<T>(line + (<usize>x << shift), first);
  for (let x = reach + nx; x < pitch; x++) store<T>(line + (<usize>x << shift), last);
  const bytes = <usize>pitch << shift;
  for (let at: usize = 0; at + 16 <= bytes; at += 16) v128.store(line + at, ordered<T>(v128.load(line + at)));
}

function medians<T>(
  thread: i32, threads: i32, out: usize, values: usize, size: i32, scratch: usize, nz: i32, ny: i32, nx: i32,
): void {
  const shift = alignof<T>();
  const reach = size >> 1;
  const pitch = (nx + size - 1 + MEDIAN_SLACK) & ~15;
  const bytes = <usize>pitch << shift;
  const own = scratch + <usize>thread * <usize>(size * size) * bytes;
  const rowBytes = <usize>nx << shift;
  const end = slabStart(thread + 1, threads, nz * ny);
  for (let row = slabStart(thread, threads, nz * ny); row < end; row++) {
    const z = row / ny;
    const y = row - z * ny;
    let line = own;
    for (let dz = -reach; dz <= reach; dz++) {
      const plane = min(max(z + dz, 0), nz - 1) * ny;
      for (let dy = -reach; dy <= reach; dy++) {
        padRow<T>(line, values + <usize>(plane + min(max(y + dy, 0), ny - 1)) * rowBytes, nx, reach, pitch);
        line += bytes;
      }
    }
    const target = out + <usize>row * rowBytes;
    if (size == 3) {
      sortColumns<T>(own, bytes);
      row3<T>(target, own, bytes, nx);
    } else {
      row5<T>(target, own, bytes, nx);
    }
    if (poll(thread, nx)) break;
  }
}

// A row is a call: the engine puts its fast code in place between calls, never within one.
function row3<T>(target: usize, lines: usize, bytes: usize, nx: i32): void {
  for (let x = 0; x < nx; x += 16 >> <i32>alignof<T>()) {
    storeAt<T>(target, x, nx, medianOfColumns<T>(lines + (<usize>x << alignof<T>()), bytes));
  }
}

function row5<T>(target: usize, lines: usize, bytes: usize, nx: i32): void {
  for (let x = 0; x < nx; x += 16 >> <i32>alignof<T>()) {
    storeAt<T>(target, x, nx, medianOf125<T>(lines + (<usize>x << alignof<T>()), bytes));
  }
}

/** Stores medians at x of a row of nx, as the bits they stand for. */
// @ts-ignore: decorator
@inline
function storeAt<T>(target: usize, x: i32, nx: i32, median: v128): void {
  storeFirst(target + (<usize>x << alignof<T>()), ordered<T>(median), (nx - x) << <i32>alignof<T>());
}

/** Middle of the 5³ numbers from `at` on, in each lane. */
// @ts-ignore: decorator
@inline
function medianOf125<T>(at: usize, bytes: usize): v128 {
  const shift = alignof<T>();
  const half = v128.splat<T>(<T>62);
  let low = v128.splat<T>(<T>((<i32>1) << (<i32>sizeof<T>() * 8 - 1)));
  for (let bit: i32 = <i32>(sizeof<T>() * 8) - 1; bit >= 0; bit--) {
    const candidate = v128.add<T>(low, v128.splat<T>(<T>((<i32>1) << bit)));
    let below = v128.splat<T>(<T>0);
    let line = at;
    for (let k = 0; k < 25; k++) {
      below = v128.sub<T>(below, v128.lt<T>(v128.load(line), candidate));
      below = v128.sub<T>(below, v128.lt<T>(v128.load(line + (<usize>1 << shift)), candidate));
      below = v128.sub<T>(below, v128.lt<T>(v128.load(line + (<usize>2 << shift)), candidate));
      below = v128.sub<T>(below, v128.lt<T>(v128.load(line + (<usize>3 << shift)), candidate));
      below = v128.sub<T>(below, v128.lt<T>(v128.load(line + (<usize>4 << shift)), candidate));
      line += bytes;
    }
    low = v128.bitselect(low, candidate, v128.gt<T>(below, half));
  }
  return low;
}
