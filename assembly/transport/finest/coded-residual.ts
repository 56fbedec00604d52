// Residuals on a finest level with any face conductances (level/codes.ts), plane by plane; passes as in finest.ts.
import { poll } from '../../core/control';
import { bookX, bookY, bookZ, decode, facesFrom } from '../level/codes';
import { highPair, lowPair, pairAt, plus, sumOf, wordsAt } from '../level/lanes';
import { Level, quadsOf, validLanes } from '../level/levels';

/** Residual of the linear profile, which rises by 1 per voxel, in 4 voxels. */
// @ts-ignore: decorator
@inline
function linearResidual(entry: Level, z: i32, down: v128, up: v128): v128 {
  return f32x4.sub(
    f32x4.mul(f32x4.splat(<f32>entry.riseBelow(z + 1)), up), f32x4.mul(f32x4.splat(<f32>entry.riseBelow(z)), down));
}

/** r = b, the residual of the linear profile, in plane z. @returns Σ b². */
export function linearPlane<K>(thread: i32, entry: Level, z: i32): f64 {
  const ny = entry.ny;
  const quads = quadsOf(entry.nx);
  const pitch = entry.rowBytes;
  const plane = entry.planeBytes;
  const half = entry.halfBytes;
  const below = bookZ(entry, z);
  const above = bookZ(entry, z + 1);
  let squares = f64x2.splat(0);
  for (let y = 0; y < ny; y++) {
    if (poll(thread, entry.nx)) break;
    for (let colour: usize = 0; colour < 2; colour++) {
      const own = <usize>z * plane + <usize>y * pitch + colour * half;
      const other = <usize>z * plane + <usize>y * pitch + (1 - colour) * half;
      for (let k = 0; k < quads; k++) {
        const i = own + (<usize>k << 4);
        const down = decode<K>(facesFrom<K>(entry.faceZ, i), below);
        const up = decode<K>(facesFrom<K>(entry.faceZ, other + plane + (<usize>k << 4)), above);
        const b = linearResidual(entry, z, down, up);
        v128.store(entry.right + i, b);
        squares = plus(squares, f32x4.mul(b, b));
      }
    }
  }
  return sumOf(squares);
}

/** Conductances of the second or first two faces of 4, in f64. */
// @ts-ignore: decorator
@inline
function pairOf(g: v128, second: bool): v128 {
  return second ? highPair(g) : lowPair(g);
}

/** True residual t = b − A·x of plane z in f64, stored in f32 over r. sums (f64, 8 bytes each): +0 Σ t²; +stride
 *  dissipation of the linear profile l less that of l + x over the plane's faces, or 2·b·x − x·A·x where b is given;
 *  +2·stride half of what x adds to the flux through the low boundary of plane 0, or takes from that through the high
 *  one of the last. E: f32 where b is given or there is a diagonal term, else u8 */
