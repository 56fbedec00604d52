// The passes of finest.ts for one phase. Conductances are implied by the byte network: 1 between conducting voxels, 2 at the
// boundary faces; fields hold 0 where nothing conducts, so that the operator is (A·u)_v = count_v · u_v − Σ u over the six
// neighbours.
import { POLL_VOXELS } from '../layout';
import { barrier, leave, tick } from '../core/control';
import {
  countsAt, ENTRY_BYTES, firstPlane, halfBytes, networkOf, nxOf, nyOf, nzOf, planeBytes, quadsOf, rightOf, rowBytes, solutionOf,
  storeSplit,
} from './levels';

/** Voxels between two looks at the cancel word. */
const STEP = POLL_VOXELS >> 2;

/** Σ over the six neighbours of 4 voxels. o: address of the other colour, same element; q: 4·parity of x. */
// @ts-ignore: decorator
@inline
function six(o: usize, q: usize, pitch: usize, plane: usize): v128 {
  return f32x4.add(
    f32x4.add(f32x4.add(v128.load(o + q - 4), v128.load(o + q)), f32x4.add(v128.load(o - pitch), v128.load(o + pitch))),
    f32x4.add(v128.load(o - plane), v128.load(o + plane)),
  );
}

/** a / counts where voxels conduct, else 0. */
// @ts-ignore: decorator
@inline
function divided(a: v128, counts: v128): v128 {
  return v128.and(f32x4.div(a, counts), f32x4.gt(counts, f32x4.splat(0)));
}

// @ts-ignore: decorator
@inline
function lowPair(v: v128): v128 {
  return f64x2.promote_low_f32x4(v);
}

// @ts-ignore: decorator
@inline
function highPair(v: v128): v128 {
  return f64x2.promote_low_f32x4(i8x16.shuffle(v, v, 8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15));
}

// @ts-ignore: decorator
@inline
function sumOf(v: v128): f64 {
  return f64x2.extract_lane(v, 0) + f64x2.extract_lane(v, 1);
}

/** Red from zero in plane z: u = b / d. */
function startPlane(thread: i32, entry: usize, network: usize, z: i32): void {
  const ny = nyOf(entry);
  const quads = quadsOf(nxOf(entry));
  let since = 0;
  for (let y = 0; y < ny; y++) {
    since += nxOf(entry);
    if (since >= STEP || y == ny - 1) {
      if (tick(thread, since)) break;
      since = 0;
    }
    const row = <usize>z * planeBytes(entry) + <usize>y * rowBytes(entry);
    const u = solutionOf(entry) + row;
    const b = rightOf(entry) + row;
    const n = network + (row >> 2);
    for (let k = 0; k < quads; k++) {
      const i = <usize>k << 4;
      v128.store(u + i, divided(v128.load(b + i), countsAt(n + (<usize>k << 2))));
    }
  }
}

/** Half sweep of one colour in plane z: u = (b + Σ u) / d. @returns Σ b·u of that colour. */
function relaxPlane(thread: i32, entry: usize, network: usize, colour: usize, z: i32): f64 {
  const ny = nyOf(entry);
  const quads = quadsOf(nxOf(entry));
  const pitch = rowBytes(entry);
  const plane = planeBytes(entry);
  const half = halfBytes(entry);
  let even = f64x2.splat(0);
  let odd = even;
  let since = 0;
  for (let y = 0; y < ny; y++) {
    since += nxOf(entry);
    if (since >= STEP || y == ny - 1) {
      if (tick(thread, since)) break;
      since = 0;
    }
    const own = <usize>z * plane + <usize>y * pitch + colour * half;
    const o = solutionOf(entry) + <usize>z * plane + <usize>y * pitch + (1 - colour) * half;
    const q = <usize>((z + y + <i32>colour) & 1) << 2;
    const u = solutionOf(entry) + own;
    const b = rightOf(entry) + own;
    const n = network + (own >> 2);
    for (let k = 0; k < quads; k++) {
      const i = <usize>k << 4;
      const right = v128.load(b + i);
      const value = divided(f32x4.add(right, six(o + i, q, pitch, plane)), countsAt(n + (<usize>k << 2)));
      v128.store(u + i, value);
      const product = f32x4.mul(right, value);
      even = f64x2.add(even, lowPair(product));
      odd = f64x2.add(odd, highPair(product));
    }
  }
  return sumOf(f64x2.add(even, odd));
}

