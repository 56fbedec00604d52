// Smoothing on the finest level for one phase: the first and the last half of the multigrid cycle, each one sweep over
// memory.
//
// A half sweep of planes z − 1 … z + 1 needs the one before it of planes z − 2 … z + 2, so a thread walks up its slab
// with the last three planes of every half sweep in a private buffer, and computes again from r what lies beyond its
// slab instead of waiting for others. To hold the buffers in the L2 cache the walk is done for one tile of rows after
// another.
import { barrier, tick } from '../../core/control';
import { addSplit, firstPlane, joinHigh, joinLow, Level, storeSplit } from '../level/levels';
import {
  addTo, countsOf, divided, highCounts, lengthOf, lowCounts, plus, sideOf, sixHigh, sixLow, where, withTerm,
} from '../level/lanes';
import { gather } from '../parts/nodes';
import { partsAbove } from '../parts/record';
import { clearParts, scatter } from '../parts/voxels';

/** Rows that a tile computes beyond its own at either end. */
const MARGIN = 2;
/** Zeros before the first row of the buffers: the element before a row is read. */
const LEAD: usize = 64;

/** Row y of a plane in a thread's buffers. slot: which of the planes; first: first row of the tile. */
// @ts-ignore: decorator
@inline
function bufferRow(buffers: usize, entry: Level, slot: i32, y: i32, first: i32): usize {
  return buffers + <usize>(slot * (entry.tileRows + 2 * MARGIN) + y - first + MARGIN) * entry.rowBytes;
}

/** Slots 0, 1, 2 for red planes and 3, 4, 5 for black ones; planes from −2 on. */
// @ts-ignore: decorator
@inline
function redSlot(z: i32): i32 { return (z + 3) % 3; }
// @ts-ignore: decorator
@inline
function blackSlot(z: i32): i32 { return 3 + (z + 3) % 3; }

/** Zeros in a slot: a plane outside the window. */
function clearSlot(buffers: usize, entry: Level, slot: i32): void {
  memory.fill(bufferRow(buffers, entry, slot, 0, MARGIN), 0, <usize>(entry.tileRows + 2 * MARGIN) * entry.rowBytes);
}

// Rows are compiled for a diagonal term m (D: f32) and for none (u8).

/** Half sweep from zero: u = b / d. */
function startRow<D>(u: usize, b: usize, network: usize, m: usize, length: usize): void {
  let i: usize = 0;
  do {
    const counts = countsOf(network + (i >> 2));
    v128.store(u + i, divided<D>(v128.load(b + i), lowCounts(counts), m + i));
    v128.store(u + i, divided<D>(v128.load(b + i, 16), highCounts(counts), m + i + 16), 16);
    i += 32;
  } while (i != length);
}

/** Half sweep: u = (b + Σ u) / d. o, below, above: the other colour in planes z, z − 1, z + 1. */
function relaxRow<D>(
  u: usize, b: usize, network: usize, m: usize, o: usize, below: usize, above: usize, side: usize, pitch: usize,
  length: usize,
): void {
  let i: usize = 0;
  do {
    const counts = countsOf(network + (i >> 2));
    const low = f32x4.add(v128.load(b + i), sixLow(o + i, side, pitch, below + i, above + i));
    const high = f32x4.add(v128.load(b + i, 16), sixHigh(o + i, side, pitch, below + i, above + i));
    v128.store(u + i, divided<D>(low, lowCounts(counts), m + i));
    v128.store(u + i, divided<D>(high, highCounts(counts), m + i + 16), 16);
    i += 32;
  } while (i != length);
}

/** Black rows of plane z in the buffers from the red ones, for the tile of rows [first, last) and one row around it. */
function relaxBlack<D>(entry: Level, buffers: usize, z: i32, first: i32, last: i32): void {
  if (z < 0 || z >= entry.nz) return clearSlot(buffers, entry, blackSlot(z));
  const end = min(last + 1, entry.ny);
  for (let y = max(first - 1, 0); y < end; y++) {
    const at = <usize>z * entry.planeBytes + <usize>y * entry.rowBytes + entry.halfBytes;
    relaxRow<D>(
      bufferRow(buffers, entry, blackSlot(z), y, first), entry.right + at, entry.network + (at >> 2),
      entry.diagonal + at,
      bufferRow(buffers, entry, redSlot(z), y, first), bufferRow(buffers, entry, redSlot(z - 1), y, first),
      bufferRow(buffers, entry, redSlot(z + 1), y, first), sideOf((z + y + 1) & 1), entry.rowBytes, lengthOf(entry),
    );
  }
}