export function verifyPlane<W, K, E>(
  thread: i32, entry: Level, x: usize, second: usize, sums: usize, stride: usize, z: i32,
): void {
  const ny = entry.ny;
  const quads = quadsOf(entry.nx);
  const pitch = entry.rowBytes;
  const plane = entry.planeBytes;
  const half = entry.halfBytes;
  const below = bookZ(entry, z);
  const above = bookZ(entry, z + 1);
  const inY = bookY(entry);
  const inX = bookX(entry);
  const ends = entry.boundaryAt(z + 1);
  const rise = f64x2.splat(entry.riseBelow(z));
  const riseAbove = f64x2.splat(entry.riseBelow(z + 1));
  let squares = f64x2.splat(0);
  let removed = squares;
  let low = squares;
  let high = squares;
  for (let y = 0; y < ny; y++) {
    if (poll(thread, entry.nx)) break;
    for (let colour: usize = 0; colour < 2; colour++) {
      const own = <usize>z * plane + <usize>y * pitch + colour * half;
      const other = <usize>z * plane + <usize>y * pitch + (1 - colour) * half;
      const q = <usize>((z + y + <i32>colour) & 1);
      for (let k = 0; k < quads; k++) {
        const i = own + (<usize>k << 4);
        const across = other + (<usize>k << 4);
        const here = validLanes(entry.validCount(q), <usize>k << 4);
        const west = v128.and(decode<K>(facesFrom<K>(entry.faceX, i), inX), here);
        const east = v128.and(decode<K>(facesFrom<K>(entry.faceX, across + (q << 2)), inX), here);
        const south = decode<K>(facesFrom<K>(entry.faceY, i), inY);
        const north = decode<K>(facesFrom<K>(entry.faceY, across + pitch), inY);
        const down = decode<K>(facesFrom<K>(entry.faceZ, i), below);
        const up = decode<K>(facesFrom<K>(entry.faceZ, across + plane), above);
        let stored = f32x4.splat(0);
        for (let pair: usize = 0; pair < 2; pair++) {
          const half2 = pair == 1;
          const o = x + other + (<usize>k << 4) + (pair << 3);
          const value = wordsAt<W>(x + i + (pair << 3), second);
          const stepX = f64x2.sub(value, wordsAt<W>(o + (q << 2) - 4, second));
          const stepY = f64x2.sub(value, wordsAt<W>(o - pitch, second));
          const stepZ = f64x2.add(rise, f64x2.sub(value, wordsAt<W>(o - plane, second)));
          const flowX = f64x2.mul(pairOf(west, half2), stepX);
          const flowY = f64x2.mul(pairOf(south, half2), stepY);
          const flowZ = f64x2.mul(pairOf(down, half2), stepZ);
          const outX = f64x2.mul(pairOf(east, half2), f64x2.sub(wordsAt<W>(o + (q << 2), second), value));
          const outY = f64x2.mul(pairOf(north, half2), f64x2.sub(wordsAt<W>(o + pitch, second), value));
          const stepUp = f64x2.add(riseAbove, f64x2.sub(wordsAt<W>(o + plane, second), value));
          const outZ = f64x2.mul(pairOf(up, half2), stepUp);
          let t = f64x2.add(f64x2.add(f64x2.sub(outX, flowX), f64x2.sub(outY, flowY)), f64x2.sub(outZ, flowZ));
          if (sizeof<E>() == 4) {
            const b = entry.given ? pairAt(entry.given + i + (pair << 3)) : f64x2.splat(0);
            const held = f64x2.mul(entry.diagonal ? pairAt(entry.diagonal + i + (pair << 3)) : f64x2.splat(0), value);
            t = f64x2.add(t, f64x2.sub(b, held));
            removed = f64x2.add(removed, f64x2.mul(value, f64x2.sub(f64x2.add(b, b), held)));
          }
          squares = f64x2.add(squares, f64x2.mul(t, t));
          removed = f64x2.add(removed, f64x2.sub(
            f64x2.mul(pairOf(down, half2), f64x2.mul(rise, rise)),
            f64x2.add(f64x2.add(f64x2.mul(flowX, stepX), f64x2.mul(flowY, stepY)), f64x2.mul(flowZ, stepZ))));
          if (ends) {
            removed = f64x2.add(removed, f64x2.sub(
              f64x2.mul(pairOf(up, half2), f64x2.mul(riseAbove, riseAbove)), f64x2.mul(outZ, stepUp)));
          }
          low = f64x2.add(low, f64x2.mul(pairOf(down, half2), f64x2.sub(stepZ, rise)));
          high = f64x2.add(high, f64x2.mul(pairOf(up, half2), f64x2.sub(riseAbove, stepUp)));
          const narrow = f32x4.demote_f64x2_zero(t);
          stored =
            half2 ? i8x16.shuffle(stored, narrow, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23) : narrow;
        }
        v128.store(entry.right + i, stored);
      }
    }
  }
  store<f64>(sums, sumOf(squares));
  store<f64>(sums + stride, sumOf(removed));
  store<f64>(sums + 2 * stride, 0.5 * (z == 0 ? sumOf(low) : sumOf(high)));
}
