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
  nz: i32;
  ny: i32;
  nx: i32;
  periodic: bool;
}

/** Face codes of a label image: the code of a face is that of the classes on its two sides; a face of the window has
 *  the voxel's own class on both sides, or that of the opposite voxel when periodic. */
export function labelFaces(thread: i32, threads: i32, image: LabelFaces): i32 {
  enter();
  const faceZ = image.faceZ, faceY = image.faceY, faceX = image.faceX, topZ = image.topZ, topY = image.topY;
  const topX = image.topX, labels = image.labels, classes = image.classes, pairs = image.pairs, nz = image.nz;
  const ny = image.ny, nx = image.nx, periodic = image.periodic;
  const row = <usize>nx;
  const plane = row * <usize>ny;
  const end = slabStart(thread + 1, threads, nz);
  for (let z = slabStart(thread, threads, nz); z < end; z++) {
    const below = z > 0 ? z - 1 : periodic ? nz - 1 : 0;
    const start = <usize>z * plane;
    for (let y = 0; y < ny; y++) {
      const before = y > 0 ? y - 1 : periodic ? ny - 1 : 0;
      const at = start + <usize>y * row;
      const own = labels + at;
      pairRow(faceZ + at, own, labels + <usize>below * plane + <usize>y * row, nx, classes, pairs);
      pairRow(faceY + at, own, labels + start + <usize>before * row, nx, classes, pairs);
      pairRow(faceX + at + 1, own + 1, own, nx - 1, classes, pairs);
      const last = own + row - 1;
      pairRow(faceX + at, own, periodic ? last : own, 1, classes, pairs);
      pairRow(topX + <usize>(z * ny + y), last, periodic ? own : last, 1, classes, pairs);
      if (poll(thread, nx)) break;
    }
    const last = labels + start + plane - row;
    pairRow(topY + <usize>z * row, last, periodic ? labels + start : last, nx, classes, pairs);
    if (z == nz - 1) {
      for (let y = 0; y < ny; y++) {
        const at = start + <usize>y * row;
        pairRow(topZ + <usize>y * row, labels + at, labels + (periodic ? <usize>y * row : at), nx, classes, pairs);
      }
    }
  }
  return leave();
}
