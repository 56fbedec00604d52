// Fourier transforms of a whole real field in place, to its half-complex spectrum and back.
//
//   real       f32[z][y][pitch], x < nx used; pitch = 8·⌈(nx/2+1)/4⌉ floats
//   spectrum   the same bytes: [kz][ky][group of 4 kx][re of the four | im of the four], kx ≤ nx/2,
//              zeros up to the pitch
//
// F(k) = Σ_r f(r) e^(−2πi k·r/n) forward; inverse with + and a factor. Negative kx follow from F(−k) = conj F(k).
// x: eight rows at once, four as real and four as imaginary part of one complex transform; y and z: lanes are four kx.
import { barrier, enter, slabStart, tick } from '../core/control';
import { fftLines } from './fft';

/** Groups of four kx that go through y and z together: two cache lines. */
const GROUPS: i32 = 4;

/** Rows 0 … 3 of a 4 × 4 block from its columns. */
// @ts-ignore: decorator
@inline
function storeRows(to: usize, stride: usize, rows: i32, e0: v128, e1: v128, e2: v128, e3: v128): void {
  const p0 = v128.shuffle<i32>(e0, e1, 0, 4, 1, 5), p1 = v128.shuffle<i32>(e2, e3, 0, 4, 1, 5);
  const p2 = v128.shuffle<i32>(e0, e1, 2, 6, 3, 7), p3 = v128.shuffle<i32>(e2, e3, 2, 6, 3, 7);
  v128.store(to, v128.shuffle<i32>(p0, p1, 0, 1, 4, 5));
  if (rows > 1) v128.store(to + stride, v128.shuffle<i32>(p0, p1, 2, 3, 6, 7));
  if (rows > 2) v128.store(to + 2 * stride, v128.shuffle<i32>(p2, p3, 0, 1, 4, 5));
  if (rows > 3) v128.store(to + 3 * stride, v128.shuffle<i32>(p2, p3, 2, 3, 6, 7));
}

/** Four columns, `to` and every `step` bytes on, from rows 0 … rows−1 at `from`, zeros for the others. */
// @ts-ignore: decorator
@inline
function loadColumns(to: usize, step: usize, from: usize, stride: usize, rows: i32): void {
  const zero = f32x4.splat(0);
  const e0 = rows > 0 ? v128.load(from) : zero;
  const e1 = rows > 1 ? v128.load(from + stride) : zero;
  const e2 = rows > 2 ? v128.load(from + 2 * stride) : zero;
  const e3 = rows > 3 ? v128.load(from + 3 * stride) : zero;
  const p0 = v128.shuffle<i32>(e0, e1, 0, 4, 1, 5), p1 = v128.shuffle<i32>(e2, e3, 0, 4, 1, 5);
  const p2 = v128.shuffle<i32>(e0, e1, 2, 6, 3, 7), p3 = v128.shuffle<i32>(e2, e3, 2, 6, 3, 7);
  v128.store(to, v128.shuffle<i32>(p0, p1, 0, 1, 4, 5));
  v128.store(to + step, v128.shuffle<i32>(p0, p1, 2, 3, 6, 7));
  v128.store(to + 2 * step, v128.shuffle<i32>(p2, p3, 0, 1, 4, 5));
  v128.store(to + 3 * step, v128.shuffle<i32>(p2, p3, 2, 3, 6, 7));
}

