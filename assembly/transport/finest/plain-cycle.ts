// Smoothing on the finest level for one phase: the first and the last half of the multigrid cycle, each one sweep over
// memory.
//
// Conjugate gradients work on red alone, black is eliminated (plain-black.ts): r is that of red, black has none. A half
// sweep of planes z − 1 … z + 1 needs the one before it of planes z − 2 … z + 2, so a thread walks up its slab with the
// last three planes of every half sweep in a private buffer (buffers.ts), and computes again from r what lies beyond
// its slab or tile instead of waiting for others. Rows are walked along their octets that conduct (octets.ts);
// buffers are 0 in the others.
import { barrier, tick } from '../../core/control';
import { addSplit, firstPlane, joinHigh, joinLow, Level } from '../level/levels';
import {
  addTo, countsOf, divided, highCounts, lengthOf, lowCounts, plus, sideOf, sixHigh, sixLow, where, withTerm,
} from '../level/lanes';
import { gather } from '../parts/nodes';
import { partsAbove } from '../parts/record';
import { clearParts, scatter } from '../parts/voxels';
import { blackSlot, bufferRow, clearSlot, finalSlot, LEAD, MARGIN, redSlot } from './buffers';
import { lastOctet, octetAt, octetsOf } from './octets';

/** Zeros in a row of a buffer. */
// @ts-ignore: decorator
@inline
function clearRow(row: usize, length: usize): void {
  const zero = f32x4.splat(0);
  let i: usize = 0;
  do {
    v128.store(row + i, zero);
    v128.store(row + i, zero, 16);
    i += 32;
  } while (i != length);
}

// Rows are compiled for a diagonal term m (D: f32) and for none (u8).

/** Red from zero in row (z, y) into u, u = r / d; to that the solution of level 1 is added on the way up. */
function startRow<D>(entry: Level, u: usize, z: i32, y: i32, correct: bool): void {
  clearRow(u, lengthOf(entry));
  const octets = octetsOf(entry, z, y);
  const last = lastOctet(octets);
  if (octets == last) return;
  const row = <usize>z * entry.planeBytes + <usize>y * entry.rowBytes;
  const b = entry.right + row;
  const m = entry.diagonal + row;
  const network = entry.network + (row >> 2);
  const coarse = entry.coarse;
  let k = octets;
  if (!correct) {
    do {
      const i = octetAt(k);
      const counts = countsOf(network + (i >> 2));
      v128.store(u + i, divided<D>(v128.load(b + i), lowCounts(counts), m + i));
      v128.store(u + i, divided<D>(v128.load(b + i, 16), highCounts(counts), m + i + 16), 16);
      k += 2;
    } while (k != last);
  } else if (entry.parts) {
    const record = partsAbove(entry);
    const values = record.level(0).values;
    const nodes = record.nodesOfVoxels + row;
    do {
      const i = octetAt(k);
      const counts = countsOf(network + (i >> 2));
      const lows = lowCounts(counts);
      const highs = highCounts(counts);
      const low = f32x4.div(v128.load(b + i), withTerm<D>(lows, m + i));
      const high = f32x4.div(v128.load(b + i, 16), withTerm<D>(highs, m + i + 16));
      v128.store(u + i, where(lows, f32x4.add(low, gather(values, nodes + i))));
      v128.store(u + i, where(highs, f32x4.add(high, gather(values, nodes + i + 16))), 16);
      k += 2;
    } while (k != last);
  } else {
    const even = coarse.solution + coarse.evenRow(z >> 1, y >> 1);
    const odd = coarse.solution + coarse.oddRow(z >> 1, y >> 1);
    do {
      const i = octetAt(k);
      const evens = v128.load(even + (i >> 1));
      const odds = v128.load(odd + (i >> 1));
      const counts = countsOf(network + (i >> 2));
      const lows = lowCounts(counts);
      const highs = highCounts(counts);
      const low = f32x4.div(v128.load(b + i), withTerm<D>(lows, m + i));
      const high = f32x4.div(v128.load(b + i, 16), withTerm<D>(highs, m + i + 16));
      v128.store(u + i, where(lows, f32x4.add(low, joinLow(evens, odds))));
      v128.store(u + i, where(highs, f32x4.add(high, joinHigh(evens, odds))), 16);
      k += 2;
    } while (k != last);
  }
}

