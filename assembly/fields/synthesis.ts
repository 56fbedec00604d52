// Two real Gaussian random fields as real and imaginary part of one inverse Fourier transform of drawn modes.
//
// Field i is Σ_k A_i(k) ξ_i(k) e^(2πi k·r/L) with Σ A_i² = 1. One complex white draw η(k) feeds both:
//   ξ_1(k) = (η(k) + η*(−k))/2,  iξ_2(k) = (η(k) − η*(−k))/2
// so that the transformed coefficient is (A_1+A_2)/2·η(k) + (A_1−A_2)/2·η*(−k), which is A·η(k) for equal covariances.
// η(k) depends on the keys and the integer mode only: neither on α nor on which modes are dead and left out.
//
//   stage 1 (fieldColumns)  draw, transform along z:  modes[z < nz][ky live][kx live / 4][re of 4 kx | im of 4 kx]
//   stage 2 (fieldPlanes)   plane by plane, y (lanes are kx), transpose, x (lanes are y), add to the fields
import { normals, philox4 } from '../core/random';
import { barrier, enter, slabStart, tick } from '../core/control';
import { fftLines } from './fft';

/** Key of all draws of a realisation: a Philox block of what names it. */
const KEY0: u32 = 0x766f7865;
const KEY1: u32 = 0x6c697468;

/** Periodised Gaussian covariance exp(−(αh)²) on a ring of `period`: amplitude of modes low … low+count−1 such that their
 *  squares sum to 1, zeros up to `padded`. The spectrum folds back what lies beyond the grid's highest mode. */
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
function slot(k: i32, period: i32): usize {
  return <usize>(k < 0 ? k + period : k);
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

/** Stage 1. modes: f32[nz·countY·groupsX·8]; tables: f32[2·(padZ+padY+padX)], pad = count rounded up to 4;
 *  scratch: per thread 64·Lz + 256 bytes. Modes low … low+count−1 of each axis are alive. Period Lz, Ly, Lx; window nz.
 *  α per voxel along z and along x, y, for the two fields. pair: which two fields of the model these are. */
export function fieldColumns(
  thread: i32, threads: i32, modes: usize, tables: usize, scratch: usize, twiddles: usize,
  periodZ: i32, periodY: i32, periodX: i32, lowZ: i32, countZ: i32, lowY: i32, countY: i32, lowX: i32, countX: i32, nz: i32,
  alphaZ1: f64, alpha1: f64, alphaZ2: f64, alpha2: f64,
  seedLow: i32, seedHigh: i32, scenario: i32, realisation: i32, pair: i32,
): i32 {
  enter();
  const padZ = (countZ + 3) & ~3, padY = (countY + 3) & ~3, padX = (countX + 3) & ~3;
  const z1 = tables, y1 = z1 + (<usize>padZ << 2), x1 = y1 + (<usize>padY << 2);
  const z2 = x1 + (<usize>padX << 2), y2 = z2 + (<usize>padZ << 2), x2 = y2 + (<usize>padY << 2);
  if (thread == 0) {
    amplitudes(z1, periodZ, lowZ, countZ, padZ, alphaZ1);
    amplitudes(y1, periodY, lowY, countY, padY, alpha1);
    amplitudes(x1, periodX, lowX, countX, padX, alpha1);
    amplitudes(z2, periodZ, lowZ, countZ, padZ, alphaZ2);
    amplitudes(y2, periodY, lowY, countY, padY, alpha2);
    amplitudes(x2, periodX, lowX, countX, padX, alpha2);
  }
  const status = barrier(thread, threads);
  if (status) return status;

  const same = alphaZ1 == alphaZ2 && alpha1 == alpha2;
  const line = <usize>periodZ << 5;
  const a = scratch + <usize>thread * (2 * line + 256);
  const b = a + line;
  const words = b + line, eta = words + 64, other = eta + 64;
  philox4(words, i32x4.splat(seedLow), i32x4.splat(seedHigh), i32x4.splat(scenario), i32x4.splat(realisation), KEY0, KEY1);
  const key0 = load<u32>(words), key1 = load<u32>(words, 16);
  const lastZ = lowZ + countZ - 1;
  const groups = padX >> 2;
  const plane = (<usize>countY * <usize>groups) << 5;
  const pairs = i32x4.splat(pair);
  const end = slabStart(thread + 1, threads, countY * groups);
  for (let column = slabStart(thread, threads, countY * groups); column < end; column++) {
    const row = column / groups, group = column % groups;
    const ky = lowY + row;
    const kx = i32x4.add(i32x4.splat(lowX + 4 * group), i32x4(0, 1, 2, 3));
    const oppositeX = v128.bitselect(kx, i32x4.neg(kx), i32x4.eq(i32x4.shl(kx, 1), i32x4.splat(periodX)));
    const oppositeY = i32x4.splat(opposite(ky, periodY));
    const ay1 = f32x4.splat(load<f32>(y1 + (<usize>row << 2))), ay2 = f32x4.splat(load<f32>(y2 + (<usize>row << 2)));
    const axy1 = f32x4.mul(ay1, v128.load(x1 + (<usize>group << 4)));
    const axy2 = f32x4.mul(ay2, v128.load(x2 + (<usize>group << 4)));
    memory.fill(a, 0, line);
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
      const up = <usize>(kz - lowZ) << 2;
      const a1 = f32x4.mul(axy1, v128.load32_splat(z1 + up)), a2 = f32x4.mul(axy2, v128.load32_splat(z2 + up));
      mix(a + (<usize>kz << 5), eta, self ? other : other + 32, a1, a2, same);
      if (!self) mix(a + (slot(-kz, periodZ) << 5), eta + 32, other, a1, a2, same);
    }
    let from = fftLines(a, b, periodZ, 1, twiddles);
    let to = modes + (<usize>column << 5);
    for (let z = 0; z < nz; z++, from += 32, to += plane) {
      v128.store(to, v128.load(from));
      v128.store(to, v128.load(from, 16), 16);
    }
    if (tick(thread, 4 * periodZ)) break;
  }
  return barrier(thread, threads);
}

