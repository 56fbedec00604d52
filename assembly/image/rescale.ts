// Other numbers of voxels over the same window: the label of most of a voxel's volume, or the mean grey value.
//
// Source voxel j of n covers [j·m, (j + 1)·m) and target voxel i of m covers [i·n, (i + 1)·n), in units of 1/(n·m) of
// the window. So all overlaps are whole numbers, and votes and sums of whole values are exact in f64.
import { barrier, enter, poll, slabStart } from '../core/control';
import { putValue, valueAt } from './values';
import { POLL_STEP } from '../layout';

/** Overlap of source voxel j (of n) with target voxel i (of m). */
// @ts-ignore: decorator
@inline
function overlap(j: i32, i: i32, n: i32, m: i32): f64 {
  const from = max(<i64>j * <i64>m, <i64>i * <i64>n);
  const to = min(<i64>(j + 1) * <i64>m, <i64>(i + 1) * <i64>n);
  return <f64>(to - from);
}

/** First source voxel that target voxel i touches; the last is `firstOf(i + 1) − 1`, or one more where that splits a
 *  voxel. */
// @ts-ignore: decorator
@inline
function firstOf(i: i32, n: i32, m: i32): i32 {
  return <i32>((<i64>i * <i64>n) / <i64>m);
}

// @ts-ignore: decorator
@inline
function endOf(i: i32, n: i32, m: i32): i32 {
  return <i32>((<i64>(i + 1) * <i64>n + <i64>m - 1) / <i64>m);
}

/** out = mean of the values in each target voxel by volume. out: [mz·my·mx], values: [nz·ny·nx], of one kind. */
export function rescaleValues(
  thread: i32, threads: i32, out: usize, values: usize, kind: i32, nz: i32, ny: i32, nx: i32, mz: i32, my: i32, mx: i32,
): i32 {
  enter();
  const end = slabStart(thread + 1, threads, mz * my);
  for (let row = slabStart(thread, threads, mz * my); row < end; row++) {
    let stop: bool;
    if (kind == 1) stop = meanRow<u8>(thread, out, values, row, nz, ny, nx, mz, my, mx);
    else if (kind == 2) stop = meanRow<u16>(thread, out, values, row, nz, ny, nx, mz, my, mx);
    else stop = meanRow<f32>(thread, out, values, row, nz, ny, nx, mz, my, mx);
    if (stop) break;
  }
  return barrier(thread, threads);
}

function meanRow<T>(
  thread: i32, out: usize, values: usize, row: i32, nz: i32, ny: i32, nx: i32, mz: i32, my: i32, mx: i32,
): bool {
  const k = row / my;
  const j = row - k * my;
  const whole = <f64>nz * <f64>ny * <f64>nx;
  for (let i = 0; i < mx; i++) {
    let sum: f64 = 0;
    const x0 = firstOf(i, nx, mx);
    const x1 = endOf(i, nx, mx);
    for (let z = firstOf(k, nz, mz); z < endOf(k, nz, mz); z++) {
      const wz = overlap(z, k, nz, mz);
      for (let y = firstOf(j, ny, my); y < endOf(j, ny, my); y++) {
        const wzy = wz * overlap(y, j, ny, my);
        const at = <usize>(z * ny + y) * <usize>nx;
        for (let x = x0; x < x1; x++) sum += wzy * overlap(x, i, nx, mx) * <f64>valueAt<T>(values, at + <usize>x);
        if (poll(thread, x1 - x0)) return true;
      }
    }
    putMean<T>(out, <usize>row * <usize>mx + <usize>i, sum, whole);
  }
  return false;
}

/** Whole types: nearest, halves up, decided exactly. */
// @ts-ignore: decorator
@inline
function putMean<T>(out: usize, at: usize, sum: f64, whole: f64): void {
  if (isFloat<T>()) putValue<T>(out, at, <f32>(sum / whole));
  else store<T>(out + (at << alignof<T>()), <T><u32>floor((2 * sum + whole) / (2 * whole)));
}