/** Black row (z, y) into u, Σ u / d. o, below, above: red in planes z, z − 1, z + 1. */
function blackRow<D>(entry: Level, u: usize, o: usize, below: usize, above: usize, z: i32, y: i32): void {
  clearRow(u, lengthOf(entry));
  const octets = octetsOf(entry, z, y);
  const last = lastOctet(octets);
  if (octets == last) return;
  const row = <usize>z * entry.planeBytes + <usize>y * entry.rowBytes + entry.halfBytes;
  const m = entry.diagonal + row;
  const network = entry.network + (row >> 2);
  const side = sideOf((z + y + 1) & 1);
  const pitch = entry.rowBytes;
  let k = octets;
  do {
    const i = octetAt(k);
    const counts = countsOf(network + (i >> 2));
    const low = sixLow(o + i, side, pitch, below + i, above + i);
    const high = sixHigh(o + i, side, pitch, below + i, above + i);
    v128.store(u + i, divided<D>(low, lowCounts(counts), m + i));
    v128.store(u + i, divided<D>(high, highCounts(counts), m + i + 16), 16);
    k += 2;
  } while (k != last);
}

/** Black row (z, y) in the buffers from red. */
// @ts-ignore: decorator
@inline
function relaxBlack<D>(entry: Level, buffers: usize, z: i32, y: i32, first: i32): void {
  blackRow<D>(
    entry, bufferRow(buffers, entry, blackSlot(z), y, first), bufferRow(buffers, entry, redSlot(z), y, first),
    bufferRow(buffers, entry, redSlot(z - 1), y, first), bufferRow(buffers, entry, redSlot(z + 1), y, first), z, y,
  );
}

/** Adds the residual of red after red from zero and black, Σ u over black, in row (z, y) to its aggregates, or where
 *  there are parts to those.
 *  @returns Σ u·(r + residual) as f64x2: see descend */
function restrictRow(entry: Level, buffers: usize, z: i32, y: i32, first: i32): v128 {
  let products = f64x2.splat(0);
  const octets = octetsOf(entry, z, y);
  const last = lastOctet(octets);
  const row = <usize>z * entry.planeBytes + <usize>y * entry.rowBytes;
  const coarse = entry.coarse;
  const even = coarse.right + coarse.evenRow(z >> 1, y >> 1);
  const odd = coarse.right + coarse.oddRow(z >> 1, y >> 1);
  if (!entry.parts && ((z | y) & 1) == 0) {
    const half = lengthOf(entry) >> 1;
    memory.fill(even, 0, half);
    memory.fill(odd, 0, half);
  }
  if (octets == last) return products;
  const u = bufferRow(buffers, entry, redSlot(z), y, first);
  const o = bufferRow(buffers, entry, blackSlot(z), y, first);
  const below = bufferRow(buffers, entry, blackSlot(z - 1), y, first);
  const above = bufferRow(buffers, entry, blackSlot(z + 1), y, first);
  const r = entry.right + row;
  const network = entry.network + (row >> 2);
  const pitch = entry.rowBytes;
  const side = sideOf((z + y) & 1);
  let k = octets;
  if (entry.parts) {
    const record = partsAbove(entry);
    const sums = record.level(0).loads;
    const nodes = record.nodesOfVoxels + row;
    do {
      const i = octetAt(k);
      const counts = countsOf(network + (i >> 2));
      const low = where(lowCounts(counts), sixLow(o + i, side, pitch, below + i, above + i));
      const high = where(highCounts(counts), sixHigh(o + i, side, pitch, below + i, above + i));
      scatter(sums, nodes + i, low);
      scatter(sums, nodes + i + 16, high);
      products = plus(products, f32x4.add(
        f32x4.mul(v128.load(u + i), f32x4.add(v128.load(r + i), low)),
        f32x4.mul(v128.load(u + i, 16), f32x4.add(v128.load(r + i, 16), high)),
      ));
      k += 2;
    } while (k != last);
  } else {
    do {
      const i = octetAt(k);
      const counts = countsOf(network + (i >> 2));
      const low = where(lowCounts(counts), sixLow(o + i, side, pitch, below + i, above + i));
      const high = where(highCounts(counts), sixHigh(o + i, side, pitch, below + i, above + i));
      addSplit(even + (i >> 1), odd + (i >> 1), low, high);
      products = plus(products, f32x4.add(
        f32x4.mul(v128.load(u + i), f32x4.add(v128.load(r + i), low)),
        f32x4.mul(v128.load(u + i, 16), f32x4.add(v128.load(r + i, 16), high)),
      ));
      k += 2;
    } while (k != last);
  }
  return products;
}