/** out[0 … count) (+)= lane values v or v². */
// @ts-ignore: decorator
@inline
function accumulate(out: usize, v: v128, count: i32, square: i32, add: i32): void {
  if (square) v = f32x4.mul(v, v);
  if (count >= 4) {
    v128.store(out, add ? f32x4.add(v128.load(out), v) : v);
    return;
  }
  for (let i = 0; i < count; i++) {
    const at = out + (<usize>i << 2);
    store<f32>(at, add ? load<f32>(at) + f32x4.extract_lane(v, 0) : f32x4.extract_lane(v, 0));
    v = v128.shuffle<i32>(v, v, 1, 2, 3, 0);
  }
}

/** One row of an x-transformed group of four y lines: lane `lane` of elements 0 … nx−1, from part `from` (re or im). */
// @ts-ignore: decorator
@inline
function emit(out: usize, rowBytes: usize, rows: i32, from: usize, nx: i32, square: i32, add: i32): void {
  for (let x = 0; x < nx; x += 4) {
    const e0 = v128.load(from), e1 = v128.load(from + 32), e2 = v128.load(from + 64), e3 = v128.load(from + 96);
    const p0 = v128.shuffle<i32>(e0, e1, 0, 4, 1, 5), p1 = v128.shuffle<i32>(e2, e3, 0, 4, 1, 5);
    const p2 = v128.shuffle<i32>(e0, e1, 2, 6, 3, 7), p3 = v128.shuffle<i32>(e2, e3, 2, 6, 3, 7);
    const count = nx - x;
    const at = out + (<usize>x << 2);
    accumulate(at, v128.shuffle<i32>(p0, p1, 0, 1, 4, 5), count, square, add);
    if (rows > 1) accumulate(at + rowBytes, v128.shuffle<i32>(p0, p1, 2, 3, 6, 7), count, square, add);
    if (rows > 2) accumulate(at + 2 * rowBytes, v128.shuffle<i32>(p2, p3, 0, 1, 4, 5), count, square, add);
    if (rows > 3) accumulate(at + 3 * rowBytes, v128.shuffle<i32>(p2, p3, 2, 3, 6, 7), count, square, add);
    from += 128;
  }
}