/** Residual after red from zero and black, summed over aggregates into the right-hand side of level 1, coarse plane Z. */
function restrictPlane(thread: i32, entry: usize, network: usize, Z: i32): void {
  const coarse = entry + ENTRY_BYTES;
  const nz = nzOf(entry);
  const ny = nyOf(entry);
  const pairs = (quadsOf(nxOf(entry)) + 1) >> 1;
  const pitch = rowBytes(entry);
  const plane = planeBytes(entry);
  const half = halfBytes(entry);
  const nyCoarse = nyOf(coarse);
  const zero = f32x4.splat(0);
  const zEnd = min(2 * Z + 2, nz);
  let since = 0;
  for (let Y = 0; Y < nyCoarse; Y++) {
    since += 4 * nxOf(entry);
    if (since >= STEP || Y == nyCoarse - 1) {
      if (tick(thread, since)) break;
      since = 0;
    }
    const at = rightOf(coarse) + <usize>Z * planeBytes(coarse) + <usize>Y * rowBytes(coarse);
    const odd = <usize>((Z + Y) & 1);
    const even = at + odd * halfBytes(coarse);
    const rest = at + (1 - odd) * halfBytes(coarse);
    const yEnd = min(2 * Y + 2, ny);
    for (let k = 0; k < pairs; k++) {
      let low = zero;
      let high = zero;
      for (let z = 2 * Z; z < zEnd; z++) {
        for (let y = 2 * Y; y < yEnd; y++) {
          const q = <usize>((z + y) & 1) << 2;
          const own = <usize>z * plane + <usize>y * pitch + (<usize>k << 5);
          const o = solutionOf(entry) + own + half;
          const n = network + (own >> 2);
          low = f32x4.add(low, v128.and(six(o, q, pitch, plane), f32x4.gt(countsAt(n), zero)));
          high = f32x4.add(high, v128.and(six(o + 16, q, pitch, plane), f32x4.gt(countsAt(n + 4), zero)));
        }
      }
      storeSplit(even + (<usize>k << 4), rest + (<usize>k << 4), low, high);
    }
  }
}

/** Adds the solution of level 1 to red in plane z. */
function correctPlane(thread: i32, entry: usize, network: usize, z: i32): void {
  const coarse = entry + ENTRY_BYTES;
  const ny = nyOf(entry);
  const pairs = (quadsOf(nxOf(entry)) + 1) >> 1;
  const zero = f32x4.splat(0);
  let since = 0;
  for (let y = 0; y < ny; y++) {
    since += nxOf(entry);
    if (since >= STEP || y == ny - 1) {
      if (tick(thread, since)) break;
      since = 0;
    }
    const row = <usize>z * planeBytes(entry) + <usize>y * rowBytes(entry);
    const at = solutionOf(coarse) + <usize>(z >> 1) * planeBytes(coarse) + <usize>(y >> 1) * rowBytes(coarse);
    const odd = <usize>(((z >> 1) + (y >> 1)) & 1);
    const even = at + odd * halfBytes(coarse);
    const rest = at + (1 - odd) * halfBytes(coarse);
    for (let k = 0; k < pairs; k++) {
      const a = v128.load(even + (<usize>k << 4));
      const b = v128.load(rest + (<usize>k << 4));
      const u = solutionOf(entry) + row + (<usize>k << 5);
      const n = network + (row >> 2) + (<usize>k << 3);
      const low = i8x16.shuffle(a, b, 0, 1, 2, 3, 16, 17, 18, 19, 4, 5, 6, 7, 20, 21, 22, 23);
      const high = i8x16.shuffle(a, b, 8, 9, 10, 11, 24, 25, 26, 27, 12, 13, 14, 15, 28, 29, 30, 31);
      v128.store(u, f32x4.add(v128.load(u), v128.and(low, f32x4.gt(countsAt(n), zero))));
      v128.store(u, f32x4.add(v128.load(u, 16), v128.and(high, f32x4.gt(countsAt(n + 4), zero))), 16);
    }
  }
}

