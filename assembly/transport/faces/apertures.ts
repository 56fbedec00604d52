// Open fraction of every face of the voxel grid, one byte each. A face is cut by the zero of a level set that is known
// at its four corners (corners.ts) and, as their mean, at its centre: four triangles, linear on each.
import { barrier, enter, poll, slabStart } from '../../core/control';
import { Optional } from '../../core/kinds';
import { cornerPitch, cornerScratch, cornersOf, fillCorners, fillSheet, PHASE_MARK, writeTaps } from './corners';

/** Marks voxels of the phase with PHASE_MARK, others with 0: those with label `phase`, in place, or, unless `levelSet`
 *  is 0, those where it is above 0. marks: u8[voxels], labels before; levelSet: f32[voxels] */
export function apertureMarks(
  thread: i32, threads: i32, marks: usize, levelSet: Optional, phase: i32, voxels: i32,
): i32 {
  enter();
  const blocks = (voxels + 15) >> 4;
  const end = slabStart(thread + 1, threads, blocks);
  const mark = i8x16.splat(<i8>PHASE_MARK);
  const wanted = i8x16.splat(<i8>phase);
  const zero = f32x4.splat(0);
  for (let block = slabStart(thread, threads, blocks); block < end; block++) {
    const at = marks + (<usize>block << 4);
    let inside = i8x16.eq(v128.load(at), wanted);
    if (levelSet) {
      const from = levelSet + (<usize>block << 6);
      inside = i8x16.narrow_i16x8_s(
        i16x8.narrow_i32x4_s(f32x4.gt(v128.load(from), zero), f32x4.gt(v128.load(from, 16), zero)),
        i16x8.narrow_i32x4_s(f32x4.gt(v128.load(from, 32), zero), f32x4.gt(v128.load(from, 48), zero)),
      );
    }
    v128.store(at, v128.and(inside, mark));
    if (poll(thread, 16)) break;
  }
  return barrier(thread, threads);
}

/** Part of a triangle where the linear function with these vertex values is positive, four at once. */
// @ts-ignore: decorator
@inline
function positivePart(a: v128, b: v128, c: v128): v128 {
  const small = f32x4.min(a, b);
  const large = f32x4.max(a, b);
  const low = f32x4.min(small, c);
  const high = f32x4.max(large, c);
  const middle = f32x4.max(small, f32x4.min(large, c));
  const zero = f32x4.splat(0);
  const one = f32x4.splat(1);
  // The corner that is alone on its side cuts off a triangle: its value squared over its differences to the other two.
  const lowAlone = f32x4.gt(middle, zero);
  const alone = v128.bitselect(low, high, lowAlone);
  const other = v128.bitselect(high, low, lowAlone);
  const corner = f32x4.div(f32x4.mul(alone, alone), f32x4.mul(f32x4.sub(alone, middle), f32x4.sub(alone, other)));
  const cut = v128.bitselect(f32x4.sub(one, corner), corner, lowAlone);
  return v128.and(v128.bitselect(one, cut, f32x4.gt(low, zero)), f32x4.gt(high, zero));
}

/** Codes of four faces with corners a, b, c, d, in order around each, in the low four bytes of the result. */
// @ts-ignore: decorator
@inline
function faceCodes(a: v128, b: v128, c: v128, d: v128): u32 {
  const zero = f32x4.splat(0);
  if (!v128.any_true(f32x4.gt(f32x4.max(f32x4.max(a, b), f32x4.max(c, d)), zero))) return 0;
  if (!v128.any_true(f32x4.le(f32x4.min(f32x4.min(a, b), f32x4.min(c, d)), zero))) return 0xffffffff;
  const centre = f32x4.mul(f32x4.splat(0.25), f32x4.add(f32x4.add(a, b), f32x4.add(c, d)));
  const sum = f32x4.add(
    f32x4.add(positivePart(a, b, centre), positivePart(b, c, centre)),
    f32x4.add(positivePart(c, d, centre), positivePart(d, a, centre)),
  );
  const codes = i32x4.trunc_sat_f32x4_s(f32x4.nearest(f32x4.mul(sum, f32x4.splat(255.0 / 4.0))));
  const words = i16x8.narrow_i32x4_s(codes, codes);
  return <u32>i32x4.extract_lane(i8x16.narrow_i16x8_u(words, words), 0);
}

/** Stores the low `count` bytes of codes. */
// @ts-ignore: decorator
@inline
function storeCodes(out: usize, codes: u32, count: i32): void {
  if (count >= 4) {
    store<u32>(out, codes);
    return;
  }
  for (let k = 0; k < count; k++) store<u8>(out + <usize>k, <u8>(codes >> <u32>(k << 3)));
}

/** Codes of `count` faces in a row that have the corners p, p + ahead, q + ahead, q; p and q are rows of corners. */
function faceRow(out: usize, p: usize, q: usize, ahead: usize, count: i32): void {
  for (let x = 0; x < count; x += 4) {
    const i = <usize>x << 2;
    const codes = faceCodes(v128.load(p + i), v128.load(p + i + ahead), v128.load(q + i + ahead), v128.load(q + i));
    storeCodes(out + <usize>x, codes, count - x);
  }
}

