// Where the boundary of a grain lies between voxel centres: the zero of the labels' indicators under a cubic B-spline
// that is sharpened to have no second moment, so that curved boundaries do not move (decisions/0052).
//
//   w(t) = 4/3·B₃(t) − 1/6·(B₃(t−1) + B₃(t+1)): six taps along each axis, Σ w = 1, Σ w·t² = 0
//
// Towards no grain it is that of all grains at ½, towards another grain that of the two: what they leave to each other
// has no gaps.
import { indexInside } from '../core/indices';

const TAPS: i32 = 6;
/** f32 of the weights of a point. */
export const WEIGHTS: i32 = 3 * 8;

/** Weights at offset f of the taps −2 … 3, and two zeros. */
// @ts-ignore: decorator
@inline
function writeWeights(to: usize, f: f32): void {
  const g: f32 = 1 - f;
  const sixth: f32 = 1.0 / 6.0;
  const a = sixth * g * g * g;
  const b = sixth * (4 - 3 * f * f * (1 + g));
  const c = sixth * (4 - 3 * g * g * (1 + f));
  const d = sixth * f * f * f;
  const own: f32 = 4.0 / 3.0;
  store<f32>(to, -sixth * a);
  store<f32>(to, own * a - sixth * b, 4);
  store<f32>(to, own * b - sixth * (a + c), 8);
  store<f32>(to, own * c - sixth * (b + d), 12);
  store<f32>(to, own * d - sixth * c, 16);
  store<f32>(to, -sixth * d, 20);
  store<f32>(to, 0, 24);
  store<f32>(to, 0, 28);
}

/** Level at a point of the index space (centres at i + ½): positive in the grain `label`, negative in `other` (0: in no
 *  grain). image: i32[nz·ny·nx] with 32 bytes behind it that may be read; weights: f32[WEIGHTS], scratch */
export function boundaryLevel(
  image: usize, nz: i32, ny: i32, nx: i32, weights: usize, pz: f64, py: f64, px: f64, label: i32, other: i32,
): f32 {
  const z = <i32>Math.floor(pz - 0.5);
  const y = <i32>Math.floor(py - 0.5);
  const x = <i32>Math.floor(px - 0.5);
  writeWeights(weights, <f32>(pz - 0.5 - <f64>z));
  writeWeights(weights + 32, <f32>(py - 0.5 - <f64>y));
  writeWeights(weights + 64, <f32>(px - 0.5 - <f64>x));
  const low = v128.load(weights + 64);
  const high = v128.load(weights + 80);
  const own = i32x4.splat(label);
  const theirs = i32x4.splat(other);
  const rows = x >= 2 && x + 4 <= nx;
  let sum = f32x4.splat(0);
  for (let k = 0; k < TAPS; k++) {
    const plane = <usize>indexInside(z - 2 + k, nz, false) * <usize>ny;
    const alongZ = load<f32>(weights + (<usize>k << 2));
    for (let j = 0; j < TAPS; j++) {
      const row = image + ((plane + <usize>indexInside(y - 2 + j, ny, false)) * <usize>nx << 2);
      let first: v128;
      let last: v128;
      if (rows) {
        const at = row + (<usize>(x - 2) << 2);
        first = v128.load(at);
        last = v128.load(at, 16);
      } else {
        first = i32x4(0, 0, 0, 0);
        last = first;
        for (let i = 0; i < TAPS; i++) {
          const found = load<i32>(row + (<usize>indexInside(x - 2 + i, nx, false) << 2));
          if (i == 0) first = i32x4.replace_lane(first, 0, found);
          else if (i == 1) first = i32x4.replace_lane(first, 1, found);
          else if (i == 2) first = i32x4.replace_lane(first, 2, found);
          else if (i == 3) first = i32x4.replace_lane(first, 3, found);
          else if (i == 4) last = i32x4.replace_lane(last, 0, found);
          else last = i32x4.replace_lane(last, 1, found);
        }
      }
      const weight = f32x4.splat(alongZ * load<f32>(weights + 32 + (<usize>j << 2)));
      let part: v128;
      if (other == 0) {
        part = f32x4.add(
          v128.andnot(low, i32x4.eq(first, theirs)), v128.andnot(high, i32x4.eq(last, theirs)),
        );
      } else {
        part = f32x4.sub(
          f32x4.add(v128.and(low, i32x4.eq(first, own)), v128.and(high, i32x4.eq(last, own))),
          f32x4.add(v128.and(low, i32x4.eq(first, theirs)), v128.and(high, i32x4.eq(last, theirs))),
        );
      }
      sum = f32x4.add(sum, f32x4.mul(weight, part));
    }
  }
  const total = f32x4.extract_lane(sum, 0) + f32x4.extract_lane(sum, 1)
    + (f32x4.extract_lane(sum, 2) + f32x4.extract_lane(sum, 3));
  return other == 0 ? total - 0.5 : total;
}
