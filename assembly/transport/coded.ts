// The passes of finest.ts for any face conductances (codes.ts):
//   (A·u)_v = Σ over the six faces g·(u_v − u_neighbour)
import { barrier, leave, tick } from '../core/control';
import { bookX, bookY, bookZ, decode } from './codes';
import { highPair, lowPair, STEP, sumOf } from './lanes';
import {
  ENTRY_BYTES, faceX, faceY, faceZ, firstPlane, halfBytes, nxOf, nyOf, nzOf, periodicOf, planeBytes, quadsOf, rightOf, rowBytes, solutionOf,
  storeSplit, valid,
} from './levels';
import { correct } from './multigrid';
import { clearBlack, exchange, exchangeBoth } from './periodic';

/** Half sweep of one colour in plane z: u = (b + Σ g·u) / Σ g. @returns Σ b·u of that colour.
 *  @param fresh the other colour counts as 0: red from a zero start */
function relaxPlane(thread: i32, entry: usize, colour: usize, fresh: bool, z: i32): f64 {
  const ny = nyOf(entry);
  const quads = quadsOf(nxOf(entry));
  const pitch = rowBytes(entry);
  const plane = planeBytes(entry);
  const half = halfBytes(entry);
  const below = bookZ(entry, z);
  const above = bookZ(entry, z + 1);
  const inY = bookY(entry);
  const inX = bookX(entry);
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
    const own = <usize>z * plane + <usize>y * pitch + colour * half;
    const other = <usize>z * plane + <usize>y * pitch + (1 - colour) * half;
    const q = <usize>((z + y + <i32>colour) & 1);
    for (let k = 0; k < quads; k++) {
      const i = own + (<usize>k << 4);
      const j = other + (<usize>k << 4);
      const a = i >> 2;
      const c = j >> 2;
      const west = decode(faceX(entry) + a, inX);
      const east = decode(faceX(entry) + c + q, inX);
      const south = decode(faceY(entry) + a, inY);
      const north = decode(faceY(entry) + c + (pitch >> 2), inY);
      const down = decode(faceZ(entry) + a, below);
      const up = decode(faceZ(entry) + c + (plane >> 2), above);
      const right = v128.load(rightOf(entry) + i);
      let sum = right;
      if (!fresh) {
        const o = solutionOf(entry) + j;
        sum = f32x4.add(right, f32x4.add(
          f32x4.add(
            f32x4.add(f32x4.mul(west, v128.load(o + (q << 2) - 4)), f32x4.mul(east, v128.load(o + (q << 2)))),
            f32x4.add(f32x4.mul(south, v128.load(o - pitch)), f32x4.mul(north, v128.load(o + pitch))),
          ),
          f32x4.add(f32x4.mul(down, v128.load(o - plane)), f32x4.mul(up, v128.load(o + plane))),
        ));
      }
      const d = f32x4.add(f32x4.add(f32x4.add(west, east), f32x4.add(south, north)), f32x4.add(down, up));
      const value = v128.and(f32x4.div(sum, d), v128.and(f32x4.gt(d, zero), valid(entry, q, k)));
      v128.store(solutionOf(entry) + i, value);
      const product = f32x4.mul(right, value);
      even = f64x2.add(even, lowPair(product));
      odd = f64x2.add(odd, highPair(product));
    }
  }
  return sumOf(f64x2.add(even, odd));
}

/** Σ g·u over the neighbours of 4 voxels. i: their offset in a field, j: the same in the other colour; o: field that u is read from. */
// @ts-ignore: decorator
@inline
function weighted(entry: usize, o: usize, i: usize, j: usize, q: usize, below: usize, above: usize): v128 {
  const inY = bookY(entry);
  const inX = bookX(entry);
  const pitch = rowBytes(entry);
  const plane = planeBytes(entry);
  const a = i >> 2;
  const c = j >> 2;
  return f32x4.add(
    f32x4.add(
      f32x4.add(
        f32x4.mul(decode(faceX(entry) + a, inX), v128.load(o + j + (q << 2) - 4)),
        f32x4.mul(decode(faceX(entry) + c + q, inX), v128.load(o + j + (q << 2))),
      ),
      f32x4.add(
        f32x4.mul(decode(faceY(entry) + a, inY), v128.load(o + j - pitch)),
        f32x4.mul(decode(faceY(entry) + c + (pitch >> 2), inY), v128.load(o + j + pitch)),
      ),
    ),
    f32x4.add(
      f32x4.mul(decode(faceZ(entry) + a, below), v128.load(o + j - plane)),
      f32x4.mul(decode(faceZ(entry) + c + (plane >> 2), above), v128.load(o + j + plane)),
    ),
  );
}

