// One step of conjugate gradients on the finest level for one phase, in one sweep over memory.
import { barrier, leave, tick } from '../../core/control';
import { firstPlane, Level } from '../level/levels';
import {
  addTo, countsOf, highCounts, lengthOf, lowCounts, plus, sideOf, sixHigh, sixLow, where, withTerm,
} from '../level/lanes';

/** p = u + beta·p in row (z, y), both colours. */
function directRow(entry: Level, p: usize, beta: v128, z: i32, y: i32): void {
  const length = lengthOf(entry);
  const row = <usize>z * entry.planeBytes + <usize>y * entry.rowBytes;
  for (let colour: usize = 0; colour < 2; colour++) {
    const u = entry.solution + row + colour * entry.halfBytes;
    const at = p + row + colour * entry.halfBytes;
    let i: usize = 0;
    do {
      v128.store(at + i, f32x4.add(v128.load(u + i), f32x4.mul(beta, v128.load(at + i))));
      v128.store(at + i, f32x4.add(v128.load(u + i, 16), f32x4.mul(beta, v128.load(at + i, 16))), 16);
      i += 32;
    } while (i != length);
  }
}

/** x += alpha·p, r −= alpha·A·p in one colour of a row; o: p of the other colour; m: its diagonal term (D: f32) or none
 *  (u8).
 *  @returns sum + Σ r² */
// @ts-ignore: decorator
@inline
function stepRow<D>(
  x: usize, r: usize, p: usize, network: usize, m: usize, o: usize, side: usize, pitch: usize, plane: usize,
  alpha: v128, length: usize, sum: v128,
): v128 {
  let i: usize = 0;
  do {
    const counts = countsOf(network + (i >> 2));
    const lows = lowCounts(counts);
    const highs = highCounts(counts);
    const low = v128.load(p + i);
    const high = v128.load(p + i, 16);
    const at = o + i;
    const lowProduct =
      f32x4.sub(f32x4.mul(withTerm<D>(lows, m + i), low), sixLow(at, side, pitch, at - plane, at + plane));
    const highProduct =
      f32x4.sub(f32x4.mul(withTerm<D>(highs, m + i + 16), high), sixHigh(at, side, pitch, at - plane, at + plane));
    v128.store(x + i, f32x4.add(v128.load(x + i), f32x4.mul(alpha, low)));
    v128.store(x + i, f32x4.add(v128.load(x + i, 16), f32x4.mul(alpha, high)), 16);
    const lowLeft = where(lows, f32x4.sub(v128.load(r + i), f32x4.mul(alpha, lowProduct)));
    const highLeft = where(highs, f32x4.sub(v128.load(r + i, 16), f32x4.mul(alpha, highProduct)));
    v128.store(r + i, lowLeft);
    v128.store(r + i, highLeft, 16);
    sum = plus(sum, f32x4.add(f32x4.mul(lowLeft, lowLeft), f32x4.mul(highLeft, highLeft)));
    i += 32;
  } while (i != length);
  return sum;
}

/** Both colours of rows [first, last) of plane z. sums: Σ r² */
function stepRows<D>(entry: Level, x: usize, p: usize, alpha: v128, sums: usize, z: i32, first: i32, last: i32): void {
  const pitch = entry.rowBytes;
  const plane = entry.planeBytes;
  const half = entry.halfBytes;
  const length = lengthOf(entry);
  let sum = f64x2.splat(0);
  for (let y = first; y < last; y++) {
    const red = <usize>z * plane + <usize>y * pitch;
    const black = red + half;
    const r = entry.right;
    const n = entry.network;
    const m = entry.diagonal;
    const side = sideOf((z + y) & 1);
    sum =
      stepRow<D>(x + red, r + red, p + red, n + (red >> 2), m + red, p + black, side, pitch, plane, alpha, length, sum);
    sum = stepRow<D>(
      x + black, r + black, p + black, n + (black >> 2), m + black, p + red, 0 - side, pitch, plane, alpha, length, sum,
    );
  }
  if (first == 0) store<f64>(sums, 0);
  addTo(sums, sum);
}

/** p = u + beta·p, x += alpha·p, r −= alpha·A·p. sums: f64[nz], Σ r² per plane.
 *  A·p looks one plane and one row ahead of the walk. So the planes that neighbouring slabs and the rows that the tile
 *  before look at are done first, and the walk goes round them. */
export function advance<D>(
  thread: i32, threads: i32, entry: Level, x: usize, p: usize, alpha: f32, beta: f32, sums: usize,
): i32 {
  const z0 = firstPlane(thread, threads, entry);
  const z1 = firstPlane(thread + 1, threads, entry);
  const ny = entry.ny;
  const tile = entry.tileRows;
  const nx = <usize>entry.nx;
  const factor = f32x4.splat(beta);
  for (let z = z0; z < z1; z++) {
    const whole = z == z0 || z == z1 - 1;
    for (let first = 0; first < ny; first += tile) {
      const last = whole ? min(first + tile, ny) : min(first, 1) + first;
      for (let y = first; y < last; y++) directRow(entry, p, factor, z, y);
      if (tick(thread, <usize>(last - first) * nx)) break;
    }
    if (leave()) break;
  }
  const status = barrier(thread, threads);
  if (status) return status;

  const step = f32x4.splat(alpha);
  for (let first = 0; first < ny; first += tile) {
    const last = min(first + tile, ny);
    for (let z = z0; z < z1; z++) {
      if (z + 1 < z1 - 1) {
        for (let y = first == 0 ? 0 : first + 1; y < last; y++) directRow(entry, p, factor, z + 1, y);
      }
      stepRows<D>(entry, x, p, step, sums + (<usize>z << 3), z, first, last);
      if (tick(thread, <usize>(last - first) * nx)) break;
    }
    if (leave()) break;
  }
  return barrier(thread, threads);
}
