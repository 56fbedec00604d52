// Which faces of the blocks of a coded finest level are strong to both their voxels, and which conduct well at all
// (decisions/0057): 4 blocks of a row at a time.
import { tick } from '../../core/control';
import { bookX, bookY, bookZ, decode, facesFrom } from '../level/codes';
import { Level } from '../level/levels';
import { elementOf, LOW_FACES, lowVoxel } from './blocks';

/** Byte of voxel v of block (Z, Y, X) in an f32 field; that of its neighbour along x in the block, v ^ 1, lies at the
 *  same place of the other colour. */
// @ts-ignore: decorator
@inline
function byteIn(entry: Level, Z: i32, Y: i32, X: i32, v: i32): usize {
  return <usize>elementOf(entry, 2 * Z + (v >> 2), 2 * Y + ((v >> 1) & 1), 2 * X + (v & 1)) << 2;
}

/** Best conductance of the six faces of voxel v in blocks X … X + 3. */
function bestOf<K>(entry: Level, Z: i32, Y: i32, X: i32, v: i32): v128 {
  const z = 2 * Z + (v >> 2);
  if (z >= entry.nz) return f32x4.splat(0);
  const own = byteIn(entry, Z, Y, X, v);
  const other = byteIn(entry, Z, Y, X, v ^ 1);
  const pairs = f32x4.max(
    f32x4.max(decode<K>(facesFrom<K>(entry.faceX, own), bookX(entry)), decode<K>(
      facesFrom<K>(entry.faceX, other + (<usize>(v & 1) << 2)), bookX(entry),
    )),
    f32x4.max(
      decode<K>(facesFrom<K>(entry.faceY, own), bookY(entry)),
      decode<K>(facesFrom<K>(entry.faceY, other + entry.rowBytes), bookY(entry)),
    ),
  );
  return f32x4.max(pairs, f32x4.max(
    decode<K>(facesFrom<K>(entry.faceZ, own), bookZ(entry, z)),
    decode<K>(facesFrom<K>(entry.faceZ, other + entry.planeBytes), bookZ(entry, z + 1)),
  ));
}

/** Bit `bit` in the words of those of 4 faces that are strong. g: their conductances; a, b: the best of the two
 *  voxels' */
// @ts-ignore: decorator
@inline
function strong(bit: i32, g: v128, a: v128, b: v128, least: v128): v128 {
  return v128.and(f32x4.ge(g, f32x4.mul(least, f32x4.max(a, b))), i32x4.splat(1 << bit));
}

/** Faces within blocks X … X + 3 that are strong: bits 0 to 11 of their words. */
function strongFour<K>(entry: Level, Z: i32, Y: i32, X: i32, least: v128): v128 {
  const b0 = bestOf<K>(entry, Z, Y, X, 0);
  const b1 = bestOf<K>(entry, Z, Y, X, 1);
  const b2 = bestOf<K>(entry, Z, Y, X, 2);
  const b3 = bestOf<K>(entry, Z, Y, X, 3);
  const b4 = bestOf<K>(entry, Z, Y, X, 4);
  const b5 = bestOf<K>(entry, Z, Y, X, 5);
  const b6 = bestOf<K>(entry, Z, Y, X, 6);
  const b7 = bestOf<K>(entry, Z, Y, X, 7);
  const inX = bookX(entry);
  const inY = bookY(entry);
  const inZ = bookZ(entry, 2 * Z + 1);
  const z = entry.faceZ;
  const y = entry.faceY;
  const x = entry.faceX;
  const e1 = byteIn(entry, Z, Y, X, 1);
  const e2 = byteIn(entry, Z, Y, X, 2);
  const e3 = byteIn(entry, Z, Y, X, 3);
  const e4 = byteIn(entry, Z, Y, X, 4);
  const e5 = byteIn(entry, Z, Y, X, 5);
  const e6 = byteIn(entry, Z, Y, X, 6);
  const e7 = byteIn(entry, Z, Y, X, 7);
  let words = strong(0, decode<K>(facesFrom<K>(z, e4), inZ), b0, b4, least);
  words = v128.or(words, strong(1, decode<K>(facesFrom<K>(z, e5), inZ), b1, b5, least));
  words = v128.or(words, strong(2, decode<K>(facesFrom<K>(z, e6), inZ), b2, b6, least));
  words = v128.or(words, strong(3, decode<K>(facesFrom<K>(z, e7), inZ), b3, b7, least));
  words = v128.or(words, strong(4, decode<K>(facesFrom<K>(y, e2), inY), b0, b2, least));
  words = v128.or(words, strong(5, decode<K>(facesFrom<K>(y, e3), inY), b1, b3, least));
  words = v128.or(words, strong(6, decode<K>(facesFrom<K>(y, e6), inY), b4, b6, least));
  words = v128.or(words, strong(7, decode<K>(facesFrom<K>(y, e7), inY), b5, b7, least));
  words = v128.or(words, strong(8, decode<K>(facesFrom<K>(x, e1), inX), b0, b1, least));
  words = v128.or(words, strong(9, decode<K>(facesFrom<K>(x, e3), inX), b2, b3, least));
  words = v128.or(words, strong(10, decode<K>(facesFrom<K>(x, e5), inX), b4, b5, least));
  return v128.or(words, strong(11, decode<K>(facesFrom<K>(x, e7), inX), b6, b7, least));
}

