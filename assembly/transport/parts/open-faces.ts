// Blocks of a coded finest level, 16 of a row at a time: which of their voxels conduct, and which faces are open
// (blocks.ts).
import { tick } from '../../core/control';
import { storeFirst } from '../../core/lanes';
import { Stored } from '../level/codes';
import { Level } from '../level/levels';

/** Which of 16 faces are open: bytes of 0 or −1. face: element of the first */
// @ts-ignore: decorator
@inline
function opened<K>(faces: usize, face: usize): v128 {
  if (sizeof<K>() != sizeof<Stored>()) return i8x16.ne(v128.load(faces + face), i8x16.splat(0));
  const at = faces + (face << 2);
  const zero = f32x4.splat(0);
  return i8x16.narrow_i16x8_s(
    i16x8.narrow_i32x4_s(f32x4.gt(v128.load(at), zero), f32x4.gt(v128.load(at, 16), zero)),
    i16x8.narrow_i32x4_s(f32x4.gt(v128.load(at, 32), zero), f32x4.gt(v128.load(at, 48), zero)),
  );
}

/** Blocks X … X + 15 of row (Z, Y), `count` of them within the window. */
function packSixteen<K>(entry: Level, blocks: usize, faces: usize, Z: i32, Y: i32, X: i32, count: i32): void {
  const plane = entry.planeBytes >> 2;
  const pitch = entry.rowBytes >> 2;
  const half = entry.halfBytes >> 2;
  let solid = i8x16.splat(0);
  // Nibbles of the word: z and y within; x within, z below; y and x below.
  let first = solid;
  let second = solid;
  let third = solid;
  for (let v = 0; v < 8; v++) {
    const dz = v >> 2;
    const dy = (v >> 1) & 1;
    const dx = v & 1;
    // Above the last plane lie codes too: those of the high boundary.
    if (2 * Z + dz >= entry.nz) break;
    const row = <usize>(2 * Z + dz) * plane + <usize>(2 * Y + dy) * pitch + <usize>X;
    const colour = <usize>((dz + dy + dx) & 1);
    const own = row + colour * half;
    const other = row + (1 - colour) * half;
    const z = opened<K>(entry.faceZ, own);
    const y = opened<K>(entry.faceY, own);
    const x = opened<K>(entry.faceX, own);
    const higher = v128.or(
      v128.or(opened<K>(entry.faceZ, other + plane), opened<K>(entry.faceY, other + pitch)),
      opened<K>(entry.faceX, other + <usize>dx),
    );
    solid = v128.or(solid, v128.and(v128.or(v128.or(z, y), v128.or(x, higher)), i8x16.splat(<i8>(<i32>1 << v))));
    const inZ = v128.and(z, i8x16.splat(<i8>(<i32>1 << (v & 3))));
    const inY = v128.and(y, i8x16.splat(<i8>(<i32>1 << (((v >> 1) & 2) | dx))));
    const inX = v128.and(x, i8x16.splat(<i8>(<i32>1 << (v >> 1))));
    if (dz) first = v128.or(first, inZ);
    else second = v128.or(second, i16x8.shl(inZ, 4));
    if (dy) first = v128.or(first, i16x8.shl(inY, 4));
    else third = v128.or(third, inY);
    if (dx) second = v128.or(second, inX);
    else third = v128.or(third, i16x8.shl(inX, 4));
  }
  storeFirst(blocks, solid, count);
  const low = i8x16.shuffle(first, second, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
  const high = i8x16.shuffle(first, second, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
  const lowRest = i16x8.extend_low_i8x16_u(third);
  const highRest = i16x8.extend_high_i8x16_u(third);
  const bytes = count << 2;
  storeFirst(faces, i8x16.shuffle(low, lowRest, 0, 1, 16, 17, 2, 3, 18, 19, 4, 5, 20, 21, 6, 7, 22, 23), bytes);
  storeFirst(
    faces + 16, i8x16.shuffle(low, lowRest, 8, 9, 24, 25, 10, 11, 26, 27, 12, 13, 28, 29, 14, 15, 30, 31), bytes - 16,
  );
  storeFirst(
    faces + 32, i8x16.shuffle(high, highRest, 0, 1, 16, 17, 2, 3, 18, 19, 4, 5, 20, 21, 6, 7, 22, 23), bytes - 32,
  );
  storeFirst(
    faces + 48, i8x16.shuffle(high, highRest, 8, 9, 24, 25, 10, 11, 26, 27, 12, 13, 28, 29, 14, 15, 30, 31), bytes - 48,
  );
}

/** Voxels that conduct (u8) and open faces (u32, see LOW_FACES) of every block of level 1, planes of blocks [Z0,
 *  Z1). */
export function packCodedBlocks<K>(thread: i32, entry: Level, blocks: usize, faces: usize, Z0: i32, Z1: i32): void {
  const ny = (entry.ny + 1) >> 1;
  const nx = (entry.nx + 1) >> 1;
  for (let Z = Z0; Z < Z1; Z++) {
    for (let Y = 0; Y < ny; Y++) {
      const at = (<usize>Z * <usize>ny + <usize>Y) * <usize>nx;
      for (let X = 0; X < nx; X += 16) {
        packSixteen<K>(entry, blocks + at + <usize>X, faces + ((at + <usize>X) << 2), Z, Y, X, nx - X);
      }
      if (tick(thread, <usize>entry.nx << 2)) return;
    }
  }
}
