// Where islands (record.ts) are: clusters that strong faces join, what holds them, and a potential that starts flat
// within them.
import { POLL_VOXELS } from '../../layout';
import { barrier, enter, tick } from '../../core/control';
import { bookX, bookY, bookZ, conductanceAt, storedOf } from '../level/codes';
import { Level } from '../level/levels';
import { Islands } from './record';

// The passes below go row by row; ids lie in natural order. Codes of a row, and its elements: even x at `evens`, odd
// ones at `odds`.
/** Element x of a row, counted from element (0, 0, 0) of the red half. */
// @ts-ignore: decorator
@inline
function elementAt(evens: usize, odds: usize, x: i32): usize { return (x & 1 ? odds : evens) + <usize>(x >> 1); }

/** Index of the first voxel of the row one lower along axis 0 or 1 (z, y), of the row at `row`; itself where the window
 *  ends. */
function lowerRow(entry: Level, axis: i32, z: i32, y: i32, row: u32): u32 {
  const nx = <u32>entry.nx;
  const plane = <u32>entry.ny * nx;
  if (axis == 0) return z > 0 ? row - plane : entry.periodic ? row + <u32>(entry.nz - 1) * plane : row;
  return y > 0 ? row - nx : entry.periodic ? row + plane - nx : row;
}

// @ts-ignore: decorator
@inline
function idAt(ids: usize, voxel: u32): u32 { return load<u32>(ids + (<usize>voxel << 2)); }
// @ts-ignore: decorator
@inline
function setId(ids: usize, voxel: u32, id: u32): void { store<u32>(ids + (<usize>voxel << 2), id); }

/** Root of a voxel's cluster, its lowest voxel, plus 1; halves the path. Entries are voxels + 1, 0 outside of clusters,
 *  which begin here. */
function root(ids: usize, voxel: u32): u32 {
  let v = voxel;
  let p = idAt(ids, v);
  if (p == 0) {
    setId(ids, v, v + 1);
    return v + 1;
  }
  while (p != v + 1) {
    const over = idAt(ids, p - 1);
    setId(ids, v, over);
    v = over - 1;
    p = idAt(ids, v);
  }
  return p;
}

/** The root of what roots a (0: none) and b become together. */
// @ts-ignore: decorator
@inline
function joined(ids: usize, a: u32, b: u32): u32 {
  if (a == b || a == 0) return b;
  if (a < b) {
    setId(ids, b - 1, a);
    return a;
  }
  setId(ids, a - 1, b);
  return b;
}

/** The root of voxel v, own (0: none yet), when it is joined to another, which comes later only across the seam of a
 *  periodic window. */
// @ts-ignore: decorator
@inline
function joinedTo(ids: usize, own: u32, v: u32, other: u32): u32 {
  return joined(ids, own == 0 && other > v ? root(ids, v) : own, root(ids, other));
}

/** Whether a face along an axis (0, 1, 2: z, y, x) joins voxels of an island. strong: u8 per code, or f32 per axis, the
 *  least conductance. */
// @ts-ignore: decorator
@inline
function isStrong(entry: Level, strong: usize, axis: usize, faces: usize, face: usize): bool {
  return storedOf(entry)
    ? load<f32>(faces + (face << 2)) >=
      load<f32>(strong + (axis << 2)) : load<u8>(strong + <usize>load<u8>(faces + face)) != 0;
}

/** Numbers the clusters of voxels that strong faces join: 1, 2 … limit in ids, 0 in those beyond. @returns how many */
function findClusters(thread: i32, entry: Level, ids: usize, strong: usize, limit: i32): i32 {
  const nz = entry.nz;
  const ny = entry.ny;
  const nx = entry.nx;
  const periodic = entry.periodic;
  let row: u32 = 0;
  for (let z = 0; z < nz; z++) {
    for (let y = 0; y < ny; y++) {
      const evens = entry.evenRow(z, y) >> 2;
      const odds = entry.oddRow(z, y) >> 2;
      const south = lowerRow(entry, 1, z, y, row);
      const down = lowerRow(entry, 0, z, y, row);
      let west: u32 = 0;
      let x = 0;
      do {
        const e = elementAt(evens, odds, x);
        const v = row + <u32>x;
        // Across the seams of a periodic window voxels are joined before it is their turn.
        let own = periodic && idAt(ids, v) ? root(ids, v) : 0;
        if (isStrong(entry, strong, 2, entry.faceX, e)) {
          if (x > 0) own = joined(ids, own, west ? west : root(ids, v - 1));
          else if (periodic) own = joinedTo(ids, own, v, row + <u32>(nx - 1));
        }
        if (isStrong(entry, strong, 1, entry.faceY, e) && south != row) {
          if (own == 0 || idAt(ids, south + <u32>x) != own) own = joinedTo(ids, own, v, south + <u32>x);
        }
        if (isStrong(entry, strong, 0, entry.faceZ, e) && down != row) {
          if (own == 0 || idAt(ids, down + <u32>x) != own) own = joinedTo(ids, own, v, down + <u32>x);
        }
        if (own) setId(ids, v, own);
        west = own;
        x++;
      } while (x != nx);
      row += <u32>nx;
    }
    if (tick(thread, <usize>ny * <usize>nx)) return 0;
  }
  let count = 0;
  for (let v: u32 = 0; v < row; v++) {
    if (v % (POLL_VOXELS >> 2) == 0 && tick(thread, 1)) return 0;
    const p = idAt(ids, v);
    if (p == 0) continue;
    // The lowest voxel of a cluster comes first and takes the number; all others lead to lower ones.
    if (p != v + 1) setId(ids, v, idAt(ids, p - 1));
    else setId(ids, v, count < limit ? <u32>(++count) : 0);
  }
  return count;
}

