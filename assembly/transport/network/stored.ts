// Face conductances of a finest level as f32: from codes and their codebook, from the conductivities of labels, and one
// by one.
import { barrier, enter, poll, slabStart } from '../../core/control';
import { bookX, bookY, bookZ, conductanceAt } from '../level/codes';
import { clearField, Level } from '../level/levels';
import { wrapFaces } from '../level/periodic';

/** Clears all faces with their ghosts. */
function clearFaces(thread: i32, threads: i32, entry: Level): void {
  clearField(thread, threads, entry, entry.faceZ, 4);
  clearField(thread, threads, entry, entry.faceY, 4);
  clearField(thread, threads, entry, entry.faceX, 4);
}

/** The seams of a periodic window, once all faces are there. */
function closeSeams(thread: i32, threads: i32, entry: Level): i32 {
  const status = barrier(thread, threads);
  if (status || !entry.periodic) return status;
  if (thread == 0) wrapFaces(entry, 4);
  return barrier(thread, threads);
}

/** Stores what the codes of a network stand for. entry: of the level whose faces are written; coded: of that with the
 *  codes */
export function storeFaces(thread: i32, threads: i32, entry: Level, coded: Level): i32 {
  enter();
  clearFaces(thread, threads, entry);
  const status = barrier(thread, threads);
  if (status) return status;
  const ny = entry.ny;
  const nx = entry.nx;
  const pitch = entry.rowBytes >> 2;
  const plane = entry.planeBytes >> 2;
  const half = entry.halfBytes >> 2;
  // Above the last plane lie the faces of the high boundary.
  const planes = entry.nz + (entry.periodic ? 0 : 1);
  const end = slabStart(thread + 1, threads, planes);
  for (let z = slabStart(thread, threads, planes); z < end; z++) {
    for (let y = 0; y < ny; y++) {
      for (let x = 0; x < nx; x++) {
        const i = <usize>z * plane + <usize>y * pitch + <usize>((z + y + x) & 1) * half + <usize>(x >> 1);
        store<f32>(entry.faceZ + (i << 2), <f32>conductanceAt(coded, bookZ(coded, z), coded.faceZ, i));
        if (z == entry.nz) continue;
        store<f32>(entry.faceY + (i << 2), <f32>conductanceAt(coded, bookY(coded), coded.faceY, i));
        store<f32>(entry.faceX + (i << 2), <f32>conductanceAt(coded, bookX(coded), coded.faceX, i));
      }
      if (poll(thread, nx)) break;
    }
  }
  return closeSeams(thread, threads, entry);
}

/** Conductance of a face between two labels, harmonic. */
// @ts-ignore: decorator
@inline
function between(sigma: usize, a: usize, b: usize, weight: f64): f32 {
  const p = load<f64>(sigma + (<usize>load<u8>(a) << 3));
  const q = load<f64>(sigma + (<usize>load<u8>(b) << 3));
  return <f32>((2 * p * q) / (p + q) * weight);
}

/** Stores the conductances of open faces from the conductivities of the two voxels; a boundary lies half a step from
 *  its voxel.
 *  @param entry, coded as in storeFaces; coded has any code in open faces and 0 in others
 *  @param labels u8, natural order, with sz, sy, sx bytes between neighbours; sigma f64[256], above 0 where faces are
 *    open
 *  @param weightZ, weightY, weightX of the faces across each axis */
export function storeLabelFaces(
  thread: i32, threads: i32, entry: Level, coded: Level, labels: usize, sigma: usize, sz: i32, sy: i32, sx: i32,
  weightZ: f64, weightY: f64, weightX: f64,
): i32 {
  enter();
  clearFaces(thread, threads, entry);
  const status = barrier(thread, threads);
  if (status) return status;
  const nz = entry.nz;
  const ny = entry.ny;
  const nx = entry.nx;
  const pitch = entry.rowBytes >> 2;
  const plane = entry.planeBytes >> 2;
  const half = entry.halfBytes >> 2;
  const planes = nz + (entry.periodic ? 0 : 1);
  const end = slabStart(thread + 1, threads, planes);
  for (let z = slabStart(thread, threads, planes); z < end; z++) {
    const ends = entry.boundaryAt(z);
    // What lies below: the opposite side of a periodic window, or the voxel itself.
    const below = z > 0 ? z - 1 : ends ? 0 : nz - 1;
    const above = min(z, nz - 1);
    for (let y = 0; y < ny; y++) {
      const south = y > 0 ? y - 1 : ny - 1;
      for (let x = 0; x < nx; x++) {
        const i = <usize>z * plane + <usize>y * pitch + <usize>((z + y + x) & 1) * half + <usize>(x >> 1);
        const own = labels + <usize>(above * sz + y * sy + x * sx);
        if (load<u8>(coded.faceZ + i)) {
          const g = between(sigma, own, labels + <usize>(below * sz + y * sy + x * sx), (ends ? 2 : 1) * weightZ);
          store<f32>(entry.faceZ + (i << 2), g);
        }
        if (z == nz) continue;
        if (load<u8>(coded.faceY + i)) {
          store<f32>(
            entry.faceY + (i << 2), between(sigma, own, labels + <usize>(z * sz + south * sy + x * sx), weightY),
          );
        }
        if (load<u8>(coded.faceX + i)) {
          const west = x > 0 ? x - 1 : nx - 1;
          store<f32>(
            entry.faceX + (i << 2), between(sigma, own, labels + <usize>(z * sz + y * sy + west * sx), weightX),
          );
        }
      }
      if (poll(thread, nx)) break;
    }
  }
  return closeSeams(thread, threads, entry);
}

