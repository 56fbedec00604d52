// How far the blocks of the coarse levels join what does not touch: counted before coarse levels are chosen
// (decisions/0055).
import { JOIN_ABOVE, JOIN_STRONG, PARTS_COUNTS } from '../../layout';
import { barrier, enter, slabStart, tick } from '../../core/control';
import { Optional } from '../../core/kinds';
import { firstBytes, storeFirst, sumBytes } from '../../core/lanes';
import { Stored, storedOf, Table } from '../level/codes';
import { Level } from '../level/levels';
import { blockParts, elementOf, fillRoots, lowVoxel, openBetween, partAt, partCount, solidBits } from './blocks';
import { packCodedBlocks } from './open-faces';
import {
  bytesOfWords, joinedX, joinedY, joinedZ, partsOfSixteen, withinX, withinY,
} from './sixteen';
import { keepAbove, keepStrong } from './strength';

/** A cell of a level: bits 0, 1, 2: open faces to the cell below along z, y, x; bit 3: it conducts; above them the
 *  number of its parts. */
const SOLID: u32 = 8;
const PARTS_SHIFT: i32 = 4;

/** Parts of 16 cells. */
// @ts-ignore: decorator
@inline
function partsOfCells(cells: v128): v128 { return v128.and(i16x8.shr_u(cells, PARTS_SHIFT), i8x16.splat(15)); }

/** Voxels that conduct in blocks X … X + 15 of a row, of the byte network: v128 of their bits. */
// @ts-ignore: decorator
@inline
function sixteen(entry: Level, Z: i32, Y: i32, X: i32): v128 {
  let bits = i8x16.splat(0);
  for (let v = 0; v < 8; v++) {
    const at = entry.network + <usize>elementOf(entry, 2 * Z + (v >> 2), 2 * Y + ((v >> 1) & 1), 2 * X + (v & 1));
    bits = v128.or(bits, v128.and(i8x16.ne(v128.load(at), i8x16.splat(0)), i8x16.splat(<i8>(<i32>1 << v))));
  }
  return bits;
}

/** `packBlocks` of a coded level, by the kind of its faces. */
function packCoded<K>(
  thread: i32, entry: Level, blocks: usize, faces: usize, joining: i32, threshold: f32, Z0: i32, Z1: i32,
): void {
  packCodedBlocks<K>(thread, entry, blocks, faces, Z0, Z1);
  if (joining == JOIN_STRONG) keepStrong<K>(thread, entry, faces, threshold, Z0, Z1);
  else if (joining == JOIN_ABOVE) keepAbove<K>(thread, entry, blocks, faces, threshold, Z0, Z1);
}

/** u8 per block of level 1: which of its voxels conduct; planes of blocks [Z0, Z1). faces: of a coded level, see
 *  packCodedBlocks; joining, threshold: of a coded level, what of its open faces joins (layout.ts), see keepStrong and
 *  keepAbove */
export function packBlocks(
  thread: i32, entry: Level, blocks: usize, faces: usize, joining: i32, threshold: f32, Z0: i32, Z1: i32,
): void {
  if (entry.coded) {
    if (storedOf(entry)) packCoded<Stored>(thread, entry, blocks, faces, joining, threshold, Z0, Z1);
    else packCoded<Table>(thread, entry, blocks, faces, joining, threshold, Z0, Z1);
    return;
  }
  const ny = (entry.ny + 1) >> 1;
  const nx = (entry.nx + 1) >> 1;
  for (let Z = Z0; Z < Z1; Z++) {
    for (let Y = 0; Y < ny; Y++) {
      const row = blocks + (<usize>Z * <usize>ny + <usize>Y) * <usize>nx;
      let X = 0;
      for (; X + 16 <= nx; X += 16) v128.store(row + <usize>X, sixteen(entry, Z, Y, X));
      for (; X < nx; X++) store<u8>(row + <usize>X, solidBits(entry, Z, Y, X));
      if (tick(thread, <usize>entry.nx << 2)) return;
    }
  }
}

/** Parts that meet across a face of two blocks: pairs of them, not faces. */
function pairsAcross(axis: i32, open: u32, parts: u64, below: u64): i32 {
  if (open == 0) return 0;
  if (partCount(parts) == 1 && partCount(below) == 1) return 1;
  let pairs: u64 = 0;
  for (let k = 0; k < 4; k++) {
    if (!((open >> k) & 1)) continue;
    const v = lowVoxel(axis, k);
    pairs |= <u64>1 << <u64>(8 * partAt(parts, v) + partAt(below, v + (4 >> axis)));
  }
  return <i32>popcnt<u64>(pairs);
}

