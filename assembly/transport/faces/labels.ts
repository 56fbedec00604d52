// Faces between voxels of given conductivities.
import { enter, leave, poll, slabStart } from '../../core/control';

/** Codes of the pairs that one row of voxels makes with another. */
// @ts-ignore: decorator
@inline
function pairRow(to: usize, a: usize, b: usize, count: i32, classes: usize, pairs: usize): void {
  for (let x: usize = 0; x < <usize>count; x++) {
    const own = <usize>load<u8>(classes + <usize>load<u8>(a + x)) << 5;
    store<u8>(to + x, load<u8>(pairs + own + <usize>load<u8>(classes + <usize>load<u8>(b + x))));
  }
}

/** Face codes of a label image, in natural order (src/kernels/faces.ts): the code of a face is that of the classes on its two
 *  sides; a face of the window has the voxel's own class on both sides, or that of the opposite voxel when periodic.
 *  @param faceZ, faceY, faceX u8[nz·ny·nx]; topZ u8[ny·nx], topY u8[nz·nx], topX u8[nz·ny]
 *  @param classes u8[256]: class of each label, below 32; pairs u8[32][32]: code of two classes, symmetric */
export function labelFaces(
  thread: i32, threads: i32, faceZ: usize, faceY: usize, faceX: usize, topZ: usize, topY: usize, topX: usize,
  labels: usize, classes: usize, pairs: usize, nz: i32, ny: i32, nx: i32, periodic: i32,
): i32 {
  enter();
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