/** Where the conductance of a face of the image lies, given as in setFaces; 0: there is no such face. */
function placeOf(entry: Level, face: u64, n0: i32, n1: i32, n2: i32, axis: i32): usize {
  const voxels = <u64>n0 * <u64>n1 * <u64>n2;
  const high = face >= 3 * voxels;
  let along = axis;
  let z: i32;
  let y: i32;
  let x: i32;
  if (high) {
    if (entry.periodic || face >= 3 * voxels + voxels / <u64>entry.nz) return 0;
    const column = <i32>(face - 3 * voxels);
    const row = axis == 2 ? n1 : n2;
    const a = column / row;
    const b = column % row;
    z = axis == 0 ? n0 : a;
    y = axis == 1 ? n1 : axis == 0 ? a : b;
    x = axis == 2 ? n2 : b;
  } else {
    along = <i32>(face % 3);
    const voxel = <i32>(face / 3);
    z = voxel / n2 / n1;
    y = (voxel / n2) % n1;
    x = voxel % n2;
  }
  // Coordinates and axis as the level has them: its first axis is `axis`, the others follow in their order.
  const Z = axis == 0 ? z : axis == 1 ? y : x;
  const Y = axis == 0 ? y : z;
  const X = axis == 2 ? y : x;
  const turned = along == axis ? 0 : along < axis ? along + 1 : along;
  const faces = turned == 0 ? entry.faceZ : turned == 1 ? entry.faceY : entry.faceX;
  return faces + <usize>Z * entry.planeBytes + <usize>Y * entry.rowBytes + <usize>((Z + Y + X) & 1) * entry.halfBytes +
    (<usize>(X >> 1) << 2);
}

/** Sets the conductances of single open faces, if all can be set.
 *  @param out f64[threads][2]: per thread, how many of its faces are closed and stay so, and how many records say no
 *         finite conductance above 0 of a face that there is
 *  @param list (u32 face, f32 conductance)[count], no face twice: 3·voxel + axis is the face of a voxel in natural
 *         order to its neighbour one lower along z, y, x (0, 1, 2); from 3·voxels on, in rows of the image, the high
 *         boundary of the level's first axis
 *  @param n0, n1, n2 voxels of the image along z, y, x; axis: that of the image which is the level's first */
export function setFaces(
  thread: i32, threads: i32, out: usize, entry: Level, list: usize, count: u32, n0: i32, n1: i32, n2: i32, axis: i32,
): i32 {
  enter();
  let closed = 0;
  let wrong = 0;
  const first = list + (<usize>slabStart(thread, threads, count) << 3);
  const end = list + (<usize>slabStart(thread + 1, threads, count) << 3);
  for (let record = first; record < end; record += 8) {
    const g = load<f32>(record, 4);
    const at = placeOf(entry, load<u32>(record), n0, n1, n2, axis);
    // Infinity − Infinity is not 0.
    if (!at || !(g > 0 && g - g == 0)) wrong++;
    else if (load<f32>(at) <= 0) closed++;
    if (poll(thread, 1)) break;
  }
  store<f64>(out + (<usize>thread << 4), closed);
  store<f64>(out + (<usize>thread << 4), wrong, 8);
  const status = barrier(thread, threads);
  if (status) return status;
  let refused: f64 = 0;
  for (let k = 0; k < 2 * threads; k++) refused += load<f64>(out + (<usize>k << 3));
  if (refused > 0) return barrier(thread, threads);
  for (let record = first; record < end; record += 8) {
    store<f32>(placeOf(entry, load<u32>(record), n0, n1, n2, axis), load<f32>(record, 4));
    if (poll(thread, 1)) break;
  }
  return closeSeams(thread, threads, entry);
}
