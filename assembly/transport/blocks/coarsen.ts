// Coarse levels of the multigrid: piecewise-constant aggregates of 2×2×2 voxels, or of 2×2 or 2 where faces across the
// other axes conduct too little (decisions/0180). The conductance of a coarse face is the sum of the fine ones that it
// joins, or half of it along the axes where the coarse spacing is twice as wide; boundary faces keep their sum.
import { barrier, enter, slabStart, tick } from '../../core/control';
import { bookX, bookY, bookZ, decode, storedOf, Table } from '../level/codes';
import { clearField, halfOf, Level, pitchOf, planeOf, quadsOf, storeSplit, validLanes } from '../level/levels';
import { six } from '../level/lanes';
import { seamTerm, wrapFaces } from '../level/periodic';

/** 8 network bytes as 1 where they conduct. */
// @ts-ignore: decorator
@inline
function conducts(network: usize): v128 {
  return i8x16.neg(i8x16.ne(v128.load64_zero(network), i8x16.splat(0)));
}

/** Scales 8 byte counts and stores them as 8 aggregates. */
// @ts-ignore: decorator
@inline
function storeCounts(even: usize, odd: usize, counts: v128, scale: v128): void {
  const wide = i16x8.extend_low_i8x16_u(counts);
  storeSplit(
    even, odd,
    f32x4.mul(scale, f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_u(wide))),
    f32x4.mul(scale, f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_u(wide))),
  );
}

/** Faces of one row (Z, Y) of level 1 from the byte network of level 0. */
function coarsenNetworkRow(entry: Level, coarse: Level, network: usize, Z: i32, Y: i32): void {
  const nz = entry.nz;
  const ny = entry.ny;
  const nx = entry.nx;
  const pitch = <usize>pitchOf(nx);
  const plane = <usize>planeOf(ny, nx);
  const half = halfOf(nz, ny, nx);
  const at = <usize>Z * coarse.planeBytes + <usize>Y * coarse.rowBytes;
  const odd = <usize>((Z + Y) & 1);
  const even = at + odd * coarse.halfBytes;
  const rest = at + (1 - odd) * coarse.halfBytes;
  const eights = ((nx + 1) / 2 + 7) >> 3;
  const interior = f32x4.splat(0.5);
  const boundary = f32x4.splat(2);
  // The plane above the last aggregate holds the upper boundary faces, those of fine plane nz − 1.
  const top = 2 * Z >= nz;
  for (let k = 0; k < eights; k++) {
    let gx = i8x16.splat(0);
    let gy = i8x16.splat(0);
    let gz = i8x16.splat(0);
    for (let dy = 0; dy < 2; dy++) {
      const y = 2 * Y + dy;
      if (y >= ny) break;
      for (let dz = 0; dz < 2; dz++) {
        const z = top ? nz - 1 : 2 * Z + dz;
        if (z >= nz) break;
        const row = network + <usize>z * plane + <usize>y * pitch + (<usize>k << 3);
        const s = <usize>((z + y) & 1);
        const left = row + s * half;
        const right = row + (1 - s) * half;
        if (!top) {
          gx = i8x16.add(gx, v128.and(conducts(left), conducts(right - 1)));
          if (dy == 0) {
            gy = i8x16.add(gy, v128.and(conducts(left), conducts(right - pitch)));
            gy = i8x16.add(gy, v128.and(conducts(right), conducts(left - pitch)));
          }
        }
        if (dz == 0) {
          if (top || z == 0) {
            gz = i8x16.add(gz, i8x16.add(conducts(left), conducts(right)));
          } else {
            gz = i8x16.add(gz, v128.and(conducts(left), conducts(right - plane)));
            gz = i8x16.add(gz, v128.and(conducts(right), conducts(left - plane)));
          }
        }
      }
    }
    const i = <usize>k << 4;
    if (!top) {
      storeCounts(coarse.faceX + even + i, coarse.faceX + rest + i, gx, interior);
      storeCounts(coarse.faceY + even + i, coarse.faceY + rest + i, gy, interior);
    }
    storeCounts(coarse.faceZ + even + i, coarse.faceZ + rest + i, gz, top || Z == 0 ? boundary : interior);
  }
}

