// The red-black layout of transport fields, and the table of multigrid levels.
//
// A voxel is red (colour 0) when z + y + x is even, else black (1). A field keeps the colours apart, so that a half
// sweep of Gauss-Seidel reads and writes whole vectors, and a 2×2×2 aggregate finds its red and black voxels at its own
// index:
//
//   row (z, y), even z + y     x:   0  1  2  3  4  5        red half    0  2  4      black half   1  3  5
//   row (z, y), odd  z + y          0  1  2  3  4  5        red half    1  3  5      black half   0  2  4
//                                                           element     0  1  2                   0  1  2
//
// Voxel x of a row is element x / 2 of its colour. Neighbours in y and z have the other colour and the same element;
// the two in x are elements i − 1 + q and i + q of the other colour, where q = (z + y + colour) & 1 is the parity of x.
// Rows have `pitch` elements, at least two more than are touched; every plane begins and ends with a ghost row, below
// and above lies one ghost plane. They hold 0, or copies of the opposite side where the boundary is periodic, so that
// no kernel tests for borders.
import { LEVEL_BYTES } from '../../layout';
import { slabStart, tick } from '../../core/control';

/** Elements between rows, a multiple of 16: whole vectors of 4 that hold the row, then at least one zero that none of
 *  them covers: the element before the next row. */
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

/** A level's entry, written by the host: bytes between f32 rows, planes and colours; addresses are those of element (0,
 *  0, 0) of the red halves. Fields of an unmanaged class are plain loads and stores. */
@unmanaged
export class Level {
  nz: i32;
  ny: i32;
  nx: i32;
  rowBytes: usize;
  planeBytes: usize;
  halfBytes: usize;
  /** Solution, f32. */
  solution: usize;
  /** Right-hand side, f32. */
  right: usize;
  /** Conductance of the face to x − 1, f32. */
  faceX: usize;
  /** Conductance of the face to y − 1, f32. */
  faceY: usize;
  /** Conductance of the face to z − 1, f32; planes 0 and nz hold the boundary faces. */
  faceZ: usize;
  /** 1 / sum of the six face conductances, 0 where that is 0; f32. */
  inverse: usize;
  /** Byte network of the finest level. */
  network: usize;
  /** Not 0: opposite faces of the window are one. */
  wraps: u32;
  /** Buffers of the finest level's smoothing, for all threads. */
  scratch: usize;
  /** Bytes of them per thread. */
  scratchBytes: usize;
  /** Rows, an even number, that the finest level's passes walk together through the planes. */
  tileRows: i32;
  /** Record of the islands (islands/record.ts) of a coded finest level, known to all of its levels; 0: none. */
  islands: usize;
  /** Record of the levels of connected parts (parts/record.ts) above the finest level; 0: they are blocks. */
  parts: usize;
  /** Diagonal term of the voxels of the finest level, or summed over the aggregates of others, f32; 0: none. */
  diagonal: usize;
  /** Right-hand side of the finest level as it was given, f32; 0: the residual of the linear profile, which is never
   *  stored. */
  given: usize;
  /** Of a byte network, the octets of every row that conduct (finest/octets.ts). */
  octets: usize;
  /** Axes along which the next level is half as fine: 4, 2 and 1 for z, y and x. */
  halves: u32;

  /** Shifts from a place along z, y or x to that of its aggregate on the next level: 1, or 0 along an axis where that
   *  level is as fine. */
  @inline
  get shiftZ(): i32 { return <i32>(this.halves >> 2); }
  @inline
  get shiftY(): i32 { return <i32>((this.halves >> 1) & 1); }
  @inline
  get shiftX(): i32 { return <i32>(this.halves & 1); }

  /** First plane, on this level, of plane Z of the next one, or where this level ends. */
  @inline
  finePlane(Z: i32): i32 { return min(Z << this.shiftZ, this.nz); }

  /** The same of row Y. */
  @inline
  fineRow(Y: i32): i32 { return min(Y << this.shiftY, this.ny); }

  /** The plane of the next level that holds plane z, if that is the first in it; the end of the planes from their
   *  end. */
  @inline
  coarsePlane(z: i32): i32 { return (z + this.shiftZ) >> this.shiftZ; }

  @inline
  get periodic(): bool { return this.wraps != 0; }

  /** Whether the window repeats along an axis of odd length: there opposite voxels have the same colour, and a half
   *  sweep meets its own colour (periodic.ts). */
  @inline
  get seamed(): bool { return this.periodic && ((this.nz | this.ny | this.nx) & 1) != 0; }

