// Squared Euclidean distance on voxels of any edge lengths, as f32 sums in a fixed order:
//
//   d²(v) = min over sources s of fl32(fl32(fl32(wz·dz²) + fl32(wy·dy²)) + fl32(wx·dx²)),   w = squared edge, any unit
//
// Rounded addition is monotone, so the minima may be taken one axis after the other and no order of work changes a bit.
// Along z by counting; along y and x rows and lanes are shifted until the shift alone is no nearer (as in distance.ts,
// 4 lanes). Whole numbers below 2²⁴ are exact: with unit edges this is the integer distance.
import { METRIC_PAD } from '../layout';
import { barrier, enter, leave, slabStart, tick } from '../core/control';
import { Optional } from '../core/kinds';

/** No source that near: larger than every distance, unchanged by adding one. */
const NONE: f32 = 3.0e38;

// @ts-ignore: decorator
@inline
function sourceLanes(source: usize, x: usize, fromBits: bool, phase: i32): v128 {
  // All ones in the lanes that are a source: outside the phase, or a set bit.
  if (fromBits) {
    const bits = i32x4.splat((<i32>load<u8>(source + (x >> 3)) >> <i32>(x & 7)) & 15);
    return i32x4.ne(v128.and(bits, i32x4(1, 2, 4, 8)), i32x4.splat(0));
  }
  const labels = i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(v128.load32_zero(source + x)));
  return i32x4.ne(labels, i32x4.splat(phase));
}

/** g[z][y][x] = fl32(wz·dz²), dz voxels along z to the nearest source; NONE without one. g: f32[nz·ny·stride], stride a
 *  multiple of 4 ≥ nx. source: labels u8[nz·ny·nx], sources are not `phase`; or with fromBits ≠ 0 rows of `pitch` bytes
 *  of bits. pitch: bytes per row of the source. closed ≠ 0: the layers beyond the window are sources. */
export function metricLines(
  thread: i32, threads: i32, g: usize, source: usize, fromBits: bool, phase: i32, nz: i32, ny: i32, stride: i32,
  pitch: i32,
  wz: f32, closed: bool,
): i32 {
  enter();
  const one = f32x4.splat(1);
  const none = f32x4.splat(NONE);
  const weight = f32x4.splat(wz);
  const beyond = closed ? f32x4.splat(0) : none;
  const plane = (<usize>ny * <usize>stride) << 2;
  const end = slabStart(thread + 1, threads, ny);
  for (let y = slabStart(thread, threads, ny); y < end; y++) {
    for (let x: usize = 0; x < <usize>stride; x += 4) {
      const first = g + ((<usize>y * <usize>stride + x) << 2);
      let at = first;
      let from = source + <usize>y * <usize>pitch;
      let count = beyond;
      for (let z = 0; z < nz; z++) {
        count = v128.andnot(f32x4.pmin(none, f32x4.add(count, one)), sourceLanes(from, x, fromBits, phase));
        v128.store(at, count);
        at += plane;
        from += <usize>ny * <usize>pitch;
      }
      count = beyond;
      for (let z = nz - 1; z >= 0; z--) {
        at -= plane;
        const own = v128.load(at);
        count = f32x4.pmin(own, f32x4.pmin(none, f32x4.add(count, one)));
        const far = f32x4.ge(count, none);
        v128.store(at, v128.bitselect(none, f32x4.mul(f32x4.mul(count, count), weight), far));
      }
      if (tick(thread, 4 * <usize>nz)) break;
    }
  }
  const status = barrier(thread, threads);
  return status ? status : leave();
}

/** In place: the squared distances, from g of `metricLines`; lanes beyond nx hold anything. scratch: threads · 4 ·
 *  (ny·stride + stride + 2·16) bytes. closed: as there. */