/** Diagonal terms of one row (Z, Y) of a level: the sums over its aggregates. */
function sumDiagonalRow(entry: Level, coarse: Level, Z: i32, Y: i32): void {
  const half = entry.halfBytes;
  const at = coarse.diagonal + <usize>Z * coarse.planeBytes + <usize>Y * coarse.rowBytes;
  const odd = <usize>((Z + Y) & 1);
  const even = at + odd * coarse.halfBytes;
  const rest = at + (1 - odd) * coarse.halfBytes;
  const eights = ((entry.nx + 1) / 2 + 7) >> 3;
  for (let k = 0; k < eights; k++) {
    let low = f32x4.splat(0);
    let high = low;
    for (let v = 0; v < 4; v++) {
      const z = (Z << entry.shiftZ) + (v >> 1);
      const y = (Y << entry.shiftY) + (v & 1);
      if (z >= entry.finePlane(Z + 1) || y >= entry.fineRow(Y + 1)) continue;
      const red = entry.diagonal + <usize>z * entry.planeBytes + <usize>y * entry.rowBytes + (<usize>k << 5);
      const black = red + half;
      low = f32x4.add(low, f32x4.add(v128.load(red), v128.load(black)));
      high = f32x4.add(high, f32x4.add(v128.load(red, 16), v128.load(black, 16)));
    }
    storeSplit(even + (<usize>k << 4), rest + (<usize>k << 4), low, high);
  }
}

/** 4 faces of a level: codes of the finest one, f32 of the others. at: offset in bytes of an f32 field. */
// @ts-ignore: decorator
@inline
function facesAt(coded: bool, field: usize, at: usize, book: usize): v128 {
  return coded ? decode<Table>(field + (at >> 2), book) : v128.load(field + at);
}

/** What the conductance of a coarse face is over the sum of the fine ones. halved: whether the coarse spacing across it
 *  is twice as wide */
// @ts-ignore: decorator
@inline
function joinedBy(halved: i32): v128 { return f32x4.splat(halved ? 0.5 : 1); }

/** Faces, and diagonal terms, of one row (Z, Y) of a level that is as fine along x as the one above it: there an
 *  element finds its aggregate at its own place. */
function gatherRow(entry: Level, coarse: Level, Z: i32, Y: i32, coded: bool): void {
  const top = Z == coarse.nz;
  const zBelow = entry.finePlane(Z);
  const zEnd = top ? zBelow + 1 : entry.finePlane(Z + 1);
  const yBelow = Y << entry.shiftY;
  const yEnd = entry.fineRow(Y + 1);
  const scaleZ = entry.boundaryAt(zBelow) ? f32x4.splat(1) : joinedBy(entry.shiftZ);
  const scaleY = joinedBy(entry.shiftY);
  const inZ = coded ? bookZ(entry, zBelow) : 0;
  const inY = coded ? bookY(entry) : 0;
  const inX = coded ? bookX(entry) : 0;
  const length = <usize>quadsOf(entry.nx) << 4;
  for (let odd = 0; odd < 2; odd++) {
    const to = odd ? coarse.oddRow(Z, Y) : coarse.evenRow(Z, Y);
    let i: usize = 0;
    do {
      let gx = f32x4.splat(0);
      let gy = gx;
      let gz = gx;
      let d = gx;
      for (let y = yBelow; y < yEnd; y++) {
        for (let z = zBelow; z < zEnd; z++) {
          const at = (odd ? entry.oddRow(z, y) : entry.evenRow(z, y)) + i;
          if (z == zBelow) gz = f32x4.add(gz, facesAt(coded, entry.faceZ, at, inZ));
          if (top) continue;
          if (y == yBelow) gy = f32x4.add(gy, facesAt(coded, entry.faceY, at, inY));
          gx = f32x4.add(gx, facesAt(coded, entry.faceX, at, inX));
          if (entry.diagonal) d = f32x4.add(d, v128.load(entry.diagonal + at));
        }
      }
      v128.store(coarse.faceZ + to + i, f32x4.mul(scaleZ, gz));
      if (!top) {
        v128.store(coarse.faceY + to + i, f32x4.mul(scaleY, gy));
        v128.store(coarse.faceX + to + i, gx);
        if (entry.diagonal) v128.store(coarse.diagonal + to + i, d);
      }
      i += 16;
    } while (i != length);
  }
}

