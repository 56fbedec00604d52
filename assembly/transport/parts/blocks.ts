// 2×2×2 blocks of the finest level: which of their voxels conduct, which faces are open, and the parts that these make.
// Voxel (dz, dy, dx) of a block is number 4·dz + 2·dy + dx.
import { bookX, bookY, bookZ, conductanceAt } from '../level/codes';
import { Level } from '../level/levels';

/** Nibble of a voxel that does not conduct. */
export const NO_PART: u32 = 15;

/** A block's word of faces: bits 0 to 11 within it, 4 each across z, y, x; from this bit on those to the blocks below
 *  along z, y, x. */
export const LOW_FACES: i32 = 12;
const ALL_INSIDE: u32 = 0xfff;
/** What partsOf says of a block whose faces are all open. */
const ONE_PART: u64 = <u64>1 << 32;

/** Element of a field, counted from element (0, 0, 0) of the red half. Voxels outside the window have one too: a
 *  ghost's. */
// @ts-ignore: decorator
@inline
export function elementOf(entry: Level, z: i32, y: i32, x: i32): i32 {
  const row =
    z * <i32>(entry.planeBytes >> 2) + y * <i32>(entry.rowBytes >> 2) + ((z + y + x) & 1) * <i32>(entry.halfBytes >> 2);
  return row + (x >> 1);
}

// @ts-ignore: decorator
@inline
function byteAt(field: usize, element: i32): u32 {
  return load<u8>(field + <usize>element);
}

/** Conductance of the face between a voxel of a coded level and its neighbour one lower along an axis (0, 1, 2: z, y,
 *  x), both within the window. e: its element; z: its plane */
// @ts-ignore: decorator
@inline
export function conductanceBelow(entry: Level, axis: i32, z: i32, e: i32): f32 {
  if (axis == 0) return <f32>conductanceAt(entry, bookZ(entry, z), entry.faceZ, <usize>e);
  if (axis == 1) return <f32>conductanceAt(entry, bookY(entry), entry.faceY, <usize>e);
  return <f32>conductanceAt(entry, bookX(entry), entry.faceX, <usize>e);
}

/** Conductance between a voxel and the boundaries of given potential. */
// @ts-ignore: decorator
@inline
function conductanceOutside(entry: Level, z: i32, y: i32, x: i32): f32 {
  const coded = entry.coded;
  const last = entry.nz - 1;
  let g: f32 = 0;
  if (z == 0) {
    g += coded ? <f32>conductanceAt(entry, bookZ(entry, 0), entry.faceZ, <usize>elementOf(entry, 0, y, x)) : 2;
  }
  if (z == last) {
    g += coded
      ? <f32>conductanceAt(entry, bookZ(entry, last + 1), entry.faceZ, <usize>elementOf(entry, last + 1, y, x))
      : 2;
  }
  return g;
}

/** What holds a voxel at potential 0: boundaries, and the diagonal term. e: its element */
// @ts-ignore: decorator
@inline
export function heldBy(entry: Level, z: i32, y: i32, x: i32, e: i32): f32 {
  const outside = conductanceOutside(entry, z, y, x);
  return entry.diagonal ? outside + load<f32>(entry.diagonal + (<usize>e << 2)) : outside;
}

/** One bit per voxel of the block of the byte network that conducts. */
// @ts-ignore: decorator
@inline
export function solidBits(entry: Level, Z: i32, Y: i32, X: i32): u32 {
  let bits: u32 = 0;
  for (let v = 0; v < 8; v++) {
    const solid =
      byteAt(entry.network, elementOf(entry, 2 * Z + (v >> 2), 2 * Y + ((v >> 1) & 1), 2 * X + (v & 1))) != 0;
    bits |= u32(solid) << v;
  }
  return bits;
}

/** Bits of the 4 voxels on the low side of a block along an axis; of its high side when they are shifted down
 *  before. */
// @ts-ignore: decorator
@inline
function lowSide(bits: u32, axis: i32): u32 {
  if (axis == 0) return bits & 15;
  if (axis == 1) return (bits & 3) | ((bits >> 2) & 12);
  return (bits & 1) | ((bits >> 1) & 2) | ((bits >> 2) & 4) | ((bits >> 3) & 8);
}

