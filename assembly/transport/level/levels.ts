// The red-black layout of transport fields, and the table of multigrid levels.
//
// A voxel is red (colour 0) when z + y + x is even, else black (1). A field keeps the colours apart, so that a half sweep
// of Gauss-Seidel reads and writes whole vectors, and a 2×2×2 aggregate finds its red and black voxels at its own index:
//
//   row (z, y), even z + y     x:   0  1  2  3  4  5        red half    0  2  4      black half   1  3  5
//   row (z, y), odd  z + y          0  1  2  3  4  5        red half    1  3  5      black half   0  2  4
//                                                           element     0  1  2                   0  1  2
//
// Voxel x of a row is element x / 2 of its colour. Neighbours in y and z have the other colour and the same element; the two in
// x are elements i − 1 + q and i + q of the other colour, where q = (z + y + colour) & 1 is the parity of x.
// Rows have `pitch` elements, at least two more than are touched; every plane begins and ends with a ghost row, below and above
// lies one ghost plane. They hold 0, or copies of the opposite side where the boundary is periodic, so that no kernel tests for borders.
import { slabStart } from '../../core/control';

/** 32-bit words of a level's entry. */
export const ENTRY_BYTES: usize = 80;

/** Elements between rows, a multiple of 16: whole vectors of 4 that hold the row, then at least one zero that none of them
 *  covers: the element before the next row. */
// @ts-ignore: decorator
@inline
export function pitchOf(nx: i32): i32 {
  return ((((nx + 7) >> 3) << 2) + 1 + 15) & ~15;
}

/** Elements between planes. */
// @ts-ignore: decorator
@inline
export function planeOf(ny: i32, nx: i32): i32 {
  return (ny + 2) * pitchOf(nx);
}

/** Elements of one colour of a field. */
// @ts-ignore: decorator
@inline
export function halfOf(nz: i32, ny: i32, nx: i32): usize {
  return <usize>(nz + 2) * <usize>planeOf(ny, nx);
}

/** Element of voxel (0, 0, 0) in the half of its colour. */
// @ts-ignore: decorator
@inline
export function originOf(ny: i32, nx: i32): usize {
  return <usize>planeOf(ny, nx) + <usize>pitchOf(nx);
}

// Entry: nz, ny, nx, then bytes between f32 rows, planes and colours, then addresses of element (0, 0) of the red halves.
// @ts-ignore: decorator
@inline
export function nzOf(entry: usize): i32 { return load<i32>(entry); }
// @ts-ignore: decorator
@inline
export function nyOf(entry: usize): i32 { return load<i32>(entry, 4); }
// @ts-ignore: decorator
@inline
export function nxOf(entry: usize): i32 { return load<i32>(entry, 8); }
// @ts-ignore: decorator
@inline
export function rowBytes(entry: usize): usize { return load<usize>(entry, 12); }
// @ts-ignore: decorator
@inline
export function planeBytes(entry: usize): usize { return load<usize>(entry, 16); }
// @ts-ignore: decorator
@inline
export function halfBytes(entry: usize): usize { return load<usize>(entry, 20); }
/** Solution, f32. */
// @ts-ignore: decorator
@inline
export function solutionOf(entry: usize): usize { return load<usize>(entry, 24); }
/** Right-hand side, f32. */
// @ts-ignore: decorator
@inline
export function rightOf(entry: usize): usize { return load<usize>(entry, 28); }
/** Conductance of the face to x − 1, f32. */
// @ts-ignore: decorator
@inline
export function faceX(entry: usize): usize { return load<usize>(entry, 32); }
/** Conductance of the face to y − 1, f32. */
// @ts-ignore: decorator
@inline
export function faceY(entry: usize): usize { return load<usize>(entry, 36); }
/** Conductance of the face to z − 1, f32; planes 0 and nz hold the boundary faces. */
// @ts-ignore: decorator
@inline
export function faceZ(entry: usize): usize { return load<usize>(entry, 40); }
/** 1 / sum of the six face conductances, 0 where that is 0; f32. */
// @ts-ignore: decorator
@inline
export function inverseOf(entry: usize): usize { return load<usize>(entry, 44); }
/** Whether opposite faces of the window are one. */
// @ts-ignore: decorator
@inline
export function periodicOf(entry: usize): bool { return load<u32>(entry, 52) != 0; }

/** Whether the lower faces of plane z, the upper ones of plane z − 1, are a boundary of given potential. */
// @ts-ignore: decorator
@inline
export function boundaryAt(entry: usize, z: i32): bool { return !periodicOf(entry) && (z == 0 || z == nzOf(entry)); }

/** What the linear profile rises by over the lower faces of plane z: half a step at the boundaries. */
// @ts-ignore: decorator
@inline
export function riseBelow(entry: usize, z: i32): f64 { return boundaryAt(entry, z) ? 0.5 : 1; }