/** Spectra of eight (or fewer) real rows, in place. Buffers of nx + 8 elements. */
function rowsForward(field: usize, stride: usize, rows: i32, nx: i32, a: usize, b: usize, twiddles: usize): void {
  const first = min(4, rows), second = rows - first;
  const low = field, high = field + 4 * stride;
  for (let x = 0; x < nx; x += 4) {
    const to = a + (<usize>x << 5), at = <usize>x << 2;
    // Real and imaginary part swapped: the lines are transformed forward.
    loadColumns(to + 16, 32, low + at, stride, first);
    loadColumns(to, 32, high + at, stride, second);
  }
  const result = fftLines(a, b, nx, 1, twiddles);
  const other = result == a ? b : a;
  const half = nx >> 1;
  const factor = f32x4.splat(0.5);
  for (let group = 0; group << 2 <= half; group++) {
    for (let lane = 0; lane < 4; lane++) {
      // F₁ = (Z(k) + conj Z(−k))/2, F₂ = (Z(k) − conj Z(−k))/2i.
      const k = 4 * group + lane, to = other + (<usize>lane << 4);
      if (k > half) {
        const zero = f32x4.splat(0);
        v128.store(to, zero);
        v128.store(to, zero, 64);
        v128.store(to, zero, 128);
        v128.store(to, zero, 192);
      } else {
        const plus = result + (<usize>k << 5), minus = result + (<usize>(k == 0 ? 0 : nx - k) << 5);
        const zr = v128.load(plus, 16), zi = v128.load(plus), mr = v128.load(minus, 16), mi = v128.load(minus);
        v128.store(to, f32x4.mul(factor, f32x4.add(zr, mr)));
        v128.store(to, f32x4.mul(factor, f32x4.sub(zi, mi)), 64);
        v128.store(to, f32x4.mul(factor, f32x4.add(zi, mi)), 128);
        v128.store(to, f32x4.mul(factor, f32x4.sub(mr, zr)), 192);
      }
    }
    const at = <usize>group << 5;
    storeRows(
      low + at, stride, first, v128.load(other), v128.load(other, 16), v128.load(other, 32), v128.load(other, 48),
    );
    storeRows(
      low + at + 16, stride, first, v128.load(other, 64), v128.load(other, 80), v128.load(other, 96),
      v128.load(other, 112),
    );
    if (second > 0) {
      storeRows(
        high + at, stride, second, v128.load(other, 128), v128.load(other, 144), v128.load(other, 160),
        v128.load(other, 176),
      );
      storeRows(
        high + at + 16, stride, second, v128.load(other, 192), v128.load(other, 208), v128.load(other, 224),
        v128.load(other, 240),
      );
    }
  }
}

/** Eight (or fewer) real rows from their spectra, times `scale`, in place. Imaginary parts at kx = 0 and nx/2 are taken
 *  as 0. */
function rowsInverse(
  field: usize, stride: usize, rows: i32, nx: i32, a: usize, b: usize, twiddles: usize, scale: f32,
): void {
  const first = min(4, rows), second = rows - first;
  const low = field, high = field + 4 * stride;
  const half = nx >> 1;
  const factor = f32x4.splat(scale);
  for (let group = 0; group << 2 <= half; group++) {
    const at = <usize>group << 5;
    loadColumns(b, 16, low + at, stride, first);
    loadColumns(b + 64, 16, low + at + 16, stride, first);
    loadColumns(b + 128, 16, high + at, stride, second);
    loadColumns(b + 192, 16, high + at + 16, stride, second);
    const last = min(4, half - 4 * group + 1);
    for (let lane = 0; lane < last; lane++) {
      const k = 4 * group + lane, from = b + (<usize>lane << 4);
      const real = k == 0 || 2 * k == nx;
      const zero = f32x4.splat(0);
      const r1 = f32x4.mul(factor, v128.load(from)), r2 = f32x4.mul(factor, v128.load(from, 128));
      const i1 = real ? zero : f32x4.mul(factor, v128.load(from, 64)),
        i2 = real ? zero : f32x4.mul(factor, v128.load(from, 192));
      const plus = a + (<usize>k << 5);
      v128.store(plus, f32x4.sub(r1, i2));
      v128.store(plus, f32x4.add(i1, r2), 16);
      if (!real) {
        const minus = a + (<usize>(nx - k) << 5);
        v128.store(minus, f32x4.add(r1, i2));
        v128.store(minus, f32x4.sub(r2, i1), 16);
      }
    }
  }
  const result = fftLines(a, b, nx, 1, twiddles);
  for (let x = 0; x < nx; x += 4) {
    const from = result + (<usize>x << 5), at = <usize>x << 2;
    storeRows(low + at, stride, first, v128.load(from), v128.load(from, 32), v128.load(from, 64), v128.load(from, 96));
    if (second > 0) {
      storeRows(
        high + at, stride, second, v128.load(from, 16), v128.load(from, 48), v128.load(from, 80), v128.load(from, 112),
      );
    }
  }
}

