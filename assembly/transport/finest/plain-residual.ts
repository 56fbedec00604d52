// The residual of one phase on the finest level, computed anew: of the linear profile, and of the solution in f64.
// Conductances are implied by the byte network: 1 between conducting voxels, 2 at the boundary faces; fields hold 0
// where nothing conducts, so that the operator is (A·u)_v = count_v · u_v − Σ u over the six neighbours.
import { poll } from '../../core/control';
import { Level } from '../level/levels';
import {
  countsOf, highCounts, highPair, lengthOf, lowCounts, lowPair, pairAt, sideOf, sumOf, wordsAt,
} from '../level/lanes';

/** Residual of the linear profile in 8 voxels, in units of its step, as i16x8: +1 where a voxel conducts up but not
 *  down, −1 the reverse. network, below, above: their bytes, and those of their neighbours in z. */
// @ts-ignore: decorator
@inline
export function linearResidual(network: usize, below: usize, above: usize, z: i32, nz: i32): v128 {
  const zero = i8x16.splat(0);
  const one = i8x16.splat(1);
  const up = z == nz - 1 ? one : v128.and(i8x16.ne(v128.load64_zero(above), zero), one);
  const down = z == 0 ? one : v128.and(i8x16.ne(v128.load64_zero(below), zero), one);
  return i16x8.extend_low_i8x16_s(v128.and(i8x16.sub(up, down), i8x16.ne(v128.load64_zero(network), zero)));
}

/** r = b, the residual of the linear profile, in plane z. @returns Σ r². */
export function linearPlane(thread: i32, entry: Level, z: i32): f64 {
  const ny = entry.ny;
  const length = lengthOf(entry);
  const plane = entry.planeBytes >> 2;
  const half = entry.halfBytes;
  let sum = 0;
  for (let y = 0; y < ny; y++) {
    if (poll(thread, entry.nx)) break;
    const row = <usize>z * entry.planeBytes + <usize>y * entry.rowBytes;
    for (let colour: usize = 0; colour < 2; colour++) {
      const r = entry.right + row + colour * half;
      const network = entry.network + ((row + colour * half) >> 2);
      const other = entry.network + ((row + (1 - colour) * half) >> 2);
      let i: usize = 0;
      do {
        const k = i >> 2;
        const b = linearResidual(network + k, other + k - plane, other + k + plane, z, entry.nz);
        v128.store(r + i, f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_s(b)));
        v128.store(r + i, f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_s(b)), 16);
        sum += <i32>popcnt<u32>(<u32>i16x8.bitmask(i16x8.ne(b, i16x8.splat(0))));
        i += 32;
      } while (i != length);
    }
  }
  return <f64>sum;
}

/** Σ over the six neighbours of 2 voxels, see sixLow. */
// @ts-ignore: decorator
@inline
export function sixPairs<W>(o: usize, second: usize, side: usize, pitch: usize, plane: usize): v128 {
  return f64x2.add(
    f64x2.add(f64x2.add(wordsAt<W>(o, second), wordsAt<W>(o + side, second)), f64x2.add(
      wordsAt<W>(o - pitch, second), wordsAt<W>(o + pitch, second),
    )),
    f64x2.add(wordsAt<W>(o - plane, second), wordsAt<W>(o + plane, second)),
  );
}

/** True residual t = b − A·x of plane z in f64, stored in f32 over r.
 *  sums (f64, 8 bytes each): +0 Σ t², +stride Σ x·(b + t), +2·stride Σ x over the plane.
 *  E: f32 where a right-hand side is given or there is a diagonal term, else u8 */
export function verifyPlane<W, E>(
  thread: i32, entry: Level, x: usize, second: usize, sums: usize, stride: usize, z: i32,
): void {
  const ny = entry.ny;
  const length = lengthOf(entry) >> 2;
  const pitch = entry.rowBytes;
  const plane = entry.planeBytes;
  const half = entry.halfBytes;
  let squares = f64x2.splat(0);
  let energy = squares;
  let total = squares;
  for (let y = 0; y < ny; y++) {
    if (poll(thread, entry.nx)) break;
    for (let colour: usize = 0; colour < 2; colour++) {
      const own = <usize>z * plane + <usize>y * pitch + colour * half;
      const same = <usize>z * plane + <usize>y * pitch + (1 - colour) * half;
      const network = entry.network + (own >> 2);
      const other = entry.network + (same >> 2);
      const side = sideOf((z + y + <i32>colour) & 1);
      let k: usize = 0;
      do {
        // Most voxels of most structures do not conduct, and this loop is long: r is 0 there already.
        if (load<u64>(network + k) != 0) {
          const rights = linearResidual(network + k, other + k - (plane >> 2), other + k + (plane >> 2), z, entry.nz);
          const counts = countsOf(network + k);
          for (let quad: usize = 0; quad < 2; quad++) {
            const at = (k << 2) + (quad << 4);
            let b = f32x4.convert_i32x4_s(quad ? i32x4.extend_high_i16x8_s(rights) : i32x4.extend_low_i16x8_s(rights));
            const d = quad ? highCounts(counts) : lowCounts(counts);
            let lowSum = lowPair(d);
            let highSum = highPair(d);
            if (sizeof<E>() == 4) {
              if (entry.given) b = v128.load(entry.given + own + at);
              if (entry.diagonal) {
                lowSum = f64x2.add(lowSum, pairAt(entry.diagonal + own + at));
                highSum = f64x2.add(highSum, pairAt(entry.diagonal + own + at + 8));
              }
            }
            const first = wordsAt<W>(x + own + at, second);
            const last = wordsAt<W>(x + own + at + 8, second);
            const conducts = f32x4.gt(d, f32x4.splat(0));
            const o = x + same + at;
            const low = v128.and(lowMask(conducts), f64x2.add(lowPair(b), f64x2.sub(
              sixPairs<W>(o, second, side, pitch, plane), f64x2.mul(lowSum, first))));
            const high = v128.and(highMask(conducts), f64x2.add(highPair(b), f64x2.sub(
              sixPairs<W>(o + 8, second, side, pitch, plane), f64x2.mul(highSum, last))));
            squares = f64x2.add(squares, f64x2.add(f64x2.mul(low, low), f64x2.mul(high, high)));
            energy = f64x2.add(energy, f64x2.add(
              f64x2.mul(first, f64x2.add(lowPair(b), low)), f64x2.mul(last, f64x2.add(highPair(b), high))));
            total = f64x2.add(total, f64x2.add(first, last));
            v128.store(entry.right + own + at, i8x16.shuffle(
              f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(
                high,
              ), 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23));
          }
        }
        k += 8;
      } while (k != length);
    }
  }
  store<f64>(sums, sumOf(squares));
  store<f64>(sums + stride, sumOf(energy));
  store<f64>(sums + 2 * stride, sumOf(total));
}

/** Masks of 4 f32 as masks of the first and of the last 2 f64. */
// @ts-ignore: decorator
@inline
function lowMask(m: v128): v128 { return i8x16.shuffle(m, m, 0, 1, 2, 3, 0, 1, 2, 3, 4, 5, 6, 7, 4, 5, 6, 7); }
// @ts-ignore: decorator
@inline
function highMask(m: v128): v128 {
  return i8x16.shuffle(m, m, 8, 9, 10, 11, 8, 9, 10, 11, 12, 13, 14, 15, 12, 13, 14, 15);
}