/** Sums what a face adds to the energy of an island that is raised by 1. */
// @ts-ignore: decorator
@inline
function addEnergy(energies: usize, id: u32, g: f64): void {
  if (!id) return;
  const at = energies + (<usize>(id - 1) << 3);
  store<f64>(at, load<f64>(at) + g);
}

/** Finds the islands of every set, and starts the potential flat within them. One thread works.
 *  @param record its addresses are filled in, with room for `islands` of them and `room` members
 *  @param ids u32[nz·ny·nx] scratch; x f32 field: address of element (0, 0, 0) of the red half, cleared
 *  @param strong 256 bytes per set, weakest first: which faces join voxels of an island, see isStrong
 *  @param sizes u32[islands] scratch */
export function findIslands(
  thread: i32, threads: i32, record: Islands, entry: Level, ids: usize, x: usize, strong: usize, sizes: usize,
  sets: i32, islands: i32, room: i32,
): i32 {
  enter();
  if (thread == 0) {
    memory.fill(x - entry.planeBytes - entry.rowBytes, 0, entry.halfBytes << 1);
    record.sets = sets;
    record.setFirst(0, 0);
    store<u32>(record.starts, 0);
    let first = 0;
    let members = 0;
    for (let set = 0; set < sets; set++) {
      memory.fill(ids, 0, (<usize>entry.nz * <usize>entry.ny * <usize>entry.nx) << 2);
      const count = findClusters(thread, entry, ids, strong + (<usize>set << 8), islands - first);
      measure(
        thread, entry, ids, record.inverseEnergies + (<usize>first << 3), record.gains + (<usize>first << 3), sizes,
        count,
      );
      if (!entry.periodic) flatten(thread, entry, ids, x, record.gains + (<usize>first << 3), sizes);
      const kept = keep(record, first, members, sizes, count, room);
      collect(thread, entry, ids, record, first, members, kept, sizes);
      first += kept;
      members = load<i32>(record.starts + (<usize>first << 2));
      record.setFirst(set + 1, first);
    }
  }
  return barrier(thread, threads);
}

/** Adds the energy of a face between two voxels whose ids differ. */
// @ts-ignore: decorator
@inline
function addFace(energies: usize, id: u32, across: u32, entry: Level, book: usize, faces: usize, face: usize): void {
  const g = conductanceAt(entry, book, faces, face);
  addEnergy(energies, id, g);
  addEnergy(energies, across, g);
}

/** Adds `count` voxels of plane z to what is known of a cluster; low, high: whether they touch that boundary. */
function addVoxels(
  energies: usize, planes: usize, sizes: usize, id: u32, count: i32, z: i32, low: bool, high: bool,
): void {
  const at = <usize>(id - 1);
  store<u32>(sizes + (at << 2), load<u32>(sizes + (at << 2)) + <u32>count);
  const plane = planes + (at << 3);
  store<f64>(plane, load<f64>(plane) + <f64>count * <f64>z);
  if (!low && !high) return;
  // What touches a boundary of given potential is held there; a cluster that touches both conducts from one to the
  // other.
  addEnergy(energies, id, Infinity);
  if (low) store<f64>(plane, load<f64>(plane) - Infinity);
  if (high) store<f64>(plane, load<f64>(plane) + Infinity);
}

/** Energy (Σ of the weak faces and of the diagonal terms; infinite at a boundary of given potential), sum of the planes
 *  and size of every cluster. The planes of one that touches the low or the high boundary are −∞ or ∞, NaN where it
 *  touches both. */
