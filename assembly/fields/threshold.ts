// Excursion sets: fields to level sets and labels, in place.

/** x −= lambdaX, y −= lambdaY; labels[i] = inX where x ≥ 0, else inY where y ≥ 0, else rest.
 *  labels: u8[voxels]; x, y: f32[voxels], y = 0 (null) when the model has one field. */
export function excursionRow(
  labels: usize, x: usize, y: usize, voxels: usize, lambdaX: f32, lambdaY: f32, inX: i32, inY: i32, rest: i32,
): void {
  const zero = f32x4.splat(0);
  const lx = f32x4.splat(lambdaX), ly = f32x4.splat(lambdaY);
  const vx = i32x4.splat(inX), vy = i32x4.splat(inY), vr = i32x4.splat(rest);
  const end = labels + voxels;
  while (labels + 4 <= end) {
    const dx = f32x4.sub(v128.load(x), lx);
    v128.store(x, dx);
    let label = vr;
    if (y) {
      const dy = f32x4.sub(v128.load(y), ly);
      v128.store(y, dy);
      label = v128.bitselect(vy, vr, f32x4.ge(dy, zero));
      y += 16;
    }
    label = v128.bitselect(vx, label, f32x4.ge(dx, zero));
    const narrow = i16x8.narrow_i32x4_s(label, label);
    v128.store32_lane(labels, i8x16.narrow_i16x8_u(narrow, narrow), 0);
    x += 16;
    labels += 4;
  }
  while (labels < end) {
    const dx = load<f32>(x) - lambdaX;
    store<f32>(x, dx);
    let label = rest;
    if (y) {
      const dy = load<f32>(y) - lambdaY;
      store<f32>(y, dy);
      label = dy >= 0 ? inY : rest;
      y += 4;
    }
    store<u8>(labels, dx >= 0 ? inX : label);
    x += 4;
    labels++;
  }
}