/** Residual after red from zero and black, summed over aggregates into the right-hand side of level 1, coarse plane Z. */
function restrictPlane(thread: i32, entry: usize, Z: i32): void {
  const coarse = entry + ENTRY_BYTES;
  const nz = nzOf(entry);
  const ny = nyOf(entry);
  const pairs = (quadsOf(nxOf(entry)) + 1) >> 1;
  const half = halfBytes(entry);
  const nyCoarse = nyOf(coarse);
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
    for (let k = 0; k < pairs; k++) {
      let low = f32x4.splat(0);
      let high = low;
      for (let z = 2 * Z; z < min(2 * Z + 2, nz); z++) {
        const below = bookZ(entry, z);
        const above = bookZ(entry, z + 1);
        for (let y = 2 * Y; y < min(2 * Y + 2, ny); y++) {
          const q = <usize>((z + y) & 1);
          const i = <usize>z * planeBytes(entry) + <usize>y * rowBytes(entry) + (<usize>k << 5);
          const o = solutionOf(entry);
          low = f32x4.add(low, v128.and(weighted(entry, o, i, i + half, q, below, above), valid(entry, q, 2 * k)));
          high = f32x4.add(high, v128.and(weighted(entry, o, i + 16, i + 16 + half, q, below, above), valid(entry, q, 2 * k + 1)));
        }
      }
      storeSplit(even + (<usize>k << 4), rest + (<usize>k << 4), low, high);
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

/** @returns u·A·u over plane z: Σ g·(Δu)² over the lower faces of its voxels, and over the upper boundary. */
function curvaturePlane(thread: i32, entry: usize, z: i32): f64 {
  const u = solutionOf(entry);
  const ny = nyOf(entry);
  const quads = quadsOf(nxOf(entry));
  const pitch = rowBytes(entry);
  const plane = planeBytes(entry);
  const half = halfBytes(entry);
  const below = bookZ(entry, z);
  const inY = bookY(entry);
  const inX = bookX(entry);
  const top = endsAt(entry, z);
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
      const other = <usize>z * plane + <usize>y * pitch + (1 - colour) * half;
      const q = <usize>((z + y + <i32>colour) & 1);
      for (let k = 0; k < quads; k++) {
        const i = own + (<usize>k << 4);
        const o = u + other + (<usize>k << 4);
        const a = i >> 2;
        const value = v128.load(u + i);
        const x = f32x4.sub(value, v128.load(o + (q << 2) - 4));
        const y1 = f32x4.sub(value, v128.load(o - pitch));
        const z1 = f32x4.sub(value, v128.load(o - plane));
        let sum = f32x4.add(
          f32x4.mul(decode(faceX(entry) + a, inX), f32x4.mul(x, x)),
          f32x4.add(
            f32x4.mul(decode(faceY(entry) + a, inY), f32x4.mul(y1, y1)),
            f32x4.mul(decode(faceZ(entry) + a, below), f32x4.mul(z1, z1)),
          ),
        );
        if (top) {
          const g = decode(faceZ(entry) + ((other + plane + (<usize>k << 4)) >> 2), bookZ(entry, z + 1));
          sum = f32x4.add(sum, f32x4.mul(g, f32x4.mul(value, value)));
        }
        sum = v128.and(sum, valid(entry, q, k));
        even = f64x2.add(even, lowPair(sum));
        odd = f64x2.add(odd, highPair(sum));
      }
    }
  }
  return sumOf(f64x2.add(even, odd));
}

/** Whether plane z ends at a boundary of given potential, whose faces belong to no plane above. */
// @ts-ignore: decorator
@inline
function endsAt(entry: usize, z: i32): bool {
  return z == nzOf(entry) - 1 && !periodicOf(entry);
}

