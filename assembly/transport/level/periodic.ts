// Ghosts of a periodic window: the elements around the voxels become copies of the opposite side. Along an axis of odd
// length opposite voxels have the same colour, so that a half sweep meets its own colour's values from before there: it
// is Jacobi's across that seam. Where the seam's faces are the best ones Jacobi corrects up to twice too far, and the
// cycle, whose coarse levels count on sweeps that do not, is not definite. So the faces of the seam count twice in the
// diagonal that a half sweep divides by (`seamTerm`), as between the processors of Baker, Falgout, Kolev and Yang, SIAM
// J. Sci. Comput. 33:2864.
import { barrier } from '../../core/control';
import { Level } from './levels';

/** Copies opposite sides into the ghosts of planes [z0, z1), and below and above the window on thread 0: of both
 *  colours, since across an axis of odd length the ghosts of one colour stand for voxels of the other.
 *  Before it, all threads have passed a barrier since the field was written. Does nothing unless the boundary is
 *  periodic.
 *  @param field address of element (0, 0, 0) of the red half
 *  @returns 0, or the status with which every thread must leave */
export function exchange(thread: i32, threads: i32, entry: Level, field: usize, z0: i32, z1: i32): i32 {
  if (!entry.periodic) return 0;
  wrapColour(entry, field, 0, z0, z1, thread == 0);
  wrapColour(entry, field, 1, z0, z1, thread == 0);
  return barrier(thread, threads);
}

/** Black of a solution that starts from zero: across an odd axis black meets black, from before the half sweep. */
export function clearBlack(entry: Level, z0: i32, z1: i32): void {
  const black = entry.solution + entry.halfBytes;
  memory.fill(black + <usize>z0 * entry.planeBytes, 0, <usize>(z1 - z0) * entry.planeBytes);
}

/** Lane of an element among the 4 of a row from byte i on; none of them where it lies elsewhere. */
// @ts-ignore: decorator
@inline
function laneOf(element: i32, i: usize): v128 {
  return i32x4.eq(i32x4(0, 1, 2, 3), i32x4.splat(element - <i32>(i >> 2)));
}

/** What the faces at the ends of an axis of odd length add to the diagonal that a half sweep divides by. Along an axis
 *  of a single voxel they lead from it to itself, and are taken off. at: of the voxels along the axis; n: its length */
// @ts-ignore: decorator
@inline
function endTerm(at: i32, n: i32, low: v128, high: v128): v128 {
  if (n == 1) return f32x4.neg(f32x4.add(low, high));
  return at == 0 ? low : at == n - 1 ? high : f32x4.splat(0);
}

/** What 4 voxels of one colour of a level with seams add to the diagonal that a half sweep divides by; the value from
 *  before times that goes to the other side. q: of the row, see levels.ts; i: their byte in it; the rest: conductances
 *  of their faces */
// @ts-ignore: decorator
@inline
export function seamTerm(
  entry: Level, z: i32, y: i32, q: usize, i: usize, west: v128, east: v128, south: v128, north: v128, down: v128,
  up: v128,
): v128 {
  const nx = entry.nx;
  let term = f32x4.splat(0);
  if (entry.nz & 1) term = f32x4.add(term, endTerm(z, entry.nz, down, up));
  if (entry.ny & 1) term = f32x4.add(term, endTerm(y, entry.ny, south, north));
  if (nx & 1 && q == 0) {
    const first = v128.and(laneOf(0, i), endTerm(0, nx, west, east));
    term = f32x4.add(term, first);
    if (nx > 1) term = f32x4.add(term, v128.and(laneOf((nx - 1) >> 1, i), east));
  }
  return term;
}

/** Ghosts of one colour. ends: whether to copy the planes below and above the window too */
function wrapColour(entry: Level, field: usize, colour: usize, z0: i32, z1: i32, ends: bool): void {
  const nz = entry.nz;
  const ny = entry.ny;
  const nx = entry.nx;
  const pitch = entry.rowBytes;
  const plane = entry.planeBytes;
  const half = entry.halfBytes;
  const to = field + colour * half;
  const acrossX = field + (colour ^ <usize>(nx & 1)) * half;
  const acrossY = field + (colour ^ <usize>(ny & 1)) * half;
  const acrossZ = field + (colour ^ <usize>(nz & 1)) * half;
  const last = <usize>((nx - 1) >> 1) << 2;
  const next = <usize>(nx >> 1) << 2;
  for (let z = z0; z < z1; z++) {
    for (let y = 0; y < ny; y++) {
      const row = <usize>z * plane + <usize>y * pitch;
      // x = −1 and x = nx are of this colour in every second row.
      if (((z + y + <i32>colour) & 1) == 1) store<f32>(to + row - 4, load<f32>(acrossX + row + last));
      if (((z + y + nx + <i32>colour) & 1) == 0) store<f32>(to + row + next, load<f32>(acrossX + row));
    }
    const first = <usize>z * plane;
    memory.copy(to + first - pitch, acrossY + first + <usize>(ny - 1) * pitch, pitch - 4);
    memory.copy(to + first + <usize>ny * pitch, acrossY + first, pitch - 4);
  }
  if (!ends) return;
  memory.copy(to - plane, acrossZ + <usize>(nz - 1) * plane, plane - pitch);
  memory.copy(to + <usize>nz * plane, acrossZ, plane - pitch);
}

/** Copies the faces of the seams, which the lowest voxels hold, to the ghosts above the highest.
 *  @param bytes per face: 1 for codes, 4 for f32 */
export function wrapFaces(entry: Level, bytes: usize): void {
  const nz = entry.nz;
  const ny = entry.ny;
  const nx = entry.nx;
  const pitch = (entry.rowBytes >> 2) * bytes;
  const plane = (entry.planeBytes >> 2) * bytes;
  const half = (entry.halfBytes >> 2) * bytes;
  for (let colour: usize = 0; colour < 2; colour++) {
    const to = colour * half;
    for (let z = 0; z < nz; z++) {
      for (let y = 0; y < ny; y++) {
        if ((z + y + nx + <i32>colour) & 1) continue;
        const row = entry.faceX + <usize>z * plane + <usize>y * pitch;
        memory.copy(row + to + <usize>(nx >> 1) * bytes, row + (colour ^ <usize>(nx & 1)) * half, bytes);
      }
      const first = entry.faceY + <usize>z * plane;
      memory.copy(first + to + <usize>ny * pitch, first + (colour ^ <usize>(ny & 1)) * half, pitch - bytes);
    }
    const low = entry.faceZ;
    memory.copy(low + to + <usize>nz * plane, low + (colour ^ <usize>(nz & 1)) * half, plane - 2 * pitch);
  }
}
