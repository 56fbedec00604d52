// Lane arithmetic that kernels on bytes share.

/** All ones in the first `count` of 16 bytes: in none below 1, in all from 16. */
// @ts-ignore: decorator
@inline
export function firstBytes(count: i32): v128 {
  return i8x16.lt_s(
    i8x16(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15), i8x16.splat(<i8>max(0, min(count, 16))),
  );
}

/** Sum of 16 unsigned bytes. */
// @ts-ignore: decorator
@inline
export function sumBytes(bytes: v128): u32 {
  const sums = i32x4.extadd_pairwise_i16x8_u(i16x8.extadd_pairwise_i8x16_u(bytes));
  return i32x4.extract_lane(sums, 0) + i32x4.extract_lane(sums, 1) + i32x4.extract_lane(sums, 2) +
    i32x4.extract_lane(sums, 3);
}

/** Adds them to a count in f64, in which whole numbers are exact far beyond u32. */
// @ts-ignore: decorator
@inline
export function addBytes(count: usize, bytes: v128): void {
  store<f64>(count, load<f64>(count) + <f64>sumBytes(bytes));
}

/** Stores the first `count` bytes of v, at most all 16. */
// @ts-ignore: decorator
@inline
export function storeFirst(to: usize, v: v128, count: i32): void {
  if (count >= 16) v128.store(to, v);
  else for (let k = 0; k < count; k++) {
    store<u8>(to + <usize>k, <u8>i8x16.extract_lane_u(i8x16.swizzle(v, i8x16.splat(<i8>k)), 0));
  }
}