/** x += alpha·p, r −= alpha·A·p in plane z. @returns Σ r². */
function stepPlane(thread: i32, entry: usize, x: usize, p: usize, alpha: f32, z: i32): f64 {
  const ny = nyOf(entry);
  const quads = quadsOf(nxOf(entry));
  const pitch = rowBytes(entry);
  const plane = planeBytes(entry);
  const half = halfBytes(entry);
  const below = bookZ(entry, z);
  const above = bookZ(entry, z + 1);
  const inY = bookY(entry);
  const inX = bookX(entry);
  const factor = f32x4.splat(alpha);
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
      const other = <usize>z * plane + <usize>y * pitch + (1 - colour) * half;
      const q = <usize>((z + y + <i32>colour) & 1);
      for (let k = 0; k < quads; k++) {
        const i = own + (<usize>k << 4);
        const j = other + (<usize>k << 4);
        const o = p + j;
        const a = i >> 2;
        const c = j >> 2;
        const value = v128.load(p + i);
        const product = f32x4.add(
          f32x4.add(
            f32x4.add(
              f32x4.mul(decode(faceX(entry) + a, inX), f32x4.sub(value, v128.load(o + (q << 2) - 4))),
              f32x4.mul(decode(faceX(entry) + c + q, inX), f32x4.sub(value, v128.load(o + (q << 2)))),
            ),
            f32x4.add(
              f32x4.mul(decode(faceY(entry) + a, inY), f32x4.sub(value, v128.load(o - pitch))),
              f32x4.mul(decode(faceY(entry) + c + (pitch >> 2), inY), f32x4.sub(value, v128.load(o + pitch))),
            ),
          ),
          f32x4.add(
            f32x4.mul(decode(faceZ(entry) + a, below), f32x4.sub(value, v128.load(o - plane))),
            f32x4.mul(decode(faceZ(entry) + c + (plane >> 2), above), f32x4.sub(value, v128.load(o + plane))),
          ),
        );
        v128.store(x + i, f32x4.add(v128.load(x + i), f32x4.mul(factor, value)));
        const r = rightOf(entry) + i;
        const left = v128.and(f32x4.sub(v128.load(r), f32x4.mul(factor, product)), valid(entry, q, k));
        v128.store(r, left);
        const square = f32x4.mul(left, left);
        even = f64x2.add(even, lowPair(square));
        odd = f64x2.add(odd, highPair(square));
      }
    }
  }
  return sumOf(f64x2.add(even, odd));
}

/** Residual of the linear profile, which rises by 1 per voxel, in 4 voxels. */
// @ts-ignore: decorator
@inline
function linearResidual(entry: usize, z: i32, down: v128, up: v128): v128 {
  return f32x4.sub(
    f32x4.mul(f32x4.splat(<f32>riseBelow(entry, z + 1)), up), f32x4.mul(f32x4.splat(<f32>riseBelow(entry, z)), down));
}

/** r = b in plane z. @returns Σ b². */
function linearPlane(thread: i32, entry: usize, z: i32): f64 {
  const ny = nyOf(entry);
  const quads = quadsOf(nxOf(entry));
  const pitch = rowBytes(entry);
  const plane = planeBytes(entry);
  const half = halfBytes(entry);
  const below = bookZ(entry, z);
  const above = bookZ(entry, z + 1);
  let squares = f64x2.splat(0);
  let since = 0;
  for (let y = 0; y < ny; y++) {
    since += nxOf(entry);
    if (since >= STEP || y == ny - 1) {
      if (tick(thread, since)) break;
      since = 0;
    }
    for (let colour: usize = 0; colour < 2; colour++) {
      const own = <usize>z * plane + <usize>y * pitch + colour * half;
      const other = <usize>z * plane + <usize>y * pitch + (1 - colour) * half;
      for (let k = 0; k < quads; k++) {
        const i = own + (<usize>k << 4);
        const down = decode(faceZ(entry) + (i >> 2), below);
        const up = decode(faceZ(entry) + ((other + plane + (<usize>k << 4)) >> 2), above);
        const b = linearResidual(entry, z, down, up);
        v128.store(rightOf(entry) + i, b);
        squares = f64x2.add(squares, pairSum(f32x4.mul(b, b)));
      }
    }
  }
  return sumOf(squares);
}

/** What the linear profile rises by over the lower faces of plane z: half a step at the boundaries. */
// @ts-ignore: decorator
@inline
function riseBelow(entry: usize, z: i32): f64 {
  return !periodicOf(entry) && (z == 0 || z == nzOf(entry)) ? 0.5 : 1;
}

// @ts-ignore: decorator
@inline
function pairSum(v: v128): v128 {
  return f64x2.add(lowPair(v), highPair(v));
}

/** Two values of a field in f64. */
// @ts-ignore: decorator
@inline
function pairAt(address: usize): v128 {
  return f64x2.promote_low_f32x4(v128.load64_zero(address));
}

/** Conductances of the second or first two faces of 4, in f64. */
// @ts-ignore: decorator
@inline
function pairOf(g: v128, second: bool): v128 {
  return second ? highPair(g) : lowPair(g);
}