/** Whether the faces of the finest level are codes with a codebook (codes.ts): it has no byte network. */
// @ts-ignore: decorator
@inline
export function codedOf(entry: usize): bool { return networkOf(entry) == 0; }

/** Voxels of one colour in a row whose first x of that colour is q. */
// @ts-ignore: decorator
@inline
export function validCount(entry: usize, q: usize): i32 {
  return (nxOf(entry) - <i32>q + 1) >> 1;
}

/** Lanes of the vector at byte i of an f32 row that are among its first `count` elements. Where the boundary is periodic, the next
 *  element holds the face of the seam, and conductances alone do not tell. */
// @ts-ignore: decorator
@inline
export function validLanes(count: i32, i: usize): v128 {
  return i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(count - <i32>(i >> 2)));
}

/** Byte network of the finest level. */
// @ts-ignore: decorator
@inline
export function networkOf(entry: usize): usize { return load<usize>(entry, 48); }
/** Buffers of the finest level's smoothing, for all threads. */
// @ts-ignore: decorator
@inline
export function scratchOf(entry: usize): usize { return load<usize>(entry, 56); }
/** Bytes of them per thread. */
// @ts-ignore: decorator
@inline
export function scratchBytes(entry: usize): usize { return load<usize>(entry, 60); }
/** Rows, an even number, that the finest level's passes walk together through the planes. */
// @ts-ignore: decorator
@inline
export function tileRows(entry: usize): i32 { return load<i32>(entry, 64); }

/** Record of the islands (islands/islands.ts) of a coded finest level, known to all of its levels; 0: none. */
// @ts-ignore: decorator
@inline
export function islandsOf(entry: usize): usize { return load<usize>(entry, 68); }
/** Whether rounding can drown what holds a part of the structure in its place: the weak faces of an island, or nothing at all where
 *  the window repeats. Residuals are then those of both colours, as fluxes between neighbours, which add up to nothing within. */
// @ts-ignore: decorator
@inline
export function looseOf(entry: usize): bool { return islandsOf(entry) != 0 || periodicOf(entry); }

/** Record of the levels of connected parts (parts/record.ts) above the finest level; 0: they are blocks. */
// @ts-ignore: decorator
@inline
export function partsRecord(entry: usize): usize { return load<usize>(entry, 72); }

/** First plane of a thread's slab, on a level with one below it: slabs hold whole aggregates. */
export function firstPlane(thread: i32, threads: i32, entry: usize): i32 {
  return min(2 * slabStart(thread, threads, nzOf(entry + ENTRY_BYTES)), nzOf(entry));
}

/** Vectors of 4 elements that hold a row of one colour. */
// @ts-ignore: decorator
@inline
export function quadsOf(nx: i32): i32 {
  return ((nx + 1) / 2 + 3) >> 2;
}

/** Stores 8 consecutive aggregates x = 8k … 8k + 7 of a coarse row in the red-black layout: even x at `even`, odd at `odd`. */
// @ts-ignore: decorator
@inline
export function storeSplit(even: usize, odd: usize, low: v128, high: v128): void {
  v128.store(even, i8x16.shuffle(low, high, 0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27));
  v128.store(odd, i8x16.shuffle(low, high, 4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31));
}

/** Adds 8 consecutive aggregates to a coarse row as storeSplit stores them. */
// @ts-ignore: decorator
@inline
export function addSplit(even: usize, odd: usize, low: v128, high: v128): void {
  const evens = i8x16.shuffle(low, high, 0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27);
  const odds = i8x16.shuffle(low, high, 4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31);
  v128.store(even, f32x4.add(v128.load(even), evens));
  v128.store(odd, f32x4.add(v128.load(odd), odds));
}

/** 8 consecutive aggregates of a coarse row: the first 4. */
// @ts-ignore: decorator
@inline
export function joinLow(even: v128, odd: v128): v128 {
  return i8x16.shuffle(even, odd, 0, 1, 2, 3, 16, 17, 18, 19, 4, 5, 6, 7, 20, 21, 22, 23);
}

/** The last 4. */
// @ts-ignore: decorator
@inline
export function joinHigh(even: v128, odd: v128): v128 {
  return i8x16.shuffle(even, odd, 8, 9, 10, 11, 24, 25, 26, 27, 12, 13, 14, 15, 28, 29, 30, 31);
}

/** Row (Z, Y) of a coarse field in bytes from its origin: of its even x, and of its odd ones. */
// @ts-ignore: decorator
@inline
export function evenRow(coarse: usize, Z: i32, Y: i32): usize {
  return <usize>Z * planeBytes(coarse) + <usize>Y * rowBytes(coarse) + <usize>((Z + Y) & 1) * halfBytes(coarse);
}
// @ts-ignore: decorator
@inline
export function oddRow(coarse: usize, Z: i32, Y: i32): usize {
  return <usize>Z * planeBytes(coarse) + <usize>Y * rowBytes(coarse) + <usize>((Z + Y + 1) & 1) * halfBytes(coarse);
}
