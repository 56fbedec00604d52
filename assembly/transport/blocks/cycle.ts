// Half sweeps of the multigrid W-cycle on the coarse levels of blocks (visit.ts): red-black Gauss-Seidel down, its
// reverse up.
//
// A colour's half sweep depends on the other colour only. Therefore the red solution needs no correction before
// black is relaxed again, black none at all before it is relaxed, and after black was relaxed only red has a residual.
import { poll } from '../../core/control';
import {
  addFour, addSplit, clearRight, joinHigh, joinLow, Level, quadsOf, storeSplit, validLanes,
} from '../level/levels';
import { flow, Stored } from '../level/codes';
import { lengthOf, six } from '../level/lanes';
import { clearBlack } from '../level/periodic';

/** Σ g·u over the six neighbours of 4 voxels. gx, gy, gz: own faces; ox, oy, oz: the other colour's; o: its solution,
 *  same element. */
// @ts-ignore: decorator
@inline
function weighted(
  gx: usize, gy: usize, gz: usize, ox: usize, oy: usize, oz: usize, o: usize, q: usize, pitch: usize, plane: usize,
): v128 {
  return six(
    f32x4.mul(v128.load(gx), v128.load(o + q - 4)), f32x4.mul(v128.load(ox + q), v128.load(o + q)),
    f32x4.mul(v128.load(gy), v128.load(o - pitch)), f32x4.mul(v128.load(oy + pitch), v128.load(o + pitch)),
    f32x4.mul(v128.load(gz), v128.load(o - plane)), f32x4.mul(v128.load(oz + plane), v128.load(o + plane)));
}

/** Σ g·(u of the neighbour − value) over the six neighbours of 4 voxels, addresses as above. */
// @ts-ignore: decorator
@inline
function inflow(
  value: v128, gx: usize, gy: usize, gz: usize, ox: usize, oy: usize, oz: usize, o: usize, q: usize, pitch: usize,
  plane: usize,
): v128 {
  return flow<Stored>(value, 0, gx, ox + q, gy, oy + pitch, gz, oz + plane, 0, 0, 0, 0, o + q, o, pitch, plane);
}

/** Σ g over the six faces of 4 voxels, addresses as above. */
// @ts-ignore: decorator
@inline
function diagonal(
  gx: usize, gy: usize, gz: usize, ox: usize, oy: usize, oz: usize, q: usize, pitch: usize, plane: usize,
): v128 {
  return six(
    v128.load(gx), v128.load(ox + q), v128.load(gy), v128.load(oy + pitch), v128.load(gz), v128.load(oz + plane));
}

/** Red from a zero start: u = b / d, planes [z0, z1). */
export function startRed(thread: i32, entry: Level, z0: i32, z1: i32): void {
  const length = <usize>quadsOf(entry.nx) << 4;
  const ny = entry.ny;
  if (entry.periodic) clearBlack(entry, z0, z1);
  for (let z = z0; z < z1; z++) {
    if (poll(thread, <usize>ny * <usize>entry.nx)) return;
    for (let y = 0; y < ny; y++) {
      const row = <usize>z * entry.planeBytes + <usize>y * entry.rowBytes;
      const u = entry.solution + row;
      const b = entry.right + row;
      const d = entry.inverse + row;
      let i: usize = 0;
      do {
        v128.store(u + i, f32x4.mul(v128.load(b + i), v128.load(d + i)));
        i += 16;
      } while (i != length);
    }
  }
}

/** Gauss-Seidel half sweep of one colour in row (z, y): u = (b + Σ g·u) / d. With seams, where d is more than the
 *  diagonal of A, u + (b − A·u) / d. */
