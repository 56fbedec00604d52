// How far the blocks of the coarse levels join what does not touch: counted before coarse levels are chosen
// (decisions/0055).
import { JOIN_ABOVE, JOIN_STRONG, PARTS_COUNTS } from '../../layout';
import { barrier, enter, slabStart, tick } from '../../core/control';
import { Optional } from '../../core/kinds';
import { Stored, storedOf, Table } from '../level/codes';
import { Level } from '../level/levels';
import {
  blockParts, elementOf, fillRoots, lowVoxel, openBetween, partAt, partCount, partsOf, solidBits,
} from './blocks';
import { packCodedBlocks } from './open-faces';
import { keepAbove, keepStrong } from './strength';

/** A cell of a level: bits 0, 1, 2: open faces to the cell below along z, y, x; bit 3: it conducts. */
const SOLID: u32 = 8;

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

/** Counts plane Z of level 1 and makes its cells. faces: of packBlocks, 0 on the byte network; within: parts of a block
 *  can be linked */
function countPlane(
  entry: Level, counts: usize, blocks: usize, faces: usize, cells: usize, roots: usize, within: bool, Z: i32,
): void {
  const ny = (entry.ny + 1) >> 1;
  const nx = (entry.nx + 1) >> 1;
  let solid = 0;
  let all = 0;
  let split = 0;
  let links = 0;
  let red = 0;
  for (let Y = 0; Y < ny; Y++) {
    for (let X = 0; X < nx; X++) {
      const at = (<usize>Z * <usize>ny + <usize>Y) * <usize>nx + <usize>X;
      const bits = <u32>load<u8>(blocks + at);
      if (!bits) {
        store<u8>(cells + at, 0);
        continue;
      }
      const parts = blockParts(roots, bits, facesAt(faces, at));
      let cell = SOLID;
      for (let axis = 0; axis < 3; axis++) {
        if ((axis == 0 ? Z : axis == 1 ? Y : X) == 0) continue;
        const other = at - (axis == 0 ? <usize>ny * <usize>nx : axis == 1 ? <usize>nx : 1);
        const below = <u32>load<u8>(blocks + other);
        const open = openBetween(axis, bits, below, facesAt(faces, at));
        if (!open) continue;
        cell |= 1 << axis;
        links += pairsAcross(axis, open, parts, blockParts(roots, below, facesAt(faces, other)));
      }
      store<u8>(cells + at, cell);
      solid++;
      all += partCount(parts);
      split += i32(partCount(parts) > 1);
      if (within) links += (partCount(parts) * (partCount(parts) - 1)) >> 1;
      if (!((Z + Y + X) & 1)) red += partCount(parts);
    }
  }
  store<i32>(counts, solid);
  store<i32>(counts, all, 4);
  store<i32>(counts, split, 8);
  store<i32>(counts, links, 12);
  store<i32>(counts, red, 16);
}

/** Counts the blocks of the level above cells of nz × ny × nx, and makes its cells. */
function countCells(
  thread: i32, counts: usize, cells: usize, coarse: usize, roots: usize, nz: i32, ny: i32, nx: i32,
): void {
  const NY = (ny + 1) >> 1;
  const NX = (nx + 1) >> 1;
  for (let Z = 0; Z < (nz + 1) >> 1; Z++) {
    for (let Y = 0; Y < NY; Y++) {
      for (let X = 0; X < NX; X++) {
        let bits: u32 = 0;
        let inside: u32 = 0;
        let cell: u32 = 0;
        for (let v = 0; v < 8; v++) {
          const z = 2 * Z + (v >> 2);
          const y = 2 * Y + ((v >> 1) & 1);
          const x = 2 * X + (v & 1);
          if (z >= nz || y >= ny || x >= nx) continue;
          const fine = <u32>load<u8>(cells + (<usize>z * <usize>ny + <usize>y) * <usize>nx + <usize>x);
          if (!(fine & SOLID)) continue;
          bits |= 1 << v;
          // Faces to the block below come from its low voxels, those within from its high ones.
          for (let axis = 0; axis < 3; axis++) {
            if (!((fine >> axis) & 1)) continue;
            if (v & (4 >> axis)) inside |= 1 << (4 * axis + sideNumber(axis, v));
            else cell |= 1 << axis;
          }
        }
        store<u8>(coarse + (<usize>Z * <usize>NY + <usize>Y) * <usize>NX + <usize>X, bits ? cell | SOLID : 0);
        if (!bits) continue;
        const parts = partCount(partsOf(roots, bits, inside));
        store<i32>(counts, load<i32>(counts) + 1);
        store<i32>(counts, load<i32>(counts, 4) + parts, 4);
        if (parts > 1) store<i32>(counts, load<i32>(counts, 8) + 1, 8);
      }
    }
    if (tick(thread, <usize>ny * <usize>nx)) return;
  }
}

/** Which of the 4 voxels of a side voxel v of a block is: the k of lowVoxel. */
// @ts-ignore: decorator
@inline
function sideNumber(axis: i32, v: i32): i32 {
  if (axis == 0) return v & 3;
  if (axis == 1) return ((v >> 1) & 2) | (v & 1);
  return v >> 1;
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
    countPlane(entry, planes + <usize>(Z * PARTS_COUNTS * 4), blocks, faces, cells, roots, joining == JOIN_STRONG, Z);
    if (tick(thread, <usize>ny * <usize>nx)) break;
  }
  if ((status = barrier(thread, threads))) return status;
  if (thread == 0) {
    memory.fill(out, 0, <usize>(levels * PARTS_COUNTS * 4));
    for (let Z = 0; Z < nz; Z++) {
      for (let k: usize = 0; k < <usize>PARTS_COUNTS; k++) {
        const sum = out + (k << 2);
        store<i32>(sum, load<i32>(sum) + load<i32>(planes + <usize>(Z * PARTS_COUNTS * 4) + (k << 2)));
      }
    }
    let fine = cells;
    for (let level = 1; level < levels; level++) {
      const coarse = fine + <usize>nz * <usize>ny * <usize>nx;
      countCells(thread, out + <usize>(level * PARTS_COUNTS * 4), fine, coarse, roots, nz, ny, nx);
      fine = coarse;
      nz = (nz + 1) >> 1;
      ny = (ny + 1) >> 1;
      nx = (nx + 1) >> 1;
    }
  }
  return barrier(thread, threads);
}
