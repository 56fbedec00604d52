// What grey values an image holds: range, histogram, and the histogram of the steps between neighbours.
import { barrier, enter, leave, poll, slabStart, tick } from '../core/control';
import { valueAt } from './values';
import { POLL_STEP } from '../layout';

/** out[thread]: f64 least, greatest, number of values that are not finite, number that are not whole. out:
 *  f64[threads][8]. Least and greatest are of the finite ones; +∞ and −∞ for a thread without any. */
export function greyRange(thread: i32, threads: i32, out: usize, values: usize, kind: i32, count: u32): i32 {
  enter();
  const line = out + (<usize>thread << 6);
  store<f64>(line, Infinity);
  store<f64>(line, -Infinity, 8);
  store<f64>(line, 0, 16);
  store<f64>(line, 0, 24);
  const blocks = <i32>((count + POLL_STEP - 1) / POLL_STEP);
  const end = slabStart(thread + 1, threads, blocks);
  for (let block = slabStart(thread, threads, blocks); block < end; block++) {
    const from = <usize>block * POLL_STEP;
    const to = min(<usize>count, from + POLL_STEP);
    if (kind == 1) range<u8>(line, values, from, to);
    else if (kind == 2) range<u16>(line, values, from, to);
    else range<f32>(line, values, from, to);
    if (tick(thread, to - from)) break;
  }
  return barrier(thread, threads);
}

function range<T>(line: usize, values: usize, from: usize, to: usize): void {
  let least = <f32>load<f64>(line);
  let greatest = <f32>load<f64>(line, 8);
  let odd = 0;
  let parts = 0;
  for (let i = from; i < to; i++) {
    const value = valueAt<T>(values, i);
    if (isFloat<T>()) {
      if (!(abs(value) < <f32>Infinity)) {
        odd++;
        continue;
      }
      if (value != nearest(value)) parts++;
    }
    least = min(least, value);
    greatest = max(greatest, value);
  }
  store<f64>(line, <f64>least);
  store<f64>(line, <f64>greatest, 8);
  store<f64>(line, load<f64>(line, 16) + <f64>odd, 16);
  store<f64>(line, load<f64>(line, 24) + <f64>parts, 24);
}

// @ts-ignore: decorator
@inline
function count1(table: usize, bin: u32): void {
  const at = table + (<usize>bin << 2);
  store<u32>(at, load<u32>(at) + 1);
}

/** Adds up the threads' tables. */
function gather(thread: i32, threads: i32, out: usize, tables: usize, bins: i32): void {
  const end = slabStart(thread + 1, threads, bins);
  for (let bin = slabStart(thread, threads, bins); bin < end; bin++) {
    let sum: u32 = 0;
    for (let t = 0; t < threads; t++) sum += load<u32>(tables + ((<usize>t * <usize>bins + <usize>bin) << 2));
    store<u32>(out + (<usize>bin << 2), sum);
  }
}

/** out[b] = voxels with b = ⌊(value − base)·scale⌋, the last bin takes all beyond. out: u32[bins], tables:
 *  u32[threads][bins], scratch. Values are finite and not below base. */
export function greyHistogram(
  thread: i32, threads: i32, out: usize, tables: usize, bins: i32, values: usize, kind: i32, count: u32, base: f64,
  scale: f64,
): i32 {
  enter();
  const own = tables + ((<usize>thread * <usize>bins) << 2);
  memory.fill(own, 0, <usize>bins << 2);
  const blocks = <i32>((count + POLL_STEP - 1) / POLL_STEP);
  const end = slabStart(thread + 1, threads, blocks);
  for (let block = slabStart(thread, threads, blocks); block < end; block++) {
    const from = <usize>block * POLL_STEP;
    const to = min(<usize>count, from + POLL_STEP);
    if (kind == 1) tally<u8>(own, bins, values, from, to, base, scale);
    else if (kind == 2) tally<u16>(own, bins, values, from, to, base, scale);
    else tally<f32>(own, bins, values, from, to, base, scale);
    if (tick(thread, to - from)) break;
  }
  let status = barrier(thread, threads);
  if (status) return status;
  gather(thread, threads, out, tables, bins);
  status = barrier(thread, threads);
  return status ? status : leave();
}

function tally<T>(table: usize, bins: i32, values: usize, from: usize, to: usize, base: f64, scale: f64): void {
  for (let i = from; i < to; i++) {
    if (isFloat<T>()) count1(table, min<u32>(<u32>bins - 1, <u32>((<f64>load<f32>(values + (i << 2)) - base) * scale)));
    else count1(table, <u32>load<T>(values + (i << alignof<T>())));
  }
}

/** out[b] = pairs of face neighbours with b = ⌊|difference|·scale⌋, the last bin takes all beyond. As greyHistogram. */
export function stepHistogram(
  thread: i32, threads: i32, out: usize, tables: usize, bins: i32, values: usize, kind: i32, nz: i32, ny: i32, nx: i32,
  scale: f64,
): i32 {
  enter();
  const own = tables + ((<usize>thread * <usize>bins) << 2);
  memory.fill(own, 0, <usize>bins << 2);
  const end = slabStart(thread + 1, threads, nz * ny);
  for (let row = slabStart(thread, threads, nz * ny); row < end; row++) {
    if (kind == 1) steps<u8>(own, bins, values, row, nz, ny, nx, scale);
    else if (kind == 2) steps<u16>(own, bins, values, row, nz, ny, nx, scale);
    else steps<f32>(own, bins, values, row, nz, ny, nx, scale);
    if (poll(thread, nx)) break;
  }
  let status = barrier(thread, threads);
  if (status) return status;
  gather(thread, threads, out, tables, bins);
  status = barrier(thread, threads);
  return status ? status : leave();
}

function steps<T>(table: usize, bins: i32, values: usize, row: i32, nz: i32, ny: i32, nx: i32, scale: f64): void {
  const at = <usize>row * <usize>nx;
  const z = row / ny;
  const y = row - z * ny;
  const last = <u32>bins - 1;
  for (let x = 0; x < nx; x++) {
    const value = <f64>valueAt<T>(values, at + <usize>x);
    if (x + 1 < nx) count1(table, min(last, <u32>(abs(<f64>valueAt<T>(values, at + <usize>x + 1) - value) * scale)));
    if (y + 1 < ny) {
      count1(table, min(last, <u32>(abs(<f64>valueAt<T>(values, at + <usize>nx + <usize>x) - value) * scale)));
    }
    if (z + 1 < nz) {
      count1(
        table, min(last, <u32>(abs(<f64>valueAt<T>(values, at + <usize>ny * <usize>nx + <usize>x) - value) * scale)),
      );
    }
  }
}