/** Number of voxel k of the low side of a block along an axis. */
// @ts-ignore: decorator
@inline
export function lowVoxel(axis: i32, k: i32): i32 {
  return axis == 0 ? k : axis == 1 ? ((k & 2) << 1) | (k & 1) : k << 1;
}

/** Open faces between a block and the one below it along an axis: bit k is voxel lowVoxel(axis, k) of its low side.
 *  @param bits, below: voxels of both that conduct; faces: see blockParts */
// @ts-ignore: decorator
@inline
export function openBetween(axis: i32, bits: u32, below: u32, faces: usize): u32 {
  return faces
    ? (load<u32>(faces) >> (LOW_FACES + 4 * axis)) & 15
    : lowSide(bits, axis) & lowSide(below >> (4 >> axis), axis);
}

/** Bytes of the table of fillRoots before that of the byte network. */
const ROOTS: usize = 4 * 4096;

/** The parts of a block, see partsOf. roots: filled by fillRoots; bits: its voxels that conduct; faces: address of its
 *  word of packCodedBlocks, 0 on the byte network, where all neighbours are joined */
// @ts-ignore: decorator
@inline
export function blockParts(roots: usize, bits: u32, faces: usize): u64 {
  if (!faces) return load<u64>(roots + ROOTS + (<usize>bits << 3));
  const open = load<u32>(faces) & ALL_INSIDE;
  return open == ALL_INSIDE ? ONE_PART : partsOf(roots, bits, open);
}

/** Fills u32[4096]: for every set of open faces within a block, a nibble per voxel: the lowest voxel that it is joined
 *  with. Behind it u64[256]: the parts of a block of the byte network, where all neighbours are joined, by its voxels
 *  that conduct. */
export function fillRoots(roots: usize): void {
  for (let open: u32 = 0; open < 4096; open++) {
    let nibbles: u32 = 0x76543210;
    // Each pass hands the lowest number on over one face; a path has at most 7.
    for (let pass = 0; pass < 7; pass++) {
      for (let face = 0; face < 12; face++) {
        if (!((open >> face) & 1)) continue;
        const axis = face >> 2;
        const a = lowVoxel(axis, face & 3) << 2;
        const b = a + ((4 >> axis) << 2);
        const low = min((nibbles >> a) & 15, (nibbles >> b) & 15);
        nibbles = (nibbles & ~((<u32>15 << a) | (<u32>15 << b))) | (low << a) | (low << b);
      }
    }
    store<u32>(roots + (<usize>open << 2), nibbles);
  }
  for (let bits: u32 = 0; bits < 256; bits++) {
    let open: u32 = 0;
    for (let axis = 0; axis < 3; axis++) {
      open |= (lowSide(bits, axis) & lowSide(bits >> (4 >> axis), axis)) << (4 * axis);
    }
    store<u64>(roots + ROOTS + (<usize>bits << 3), partsOf(roots, bits, open));
  }
}

/** The parts of a block: nibble v is the part (0, 1 …) of voxel v, NO_PART where it does not conduct; above them their
 *  number. bits: voxels that conduct; open: faces within */
export function partsOf(roots: usize, bits: u32, open: u32): u64 {
  const nibbles = load<u32>(roots + (<usize>open << 2));
  let firsts: u32 = 0;
  let parts: u32 = 0;
  for (let v = 0; v < 8; v++) {
    const root = (nibbles >> (v << 2)) & 15;
    if (!((bits >> v) & 1)) {
      parts |= NO_PART << (v << 2);
      continue;
    }
    if (root == v) firsts |= 1 << v;
    parts |= <u32>popcnt<u32>(firsts & ((1 << root) - 1)) << (v << 2);
  }
  return <u64>parts | (<u64>popcnt<u32>(firsts) << 32);
}

// @ts-ignore: decorator
@inline
export function partAt(parts: u64, voxel: i32): u32 {
  return <u32>(parts >> <u64>(voxel << 2)) & 15;
}

// @ts-ignore: decorator
@inline
export function partCount(parts: u64): i32 {
  return <i32>(parts >> 32);
}