/** Whether a plane lies in the window. */
// @ts-ignore: decorator
@inline
function within(entry: Level, z: i32): bool { return z >= 0 && z < entry.nz; }

/** Red from zero, black, restriction, for a tile of rows [first, last) of planes [z0, z1). Each half sweep follows the
 *  one before it by a plane and a row, so that what comes from memory is asked for while others compute.
 *  @returns whether to go on */
function descendTile<D>(
  thread: i32, entry: Level, buffers: usize, sums: usize, first: i32, last: i32, z0: i32, z1: i32,
): bool {
  const ny = entry.ny;
  const start = max(first - 2, 0);
  const end = min(last + 2, ny);
  memory.fill(buffers - LEAD, 0, entry.scratchBytes);
  for (let top = z0 - 2; top <= z1 + 1; top++) {
    const red = within(entry, top);
    const black = top >= z0 && within(entry, top - 1);
    const own = top >= z0 + 2;
    if (!red) clearSlot(buffers, entry, redSlot(top));
    if (!black) clearSlot(buffers, entry, blackSlot(top - 1));
    let products = f64x2.splat(0);
    for (let y = start; y < end + 2; y++) {
      if (red && y < end) startRow<D>(entry, bufferRow(buffers, entry, redSlot(top), y, first), top, y, false);
      const b = y - 1;
      if (black && b >= first - 1 && b >= 0 && b <= last && b < ny) relaxBlack<D>(entry, buffers, top - 1, b, first);
      const c = y - 2;
      if (own && c >= first && c < last) {
        products = f64x2.add(products, restrictRow(entry, buffers, top - 2, c, first));
      }
    }
    if (own) {
      const sum = sums + (<usize>(top - 2) << 3);
      if (first == 0) store<f64>(sum, 0);
      addTo(sum, products);
    }
    if (tick(thread, <usize>(last - first) * <usize>entry.nx)) return false;
  }
  return true;
}

/** Down: right-hand side of level 1 from r, after a sweep of red-black Gauss-Seidel from zero: u = r / d at red, whose
 *  residual then is Σ u over black. sums: f64[nz], Σ u·(r + residual) over red. With b·x of level 1 that is r·M⁻¹·r,
 *  since what goes up is the transpose of what goes down. */
export function descend<D>(thread: i32, threads: i32, entry: Level, sums: usize): i32 {
  const z0 = firstPlane(thread, threads, entry);
  const z1 = firstPlane(thread + 1, threads, entry);
  const buffers = entry.scratch + <usize>thread * entry.scratchBytes + LEAD;
  const ny = entry.ny;
  if (entry.parts) clearParts(partsAbove(entry), z0, z1);
  if (z0 < z1) {
    for (let y = 0; y < ny; y += entry.tileRows) {
      if (!descendTile<D>(thread, entry, buffers, sums, y, min(y + entry.tileRows, ny), z0, z1)) break;
    }
  }
  return barrier(thread, threads);
}

/** Last half sweep of red in row (z, y): u = (r + Σ u over black) / d into its buffer; where `own`, p = u + beta·p,
 *  too. sums: see ascend. */
