// Which labels occur, and how many voxels of each label lie in every plane across z, y and x.
import { barrier, enter, poll, slabStart } from '../core/control';
import { sumBytes } from '../core/lanes';

/** Rows that a u8 column counter can take. */
const ROWS = 255;

/** present[label] = 1 for every label that occurs in labels: u8[n]. present: u8[256], zeroed by the caller; threads
 *  only ever store ones. Blocks of known labels cost four compares, so images of four labels or fewer run at SIMD
 *  speed. */
export function labelsPresent(thread: i32, threads: i32, present: usize, labels: usize, n: u32): i32 {
  enter();
  const blocks = <i32>((n + 15) >> 4);
  const end = slabStart(thread + 1, threads, blocks);
  let a = i8x16.splat(load<i8>(labels));
  let b = a;
  let c = a;
  let d = a;
  store<u8>(present + <usize>load<u8>(labels), 1);
  let turn = 0;
  for (let i = slabStart(thread, threads, blocks); i < end; i++) {
    const at = labels + (<usize>i << 4);
    const x = v128.load(at);
    const known = v128.or(
      v128.or(i8x16.eq(x, a), i8x16.eq(x, b)), v128.or(i8x16.eq(x, c), i8x16.eq(x, d)),
    );
    if (!i8x16.all_true(known)) {
      const lanes = <i32>min(<u32>16, n - (<u32>i << 4));
      for (let k = 0; k < lanes; k++) {
        const label = load<u8>(at + <usize>k);
        if (load<u8>(present + <usize>label) == 0) store<u8>(present + <usize>label, 1);
        // Remember the newest foreign label in turn: with four labels all become known after a few blocks.
        const lane = i8x16.splat(<i8>label);
        if (
          !v128.any_true(v128.xor(lane, a)) || !v128.any_true(v128.xor(lane, b)) ||
          !v128.any_true(v128.xor(lane, c)) || !v128.any_true(v128.xor(lane, d))
        ) continue;
        turn = (turn + 1) & 3;
        if (turn == 0) a = lane;
        else if (turn == 1) b = lane;
        else if (turn == 2) c = lane;
        else d = lane;
      }
    }
    if (poll(thread, 16)) break;
  }
  return barrier(thread, threads);
}

/** Voxels of `label` in rows of nx at `at`; added to byRow[row], and to byColumn[x] for each x. */
function countRows(byRow: usize, byColumn: usize, at: usize, rows: i32, nx: i32, label: u8): u32 {
  const value = i8x16.splat(<i8>label);
  const pitch = <usize>nx;
  const blocks = nx >> 4;
  let total: u32 = 0;
  for (let r = 0; r < rows; r++) {
    const row = at + <usize>r * pitch;
    let sum: u32 = 0;
    let i = 0;
    while (i < blocks) {
      const stop = min(blocks, i + ROWS);
      let count = i8x16.splat(0);
      for (; i < stop; i++) count = i8x16.sub(count, i8x16.eq(v128.load(row + (<usize>i << 4)), value));
      sum += sumBytes(count);
    }
    for (let x = blocks << 4; x < nx; x++) sum += load<u8>(row + <usize>x) == label ? 1 : 0;
    atomic.add<u32>(byRow + (<usize>r << 2), sum);
    total += sum;
  }
  for (let i = 0; i < blocks; i++) {
    let column = at + (<usize>i << 4);
    let count = i8x16.splat(0);
    for (let r = 0; r < rows; r++) {
      count = i8x16.sub(count, i8x16.eq(v128.load(column), value));
      column += pitch;
    }
    const out = byColumn + (<usize>i << 6);
    const low = i16x8.extend_low_i8x16_u(count);
    const high = i16x8.extend_high_i8x16_u(count);
    v128.store(out, i32x4.add(v128.load(out), i32x4.extend_low_i16x8_u(low)));
    v128.store(out, i32x4.add(v128.load(out, 16), i32x4.extend_high_i16x8_u(low)), 16);
    v128.store(out, i32x4.add(v128.load(out, 32), i32x4.extend_low_i16x8_u(high)), 32);
    v128.store(out, i32x4.add(v128.load(out, 48), i32x4.extend_high_i16x8_u(high)), 48);
  }
  for (let x = blocks << 4; x < nx; x++) {
    let count: u32 = 0;
    for (let r = 0; r < rows; r++) count += load<u8>(at + <usize>r * pitch + <usize>x) == label ? 1 : 0;
    const out = byColumn + (<usize>x << 2);
    store<u32>(out, load<u32>(out) + count);
  }
  return total;
}

/** Voxels of each phase in each plane, exact integers.
 *  byZ: u32[count][nz], byY: u32[count][ny], zeroed by the caller; byX: u32[threads][count][nx], each thread its own
 *  part, zeroed here and added up by the caller. labels: u8[nz · ny · nx]; phases: u8[count]. */
export function planeCounts(
  thread: i32, threads: i32, byZ: usize, byY: usize, byX: usize, labels: usize, nz: i32, ny: i32, nx: i32,
  phases: usize, count: i32,
): i32 {
  enter();
  const columns = byX + ((<usize>thread * <usize>count * <usize>nx) << 2);
  memory.fill(columns, 0, (<usize>count * <usize>nx) << 2);
  // Few enough rows for the first cache, and for the cancel word.
  const rowsAtOnce = max(1, min(ROWS, 16384 / nx));
  const end = slabStart(thread + 1, threads, nz * ny);
  let row = slabStart(thread, threads, nz * ny);
  while (row < end) {
    const z = row / ny;
    const y = row - z * ny;
    const rows = min(min(rowsAtOnce, ny - y), end - row);
    const at = labels + <usize>row * <usize>nx;
    for (let k = 0; k < count; k++) {
      const total = countRows(
        byY + ((<usize>k * <usize>ny + <usize>y) << 2), columns + ((<usize>k * <usize>nx) << 2), at, rows, nx,
        load<u8>(phases + <usize>k),
      );
      atomic.add<u32>(byZ + ((<usize>k * <usize>nz + <usize>z) << 2), total);
    }
    row += rows;
    if (poll(thread, rows * nx)) break;
  }
  return barrier(thread, threads);
}
