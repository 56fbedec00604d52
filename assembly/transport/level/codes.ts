// Face conductances of a finest level that are not all 1: one byte per face, looked up in a codebook of f32. Codes lie
// in the red-black layout like the fields, at the voxel above the face: faceX, faceY, faceZ of the entry are their
// addresses (u8), and its inverse is the codebook, f32[4][256]: z, y, x, and the faces of z that are boundaries (half a
// step to the potential, so twice g). Without a codebook the faces are the conductances themselves, f32, as on coarse
// levels.
import { six } from './lanes';
import { Level } from './levels';

/** Bytes of one axis of the codebook. */
const BOOK: usize = 1024;
/** Kinds of faces, told apart by type so that loops are compiled for each: codes of any conductances, codes × the
 *  conductance of code 1, or conductances. */
export type Table = u16;
export type Linear = u8;
export type Stored = f32;

/** Whether the faces are conductances. */
// @ts-ignore: decorator
@inline
export function storedOf(entry: Level): bool { return entry.inverse == 0; }

/** Whether the codebook is linear, as apertures are: the word after its four axes. */
// @ts-ignore: decorator
@inline
export function linearOf(entry: Level): bool {
  return entry.inverse != 0 && load<u32>(entry.inverse, 4 * BOOK) != 0;
}

/** Address of the faces that belong to byte `at` of an f32 field. */
// @ts-ignore: decorator
@inline
export function facesFrom<K>(faces: usize, at: usize): usize {
  return sizeof<K>() == sizeof<Stored>() ? faces + at : faces + (at >> 2);
}

/** Conductances of 4 faces. */
// @ts-ignore: decorator
@inline
export function decode<K>(codes: usize, book: usize): v128 {
  if (sizeof<K>() == sizeof<Stored>()) return v128.load(codes);
  if (sizeof<K>() == sizeof<Linear>()) {
    const counts = f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(v128.load32_zero(codes))));
    return f32x4.mul(counts, v128.load32_splat(book + 4));
  }
  let g = v128.load32_zero(book + (<usize>load<u8>(codes) << 2));
  g = v128.load_lane<u32>(book + (<usize>load<u8>(codes, 1) << 2), g, 1);
  g = v128.load_lane<u32>(book + (<usize>load<u8>(codes, 2) << 2), g, 2);
  return v128.load_lane<u32>(book + (<usize>load<u8>(codes, 3) << 2), g, 3);
}

// Of 8 faces at a time: what `lowFaces` and `highFaces` make conductances of; apertures need no second vector.

// @ts-ignore: decorator
@inline
export function firstOf<K>(codes: usize, book: usize): v128 {
  if (sizeof<K>() == sizeof<Stored>()) return v128.load(codes);
  if (sizeof<K>() == sizeof<Linear>()) return v128.load_ext<u8>(codes);
  return decode<K>(codes, book);
}

// @ts-ignore: decorator
@inline
export function secondOf<K>(codes: usize, book: usize): v128 {
  if (sizeof<K>() == sizeof<Stored>()) return v128.load(codes, 16);
  if (sizeof<K>() == sizeof<Linear>()) return i32x4.splat(0);
  return decode<K>(codes + 4, book);
}

/** Conductances of the first 4 of 8 faces. */
// @ts-ignore: decorator
@inline
export function lowFaces<K>(first: v128, book: usize): v128 {
  if (sizeof<K>() == sizeof<Linear>()) return scaled(i32x4.extend_low_i16x8_u(first), book);
  return first;
}

/** Conductances of the last 4. */
// @ts-ignore: decorator
@inline
export function highFaces<K>(first: v128, second: v128, book: usize): v128 {
  if (sizeof<K>() == sizeof<Linear>()) return scaled(i32x4.extend_high_i16x8_u(first), book);
  return second;
}

/** Codes times the conductance of code 1. */
// @ts-ignore: decorator
@inline
function scaled(codes: v128, book: usize): v128 {
  return f32x4.mul(f32x4.convert_i32x4_s(codes), v128.load32_splat(book + 4));
}

/** Σ g·(neighbour − value) over the six faces of 4 voxels at byte i of a row, what flows into them. The rest are
 *  addresses of the row: its faces, their codebooks (inZ below, outZ above), the higher neighbours in x, and the same
 *  elements of the other colour. */
// @ts-ignore: decorator
@inline
export function flow<K>(
  value: v128, i: usize, west: usize, east: usize, south: usize, north: usize, down: usize, up: usize,
  inX: usize, inY: usize, inZ: usize, outZ: usize, side: usize, o: usize, pitch: usize, plane: usize,
): v128 {
  return six(
    f32x4.mul(decode<K>(facesFrom<K>(west, i), inX), f32x4.sub(v128.load(side + i - 4), value)),
    f32x4.mul(decode<K>(facesFrom<K>(east, i), inX), f32x4.sub(v128.load(side + i), value)),
    f32x4.mul(decode<K>(facesFrom<K>(south, i), inY), f32x4.sub(v128.load(o + i - pitch), value)),
    f32x4.mul(decode<K>(facesFrom<K>(north, i), inY), f32x4.sub(v128.load(o + i + pitch), value)),
    f32x4.mul(decode<K>(facesFrom<K>(down, i), inZ), f32x4.sub(v128.load(o + i - plane), value)),
    f32x4.mul(decode<K>(facesFrom<K>(up, i), outZ), f32x4.sub(v128.load(o + i + plane), value)));
}

/** Codebook of the lower z faces of plane z; the upper ones of plane z are the lower ones of z + 1. */
// @ts-ignore: decorator
@inline
export function bookZ(entry: Level, z: i32): usize {
  return entry.boundaryAt(z) ? entry.inverse + 3 * BOOK : entry.inverse;
}

// @ts-ignore: decorator
@inline
export function bookY(entry: Level): usize {
  return entry.inverse + BOOK;
}

// @ts-ignore: decorator
@inline
export function bookX(entry: Level): usize {
  return entry.inverse + 2 * BOOK;
}

/** Conductance of one face: element `face` of an axis' faces. */
// @ts-ignore: decorator
@inline
export function conductanceAt(entry: Level, book: usize, faces: usize, face: usize): f64 {
  return storedOf(entry)
    ? <f64>load<f32>(faces + (face << 2))
    : <f64>load<f32>(book + (<usize>load<u8>(faces + face) << 2));
}
