// Amplitudes of the modes of a field with any isotropic covariance: circulant embedding on the periodic box.
//
// The covariance at a lag is the sum over the periodic images, ρ(α·√((z/a)² + y² + x²)); it is even along each axis, so
// one octant holds it and so does its spectrum: f32[y ≤ Ly/2][x ≤ Lx/2][z ≤ Lz/2, padded to 8]. Even lines have real
// transforms: eight of them, four as real and four as imaginary parts, go through one complex transform. A function
// that is no covariance in three dimensions shows as negative eigenvalues; they are set to 0 and their share is told.
import { barrier, enter, slabStart, tick } from '../core/control';
import { fftLines } from './fft';
import { GROUPS } from './synthesis';

/** K_ν(x) = ∫₀^∞ e^(−x cosh t) cosh νt dt, by the trapezoidal rule, which converges like e^(−π²/step). */
function besselK(nu: f64, x: f64): f64 {
  const step: f64 = 0.125;
  const growth = Math.exp(step), growthNu = Math.exp(nu * step);
  let sum = Math.exp(-x) / 2, up: f64 = 1, upNu: f64 = 1;
  for (;;) {
    up *= growth;
    upNu *= growthNu;
    const decay = (x / 2) * (up + 1 / up);
    const term = (Math.exp(-decay) * (upNu + 1 / upNu)) / 2;
    sum += term;
    // Past the peak of νt − x cosh t, at sinh t = ν/x.
    if (term < 1e-18 * sum && decay > nu) break;
  }
  return sum * step;
}

/** ln Γ(x), x > 0: Stirling's series at x + 8. */
function logGamma(x: f64): f64 {
  let shift: f64 = 0;
  for (; x < 9; x += 1) shift += Math.log(x);
  const i = 1 / (x * x);
  return (x - 0.5) * Math.log(x) - x + 0.9189385332046727 + (1 / 12 - i * (1 / 360 - i * (1 / 1260 - i / 1680))) / x -
    shift;
}

/** values[i] = Matérn correlation of smoothness nu at u = i·step: 2^(1−ν)/Γ(ν) s^ν K_ν(s), s = √(2ν)·u. values:
 *  f64[count]. */
export function maternValues(thread: i32, threads: i32, values: usize, count: i32, step: f64, nu: f64): i32 {
  enter();
  const log = (1 - nu) * 0.6931471805599453 - logGamma(nu);
  const end = slabStart(thread + 1, threads, count);
  for (let i = slabStart(thread, threads, count); i < end; i++) {
    const s = Math.sqrt(2 * nu) * step * <f64>i;
    let value: f64 = 1;
    if (nu == 0.5) value = Math.exp(-s);
    else if (nu == 1.5) value = (1 + s) * Math.exp(-s);
    else if (nu == 2.5) value = (1 + s + (s * s) / 3) * Math.exp(-s);
    else if (i > 0) value = Math.exp(log + nu * Math.log(s)) * besselK(nu, s);
    store<f64>(values + (<usize>i << 3), value);
  }
  tick(thread, end);
  return barrier(thread, threads);
}

