// The model of a blurred image: grey = blur(mean of each voxel's class) + noise. Its values, what it leaves over, and
// the sums of products from which its means follow by least squares.
import { barrier, enter, slabStart, tick } from '../core/control';
import { POLL_STEP } from '../layout';

/** out[i] = means[labels[i]]. out: f32[voxels]; labels: u8[voxels]; means: f32[classes]. */
export function classValues(
  thread: i32, threads: i32, out: usize, labels: usize, means: usize, voxels: u32,
): i32 {
  enter();
  const blocks = <i32>((voxels + POLL_STEP - 1) / POLL_STEP);
  const end = slabStart(thread + 1, threads, blocks);
  for (let block = slabStart(thread, threads, blocks); block < end; block++) {
    const from = <usize>block * POLL_STEP;
    const to = min(<usize>voxels, from + POLL_STEP);
    for (let i = from; i < to; i++) {
      store<f32>(out + (i << 2), load<f32>(means + (<usize>load<u8>(labels + i) << 2)));
    }
    if (tick(thread, to - from)) break;
  }
  return barrier(thread, threads);
}

/** values = grey − values, which holds the blurred model before; sums: f64[nz], Σ of the squares of each plane.
 *  grey, values: f32[nz·ny·nx]. */
export function blurResidual(
  thread: i32, threads: i32, values: usize, grey: usize, sums: usize, nz: i32, ny: i32, nx: i32,
): i32 {
  enter();
  const plane = <usize>ny * <usize>nx;
  const end = slabStart(thread + 1, threads, nz);
  for (let z = slabStart(thread, threads, nz); z < end; z++) {
    let sum: f64 = 0;
    const from = <usize>z * plane;
    for (let i = from; i < from + plane; i++) {
      const r = load<f32>(grey + (i << 2)) - load<f32>(values + (i << 2));
      store<f32>(values + (i << 2), r);
      sum += <f64>r * <f64>r;
    }
    store<f64>(sums + (<usize>z << 3), sum);
    if (tick(thread, plane)) break;
  }
  return barrier(thread, threads);
}

/** Sums of products of `count` fields for least squares: sums[z][p][q] = Σ of plane z of field p · field q, q ≤ p.
 *  fields: f32[count][nz·ny·nx]; sums: f64[nz][count][count]. */
export function fieldProducts(
  thread: i32, threads: i32, sums: usize, fields: usize, count: i32, nz: i32, ny: i32, nx: i32,
): i32 {
  enter();
  const plane = <usize>ny * <usize>nx;
  const field = plane * <usize>nz << 2;
  const end = slabStart(thread + 1, threads, nz);
  for (let z = slabStart(thread, threads, nz); z < end; z++) {
    const start = fields + (<usize>z * plane << 2);
    for (let p = 0; p < count; p++) {
      for (let q = 0; q <= p; q++) {
        const a = start + <usize>p * field;
        const b = start + <usize>q * field;
        let sum: f64 = 0;
        for (let i: usize = 0; i < plane << 2; i += 4) sum += <f64>load<f32>(a + i) * <f64>load<f32>(b + i);
        store<f64>(sums + (<usize>((z * count + p) * count + q) << 3), sum);
      }
    }
    if (tick(thread, plane)) break;
  }
  return barrier(thread, threads);
}