/** The word of faces of a block, 0 where there are none. */
// @ts-ignore: decorator
@inline
function facesAt(faces: usize, at: usize): usize { return faces ? faces + (at << 2) : 0; }

/** Bytes of −1 where v is not 0, of 0 elsewhere. */
// @ts-ignore: decorator
@inline
function notZero(v: v128): v128 { return i8x16.ne(v, i8x16.splat(0)); }

/** Sums over the blocks of a row: those that conduct, their parts, those of more than one. */
let solidBlocks: u32 = 0;
let allParts: u32 = 0;
let splitBlocks: u32 = 0;

/** Counts 16 blocks and makes their cells; open: bits 0, 1, 2 as in a cell. @returns the cells */
// @ts-ignore: decorator
@inline
function countSixteen(bits: v128, open: v128, parts: v128): v128 {
  const solid = notZero(bits);
  solidBlocks += popcnt<u32>(i8x16.bitmask(solid));
  allParts += sumBytes(parts);
  splitBlocks += popcnt<u32>(i8x16.bitmask(i8x16.gt_u(parts, i8x16.splat(1))));
  return v128.or(
    v128.or(v128.and(solid, i8x16.splat(<i8>SOLID)), open), i16x8.shl(parts, PARTS_SHIFT),
  );
}

/** Cells of plane Z of level 1, its counts but for the links. faces: of packBlocks, 0 on the byte network */
function countPlane(entry: Level, counts: usize, blocks: usize, faces: usize, cells: usize, Z: i32): void {
  const ny = (entry.ny + 1) >> 1;
  const nx = (entry.nx + 1) >> 1;
  const plane = Z > 0 ? <usize>ny * <usize>nx : 0;
  solidBlocks = 0;
  allParts = 0;
  splitBlocks = 0;
  let red: u32 = 0;
  const low = i8x16.splat(15);
  for (let Y = 0; Y < ny; Y++) {
    const row = (<usize>Z * <usize>ny + <usize>Y) * <usize>nx;
    const colour = (Z + Y) & 1 ? i16x8.splat(<i16>0xff00) : i16x8.splat(0xff);
    for (let X = 0; X < nx; X += 16) {
      const at = row + <usize>X;
      const inside = firstBytes(nx - X);
      const bits = v128.and(v128.load(blocks + at), inside);
      if (!v128.any_true(bits)) {
        storeFirst(cells + at, bits, nx - X);
        continue;
      }
      let parts: v128;
      let openZ: v128;
      let openY: v128;
      let openX: v128;
      if (faces) {
        const words = faces + (at << 2);
        const first = bytesOfWords(words, 0);
        const second = bytesOfWords(words, 1);
        const third = bytesOfWords(words, 2);
        parts = partsOfSixteen(
          bits, v128.and(i16x8.shl(v128.and(first, low), 4), inside),
          v128.and(withinY(v128.and(i16x8.shr_u(first, 4), low)), inside),
          v128.and(withinX(v128.and(second, low)), inside),
        );
        openZ = v128.and(i16x8.shr_u(second, 4), low);
        openY = v128.and(third, low);
        openX = v128.and(i16x8.shr_u(third, 4), low);
      } else {
        parts = partsOfSixteen(bits, joinedZ(bits), joinedY(bits), joinedX(bits));
        openZ = v128.and(v128.and(bits, i16x8.shr_u(v128.load(blocks + at - plane), 4)), low);
        openY = v128.and(
          v128.and(bits, i16x8.shr_u(v128.load(blocks + at - (Y > 0 ? <usize>nx : 0)), 2)), i8x16.splat(0x33),
        );
        openX = v128.and(v128.and(bits, i16x8.shr_u(v128.load(blocks + at - 1), 1)), i8x16.splat(0x55));
      }
      let open = Z > 0 ? v128.and(notZero(openZ), i8x16.splat(1)) : i8x16.splat(0);
      if (Y > 0) open = v128.or(open, v128.and(notZero(openY), i8x16.splat(2)));
      // The first of a row has no neighbour.
      const within = X > 0 ? i8x16.splat(4) : i8x16.replace_lane(i8x16.splat(4), 0, 0);
      open = v128.and(v128.or(open, v128.and(notZero(openX), within)), inside);
      storeFirst(cells + at, countSixteen(bits, open, parts), nx - X);
      red += sumBytes(v128.and(parts, colour));
    }
  }
  store<i32>(counts, solidBlocks);
  store<i32>(counts, allParts, 4);
  store<i32>(counts, splitBlocks, 8);
  store<i32>(counts, red, 16);
}

