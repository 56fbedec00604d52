// The cycle's halves on a finest level with any face conductances (level/codes.ts) whose window repeats, or whose
// blocks have unequal edges: passes over whole fields, as in finest.ts. Level 1 are blocks: parts come with
// coded-cycle.ts alone.
import { barrier, leave, poll } from '../../core/control';
import { bookX, bookY, bookZ, decode, facesFrom, flow } from '../level/codes';
import { plus, six, sumOf } from '../level/lanes';
import { addFour, addSplit, clearRight, firstPlane, Level, quadsOf, storeSplit, validLanes } from '../level/levels';
import { raiseIslands } from '../islands/raise';
import { correct } from '../blocks/cycle';
import { clearBlack, exchange, seamTerm } from '../level/periodic';

/** Half sweep of one colour in row (z, y): u = (b + Σ g·u) / Σ g, see `seamTerm` for seams. fresh: all counted as 0.
 *  @returns Σ b·u as f64x2 */
function relaxRow<K, D>(entry: Level, colour: usize, fresh: bool, z: i32, y: i32): v128 {
  const pitch = entry.rowBytes;
  const plane = entry.planeBytes;
  const own = <usize>z * plane + <usize>y * pitch + colour * entry.halfBytes;
  const other = <usize>z * plane + <usize>y * pitch + (1 - colour) * entry.halfBytes;
  const q = <usize>((z + y + <i32>colour) & 1);
  const u = entry.solution + own;
  const b = entry.right + own;
  const o = entry.solution + other;
  const side = o + (q << 2);
  const west = facesFrom<K>(entry.faceX, own);
  const east = facesFrom<K>(entry.faceX, other + (q << 2));
  const south = facesFrom<K>(entry.faceY, own);
  const north = facesFrom<K>(entry.faceY, other + pitch);
  const down = facesFrom<K>(entry.faceZ, own);
  const up = facesFrom<K>(entry.faceZ, other + plane);
  const inX = bookX(entry);
  const inY = bookY(entry);
  const below = bookZ(entry, z);
  const above = bookZ(entry, z + 1);
  const count = entry.validCount(q);
  const m = entry.diagonal + own;
  const seamed = entry.seamed;
  const length = <usize>quadsOf(entry.nx) << 4;
  const zero = f32x4.splat(0);
  let products = f64x2.splat(0);
  let i: usize = 0;
  do {
    const gWest = decode<K>(facesFrom<K>(west, i), inX);
    const gEast = decode<K>(facesFrom<K>(east, i), inX);
    const gSouth = decode<K>(facesFrom<K>(south, i), inY);
    const gNorth = decode<K>(facesFrom<K>(north, i), inY);
    const gDown = decode<K>(facesFrom<K>(down, i), below);
    const gUp = decode<K>(facesFrom<K>(up, i), above);
    const right = v128.load(b + i);
    let sum = right;
    if (!fresh) {
      sum = f32x4.add(sum, six(
        f32x4.mul(gWest, v128.load(side + i - 4)), f32x4.mul(gEast, v128.load(side + i)),
        f32x4.mul(gSouth, v128.load(o + i - pitch)), f32x4.mul(gNorth, v128.load(o + i + pitch)),
        f32x4.mul(gDown, v128.load(o + i - plane)), f32x4.mul(gUp, v128.load(o + i + plane))));
    }
    let d = six(gWest, gEast, gSouth, gNorth, gDown, gUp);
    if (sizeof<D>() == 4) d = f32x4.add(d, v128.load(m + i));
    if (seamed) {
      const term = seamTerm(entry, z, y, q, i, gWest, gEast, gSouth, gNorth, gDown, gUp);
      if (!fresh) sum = f32x4.add(sum, f32x4.mul(term, v128.load(u + i)));
      d = f32x4.add(d, term);
    }
    const value = v128.and(f32x4.div(sum, d), v128.and(f32x4.gt(d, zero), validLanes(count, i)));
    v128.store(u + i, value);
    products = plus(products, f32x4.mul(right, value));
    i += 16;
  } while (i != length);
  return products;
}

/** Adds the residual of a colour in row (z, y) to its aggregates, after red from zero and black: Σ g·u over black for
 *  red; b + Σ g·(u over the neighbours − u) for black, which is 0 unless black meets itself across the edge of a
 *  periodic window. */
