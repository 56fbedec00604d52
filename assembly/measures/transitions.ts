// Label transitions between neighbouring voxels along the 13 directions of a 2×2×2 cell, counted for chosen label
// pairs.
//
// Labels become one-hot bits first, so that the OR of two neighbours names the unordered pair, and one compare counts
// it. A row meets itself (one direction) and four rows ahead of it in raster order (three directions each):
//   (dz, dy) = (0, 0): dx = 1;   (0, 1), (1, 0), (1, 1), (1, -1): dx = 0, 1, -1.
// The pair (x, x - 1) is taken as (x + 1, x): all diagonal pairs then begin at x = 0 … nx - 2, whatever their sign.
import { barrier, enter, poll, slabStart } from '../core/control';
import { addBytes, firstBytes } from '../core/lanes';

/** 16-byte blocks that a u8 accumulator can count before it overflows. */
const BLOCKS = 255;
/** Pairs that one sweep counts: 3 pairs × 3 directions leave the 16 vector registers of x86 enough room. */
const GROUP = 3;
/** Replaces labels by one-hot codes in place: phases[k] → 1 << k; others → 1 << count when `rest` is 1, else 0.
 *  labels: u8[blocks · 16]; phases: u8[count], distinct; count + rest ≤ 8. */
export function oneHot(
  thread: i32, threads: i32, labels: usize, blocks: i32, phases: usize, count: i32, rest: bool,
): i32 {
  enter();
  const end = slabStart(thread + 1, threads, blocks);
  const other = i8x16.splat(rest ? (<i8>1) << <i8>count : 0);
  for (let i = slabStart(thread, threads, blocks); i < end; i++) {
    const at = labels + (<usize>i << 4);
    const x = v128.load(at);
    let code = other;
    for (let k = 0; k < count; k++) {
      code = v128.bitselect(i8x16.splat((<i8>1) << <i8>k), code, i8x16.eq(x, i8x16.splat(load<i8>(phases + <usize>k))));
    }
    v128.store(at, code);
    if (poll(thread, 16)) break;
  }
  return barrier(thread, threads);
}

/** Counts three pair codes in `rows` rows at `a` along dx = 1. `full` blocks, then the masked one unless `tail` is v128
 *  0. */
function alongRow(out: usize, a: usize, rows: i32, nx: usize, full: i32, tail: v128, p: v128, q: v128, r: v128): void {
  let np = i8x16.splat(0);
  let nq = np;
  let nr = np;
  for (let row = 0; row < rows; row++) {
    let at = a + <usize>row * nx;
    for (let i = 0; i < full; i++) {
      const u = v128.or(v128.load(at), v128.load(at, 1));
      np = i8x16.sub(np, i8x16.eq(u, p));
      nq = i8x16.sub(nq, i8x16.eq(u, q));
      nr = i8x16.sub(nr, i8x16.eq(u, r));
      at += 16;
    }
    const u = v128.and(v128.or(v128.load(at), v128.load(at, 1)), tail);
    np = i8x16.sub(np, i8x16.eq(u, p));
    nq = i8x16.sub(nq, i8x16.eq(u, q));
    nr = i8x16.sub(nr, i8x16.eq(u, r));
  }
  addBytes(out, np);
  addBytes(out + 8, nq);
  addBytes(out + 16, nr);
}

/** Counts three pair codes between `rows` rows at `a` and those at `b`, along dx = 0, 1 and -1 into out0, out1,
 *  out2. */