/** Adds the residual of red after red from zero and black, Σ u over black, in row (z, y) to its aggregates. */
function restrictRow(entry: Level, buffers: usize, z: i32, y: i32, first: i32): void {
  const coarse = entry.coarse;
  const even = coarse.right + coarse.evenRow(z >> 1, y >> 1);
  const odd = coarse.right + coarse.oddRow(z >> 1, y >> 1);
  const o = bufferRow(buffers, entry, blackSlot(z), y, first);
  const below = bufferRow(buffers, entry, blackSlot(z - 1), y, first);
  const above = bufferRow(buffers, entry, blackSlot(z + 1), y, first);
  const network = entry.network + ((<usize>z * entry.planeBytes + <usize>y * entry.rowBytes) >> 2);
  const pitch = entry.rowBytes;
  const length = lengthOf(entry);
  const side = sideOf((z + y) & 1);
  const later = ((z | y) & 1) != 0;
  let i: usize = 0;
  do {
    const counts = countsOf(network + (i >> 2));
    const low = where(lowCounts(counts), sixLow(o + i, side, pitch, below + i, above + i));
    const high = where(highCounts(counts), sixHigh(o + i, side, pitch, below + i, above + i));
    if (later) addSplit(even + (i >> 1), odd + (i >> 1), low, high);
    else storeSplit(even + (i >> 1), odd + (i >> 1), low, high);
    i += 32;
  } while (i != length);
}

/** restrictRow for levels of connected parts. */
function restrictRowToParts(entry: Level, buffers: usize, z: i32, y: i32, first: i32): void {
  const record = partsAbove(entry);
  const sums = record.level(0).loads;
  const o = bufferRow(buffers, entry, blackSlot(z), y, first);
  const below = bufferRow(buffers, entry, blackSlot(z - 1), y, first);
  const above = bufferRow(buffers, entry, blackSlot(z + 1), y, first);
  const row = <usize>z * entry.planeBytes + <usize>y * entry.rowBytes;
  const nodes = record.nodesOfVoxels + row;
  const network = entry.network + (row >> 2);
  const pitch = entry.rowBytes;
  const length = lengthOf(entry);
  const side = sideOf((z + y) & 1);
  let i: usize = 0;
  do {
    const counts = countsOf(network + (i >> 2));
    if (v128.any_true(counts)) {
      scatter(sums, nodes + i, where(lowCounts(counts), sixLow(o + i, side, pitch, below + i, above + i)));
      scatter(sums, nodes + i + 16, where(highCounts(counts), sixHigh(o + i, side, pitch, below + i, above + i)));
    }
    i += 32;
  } while (i != length);
}

/** Red from zero, black, restriction, for a tile of rows [first, last) of planes [z0, z1). @returns whether to go on */
function descendTile<D>(thread: i32, entry: Level, buffers: usize, first: i32, last: i32, z0: i32, z1: i32): bool {
  const yStart = max(first - MARGIN, 0);
  const yEnd = min(last + MARGIN, entry.ny);
  memory.fill(buffers - LEAD, 0, entry.scratchBytes);
  for (let z = z0 - 2; z <= z1 + 1; z++) {
    if (z < 0 || z >= entry.nz) clearSlot(buffers, entry, redSlot(z));
    else {
      for (let y = yStart; y < yEnd; y++) {
        const at = <usize>z * entry.planeBytes + <usize>y * entry.rowBytes;
        startRow<D>(
          bufferRow(buffers, entry, redSlot(z), y, first), entry.right + at, entry.network + (at >> 2),
          entry.diagonal + at,
          lengthOf(entry),
        );
      }
    }
    if (z < z0) continue;
    relaxBlack<D>(entry, buffers, z - 1, first, last);
    if (z > z0 + 1) {
      for (let y = first; y < last; y++) {
        if (entry.parts) restrictRowToParts(entry, buffers, z - 2, y, first);
        else restrictRow(entry, buffers, z - 2, y, first);
      }
    }
    if (tick(thread, <usize>(last - first) * <usize>entry.nx)) return false;
  }
  return true;
}

