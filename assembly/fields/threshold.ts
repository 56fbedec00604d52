// Excursion sets: fields to level sets and labels, in place.
import { barrier, enter, slabStart, tick } from '../core/control';
import { POLL_VOXELS } from '../layout';

/** x −= lambdaX, y −= lambdaY; labels[i] = inX where x ≥ 0, else inY where y ≥ 0, else rest.
 *  labels: u8[voxels]; x, y: f32[voxels], y = 0 (null) when the model has one field. */
export function excursion(
  thread: i32, threads: i32, labels: usize, x: usize, y: usize, voxels: u32, lambdaX: f32, lambdaY: f32,
  inX: i32, inY: i32, rest: i32,
): i32 {
  enter();
  const blocks = <i32>((<u64>voxels + POLL_VOXELS - 1) / POLL_VOXELS);
  const end = slabStart(thread + 1, threads, blocks);
  for (let block = slabStart(thread, threads, blocks); block < end; block++) {
    const last = <usize>min<u64>(voxels, (<u64>block + 1) * POLL_VOXELS);
    const first = <usize>block * POLL_VOXELS;
    for (let i = first; i < last; i++) {
      const dx = load<f32>(x + (i << 2)) - lambdaX;
      store<f32>(x + (i << 2), dx);
      let label = rest;
      if (y) {
        const dy = load<f32>(y + (i << 2)) - lambdaY;
        store<f32>(y + (i << 2), dy);
        label = dy >= 0 ? inY : rest;
      }
      store<u8>(labels + i, dx >= 0 ? inX : label);
    }
    if (tick(thread, last - first)) break;
  }
  return barrier(thread, threads);
}
