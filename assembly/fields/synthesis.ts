// Two real Gaussian random fields as real and imaginary part of one inverse Fourier transform of drawn modes.
//
// Field i is Σ_k A_i(k) ξ_i(k) e^(2πi k·r/L) with Σ A_i² = 1. One complex white draw η(k) feeds both:
//   ξ_1(k) = (η(k) + η*(−k))/2,  iξ_2(k) = (η(k) − η*(−k))/2
// so that the transformed coefficient is (A_1+A_2)/2·η(k) + (A_1−A_2)/2·η*(−k), which is A·η(k) for equal covariances.
// η(k) depends on the keys and the integer mode only: neither on α nor on which modes are dead and left out.
//
//   stage 1 (fieldColumns)  draw, transform along z:  modes[z < nz][ky live][kx live / 4][re of 4 kx | im of 4 kx]
//   stage 2 (fieldPlanes, planes.ts)   plane by plane, y (lanes are kx), transpose, x (lanes are y), add to the fields
//
// A Gaussian covariance has A = A_z·A_y·A_x and nothing outside an ellipsoid of modes; other families come with a table
// of A for one octant (octant.ts) and all modes.
import { STREAM_KEY0, STREAM_KEY1 } from '../layout';
import { normals, philox4 } from '../core/random';
import { barrier, enter, tick } from '../core/control';
import { Optional } from '../core/kinds';
import { fftLines } from './fft';

/** Groups of four kx that go through one transform together: two cache lines. */
export const GROUPS: i32 = 4;

/** Periodised Gaussian covariance exp(−(αh)²) on a ring of `period`: amplitude of modes low … low+count−1 such that
 *  their squares sum to 1, zeros up to `padded`. The spectrum folds back what lies beyond the grid's highest mode. */
function amplitudes(out: usize, period: i32, low: i32, count: i32, padded: i32, alpha: f64): void {
  const scale = Math.PI / (alpha * <f64>period);
  const folds = <i32>Math.ceil((7 * alpha) / Math.PI + 0.5);
  let sum: f64 = 0;
  for (let i = 0; i < count; i++) {
    let power: f64 = 0;
    for (let m = -folds; m <= folds; m++) {
      const k = scale * (<f64>(low + i) + <f64>m * <f64>period);
      power += Math.exp(-k * k);
    }
    sum += power;
    store<f32>(out + (<usize>i << 2), <f32>Math.sqrt(power));
  }
  const norm = <f32>(1 / Math.sqrt(sum));
  for (let i = 0; i < count; i++) {
    const at = out + (<usize>i << 2);
    store<f32>(at, load<f32>(at) * norm);
  }
  for (let i = count; i < padded; i++) store<f32>(out + (<usize>i << 2), 0);
}

/** −k on a ring; the highest mode of an even period is its own opposite. */
// @ts-ignore: decorator
@inline
function opposite(k: i32, period: i32): i32 {
  return 2 * k == period ? k : -k;
}

/** Slot of a signed mode in a transform of length `period`. */
// @ts-ignore: decorator
@inline
export function slot(k: i32, period: i32): usize {
  return <usize>(k < 0 ? k + period : k);
}

/** |k| of the mode nearest to 0 among low + 4·GROUPS·batch … of one batch. */
// @ts-ignore: decorator
@inline
function nearest(low: i32, count: i32, batch: i32): i32 {
  const first = low + 4 * GROUPS * batch;
  const last = min(first + 4 * GROUPS, low + count) - 1;
  return first > 0 ? first : last < 0 ? -last : 0;
}

/** Highest mode along an axis with `reach` at radius `r` (in reaches, across that axis) inside the ellipsoid; −1
 *  outside. reach 0: no ellipsoid, `most` is returned. */
// @ts-ignore: decorator
@inline
function modesAt(reach: f64, square: f64, most: i32): i32 {
  if (reach == 0) return most;
  return square > 1 ? -1 : min(most, <i32>(reach * Math.sqrt(1 - square)));
}

/** Live rows |ky| ≤ result of a batch of kx; −1: none. Rows and batches agree in both stages. */
export function liveRows(lowX: i32, countX: i32, batch: i32, reachY: f64, reachX: f64, most: i32): i32 {
  const x = reachX == 0 ? 0 : <f64>nearest(lowX, countX, batch) / reachX;
  return modesAt(reachY, x * x, most);
}

/** (A₁+A₂)/2·η + (A₁−A₂)/2·conj(η′) to the transform's slot. */
// @ts-ignore: decorator
@inline
function mix(to: usize, eta: usize, other: usize, a1: v128, a2: v128, same: bool): void {
  if (same) {
    v128.store(to, f32x4.mul(a1, v128.load(eta)));
    v128.store(to, f32x4.mul(a1, v128.load(eta, 16)), 16);
    return;
  }
  const half = f32x4.splat(0.5);
  const sum = f32x4.mul(half, f32x4.add(a1, a2));
  const difference = f32x4.mul(half, f32x4.sub(a1, a2));
  v128.store(to, f32x4.add(f32x4.mul(sum, v128.load(eta)), f32x4.mul(difference, v128.load(other))));
  v128.store(to, f32x4.sub(f32x4.mul(sum, v128.load(eta, 16)), f32x4.mul(difference, v128.load(other, 16))), 16);
}

