// Squared distances on their way out of the arena: rows without their padding, as roots in f32 or as they are in u32.
// Roots are formed and scaled in f64 and rounded once, as `Math.sqrt(squared) * unit` of the host is.
import { barrier, enter, poll, slabStart } from '../core/control';
import { NEVER } from './distance-wide';

/** f32 squares beyond this have no source (metric.ts). */
const FAR: f32 = 1.0e38;

// @ts-ignore: decorator
@inline
function isFar<T>(value: T): bool {
  return sizeof<T>() == 2 ? false : isFloat<T>() ? <f32>value > FAR : <u32>value == NEVER;
}

/** Four values as f64 in two vectors, from an address: the lower two, the upper two. */
// @ts-ignore: decorator
@inline
function lower<T>(four: v128): v128 {
  return isFloat<T>() ? f64x2.promote_low_f32x4(four) : f64x2.convert_low_i32x4_u(four);
}

// @ts-ignore: decorator
@inline
function upper<T>(four: v128): v128 {
  return lower<T>(i32x4.shuffle(four, four, 2, 3, 2, 3));
}

// @ts-ignore: decorator
@inline
function farLanes<T>(four: v128): v128 {
  return isFloat<T>() ? f32x4.gt(four, f32x4.splat(FAR)) : i32x4.eq(four, i32x4.splat(NEVER));
}

// @ts-ignore: decorator
@inline
function loadFour<T>(at: usize): v128 {
  return sizeof<T>() == 2 ? v128.load16x4_u(at) : v128.load(at);
}

/** The part of `roots` for one type of squares. */
// @ts-ignore: decorator
@inline
function rootRows<T>(
  thread: i32, threads: i32, out: usize, squared: usize, rows: i32, nx: i32, stride: i32, unit: f64,
): i32 {
  enter();
  const scale = f64x2.splat(unit);
  const infinite = f32x4.splat(Infinity);
  const end = slabStart(thread + 1, threads, rows);
  for (let row = slabStart(thread, threads, rows); row < end; row++) {
    const from = squared + <usize>row * <usize>stride * sizeof<T>();
    const to = out + ((<usize>row * <usize>nx) << 2);
    let x = 0;
    for (; x + 4 <= nx; x += 4) {
      const four = loadFour<T>(from + <usize>x * sizeof<T>());
      const low = f32x4.demote_f64x2_zero(f64x2.mul(f64x2.sqrt(lower<T>(four)), scale));
      const high = f32x4.demote_f64x2_zero(f64x2.mul(f64x2.sqrt(upper<T>(four)), scale));
      const roots = i64x2.shuffle(low, high, 0, 2);
      v128.store(
        to + (<usize>x << 2), sizeof<T>() == 2 ? roots : v128.bitselect(infinite, roots, farLanes<T>(four)),
      );
    }
    for (; x < nx; x++) {
      const value = load<T>(from + <usize>x * sizeof<T>());
      store<f32>(to + (<usize>x << 2), isFar<T>(value) ? Infinity : <f32>(Math.sqrt(<f64>value) * unit));
    }
    if (poll(thread, nx)) break;
  }
  return barrier(thread, threads);
}

/** out = √squared · unit; out: f32[rows·nx], squared: u16[rows·stride] below FAR of the layout, disjoint. */
export function rootsOfNarrow(
  thread: i32, threads: i32, out: usize, squared: usize, rows: i32, nx: i32, stride: i32, unit: f64,
): i32 {
  return rootRows<u16>(thread, threads, out, squared, rows, nx, stride, unit);
}

/** The same of u32, NEVER giving Infinity. */
export function rootsOfWide(
  thread: i32, threads: i32, out: usize, squared: usize, rows: i32, nx: i32, stride: i32, unit: f64,
): i32 {
  return rootRows<u32>(thread, threads, out, squared, rows, nx, stride, unit);
}

/** The same of f32, Infinity where there is no source. */
export function rootsOfMetric(
  thread: i32, threads: i32, out: usize, squared: usize, rows: i32, nx: i32, stride: i32, unit: f64,
): i32 {
  return rootRows<f32>(thread, threads, out, squared, rows, nx, stride, unit);
}

/** out = squared, u32[rows·nx] from u16[rows·stride], disjoint. */
export function unpadSquares(
  thread: i32, threads: i32, out: usize, squared: usize, rows: i32, nx: i32, stride: i32,
): i32 {
  enter();
  const end = slabStart(thread + 1, threads, rows);
  for (let row = slabStart(thread, threads, rows); row < end; row++) {
    const from = squared + ((<usize>row * <usize>stride) << 1);
    const to = out + ((<usize>row * <usize>nx) << 2);
    let x = 0;
    for (; x + 4 <= nx; x += 4) v128.store(to + (<usize>x << 2), v128.load16x4_u(from + (<usize>x << 1)));
    for (; x < nx; x++) store<u32>(to + (<usize>x << 2), load<u16>(from + (<usize>x << 1)));
    if (poll(thread, nx)) break;
  }
  return barrier(thread, threads);
}
