// The residual of one phase on the finest level, computed anew: of the linear profile, and of the solution in f64. Conductances
// are implied by the byte network: 1 between conducting voxels, 2 at the boundary faces; fields hold 0 where nothing conducts,
// so that the operator is (A·u)_v = count_v · u_v − Σ u over the six neighbours.
import { barrier, leave, tick } from '../core/control';
import { countsAt, firstPlane, halfBytes, networkOf, nxOf, nyOf, nzOf, planeBytes, quadsOf, rightOf, rowBytes } from './levels';
import { highPair, lowPair, STEP, sumOf } from './lanes';

/** Residual of the linear profile in plane z, in units of its step: +1 where a voxel conducts up but not down, −1 the reverse.
 *  @returns Σ r². */
function linearPlane(thread: i32, entry: usize, network: usize, z: i32): f64 {
  const ny = nyOf(entry);
  const quads = quadsOf(nxOf(entry));
  const plane = planeBytes(entry);
  const half = halfBytes(entry);
  let sum: f64 = 0;
  let since = 0;
  for (let y = 0; y < ny; y++) {
    since += nxOf(entry);
    if (since >= STEP || y == ny - 1) {
      if (tick(thread, since)) break;
      since = 0;
    }
    for (let colour: usize = 0; colour < 2; colour++) {
      const own = <usize>z * plane + <usize>y * rowBytes(entry) + colour * half;
      const n = network + (own >> 2);
      const o = network + ((<usize>z * plane + <usize>y * rowBytes(entry) + (1 - colour) * half) >> 2);
      for (let k = 0; k < quads; k++) {
        const b = linearResidual(n, o, plane, z, nzOf(entry), <usize>k << 2);
        v128.store(rightOf(entry) + own + (<usize>k << 4), b);
        const square = f32x4.mul(b, b);
        sum += <f64>(f32x4.extract_lane(square, 0) + f32x4.extract_lane(square, 1)
          + f32x4.extract_lane(square, 2) + f32x4.extract_lane(square, 3));
      }
    }
  }
  return sum;
}

// @ts-ignore: decorator
@inline
function linearResidual(n: usize, o: usize, plane: usize, z: i32, nz: i32, k: usize): v128 {
  const zero = f32x4.splat(0);
  const one = f32x4.splat(1);
  const up = z == nz - 1 ? one : v128.and(one, f32x4.gt(countsAt(o + k + (plane >> 2)), zero));
  const down = z == 0 ? one : v128.and(one, f32x4.gt(countsAt(o + k - (plane >> 2)), zero));
  return v128.and(f32x4.sub(up, down), f32x4.gt(countsAt(n + k), zero));
}

/** True residual t = b − A·x of plane z in f64, stored in f32 over r.
 *  sums (f64, 8 bytes each): +0 Σ t², +stride Σ x·(b + t), +2·stride Σ x over the plane. */
function verifyPlane(thread: i32, entry: usize, network: usize, x: usize, sums: usize, stride: usize, z: i32): void {
  const ny = nyOf(entry);
  const quads = quadsOf(nxOf(entry));
  const pitch = rowBytes(entry);
  const plane = planeBytes(entry);
  const half = halfBytes(entry);
  let squares = f64x2.splat(0);
  let energy = squares;
  let total = squares;
  let since = 0;
  for (let y = 0; y < ny; y++) {
    since += nxOf(entry);
    if (since >= STEP || y == ny - 1) {
      if (tick(thread, since)) break;
      since = 0;
    }
    for (let colour: usize = 0; colour < 2; colour++) {
      const own = <usize>z * plane + <usize>y * pitch + colour * half;
      const same = <usize>z * plane + <usize>y * pitch + (1 - colour) * half;
      const q = <usize>((z + y + <i32>colour) & 1) << 2;
      for (let k = 0; k < quads; k++) {
        const i = <usize>k << 4;
        const b = linearResidual(network + (own >> 2), network + (same >> 2), plane, z, nzOf(entry), <usize>k << 2);
        const counts = countsAt(network + (own >> 2) + (<usize>k << 2));
        let stored = f32x4.splat(0);
        for (let pair: usize = 0; pair < 2; pair++) {
          const o = x + same + i + (pair << 3);
          const value = f64x2.promote_low_f32x4(v128.load64_zero(x + own + i + (pair << 3)));
          const d = pair ? highPair(counts) : lowPair(counts);
          const right = pair ? highPair(b) : lowPair(b);
          const sum = f64x2.add(
            f64x2.add(
              f64x2.add(
                f64x2.promote_low_f32x4(v128.load64_zero(o + q - 4)), f64x2.promote_low_f32x4(v128.load64_zero(o + q))),
              f64x2.add(
                f64x2.promote_low_f32x4(v128.load64_zero(o - pitch)), f64x2.promote_low_f32x4(v128.load64_zero(o + pitch))),
            ),
            f64x2.add(
              f64x2.promote_low_f32x4(v128.load64_zero(o - plane)), f64x2.promote_low_f32x4(v128.load64_zero(o + plane))),
          );
          const t = v128.and(
            f64x2.add(right, f64x2.sub(sum, f64x2.mul(d, value))), f64x2.gt(d, f64x2.splat(0)));
          squares = f64x2.add(squares, f64x2.mul(t, t));
          energy = f64x2.add(energy, f64x2.mul(value, f64x2.add(right, t)));
          total = f64x2.add(total, value);
          const narrow = f32x4.demote_f64x2_zero(t);
          stored = pair ? i8x16.shuffle(stored, narrow, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23) : narrow;
        }
        v128.store(rightOf(entry) + own + i, stored);
      }
    }
  }
  store<f64>(sums, sumOf(squares));
  store<f64>(sums + stride, sumOf(energy));
  store<f64>(sums + 2 * stride, sumOf(total));
}

/** r = b, the residual of the linear profile. sums: f64[nz], Σ r² per plane. */
export function linear(thread: i32, threads: i32, entry: usize, sums: usize): i32 {
  const end = firstPlane(thread + 1, threads, entry);
  for (let z = firstPlane(thread, threads, entry); z < end; z++) {
    store<f64>(sums + (<usize>z << 3), linearPlane(thread, entry, networkOf(entry), z));
    if (leave()) break;
  }
  return barrier(thread, threads);
}

/** r = b − A·x, computed in f64. sums: f64[3][nz]: Σ r², Σ x·(b + r), Σ x per plane. */
export function verify(thread: i32, threads: i32, entry: usize, x: usize, sums: usize): i32 {
  const end = firstPlane(thread + 1, threads, entry);
  for (let z = firstPlane(thread, threads, entry); z < end; z++) {
    verifyPlane(thread, entry, networkOf(entry), x, sums + (<usize>z << 3), <usize>nzOf(entry) << 3, z);
    if (leave()) break;
  }
  return barrier(thread, threads);
}