/** Amplitudes of four kx out of an octant, `offset` bytes from each lane's line. */
// @ts-ignore: decorator
@inline
function gather(offset: usize, l0: usize, l1: usize, l2: usize, l3: usize): v128 {
  const v = v128.load32_zero(l0 + offset);
  return v128.load32_lane(l3 + offset, v128.load32_lane(l2 + offset, v128.load32_lane(l1 + offset, v, 1), 2), 3);
}

/** One group of four kx: draws and weights the modes |kz| ≤ lastZ into the line at `to`, `step` bytes from mode to
 *  mode. */
function drawGroup(
  to: usize, step: usize, scratch: usize, key0: u32, key1: u32, pair: i32, periodZ: i32, periodY: i32, periodX: i32,
  ky: i32, low: i32, countX: i32, lastZ: i32, same: bool,
  z1: usize, z2: usize, axy1: v128, axy2: v128, octant1: usize, octant2: usize, octantX: i32, octantZ: i32,
): void {
  const words = scratch, eta = words + 64, other = eta + 64;
  const pairs = i32x4.splat(pair);
  const kx = i32x4.add(i32x4.splat(low), i32x4(0, 1, 2, 3));
  const oppositeX = v128.bitselect(kx, i32x4.neg(kx), i32x4.eq(i32x4.shl(kx, 1), i32x4.splat(periodX)));
  const oppositeY = i32x4.splat(opposite(ky, periodY));
  const row = <usize>abs(ky) * <usize>octantX;
  const line = <usize>octantZ << 2;
  const most = octantX - 1;
  const l0 = (row + <usize>min(abs(low), most)) * line, l1 = (row + <usize>min(abs(low + 1), most)) * line;
  const l2 = (row + <usize>min(abs(low + 2), most)) * line, l3 = (row + <usize>min(abs(low + 3), most)) * line;
  // Lanes beyond the last mode of a full spectrum carry nothing.
  const live = i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(countX));
  for (let kz = 0; kz <= lastZ; kz++) {
    // Words 0, 1 belong to +kz, words 2, 3 to −kz.
    const counter = i32x4.splat(kz);
    philox4(words, kx, i32x4.splat(ky), counter, pairs, key0, key1);
    const self = kz == 0 || 2 * kz == periodZ;
    normals(eta, v128.load(words), v128.load(words, 16));
    if (!self) normals(eta + 32, v128.load(words, 32), v128.load(words, 48));
    if (!same) {
      philox4(words, oppositeX, oppositeY, counter, pairs, key0, key1);
      normals(other, v128.load(words), v128.load(words, 16));
      if (!self) normals(other + 32, v128.load(words, 32), v128.load(words, 48));
    }
    const up = <usize>kz << 2;
    let a1: v128, a2: v128;
    if (octant1) {
      a1 = v128.and(live, gather(octant1 + up, l0, l1, l2, l3));
      a2 = same ? a1 : v128.and(live, gather(octant2 + up, l0, l1, l2, l3));
    } else {
      a1 = f32x4.mul(axy1, v128.load32_splat(z1 + up));
      a2 = same ? a1 : f32x4.mul(axy2, v128.load32_splat(z2 + up));
    }
    mix(to + <usize>kz * step, eta, self ? other : other + 32, a1, a2, same);
    if (!self) mix(to + slot(-kz, periodZ) * step, eta + 32, other, a1, a2, same);
  }
}

/** What `fieldColumns` takes. */
@unmanaged
export class FieldColumns {
  /** f32[nz·countY·groupsX·8], the result; what lies outside the ellipsoid is not written. */
  modes: usize;
  /** f32[2·(padZ+padY+padX)], pad = count rounded up to 4; absent with octants. */
  tables: Optional;
  /** Per thread 256·Lz + 256 bytes. */
  scratch: usize;
  /** Of Lz. */
  twiddles: usize;
  /** Period Lz, Ly, Lx. */
  periodZ: i32;
  periodY: i32;
  periodX: i32;
  /** Modes low … low+count−1 of each axis may be alive. */
  lowZ: i32;
  countZ: i32;
  lowY: i32;
  countY: i32;
  lowX: i32;
  countX: i32;
  /** Planes of the window. */
  nz: i32;
  /** α per voxel along z and along x, y, for the two fields. */
  alphaZ1: f64;
  alpha1: f64;
  alphaZ2: f64;
  alpha2: f64;
  /** Half axes of the ellipsoid of live modes, 0 for none. */
  reachZ: f64;
  reachY: f64;
  reachX: f64;
  /** Amplitudes A(ky, kx, kz) of the two fields, f32[Ly/2+1][octantX][octantZ]; the same where equal. */
  octant1: Optional;
  octant2: Optional;
  octantX: i32;
  octantZ: i32;
  /** Key of the random numbers. */
  seedLow: u32;
  seedHigh: u32;
  scenario: u32;
  realisation: u32;
  /** Which two fields of the model these are. */
  pair: u32;
}

