// Labels as the unknowns of a blurred, noisy image: grey = blur(mean of each voxel's class) + noise, and unlike
// neighbours cost something. A voxel takes the class with which the image is explained best (iterated conditional modes
// [Besag 1986, J. R. Stat. Soc. B 48:259]), or is drawn from what its neighbours and the image say of it (Gibbs draws
// [Geman & Geman 1984, IEEE PAMI 6:721]); how probable each class was during such draws is its marginal.
// What a change does to the misfit follows from the residual correlated with the blur; each change corrects that
// gradient where it reaches, so that every voxel is decided on the true one.
import { barrier, enter, slabStart, tick } from '../core/control';
import { Optional } from '../core/kinds';
import { agreement, agreementAtFace, ALL, exponential, FACE, unitsOf } from './agreement';

/** A class whose exponent is this much below that of the best one is not drawn. */
const FAR: f32 = 16;

/** What one sweep of `relaxLabels` works on. */
@unmanaged
export class Relaxation {
  /** u8[nz·ny·nx], classes 0 … classes − 1. */
  labels: usize;
  /** f32[nz·ny·nx]: the residual correlated with the blur, kept true. */
  gradient: usize;
  /** f32[classes], ascending; 8 at most. */
  means: usize;
  classes: i32;
  /** f32[3][2·reach + 4]: the blur correlated with itself along z, y and x from −reach on, three zeros behind each. */
  kernels: usize;
  reach: i32;
  /** What an unlike neighbour across a face costs; across an edge a half, across a corner a third of it. */
  prior: f32;
  /** 1/(2·variance of the noise). */
  precision: f32;
  /** Edge of the blocks of one colour, above 2·reach + 3. */
  edge: i32;
  /** u32[threads][16]: voxels that changed; f32[threads][16], scratch. */
  changed: usize;
  scratch: usize;
  /** 0: the best class, 1: Gibbs draws. */
  drawing: i32;
  /** Of the draws. */
  sweep: u32;
  /** u8[nz·ny·nx][classes], to which a draw adds the probabilities of the classes times `share`; 0: none. */
  marginals: Optional;
  share: i32;
  nz: i32;
  ny: i32;
  nx: i32;
}

/** One sweep over all voxels, in eight colours of blocks: two of one colour lie farther apart than a change reaches, so
 *  that the result is the same for any number of threads. */
export function relaxLabels(thread: i32, threads: i32, call: Relaxation): i32 {
  enter();
  const edge = call.edge;
  const bz = (call.nz + edge - 1) / edge;
  const by = (call.ny + edge - 1) / edge;
  const bx = (call.nx + edge - 1) / edge;
  const scratch = call.scratch + (<usize>thread << 6);
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
      count += relaxBlock(call, scratch, z, y, x);
      if (tick(thread, <usize>edge * <usize>edge * <usize>edge)) break;
    }
    const status = barrier(thread, threads);
    if (status) return status;
  }
  store<u32>(call.changed + (<usize>thread << 6), count);
  return barrier(thread, threads);
}

/** @returns voxels that changed */
function relaxBlock(call: Relaxation, scratch: usize, z0: i32, y0: i32, x0: i32): u32 {
  const z1 = min(z0 + call.edge, call.nz);
  const y1 = min(y0 + call.edge, call.ny);
  const x1 = min(x0 + call.edge, call.nx);
  const own = power(call);
  let count: u32 = 0;
  for (let z = z0; z < z1; z++) {
    for (let y = y0; y < y1; y++) {
      const row = (<usize>z * <usize>call.ny + <usize>y) * <usize>call.nx;
      const inside = z > 0 && y > 0 && z + 1 < call.nz && y + 1 < call.ny;
      for (let x = x0; x < x1; x++) {
        const i = row + <usize>x;
        const within = inside && x > 0 && x + 1 < call.nx;
        if (within && settled(call, i, own)) {
          if (call.marginals) add(call.marginals + i * call.classes + load<u8>(call.labels + i), call.share);
        } else {
          count += relaxVoxel(call, scratch, i, z, y, x, own, within);
        }
      }
    }
  }
  return count;
}

/** Σ of the squares of the blur's weights: what a voxel's own grey value says of its class. */
function power(call: Relaxation): f32 {
  const middle = <usize>call.reach << 2;
  const next = <usize>(2 * call.reach + 4) << 2;
  return load<f32>(call.kernels + middle) * load<f32>(call.kernels + next + middle) *
    load<f32>(call.kernels + 2 * next + middle);
}

