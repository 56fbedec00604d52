// Fields in the order of the image ↔ fields of the finest level in its red-black layout.
import { Optional } from '../../core/kinds';
import { barrier, enter, poll, slabStart, tick } from '../../core/control';
import { bookX, bookY, bookZ, conductanceAt } from '../level/codes';
import { Level, originOf } from '../level/levels';

/** Whether a voxel is an unknown: it has an open face, or a diagonal term. i, j: its element, and the same one of the
 *  other colour; east: the element of its upper face in x */
// @ts-ignore: decorator
@inline
function conducts(entry: Level, z: i32, i: usize, j: usize, east: usize): bool {
  if (!entry.coded) return load<u8>(entry.network + i) != 0;
  if (
    conductanceAt(entry, bookX(entry), entry.faceX, i) > 0 || conductanceAt(entry, bookX(entry), entry.faceX, east) > 0
  ) {
    return true;
  }
  const north = j + (entry.rowBytes >> 2);
  if (
    conductanceAt(entry, bookY(entry), entry.faceY, i) > 0 || conductanceAt(entry, bookY(entry), entry.faceY, north) > 0
  ) {
    return true;
  }
  const up = j + (entry.planeBytes >> 2);
  if (
    conductanceAt(entry, bookZ(entry, z), entry.faceZ, i) > 0 ||
      conductanceAt(entry, bookZ(entry, z + 1), entry.faceZ, up) > 0
  ) {
    return true;
  }
  return entry.diagonal != 0 && load<f32>(entry.diagonal + (i << 2)) > 0;
}

/** A field of the level from one in the order of the image; 0 in ghosts.
 *  @param out f64[ny]: per row of planes how many values are not finite or below `least`
 *  @param to address of element (0, 0, 0) of the red half, f32; from f32[nz·ny·nx] with sz, sy, sx elements between
 *    neighbours
 *  @param all whether voxels that do not conduct have a value, too, not 0 */
export function spreadField(
  thread: i32, threads: i32, out: usize, entry: Level, to: usize, from: usize, sz: i32, sy: i32, sx: i32, least: f32,
  all: bool,
): i32 {
  enter();
  const nz = entry.nz;
  const ny = entry.ny;
  const nx = entry.nx;
  const pitch = entry.rowBytes >> 2;
  const plane = entry.planeBytes >> 2;
  const half = entry.halfBytes >> 2;
  const base = to - (originOf(ny, nx) << 2);
  const lines = <i32>(entry.halfBytes >> 5);
  const start = <usize>slabStart(thread, threads, lines) << 6;
  memory.fill(base + start, 0, (<usize>slabStart(thread + 1, threads, lines) << 6) - start);
  tick(thread, 1);
  const status = barrier(thread, threads);
  if (status) return status;
  const yEnd = slabStart(thread + 1, threads, ny);
  for (let y = slabStart(thread, threads, ny); y < yEnd; y++) {
    let bad = 0;
    for (let z = 0; z < nz; z++) {
      const row = <usize>z * plane + <usize>y * pitch;
      let at = from + (<usize>(z * sz + y * sy) << 2);
      for (let x = 0; x < nx; x++, at += <usize>sx << 2) {
        const colour = <usize>((z + y + x) & 1);
        const i = row + colour * half + <usize>(x >> 1);
        const j = row + (1 - colour) * half;
        if (!all && !conducts(entry, z, i, j + <usize>(x >> 1), j + <usize>((x + 1) >> 1))) continue;
        const value = load<f32>(at);
        store<f32>(to + (i << 2), value);
        // Infinity − Infinity is not 0.
        if (!(value >= least && value - value == 0)) bad++;
      }
      if (poll(thread, nx)) break;
    }
    store<f64>(out + (<usize>y << 3), bad);
  }
  return barrier(thread, threads);
}

/** A field in the order of the image from one of the level.
 *  @param x address of element (0, 0, 0) of the red half, f32; second: the same of its second word
 *  @param to f32[nz·ny·nx] with sz, sy, sx elements between neighbours */
export function collectField(
  thread: i32, threads: i32, entry: Level, x: usize, second: Optional, to: usize, sz: i32, sy: i32, sx: i32,
): i32 {
  enter();
  const nz = entry.nz;
  const ny = entry.ny;
  const nx = entry.nx;
  const yEnd = slabStart(thread + 1, threads, ny);
  for (let y = slabStart(thread, threads, ny); y < yEnd; y++) {
    for (let z = 0; z < nz; z++) {
      const row = <usize>z * entry.planeBytes + <usize>y * entry.rowBytes;
      let at = to + (<usize>(z * sz + y * sy) << 2);
      for (let k = 0; k < nx; k++, at += <usize>sx << 2) {
        const i = row + <usize>((z + y + k) & 1) * entry.halfBytes + (<usize>(k >> 1) << 2);
        const value = load<f32>(x + i);
        store<f32>(at, second ? <f32>(<f64>value + <f64>load<f32>(second + i)) : value);
      }
      if (poll(thread, nx)) break;
    }
  }
  return barrier(thread, threads);
}