/** True residual t = b − A·x of plane z in f64, stored in f32 over r. sums (f64, 8 bytes each): +0 Σ t²; +stride dissipation of the
 *  linear profile l less that of l + x over the plane's faces; +2·stride half of what x adds to the flux through the low boundary of
 *  plane 0, or takes from that through the high one of the last. */
function verifyPlane(thread: i32, entry: usize, x: usize, sums: usize, stride: usize, z: i32): void {
  const ny = nyOf(entry);
  const quads = quadsOf(nxOf(entry));
  const pitch = rowBytes(entry);
  const plane = planeBytes(entry);
  const half = halfBytes(entry);
  const below = bookZ(entry, z);
  const above = bookZ(entry, z + 1);
  const inY = bookY(entry);
  const inX = bookX(entry);
  const ends = endsAt(entry, z);
  const rise = f64x2.splat(riseBelow(entry, z));
  const riseAbove = f64x2.splat(riseBelow(entry, z + 1));
  let squares = f64x2.splat(0);
  let removed = squares;
  let low = squares;
  let high = squares;
  let since = 0;
  for (let y = 0; y < ny; y++) {
    since += nxOf(entry);
    if (since >= STEP || y == ny - 1) {
      if (tick(thread, since)) break;
      since = 0;
    }
    for (let colour: usize = 0; colour < 2; colour++) {
      const own = <usize>z * plane + <usize>y * pitch + colour * half;
      const other = <usize>z * plane + <usize>y * pitch + (1 - colour) * half;
      const q = <usize>((z + y + <i32>colour) & 1);
      for (let k = 0; k < quads; k++) {
        const i = own + (<usize>k << 4);
        const a = i >> 2;
        const c = (other + (<usize>k << 4)) >> 2;
        const here = valid(entry, q, k);
        const west = v128.and(decode(faceX(entry) + a, inX), here);
        const east = v128.and(decode(faceX(entry) + c + q, inX), here);
        const south = decode(faceY(entry) + a, inY);
        const north = decode(faceY(entry) + c + (pitch >> 2), inY);
        const down = decode(faceZ(entry) + a, below);
        const up = decode(faceZ(entry) + c + (plane >> 2), above);
        let stored = f32x4.splat(0);
        for (let second = 0; second < 2; second++) {
          const half2 = second == 1;
          const o = x + other + (<usize>k << 4) + (<usize>second << 3);
          const value = pairAt(x + i + (<usize>second << 3));
          const stepX = f64x2.sub(value, pairAt(o + (q << 2) - 4));
          const stepY = f64x2.sub(value, pairAt(o - pitch));
          const stepZ = f64x2.add(rise, f64x2.sub(value, pairAt(o - plane)));
          const inX = f64x2.mul(pairOf(west, half2), stepX);
          const inY = f64x2.mul(pairOf(south, half2), stepY);
          const inZ = f64x2.mul(pairOf(down, half2), stepZ);
          const outX = f64x2.mul(pairOf(east, half2), f64x2.sub(pairAt(o + (q << 2)), value));
          const outY = f64x2.mul(pairOf(north, half2), f64x2.sub(pairAt(o + pitch), value));
          const stepUp = f64x2.add(riseAbove, f64x2.sub(pairAt(o + plane), value));
          const outZ = f64x2.mul(pairOf(up, half2), stepUp);
          const t = f64x2.add(f64x2.add(f64x2.sub(outX, inX), f64x2.sub(outY, inY)), f64x2.sub(outZ, inZ));
          squares = f64x2.add(squares, f64x2.mul(t, t));
          removed = f64x2.add(removed, f64x2.sub(
            f64x2.mul(pairOf(down, half2), f64x2.mul(rise, rise)),
            f64x2.add(f64x2.add(f64x2.mul(inX, stepX), f64x2.mul(inY, stepY)), f64x2.mul(inZ, stepZ))));
          if (ends) {
            removed = f64x2.add(removed, f64x2.sub(
              f64x2.mul(pairOf(up, half2), f64x2.mul(riseAbove, riseAbove)), f64x2.mul(outZ, stepUp)));
          }
          low = f64x2.add(low, f64x2.mul(pairOf(down, half2), f64x2.sub(stepZ, rise)));
          high = f64x2.add(high, f64x2.mul(pairOf(up, half2), f64x2.sub(riseAbove, stepUp)));
          const narrow = f32x4.demote_f64x2_zero(t);
          stored = half2 ? i8x16.shuffle(stored, narrow, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23) : narrow;
        }
        v128.store(rightOf(entry) + i, stored);
      }
    }
  }
  store<f64>(sums, sumOf(squares));
  store<f64>(sums + stride, sumOf(removed));
  store<f64>(sums + 2 * stride, 0.5 * (z == 0 ? sumOf(low) : sumOf(high)));
}

