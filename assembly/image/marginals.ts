// Labels from how probable each class is, and how strongly labels hold together.
import { barrier, enter, slabStart, tick } from '../core/control';
import { POLL_STEP } from '../layout';
import { agreement, agreementAtFace, ALL, exponential, FACE, unitsOf } from './agreement';

/** labels[i] = the class whose marginal times its weight is greatest, the lowest of these.
 *  labels: u8[voxels]; marginals: u8[voxels][classes]; weights: f32[classes]. */
export function likeliestLabels(
  thread: i32, threads: i32, labels: usize, marginals: usize, weights: usize, classes: i32, voxels: u32,
): i32 {
  enter();
  const blocks = <i32>((voxels + POLL_STEP - 1) / POLL_STEP);
  const end = slabStart(thread + 1, threads, blocks);
  for (let block = slabStart(thread, threads, blocks); block < end; block++) {
    const from = <usize>block * POLL_STEP;
    const to = min(<usize>voxels, from + POLL_STEP);
    for (let i = from; i < to; i++) {
      let best: f32 = -1;
      let chosen = 0;
      for (let k = 0; k < classes; k++) {
        const value = <f32>load<u8>(marginals + i * classes + k) * load<f32>(weights + (<usize>k << 2));
        if (value > best) {
          best = value;
          chosen = k;
        }
      }
      store<u8>(labels + i, <u8>chosen);
    }
    if (tick(thread, to - from)) break;
  }
  return barrier(thread, threads);
}

/** Slope and curvature, over the cost of unlike neighbours, of the logarithm of the labels' pseudo-likelihood
 *  [Besag 1975, The Statistician 24:179]: each voxel given its neighbours. sums: f64[nz][2], of each plane inside the
 *  window. labels: u8[nz·ny·nx], below 8; window faces are left out along axes of three voxels and more. */
export function neighbourLikelihood(
  thread: i32, threads: i32, sums: usize, labels: usize, classes: i32, prior: f32, nz: i32, ny: i32, nx: i32,
): i32 {
  enter();
  const rz = nz > 2 ? 1 : 0;
  const ry = ny > 2 ? 1 : 0;
  const rx = nx > 2 ? 1 : 0;
  const row = <usize>nx;
  const plane = <usize>ny * row;
  const end = slabStart(thread + 1, threads, nz);
  for (let z = slabStart(thread, threads, nz); z < end; z++) {
    let slope: f64 = 0;
    let curvature: f64 = 0;
    if (z >= rz && z + rz < nz) {
      for (let y = ry; y + ry < ny; y++) {
        for (let x = rx; x + rx < nx; x++) {
          const at = labels + <usize>z * plane + <usize>y * row + <usize>x;
          const units = rz + ry + rx == 3
            ? agreement(at, row, plane) : agreementAtFace(labels, nz, ny, nx, z, y, x);
          let sum: f32 = 0;
          let first: f32 = 0;
          let second: f32 = 0;
          for (let k = 0; k < classes; k++) {
            const own = unitsOf(units, k) / <f32>FACE;
            const weight = exponential(prior * (own - ALL / <f32>FACE));
            sum += weight;
            first += weight * own;
            second += weight * own * own;
          }
          first /= sum;
          slope += <f64>(unitsOf(units, load<u8>(at)) / <f32>FACE - first);
          curvature += <f64>(second / sum - first * first);
        }
      }
    }
    store<f64>(sums + (<usize>z << 4), slope);
    store<f64>(sums + (<usize>z << 4), curvature, 8);
    if (tick(thread, plane)) break;
  }
  return barrier(thread, threads);
}