/** Faces of one row (Z, Y) of a level from those of the level above it. */
function coarsenRow(entry: Level, coarse: Level, Z: i32, Y: i32, coded: bool): void {
  const pitch = entry.rowBytes;
  const plane = entry.planeBytes;
  const half = entry.halfBytes;
  const at = <usize>Z * coarse.planeBytes + <usize>Y * coarse.rowBytes;
  const odd = <usize>((Z + Y) & 1);
  const even = at + odd * coarse.halfBytes;
  const rest = at + (1 - odd) * coarse.halfBytes;
  const eights = ((entry.nx + 1) / 2 + 7) >> 3;
  const top = Z == coarse.nz;
  const zBelow = entry.finePlane(Z);
  const zEnd = top ? zBelow + 1 : entry.finePlane(Z + 1);
  const yBelow = Y << entry.shiftY;
  const yEnd = entry.fineRow(Y + 1);
  const scaleZ = entry.boundaryAt(zBelow) ? f32x4.splat(1) : joinedBy(entry.shiftZ);
  const scaleY = joinedBy(entry.shiftY);
  const scaleX = joinedBy(1);
  const inZ = coded ? bookZ(entry, zBelow) : 0;
  const inY = coded ? bookY(entry) : 0;
  const inX = coded ? bookX(entry) : 0;
  for (let k = 0; k < eights; k++) {
    let x0 = f32x4.splat(0);
    let x1 = x0;
    let y0 = x0;
    let y1 = x0;
    let z0 = x0;
    let z1 = x0;
    for (let y = yBelow; y < yEnd; y++) {
      for (let z = zBelow; z < zEnd; z++) {
        const row = <usize>z * plane + <usize>y * pitch + (<usize>k << 5);
        const left = row + <usize>((z + y) & 1) * half;
        if (!top) {
          x0 = f32x4.add(x0, facesAt(coded, entry.faceX, left, inX));
          x1 = f32x4.add(x1, facesAt(coded, entry.faceX, left + 16, inX));
          if (y == yBelow) {
            y0 = f32x4.add(
              y0, f32x4.add(facesAt(coded, entry.faceY, row, inY), facesAt(coded, entry.faceY, row + half, inY)),
            );
            y1 = f32x4.add(y1, f32x4.add(
              facesAt(coded, entry.faceY, row + 16, inY), facesAt(coded, entry.faceY, row + half + 16, inY),
            ));
          }
        }
        if (z == zBelow) {
          z0 = f32x4.add(
            z0, f32x4.add(facesAt(coded, entry.faceZ, row, inZ), facesAt(coded, entry.faceZ, row + half, inZ)),
          );
          z1 = f32x4.add(z1, f32x4.add(
            facesAt(coded, entry.faceZ, row + 16, inZ), facesAt(coded, entry.faceZ, row + half + 16, inZ),
          ));
        }
      }
    }
    const i = <usize>k << 4;
    if (!top) {
      const gx = coarse.faceX + i;
      const gy = coarse.faceY + i;
      storeSplit(gx + even, gx + rest, f32x4.mul(scaleX, x0), f32x4.mul(scaleX, x1));
      storeSplit(gy + even, gy + rest, f32x4.mul(scaleY, y0), f32x4.mul(scaleY, y1));
    }
    const gz = coarse.faceZ + i;
    storeSplit(gz + even, gz + rest, f32x4.mul(scaleZ, z0), f32x4.mul(scaleZ, z1));
  }
}