function measure(
  thread: i32, entry: Level, ids: usize, energies: usize, planes: usize, sizes: usize, count: i32,
): void {
  memory.fill(energies, 0, <usize>count << 3);
  memory.fill(planes, 0, <usize>count << 3);
  memory.fill(sizes, 0, <usize>count << 2);
  const nz = entry.nz;
  const ny = entry.ny;
  const nx = entry.nx;
  const m = entry.diagonal;
  let row: u32 = 0;
  for (let z = 0; z < nz; z++) {
    const low = entry.boundaryAt(z);
    const high = entry.boundaryAt(z + 1);
    for (let y = 0; y < ny; y++) {
      const evens = entry.evenRow(z, y) >> 2;
      const odds = entry.oddRow(z, y) >> 2;
      const own = ids + (<usize>row << 2);
      const south = ids + (<usize>lowerRow(entry, 1, z, y, row) << 2);
      const down = ids + (<usize>lowerRow(entry, 0, z, y, row) << 2);
      // At x = 0 of a window that ends there is no face.
      let west = load<u32>(entry.periodic ? own + (<usize>(nx - 1) << 2) : own);
      let run: u32 = 0;
      let length = 0;
      let x = 0;
      do {
        const i = <usize>x << 2;
        const id = load<u32>(own + i);
        const e = elementAt(evens, odds, x);
        if (west != id) addFace(energies, id, west, entry, bookX(entry), entry.faceX, e);
        if (load<u32>(south + i) != id) {
          addFace(energies, id, load<u32>(south + i), entry, bookY(entry), entry.faceY, e);
        }
        if (load<u32>(down + i) != id) {
          addFace(energies, id, load<u32>(down + i), entry, bookZ(entry, z), entry.faceZ, e);
        }
        if (id && m) addEnergy(energies, id, <f64>load<f32>(m + (e << 2)));
        if (id != run) {
          if (run) addVoxels(energies, planes, sizes, run, length, z, low, high);
          run = id;
          length = 0;
        }
        length++;
        west = id;
        x++;
      } while (x != nx);
      if (run) addVoxels(energies, planes, sizes, run, length, z, low, high);
      row += <u32>nx;
    }
    if (tick(thread, <usize>ny * <usize>nx)) return;
  }
}

/** Makes the potential flat within clusters, as high as the profile in their mean plane or as the boundary that they
 *  touch, unless they belong to one of a weaker set. */
function flatten(thread: i32, entry: Level, ids: usize, field: usize, planes: usize, sizes: usize): void {
  const nz = entry.nz;
  const ny = entry.ny;
  const nx = entry.nx;
  let own = ids;
  for (let z = 0; z < nz; z++) {
    for (let y = 0; y < ny; y++) {
      const evens = entry.evenRow(z, y) >> 2;
      const odds = entry.oddRow(z, y) >> 2;
      let run: u32 = 0;
      let level: f32 = 0;
      for (let x = 0; x < nx; x++, own += 4) {
        const id = load<u32>(own);
        if (!id) continue;
        if (id != run) {
          const at = <usize>(id - 1);
          const sum = load<f64>(planes + (at << 3));
          const plane = max(-0.5, min(sum / <f64>load<u32>(sizes + (at << 2)), <f64>nz - 0.5));
          // A multiple of 2⁻¹⁰ less a whole number is exact in f32, so that no flux remains within. What touches both
          // boundaries has none.
          level = sum == sum ? <f32>(Math.round(plane * 1024) / 1024 - z) : 0;
          run = id;
        }
        const value = field + (elementAt(evens, odds, x) << 2);
        if (level != 0 && load<f32>(value) == 0) store<f32>(value, level);
      }
    }
    if (tick(thread, <usize>ny * <usize>nx)) return;
  }
}

/** Keeps the islands that some weak face holds and no boundary does, and says where their members start. sizes become
 *  their new numbers, counted from 1, and 0 for those that are dropped. @returns how many are kept */
function keep(record: Islands, first: i32, members: i32, sizes: usize, count: i32, room: i32): i32 {
  let kept = 0;
  let at = members;
  for (let i = 0; i < count; i++) {
    const from = record.inverseEnergies + (<usize>(first + i) << 3);
    const size = load<i32>(sizes + (<usize>i << 2));
    const energy = load<f64>(from);
    if (!(energy > 0 && energy < Infinity) || at + size > room) {
      store<u32>(sizes + (<usize>i << 2), 0);
      continue;
    }
    const to = <usize>(first + kept);
    store<f64>(record.inverseEnergies + (to << 3), 1 / energy);
    store<u32>(record.starts + (to << 2), at);
    at += size;
    kept++;
    store<u32>(sizes + (<usize>i << 2), kept);
  }
  store<u32>(record.starts + (<usize>(first + kept) << 2), at);
  return kept;
}

/** Lists the members of the kept islands. */
function collect(
  thread: i32, entry: Level, ids: usize, record: Islands, first: i32, members: i32, kept: i32, numbers: usize,
): void {
  const nz = entry.nz;
  const ny = entry.ny;
  const nx = entry.nx;
  const starts = record.starts + (<usize>first << 2);
  const list = record.members;
  let own = ids;
  for (let z = 0; z < nz; z++) {
    for (let y = 0; y < ny; y++) {
      const evens = entry.evenRow(z, y) >> 2;
      const odds = entry.oddRow(z, y) >> 2;
      for (let x = 0; x < nx; x++, own += 4) {
        const id = load<u32>(own);
        if (!id) continue;
        const number = load<u32>(numbers + (<usize>(id - 1) << 2));
        if (!number) continue;
        const start = starts + (<usize>(number - 1) << 2);
        const at = load<u32>(start);
        store<u32>(list + (<usize>at << 2), <u32>elementAt(evens, odds, x));
        store<u32>(start, at + 1);
      }
    }
    if (tick(thread, <usize>ny * <usize>nx)) return;
  }
  // The starts have moved on to the ends.
  for (let i = kept; i > 0; i--) store<u32>(starts + (<usize>i << 2), load<u32>(starts + (<usize>(i - 1) << 2)));
  store<u32>(starts, members);
}