  /** Whether the faces of the finest level are codes with a codebook (codes.ts): it has no byte network. */
  @inline
  get coded(): bool { return this.network == 0; }

  /** Whether conjugate gradients work on red alone, with black eliminated (finest/plain-black.ts). */
  @inline
  get halved(): bool { return !this.coded; }

  /** Whether rounding can drown what holds a part of the structure in its place: the weak faces of an island, or
   *  nothing at all where the window repeats. Residuals are then those of both colours, as fluxes between neighbours,
   *  which add up to nothing within. */
  @inline
  get loose(): bool { return this.islands != 0 || this.periodic; }

  /** The level `count` levels coarser. */
  @inline
  below(count: i32): Level { return changetype<Level>(changetype<usize>(this) + <usize>count * LEVEL_BYTES); }

  /** The next coarser level. */
  @inline
  get coarse(): Level { return changetype<Level>(changetype<usize>(this) + LEVEL_BYTES); }

  /** Whether the lower faces of plane z, the upper ones of plane z − 1, are a boundary of given potential. */
  @inline
  boundaryAt(z: i32): bool { return !this.periodic && (z == 0 || z == this.nz); }

  /** What the profile that is solved around rises by over the lower faces of plane z: 1, half a step at the boundaries;
   *  nothing where the right-hand side is given. */
  @inline
  riseBelow(z: i32): f64 { return this.given ? 0 : this.boundaryAt(z) ? 0.5 : 1; }

  /** Voxels of one colour in a row whose first x of that colour is q. */
  @inline
  validCount(q: usize): i32 { return (this.nx - <i32>q + 1) >> 1; }

  /** Row (Z, Y) in bytes from element (0, 0, 0): of its even x, and of its odd ones. */
  @inline
  evenRow(Z: i32, Y: i32): usize {
    return <usize>Z * this.planeBytes + <usize>Y * this.rowBytes + <usize>((Z + Y) & 1) * this.halfBytes;
  }
  @inline
  oddRow(Z: i32, Y: i32): usize {
    return <usize>Z * this.planeBytes + <usize>Y * this.rowBytes + <usize>((Z + Y + 1) & 1) * this.halfBytes;
  }
}

/** Lanes of the vector at byte i of an f32 row that are among its first `count` elements. Where the boundary is
 *  periodic, the next element holds the face of the seam, and conductances alone do not tell. */
// @ts-ignore: decorator
@inline
export function validLanes(count: i32, i: usize): v128 {
  return i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(count - <i32>(i >> 2)));
}

/** First plane of a thread's slab, on a level with one below it: slabs hold whole aggregates. */
export function firstPlane(thread: i32, threads: i32, entry: Level): i32 {
  return entry.finePlane(slabStart(thread, threads, entry.coarse.nz));
}

/** Clears a thread's share of a field of both colours, with its ghosts. field: of element (0, 0, 0); bytes: per
 *  element, 1 or 4 */
export function clearField(thread: i32, threads: i32, entry: Level, field: usize, bytes: usize): void {
  const elements = entry.halfBytes >> 1;
  const lines = <i32>(elements >> 4);
  const start = <usize>slabStart(thread, threads, lines) << 4;
  const end = <usize>slabStart(thread + 1, threads, lines) << 4;
  memory.fill(field + (start - originOf(entry.ny, entry.nx)) * bytes, 0, (end - start) * bytes);
  tick(thread, 1);
}

/** Vectors of 4 elements that hold a row of one colour. */
// @ts-ignore: decorator
@inline
export function quadsOf(nx: i32): i32 {
  return ((nx + 1) / 2 + 3) >> 2;
}

/** Stores 8 consecutive aggregates x = 8k … 8k + 7 of a coarse row in the red-black layout: even x at `even`, odd at
 *  `odd`. */
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

/** Clears the right-hand side of planes [Z0, Z1) of a level that is as fine along x as the one above it: there rows are
 *  added one by one. */
export function clearRight(entry: Level, Z0: i32, Z1: i32): void {
  const rows = <usize>entry.ny * entry.rowBytes;
  for (let Z = Z0; Z < Z1; Z++) {
    const red = entry.right + <usize>Z * entry.planeBytes;
    memory.fill(red, 0, rows);
    memory.fill(red + entry.halfBytes, 0, rows);
  }
}

/** Adds 4 elements of a field at `address`. */
// @ts-ignore: decorator
@inline
export function addFour(address: usize, v: v128): void { v128.store(address, f32x4.add(v128.load(address), v)); }

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