export function metricPlanes(
  thread: i32, threads: i32, squared: usize, scratch: usize, nz: i32, ny: i32, nx: i32, stride: i32, wy: f32, wx: f32,
  closed: bool,
): i32 {
  enter();
  const row = <usize>stride << 2;
  const plane = <usize>ny * row;
  const own = scratch + <usize>thread * (plane + row + (<usize>(2 * METRIC_PAD) << 2));
  const line = own + plane + (<usize>METRIC_PAD << 2);
  for (let k: usize = 1; k <= <usize>METRIC_PAD; k++) store<f32>(line - (k << 2), NONE);
  const end = slabStart(thread + 1, threads, nz);
  for (let z = slabStart(thread, threads, nz); z < end; z++) {
    const out = squared + <usize>z * plane;
    memory.copy(own, out, plane);
    for (let y = 0; y < ny; y++) {
      const below = ny - 1 - y;
      const last = max(y, below);
      const wall: f32 = closed ? wy * <f32>(min(y + 1, below + 1) * min(y + 1, below + 1)) : NONE;
      const target = out + <usize>y * row;
      for (let x: usize = 0; x < row; x += 16) {
        const at = own + <usize>y * row + x;
        let a = f32x4.pmin(v128.load(at), f32x4.splat(wall));
        for (let k = 1; k <= last; k++) {
          const kk = f32x4.splat(wy * <f32>(k * k));
          if (!v128.any_true(f32x4.gt(a, kk))) break;
          if (k <= y) a = f32x4.pmin(a, f32x4.add(v128.load(at - <usize>k * row), kk));
          if (k <= below) a = f32x4.pmin(a, f32x4.add(v128.load(at + <usize>k * row), kk));
        }
        v128.store(line + x, a);
      }
      for (let x = nx; x < stride + METRIC_PAD; x++) store<f32>(line + (<usize>x << 2), NONE);
      // Shifts read at most three lanes of padding on either side.
      for (let x = 0; x < stride; x += 4) {
        const at = line + (<usize>x << 2);
        let a = v128.load(at);
        if (closed) a = f32x4.pmin(a, wallAlong(x, nx, wx));
        for (let k = 1; k < nx; k++) {
          const kk = f32x4.splat(wx * <f32>(k * k));
          if (!v128.any_true(f32x4.gt(a, kk))) break;
          if (x + 3 - k >= 0) a = f32x4.pmin(a, f32x4.add(v128.load(line + <usize>((<isize>x - <isize>k) << 2)), kk));
          if (x + k < nx) a = f32x4.pmin(a, f32x4.add(v128.load(line + (<usize>(x + k) << 2)), kk));
        }
        v128.store(target + (<usize>x << 2), a);
      }
      if (tick(thread, nx)) break;
    }
  }
  const status = barrier(thread, threads);
  return status ? status : leave();
}

/** Squared distances of lanes x … x + 3 to the layers beyond either end. */
// @ts-ignore: decorator
@inline
function wallAlong(x: i32, nx: i32, wx: f32): v128 {
  const low = f32x4.add(f32x4.splat(<f32>(x + 1)), f32x4(0, 1, 2, 3));
  const steps = f32x4.pmin(low, f32x4.sub(f32x4.splat(<f32>(nx + 1)), low));
  return f32x4.mul(f32x4.mul(steps, steps), f32x4.splat(wx));
}

/** floats[i] = squared[i], for the kernels that work on f32. squared: u16[rows·stride]; stride a multiple of 8. */
export function floatsOfSquares(thread: i32, threads: i32, floats: usize, squared: usize, rows: i32, stride: i32): i32 {
  enter();
  const end = slabStart(thread + 1, threads, rows);
  for (let row = slabStart(thread, threads, rows); row < end; row++) {
    const from = squared + ((<usize>row * <usize>stride) << 1);
    const to = floats + ((<usize>row * <usize>stride) << 2);
    for (let x: usize = 0; x < <usize>stride; x += 8) {
      const eight = v128.load(from + (x << 1));
      v128.store(to + (x << 2), f32x4.convert_i32x4_u(i32x4.extend_low_i16x8_u(eight)));
      v128.store(to + (x << 2), f32x4.convert_i32x4_u(i32x4.extend_high_i16x8_u(eight)), 16);
    }
    if (tick(thread, stride)) break;
  }
  return barrier(thread, threads);
}

/** bits = voxels with squared < limit (below ≠ 0), or ≥ limit; counts[z] += their number in each slice. bits:
 *  u64[nz·ny·words], or 0; counts: i32[nz], zeroed by the caller, or 0. squared: f32[nz·ny·stride]. */
export function metricBits(
  thread: i32, threads: i32, bits: Optional, counts: usize, squared: usize, limit: f32, below: bool,
  nz: i32, ny: i32, nx: i32, stride: i32, words: i32,
): i32 {
  enter();
  const border = f32x4.splat(limit);
  const end = slabStart(thread + 1, threads, nz * ny);
  for (let row = slabStart(thread, threads, nz * ny); row < end; row++) {
    const from = squared + ((<usize>row * <usize>stride) << 2);
    let count = 0;
    for (let w = 0; w < words; w++) {
      let word: u64 = 0;
      const last = min(nx, (w << 6) + 64);
      for (let x = w << 6; x < last; x += 4) {
        const values = v128.load(from + (<usize>x << 2));
        let lanes = i32x4.bitmask(below ? f32x4.lt(values, border) : f32x4.ge(values, border));
        if (x + 4 > nx) lanes &= (1 << (nx - x)) - 1;
        word |= <u64>lanes << <u64>(x & 63);
      }
      count += <i32>popcnt(word);
      if (bits) store<u64>(bits + ((<usize>row * <usize>words + <usize>w) << 3), word);
    }
    if (counts && count) atomic.add<i32>(counts + (<usize>(row / ny) << 2), count);
    if (tick(thread, nx)) break;
  }
  return barrier(thread, threads);
}
