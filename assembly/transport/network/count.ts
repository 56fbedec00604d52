// What there is to solve on a finest level with any face conductances.
import { FACE_COUNTS } from '../../layout';
import { barrier, enter, slabStart, tick } from '../../core/control';
import { bookZ, decode, facesFrom, Stored, storedOf, Table } from '../level/codes';
import { plus, six, sumOf } from '../level/lanes';
import { Level, quadsOf } from '../level/levels';

/** Counts of every plane.
 *  @param out f64[nz][5]: per plane the conducting voxels, dissipation of the linear profile over its faces (the upper
 *         boundary belongs to the last plane), conductance of the lower faces when no boundary halves the step, of the
 *         upper ones of the last plane, and Σ of the squared conductances of the lower faces of the first
 *  @param entry of the finest level, without a right-hand side */
export function countNetwork(thread: i32, threads: i32, out: usize, entry: Level): i32 {
  enter();
  const nz = entry.nz;
  const end = slabStart(thread + 1, threads, nz);
  for (let z = slabStart(thread, threads, nz); z < end; z++) {
    const at = out + <usize>z * (8 * FACE_COUNTS);
    if (storedOf(entry)) countPlane<Stored>(entry, at, z);
    else countPlane<Table>(entry, at, z);
    if (tick(thread, <usize>entry.ny * <usize>entry.nx)) break;
  }
  return barrier(thread, threads);
}

/** Which of 16 elements of a row of one colour have an open face, as bits. own, other: the first of them, and that of
 *  the other colour, in a field of bytes */
// @ts-ignore: decorator
@inline
function openCodes(entry: Level, own: usize, other: usize, q: usize): i32 {
  const pitch = entry.rowBytes >> 2;
  const plane = entry.planeBytes >> 2;
  const x = v128.or(v128.load(entry.faceX + own), v128.load(entry.faceX + other + q));
  const y = v128.or(v128.load(entry.faceY + own), v128.load(entry.faceY + other + pitch));
  const z = v128.or(v128.load(entry.faceZ + own), v128.load(entry.faceZ + other + plane));
  return i8x16.bitmask(i8x16.ne(v128.or(v128.or(x, y), z), i8x16.splat(0)));
}

/** The same of 4 elements whose faces are conductances. */
// @ts-ignore: decorator
@inline
function openFaces(entry: Level, own: usize, other: usize, q: usize): i32 {
  const sum = six(
    v128.load(entry.faceX + own), v128.load(entry.faceX + other + (q << 2)),
    v128.load(entry.faceY + own), v128.load(entry.faceY + other + entry.rowBytes),
    v128.load(entry.faceZ + own), v128.load(entry.faceZ + other + entry.planeBytes));
  return i32x4.bitmask(f32x4.gt(sum, f32x4.splat(0)));
}

/** Voxels of plane z with an open face. */
function countOpen<K>(entry: Level, z: i32): i32 {
  const stored = sizeof<K>() == sizeof<Stored>();
  const step = stored ? 4 : 16;
  let voxels = 0;
  for (let y = 0; y < entry.ny; y++) {
    for (let colour: usize = 0; colour < 2; colour++) {
      const q = <usize>((z + y + <i32>colour) & 1);
      const count = entry.validCount(q);
      const row = <usize>z * entry.planeBytes + <usize>y * entry.rowBytes;
      const own = facesFrom<K>(0, row + colour * entry.halfBytes);
      const other = facesFrom<K>(0, row + (1 - colour) * entry.halfBytes);
      for (let i = 0; i < count; i += step) {
        const at = <usize>i << (stored ? 2 : 0);
        const open = stored
          ? openFaces(entry, own + at, other + at, q) : openCodes(entry, own + at, other + at, q);
        // Beyond the row's last element lie the faces of seams, and the next row.
        const rest = count - i;
        voxels += popcnt(rest < step ? open & ((1 << rest) - 1) : open);
      }
    }
  }
  return voxels;
}

/** Σ of the conductances of the lower z faces of plane z. squared: of their squares */
function sumFaces<K>(entry: Level, z: i32, squared: bool): f64 {
  const book = bookZ(entry, z);
  const length = <usize>quadsOf(entry.nx) << 4;
  let sum = f64x2.splat(0);
  for (let y = 0; y < entry.ny; y++) {
    for (let colour: usize = 0; colour < 2; colour++) {
      const row = <usize>z * entry.planeBytes + <usize>y * entry.rowBytes + colour * entry.halfBytes;
      for (let i: usize = 0; i < length; i += 16) {
        const g = decode<K>(facesFrom<K>(entry.faceZ, row + i), book);
        sum = plus(sum, squared ? f32x4.mul(g, g) : g);
      }
    }
  }
  return sumOf(sum);
}

/** Counts of plane z; see `countNetwork`. */
function countPlane<K>(entry: Level, out: usize, z: i32): void {
  const rise = entry.riseBelow(z);
  const ends = entry.boundaryAt(z + 1);
  const lower = sumFaces<K>(entry, z, false);
  const upper = z == entry.nz - 1 ? sumFaces<K>(entry, z + 1, false) : 0;
  store<f64>(out, <f64>countOpen<K>(entry, z));
  store<f64>(out, rise * rise * lower + (ends ? 0.25 * upper : 0), 8);
  store<f64>(out, rise * lower, 16);
  store<f64>(out, (ends ? 0.5 : 1) * upper, 24);
  store<f64>(out, z == 0 ? sumFaces<K>(entry, z, true) : 0, 32);
}