function finishRow<D>(
  entry: Level, buffers: usize, p: usize, beta: f32, sums: usize, z: i32, y: i32, first: i32, own: bool,
): void {
  const u = bufferRow(buffers, entry, finalSlot(z), y, first);
  clearRow(u, lengthOf(entry));
  const octets = octetsOf(entry, z, y);
  const last = lastOctet(octets);
  if (octets == last) return;
  const pitch = entry.rowBytes;
  const side = sideOf((z + y) & 1);
  const row = <usize>z * entry.planeBytes + <usize>y * pitch;
  const r = entry.right + row;
  const m = entry.diagonal + row;
  const network = entry.network + (row >> 2);
  const o = bufferRow(buffers, entry, blackSlot(z), y, first);
  const below = bufferRow(buffers, entry, blackSlot(z - 1), y, first);
  const above = bufferRow(buffers, entry, blackSlot(z + 1), y, first);
  let k = octets;
  if (!own) {
    do {
      const i = octetAt(k);
      const counts = countsOf(network + (i >> 2));
      const low = f32x4.add(v128.load(r + i), sixLow(o + i, side, pitch, below + i, above + i));
      const high = f32x4.add(v128.load(r + i, 16), sixHigh(o + i, side, pitch, below + i, above + i));
      v128.store(u + i, divided<D>(low, lowCounts(counts), m + i));
      v128.store(u + i, divided<D>(high, highCounts(counts), m + i + 16), 16);
      k += 2;
    } while (k != last);
    return;
  }
  const to = p + row;
  const factor = f32x4.splat(beta);
  let products = f64x2.splat(0);
  let squares = products;
  do {
    const i = octetAt(k);
    const counts = countsOf(network + (i >> 2));
    const lows = lowCounts(counts);
    const highs = highCounts(counts);
    const lowRight = v128.load(r + i);
    const highRight = v128.load(r + i, 16);
    const low = divided<D>(f32x4.add(lowRight, sixLow(o + i, side, pitch, below + i, above + i)), lows, m + i);
    const high = divided<D>(f32x4.add(highRight, sixHigh(o + i, side, pitch, below + i, above + i)), highs, m + i + 16);
    v128.store(u + i, low);
    v128.store(u + i, high, 16);
    const lowP = f32x4.add(low, f32x4.mul(factor, v128.load(to + i)));
    const highP = f32x4.add(high, f32x4.mul(factor, v128.load(to + i, 16)));
    v128.store(to + i, lowP);
    v128.store(to + i, highP, 16);
    products = plus(products, f32x4.add(f32x4.mul(lowRight, lowP), f32x4.mul(highRight, highP)));
    squares = plus(squares, f32x4.add(
      f32x4.mul(withTerm<D>(lows, m + i), f32x4.mul(lowP, lowP)),
      f32x4.mul(withTerm<D>(highs, m + i + 16), f32x4.mul(highP, highP)),
    ));
    k += 2;
  } while (k != last);
  addTo(sums, products);
  addTo(sums + (<usize>entry.nz << 3), squares);
}

/** Direction at black in row (z, y), Σ p / d over red, as Σ u / d + beta·p. sums: see ascend. */
function blackDirectionRow<D>(
  entry: Level, buffers: usize, p: usize, beta: f32, sums: usize, z: i32, y: i32, first: i32,
): void {
  const octets = octetsOf(entry, z, y);
  const last = lastOctet(octets);
  if (octets == last) return;
  const pitch = entry.rowBytes;
  const side = sideOf((z + y + 1) & 1);
  const row = <usize>z * entry.planeBytes + <usize>y * pitch + entry.halfBytes;
  const m = entry.diagonal + row;
  const network = entry.network + (row >> 2);
  const o = bufferRow(buffers, entry, finalSlot(z), y, first);
  const below = bufferRow(buffers, entry, finalSlot(z - 1), y, first);
  const above = bufferRow(buffers, entry, finalSlot(z + 1), y, first);
  const to = p + row;
  const factor = f32x4.splat(beta);
  let squares = f64x2.splat(0);
  let k = octets;
  do {
    const i = octetAt(k);
    const counts = countsOf(network + (i >> 2));
    const lows = lowCounts(counts);
    const highs = highCounts(counts);
    const low = divided<D>(sixLow(o + i, side, pitch, below + i, above + i), lows, m + i);
    const high = divided<D>(sixHigh(o + i, side, pitch, below + i, above + i), highs, m + i + 16);
    const lowP = f32x4.add(low, f32x4.mul(factor, v128.load(to + i)));
    const highP = f32x4.add(high, f32x4.mul(factor, v128.load(to + i, 16)));
    v128.store(to + i, lowP);
    v128.store(to + i, highP, 16);
    squares = plus(squares, f32x4.add(
      f32x4.mul(withTerm<D>(lows, m + i), f32x4.mul(lowP, lowP)),
      f32x4.mul(withTerm<D>(highs, m + i + 16), f32x4.mul(highP, highP)),
    ));
    k += 2;
  } while (k != last);
  addTo(sums + (<usize>entry.nz << 3), f64x2.neg(squares));
}