function restrictRow<K, D>(entry: Level, colour: usize, z: i32, y: i32): void {
  const coarse = entry.coarse;
  const Z = z >> entry.shiftZ;
  const Y = y >> entry.shiftY;
  const even = coarse.right + coarse.evenRow(Z, Y);
  const odd = coarse.right + coarse.oddRow(Z, Y);
  const pitch = entry.rowBytes;
  const plane = entry.planeBytes;
  const row = <usize>z * plane + <usize>y * pitch;
  const own = row + colour * entry.halfBytes;
  const other = row + (1 - colour) * entry.halfBytes;
  const q = <usize>((z + y + <i32>colour) & 1);
  const u = entry.solution + own;
  const b = entry.right + own;
  const o = entry.solution + other;
  const side = o + (q << 2);
  const west = facesFrom<K>(entry.faceX, own);
  const east = facesFrom<K>(entry.faceX, other + (q << 2));
  const south = facesFrom<K>(entry.faceY, own);
  const north = facesFrom<K>(entry.faceY, other + pitch);
  const down = facesFrom<K>(entry.faceZ, own);
  const up = facesFrom<K>(entry.faceZ, other + plane);
  const inX = bookX(entry);
  const inY = bookY(entry);
  const below = bookZ(entry, z);
  const above = bookZ(entry, z + 1);
  const count = entry.validCount(q);
  const m = entry.diagonal + own;
  const whole = colour != 0 || entry.seamed;
  const later = z != entry.finePlane(Z) || y != entry.fineRow(Y) || colour != 0;
  // Where level 1 is as fine along x an element finds its aggregate at its own place.
  const same: usize = entry.shiftX ? 0 : q ? odd : even;
  const length = <usize>((quadsOf(entry.nx) + 1) >> 1) << 5;
  let first = f32x4.splat(0);
  let i: usize = 0;
  do {
    // What red has itself, b − Σ g·u, is 0 since it was relaxed from zero.
    const value = whole ? v128.load(u + i) : f32x4.splat(0);
    const given = whole ? v128.load(b + i) : value;
    let inward = flow<K>(value, i, west, east, south, north, down, up, inX, inY, below, above, side, o, pitch, plane);
    if (sizeof<D>() == 4) inward = f32x4.sub(inward, f32x4.mul(v128.load(m + i), value));
    const sum = v128.and(validLanes(count, i), f32x4.add(given, inward));
    if (same) addFour(same + i, sum);
    else if (i & 16) {
      const at = (i - 16) >> 1;
      if (later) addSplit(even + at, odd + at, first, sum);
      else storeSplit(even + at, odd + at, first, sum);
    }
    first = sum;
    i += 16;
  } while (i != length);
}

/** Half sweep on all threads, after which the ghosts are true. sums: Σ b·u per plane, added to what `add` says; 0:
 *  none. */
function relax<K, D>(thread: i32, threads: i32, entry: Level, colour: usize, fresh: bool, sums: usize, add: bool): i32 {
  const begin = firstPlane(thread, threads, entry);
  const end = firstPlane(thread + 1, threads, entry);
  const ny = entry.ny;
  for (let z = begin; z < end; z++) {
    let products = f64x2.splat(0);
    for (let y = 0; y < ny; y++) {
      products = f64x2.add(products, relaxRow<K, D>(entry, colour, fresh, z, y));
      if (poll(thread, entry.nx)) break;
    }
    const at = sums + (<usize>z << 3);
    if (sums) store<f64>(at, add ? load<f64>(at) + sumOf(products) : sumOf(products));
    if (leave()) break;
  }
  const status = barrier(thread, threads);
  return status ? status : exchange(thread, threads, entry, entry.solution, begin, end);
}

/** `finest.descend`. */
export function descend<K, D>(thread: i32, threads: i32, entry: Level): i32 {
  const begin = firstPlane(thread, threads, entry);
  const end = firstPlane(thread + 1, threads, entry);
  const ny = entry.ny;
  let status = 0;
  if (entry.periodic) clearBlack(entry, begin, end);
  if (!entry.shiftX) clearRight(entry.coarse, entry.coarsePlane(begin), entry.coarsePlane(end));
  if ((status = relax<K, D>(thread, threads, entry, 0, true, 0, false))) return status;
  if ((status = relax<K, D>(thread, threads, entry, 1, false, 0, false))) return status;
  for (let z = begin; z < end; z++) {
    for (let y = 0; y < ny; y++) {
      restrictRow<K, D>(entry, 0, z, y);
      if (entry.periodic) restrictRow<K, D>(entry, 1, z, y);
      if (poll(thread, entry.nx)) break;
    }
    if (leave()) break;
  }
  return barrier(thread, threads);
}

