// Smoothing on a finest level with any face conductances (level/codes.ts) whose window ends: the first and the last
// half of the multigrid cycle, each one sweep over memory, as plain-cycle.ts does it for one phase. Windows that
// repeat, and blocks of unequal edges: periodic-cycle.ts.
import { barrier, tick } from '../../core/control';
import { raiseIslands } from '../islands/raise';
import {
  bookX, bookY, bookZ, facesFrom, firstOf, highFaces, lowFaces, secondOf, Stored,
} from '../level/codes';
import { addTo, lengthOf, plus, where } from '../level/lanes';
import { addSplit, firstPlane, joinHigh, joinLow, Level, storeSplit, validLanes } from '../level/levels';
import { gather } from '../parts/nodes';
import { partsAbove } from '../parts/record';
import { clearParts, scatter } from '../parts/voxels';
import { sumEnergy } from './periodic-cycle';
import { blackSlot, bufferRow, clearSlot, LEAD, redSlot } from './buffers';

/** Rows that a tile computes beyond its own at either end: red ones around black ones. */
const AROUND = 2;

/** What a row is for. */
const RELAX = 0;
const FINISH = 1;
const RESTRICT = 2;

/** Σ of the faces of 4 voxels, and of the diagonal term at m (D: f32). */
// @ts-ignore: decorator
@inline
function sumWith<D>(sum: v128, m: usize): v128 {
  return sizeof<D>() == 4 ? f32x4.add(sum, v128.load(m)) : sum;
}

/** Half sweep of red from zero in row (z, y): u = b / d; to that the solution of level 1 is added on the way up.
 *  @param correct whether it is */
function startRow<K, D>(entry: Level, u: usize, z: i32, y: i32, correct: bool): void {
  const own = <usize>z * entry.planeBytes + <usize>y * entry.rowBytes;
  const other = own + entry.halfBytes;
  const b = entry.right + own;
  const m = entry.diagonal + own;
  const west = facesFrom<K>(entry.faceX, own);
  const east = facesFrom<K>(entry.faceX, other + (<usize>((z + y) & 1) << 2));
  const south = facesFrom<K>(entry.faceY, own);
  const north = facesFrom<K>(entry.faceY, other + entry.rowBytes);
  const down = facesFrom<K>(entry.faceZ, own);
  const up = facesFrom<K>(entry.faceZ, other + entry.planeBytes);
  const inX = bookX(entry);
  const inY = bookY(entry);
  const below = bookZ(entry, z);
  const above = bookZ(entry, z + 1);
  const coarse = entry.coarse;
  const even = coarse.solution + coarse.evenRow(z >> 1, y >> 1);
  const odd = coarse.solution + coarse.oddRow(z >> 1, y >> 1);
  const parts = entry.parts;
  const record = partsAbove(entry);
  const values: usize = correct && parts ? record.level(0).values : 0;
  const nodes: usize = correct && parts ? record.nodesOfVoxels + own : 0;
  // The element after the row's last vector is the first of the next row, whose face leads elsewhere.
  const count = entry.validCount(<usize>((z + y) & 1));
  const length = lengthOf(entry);
  let i: usize = 0;
  do {
    let first = firstOf<K>(facesFrom<K>(west, i), inX), second = secondOf<K>(facesFrom<K>(west, i), inX);
    let lows = lowFaces<K>(first, inX), highs = highFaces<K>(first, second, inX);
    first = firstOf<K>(facesFrom<K>(east, i), inX);
    second = secondOf<K>(facesFrom<K>(east, i), inX);
    lows = f32x4.add(lows, lowFaces<K>(first, inX));
    highs = f32x4.add(highs, v128.and(highFaces<K>(first, second, inX), validLanes(count, i + 16)));
    first = firstOf<K>(facesFrom<K>(south, i), inY);
    second = secondOf<K>(facesFrom<K>(south, i), inY);
    lows = f32x4.add(lows, lowFaces<K>(first, inY));
    highs = f32x4.add(highs, highFaces<K>(first, second, inY));
    first = firstOf<K>(facesFrom<K>(north, i), inY);
    second = secondOf<K>(facesFrom<K>(north, i), inY);
    lows = f32x4.add(lows, lowFaces<K>(first, inY));
    highs = f32x4.add(highs, highFaces<K>(first, second, inY));
    first = firstOf<K>(facesFrom<K>(down, i), below);
    second = secondOf<K>(facesFrom<K>(down, i), below);
    lows = f32x4.add(lows, lowFaces<K>(first, below));
    highs = f32x4.add(highs, highFaces<K>(first, second, below));
    first = firstOf<K>(facesFrom<K>(up, i), above);
    second = secondOf<K>(facesFrom<K>(up, i), above);
    lows = f32x4.add(lows, lowFaces<K>(first, above));
    highs = f32x4.add(highs, highFaces<K>(first, second, above));
    lows = sumWith<D>(lows, m + i);
    highs = sumWith<D>(highs, m + i + 16);
    let low = f32x4.div(v128.load(b + i), lows);
    let high = f32x4.div(v128.load(b + i, 16), highs);
    if (correct) {
      if (parts) {
        low = f32x4.add(low, gather(values, nodes + i));
        high = f32x4.add(high, gather(values, nodes + i + 16));
      } else {
        const evens = v128.load(even + (i >> 1));
        const odds = v128.load(odd + (i >> 1));
        low = f32x4.add(low, joinLow(evens, odds));
        high = f32x4.add(high, joinHigh(evens, odds));
      }
    }
    v128.store(u + i, where(lows, low));
    v128.store(u + i, where(highs, high), 16);
    i += 32;
  } while (i != length);
}