/** Corrected red, black, red, and the new direction, for a tile of rows [first, last) of planes [z0, z1), as in
 *  descendTile.
 *  @returns whether to go on */
function ascendTile<D>(
  thread: i32, entry: Level, buffers: usize, p: usize, beta: f32, sums: usize, first: i32, last: i32, z0: i32, z1: i32,
): bool {
  const ny = entry.ny;
  const start = max(first - MARGIN, 0);
  const end = min(last + MARGIN, ny);
  memory.fill(buffers - LEAD, 0, entry.scratchBytes);
  for (let top = z0 - MARGIN; top < z1 + MARGIN; top++) {
    const red = within(entry, top);
    const black = top >= z0 - 1 && within(entry, top - 1);
    const final = top >= z0 + 1 && within(entry, top - 2);
    const own = top >= z0 + 2 && top < z1 + 2;
    const direct = top >= z0 + 3;
    if (!red) clearSlot(buffers, entry, redSlot(top));
    if (!black) clearSlot(buffers, entry, blackSlot(top - 1));
    if (!final) clearSlot(buffers, entry, finalSlot(top - 2));
    const sum = sums + (<usize>(top - 2) << 3);
    if (own && first == 0) {
      store<f64>(sum, 0);
      store<f64>(sum + (<usize>entry.nz << 3), 0);
    }
    for (let y = start; y < end + MARGIN; y++) {
      if (red && y < end) startRow<D>(entry, bufferRow(buffers, entry, redSlot(top), y, first), top, y, true);
      const b = y - 1;
      if (black && b >= 0 && b >= first - 2 && b <= last + 1 && b < ny) {
        relaxBlack<D>(entry, buffers, top - 1, b, first);
      }
      const c = y - 2;
      if (final && c >= first - 1 && c >= 0 && c <= last && c < ny) {
        finishRow<D>(entry, buffers, p, beta, sum, top - 2, c, first, own && c >= first && c < last);
      }
      const d = y - 3;
      if (direct && d >= first && d < last) blackDirectionRow<D>(entry, buffers, p, beta, sum - 8, top - 3, d, first);
    }
    if (tick(thread, <usize>(last - first) * <usize>entry.nx)) return false;
  }
  return true;
}

/** Up: u = M⁻¹·r at red, from the solution of level 1 and a sweep in the reverse order; p = u + beta·p there, and at
 *  black what makes its residual 0. sums: f64[2][nz], r·p and p·A·p. */
export function ascend<D>(thread: i32, threads: i32, entry: Level, p: usize, beta: f32, sums: usize): i32 {
  const z0 = firstPlane(thread, threads, entry);
  const z1 = firstPlane(thread + 1, threads, entry);
  const buffers = entry.scratch + <usize>thread * entry.scratchBytes + LEAD;
  const ny = entry.ny;
  if (z0 < z1) {
    for (let y = 0; y < ny; y += entry.tileRows) {
      if (!ascendTile<D>(thread, entry, buffers, p, beta, sums, y, min(y + entry.tileRows, ny), z0, z1)) break;
    }
  }
  return barrier(thread, threads);
}