function relaxRow(entry: Level, colour: usize, z: i32, y: i32): void {
  const pitch = entry.rowBytes;
  const plane = entry.planeBytes;
  const half = entry.halfBytes;
  const length = <usize>quadsOf(entry.nx) << 4;
  const own = <usize>z * plane + <usize>y * pitch + colour * half;
  const other = <usize>z * plane + <usize>y * pitch + (1 - colour) * half;
  const q = <usize>((z + y + <i32>colour) & 1) << 2;
  const u = entry.solution + own;
  const o = entry.solution + other;
  const b = entry.right + own;
  const d = entry.inverse + own;
  const gx = entry.faceX + own;
  const gy = entry.faceY + own;
  const gz = entry.faceZ + own;
  const ox = entry.faceX + other;
  const oy = entry.faceY + other;
  const oz = entry.faceZ + other;
  let i: usize = 0;
  if (!entry.seamed) {
    do {
      const sum = weighted(gx + i, gy + i, gz + i, ox + i, oy + i, oz + i, o + i, q, pitch, plane);
      v128.store(u + i, f32x4.mul(f32x4.add(v128.load(b + i), sum), v128.load(d + i)));
      i += 16;
    } while (i != length);
    return;
  }
  const m = entry.diagonal ? entry.diagonal + own : 0;
  do {
    const value = v128.load(u + i);
    let sum = inflow(value, gx + i, gy + i, gz + i, ox + i, oy + i, oz + i, o + i, q, pitch, plane);
    if (m) sum = f32x4.sub(sum, f32x4.mul(v128.load(m + i), value));
    const change = f32x4.mul(f32x4.add(v128.load(b + i), sum), v128.load(d + i));
    v128.store(u + i, f32x4.add(value, change));
    i += 16;
  } while (i != length);
}

/** Half sweep of one colour in planes [z0, z1). */
export function relax(thread: i32, entry: Level, colour: usize, z0: i32, z1: i32): void {
  const ny = entry.ny;
  for (let z = z0; z < z1; z++) {
    if (poll(thread, <usize>ny * <usize>entry.nx)) return;
    for (let y = 0; y < ny; y++) relaxRow(entry, colour, z, y);
  }
}

/** Adds the residual of one colour of row (z, y) to its aggregates, the right-hand side of the next level. fresh: see
 *  restrict; D: f32 with a diagonal term, u8 without */
function restrictRow<D>(entry: Level, colour: usize, fresh: bool, z: i32, y: i32): void {
  const coarse = entry.coarse;
  const pitch = entry.rowBytes;
  const plane = entry.planeBytes;
  const Z = z >> entry.shiftZ;
  const Y = y >> entry.shiftY;
  const even = coarse.right + coarse.evenRow(Z, Y);
  const odd = coarse.right + coarse.oddRow(Z, Y);
  const q = <usize>((z + y + <i32>colour) & 1) << 2;
  // Where the next level is as fine along x an element finds its aggregate at its own place.
  const same: usize = entry.shiftX ? 0 : q ? odd : even;
  const row = <usize>z * plane + <usize>y * pitch;
  const own = row + colour * entry.halfBytes;
  const other = row + (1 - colour) * entry.halfBytes;
  const u = entry.solution + own;
  const o = entry.solution + other;
  const b = entry.right + own;
  const m = entry.diagonal + own;
  const gx = entry.faceX + own;
  const gy = entry.faceY + own;
  const gz = entry.faceZ + own;
  const ox = entry.faceX + other;
  const oy = entry.faceY + other;
  const oz = entry.faceZ + other;
  const pairs = <i32>(lengthOf(entry) >> 5);
  const later = z != entry.finePlane(Z) || y != entry.fineRow(Y) || colour != 0;
  const loose = !fresh && entry.loose;
  const count = entry.validCount(q >> 2);
  let k = 0;
  do {
    const i = <usize>k << 5;
    let low: v128;
    let high: v128;
    if (loose) {
      low = f32x4.add(v128.load(b + i), inflow(
        v128.load(u + i), gx + i, gy + i, gz + i, ox + i, oy + i, oz + i, o + i, q, pitch, plane));
      high = f32x4.add(v128.load(b + i, 16), inflow(
        v128.load(u + i, 16), gx + i + 16, gy + i + 16, gz + i + 16, ox + i + 16, oy + i + 16, oz + i + 16, o + i +
          16, q, pitch, plane));
    } else {
      low = weighted(gx + i, gy + i, gz + i, ox + i, oy + i, oz + i, o + i, q, pitch, plane);
      high = weighted(
        gx + i + 16, gy + i + 16, gz + i + 16, ox + i + 16, oy + i + 16, oz + i + 16, o + i + 16, q, pitch, plane,
      );
    }
    if (!fresh && !loose) {
      low = f32x4.add(low, f32x4.sub(v128.load(b + i), f32x4.mul(
        diagonal(gx + i, gy + i, gz + i, ox + i, oy + i, oz + i, q, pitch, plane), v128.load(u + i))));
      high = f32x4.add(high, f32x4.sub(v128.load(b + i, 16), f32x4.mul(
        diagonal(gx + i + 16, gy + i + 16, gz + i + 16, ox + i + 16, oy + i + 16, oz + i + 16, q, pitch, plane),
        v128.load(u + i, 16))));
    }
    if (sizeof<D>() == 4 && !fresh) {
      low = f32x4.sub(low, f32x4.mul(v128.load(m + i), v128.load(u + i)));
      high = f32x4.sub(high, f32x4.mul(v128.load(m + i, 16), v128.load(u + i, 16)));
    }
    low = v128.and(low, validLanes(count, i));
    high = v128.and(high, validLanes(count, i + 16));
    if (same) {
      addFour(same + i, low);
      addFour(same + i + 16, high);
    } else if (later) addSplit(even + (<usize>k << 4), odd + (<usize>k << 4), low, high);
    else storeSplit(even + (<usize>k << 4), odd + (<usize>k << 4), low, high);
    k++;
  } while (k != pairs);
}