/** Codes of the low faces of `count` voxels in a row, between the rows of corners `low` and `high`, `row` bytes from
 *  the next. */
function voxelRow(z: usize, y: usize, x: usize, low: usize, high: usize, row: usize, count: i32): void {
  const zero = f32x4.splat(0);
  let k = 0;
  do {
    const i = <usize>k << 2;
    const here = count - k;
    const a = v128.load(low + i);
    const b = v128.load(low + i, 4);
    const c = v128.load(low + i + row);
    const d = v128.load(low + i + row, 4);
    const e = v128.load(high + i);
    const f = v128.load(high + i, 4);
    const g = v128.load(high + i + row);
    let codesZ: u32 = 0;
    let codesY: u32 = 0;
    let codesX: u32 = 0;
    const least = f32x4.min(f32x4.min(f32x4.min(a, b), f32x4.min(c, d)), f32x4.min(f32x4.min(e, f), g));
    const most = f32x4.max(f32x4.max(f32x4.max(a, b), f32x4.max(c, d)), f32x4.max(f32x4.max(e, f), g));
    if (!v128.any_true(f32x4.le(least, zero))) {
      codesZ = codesY = codesX = 0xffffffff;
    } else if (v128.any_true(f32x4.gt(most, zero))) {
      codesZ = faceCodes(a, b, d, c);
      codesY = faceCodes(a, b, f, e);
      codesX = faceCodes(a, c, g, e);
    }
    storeCodes(z + <usize>k, codesZ, here);
    storeCodes(y + <usize>k, codesY, here);
    storeCodes(x + <usize>k, codesX, here);
    k += 4;
  } while (k < count);
}

/** What `apertureCodes` takes. */
@unmanaged
export class ApertureCodes {
  /** See src/kernels/faces.ts. */
  facesZ: usize;
  facesY: usize;
  facesX: usize;
  topZ: usize;
  topY: usize;
  topX: usize;
  /** u8[voxels] of apertureMarks. */
  marks: usize;
  /** f32[voxels]; absent: ±½ from the marks. */
  levelSet: Optional;
  /** cornerScratch bytes per thread. */
  scratch: usize;
  /** Width of the Gaussian of the taps in voxels; 0 with reach 2 for a level set. */
  sigma: f64;
  /** Taps on each side. */
  reach: i32;
  nz: i32;
  ny: i32;
  nx: i32;
  /** Indices wrap; else the window's faces reflect. */
  periodic: bool;
}

/** Codes of all faces: 255 × open fraction, rounded. No voxel of the phase is looked after here: see
 *  apertureConnect. */
export function apertureCodes(thread: i32, threads: i32, given: ApertureCodes): i32 {
  enter();
  const facesZ = given.facesZ, facesY = given.facesY, facesX = given.facesX, topZ = given.topZ;
  const topY = given.topY, topX = given.topX, marks = given.marks, levelSet = given.levelSet;
  const reach = given.reach, nz = given.nz, ny = given.ny, nx = given.nx, periodic = given.periodic;
  const own = given.scratch + <usize>thread * cornerScratch(ny, nx, reach);
  const first = slabStart(thread, threads, nz);
  const end = slabStart(thread + 1, threads, nz);
  const row = <usize>cornerPitch(nx) << 2;
  writeTaps(own, reach, given.sigma);
  // Corner plane z needs the sheets up to z + reach − 1; the last plane of faces needs corners z and z + 1.
  let stopped: bool = false;
  for (let z = first - reach; first < end && z < end + reach && !stopped; z++) {
    stopped = fillSheet(thread, own, marks, levelSet, z, nz, ny, nx, reach, periodic);
    const corner = z + 1 - reach;
    if (corner < first) continue;
    fillCorners(own, corner, ny, nx, reach);
    const high = cornersOf(own, ny, nx, reach, corner);
    if (corner == nz) {
      for (let y = 0; y < ny; y++) {
        const at = high + <usize>y * row;
        faceRow(topZ + <usize>y * <usize>nx, at, at + row, 4, nx);
      }
    }
    if (corner == first) continue;
    const low = cornersOf(own, ny, nx, reach, corner - 1);
    const plane = <usize>(corner - 1) * <usize>ny;
    for (let y = 0; y < ny; y++) {
      const at = <usize>y * row;
      const out = (plane + <usize>y) * <usize>nx;
      voxelRow(facesZ + out, facesY + out, facesX + out, low + at, high + at, row, nx);
      const last = at + (<usize>nx << 2);
      faceRow(topX + plane + <usize>y, low + last, high + last, row, 1);
    }
    const last = <usize>ny * row;
    faceRow(topY + <usize>(corner - 1) * <usize>nx, low + last, high + last, 4, nx);
  }
  return barrier(thread, threads);
}