/** Down: right-hand side of level 1 from r, after a sweep of red-black Gauss-Seidel from zero. */
export function descend<D>(thread: i32, threads: i32, entry: Level): i32 {
  const z0 = firstPlane(thread, threads, entry);
  const z1 = firstPlane(thread + 1, threads, entry);
  const buffers = entry.scratch + <usize>thread * entry.scratchBytes + LEAD;
  const ny = entry.ny;
  if (entry.parts) clearParts(partsAbove(entry), z0, z1);
  if (z0 < z1) {
    for (let y = 0; y < ny; y += entry.tileRows) {
      if (!descendTile<D>(thread, entry, buffers, y, min(y + entry.tileRows, ny), z0, z1)) break;
    }
  }
  return barrier(thread, threads);
}

/** Red as it was on the way down plus the solution of level 1: row (z, y) into u. */
function correctRow<D>(entry: Level, u: usize, z: i32, y: i32): void {
  const coarse = entry.coarse;
  const length = lengthOf(entry);
  const row = <usize>z * entry.planeBytes + <usize>y * entry.rowBytes;
  const b = entry.right + row;
  const m = entry.diagonal + row;
  const network = entry.network + (row >> 2);
  const even = coarse.solution + coarse.evenRow(z >> 1, y >> 1);
  const odd = coarse.solution + coarse.oddRow(z >> 1, y >> 1);
  let i: usize = 0;
  do {
    const evens = v128.load(even + (i >> 1));
    const odds = v128.load(odd + (i >> 1));
    const counts = countsOf(network + (i >> 2));
    const lows = lowCounts(counts);
    const highs = highCounts(counts);
    v128.store(
      u + i, where(lows, f32x4.add(f32x4.div(v128.load(b + i), withTerm<D>(lows, m + i)), joinLow(evens, odds))),
    );
    v128.store(
      u + i,
      where(highs, f32x4.add(f32x4.div(v128.load(b + i, 16), withTerm<D>(highs, m + i + 16)), joinHigh(evens, odds))),
      16,
    );
    i += 32;
  } while (i != length);
}

/** correctRow for levels of connected parts. */
function correctRowFromParts<D>(entry: Level, u: usize, z: i32, y: i32): void {
  const record = partsAbove(entry);
  const values = record.level(0).values;
  const length = lengthOf(entry);
  const row = <usize>z * entry.planeBytes + <usize>y * entry.rowBytes;
  const b = entry.right + row;
  const m = entry.diagonal + row;
  const network = entry.network + (row >> 2);
  const nodes = record.nodesOfVoxels + row;
  const zero = f32x4.splat(0);
  let i: usize = 0;
  do {
    const counts = countsOf(network + (i >> 2));
    let low = zero;
    let high = zero;
    if (v128.any_true(counts)) {
      const lows = lowCounts(counts);
      const highs = highCounts(counts);
      low = where(lows, f32x4.add(f32x4.div(v128.load(b + i), withTerm<D>(lows, m + i)), gather(values, nodes + i)));
      high = where(highs, f32x4.add(
        f32x4.div(v128.load(b + i, 16), withTerm<D>(highs, m + i + 16)), gather(values, nodes + i + 16),
      ));
    }
    v128.store(u + i, low);
    v128.store(u + i, high, 16);
    i += 32;
  } while (i != length);
}

