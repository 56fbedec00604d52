// Whether a periodic network conducts along an axis: some path of open faces must come back to its start one or more
// windows further along. A union-find keeps for every voxel how many windows it lies beyond the root of its cluster.
import { barrier, enter, poll } from '../../core/control';

/** Windows between the voxel that `root` was last asked for and its root. */
let beyond: i32 = 0;

/** Root of a voxel's cluster; halves the path on its way. */
function root(parents: usize, windows: usize, voxel: u32): u32 {
  beyond = 0;
  let v = voxel;
  let p = load<u32>(parents + (<usize>v << 2));
  while (p != v) {
    const over = load<u32>(parents + (<usize>p << 2));
    const at = windows + (<usize>v << 2);
    if (over != p) {
      store<i32>(at, load<i32>(at) + load<i32>(windows + (<usize>p << 2)));
      store<u32>(parents + (<usize>v << 2), over);
    }
    beyond += load<i32>(at);
    v = over;
    p = load<u32>(parents + (<usize>v << 2));
  }
  return v;
}

/** Joins voxel a to b, which lies `step` windows before it. @returns whether that closes a path around the window. */
function join(parents: usize, windows: usize, a: u32, b: u32, step: i32): bool {
  const ra = root(parents, windows, a);
  const fromA = beyond;
  const rb = root(parents, windows, b);
  const fromB = beyond;
  if (ra == rb) return fromA - fromB != step;
  if (ra > rb) {
    store<u32>(parents + (<usize>ra << 2), rb);
    store<i32>(windows + (<usize>ra << 2), fromB + step - fromA);
  } else {
    store<u32>(parents + (<usize>rb << 2), ra);
    store<i32>(windows + (<usize>rb << 2), fromA - step - fromB);
  }
  return false;
}

/** out u32[1]: 1 where the open faces of a periodic window lead around it along an axis, else 0. One thread works.
 *  @param parents u32[nz·ny·nx], windows i32[nz·ny·nx]: scratch
 *  @param faceZ, faceY, faceX face codes in natural order (src/kernels/faces.ts); axis 0, 1, 2: z, y, x */
export function windsAround(
  thread: i32, threads: i32, out: usize, parents: usize, windows: usize, faceZ: usize, faceY: usize, faceX: usize,
  nz: i32, ny: i32, nx: i32, axis: i32,
): i32 {
  enter();
  if (thread == 0) {
    const row = <u32>nx;
    const plane = <u32>ny * row;
    const voxels = <u32>nz * plane;
    let found: bool = false;
    for (let v: u32 = 0; v < voxels; v++) {
      store<u32>(parents + (<usize>v << 2), v);
      store<i32>(windows + (<usize>v << 2), 0);
    }
    let v: u32 = 0;
    for (let z = 0; z < nz && !found; z++) {
      for (let y = 0; y < ny && !found; y++) {
        for (let x = 0; x < nx; x++, v++) {
          if (load<u8>(faceX + <usize>v)) {
            found = join(parents, windows, v, x > 0 ? v - 1 : v + row - 1, x == 0 && axis == 2 ? 1 : 0) || found;
          }
          if (load<u8>(faceY + <usize>v)) {
            found = join(parents, windows, v, y > 0 ? v - row : v + plane - row, y == 0 && axis == 1 ? 1 : 0) || found;
          }
          if (load<u8>(faceZ + <usize>v)) {
            found = join(parents, windows, v, z > 0 ? v - plane : v + voxels - plane, z == 0 && axis == 0 ? 1 : 0) ||
              found;
          }
        }
        if (poll(thread, nx)) break;
      }
    }
    store<u32>(out, found ? 1 : 0);
  }
  return barrier(thread, threads);
}