/** p = u + beta·p in plane z, both colours. */
function directionPlane(thread: i32, entry: usize, p: usize, beta: f32, z: i32): void {
  const ny = nyOf(entry);
  const quads = quadsOf(nxOf(entry));
  const half = halfBytes(entry);
  const factor = f32x4.splat(beta);
  let since = 0;
  for (let y = 0; y < ny; y++) {
    since += nxOf(entry);
    if (since >= STEP || y == ny - 1) {
      if (tick(thread, since)) break;
      since = 0;
    }
    for (let colour: usize = 0; colour < 2; colour++) {
      const row = <usize>z * planeBytes(entry) + <usize>y * rowBytes(entry) + colour * half;
      for (let k = 0; k < quads; k++) {
        const i = row + (<usize>k << 4);
        v128.store(p + i, f32x4.add(v128.load(solutionOf(entry) + i), f32x4.mul(factor, v128.load(p + i))));
      }
    }
  }
}

/** @returns p·A·p over plane z. Both off-diagonal halves are equal, so only red looks at its neighbours. */
function curvaturePlane(thread: i32, entry: usize, network: usize, p: usize, z: i32): f64 {
  const ny = nyOf(entry);
  const quads = quadsOf(nxOf(entry));
  const pitch = rowBytes(entry);
  const plane = planeBytes(entry);
  const half = halfBytes(entry);
  const two = f32x4.splat(2);
  let even = f64x2.splat(0);
  let odd = even;
  let since = 0;
  for (let y = 0; y < ny; y++) {
    since += nxOf(entry);
    if (since >= STEP || y == ny - 1) {
      if (tick(thread, since)) break;
      since = 0;
    }
    const row = <usize>z * plane + <usize>y * pitch;
    const q = <usize>((z + y) & 1) << 2;
    for (let k = 0; k < quads; k++) {
      const i = row + (<usize>k << 4);
      const red = v128.load(p + i);
      const black = v128.load(p + half + i);
      const a = f32x4.mul(red, f32x4.sub(
        f32x4.mul(countsAt(network + (i >> 2)), red), f32x4.mul(two, six(p + half + i, q, pitch, plane))));
      const b = f32x4.mul(countsAt(network + ((i + half) >> 2)), f32x4.mul(black, black));
      even = f64x2.add(even, f64x2.add(lowPair(a), lowPair(b)));
      odd = f64x2.add(odd, f64x2.add(highPair(a), highPair(b)));
    }
  }
  return sumOf(f64x2.add(even, odd));
}

/** x += alpha·p, r −= alpha·A·p in plane z. @returns Σ r². */
function stepPlane(thread: i32, entry: usize, network: usize, x: usize, p: usize, alpha: f32, z: i32): f64 {
  const ny = nyOf(entry);
  const quads = quadsOf(nxOf(entry));
  const pitch = rowBytes(entry);
  const plane = planeBytes(entry);
  const half = halfBytes(entry);
  const factor = f32x4.splat(alpha);
  const zero = f32x4.splat(0);
  let even = f64x2.splat(0);
  let odd = even;
  let since = 0;
  for (let y = 0; y < ny; y++) {
    since += nxOf(entry);
    if (since >= STEP || y == ny - 1) {
      if (tick(thread, since)) break;
      since = 0;
    }
    for (let colour: usize = 0; colour < 2; colour++) {
      const own = <usize>z * plane + <usize>y * pitch + colour * half;
      const o = p + <usize>z * plane + <usize>y * pitch + (1 - colour) * half;
      const q = <usize>((z + y + <i32>colour) & 1) << 2;
      for (let k = 0; k < quads; k++) {
        const i = <usize>k << 4;
        const counts = countsAt(network + (own >> 2) + (<usize>k << 2));
        const direction = v128.load(p + own + i);
        const product = f32x4.sub(f32x4.mul(counts, direction), six(o + i, q, pitch, plane));
        const at = own + i;
        v128.store(x + at, f32x4.add(v128.load(x + at), f32x4.mul(factor, direction)));
        const r = rightOf(entry) + at;
        const left = v128.and(f32x4.sub(v128.load(r), f32x4.mul(factor, product)), f32x4.gt(counts, zero));
        v128.store(r, left);
        const square = f32x4.mul(left, left);
        even = f64x2.add(even, lowPair(square));
        odd = f64x2.add(odd, highPair(square));
      }
    }
  }
  return sumOf(f64x2.add(even, odd));
}

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

