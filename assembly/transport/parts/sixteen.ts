// 16 blocks at a time, a byte each: faces within as the bits of the higher of their two voxels, and how many parts they
// make of a block's voxels.

/** The voxels that g is joined with over faces, those of g included. Bits that shifts carry into a neighbouring byte
 *  are no faces there. */
// @ts-ignore: decorator
@inline
function spread(g: v128, z: v128, y: v128, x: v128): v128 {
  let all = v128.or(g, v128.or(v128.and(i16x8.shl(g, 4), z), i16x8.shr_u(v128.and(g, z), 4)));
  all = v128.or(all, v128.or(v128.and(i16x8.shl(all, 2), y), i16x8.shr_u(v128.and(all, y), 2)));
  return v128.or(all, v128.or(v128.and(i16x8.shl(all, 1), x), i16x8.shr_u(v128.and(all, x), 1)));
}

/** Number of parts of 16 blocks. bits: their voxels that conduct */
// @ts-ignore: decorator
@inline
export function partsOfSixteen(bits: v128, z: v128, y: v128, x: v128): v128 {
  const zero = i8x16.splat(0);
  let left = bits;
  let parts = zero;
  while (v128.any_true(left)) {
    // The lowest voxel of each block that has no part yet, and what it is joined with.
    let part = v128.and(left, i8x16.neg(left));
    parts = i8x16.sub(parts, i8x16.ne(part, zero));
    let before = part;
    do {
      before = part;
      part = spread(part, z, y, x);
    } while (v128.any_true(v128.xor(part, before)));
    left = v128.andnot(left, part);
  }
  return parts;
}

/** Faces within blocks where all neighbours are joined. */
// @ts-ignore: decorator
@inline
export function joinedZ(bits: v128): v128 {
  return v128.and(v128.and(bits, i16x8.shl(bits, 4)), i8x16.splat(<i8>0xf0));
}
// @ts-ignore: decorator
@inline
export function joinedY(bits: v128): v128 {
  return v128.and(v128.and(bits, i16x8.shl(bits, 2)), i8x16.splat(<i8>0xcc));
}
// @ts-ignore: decorator
@inline
export function joinedX(bits: v128): v128 {
  return v128.and(v128.and(bits, i16x8.shl(bits, 1)), i8x16.splat(<i8>0xaa));
}

/** Byte k of 16 words at `at`. */
// @ts-ignore: decorator
@inline
export function bytesOfWords(at: usize, k: i32): v128 {
  const shift = k << 3;
  const byte = i32x4.splat(0xff);
  return i8x16.narrow_i16x8_u(
    i16x8.narrow_i32x4_u(
      v128.and(i32x4.shr_u(v128.load(at), shift), byte), v128.and(i32x4.shr_u(v128.load(at, 16), shift), byte),
    ),
    i16x8.narrow_i32x4_u(
      v128.and(i32x4.shr_u(v128.load(at, 32), shift), byte), v128.and(i32x4.shr_u(v128.load(at, 48), shift), byte),
    ),
  );
}

/** The four bits of a word's faces within a block across y, as bits of the higher voxels. */
// @ts-ignore: decorator
@inline
export function withinY(nibbles: v128): v128 {
  return i8x16.swizzle(
    i8x16(0, 0x04, 0x08, 0x0c, 0x40, 0x44, 0x48, 0x4c, -0x80, -0x7c, -0x78, -0x74, -0x40, -0x3c, -0x38, -0x34),
    nibbles,
  );
}

/** The same across x. */
// @ts-ignore: decorator
@inline
export function withinX(nibbles: v128): v128 {
  return i8x16.swizzle(
    i8x16(0, 0x02, 0x08, 0x0a, 0x20, 0x22, 0x28, 0x2a, -0x80, -0x7e, -0x78, -0x76, -0x60, -0x5e, -0x58, -0x56),
    nibbles,
  );
}