// @ts-ignore: decorator
@inline
function add(at: usize, amount: i32): void {
  store<u8>(at, <u8>(<i32>load<u8>(at) + amount));
}

/** Change of the misfit when a voxel of mean `from` becomes one of class k. */
// @ts-ignore: decorator
@inline
function misfit(call: Relaxation, gradient: f32, own: f32, from: f32, k: i32): f32 {
  const step = load<f32>(call.means + (<usize>k << 2)) - from;
  return step * (step * own - <f32>2 * gradient) * call.precision;
}

/** Whether a voxel among six of its own class stays as it is, whatever the other twenty are: most voxels are like that.
 *  For draws the odds against a change are e¹² at least. */
// @ts-ignore: decorator
@inline
function settled(call: Relaxation, i: usize, own: f32): bool {
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
  // Six faces speak for it, all others at most against it.
  const least = (ALL - <f32>12 * <f32>FACE) / <f32>FACE * call.prior + <f32>12 * <f32>call.drawing;
  for (let k = 0; k < call.classes; k++) {
    if (k != <i32>label && misfit(call, gradient, own, mean, k) < least) return false;
  }
  return true;
}

/** Mixes the bits of a voxel's number and a sweep's. */
// @ts-ignore: decorator
@inline
function hash(i: u32, sweep: u32): u32 {
  let h: u32 = (i * 0x9e3779b1) ^ ((sweep + 1) * 0x85ebca77);
  h ^= h >> 15;
  h *= 0x2c1b3c6d;
  h ^= h >> 12;
  h *= 0x297a2d39;
  h ^= h >> 15;
  return h;
}

/** A class with probability e^−cost over the sum of these. `costs`: f32[classes], the least is `best`. */
function draw(call: Relaxation, costs: usize, i: usize, best: f32): i32 {
  const end = costs + (<usize>call.classes << 2);
  let sum: f32 = 0;
  for (let at = costs; at < end; at += 4) {
    const over = load<f32>(at) - best;
    if (over < FAR) sum += exponential(-over);
    store<f32>(at, sum);
  }
  const bits = hash(<u32>i, call.sweep);
  const place = sum * (<f32>(bits >> 8) + 0.5) * 5.9604645e-8;
  let chosen = 0;
  while (chosen + 1 < call.classes && place >= load<f32>(costs + (<usize>chosen << 2))) chosen++;
  if (call.marginals) {
    // Whole shares whose sum is always the same: the cumulated ones are rounded by one number for all.
    const at = call.marginals + i * call.classes;
    const factor = <f32>call.share / sum;
    const part = (<f32>(bits & 255) + 0.5) * 0.00390625;
    let before = 0;
    for (let k = 0; k < call.classes; k++) {
      const here = k + 1 == call.classes
        ? call.share : min(call.share, <i32>(load<f32>(costs + (<usize>k << 2)) * factor + part));
      if (here > before) add(at + k, here - before);
      before = here;
    }
  }
  return chosen;
}

/** Gives voxel (z, y, x) its class. @returns 1 when that is another one, else 0 */
function relaxVoxel(
  call: Relaxation, scratch: usize, i: usize, z: i32, y: i32, x: i32, own: f32, within: bool,
): u32 {
  const row = <usize>call.nx;
  const units = within
    ? agreement(call.labels + i, row, row * <usize>call.ny)
    : agreementAtFace(call.labels, call.nz, call.ny, call.nx, z, y, x);
  const label = <i32>load<u8>(call.labels + i);
  const mean = load<f32>(call.means + (<usize>label << 2));
  const gradient = load<f32>(call.gradient + (i << 2));
  const unit = call.prior / <f32>FACE;
  const alike = unitsOf(units, label);
  let chosen = label;
  let best: f32 = 0;
  for (let k = 0; k < call.classes; k++) {
    const cost: f32 = misfit(call, gradient, own, mean, k) + unit * (alike - unitsOf(units, k));
    store<f32>(scratch + (<usize>k << 2), cost);
    if (cost < best) {
      best = cost;
      chosen = k;
    }
  }
  if (call.drawing) chosen = draw(call, scratch, i, best);
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