/** A row of one colour whose neighbours, the other colour, are in the buffers. u: its row there; o, below, above: the
 *  other colour in planes z, z − 1, z + 1. What for:
 *  RELAX: half sweep, u = (b + Σ g·u) / d
 *  FINISH: the last one, of red, after which both colours go to memory. sums: Σ r·u, Σ u·A·u, see plain-cycle.ts
 *  RESTRICT: adds the residual of red after red from zero and black, Σ g·u over black, to its aggregates or parts */
// @ts-ignore: decorator
@inline
function passRow<K, D>(
  job: i32, entry: Level, colour: usize, z: i32, y: i32, u: usize, o: usize, below: usize, above: usize, sums: usize,
): void {
  const pitch = entry.rowBytes;
  const row = <usize>z * entry.planeBytes + <usize>y * pitch;
  const own = row + colour * entry.halfBytes;
  const other = row + (1 - colour) * entry.halfBytes;
  const q = <usize>((z + y + <i32>colour) & 1) << 2;
  const b = entry.right + own;
  const m = entry.diagonal + own;
  const west = facesFrom<K>(entry.faceX, own);
  const east = facesFrom<K>(entry.faceX, other + q);
  const south = facesFrom<K>(entry.faceY, own);
  const north = facesFrom<K>(entry.faceY, other + pitch);
  const down = facesFrom<K>(entry.faceZ, own);
  const up = facesFrom<K>(entry.faceZ, other + entry.planeBytes);
  const inX = bookX(entry);
  const inY = bookY(entry);
  const inZ = bookZ(entry, z);
  const outZ = bookZ(entry, z + 1);
  const coarse = entry.coarse;
  const even = coarse.right + coarse.evenRow(z >> 1, y >> 1);
  const odd = coarse.right + coarse.oddRow(z >> 1, y >> 1);
  const parts = entry.parts;
  const record = partsAbove(entry);
  const loads: usize = job == RESTRICT && parts ? record.level(0).loads : 0;
  const nodes: usize = job == RESTRICT && parts ? record.nodesOfVoxels + own : 0;
  const later = ((z | y) & 1) != 0;
  const side = o + q - 4;
  const half = entry.halfBytes;
  const to = entry.solution + own;
  const count = entry.validCount(q >> 2);
  const length = lengthOf(entry);
  let products = f64x2.splat(0);
  let gains = products;
  let i: usize = 0;
  do {
    const beside = side + i, behind = o + i - pitch, before = o + i + pitch;
    let first = firstOf<K>(facesFrom<K>(west, i), inX),
      second = secondOf<K>(facesFrom<K>(west, i), inX);
    let g = lowFaces<K>(first, inX);
    let lowSum = f32x4.mul(g, v128.load(beside)), lows = g;
    g = highFaces<K>(first, second, inX);
    let highSum = f32x4.mul(g, v128.load(beside, 16)), highs = g;
    first = firstOf<K>(facesFrom<K>(east, i), inX);
    second = secondOf<K>(facesFrom<K>(east, i), inX);
    g = lowFaces<K>(first, inX);
    lowSum = f32x4.add(lowSum, f32x4.mul(g, v128.load(beside, 4)));
    lows = f32x4.add(lows, g);
    g = v128.and(highFaces<K>(first, second, inX), validLanes(count, i + 16));
    highSum = f32x4.add(highSum, f32x4.mul(g, v128.load(beside, 20)));
    highs = f32x4.add(highs, g);
    first = firstOf<K>(facesFrom<K>(south, i), inY);
    second = secondOf<K>(facesFrom<K>(south, i), inY);
    g = lowFaces<K>(first, inY);
    lowSum = f32x4.add(lowSum, f32x4.mul(g, v128.load(behind)));
    lows = f32x4.add(lows, g);
    g = highFaces<K>(first, second, inY);
    highSum = f32x4.add(highSum, f32x4.mul(g, v128.load(behind, 16)));
    highs = f32x4.add(highs, g);
    first = firstOf<K>(facesFrom<K>(north, i), inY);
    second = secondOf<K>(facesFrom<K>(north, i), inY);
    g = lowFaces<K>(first, inY);
    lowSum = f32x4.add(lowSum, f32x4.mul(g, v128.load(before)));
    lows = f32x4.add(lows, g);
    g = highFaces<K>(first, second, inY);
    highSum = f32x4.add(highSum, f32x4.mul(g, v128.load(before, 16)));
    highs = f32x4.add(highs, g);
    first = firstOf<K>(facesFrom<K>(down, i), inZ);
    second = secondOf<K>(facesFrom<K>(down, i), inZ);
    g = lowFaces<K>(first, inZ);
    lowSum = f32x4.add(lowSum, f32x4.mul(g, v128.load(below + i)));
    lows = f32x4.add(lows, g);
    g = highFaces<K>(first, second, inZ);
    highSum = f32x4.add(highSum, f32x4.mul(g, v128.load(below + i, 16)));
    highs = f32x4.add(highs, g);
    first = firstOf<K>(facesFrom<K>(up, i), outZ);
    second = secondOf<K>(facesFrom<K>(up, i), outZ);
    g = lowFaces<K>(first, outZ);
    lowSum = f32x4.add(lowSum, f32x4.mul(g, v128.load(above + i)));
    lows = f32x4.add(lows, g);
    g = highFaces<K>(first, second, outZ);
    highSum = f32x4.add(highSum, f32x4.mul(g, v128.load(above + i, 16)));
    highs = f32x4.add(highs, g);
    if (job == RESTRICT) {
      if (parts) {
        scatter(loads, nodes + i, lowSum);
        scatter(loads, nodes + i + 16, highSum);
      } else if (later) addSplit(even + (i >> 1), odd + (i >> 1), lowSum, highSum);
      else storeSplit(even + (i >> 1), odd + (i >> 1), lowSum, highSum);
    } else {
      lows = sumWith<D>(lows, m + i);
      highs = sumWith<D>(highs, m + i + 16);
      const lowRight = v128.load(b + i);
      const highRight = v128.load(b + i, 16);
      const low = where(lows, f32x4.div(f32x4.add(lowRight, lowSum), lows));
      const high = where(highs, f32x4.div(f32x4.add(highRight, highSum), highs));
      if (job == FINISH) {
        const lowBlack = v128.load(o + i);
        const highBlack = v128.load(o + i, 16);
        v128.store(to + i, low);
        v128.store(to + i, high, 16);
        v128.store(to + half + i, lowBlack);
        v128.store(to + half + i, highBlack, 16);
        products = plus(products, f32x4.add(
          f32x4.add(f32x4.mul(lowRight, low), f32x4.mul(highRight, high)),
          f32x4.add(f32x4.mul(v128.load(b + half + i), lowBlack), f32x4.mul(v128.load(b + half + i, 16), highBlack)),
        ));
        gains = plus(gains, f32x4.add(
          f32x4.mul(f32x4.sub(v128.load(u + i), low), lowSum),
          f32x4.mul(f32x4.sub(v128.load(u + i, 16), high), highSum),
        ));
      } else {
        v128.store(u + i, low);
        v128.store(u + i, high, 16);
      }
    }
    i += 32;
  } while (i != length);
  if (job != FINISH) return;
  const second = sums + (<usize>entry.nz << 3);
  addTo(sums, products);
  addTo(second, products);
  addTo(second, gains);
}