/** octant[y][x][z] = periodised covariance. values: f64[intervals + 1] of ρ at u = 0 … end; 0 beyond. */
export function octantCovariance(
  thread: i32, threads: i32, octant: usize, values: usize, intervals: i32, end: f64, alpha: f64, anisotropy: f64,
  periodZ: i32, periodY: i32, periodX: i32,
): i32 {
  enter();
  const hz = (periodZ >> 1) + 1, hy = (periodY >> 1) + 1, hx = (periodX >> 1) + 1;
  const line = <usize>((hz + 7) & ~7) << 2;
  const radius = end / alpha;
  const scale = <f64>intervals / radius;
  const imagesZ = <i32>Math.ceil((radius * anisotropy) / <f64>periodZ + 0.5);
  const imagesY = <i32>Math.ceil(radius / <f64>periodY + 0.5), imagesX = <i32>Math.ceil(radius / <f64>periodX + 0.5);
  const last = slabStart(thread + 1, threads, hy * hx);
  for (let item = slabStart(thread, threads, hy * hx); item < last; item++) {
    const to = octant + <usize>item * line;
    memory.fill(to, 0, line);
    for (let my = -imagesY; my <= imagesY; my++) {
      const y = <f64>(item / hx + my * periodY);
      for (let mx = -imagesX; mx <= imagesX; mx++) {
        const x = <f64>(item % hx + mx * periodX);
        const across = y * y + x * x;
        if (across >= radius * radius) continue;
        const reach = Math.sqrt(radius * radius - across) * anisotropy;
        for (let mz = -imagesZ; mz <= imagesZ; mz++) {
          const shift = mz * periodZ;
          const first = max(0, <i32>Math.ceil(-reach) - shift);
          for (let z = first; z < hz; z++) {
            const dz = <f64>(z + shift);
            if (dz > reach) break;
            const at = Math.sqrt(across + (dz / anisotropy) * (dz / anisotropy)) * scale;
            const i = min(<i32>at, intervals - 1);
            const from = values + (<usize>i << 3);
            const low = load<f64>(from), part = min(at - <f64>i, 1);
            const address = to + (<usize>z << 2);
            store<f32>(address, load<f32>(address) + <f32>(low + part * (load<f64>(from, 8) - low)));
          }
        }
      }
    }
    if (tick(thread, hz)) break;
  }
  return barrier(thread, threads);
}

/** `groups` × 8 even lines side by side: entries 0 … period/2 at field, `stride` bytes apart, to their transforms in
 *  place. */
function evenLines(field: usize, stride: usize, groups: i32, period: i32, a: usize, b: usize, twiddles: usize): void {
  const width = <usize>groups << 5;
  const half = period >> 1;
  for (let i = 0; i <= half; i++) {
    const from = field + <usize>i * stride;
    memory.copy(a + <usize>i * width, from, width);
    if (i > 0) memory.copy(a + <usize>(period - i) * width, from, width);
  }
  const result = fftLines(a, b, period, groups, twiddles);
  for (let i = 0; i <= half; i++) memory.copy(field + <usize>i * stride, result + <usize>i * width, width);
}

/** The same for `lines` ≤ 8 contiguous lines, `line` bytes apart. */
function evenRows(field: usize, line: usize, lines: i32, period: i32, a: usize, b: usize, twiddles: usize): void {
  const half = period >> 1;
  for (let j = 0; j < 8; j++) {
    const from = field + <usize>j * line;
    const to = a + (<usize>j << 2);
    for (let i = 0; i <= half; i++) {
      const value: f32 = j < lines ? load<f32>(from + (<usize>i << 2)) : 0;
      store<f32>(to + (<usize>i << 5), value);
      if (i > 0) store<f32>(to + (<usize>(period - i) << 5), value);
    }
  }
  const result = fftLines(a, b, period, 1, twiddles);
  for (let j = 0; j < lines; j++) {
    const to = field + <usize>j * line;
    for (let i = 0; i <= half; i++) {
      store<f32>(to + (<usize>i << 2), load<f32>(result + (<usize>i << 5) + (<usize>j << 2)));
    }
  }
}

/** Modes that one entry of an octant stands for, along one axis. */
// @ts-ignore: decorator
@inline
function multiplicity(k: i32, period: i32): f64 {
  return k == 0 || 2 * k == period ? 1 : 2;
}

/** Covariance to amplitudes in place: A = √(max(λ, 0)/Σ max(λ, 0)), λ the eigenvalues, the sum over all modes.
 *  sums: f64[2·(Ly/2 + 2)], the last two are Σ max(λ, 0) and Σ max(−λ, 0); scratch: per thread 256·max(L) bytes. */