/** Lines of `length` elements, `stride` bytes apart, `groups` of them side by side, in place.
 *  swap: 16 for a forward, 0 for an inverse transform. */
function columns(
  field: usize, stride: usize, groups: i32, length: i32, a: usize, b: usize, twiddles: usize, swap: usize,
): void {
  const width = <usize>groups << 5;
  let from = field, to = a;
  for (let i = 0; i < length; i++, from += stride) {
    let at = from;
    const end = to + width;
    do {
      v128.store(to + swap, v128.load(at));
      v128.store(to + (16 - swap), v128.load(at, 16));
      to += 32;
      at += 32;
    } while (to < end);
  }
  let result = fftLines(a, b, length, groups, twiddles);
  to = field;
  for (let i = 0; i < length; i++, to += stride) {
    let at = to;
    const end = result + width;
    do {
      v128.store(at, v128.load(result + swap));
      v128.store(at, v128.load(result + (16 - swap)), 16);
      result += 32;
      at += 32;
    } while (result < end);
  }
}

/** Transforms along x and y: the first half of a forward (inverse = 0), the second of an inverse transform.
 *  field: f32[nz·ny·pitch], in place; scratch: per thread 64·(max(nx, 4·ny, 4·nz) + 8) bytes; scale: factor of an
 *  inverse transform. */
export function transformPlanes(
  thread: i32, threads: i32, field: usize, scratch: usize, twiddlesY: usize, twiddlesX: usize, nz: i32, ny: i32,
  nx: i32,
  inverse: bool, scale: f32,
): i32 {
  enter();
  const groups = ((nx >> 1) + 4) >> 2;
  const row = <usize>groups << 5;
  const buffer = <usize>(max(nx, GROUPS * max(ny, nz)) + 8) << 5;
  const a = scratch + 2 * buffer * <usize>thread, b = a + buffer;
  const end = slabStart(thread + 1, threads, nz);
  for (let z = slabStart(thread, threads, nz); z < end; z++) {
    const plane = field + <usize>z * <usize>ny * row;
    let stop: bool = false;
    if (!inverse) {
      for (let y = 0; y < ny && !stop; y += 8) {
        rowsForward(plane + <usize>y * row, row, min(8, ny - y), nx, a, b, twiddlesX);
        stop = tick(thread, 4 * nx);
      }
    }
    for (let group = 0; group < groups && !stop; group += GROUPS) {
      columns(plane + (<usize>group << 5), row, min(GROUPS, groups - group), ny, a, b, twiddlesY, inverse ? 0 : 16);
      stop = tick(thread, 4 * GROUPS * ny);
    }
    if (inverse) {
      for (let y = 0; y < ny && !stop; y += 8) {
        rowsInverse(plane + <usize>y * row, row, min(8, ny - y), nx, a, b, twiddlesX, scale);
        stop = tick(thread, 4 * nx);
      }
    }
    if (stop) break;
  }
  return barrier(thread, threads);
}

/** Transforms along z. Arguments as for `transformPlanes`. */
export function transformDepth(
  thread: i32, threads: i32, field: usize, scratch: usize, twiddlesZ: usize, nz: i32, ny: i32, nx: i32, inverse: bool,
): i32 {
  enter();
  const groups = ((nx >> 1) + 4) >> 2;
  const row = <usize>groups << 5;
  const buffer = <usize>(max(nx, GROUPS * max(ny, nz)) + 8) << 5;
  const a = scratch + 2 * buffer * <usize>thread, b = a + buffer;
  const batches = (groups + GROUPS - 1) / GROUPS;
  const end = slabStart(thread + 1, threads, ny * batches);
  for (let item = slabStart(thread, threads, ny * batches); item < end; item++) {
    const y = item / batches, group = (item % batches) * GROUPS;
    const at = field + <usize>y * row + (<usize>group << 5);
    columns(at, <usize>ny * row, min(GROUPS, groups - group), nz, a, b, twiddlesZ, inverse ? 0 : 16);
    if (tick(thread, 4 * GROUPS * nz)) break;
  }
  return barrier(thread, threads);
}