/** `finest.linear`. */
export function linear(thread: i32, threads: i32, entry: usize, sums: usize): i32 {
  const end = firstPlane(thread + 1, threads, entry);
  for (let z = firstPlane(thread, threads, entry); z < end; z++) {
    store<f64>(sums + (<usize>z << 3), linearPlane(thread, entry, z));
    if (leave()) break;
  }
  return barrier(thread, threads);
}

/** Half sweep on all threads, after which the ghosts of the colour are true. */
function relax(thread: i32, threads: i32, entry: usize, colour: usize, fresh: bool, sums: usize, add: bool): i32 {
  const begin = firstPlane(thread, threads, entry);
  const end = firstPlane(thread + 1, threads, entry);
  for (let z = begin; z < end; z++) {
    const sum = relaxPlane(thread, entry, colour, fresh, z);
    if (sums) store<f64>(sums + (<usize>z << 3), add ? sum + load<f64>(sums + (<usize>z << 3)) : sum);
    if (leave()) break;
  }
  const status = barrier(thread, threads);
  return status ? status : exchange(thread, threads, entry, solutionOf(entry), colour, begin, end);
}

/** `finest.descend`. */
export function descend(thread: i32, threads: i32, entry: usize): i32 {
  let status = 0;
  if (periodicOf(entry)) clearBlack(entry, firstPlane(thread, threads, entry), firstPlane(thread + 1, threads, entry));
  if ((status = relax(thread, threads, entry, 0, true, 0, false))) return status;
  if ((status = relax(thread, threads, entry, 1, false, 0, false))) return status;
  const end = (firstPlane(thread + 1, threads, entry) + 1) >> 1;
  for (let Z = (firstPlane(thread, threads, entry) + 1) >> 1; Z < end; Z++) {
    restrictPlane(thread, entry, Z);
    if (leave()) break;
  }
  return barrier(thread, threads);
}

/** `finest.ascend`. */
export function ascend(thread: i32, threads: i32, entry: usize, sums: usize): i32 {
  const begin = firstPlane(thread, threads, entry);
  const end = firstPlane(thread + 1, threads, entry);
  let status = 0;
  correct(thread, entry, begin, end);
  if ((status = barrier(thread, threads))) return status;
  if ((status = exchange(thread, threads, entry, solutionOf(entry), 0, begin, end))) return status;
  if ((status = relax(thread, threads, entry, 1, false, sums, false))) return status;
  if ((status = relax(thread, threads, entry, 0, false, sums, true))) return status;
  for (let z = begin; z < end; z++) {
    store<f64>(sums + (<usize>(nzOf(entry) + z) << 3), curvaturePlane(thread, entry, z));
    if (leave()) break;
  }
  return barrier(thread, threads);
}

/** `finest.advance`. */
export function advance(
  thread: i32, threads: i32, entry: usize, x: usize, p: usize, alpha: f32, beta: f32, sums: usize,
): i32 {
  const begin = firstPlane(thread, threads, entry);
  const end = firstPlane(thread + 1, threads, entry);
  let status = 0;
  for (let z = begin; z < end; z++) {
    directionPlane(thread, entry, p, beta, z);
    if (leave()) break;
  }
  if ((status = barrier(thread, threads))) return status;
  if ((status = exchangeBoth(thread, threads, entry, p, begin, end))) return status;
  for (let z = begin; z < end; z++) {
    store<f64>(sums + (<usize>z << 3), stepPlane(thread, entry, x, p, alpha, z));
    if (leave()) break;
  }
  return barrier(thread, threads);
}

/** `finest.verify`. */
export function verify(thread: i32, threads: i32, entry: usize, x: usize, sums: usize): i32 {
  const begin = firstPlane(thread, threads, entry);
  const end = firstPlane(thread + 1, threads, entry);
  const status = exchangeBoth(thread, threads, entry, x, begin, end);
  if (status) return status;
  for (let z = begin; z < end; z++) {
    verifyPlane(thread, entry, x, sums + (<usize>z << 3), <usize>nzOf(entry) << 3, z);
    if (leave()) break;
  }
  return barrier(thread, threads);
}
