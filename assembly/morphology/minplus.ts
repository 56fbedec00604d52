// Exact lower envelopes of squared distances along one axis by shifting: d(i) = min_k g(i ± k)² + k², stopped as soon
// as k² exceeds every value that is left. Cost grows with the radius, but 16 lanes share each step; where distances
// stay under 16 voxels all of it happens in bytes. Rows lie side by side in memory, `stride` bytes apart, a multiple of
// 16.
//
//   g     u8   distance along z, 255 = none that near
//   line  u8   or u16: squared distance after the y pass, LINE_PAD "infinite" elements on either side

/** Longest shift; distances of 255 and more saturate. */
export const REACH: i32 = 255;
/** Longest shift of the byte variants: 16² does not fit. */
export const BYTE_REACH: i32 = 15;

/** 255 − d² for d = 0…15. A swizzle gives 0 for larger d, whose complement is the saturated square 255. */
// @ts-ignore: decorator
@inline
export function squareBytes(d: v128): v128 {
  return v128.not(i8x16.swizzle(i8x16(-1, -2, -5, -10, -17, -26, -37, -50, -65, -82, -101, -122, 111, 86, 59, 30), d));
}

/** y pass of row `y`, in bytes: line[x] = min(wall, min_k g[y ± k][x]² + k²), saturated at 255; k ≤ reach ≤ 15. For x
 *  from `from` to before `to`, multiples of 16. */
export function columnsOfBytes(
  line: usize, plane: usize, y: i32, ny: i32, stride: i32, from: i32, to: i32, reach: i32, wall: i32,
): void {
  const below = ny - 1 - y;
  const both = min(reach, min(y, below));
  const last = min(reach, max(y, below));
  const side = y > below ? -<isize>stride : <isize>stride;
  const cap = i8x16.splat(<i8>min(wall, 255));
  const row = plane + <usize>y * <usize>stride;
  for (let x = from; x < to; x += 16) {
    const at = row + <usize>x;
    let a = i8x16.min_u(squareBytes(v128.load(at)), cap);
    let above = at;
    let under = at;
    let k = 1;
    for (; k <= both; k++) {
      const kk = i8x16.splat(<i8>(k * k));
      if (!v128.any_true(i8x16.sub_sat_u(a, kk))) break;
      above -= <usize>stride;
      under += <usize>stride;
      a = i8x16.min_u(a, i8x16.add_sat_u(squareBytes(i8x16.min_u(v128.load(above), v128.load(under))), kk));
    }
    if (k > both) {
      let beside = at + <usize>(side * <isize>(k - 1));
      for (; k <= last; k++) {
        const kk = i8x16.splat(<i8>(k * k));
        if (!v128.any_true(i8x16.sub_sat_u(a, kk))) break;
        beside += <usize>side;
        a = i8x16.min_u(a, i8x16.add_sat_u(squareBytes(v128.load(beside)), kk));
      }
    }
    v128.store(line + <usize>x, a);
  }
}

/** The same in 16 bits, saturated at 65535; k ≤ reach ≤ 255. A g of 255 counts as 255², which callers take for
 *  "far". */
export function columnsOfWords(
  line: usize, plane: usize, y: i32, ny: i32, stride: i32, from: i32, to: i32, reach: i32, wall: i32,
): void {
  const below = ny - 1 - y;
  const both = min(reach, min(y, below));
  const last = min(reach, max(y, below));
  const side = y > below ? -<isize>stride : <isize>stride;
  const cap = i16x8.splat(<i16>min(wall, 65535));
  const row = plane + <usize>y * <usize>stride;
  for (let x = from; x < to; x += 16) {
    const at = row + <usize>x;
    const own = v128.load(at);
    let a = i16x8.min_u(i16x8.extmul_low_i8x16_u(own, own), cap);
    let b = i16x8.min_u(i16x8.extmul_high_i8x16_u(own, own), cap);
    let above = at;
    let under = at;
    let k = 1;
    for (; k <= both; k++) {
      const kk = i16x8.splat(<i16>(k * k));
      if (!v128.any_true(i16x8.sub_sat_u(i16x8.max_u(a, b), kk))) break;
      above -= <usize>stride;
      under += <usize>stride;
      const d = i8x16.min_u(v128.load(above), v128.load(under));
      a = i16x8.min_u(a, i16x8.add_sat_u(i16x8.extmul_low_i8x16_u(d, d), kk));
      b = i16x8.min_u(b, i16x8.add_sat_u(i16x8.extmul_high_i8x16_u(d, d), kk));
    }
    if (k > both) {
      let beside = at + <usize>(side * <isize>(k - 1));
      for (; k <= last; k++) {
        const kk = i16x8.splat(<i16>(k * k));
        if (!v128.any_true(i16x8.sub_sat_u(i16x8.max_u(a, b), kk))) break;
        beside += <usize>side;
        const d = v128.load(beside);
        a = i16x8.min_u(a, i16x8.add_sat_u(i16x8.extmul_low_i8x16_u(d, d), kk));
        b = i16x8.min_u(b, i16x8.add_sat_u(i16x8.extmul_high_i8x16_u(d, d), kk));
      }
    }
    v128.store(line + (<usize>x << 1), a);
    v128.store(line + (<usize>x << 1), b, 16);
  }
}

/** One block of the x pass in bytes: min_k line[x ± k] + k² for 16 x, stopped when no lane is above both k² and `floor`
 *  (0: the exact minimum; r² − 1: only whether it is below r²). */
// @ts-ignore: decorator
@inline
export function alongBytes(line: usize, x: i32, reach: i32, floor: i32): v128 {
  const at = line + <usize>x;
  let a = v128.load(at);
  const done = i8x16.splat(<i8>floor);
  for (let k = 1; k <= reach; k++) {
    const kk = i8x16.splat(<i8>(k * k));
    if (!v128.any_true(i8x16.sub_sat_u(a, i8x16.max_u(kk, done)))) break;
    const pair = i8x16.min_u(v128.load(at - <usize>k), v128.load(at + <usize>k));
    a = i8x16.min_u(a, i8x16.add_sat_u(pair, kk));
  }
  return a;
}

/** One block of the x pass in 16 bits, for 8 x. */
// @ts-ignore: decorator
@inline
export function alongWords(line: usize, x: i32, reach: i32, floor: i32): v128 {
  const at = line + (<usize>x << 1);
  let a = v128.load(at);
  const done = i16x8.splat(<i16>floor);
  for (let k = 1; k <= reach; k++) {
    const kk = i16x8.splat(<i16>(k * k));
    if (!v128.any_true(i16x8.sub_sat_u(a, i16x8.max_u(kk, done)))) break;
    const pair = i16x8.min_u(v128.load(at - (<usize>k << 1)), v128.load(at + (<usize>k << 1)));
    a = i16x8.min_u(a, i16x8.add_sat_u(pair, kk));
  }
  return a;
}