/** out = label with most volume in each target voxel. Equal volumes: the one of these with more voxels in the block
 *  that is one voxel wider on all sides; still equal: the lowest. labels: u8[nz·ny·nx], out: u8[mz·my·mx], scratch:
 *  threads·pitch bytes, pitch = 4096 for votes and counts + nx, to a multiple of 64. */
export function rescaleLabels(
  thread: i32, threads: i32, out: usize, labels: usize, scratch: usize, pitch: u32, nz: i32, ny: i32, nx: i32, mz: i32,
  my: i32, mx: i32,
): i32 {
  enter();
  const table = scratch + <usize>thread * <usize>pitch;
  const mixed = table + 4096;
  memory.fill(table, 0, 4096);
  const end = slabStart(thread + 1, threads, mz * my);
  for (let row = slabStart(thread, threads, mz * my); row < end; row++) {
    const k = row / my;
    const j = row - k * my;
    const z0 = firstOf(k, nz, mz);
    const z1 = endOf(k, nz, mz);
    const y0 = firstOf(j, ny, my);
    const y1 = endOf(j, ny, my);
    let stop: bool = false;
    const row0 = labels + <usize>(z0 * ny + y0) * <usize>nx;
    // Blocks that large take votes, which look at the cancel word.
    if ((z1 - z0) * (y1 - y0) * nx < 16 * POLL_STEP) mixedColumns(mixed, row0, z1 - z0, y1 - y0, ny, nx);
    else memory.fill(mixed, 1, <usize>nx);
    for (let i = 0; i < mx; i++) {
      const x0 = firstOf(i, nx, mx);
      const x1 = endOf(i, nx, mx);
      const block = (z1 - z0) * (y1 - y0) * (x1 - x0);
      const first = load<u8>(row0 + <usize>x0);
      // Most blocks are of one label: no votes for them.
      const label = uniform(first, mixed, row0, x0, x1)
        ? <u32>first
        : winner(thread, table, labels, k, j, i, z0, z1, y0, y1, x0, x1, nz, ny, nx, mz, my, mx);
      store<u8>(out + <usize>row * <usize>mx + <usize>i, <u8>label);
      // Larger blocks count their own work.
      if ((stop = poll(thread, block < POLL_STEP ? <usize>block : 0))) break;
    }
    if (stop) break;
  }
  return barrier(thread, threads);
}

function winner(
  thread: i32, table: usize, labels: usize, k: i32, j: i32, i: i32, z0: i32, z1: i32, y0: i32, y1: i32, x0: i32,
  x1: i32,
  nz: i32, ny: i32, nx: i32, mz: i32, my: i32, mx: i32,
): u32 {
  const first = load<u8>(labels + <usize>(z0 * ny + y0) * <usize>nx + <usize>x0);
  const counts = (z1 - z0) * (y1 - y0) * (x1 - x0) >= POLL_STEP;
  for (let z = z0; z < z1; z++) {
    const wz = overlap(z, k, nz, mz);
    for (let y = y0; y < y1; y++) {
      const wzy = wz * overlap(y, j, ny, my);
      const at = labels + <usize>(z * ny + y) * <usize>nx;
      for (let x = x0; x < x1; x++) {
        const cell = table + (<usize>load<u8>(at + <usize>x) << 3);
        store<f64>(cell, load<f64>(cell) + wzy * overlap(x, i, nx, mx));
      }
      if (counts && poll(thread, x1 - x0)) return first;
    }
  }
  let lead = <u32>first;
  if (counts) {
    for (let label: u32 = 0; label < 256; label++) lead = leader(table, lead, label);
  } else {
    // Only labels of a small block have votes: it is looked through again instead of all 256 labels.
    for (let z = z0; z < z1; z++) {
      for (let y = y0; y < y1; y++) {
        const at = labels + <usize>(z * ny + y) * <usize>nx;
        for (let x = x0; x < x1; x++) lead = leader(table, lead, <u32>load<u8>(at + <usize>x));
      }
    }
  }
  const best = lead & TIED
    ? widerWinner(table, load<f64>(table + (<usize>(lead & 255) << 3)), labels, z0, z1, y0, y1, x0, x1, nz, ny, nx)
    : lead;
  if (counts) memory.fill(table, 0, 2048);
  else clear(table, labels, z0, z1, y0, y1, x0, x1, ny, nx);
  return best;
}

