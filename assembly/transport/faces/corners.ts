// Values at the corners of voxels from values at their centres: a symmetric filter of half-integer offsets along each
// axis.
//
//   centres     u₋₂    u₋₁    u₀    u₁          corner = Σ_k tap_k·(u₋₁₋ₖ + u_k),  2·Σ tap = 1
//                  |      |  ^  |      |
//
// The taps have no second moment, Σ tap_k·(k+½)² = 0: a filter that has one moves a curved interface towards its centre
// of curvature. A level set takes the four-point taps 9/16, −1/16; labels a Gaussian times A + B·t².
import { poll } from '../../core/control';
import { indexInside } from '../../core/indices';

/** Mark of a voxel of the phase. Other voxels have marks below 64 that are not this one (owners.ts). */
export const PHASE_MARK: i32 = 21;

/** Labels are a level set of ±½, lowered by this: a corner that they leave at 0 must not fall on either side by
 *  rounding. */
const TIE: f32 = 1.0 / 1048576.0;

/** f32 between rows of corners: nx + 1 corners, and what vectors of 4 read beyond the last. */
// @ts-ignore: decorator
@inline
export function cornerPitch(nx: i32): i32 {
  return (nx + 8) & ~3;
}

/** taps: f32[reach]. @param sigma width of the Gaussian in voxels; 0: four-point taps (reach 2) */
export function writeTaps(taps: usize, reach: i32, sigma: f64): void {
  if (sigma == 0) {
    store<f32>(taps, 9.0 / 16.0);
    store<f32>(taps, -1.0 / 16.0, 4);
    return;
  }
  // Moments of the Gaussian over both sides, and A, B with 2·Σ (A + B·t²)·g = 1, 2·Σ (A + B·t²)·g·t² = 0.
  let m0: f64 = 0;
  let m2: f64 = 0;
  let m4: f64 = 0;
  for (let k = 0; k < reach; k++) {
    const t = <f64>k + 0.5;
    const g = Math.exp(-0.5 * t * t / (sigma * sigma));
    m0 += 2 * g;
    m2 += 2 * g * t * t;
    m4 += 2 * g * t * t * t * t;
  }
  const determinant = m0 * m4 - m2 * m2;
  const a = m4 / determinant;
  const b = -m2 / determinant;
  for (let k = 0; k < reach; k++) {
    const t = <f64>k + 0.5;
    store<f32>(taps + (<usize>k << 2), <f32>((a + b * t * t) * Math.exp(-0.5 * t * t / (sigma * sigma))));
  }
}

/** Row of centres with `reach` more at both ends: f32[nx + 2·reach]. From marks (±½), or from f32 values unless
 *  `levelSet` is 0. */
function fillRow(row: usize, marks: usize, levelSet: usize, at: usize, nx: i32, reach: i32, periodic: bool): void {
  const first = row + (<usize>reach << 2);
  if (levelSet) {
    memory.copy(first, levelSet + (at << 2), <usize>nx << 2);
  } else {
    const mark = i8x16.splat(<i8>PHASE_MARK);
    const outside = f32x4.splat(-0.5 - TIE);
    let x = 0;
    do {
      const same = i8x16.eq(v128.load32_zero(marks + at + <usize>x), mark);
      const minus = f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_s(i16x8.extend_low_i8x16_s(same)));
      v128.store(first + (<usize>x << 2), f32x4.sub(outside, minus));
      x += 4;
    } while (x < nx);
  }
  for (let k = 1; k <= reach; k++) {
    store<f32>(first - (<usize>k << 2), load<f32>(first + (<usize>indexInside(-k, nx, periodic) << 2)));
    const high = nx - 1 + k;
    store<f32>(first + (<usize>high << 2), load<f32>(first + (<usize>indexInside(high, nx, periodic) << 2)));
  }
}

/** out[i] = Σ_k tap_k·(low_k[i] + high_k[i]) for `count` floats: low_k is slot middle − 1 − k of a ring of 2·reach
 *  slots, high_k slot middle + k. */