/** RELAX in row (z, y) of the buffers. first: of the tile */
function relaxRow<K, D>(entry: Level, buffers: usize, z: i32, y: i32, first: i32): void {
  passRow<K, D>(
    RELAX, entry, 1, z, y, bufferRow(buffers, entry, blackSlot(z), y, first),
    bufferRow(buffers, entry, redSlot(z), y, first), bufferRow(buffers, entry, redSlot(z - 1), y, first),
    bufferRow(buffers, entry, redSlot(z + 1), y, first), 0,
  );
}

function finishRow<K, D>(entry: Level, buffers: usize, sums: usize, z: i32, y: i32, first: i32): void {
  passRow<K, D>(
    FINISH, entry, 0, z, y, bufferRow(buffers, entry, redSlot(z), y, first),
    bufferRow(buffers, entry, blackSlot(z), y, first), bufferRow(buffers, entry, blackSlot(z - 1), y, first),
    bufferRow(buffers, entry, blackSlot(z + 1), y, first), sums,
  );
}

function restrictRow<K>(entry: Level, buffers: usize, z: i32, y: i32, first: i32): void {
  passRow<K, u8>(
    RESTRICT, entry, 0, z, y, 0, bufferRow(buffers, entry, blackSlot(z), y, first),
    bufferRow(buffers, entry, blackSlot(z - 1), y, first), bufferRow(buffers, entry, blackSlot(z + 1), y, first), 0,
  );
}