/** Inverse diagonal of a row of both colours, as half sweeps take it. */
function invertRow(entry: Level, z: i32, y: i32): void {
  const pitch = entry.rowBytes;
  const plane = entry.planeBytes;
  const half = entry.halfBytes;
  const row = <usize>z * plane + <usize>y * pitch;
  const one = f32x4.splat(1);
  const zero = f32x4.splat(0);
  const quads = quadsOf(entry.nx);
  const seamed = entry.seamed;
  for (let colour: usize = 0; colour < 2; colour++) {
    const own = row + colour * half;
    const other = row + (1 - colour) * half;
    const q = <usize>((z + y + <i32>colour) & 1) << 2;
    for (let k = 0; k < quads; k++) {
      const i = <usize>k << 4;
      const west = v128.load(entry.faceX + own + i);
      const east = v128.load(entry.faceX + other + i + q);
      const south = v128.load(entry.faceY + own + i);
      const north = v128.load(entry.faceY + other + i + pitch);
      const down = v128.load(entry.faceZ + own + i);
      const up = v128.load(entry.faceZ + other + i + plane);
      let sum = six(west, east, south, north, down, up);
      if (seamed) sum = f32x4.add(sum, seamTerm(entry, z, y, q, i, west, east, south, north, down, up));
      if (entry.diagonal) sum = f32x4.add(sum, v128.load(entry.diagonal + own + i));
      const mask = v128.and(f32x4.gt(sum, zero), validLanes(entry.validCount(q >> 2), i));
      v128.store(entry.inverse + own + i, v128.and(f32x4.div(one, sum), mask));
    }
  }
}

/** Builds levels 1 … count − 1: face conductances, diagonal terms and inverse diagonals; solutions and right-hand sides
 *  are set to 0.
 *  @param table entries of levels.ts, level 0 with its conductances */
export function coarsenNetwork(thread: i32, threads: i32, table: Level, count: i32): i32 {
  enter();
  const coded = table.coded;
  for (let level = 1; level < count; level++) {
    const entry = table.below(level - 1);
    const coarse = entry.coarse;
    const nz = coarse.nz;
    const ny = coarse.ny;
    const nx = coarse.nx;
    clearField(thread, threads, coarse, coarse.solution, 4);
    clearField(thread, threads, coarse, coarse.right, 4);
    clearField(thread, threads, coarse, coarse.faceX, 4);
    clearField(thread, threads, coarse, coarse.faceY, 4);
    clearField(thread, threads, coarse, coarse.faceZ, 4);
    clearField(thread, threads, coarse, coarse.inverse, 4);
    if (coarse.diagonal) clearField(thread, threads, coarse, coarse.diagonal, 4);
    let status = barrier(thread, threads);
    if (status) return status;

    const planes = coarse.periodic ? nz : nz + 1;
    const end = slabStart(thread + 1, threads, planes);
    for (let Z = slabStart(thread, threads, planes); Z < end; Z++) {
      for (let Y = 0; Y < ny; Y++) {
        const codes = level == 1 && !storedOf(entry);
        if (level == 1 && !coded) coarsenNetworkRow(entry, coarse, entry.network, Z, Y);
        else if (entry.shiftX) coarsenRow(entry, coarse, Z, Y, codes);
        else {
          gatherRow(entry, coarse, Z, Y, codes);
          continue;
        }
        if (coarse.diagonal && Z < nz) sumDiagonalRow(entry, coarse, Z, Y);
      }
      if (tick(thread, <usize>ny * <usize>nx)) break;
    }
    status = barrier(thread, threads);
    if (status) return status;
    if (coarse.periodic) {
      if (thread == 0) wrapFaces(coarse, 4);
      status = barrier(thread, threads);
      if (status) return status;
    }

    const last = slabStart(thread + 1, threads, nz);
    for (let Z = slabStart(thread, threads, nz); Z < last; Z++) {
      for (let Y = 0; Y < ny; Y++) invertRow(coarse, Z, Y);
      if (tick(thread, <usize>ny * <usize>nx)) break;
    }
    status = barrier(thread, threads);
    if (status) return status;
  }
  return barrier(thread, threads);
}