// @ts-ignore: decorator
@inline
function combine(out: usize, ring: usize, slot: usize, middle: i32, taps: usize, reach: i32, count: i32): void {
  const slots = 2 * reach;
  const end = <usize>count << 2;
  for (let k = 0; k < reach; k += 2) {
    // Two taps a pass; the second of an odd last one counts nothing.
    const more = min(k + 1, reach - 1);
    const tap = v128.load32_splat(taps + (<usize>k << 2));
    const next = more == k ? f32x4.splat(0) : v128.load32_splat(taps + (<usize>more << 2));
    const low = ring + <usize>((middle - 1 - k + slots) % slots) * slot;
    const high = ring + <usize>((middle + k) % slots) * slot;
    const lower = ring + <usize>((middle - 1 - more + slots) % slots) * slot;
    const higher = ring + <usize>((middle + more) % slots) * slot;
    // Loops over rows test at their end: V8 moves addresses out of them only then.
    let i: usize = 0;
    if (k == 0) {
      do {
        v128.store(out + i, f32x4.add(
          f32x4.mul(tap, f32x4.add(v128.load(low + i), v128.load(high + i))),
          f32x4.mul(next, f32x4.add(v128.load(lower + i), v128.load(higher + i))),
        ));
        i += 16;
      } while (i < end);
    } else {
      do {
        const pairs = f32x4.add(
          f32x4.mul(tap, f32x4.add(v128.load(low + i), v128.load(high + i))),
          f32x4.mul(next, f32x4.add(v128.load(lower + i), v128.load(higher + i))),
        );
        v128.store(out + i, f32x4.add(v128.load(out + i), pairs));
        i += 16;
      } while (i < end);
    }
  }
}

/** Bytes of one thread's scratch for `sheet`s and corner planes. */
// @ts-ignore: decorator
@inline
export function cornerScratch(ny: i32, nx: i32, reach: i32): usize {
  const pitch = <usize>cornerPitch(nx);
  return (
    64 + (pitch + 2 * <usize>reach) + 2 * <usize>reach * pitch + (2 * <usize>reach + 2) * <usize>(ny + 1) * pitch
  ) << 2;
}

// Scratch of a thread, f32: taps[64], one padded row, a ring of 2·reach rows filtered along x, a ring of 2·reach sheets
// (planes filtered along x and y), two planes of corners.
// @ts-ignore: decorator
@inline
function rowOf(scratch: usize): usize { return scratch + 256; }
// @ts-ignore: decorator
@inline
function rowsOf(scratch: usize, nx: i32, reach: i32): usize {
  return rowOf(scratch) + ((<usize>cornerPitch(nx) + 2 * <usize>reach) << 2);
}
// @ts-ignore: decorator
@inline
function sheetsOf(scratch: usize, nx: i32, reach: i32): usize {
  return rowsOf(scratch, nx, reach) + ((2 * <usize>reach * <usize>cornerPitch(nx)) << 2);
}
/** Plane of corners `z`, f32[ny + 1][pitch]; the last two are kept. */
// @ts-ignore: decorator
@inline
export function cornersOf(scratch: usize, ny: i32, nx: i32, reach: i32, z: i32): usize {
  const plane = <usize>(ny + 1) * <usize>cornerPitch(nx) << 2;
  return sheetsOf(scratch, nx, reach) + (2 * <usize>reach + <usize>(z & 1)) * plane;
}

/** Filters plane z along x and y into its slot of the ring of sheets. @returns true when the thread should stop */
export function fillSheet(
  thread: i32, scratch: usize, marks: usize, levelSet: usize, z: i32, nz: i32, ny: i32, nx: i32, reach: i32,
  periodic: bool,
): bool {
  const pitch = cornerPitch(nx);
  const row = rowOf(scratch);
  const rows = rowsOf(scratch, nx, reach);
  const bytes = <usize>pitch << 2;
  const slots = 2 * reach;
  const sheet = sheetsOf(scratch, nx, reach) + <usize>((z + slots) % slots) * <usize>(ny + 1) * bytes;
  const plane = <usize>indexInside(z, nz, periodic) * <usize>ny;
  for (let y = -reach; y < ny + reach; y++) {
    fillRow(row, marks, levelSet, (plane + <usize>indexInside(y, ny, periodic)) * <usize>nx, nx, reach, periodic);
    const to = rows + <usize>((y + slots) % slots) * bytes;
    // Offsets along x are slots of one float.
    combine(to, row, 4, reach, scratch, reach, nx + 1);
    const corner = y + 1 - reach;
    if (corner >= 0) combine(sheet + <usize>corner * bytes, rows, bytes, corner % slots, scratch, reach, nx + 1);
    if (poll(thread, nx)) return true;
  }
  return false;
}

/** Plane z of corners from the sheets z − reach … z + reach − 1. */
export function fillCorners(scratch: usize, z: i32, ny: i32, nx: i32, reach: i32): void {
  const bytes = <usize>cornerPitch(nx) << 2;
  const out = cornersOf(scratch, ny, nx, reach, z);
  const sheets = sheetsOf(scratch, nx, reach);
  const plane = <usize>(ny + 1) * bytes;
  for (let y = 0; y <= ny; y++) {
    const at = <usize>y * bytes;
    combine(out + at, sheets + at, plane, z % (2 * reach), scratch, reach, nx + 1);
  }
}