/** Stage 2. outReal, outImaginary: f32[nz·ny·nx], may be the same array; each part, squared when `square`, is stored
 *  or, with addReal, addImaginary, added. scratch: per thread 64·(max(Ly, Lx) + 4) + 32·⌈ny/4⌉·4·groupsX bytes. */
export function fieldPlanes(
  thread: i32, threads: i32, outReal: usize, outImaginary: usize, square: i32, addReal: i32, addImaginary: i32,
  modes: usize, scratch: usize, twiddlesY: usize, twiddlesX: usize, periodY: i32, periodX: i32,
  lowY: i32, countY: i32, lowX: i32, countX: i32, nz: i32, ny: i32, nx: i32,
): i32 {
  enter();
  const groups = (countX + 3) >> 2, bands = (ny + 3) >> 2;
  const line = <usize>(max(periodY, periodX) + 4) << 5;
  const rotated = (<usize>bands * <usize>groups * 4) << 5;
  const a = scratch + <usize>thread * (2 * line + rotated);
  const b = a + line, plane = b + line;
  const rowBytes = <usize>nx << 2;
  const end = slabStart(thread + 1, threads, nz);
  for (let z = slabStart(thread, threads, nz); z < end; z++) {
    const live = modes + ((<usize>z * <usize>countY * <usize>groups) << 5);
    let stop = false;
    for (let group = 0; group < groups && !stop; group++) {
      memory.fill(a, 0, <usize>periodY << 5);
      for (let row = 0; row < countY; row++) {
        const from = live + ((<usize>row * <usize>groups + group) << 5);
        const to = a + (slot(lowY + row, periodY) << 5);
        v128.store(to, v128.load(from));
        v128.store(to, v128.load(from, 16), 16);
      }
      let from = fftLines(a, b, periodY, 1, twiddlesY);
      for (let band = 0; band < bands; band++) {
        const to = plane + ((<usize>(band * groups + group) * 4) << 5);
        for (let part: usize = 0; part < 32; part += 16) {
          const e0 = v128.load(from + part), e1 = v128.load(from + 32 + part);
          const e2 = v128.load(from + 64 + part), e3 = v128.load(from + 96 + part);
          const p0 = v128.shuffle<i32>(e0, e1, 0, 4, 1, 5), p1 = v128.shuffle<i32>(e2, e3, 0, 4, 1, 5);
          const p2 = v128.shuffle<i32>(e0, e1, 2, 6, 3, 7), p3 = v128.shuffle<i32>(e2, e3, 2, 6, 3, 7);
          v128.store(to + part, v128.shuffle<i32>(p0, p1, 0, 1, 4, 5));
          v128.store(to + 32 + part, v128.shuffle<i32>(p0, p1, 2, 3, 6, 7));
          v128.store(to + 64 + part, v128.shuffle<i32>(p2, p3, 0, 1, 4, 5));
          v128.store(to + 96 + part, v128.shuffle<i32>(p2, p3, 2, 3, 6, 7));
        }
        from += 128;
      }
      stop = tick(thread, 4 * periodY);
    }
    for (let band = 0; band < bands && !stop; band++) {
      memory.fill(a, 0, <usize>periodX << 5);
      const from = plane + ((<usize>band * <usize>groups * 4) << 5);
      // Modes low … −1 go to the end of the line, 0 … to its start.
      const negative = <usize>(0 - lowX);
      memory.copy(a + ((<usize>periodX - negative) << 5), from, negative << 5);
      memory.copy(a, from + (negative << 5), (<usize>countX - negative) << 5);
      const result = fftLines(a, b, periodX, 1, twiddlesX);
      const at = (<usize>z * <usize>ny + <usize>band * 4) * rowBytes;
      const rows = min(4, ny - band * 4);
      emit(outReal + at, rowBytes, rows, result, nx, square, addReal);
      emit(outImaginary + at, rowBytes, rows, result + 16, nx, square, addImaginary);
      stop = tick(thread, 4 * periodX);
    }
    if (stop) break;
  }
  return barrier(thread, threads);
}