function acrossRows(
  out0: usize, out1: usize, out2: usize, a: usize, b: usize, rows: i32, nx: usize, full: i32, tail0: v128, tail1: v128,
  p: v128, q: v128, r: v128,
): void {
  let p0 = i8x16.splat(0);
  let p1 = p0;
  let p2 = p0;
  let q0 = p0;
  let q1 = p0;
  let q2 = p0;
  let r0 = p0;
  let r1 = p0;
  let r2 = p0;
  for (let row = 0; row < rows; row++) {
    let at = a + <usize>row * nx;
    let bt = b + <usize>row * nx;
    for (let i = 0; i <= full; i++) {
      const x = v128.load(at);
      const y = v128.load(bt);
      let u0 = v128.or(x, y);
      let u1 = v128.or(x, v128.load(bt, 1));
      let u2 = v128.or(v128.load(at, 1), y);
      if (i == full) {
        u0 = v128.and(u0, tail0);
        u1 = v128.and(u1, tail1);
        u2 = v128.and(u2, tail1);
      }
      p0 = i8x16.sub(p0, i8x16.eq(u0, p));
      p1 = i8x16.sub(p1, i8x16.eq(u1, p));
      p2 = i8x16.sub(p2, i8x16.eq(u2, p));
      q0 = i8x16.sub(q0, i8x16.eq(u0, q));
      q1 = i8x16.sub(q1, i8x16.eq(u1, q));
      q2 = i8x16.sub(q2, i8x16.eq(u2, q));
      r0 = i8x16.sub(r0, i8x16.eq(u0, r));
      r1 = i8x16.sub(r1, i8x16.eq(u1, r));
      r2 = i8x16.sub(r2, i8x16.eq(u2, r));
      at += 16;
      bt += 16;
    }
  }
  addBytes(out0, p0);
  addBytes(out0 + 8, q0);
  addBytes(out0 + 16, r0);
  addBytes(out1, p1);
  addBytes(out1 + 8, q1);
  addBytes(out1 + 16, r1);
  addBytes(out2, p2);
  addBytes(out2 + 8, q2);
  addBytes(out2 + 16, r2);
}

/** counts: f64[threads][13][pairs], whole numbers: for each thread's share of the window, direction (order of
 *  `DIRECTIONS`) and pair code, how many voxel pairs inside the window have that code. The caller adds the threads.
 *  codes: one-hot labels u8[nz · ny · nx + 32]; the bytes behind the last voxel are read and not used.
 *  pairCodes: u8[pairs], pairs a multiple of 3; a code that no two labels make (255) only pads. */
export function transitions(
  thread: i32, threads: i32, counts: usize, codes: usize, nz: i32, ny: i32, nx: i32, pairCodes: usize, pairs: i32,
): i32 {
  enter();
  const line = <usize>pairs << 3;
  const mine = counts + <usize>thread * 13 * line;
  memory.fill(mine, 0, 13 * line);
  const pitch = <usize>nx;
  const slice = <usize>ny * pitch;
  const blocks = (nx - 1) >> 4;
  const rowsAtOnce = max(1, BLOCKS / (blocks + 1));
  const rest = nx - (blocks << 4);
  const none = i8x16.splat(0);
  const tail0 = firstBytes(rest);
  const tail1 = firstBytes(rest - 1);
  // Slabs of whole rows, so that flat windows are shared too.
  const rowEnd = slabStart(thread + 1, threads, nz * ny);
  let row = slabStart(thread, threads, nz * ny);
  while (row < rowEnd) {
    const z = row / ny;
    const y = row - z * ny;
    const rows = min(min(rowsAtOnce, ny - y), rowEnd - row);
    const ahead = min(rows, ny - 1 - y);
    const behind = y == 0 ? 1 : 0;
    let block = 0;
    let last = false;
    // One turn unless rows are longer than 255 blocks.
    while (!last) {
      const full = min(BLOCKS - 1, blocks - block);
      last = block + full == blocks;
      const a = codes + <usize>row * pitch + (<usize>block << 4);
      const t0 = last ? tail0 : none;
      const t1 = last ? tail1 : none;
      for (let g = 0; g < pairs; g += GROUP) {
        const p = i8x16.splat(load<i8>(pairCodes + <usize>g));
        const q = i8x16.splat(load<i8>(pairCodes + <usize>g, 1));
        const r = i8x16.splat(load<i8>(pairCodes + <usize>g, 2));
        const o = mine + (<usize>g << 3);
        alongRow(o + 2 * line, a, rows, pitch, full, t1, p, q, r);
        if (ahead > 0) {
          acrossRows(o + line, o + 3 * line, o + 4 * line, a, a + pitch, ahead, pitch, full, t0, t1, p, q, r);
        }
        if (z + 1 < nz) {
          const b = a + slice;
          acrossRows(o, o + 5 * line, o + 6 * line, a, b, rows, pitch, full, t0, t1, p, q, r);
          if (ahead > 0) {
            acrossRows(o + 7 * line, o + 9 * line, o + 10 * line, a, b + pitch, ahead, pitch, full, t0, t1, p, q, r);
          }
          if (rows > behind) {
            const from = <usize>behind * pitch;
            acrossRows(
              o + 8 * line, o + 11 * line, o + 12 * line, a + from, b + from - pitch, rows - behind, pitch, full, t0,
              t1,
              p, q, r,
            );
          }
        }
      }
      block += full;
    }
    row += rows;
    if (poll(thread, rows * nx)) break;
  }
  return barrier(thread, threads);
}