/** Links of plane Z of level 1, once its cells and those below are there. within: parts of a block can be linked */
function countLinks(
  entry: Level, counts: usize, blocks: usize, faces: usize, cells: usize, roots: usize, within: bool, Z: i32,
): void {
  const ny = (entry.ny + 1) >> 1;
  const nx = (entry.nx + 1) >> 1;
  const one = i8x16.splat(1);
  let links: u32 = 0;
  for (let Y = 0; Y < ny; Y++) {
    const row = (<usize>Z * <usize>ny + <usize>Y) * <usize>nx;
    for (let X = 0; X < nx; X += 16) {
      const own = v128.and(v128.load(cells + row + <usize>X), firstBytes(nx - X));
      const parts = partsOfCells(own);
      const split = i8x16.gt_u(parts, one);
      for (let axis = 0; axis < 3; axis++) {
        const step = axis == 0 ? <usize>ny * <usize>nx : axis == 1 ? <usize>nx : 1;
        const open = notZero(v128.and(own, i8x16.splat(<i8>(<i32>1 << axis))));
        if (!v128.any_true(open)) continue;
        const below = i8x16.gt_u(partsOfCells(v128.load(cells + row + <usize>X - step)), one);
        const several = v128.and(open, v128.or(split, below));
        links += popcnt<u32>(i8x16.bitmask(v128.andnot(open, several)));
        for (let left = <u32>i8x16.bitmask(several); left; left &= left - 1) {
          const at = row + <usize>X + <usize>ctz(left);
          const other = at - step;
          const bits = <u32>load<u8>(blocks + at);
          const under = <u32>load<u8>(blocks + other);
          links += pairsAcross(
            axis, openBetween(axis, bits, under, facesAt(faces, at)), blockParts(roots, bits, facesAt(faces, at)),
            blockParts(roots, under, facesAt(faces, other)),
          );
        }
      }
      if (!within) continue;
      for (let left = <u32>i8x16.bitmask(split); left; left &= left - 1) {
        const count = <u32>load<u8>(cells + row + <usize>X + <usize>ctz(left)) >> PARTS_SHIFT;
        links += (count * (count - 1)) >> 1;
      }
    }
  }
  store<i32>(counts, links, 12);
}

/** Counts plane Z of the level above cells of nz × ny × nx, and makes its cells. */
function countCells(counts: usize, cells: usize, coarse: usize, nz: i32, ny: i32, nx: i32, Z: i32): void {
  const NY = (ny + 1) >> 1;
  const NX = (nx + 1) >> 1;
  const zero = i8x16.splat(0);
  const low = i16x8.splat(0xff);
  solidBlocks = 0;
  allParts = 0;
  splitBlocks = 0;
  for (let Y = 0; Y < NY; Y++) {
    for (let X = 0; X < NX; X += 16) {
      let bits = zero;
      let open = zero;
      let insideZ = zero;
      let insideY = zero;
      let insideX = zero;
      for (let row = 0; row < 4; row++) {
        const z = 2 * Z + (row >> 1);
        const y = 2 * Y + (row & 1);
        if (z >= nz || y >= ny) continue;
        const from = cells + (<usize>z * <usize>ny + <usize>y) * <usize>nx + (<usize>X << 1);
        const left = nx - 2 * X;
        const a = v128.and(v128.load(from), firstBytes(left));
        const b = v128.and(v128.load(from, 16), firstBytes(left - 16));
        for (let dx = 0; dx < 2; dx++) {
          const fine = dx == 0
            ? i8x16.narrow_i16x8_u(v128.and(a, low), v128.and(b, low))
            : i8x16.narrow_i16x8_u(i16x8.shr_u(a, 8), i16x8.shr_u(b, 8));
          const own = i8x16.splat(<i8>(<i32>1 << (2 * row + dx)));
          // Faces to the block below come from its low voxels, those within from its high ones.
          const faceZ = v128.and(fine, i8x16.splat(1));
          const faceY = v128.and(fine, i8x16.splat(2));
          const faceX = v128.and(fine, i8x16.splat(4));
          bits = v128.or(bits, v128.and(notZero(v128.and(fine, i8x16.splat(<i8>SOLID))), own));
          if (row >> 1) insideZ = v128.or(insideZ, v128.and(notZero(faceZ), own));
          else open = v128.or(open, faceZ);
          if (row & 1) insideY = v128.or(insideY, v128.and(notZero(faceY), own));
          else open = v128.or(open, faceY);
          if (dx) insideX = v128.or(insideX, v128.and(notZero(faceX), own));
          else open = v128.or(open, faceX);
        }
      }
      const parts = partsOfSixteen(bits, insideZ, insideY, insideX);
      storeFirst(
        coarse + (<usize>Z * <usize>NY + <usize>Y) * <usize>NX + <usize>X, countSixteen(bits, open, parts), NX - X,
      );
    }
  }
  store<i32>(counts, solidBlocks);
  store<i32>(counts, allParts, 4);
  store<i32>(counts, splitBlocks, 8);
}

