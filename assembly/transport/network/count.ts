// What there is to solve on a finest level with any face conductances.
import { FACE_COUNTS } from '../../layout';
import { barrier, enter, slabStart, tick } from '../../core/control';
import { bookX, bookY, bookZ, conductanceAt } from '../level/codes';
import { Level } from '../level/levels';

/** Counts of every plane.
 *  @param out f64[nz][5]: per plane the conducting voxels, dissipation of the linear profile over its faces (the upper
 *         boundary belongs to the last plane), conductance of the lower faces when no boundary halves the step, of the
 *         upper ones, and Σ of the squared conductances of the lower boundary faces
 *  @param entry of the finest level, without a right-hand side */
export function countNetwork(thread: i32, threads: i32, out: usize, entry: Level): i32 {
  enter();
  const nz = entry.nz;
  const end = slabStart(thread + 1, threads, nz);
  for (let z = slabStart(thread, threads, nz); z < end; z++) {
    countPlane(entry, out + <usize>z * (8 * FACE_COUNTS), z);
    if (tick(thread, <usize>entry.ny * <usize>entry.nx)) break;
  }
  return barrier(thread, threads);
}

/** Counts of plane z; see `countNetwork`. */
function countPlane(entry: Level, out: usize, z: i32): void {
  const ny = entry.ny;
  const nx = entry.nx;
  const pitch = entry.rowBytes >> 2;
  const plane = entry.planeBytes >> 2;
  const half = entry.halfBytes >> 2;
  const below = bookZ(entry, z);
  const above = bookZ(entry, z + 1);
  const inY = bookY(entry);
  const inX = bookX(entry);
  const rise = entry.riseBelow(z);
  let voxels: f64 = 0;
  let lower: f64 = 0;
  let upper: f64 = 0;
  let squares: f64 = 0;
  for (let y = 0; y < ny; y++) {
    const row = <usize>z * plane + <usize>y * pitch;
    for (let x = 0; x < nx; x++) {
      const colour = <usize>((z + y + x) & 1);
      const i = row + colour * half + <usize>(x >> 1);
      const j = row + (1 - colour) * half;
      const down = conductanceAt(entry, below, entry.faceZ, i);
      const up = conductanceAt(entry, above, entry.faceZ, j + plane + <usize>(x >> 1));
      const sides =
        conductanceAt(entry, inX, entry.faceX, i) + conductanceAt(entry, inX, entry.faceX, j + <usize>((x + 1) >> 1))
        + conductanceAt(entry, inY, entry.faceY, i) +
          conductanceAt(entry, inY, entry.faceY, j + pitch + <usize>(x >> 1));
      if (down + up + sides > 0) voxels += 1;
      lower += down;
      upper += up;
      squares += down * down;
    }
  }
  const ends = entry.boundaryAt(z + 1);
  store<f64>(out, voxels);
  store<f64>(out, rise * rise * lower + (ends ? 0.25 * upper : 0), 8);
  store<f64>(out, rise * lower, 16);
  store<f64>(out, (ends ? 0.5 : 1) * upper, 24);
  store<f64>(out, squares, 32);
}