/** Last half sweep, row (z, y): u of both colours to memory. sums: see ascend. */
function finishRow<D>(entry: Level, buffers: usize, sums: usize, z: i32, y: i32, first: i32): void {
  const pitch = entry.rowBytes;
  const half = entry.halfBytes;
  const length = lengthOf(entry);
  const side = sideOf((z + y) & 1);
  const row = <usize>z * entry.planeBytes + <usize>y * pitch;
  const u = entry.solution + row;
  const r = entry.right + row;
  const m = entry.diagonal + row;
  const network = entry.network + (row >> 2);
  const red = bufferRow(buffers, entry, redSlot(z), y, first);
  const black = bufferRow(buffers, entry, blackSlot(z), y, first);
  const below = bufferRow(buffers, entry, blackSlot(z - 1), y, first);
  const above = bufferRow(buffers, entry, blackSlot(z + 1), y, first);
  let products = f64x2.splat(0);
  let gains = products;
  let i: usize = 0;
  do {
    const counts = countsOf(network + (i >> 2));
    const lowSum = sixLow(black + i, side, pitch, below + i, above + i);
    const highSum = sixHigh(black + i, side, pitch, below + i, above + i);
    const lowRight = v128.load(r + i);
    const highRight = v128.load(r + i, 16);
    const low = divided<D>(f32x4.add(lowRight, lowSum), lowCounts(counts), m + i);
    const high = divided<D>(f32x4.add(highRight, highSum), highCounts(counts), m + i + 16);
    const lowBlack = v128.load(black + i);
    const highBlack = v128.load(black + i, 16);
    v128.store(u + i, low);
    v128.store(u + i, high, 16);
    v128.store(u + half + i, lowBlack);
    v128.store(u + half + i, highBlack, 16);
    products = plus(products, f32x4.add(
      f32x4.add(f32x4.mul(lowRight, low), f32x4.mul(highRight, high)),
      f32x4.add(f32x4.mul(v128.load(r + half + i), lowBlack), f32x4.mul(v128.load(r + half + i, 16), highBlack)),
    ));
    gains = plus(gains, f32x4.add(
      f32x4.mul(f32x4.sub(v128.load(red + i), low), lowSum),
      f32x4.mul(f32x4.sub(v128.load(red + i, 16), high), highSum),
    ));
    i += 32;
  } while (i != length);
  const second = sums + (<usize>entry.nz << 3);
  addTo(sums, products);
  addTo(second, products);
  addTo(second, gains);
}

/** Corrected red, black, red for a tile of rows [first, last) of planes [z0, z1). @returns whether to go on */
function ascendTile<D>(
  thread: i32, entry: Level, buffers: usize, sums: usize, first: i32, last: i32, z0: i32, z1: i32,
): bool {
  const yStart = max(first - MARGIN, 0);
  const yEnd = min(last + MARGIN, entry.ny);
  memory.fill(buffers - LEAD, 0, entry.scratchBytes);
  for (let z = z0 - 2; z <= z1 + 1; z++) {
    if (z < 0 || z >= entry.nz) clearSlot(buffers, entry, redSlot(z));
    else {
      for (let y = yStart; y < yEnd; y++) {
        const row = bufferRow(buffers, entry, redSlot(z), y, first);
        if (entry.parts) correctRowFromParts<D>(entry, row, z, y);
        else correctRow<D>(entry, row, z, y);
      }
    }
    if (z < z0) continue;
    relaxBlack<D>(entry, buffers, z - 1, first, last);
    if (z < z0 + 2) continue;
    const sum = sums + (<usize>(z - 2) << 3);
    if (first == 0) {
      store<f64>(sum, 0);
      store<f64>(sum + (<usize>entry.nz << 3), 0);
    }
    for (let y = first; y < last; y++) finishRow<D>(entry, buffers, sum, z - 2, y, first);
    if (tick(thread, <usize>(last - first) * <usize>entry.nx)) return false;
  }
  return true;
}

/** Up: u = M⁻¹·r, from the solution of level 1 and a sweep in the reverse order. sums: f64[2][nz], Σ r·u and u·A·u per
 *  plane. Red is relaxed last, so A·u = r there, and at black it is r + Σ (red before − red after): u·A·u = r·u + Σ
 *  over red of (before − after)·Σ u over black, which is at hand. */
export function ascend<D>(thread: i32, threads: i32, entry: Level, sums: usize): i32 {
  const z0 = firstPlane(thread, threads, entry);
  const z1 = firstPlane(thread + 1, threads, entry);
  const buffers = entry.scratch + <usize>thread * entry.scratchBytes + LEAD;
  const ny = entry.ny;
  if (z0 < z1) {
    for (let y = 0; y < ny; y += entry.tileRows) {
      if (!ascendTile<D>(thread, entry, buffers, sums, y, min(y + entry.tileRows, ny), z0, z1)) break;
    }
  }
  return barrier(thread, threads);
}