/** Sums the red residual over aggregates into the right-hand side of the next level, coarse planes [Z0, Z1).
 *  Black has none, as it was relaxed last, but for rounding, and unless it meets itself across the edge of a periodic
 *  window.
 *  @param fresh red was started from zero and not touched since: its residual is Σ g·u over black alone */
export function restrict(thread: i32, entry: Level, fresh: bool, Z0: i32, Z1: i32): void {
  const ny = entry.ny;
  const end = entry.finePlane(Z1);
  if (!entry.shiftX) clearRight(entry.coarse, Z0, Z1);
  for (let z = entry.finePlane(Z0); z < end; z++) {
    if (poll(thread, <usize>ny * <usize>entry.nx)) return;
    for (let y = 0; y < ny; y++) {
      const both = entry.periodic || (!fresh && entry.loose);
      if (entry.diagonal) {
        restrictRow<f32>(entry, 0, fresh, z, y);
        if (both) restrictRow<f32>(entry, 1, false, z, y);
      } else {
        restrictRow<u8>(entry, 0, fresh, z, y);
        if (both) restrictRow<u8>(entry, 1, false, z, y);
      }
    }
  }
}

/** Adds the solution of the next level to red, planes [z0, z1), where nothing conducts too: no face leads there. Black
 *  is relaxed next; it keeps something of its own only where it meets itself across the edge of a periodic window. */
export function correct(thread: i32, entry: Level, z0: i32, z1: i32): void {
  const coarse = entry.coarse;
  const ny = entry.ny;
  const length = lengthOf(entry);
  const periodic = entry.periodic;
  for (let z = z0; z < z1; z++) {
    if (poll(thread, <usize>ny * <usize>entry.nx)) return;
    for (let y = 0; y < ny; y++) {
      const own = entry.solution + <usize>z * entry.planeBytes + <usize>y * entry.rowBytes;
      const black = own + entry.halfBytes;
      const even = coarse.solution + coarse.evenRow(z >> entry.shiftZ, y >> entry.shiftY);
      const odd = coarse.solution + coarse.oddRow(z >> entry.shiftZ, y >> entry.shiftY);
      let i: usize = 0;
      if (!entry.shiftX) {
        const alternate = ((z + y) & 1) != 0;
        do {
          addFour(own + i, v128.load((alternate ? odd : even) + i));
          if (periodic) addFour(black + i, v128.load((alternate ? even : odd) + i));
          i += 16;
        } while (i != length);
        continue;
      }
      do {
        const evens = v128.load(even + (i >> 1));
        const odds = v128.load(odd + (i >> 1));
        v128.store(own + i, f32x4.add(v128.load(own + i), joinLow(evens, odds)));
        v128.store(own + i, f32x4.add(v128.load(own + i, 16), joinHigh(evens, odds)), 16);
        if (periodic) {
          v128.store(black + i, f32x4.add(v128.load(black + i), joinLow(evens, odds)));
          v128.store(black + i, f32x4.add(v128.load(black + i, 16), joinHigh(evens, odds)), 16);
        }
        i += 32;
      } while (i != length);
    }
  }
}
