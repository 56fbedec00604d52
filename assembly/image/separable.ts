// Weighted means along x, y and z in one pass: box and Gaussian filters. Each thread goes through its slices and keeps
// the 2·reach + 1 around the current one, already filtered along x and y, in a ring: no copy of the volume is made.
// Every voxel is summed in the same order wherever the slabs begin. Window faces: the outermost voxels are repeated.
import { barrier, enter, leave, look, poll, slabStart } from '../core/control';
import { putValue, valueAt } from './values';

/** weights[j] = exp(−j²/2σ²) over their sum from −reach to reach. weights: f32[reach + 1]. */
export function gaussianWeights(thread: i32, threads: i32, weights: usize, reach: i32, sigma: f64): i32 {
  enter();
  if (thread == 0) {
    let sum: f64 = 1;
    for (let j = 1; j <= reach; j++) sum += 2 * Math.exp((-0.5 * <f64>j * <f64>j) / (sigma * sigma));
    for (let j = 0; j <= reach; j++) {
      store<f32>(weights + (<usize>j << 2), <f32>(Math.exp((-0.5 * <f64>j * <f64>j) / (sigma * sigma)) / sum));
    }
  }
  const status = barrier(thread, threads);
  return status ? status : leave();
}

/** out = Σ weights · values over the cube of (2·reach + 1)³, divided by `divisor`; f32 arithmetic, x first, then y,
 *  then z. kind: bytes a value. weights: f32[reach + 1]. scratch: threads · 4·(line + (2·reach + 2)·plane) bytes, where
 *  line = nx + 2·reach + 4 rounded up to 4 and plane = ny·pitch, pitch = nx rounded up to 4. */
export function separable(
  thread: i32, threads: i32, out: usize, values: usize, kind: i32, weights: usize, reach: i32, divisor: f32,
  scratch: usize, nz: i32, ny: i32, nx: i32,
): i32 {
  enter();
  if (kind == 1) slab<u8>(thread, threads, out, values, weights, reach, divisor, scratch, nz, ny, nx);
  else if (kind == 2) slab<u16>(thread, threads, out, values, weights, reach, divisor, scratch, nz, ny, nx);
  else slab<f32>(thread, threads, out, values, weights, reach, divisor, scratch, nz, ny, nx);
  return barrier(thread, threads);
}

function slab<T>(
  thread: i32, threads: i32, out: usize, values: usize, weights: usize, reach: i32, divisor: f32,
  scratch: usize, nz: i32, ny: i32, nx: i32,
): void {
  const from = slabStart(thread, threads, nz);
  const to = slabStart(thread + 1, threads, nz);
  if (from == to) return;
  const pitch = (nx + 3) & ~3;
  const line = (nx + 2 * reach + 7) & ~3;
  const planeBytes = (<usize>ny * <usize>pitch) << 2;
  const depth = 2 * reach + 1;
  const own = scratch + <usize>thread * ((<usize>line << 2) + <usize>(depth + 1) * planeBytes);
  const alongX = own + (<usize>line << 2);
  const ring = alongX + planeBytes;
  let next = max(0, from - reach);
  for (let z = from; z < to; z++) {
    const last = min(nz - 1, z + reach);
    for (; next <= last; next++) {
      if (
        !slice<T>(
          thread, ring + <usize>(next % depth) * planeBytes, values, next, weights, reach, own, alongX, ny, nx, pitch,
        )
      ) {
        return;
      }
    }
    for (let y = 0; y < ny; y++) {
      const row = <usize>(z * ny + y) * <usize>nx;
      const inPlane = (<usize>y * <usize>pitch) << 2;
      const middle = ring + <usize>(z % depth) * planeBytes + inPlane;
      for (let x = 0; x < nx; x += 4) {
        const at = <usize>x << 2;
        let sum = f32x4.mul(v128.load(middle + at), v128.load32_splat(weights));
        for (let j = 1; j <= reach; j++) {
          const below = ring + <usize>(max(z - j, 0) % depth) * planeBytes + inPlane;
          const above = ring + <usize>(min(z + j, nz - 1) % depth) * planeBytes + inPlane;
          const pair = f32x4.add(v128.load(below + at), v128.load(above + at));
          sum = f32x4.add(sum, f32x4.mul(pair, v128.load32_splat(weights + (<usize>j << 2))));
        }
        sum = f32x4.div(sum, f32x4.splat(divisor));
        putValue<T>(out, row + <usize>x, f32x4.extract_lane(sum, 0));
        if (x + 1 < nx) putValue<T>(out, row + <usize>x + 1, f32x4.extract_lane(sum, 1));
        if (x + 2 < nx) putValue<T>(out, row + <usize>x + 2, f32x4.extract_lane(sum, 2));
        if (x + 3 < nx) putValue<T>(out, row + <usize>x + 3, f32x4.extract_lane(sum, 3));
      }
      if (poll(thread, nx)) return;
    }
  }
}

/** One slice filtered along x and y. @returns false when the job was cancelled. */
function slice<T>(
  thread: i32, out: usize, values: usize, z: i32, weights: usize, reach: i32, line: usize, alongX: usize,
  ny: i32, nx: i32, pitch: i32,
): bool {
  const row = <usize>pitch << 2;
  for (let y = 0; y < ny; y++) {
    const at = <usize>(z * ny + y) * <usize>nx;
    const first = valueAt<T>(values, at);
    const last = valueAt<T>(values, at + <usize>(nx - 1));
    const start = line + (<usize>reach << 2);
    for (let x = 0; x < reach; x++) store<f32>(line + (<usize>x << 2), first);
    for (let x: usize = 0; x < <usize>nx; x++) store<f32>(start + (x << 2), valueAt<T>(values, at + x));
    for (let x = nx; x < nx + reach + 4; x++) store<f32>(start + (<usize>x << 2), last);
    const target = alongX + <usize>y * row;
    for (let x: usize = 0; x < row; x += 16) {
      const middle = start + x;
      let sum = f32x4.mul(v128.load(middle), v128.load32_splat(weights));
      for (let j: usize = 1; j <= <usize>reach; j++) {
        const pair = f32x4.add(v128.load(middle - (j << 2)), v128.load(middle + (j << 2)));
        sum = f32x4.add(sum, f32x4.mul(pair, v128.load32_splat(weights + (j << 2))));
      }
      v128.store(target + x, sum);
    }
    // Looking does not count: the work is counted once, where the result is stored.
    if (look(thread, nx)) return false;
  }
  for (let y = 0; y < ny; y++) {
    const middle = alongX + <usize>y * row;
    const target = out + <usize>y * row;
    for (let x: usize = 0; x < row; x += 16) {
      let sum = f32x4.mul(v128.load(middle + x), v128.load32_splat(weights));
      for (let j = 1; j <= reach; j++) {
        const below = alongX + <usize>max(y - j, 0) * row + x;
        const above = alongX + <usize>min(y + j, ny - 1) * row + x;
        sum = f32x4.add(
          sum, f32x4.mul(f32x4.add(v128.load(below), v128.load(above)), v128.load32_splat(weights + (<usize>j << 2))),
        );
      }
      v128.store(target + x, sum);
    }
    if (look(thread, nx)) return false;
  }
  return true;
}