/** Adds up what planes counted. */
function addPlanes(out: usize, planes: usize, count: i32, nz: i32): void {
  for (let Z = 0; Z < nz; Z++) {
    for (let k: usize = 0; k < <usize>count; k++) {
      const sum = out + (k << 2);
      store<i32>(sum, load<i32>(sum) + load<i32>(planes + <usize>(Z * PARTS_COUNTS * 4) + (k << 2)));
    }
  }
}

/** Counts blocks and parts on every level. Levels above the first count the parts that blocks of the level below make.
 *  @param out i32[levels][5]: see PARTS_COUNTS, of level 1 and up; planes: i32[(nz + 1) / 2][5] scratch
 *  @param blocks u8 per block of level 1; faces: u32 per block, 0 on the byte network; cells: u8 per block of every
 *         level, each level behind the last
 *  @param roots u32[4096] scratch; joining, threshold: see packBlocks. With
 *         JOIN_STRONG links within blocks are counted as if all parts of one were linked. */
export function countParts(
  thread: i32, threads: i32, out: usize, planes: usize, entry: Level, blocks: usize, faces: Optional, cells: usize,
  roots: usize,
  levels: i32, joining: i32, threshold: f32,
): i32 {
  enter();
  let nz = (entry.nz + 1) >> 1;
  let ny = (entry.ny + 1) >> 1;
  let nx = (entry.nx + 1) >> 1;
  const begin = slabStart(thread, threads, nz);
  const end = slabStart(thread + 1, threads, nz);
  if (thread == 0) fillRoots(roots);
  packBlocks(thread, entry, blocks, faces, joining, threshold, begin, end);
  let status = barrier(thread, threads);
  if (status) return status;
  for (let Z = begin; Z < end; Z++) {
    countPlane(entry, planes + <usize>(Z * PARTS_COUNTS * 4), blocks, faces, cells, Z);
    if (tick(thread, <usize>ny * <usize>nx)) break;
  }
  if ((status = barrier(thread, threads))) return status;
  for (let Z = begin; Z < end; Z++) {
    const counts = planes + <usize>(Z * PARTS_COUNTS * 4);
    countLinks(entry, counts, blocks, faces, cells, roots, joining == JOIN_STRONG, Z);
    if (tick(thread, <usize>ny * <usize>nx)) break;
  }
  if ((status = barrier(thread, threads))) return status;
  if (thread == 0) {
    memory.fill(out, 0, <usize>(levels * PARTS_COUNTS * 4));
    addPlanes(out, planes, PARTS_COUNTS, nz);
  }
  let fine = cells;
  for (let level = 1; level < levels; level++) {
    const coarse = fine + <usize>nz * <usize>ny * <usize>nx;
    const NZ = (nz + 1) >> 1;
    if ((status = barrier(thread, threads))) return status;
    const last = slabStart(thread + 1, threads, NZ);
    for (let Z = slabStart(thread, threads, NZ); Z < last; Z++) {
      countCells(planes + <usize>(Z * PARTS_COUNTS * 4), fine, coarse, nz, ny, nx, Z);
      if (tick(thread, <usize>ny * <usize>nx)) break;
    }
    if ((status = barrier(thread, threads))) return status;
    if (thread == 0) addPlanes(out + <usize>(level * PARTS_COUNTS * 4), planes, 3, NZ);
    fine = coarse;
    nz = NZ;
    ny = (ny + 1) >> 1;
    nx = (nx + 1) >> 1;
  }
  return barrier(thread, threads);
}
