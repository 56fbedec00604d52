// The conjugate gradient step on a finest level with any face conductances (level/codes.ts); passes as in finest.ts.
import { barrier, leave, tick } from '../../core/control';
import { bookX, bookY, bookZ, facesFrom, flow } from '../level/codes';
import { addTo, plus } from '../level/lanes';
import { firstPlane, Level, quadsOf, validLanes } from '../level/levels';
import { exchange } from '../level/periodic';
import { sumEnergy } from './periodic-cycle';

/** p = u + beta·p in row (z, y) of one colour. */
function directRow(entry: Level, p: usize, beta: f32, at: usize): void {
  const u = entry.solution + at;
  const to = p + at;
  const factor = f32x4.splat(beta);
  const length = <usize>quadsOf(entry.nx) << 4;
  let i: usize = 0;
  do {
    v128.store(to + i, f32x4.add(v128.load(u + i), f32x4.mul(factor, v128.load(to + i))));
    i += 16;
  } while (i != length);
}

/** Both colours of rows [first, last) of plane z. */
function directRows(entry: Level, p: usize, beta: f32, z: i32, first: i32, last: i32): void {
  for (let y = first; y < last; y++) {
    const at = <usize>z * entry.planeBytes + <usize>y * entry.rowBytes;
    directRow(entry, p, beta, at);
    directRow(entry, p, beta, at + entry.halfBytes);
  }
}

/** x += alpha·p, r −= alpha·A·p in row (z, y) of one colour. @returns Σ r² as f64x2 */
function stepRow<K, D>(entry: Level, x: usize, p: usize, alpha: f32, colour: usize, z: i32, y: i32): v128 {
  const pitch = entry.rowBytes;
  const plane = entry.planeBytes;
  const own = <usize>z * plane + <usize>y * pitch + colour * entry.halfBytes;
  const other = <usize>z * plane + <usize>y * pitch + (1 - colour) * entry.halfBytes;
  const q = <usize>((z + y + <i32>colour) & 1);
  const v = p + own;
  const o = p + other;
  const side = o + (q << 2);
  const sum = x + own;
  const r = entry.right + own;
  const west = facesFrom<K>(entry.faceX, own);
  const east = facesFrom<K>(entry.faceX, other + (q << 2));
  const south = facesFrom<K>(entry.faceY, own);
  const north = facesFrom<K>(entry.faceY, other + pitch);
  const down = facesFrom<K>(entry.faceZ, own);
  const up = facesFrom<K>(entry.faceZ, other + plane);
  const inX = bookX(entry);
  const inY = bookY(entry);
  const below = bookZ(entry, z);
  const above = bookZ(entry, z + 1);
  const count = entry.validCount(q);
  const m = entry.diagonal + own;
  const length = <usize>quadsOf(entry.nx) << 4;
  const factor = f32x4.splat(alpha);
  let squares = f64x2.splat(0);
  let i: usize = 0;
  do {
    const value = v128.load(v + i);
    let inward = flow<K>(value, i, west, east, south, north, down, up, inX, inY, below, above, side, o, pitch, plane);
    if (sizeof<D>() == 4) inward = f32x4.sub(inward, f32x4.mul(v128.load(m + i), value));
    v128.store(sum + i, f32x4.add(v128.load(sum + i), f32x4.mul(factor, value)));
    const left = v128.and(f32x4.add(v128.load(r + i), f32x4.mul(factor, inward)), validLanes(count, i));
    v128.store(r + i, left);
    squares = plus(squares, f32x4.mul(left, left));
    i += 16;
  } while (i != length);
  return squares;
}

/** `finest.direct`. */
export function direct<K, D>(thread: i32, threads: i32, entry: Level, p: usize, beta: f32, sums: usize): i32 {
  const begin = firstPlane(thread, threads, entry);
  const end = firstPlane(thread + 1, threads, entry);
  for (let z = begin; z < end; z++) {
    directRows(entry, p, beta, z, 0, entry.ny);
    if (tick(thread, <usize>entry.ny * <usize>entry.nx)) break;
  }
  let status = barrier(thread, threads);
  if (status) return status;
  if ((status = exchange(thread, threads, entry, p, begin, end))) return status;
  sumEnergy<K, D>(thread, entry, p, begin, end, sums);
  return barrier(thread, threads);
}

/** Both colours of rows [first, last) of plane z. sums: Σ r² */
function stepRows<K, D>(
  entry: Level, x: usize, p: usize, alpha: f32, sums: usize, z: i32, first: i32, last: i32,
): void {
  let squares = f64x2.splat(0);
  for (let y = first; y < last; y++) {
    squares = f64x2.add(
      squares, f64x2.add(stepRow<K, D>(entry, x, p, alpha, 0, z, y), stepRow<K, D>(entry, x, p, alpha, 1, z, y)),
    );
  }
  if (first == 0) store<f64>(sums, 0);
  addTo(sums, squares);
}

/** `finest.advance`, tile by tile of rows, so that r, x and p cross the memory bus once. Where the window ends, p is
 *  made one plane ahead of the walk, but for what neighbouring slabs and tiles look at, which comes first: see
 *  plain-step.ts. */
export function advance<K, D>(
  thread: i32, threads: i32, entry: Level, x: usize, p: usize, alpha: f32, beta: f32, sums: usize,
): i32 {
  const begin = firstPlane(thread, threads, entry);
  const end = firstPlane(thread + 1, threads, entry);
  const ny = entry.ny;
  const tile = entry.tileRows;
  const open = !entry.periodic;
  if (open) {
    for (let z = begin; z < end; z++) {
      const whole = z == begin || z == end - 1;
      for (let first = 0; first < ny; first += tile) {
        directRows(entry, p, beta, z, first, whole ? min(first + tile, ny) : min(first, 1) + first);
      }
      if (tick(thread, <usize>entry.nx)) break;
    }
    const status = barrier(thread, threads);
    if (status) return status;
  }
  for (let first = 0; first < ny; first += tile) {
    const last = min(first + tile, ny);
    for (let z = begin; z < end; z++) {
      if (open && z + 1 < end - 1) directRows(entry, p, beta, z + 1, first == 0 ? 0 : first + 1, last);
      stepRows<K, D>(entry, x, p, alpha, sums + (<usize>z << 3), z, first, last);
      if (tick(thread, <usize>(last - first) * <usize>entry.nx)) break;
    }
    if (leave()) break;
  }
  return barrier(thread, threads);
}