/** Bit `bit` in the words of those of 4 faces, or voxels by their best face, that conduct at least `lowest`. */
// @ts-ignore: decorator
@inline
function above(bit: i32, g: v128, lowest: v128): v128 {
  return v128.and(f32x4.ge(g, lowest), i32x4.splat(1 << bit));
}

/** Faces of blocks X … X + 3 that conduct at least `lowest`: their words as in packCodedBlocks. */
function facesAbove<K>(entry: Level, Z: i32, Y: i32, X: i32, lowest: v128): v128 {
  let words = i32x4.splat(0);
  for (let axis = 0; axis < 3; axis++) {
    const faces = axis == 0 ? entry.faceZ : axis == 1 ? entry.faceY : entry.faceX;
    for (let k = 0; k < 4; k++) {
      const low = lowVoxel(axis, k);
      const high = low + (4 >> axis);
      const bookLow = axis == 0 ? bookZ(entry, 2 * Z) : axis == 1 ? bookY(entry) : bookX(entry);
      const bookHigh = axis == 0 ? bookZ(entry, 2 * Z + 1) : bookLow;
      words = v128.or(
        words, above(4 * axis + k, decode<K>(facesFrom<K>(faces, byteIn(entry, Z, Y, X, high)), bookHigh), lowest),
      );
      words = v128.or(words, above(
        LOW_FACES + 4 * axis + k, decode<K>(facesFrom<K>(faces, byteIn(entry, Z, Y, X, low)), bookLow), lowest,
      ));
    }
  }
  return words;
}

/** Leaves of every block what conducts at least `lowest`: faces, and voxels by their best face. blocks, faces: see
 *  packCodedBlocks */
export function keepAbove<K>(
  thread: i32, entry: Level, blocks: usize, faces: usize, lowest: f32, Z0: i32, Z1: i32,
): void {
  const ny = (entry.ny + 1) >> 1;
  const nx = (entry.nx + 1) >> 1;
  const limit = f32x4.splat(lowest);
  for (let Z = Z0; Z < Z1; Z++) {
    for (let Y = 0; Y < ny; Y++) {
      const row = (<usize>Z * <usize>ny + <usize>Y) * <usize>nx;
      for (let X = 0; X < nx; X += 4) {
        const open = facesAbove<K>(entry, Z, Y, X, limit);
        let solid = i32x4.splat(0);
        for (let v = 0; v < 8; v++) solid = v128.or(solid, above(v, bestOf<K>(entry, Z, Y, X, v), limit));
        for (let k = 0; k < min(4, nx - X); k++) {
          const at = row + <usize>(X + k);
          store<u32>(faces + (at << 2), load<u32>(faces + (at << 2)) & laneOf(open, k));
          store<u8>(blocks + at, load<u8>(blocks + at) & <u8>laneOf(solid, k));
        }
      }
      if (tick(thread, <usize>entry.nx << 2)) return;
    }
  }
}

// @ts-ignore: decorator
@inline
function laneOf(words: v128, k: i32): u32 {
  return k < 2
    ? (k == 0 ? i32x4.extract_lane(words, 0) : i32x4.extract_lane(words, 1))
    : (k == 2 ? i32x4.extract_lane(words, 2) : i32x4.extract_lane(words, 3));
}

/** Clears the faces within blocks that are not strong: less than `least` of the best of either voxel. faces: see
 *  packCodedBlocks; planes of blocks [Z0, Z1). */
export function keepStrong<K>(thread: i32, entry: Level, faces: usize, least: f32, Z0: i32, Z1: i32): void {
  const ny = (entry.ny + 1) >> 1;
  const nx = (entry.nx + 1) >> 1;
  const rest = <u32>-1 << LOW_FACES;
  for (let Z = Z0; Z < Z1; Z++) {
    for (let Y = 0; Y < ny; Y++) {
      const row = faces + ((<usize>Z * <usize>ny + <usize>Y) * <usize>nx << 2);
      for (let X = 0; X < nx; X += 4) {
        const words = v128.or(strongFour<K>(entry, Z, Y, X, f32x4.splat(least)), i32x4.splat(rest));
        const to = row + (<usize>X << 2);
        if (X + 4 <= nx) v128.store(to, v128.and(v128.load(to), words));
        else {
          for (let k = 0; k < nx - X; k++) {
            store<u32>(to + (<usize>k << 2), load<u32>(to + (<usize>k << 2)) & laneOf(words, k));
          }
        }
      }
      if (tick(thread, <usize>entry.nx << 2)) return;
    }
  }
}