/** Red, black, and what follows of them, for a tile of rows [first, last) of planes [z0, z1). sums: of `ascend`; 0: on
 *  the way down.
 *  @returns whether to go on */
function walkTile<K, D>(
  thread: i32, entry: Level, buffers: usize, sums: usize, first: i32, last: i32, z0: i32, z1: i32,
): bool {
  const nz = entry.nz;
  const ny = entry.ny;
  const yStart = max(first - AROUND, 0);
  const yEnd = min(last + AROUND, ny);
  const blackStart = max(first - 1, 0);
  const blackEnd = min(last + 1, ny);
  memory.fill(buffers - LEAD, 0, entry.scratchBytes);
  for (let z = z0 - 2; z <= z1 + 1; z++) {
    if (z < 0 || z >= nz) clearSlot(buffers, entry, redSlot(z));
    else {
      for (let y = yStart; y < yEnd; y++) {
        startRow<K, D>(entry, bufferRow(buffers, entry, redSlot(z), y, first), z, y, sums != 0);
      }
    }
    if (z < z0) continue;
    const black = z - 1;
    if (black < 0 || black >= nz) clearSlot(buffers, entry, blackSlot(black));
    else for (let y = blackStart; y < blackEnd; y++) relaxRow<K, D>(entry, buffers, black, y, first);
    if (z < z0 + 2) continue;
    const ready = z - 2;
    const sum = sums + (<usize>ready << 3);
    if (sums && first == 0) {
      store<f64>(sum, 0);
      store<f64>(sum + (<usize>nz << 3), 0);
    }
    for (let y = first; y < last; y++) {
      if (sums) finishRow<K, D>(entry, buffers, sum, ready, y, first);
      else restrictRow<K>(entry, buffers, ready, y, first);
    }
    if (tick(thread, <usize>(last - first) * <usize>entry.nx)) return false;
  }
  return true;
}

/** All tiles of the thread's slab; see walkTile. */
function walk<K, D>(thread: i32, entry: Level, sums: usize, z0: i32, z1: i32): void {
  const buffers = entry.scratch + <usize>thread * entry.scratchBytes + LEAD;
  const ny = entry.ny;
  if (z0 >= z1) return;
  for (let y = 0; y < ny; y += entry.tileRows) {
    if (!walkTile<K, D>(thread, entry, buffers, sums, y, min(y + entry.tileRows, ny), z0, z1)) break;
  }
}

/** `finest.descend`. */
export function descend<K, D>(thread: i32, threads: i32, entry: Level): i32 {
  const z0 = firstPlane(thread, threads, entry);
  const z1 = firstPlane(thread + 1, threads, entry);
  if (entry.parts) clearParts(partsAbove(entry), z0, z1);
  walk<K, D>(thread, entry, 0, z0, z1);
  return barrier(thread, threads);
}

/** `finest.ascend`. Where conductivities are far apart, or single faces can be, u·A·u is summed as what it is: by the
 *  detour of plain-cycle.ts rounding of what flows within good voxels would be more than what the worse ones add. */
export function ascend<K, D>(thread: i32, threads: i32, entry: Level, sums: usize): i32 {
  const z0 = firstPlane(thread, threads, entry);
  const z1 = firstPlane(thread + 1, threads, entry);
  walk<K, D>(thread, entry, sums, z0, z1);
  let status = barrier(thread, threads);
  if (status) return status;
  if (sizeof<K>() != sizeof<Stored>() && !entry.islands) return 0;
  if (entry.islands && (status = raiseIslands(thread, threads, entry, sums))) return status;
  sumEnergy<K, D>(thread, entry, entry.solution, z0, z1, sums + (<usize>entry.nz << 3));
  return barrier(thread, threads);
}