/** Beside a label that leads: another one has as many votes. */
const TIED: u32 = 256;

/** Who leads when `label` is counted too: a label, perhaps TIED. */
// @ts-ignore: decorator
@inline
function leader(table: usize, lead: u32, label: u32): u32 {
  const best = lead & 255;
  if (label == best) return lead;
  const votes = load<f64>(table + (<usize>label << 3));
  const most = load<f64>(table + (<usize>best << 3));
  return votes > most ? label : votes == most ? best | TIED : lead;
}

/** mixed[x] ≠ 0 where the labels of a column, over `depth` planes and `height` rows from `row0` on, are not all the
 *  same. */
function mixedColumns(mixed: usize, row0: usize, depth: i32, height: i32, ny: i32, nx: i32): void {
  memory.fill(mixed, 0, <usize>nx);
  const whole = nx & ~15;
  for (let z = 0; z < depth; z++) {
    for (let y = 0; y < height; y++) {
      const row = row0 + <usize>(z * ny + y) * <usize>nx;
      for (let x = 0; x < whole; x += 16) {
        const at = <usize>x;
        v128.store(mixed + at, v128.or(v128.load(mixed + at), v128.xor(v128.load(row + at), v128.load(row0 + at))));
      }
      for (let x = whole; x < nx; x++) {
        const at = <usize>x;
        store<u8>(mixed + at, load<u8>(mixed + at) | (load<u8>(row + at) ^ load<u8>(row0 + at)));
      }
    }
  }
}

// @ts-ignore: decorator
@inline
function uniform(first: u8, mixed: usize, row0: usize, x0: i32, x1: i32): bool {
  for (let x = x0; x < x1; x++) if (load<u8>(mixed + <usize>x) != 0 || load<u8>(row0 + <usize>x) != first) return false;
  return true;
}

/** Zeroes the cells of the labels in a block. */
function clear(
  cells: usize, labels: usize, z0: i32, z1: i32, y0: i32, y1: i32, x0: i32, x1: i32, ny: i32, nx: i32,
): void {
  for (let z = z0; z < z1; z++) {
    for (let y = y0; y < y1; y++) {
      const at = labels + <usize>(z * ny + y) * <usize>nx;
      for (let x = x0; x < x1; x++) store<f64>(cells + (<usize>load<u8>(at + <usize>x) << 3), 0);
    }
  }
}

/** Among the labels with `most` votes the one with most voxels one voxel further out, the lowest of equals. Counts go
 *  to table[256 + label]. */
function widerWinner(
  table: usize, most: f64, labels: usize, z0: i32, z1: i32, y0: i32, y1: i32, x0: i32, x1: i32, nz: i32, ny: i32,
  nx: i32,
): u32 {
  const counts = table + 2048;
  const za = max(0, z0 - 1);
  const zb = min(nz, z1 + 1);
  const ya = max(0, y0 - 1);
  const yb = min(ny, y1 + 1);
  const xa = max(0, x0 - 1);
  const xb = min(nx, x1 + 1);
  for (let z = za; z < zb; z++) {
    for (let y = ya; y < yb; y++) {
      const at = labels + <usize>(z * ny + y) * <usize>nx;
      for (let x = xa; x < xb; x++) {
        const cell = counts + (<usize>load<u8>(at + <usize>x) << 3);
        store<f64>(cell, load<f64>(cell) + 1);
      }
    }
  }
  let best: i32 = -1;
  let widest: f64 = 0;
  for (let z = z0; z < z1; z++) {
    for (let y = y0; y < y1; y++) {
      const at = labels + <usize>(z * ny + y) * <usize>nx;
      for (let x = x0; x < x1; x++) {
        const label = <i32>load<u8>(at + <usize>x);
        if (label == best || load<f64>(table + (<usize>label << 3)) != most) continue;
        const voxels = load<f64>(counts + (<usize>label << 3));
        if (voxels > widest || (voxels == widest && label < best)) {
          widest = voxels;
          best = label;
        }
      }
    }
  }
  clear(counts, labels, za, zb, ya, yb, xa, xb, ny, nx);
  return <u32>best;
}