/** `finest.ascend`. */
export function ascend<K, D>(thread: i32, threads: i32, entry: Level, sums: usize): i32 {
  const begin = firstPlane(thread, threads, entry);
  const end = firstPlane(thread + 1, threads, entry);
  let status = 0;
  correct(thread, entry, begin, end);
  if ((status = barrier(thread, threads))) return status;
  if ((status = exchange(thread, threads, entry, entry.solution, begin, end))) return status;
  if ((status = relax<K, D>(thread, threads, entry, 1, false, sums, false))) return status;
  if ((status = relax<K, D>(thread, threads, entry, 0, false, sums, true))) return status;
  if (entry.islands && (status = raiseIslands(thread, threads, entry, sums))) return status;
  if ((status = exchange(thread, threads, entry, entry.solution, begin, end))) return status;
  if (!entry.periodic) sumEnergy<K, D>(thread, entry, entry.solution, begin, end, sums + (<usize>entry.nz << 3));
  return barrier(thread, threads);
}

/** v·A·v of a field, f64 per plane in [begin, end). */
export function sumEnergy<K, D>(thread: i32, entry: Level, field: usize, begin: i32, end: i32, sums: usize): void {
  const ny = entry.ny;
  for (let z = begin; z < end; z++) {
    let energy = f64x2.splat(0);
    for (let y = 0; y < ny; y++) {
      energy = f64x2.add(
        energy, f64x2.add(energyRow<K, D>(entry, field, 0, z, y), energyRow<K, D>(entry, field, 1, z, y)),
      );
      if (poll(thread, entry.nx)) break;
    }
    store<f64>(sums + (<usize>z << 3), sumOf(energy));
    if (leave()) break;
  }
}

/** @returns the part of v·A·v, as f64x2, of the lower faces of one colour in row (z, y), and of the upper ones at the
 *    high boundary */
function energyRow<K, D>(entry: Level, field: usize, colour: usize, z: i32, y: i32): v128 {
  const pitch = entry.rowBytes;
  const plane = entry.planeBytes;
  const own = <usize>z * plane + <usize>y * pitch + colour * entry.halfBytes;
  const other = <usize>z * plane + <usize>y * pitch + (1 - colour) * entry.halfBytes;
  const q = <usize>((z + y + <i32>colour) & 1);
  const u = field + own;
  const o = field + other;
  const side = o + (q << 2) - 4;
  const west = facesFrom<K>(entry.faceX, own);
  const south = facesFrom<K>(entry.faceY, own);
  const down = facesFrom<K>(entry.faceZ, own);
  const up = facesFrom<K>(entry.faceZ, other + plane);
  const inX = bookX(entry);
  const inY = bookY(entry);
  const below = bookZ(entry, z);
  const above = bookZ(entry, z + 1);
  const count = entry.validCount(q);
  const m = entry.diagonal + own;
  const top = entry.boundaryAt(z + 1);
  const length = <usize>quadsOf(entry.nx) << 4;
  let energy = f64x2.splat(0);
  let i: usize = 0;
  do {
    const value = v128.load(u + i);
    const x = f32x4.sub(value, v128.load(side + i));
    const s = f32x4.sub(value, v128.load(o + i - pitch));
    const d = f32x4.sub(value, v128.load(o + i - plane));
    let sum = f32x4.add(
      f32x4.mul(decode<K>(facesFrom<K>(west, i), inX), f32x4.mul(x, x)),
      f32x4.add(f32x4.mul(decode<K>(facesFrom<K>(south, i), inY), f32x4.mul(s, s)), f32x4.mul(
        decode<K>(facesFrom<K>(down, i), below), f32x4.mul(d, d),
      )),
    );
    if (top) sum = f32x4.add(sum, f32x4.mul(decode<K>(facesFrom<K>(up, i), above), f32x4.mul(value, value)));
    if (sizeof<D>() == 4) sum = f32x4.add(sum, f32x4.mul(v128.load(m + i), f32x4.mul(value, value)));
    energy = plus(energy, v128.and(sum, validLanes(count, i)));
    i += 16;
  } while (i != length);
  return energy;
}
