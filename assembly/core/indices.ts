// Indices of voxels beyond a window.

/** The voxel that stands for index i of an axis of n voxels: reflected at the window's faces, or periodic. */
// @ts-ignore: decorator
@inline
export function indexInside(i: i32, n: i32, periodic: bool): i32 {
  if (periodic) {
    const rest = i % n;
    return rest < 0 ? rest + n : rest;
  }
  while (i < 0 || i >= n) i = i < 0 ? -1 - i : 2 * n - 1 - i;
  return i;
}