export function linear(thread: i32, threads: i32, entry: usize, sums: usize): i32 {
  const end = firstPlane(thread + 1, threads, entry);
  for (let z = firstPlane(thread, threads, entry); z < end; z++) {
    store<f64>(sums + (<usize>z << 3), linearPlane(thread, entry, networkOf(entry), z));
    if (leave()) break;
  }
  return barrier(thread, threads);
}

export function descend(thread: i32, threads: i32, entry: usize): i32 {
  const network = networkOf(entry);
  const start = firstPlane(thread, threads, entry);
  const end = firstPlane(thread + 1, threads, entry);
  for (let z = start; z < end; z++) {
    startPlane(thread, entry, network, z);
    if (leave()) break;
  }
  let status = barrier(thread, threads);
  if (status) return status;
  for (let z = start; z < end; z++) {
    relaxPlane(thread, entry, network, 1, z);
    if (leave()) break;
  }
  status = barrier(thread, threads);
  if (status) return status;
  for (let z = start; z < end; z += 2) {
    restrictPlane(thread, entry, network, z >> 1);
    if (leave()) break;
  }
  return barrier(thread, threads);
}

export function ascend(thread: i32, threads: i32, entry: usize, sums: usize): i32 {
  const network = networkOf(entry);
  const start = firstPlane(thread, threads, entry);
  const end = firstPlane(thread + 1, threads, entry);
  for (let z = start; z < end; z++) {
    correctPlane(thread, entry, network, z);
    if (leave()) break;
  }
  let status = barrier(thread, threads);
  if (status) return status;
  for (let z = start; z < end; z++) {
    store<f64>(sums + (<usize>z << 3), relaxPlane(thread, entry, network, 1, z));
    if (leave()) break;
  }
  status = barrier(thread, threads);
  if (status) return status;
  for (let z = start; z < end; z++) {
    store<f64>(sums + (<usize>z << 3), load<f64>(sums + (<usize>z << 3)) + relaxPlane(thread, entry, network, 0, z));
    if (leave()) break;
  }
  return barrier(thread, threads);
}

export function direct(thread: i32, threads: i32, entry: usize, p: usize, beta: f32, sums: usize): i32 {
  const start = firstPlane(thread, threads, entry);
  const end = firstPlane(thread + 1, threads, entry);
  for (let z = start; z < end; z++) {
    directionPlane(thread, entry, p, beta, z);
    if (leave()) break;
  }
  const status = barrier(thread, threads);
  if (status) return status;
  for (let z = start; z < end; z++) {
    store<f64>(sums + (<usize>z << 3), curvaturePlane(thread, entry, networkOf(entry), p, z));
    if (leave()) break;
  }
  return barrier(thread, threads);
}

export function step(thread: i32, threads: i32, entry: usize, x: usize, p: usize, alpha: f32, sums: usize): i32 {
  const end = firstPlane(thread + 1, threads, entry);
  for (let z = firstPlane(thread, threads, entry); z < end; z++) {
    store<f64>(sums + (<usize>z << 3), stepPlane(thread, entry, networkOf(entry), x, p, alpha, z));
    if (leave()) break;
  }
  return barrier(thread, threads);
}

export function verify(thread: i32, threads: i32, entry: usize, x: usize, sums: usize): i32 {
  const end = firstPlane(thread + 1, threads, entry);
  for (let z = firstPlane(thread, threads, entry); z < end; z++) {
    verifyPlane(thread, entry, networkOf(entry), x, sums + (<usize>z << 3), <usize>nzOf(entry) << 3, z);
    if (leave()) break;
  }
  return barrier(thread, threads);
}