/** Stage 1: draws the modes of two fields and transforms them along z. */
export function fieldColumns(thread: i32, threads: i32, draw: FieldColumns): i32 {
  enter();
  const padZ = (draw.countZ + 3) & ~3, padY = (draw.countY + 3) & ~3, padX = (draw.countX + 3) & ~3;
  const z1 = draw.tables, y1 = z1 + (<usize>padZ << 2), x1 = y1 + (<usize>padY << 2);
  const z2 = x1 + (<usize>padX << 2), y2 = z2 + (<usize>padZ << 2), x2 = y2 + (<usize>padY << 2);
  if (thread == 0 && !draw.octant1) {
    amplitudes(z1, draw.periodZ, draw.lowZ, draw.countZ, padZ, draw.alphaZ1);
    amplitudes(y1, draw.periodY, draw.lowY, draw.countY, padY, draw.alpha1);
    amplitudes(x1, draw.periodX, draw.lowX, draw.countX, padX, draw.alpha1);
    amplitudes(z2, draw.periodZ, draw.lowZ, draw.countZ, padZ, draw.alphaZ2);
    amplitudes(y2, draw.periodY, draw.lowY, draw.countY, padY, draw.alpha2);
    amplitudes(x2, draw.periodX, draw.lowX, draw.countX, padX, draw.alpha2);
  }
  const status = barrier(thread, threads);
  if (status) return status;

  const same = draw.octant1 ? draw.octant1 == draw.octant2 : draw.alphaZ1 == draw.alphaZ2 && draw.alpha1 == draw.alpha2;
  const buffer = (<usize>draw.periodZ * GROUPS) << 5;
  const a = draw.scratch + <usize>thread * (2 * buffer + 256);
  const b = a + buffer, words = b + buffer;
  philox4(
    words, i32x4.splat(draw.seedLow), i32x4.splat(draw.seedHigh), i32x4.splat(draw.scenario),
    i32x4.splat(draw.realisation), STREAM_KEY0, STREAM_KEY1,
  );
  const key0 = load<u32>(words), key1 = load<u32>(words, 16);
  const highZ = draw.lowZ + draw.countZ - 1;
  const groups = padX >> 2;
  const batches = (groups + GROUPS - 1) / GROUPS;
  const plane = (<usize>draw.countY * <usize>groups) << 5;
  const zero = f32x4.splat(0);
  // In turns: rows at the edge of the ellipsoid cost nothing.
  for (let item = thread; item < draw.countY * batches; item += threads) {
    const row = item / batches, batch = item % batches;
    const ky = draw.lowY + row;
    if (abs(ky) > liveRows(draw.lowX, draw.countX, batch, draw.reachY, draw.reachX, draw.periodY)) continue;
    const first = batch * GROUPS, many = min(GROUPS, groups - first);
    const step = <usize>many << 5;
    memory.fill(a, 0, <usize>draw.periodZ * step);
    const y = draw.reachY == 0 ? 0 : <f64>ky / draw.reachY;
    for (let g = 0; g < many; g++) {
      const group = first + g, low = draw.lowX + 4 * group;
      const x = draw.reachX == 0 ? 0 : <f64>(low > 0 ? low : low < -3 ? -low - 3 : 0) / draw.reachX;
      const lastZ = modesAt(draw.reachZ, x * x + y * y, highZ);
      const inY = <usize>row << 2, inX = <usize>group << 4;
      const axy1 = draw.octant1 ? zero : f32x4.mul(v128.load32_splat(y1 + inY), v128.load(x1 + inX));
      const axy2 = draw.octant1 ? zero : f32x4.mul(v128.load32_splat(y2 + inY), v128.load(x2 + inX));
      const zeros = <usize>(0 - draw.lowZ) << 2;
      drawGroup(
        a + (<usize>g << 5), step, words, key0, key1, draw.pair, draw.periodZ, draw.periodY, draw.periodX,
        ky, low, draw.countX - 4 * group, lastZ, same,
        z1 + zeros, z2 + zeros, axy1, axy2, draw.octant1, draw.octant2, draw.octantX, draw.octantZ,
      );
    }
    let from = fftLines(a, b, draw.periodZ, many, draw.twiddles);
    let to = draw.modes + ((<usize>row * <usize>groups + first) << 5);
    for (let z = 0; z < draw.nz; z++, to += plane) {
      let at = to;
      const last = from + step;
      do {
        v128.store(at, v128.load(from));
        v128.store(at, v128.load(from, 16), 16);
        at += 32;
        from += 32;
      } while (from < last);
    }
    if (tick(thread, 4 * many * draw.periodZ)) break;
  }
  return barrier(thread, threads);
}