export function octantAmplitudes(
  thread: i32, threads: i32, octant: usize, sums: usize, scratch: usize, twiddlesZ: usize, twiddlesY: usize,
  twiddlesX: usize,
  periodZ: i32, periodY: i32, periodX: i32,
): i32 {
  enter();
  const hz = (periodZ >> 1) + 1, hy = (periodY >> 1) + 1, hx = (periodX >> 1) + 1;
  const line = <usize>((hz + 7) & ~7) << 2;
  const groups = <i32>(line >> 5), batches = (groups + GROUPS - 1) / GROUPS;
  const buffer = <usize>(max(periodZ, max(periodY, periodX)) * GROUPS) << 5;
  const a = scratch + 2 * buffer * <usize>thread, b = a + buffer;
  const row = <usize>hx * line;

  let end = slabStart(thread + 1, threads, (hy * hx + 7) >> 3);
  for (let item = slabStart(thread, threads, (hy * hx + 7) >> 3); item < end; item++) {
    evenRows(octant + <usize>(8 * item) * line, line, min(8, hy * hx - 8 * item), periodZ, a, b, twiddlesZ);
    if (tick(thread, 8 * hz)) break;
  }
  let status = barrier(thread, threads);
  if (status) return status;

  end = slabStart(thread + 1, threads, hy * batches);
  for (let item = slabStart(thread, threads, hy * batches); item < end; item++) {
    const first = (item % batches) * GROUPS, many = min(GROUPS, groups - first);
    evenLines(octant + <usize>(item / batches) * row + (<usize>first << 5), line, many, periodX, a, b, twiddlesX);
    if (tick(thread, 8 * many * hx)) break;
  }
  status = barrier(thread, threads);
  if (status) return status;

  end = slabStart(thread + 1, threads, hx * batches);
  for (let item = slabStart(thread, threads, hx * batches); item < end; item++) {
    const first = (item % batches) * GROUPS, many = min(GROUPS, groups - first);
    evenLines(octant + <usize>(item / batches) * line + (<usize>first << 5), row, many, periodY, a, b, twiddlesY);
    if (tick(thread, 8 * many * hy)) break;
  }
  status = barrier(thread, threads);
  if (status) return status;

  end = slabStart(thread + 1, threads, hy);
  for (let y = slabStart(thread, threads, hy); y < end; y++) {
    let positive: f64 = 0, negative: f64 = 0;
    for (let x = 0; x < hx; x++) {
      const many = multiplicity(y, periodY) * multiplicity(x, periodX);
      const from = octant + <usize>y * row + <usize>x * line;
      for (let z = 0; z < hz; z++) {
        const power = many * multiplicity(z, periodZ) * <f64>load<f32>(from + (<usize>z << 2));
        if (power > 0) positive += power;
        else negative -= power;
      }
    }
    store<f64>(sums + (<usize>y << 4), positive);
    store<f64>(sums + (<usize>y << 4), negative, 8);
    if (tick(thread, hx * hz)) break;
  }
  status = barrier(thread, threads);
  if (status) return status;

  let positive: f64 = 0, negative: f64 = 0;
  for (let y = 0; y < hy; y++) {
    positive += load<f64>(sums + (<usize>y << 4));
    negative += load<f64>(sums + (<usize>y << 4), 8);
  }
  if (thread == 0) {
    store<f64>(sums + (<usize>hy << 4), positive);
    store<f64>(sums + (<usize>hy << 4), negative, 8);
  }
  const norm = f32x4.splat(<f32>(1 / Math.sqrt(positive)));
  const zero = f32x4.splat(0);
  end = slabStart(thread + 1, threads, hy);
  for (let y = slabStart(thread, threads, hy); y < end; y++) {
    let at = octant + <usize>y * row;
    const last = at + row;
    do {
      v128.store(at, f32x4.mul(norm, f32x4.sqrt(f32x4.max(zero, v128.load(at)))));
      v128.store(at, f32x4.mul(norm, f32x4.sqrt(f32x4.max(zero, v128.load(at, 16)))), 16);
      at += 32;
    } while (at < last);
    if (tick(thread, hx * hz)) break;
  }
  return barrier(thread, threads);
}
