// Labels as the unknowns of a blurred, noisy image: grey = blur(mean of each voxel's class) + noise. A voxel takes the
// class with which the image is explained best, unlike neighbours costing something: iterated conditional modes
// [Besag 1986, J. R. Stat. Soc. B 48:259], or Gibbs draws at a temperature [Geman & Geman 1984, IEEE PAMI 6:721].
// What a change does to the misfit follows from the residual correlated with the blur; each change corrects that
// gradient where it reaches, so that every voxel is decided on the true one.
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

/** What one sweep of `relaxLabels` works on. */
@unmanaged
export class Relaxation {
  /** u8[nz·ny·nx], classes 0 … classes − 1. */
  labels: usize;
  /** f32[nz·ny·nx]: the residual correlated with the blur, kept true. */
  gradient: usize;
  /** f32[classes], ascending. */
  means: usize;
  classes: i32;
  /** f32[3][2·reach + 4]: the blur correlated with itself along z, y and x from −reach on, three zeros behind each. */
  kernels: usize;
  reach: i32;
  /** f32[3]: what an unlike neighbour across a face, an edge and a corner costs. */
  weights: usize;
  /** 1/(2·variance of the noise). */
  precision: f32;
  /** Edge of the blocks of one colour, above 2·reach + 3. */
  edge: i32;
  /** f32[threads][16], scratch. */
  agreement: usize;
  /** u32[threads][16]: voxels that changed. */
  changed: usize;
  /** 0: the best class; above: a Gibbs draw. */
  temperature: f32;
  /** Of the draws. */
  sweep: u32;
  nz: i32;
  ny: i32;
  nx: i32;
}

/** One sweep over all voxels, in eight colours of blocks: two of one colour lie farther apart than a change reaches, so
 *  that the result is the same for any number of threads. At most 16 classes. */
export function relaxLabels(thread: i32, threads: i32, call: Relaxation): i32 {
  enter();
  const edge = call.edge;
  const bz = (call.nz + edge - 1) / edge;
  const by = (call.ny + edge - 1) / edge;
  const bx = (call.nx + edge - 1) / edge;
  const agreement = call.agreement + (<usize>thread << 6);
  let count: u32 = 0;
  for (let colour = 0; colour < 8; colour++) {
    const oz = colour >> 2;
    const oy = (colour >> 1) & 1;
    const ox = colour & 1;
    const cy = (by - oy + 1) >> 1;
    const cx = (bx - ox + 1) >> 1;
    const blocks = ((bz - oz + 1) >> 1) * cy * cx;
    const end = slabStart(thread + 1, threads, blocks);
    for (let block = slabStart(thread, threads, blocks); block < end; block++) {
      const z = (2 * (block / (cy * cx)) + oz) * edge;
      const y = (2 * (block / cx % cy) + oy) * edge;
      const x = (2 * (block % cx) + ox) * edge;
      count += relaxBlock(call, agreement, z, y, x);
      if (tick(thread, <usize>edge * <usize>edge * <usize>edge)) break;
    }
    const status = barrier(thread, threads);
    if (status) return status;
  }
  store<u32>(call.changed + (<usize>thread << 6), count);
  return barrier(thread, threads);
}

/** @returns voxels that changed */
function relaxBlock(call: Relaxation, agreement: usize, z0: i32, y0: i32, x0: i32): u32 {
  const z1 = min(z0 + call.edge, call.nz);
  const y1 = min(y0 + call.edge, call.ny);
  const x1 = min(x0 + call.edge, call.nx);
  let count: u32 = 0;
  for (let z = z0; z < z1; z++) {
    for (let y = y0; y < y1; y++) {
      const row = (<usize>z * <usize>call.ny + <usize>y) * <usize>call.nx;
      for (let x = x0; x < x1; x++) {
        if (!settled(call, row + <usize>x, z, y, x)) count += relaxVoxel(call, agreement, row + <usize>x, z, y, x);
      }
    }
  }
  return count;
}

/** Σ of the squares of the blur's weights: what a voxel's own grey value says of its class. */
// @ts-ignore: decorator
@inline
function power(call: Relaxation): f32 {
  const middle = <usize>call.reach << 2;
  const next = <usize>(2 * call.reach + 4) << 2;
  return load<f32>(call.kernels + middle) * load<f32>(call.kernels + next + middle) *
    load<f32>(call.kernels + 2 * next + middle);
}

/** Change of the misfit when a voxel of mean `from` becomes one of class k. */
// @ts-ignore: decorator
@inline
function misfit(call: Relaxation, gradient: f32, from: f32, k: i32): f32 {
  const step = load<f32>(call.means + (<usize>k << 2)) - from;
  return step * (step * power(call) - <f32>2 * gradient) * call.precision;
}

/** Whether a voxel among six of its own class stays as it is, whatever the other twenty are: most voxels are like that.
 *  At a temperature the odds against a change are e¹² at least. */
