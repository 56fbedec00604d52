// Sums of grey values over the planes across each axis, and their correction by a curve along each axis.
import { barrier, enter, poll, slabStart } from '../core/control';
import { putValue, valueAt } from './values';

/** For each slice z: ny sums along x, then nx sums along y, in f64, each added up in the order of the voxels.
 *  sums: f64[nz][ny + nx]. */
export function planeSums(
  thread: i32, threads: i32, sums: usize, values: usize, kind: i32, nz: i32, ny: i32, nx: i32,
): i32 {
  enter();
  const end = slabStart(thread + 1, threads, nz);
  for (let z = slabStart(thread, threads, nz); z < end; z++) {
    const byY = sums + ((<usize>z * <usize>(ny + nx)) << 3);
    const byX = byY + (<usize>ny << 3);
    memory.fill(byX, 0, <usize>nx << 3);
    let stop: bool = false;
    for (let y = 0; y < ny; y++) {
      const at = <usize>(z * ny + y) * <usize>nx;
      const sum = kind == 1
        ? addRow<u8>(byX, values, at, nx)
        : kind == 2 ? addRow<u16>(byX, values, at, nx)
        : addRow<f32>(byX, values, at, nx);
      store<f64>(byY + (<usize>y << 3), sum);
      if ((stop = poll(thread, nx))) break;
    }
    if (stop) break;
  }
  return barrier(thread, threads);
}

function addRow<T>(byX: usize, values: usize, at: usize, nx: i32): f64 {
  let sum: f64 = 0;
  for (let x: usize = 0; x < <usize>nx; x++) {
    const value = <f64>valueAt<T>(values, at + x);
    sum += value;
    store<f64>(byX + (x << 3), load<f64>(byX + (x << 3)) + value);
  }
  return sum;
}

/** values −= alongZ[z] + alongY[y] + alongX[x], rounded and saturated for whole types. along…: f32. */
export function subtractCurves(
  thread: i32, threads: i32, values: usize, kind: i32, alongZ: usize, alongY: usize, alongX: usize, nz: i32, ny: i32,
  nx: i32,
): i32 {
  enter();
  const end = slabStart(thread + 1, threads, nz * ny);
  for (let row = slabStart(thread, threads, nz * ny); row < end; row++) {
    const z = row / ny;
    const shift = load<f32>(alongZ + (<usize>z << 2)) + load<f32>(alongY + (<usize>(row - z * ny) << 2));
    const at = <usize>row * <usize>nx;
    if (kind == 1) subtractRow<u8>(values, at, nx, shift, alongX);
    else if (kind == 2) subtractRow<u16>(values, at, nx, shift, alongX);
    else subtractRow<f32>(values, at, nx, shift, alongX);
    if (poll(thread, nx)) break;
  }
  return barrier(thread, threads);
}

function subtractRow<T>(values: usize, at: usize, nx: i32, shift: f32, alongX: usize): void {
  for (let x: usize = 0; x < <usize>nx; x++) {
    putValue<T>(values, at + x, valueAt<T>(values, at + x) - (shift + load<f32>(alongX + (x << 2))));
  }
}
