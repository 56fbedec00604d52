// Faces between voxels of given conductivities.
import { FACE_CLASSES } from '../../layout';
import { enter, leave, poll, slabStart } from '../../core/control';

/** Codes of the pairs that one row of voxels makes with another. */
// @ts-ignore: decorator
@inline
function pairRow(to: usize, a: usize, b: usize, count: i32, classes: usize, pairs: usize): void {
  for (let x: usize = 0; x < <usize>count; x++) {
    const own = <usize>load<u8>(classes + <usize>load<u8>(a + x)) * FACE_CLASSES;
    store<u8>(to + x, load<u8>(pairs + own + <usize>load<u8>(classes + <usize>load<u8>(b + x))));
  }
}

/** Codes of a row of voxels at a face of the window. */
// @ts-ignore: decorator
@inline
function edgeRow(to: usize, own: usize, count: i32, classes: usize, codes: usize): void {
  for (let x: usize = 0; x < <usize>count; x++) {
    store<u8>(to + x, load<u8>(codes + <usize>load<u8>(classes + <usize>load<u8>(own + x))));
  }
}

/** What `labelFaces` takes. */
@unmanaged
export class LabelFaces {
  /** u8[nz·ny·nx], in natural order (src/kernels/faces.ts). */
  faceZ: usize;
  faceY: usize;
  faceX: usize;
  /** u8[ny·nx], u8[nz·nx], u8[nz·ny]. */
  topZ: usize;
  topY: usize;
  topX: usize;
  /** u8[nz·ny·nx]. */
  labels: usize;
  /** u8[256]: class of each label, below FACE_CLASSES. */
  classes: usize;
  /** u8[FACE_CLASSES][FACE_CLASSES]: code of two classes, symmetric. */
  pairs: usize;
  /** u8[FACE_CLASSES]: code of a class at the low faces of the window, and at the high ones; read unless periodic. */
  low: usize;
  high: usize;
  nz: i32;
  ny: i32;
  nx: i32;
  periodic: bool;
}

/** Face codes of a label image: the code of a face is that of the classes on its two sides; a face of the window has
 *  that of the class inside, or that of the pair with the opposite voxel when periodic. */
export function labelFaces(thread: i32, threads: i32, image: LabelFaces): i32 {
  enter();
  const faceZ = image.faceZ, faceY = image.faceY, faceX = image.faceX, topZ = image.topZ, topY = image.topY;
  const topX = image.topX, labels = image.labels, classes = image.classes, pairs = image.pairs, low = image.low;
  const high = image.high, nz = image.nz, ny = image.ny, nx = image.nx, periodic = image.periodic;
  const row = <usize>nx;
  const plane = row * <usize>ny;
  const end = slabStart(thread + 1, threads, nz);
  for (let z = slabStart(thread, threads, nz); z < end; z++) {
    const below = z > 0 ? z - 1 : nz - 1;
    const start = <usize>z * plane;
    for (let y = 0; y < ny; y++) {
      const before = y > 0 ? y - 1 : ny - 1;
      const at = start + <usize>y * row;
      const own = labels + at;
      if (z > 0 || periodic) {
        pairRow(faceZ + at, own, labels + <usize>below * plane + <usize>y * row, nx, classes, pairs);
      } else edgeRow(faceZ + at, own, nx, classes, low);
      if (y > 0 || periodic) pairRow(faceY + at, own, labels + start + <usize>before * row, nx, classes, pairs);
      else edgeRow(faceY + at, own, nx, classes, low);
      pairRow(faceX + at + 1, own + 1, own, nx - 1, classes, pairs);
      const last = own + row - 1;
      const top = topX + <usize>(z * ny + y);
      if (periodic) {
        pairRow(faceX + at, own, last, 1, classes, pairs);
        pairRow(top, last, own, 1, classes, pairs);
      } else {
        edgeRow(faceX + at, own, 1, classes, low);
        edgeRow(top, last, 1, classes, high);
      }
      if (poll(thread, nx)) break;
    }
    const last = labels + start + plane - row;
    if (periodic) pairRow(topY + <usize>z * row, last, labels + start, nx, classes, pairs);
    else edgeRow(topY + <usize>z * row, last, nx, classes, high);
    if (z == nz - 1) {
      for (let y = 0; y < ny; y++) {
        const own = labels + start + <usize>y * row;
        const to = topZ + <usize>y * row;
        if (periodic) pairRow(to, own, labels + <usize>y * row, nx, classes, pairs);
        else edgeRow(to, own, nx, classes, high);
      }
    }
  }
  return leave();
}