// @ts-ignore: decorator
@inline
function settled(call: Relaxation, i: usize, z: i32, y: i32, x: i32): bool {
  if (z == 0 || y == 0 || x == 0 || z + 1 == call.nz || y + 1 == call.ny || x + 1 == call.nx) return false;
  const at = call.labels + i;
  const label = load<u8>(at);
  const row = <usize>call.nx;
  const plane = <usize>call.ny * row;
  if (
    load<u8>(at - 1) != label || load<u8>(at, 1) != label || load<u8>(at - row) != label ||
    load<u8>(at + row) != label || load<u8>(at - plane) != label || load<u8>(at + plane) != label
  ) return false;
  const gradient = load<f32>(call.gradient + (i << 2));
  const mean = load<f32>(call.means + (<usize>label << 2));
  const others = <f32>12 * load<f32>(call.weights, 4) + <f32>8 * load<f32>(call.weights, 8);
  const least = others - <f32>6 * load<f32>(call.weights) + <f32>12 * call.temperature;
  for (let k = 0; k < call.classes; k++) {
    if (k != <i32>label && misfit(call, gradient, mean, k) < least) return false;
  }
  return true;
}

/** Adds to agreement[k] the weights of the neighbours of class k. */
function agree(call: Relaxation, agreement: usize, z: i32, y: i32, x: i32): void {
  for (let k = 0; k < call.classes; k++) store<f32>(agreement + (<usize>k << 2), 0);
  for (let v = max(z - 1, 0); v < min(z + 2, call.nz); v++) {
    for (let u = max(y - 1, 0); u < min(y + 2, call.ny); u++) {
      const row = call.labels + (<usize>v * <usize>call.ny + <usize>u) * <usize>call.nx;
      const off = (v != z ? 1 : 0) + (u != y ? 1 : 0);
      for (let t = max(x - 1, 0); t < min(x + 2, call.nx); t++) {
        const kind = off + (t != x ? 1 : 0);
        if (kind == 0) continue;
        const at = agreement + (<usize>load<u8>(row + <usize>t) << 2);
        store<f32>(at, load<f32>(at) + load<f32>(call.weights + (<usize>(kind - 1) << 2)));
      }
    }
  }
}

/** A Gumbel number of its own for each voxel, class and sweep: the least of the costs less these numbers is a Gibbs
 *  draw. */
function gumbel(i: u32, k: u32, sweep: u32): f32 {
  let h: u32 = (i * 0x9e3779b1) ^ ((k + 1) * 0x85ebca77) ^ (sweep * 0xc2b2ae3d);
  h ^= h >> 15;
  h *= 0x2c1b3c6d;
  h ^= h >> 12;
  h *= 0x297a2d39;
  h ^= h >> 15;
  return <f32>-Math.log(-Math.log((<f64>h + 0.5) * 2.3283064365386963e-10));
}

/** Gives voxel (z, y, x) its class. @returns 1 when that is another one, else 0 */
function relaxVoxel(call: Relaxation, agreement: usize, i: usize, z: i32, y: i32, x: i32): u32 {
  agree(call, agreement, z, y, x);
  const label = <i32>load<u8>(call.labels + i);
  const mean = load<f32>(call.means + (<usize>label << 2));
  const gradient = load<f32>(call.gradient + (i << 2));
  const alike = load<f32>(agreement + (<usize>label << 2));
  const warm = call.temperature > 0;
  let chosen = label;
  let best: f32 = warm ? -call.temperature * gumbel(<u32>i, <u32>label, call.sweep) : 0;
  for (let k = 0; k < call.classes; k++) {
    if (k == label) continue;
    let cost = misfit(call, gradient, mean, k) + alike - load<f32>(agreement + (<usize>k << 2));
    if (warm) cost -= call.temperature * gumbel(<u32>i, <u32>k, call.sweep);
    if (cost < best) {
      best = cost;
      chosen = k;
    }
  }
  if (chosen == label) return 0;
  store<u8>(call.labels + i, <u8>chosen);
  spread(call, load<f32>(call.means + (<usize>chosen << 2)) - mean, z, y, x);
  return 1;
}

/** gradient −= step · the blur correlated with itself around (z, y, x), inside the window. */
function spread(call: Relaxation, step: f32, z: i32, y: i32, x: i32): void {
  const reach = call.reach;
  const next = <usize>(2 * reach + 4) << 2;
  const alongZ = call.kernels + (<usize>reach << 2);
  const x0 = max(0, x - reach);
  const x1 = min(call.nx, x + reach + 1);
  const alongX = call.kernels + 2 * next + (<usize>(x0 - x + reach) << 2);
  const count = <usize>(x1 - x0) << 2;
  // Whole vectors where they stay inside the row: behind the kernel they subtract zeros.
  const whole = x0 + ((x1 - x0 + 3) & ~3) <= call.nx;
  for (let v = max(0, z - reach); v < min(call.nz, z + reach + 1); v++) {
    const deep = step * load<f32>(alongZ + (<isize>(v - z) << 2));
    for (let u = max(0, y - reach); u < min(call.ny, y + reach + 1); u++) {
      const factor = deep * load<f32>(alongZ + next + (<isize>(u - y) << 2));
      const row = call.gradient + (((<usize>v * <usize>call.ny + <usize>u) * <usize>call.nx + <usize>x0) << 2);
      if (whole) {
        for (let b: usize = 0; b < count; b += 16) {
          const change = f32x4.mul(f32x4.splat(factor), v128.load(alongX + b));
          v128.store(row + b, f32x4.sub(v128.load(row + b), change));
        }
      } else {
        for (let b: usize = 0; b < count; b += 4) {
          store<f32>(row + b, load<f32>(row + b) - factor * load<f32>(alongX + b));
        }
      }
    }
  }
}
