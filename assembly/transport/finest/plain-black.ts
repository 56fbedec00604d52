// Black on the finest level for one phase. A black voxel has red neighbours alone, so its equation gives it from those,
// x = (b + Σ x) / d, and conjugate gradients work on what is left: (D − N·D⁻¹·Nᵀ)·x = b + N·D⁻¹·b at red, the Schur
// complement (Saad, Iterative Methods for Sparse Linear Systems, § 12.5 of the second edition). Half the unknowns, half
// the memory, and M⁻¹ restricted to red is at least as good there.
import { barrier, leave, poll } from '../../core/control';
import { firstPlane, Level } from '../level/levels';
import {
  addTo, countsOf, divided, highCounts, highPair, lowCounts, lowPair, pairAt, plus, sideOf, sixHigh, sixLow, where,
} from '../level/lanes';
import { lastOctet, octetAt, octetsOf } from './octets';
import { linearResidual, sixPairs } from './plain-residual';

/** Black's residual over the diagonal in row (z, y), in place. @returns sum + Σ r² / d */
function divideRow<D>(entry: Level, z: i32, y: i32, sum: v128): v128 {
  const octets = octetsOf(entry, z, y);
  const last = lastOctet(octets);
  if (octets == last) return sum;
  const row = <usize>z * entry.planeBytes + <usize>y * entry.rowBytes + entry.halfBytes;
  const r = entry.right + row;
  const m = entry.diagonal + row;
  const network = entry.network + (row >> 2);
  let k = octets;
  do {
    const i = octetAt(k);
    const counts = countsOf(network + (i >> 2));
    const low = v128.load(r + i);
    const high = v128.load(r + i, 16);
    const lowShare = divided<D>(low, lowCounts(counts), m + i);
    const highShare = divided<D>(high, highCounts(counts), m + i + 16);
    v128.store(r + i, lowShare);
    v128.store(r + i, highShare, 16);
    sum = plus(sum, f32x4.add(f32x4.mul(low, lowShare), f32x4.mul(high, highShare)));
    k += 2;
  } while (k != last);
  return sum;
}

/** Adds to red's residual in row (z, y) what black has. */
function addRow(entry: Level, z: i32, y: i32): void {
  const octets = octetsOf(entry, z, y);
  const last = lastOctet(octets);
  if (octets == last) return;
  const pitch = entry.rowBytes;
  const plane = entry.planeBytes;
  const row = <usize>z * plane + <usize>y * pitch;
  const r = entry.right + row;
  const black = r + entry.halfBytes;
  const network = entry.network + (row >> 2);
  const side = sideOf((z + y) & 1);
  let k = octets;
  do {
    const i = octetAt(k);
    const counts = countsOf(network + (i >> 2));
    const o = black + i;
    const low = f32x4.add(v128.load(r + i), sixLow(o, side, pitch, o - plane, o + plane));
    const high = f32x4.add(v128.load(r + i, 16), sixHigh(o, side, pitch, o - plane, o + plane));
    v128.store(r + i, where(lowCounts(counts), low));
    v128.store(r + i, where(highCounts(counts), high), 16);
    k += 2;
  } while (k != last);
}

/** Red's residual once black's is 0, from those of both colours. sums: per plane, by how much less the energy is then,
 *  Σ r² / d over black. */
export function eliminate<D>(thread: i32, threads: i32, entry: Level, sums: usize): i32 {
  const z0 = firstPlane(thread, threads, entry);
  const z1 = firstPlane(thread + 1, threads, entry);
  for (let z = z0; z < z1; z++) {
    let sum = f64x2.splat(0);
    for (let y = 0; y < entry.ny; y++) {
      sum = divideRow<D>(entry, z, y, sum);
      if (poll(thread, entry.nx)) break;
    }
    store<f64>(sums + (<usize>z << 3), 0);
    addTo(sums + (<usize>z << 3), sum);
    if (leave()) break;
  }
  const status = barrier(thread, threads);
  if (status) return status;
  for (let z = z0; z < z1; z++) {
    for (let y = 0; y < entry.ny; y++) {
      addRow(entry, z, y);
      if (poll(thread, entry.nx)) break;
    }
    if (leave()) break;
  }
  return barrier(thread, threads);
}

/** Two pairs of f64 as 4 f32. */
// @ts-ignore: decorator
@inline
function join(low: v128, high: v128): v128 {
  return i8x16.shuffle(
    f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23,
  );
}

/** Stores two pairs of f64 as 4 f32, and what those leave in the second word. */
// @ts-ignore: decorator
@inline
function storeWords<W>(at: usize, second: usize, low: v128, high: v128): void {
  const first = join(low, high);
  v128.store(at, first);
  if (sizeof<W>() == 8) {
    v128.store(at + second, join(f64x2.sub(low, lowPair(first)), f64x2.sub(high, highPair(first))));
  }
}

/** Black of row (z, y) from red, in f64. E, W: see plain-residual.verifyPlane */
function recoverRow<W, E>(entry: Level, x: usize, second: usize, z: i32, y: i32): void {
  const octets = octetsOf(entry, z, y);
  const last = lastOctet(octets);
  if (octets == last) return;
  const pitch = entry.rowBytes;
  const plane = entry.planeBytes;
  const red = <usize>z * plane + <usize>y * pitch;
  const black = red + entry.halfBytes;
  const network = entry.network + (black >> 2);
  const other = entry.network + (red >> 2);
  const side = sideOf((z + y + 1) & 1);
  let k = octets;
  do {
    const octet = octetAt(k);
    const n = octet >> 2;
    const rights = linearResidual(network + n, other + n - (plane >> 2), other + n + (plane >> 2), z, entry.nz);
    const counts = countsOf(network + n);
    for (let quad: usize = 0; quad < 2; quad++) {
      const i = octet + (quad << 4);
      let b = f32x4.convert_i32x4_s(quad ? i32x4.extend_high_i16x8_s(rights) : i32x4.extend_low_i16x8_s(rights));
      const d = quad ? highCounts(counts) : lowCounts(counts);
      let lowSum = lowPair(d);
      let highSum = highPair(d);
      if (sizeof<E>() == 4) {
        if (entry.given) b = v128.load(entry.given + black + i);
        if (entry.diagonal) {
          lowSum = f64x2.add(lowSum, pairAt(entry.diagonal + black + i));
          highSum = f64x2.add(highSum, pairAt(entry.diagonal + black + i + 8));
        }
      }
      const o = x + red + i;
      const low = f64x2.div(f64x2.add(lowPair(b), sixPairs<W>(o, second, side, pitch, plane)), lowSum);
      const high = f64x2.div(f64x2.add(highPair(b), sixPairs<W>(o + 8, second, side, pitch, plane)), highSum);
      const zero = f64x2.splat(0);
      storeWords<W>(
        x + black + i, second, v128.and(low, f64x2.gt(lowPair(d), zero)), v128.and(high, f64x2.gt(highPair(d), zero)),
      );
    }
    k += 2;
  } while (k != last);
}

/** Black of the potential from red. W, E: see plain-residual.verifyPlane */
export function recover<W, E>(thread: i32, threads: i32, entry: Level, x: usize, second: usize): i32 {
  const z1 = firstPlane(thread + 1, threads, entry);
  for (let z = firstPlane(thread, threads, entry); z < z1; z++) {
    for (let y = 0; y < entry.ny; y++) {
      recoverRow<W, E>(entry, x, second, z, y);
      if (poll(thread, entry.nx)) break;
    }
    if (leave()) break;
  }
  return barrier(thread, threads);
}
